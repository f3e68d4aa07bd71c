//! The figures that the model is fitted to, by name, and what each can be.

use super::figures::FamilyFigures;
use crate::error::FamilyError;
use crate::{FEMALE, MALE};

/// What a figure that the model is fitted to can be.
#[derive(Clone, Copy)]
pub(super) enum Range {
    /// Years.
    Age,
    Share,
    /// A share that is neither nobody nor everybody.
    Inner,
}

impl Range {
    pub(super) fn holds(self, value: f64) -> bool {
        match self {
            Self::Age => (10.0..=100.0).contains(&value),
            Self::Share => (0.0..=1.0).contains(&value),
            Self::Inner => value > 0.0 && value < 1.0,
        }
    }

    /// A cell of a file in the unit of the model.
    pub(super) fn of_cell(self, cell: f64) -> f64 {
        match self {
            Self::Age => cell,
            Self::Share | Self::Inner => cell / 100.0,
        }
    }

    pub(super) const fn in_files(self) -> &'static str {
        match self {
            Self::Age => "an age from 10 to 100 years",
            Self::Share => "from 0 to 100 percent",
            Self::Inner => "between 0 and 100 percent (both excluded)",
        }
    }

    const fn by_hand(self) -> &'static str {
        match self {
            Self::Age => "it must be an age from 10 to 100 years",
            Self::Share => "it must be a share from 0 to 1",
            Self::Inner => "it must be a share between 0 and 1 (both excluded)",
        }
    }
}

/// A figure that the model is fitted to: its name in files, its field, and what it can be.
pub(super) struct Input {
    pub(super) name: &'static str,
    field: &'static str,
    pub(super) range: Range,
    of: fn(&FamilyFigures) -> f64,
}

/// An input in the field of [`FamilyFigures`] that the fourth part names.
macro_rules! input {
    ($name:literal, $range:ident, $field:ident $([$sex:ident])?) => {
        Input {
            name: $name,
            field: concat!(stringify!($field) $(, "[", stringify!($sex), "]")?),
            range: Range::$range,
            of: |figures| figures.$field $([$sex])?,
        }
    };
}

pub(super) const INPUTS: [Input; 10] = [
    input!(
        "median age at first marriage men",
        Age,
        median_age_at_first_marriage[MALE]
    ),
    input!(
        "median age at first marriage women",
        Age,
        median_age_at_first_marriage[FEMALE]
    ),
    input!("never married at 40", Share, never_married_at_40),
    input!(
        "first marriage lasts at least 10 years",
        Inner,
        marriages_lasting_10_years
    ),
    input!(
        "first marriage lasts at least 20 years",
        Inner,
        marriages_lasting_20_years
    ),
    input!("women with at least one birth by 40", Share, mothers_by_40),
    input!(
        "people aged 18-24 in the parental home",
        Share,
        aged_18_24_with_parents
    ),
    input!(
        "moved back to the parental home before 27",
        Share,
        moved_back_by_27
    ),
    input!(
        "people aged 18-34 with neither parents nor partner who live with others",
        Share,
        aged_18_34_sharing
    ),
    input!(
        "people aged 65 and over without a spouse who live with others",
        Share,
        aged_65_sharing
    ),
];

pub(super) const SHORT_MARRIAGES: usize = 3;
pub(super) const LONG_MARRIAGES: usize = 4;

impl FamilyFigures {
    /// Refuses figures that cannot be: for those made or changed by hand, since files are checked as they are read.
    /// Whatever takes figures asks this first.
    ///
    /// # Errors
    /// [`FamilyError::Figure`] with the figure, its value and what it must be: the median ages from 10 to 100 years,
    /// shares from 0 to 1, those of marriages that last above 0 and below 1 with fewer that last longer, and checks
    /// finite.
    pub fn check(&self) -> Result<(), FamilyError> {
        let refused = |figure: &str, value: f64, must| {
            let figure = figure.to_owned();
            Err(FamilyError::Figure {
                figure,
                value,
                must,
            })
        };
        for input in &INPUTS {
            let value = (input.of)(self);
            if !input.range.holds(value) {
                return refused(input.field, value, input.range.by_hand());
            }
        }
        let long = self.marriages_lasting_20_years;
        if long >= self.marriages_lasting_10_years {
            let must = "it must be below `marriages_lasting_10_years`";
            return refused(INPUTS[LONG_MARRIAGES].field, long, must);
        }
        match self.checks.iter().find(|check| !check.value.is_finite()) {
            None => Ok(()),
            Some(check) => refused(&check.name, check.value, "it must be a finite number"),
        }
    }
}
