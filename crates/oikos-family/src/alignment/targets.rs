//! What an alignment aims at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::factors::AlignmentFactors;
use crate::LogitFactor;
use crate::error::{FamilyError, require};

/// To how many people an event is to happen in a calendar year, once at least.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// So many.
    Number(f64),
    /// Such a share of those at risk: of all whose force is not zero when the year begins.
    Share(f64),
}

/// Targets by calendar year.
///
/// A year that the history begins in is aligned as if all of it lay ahead: its factor does not depend on the day
/// of the beginning.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Targets(BTreeMap<i32, Target>);

impl Targets {
    /// Targets of these years.
    ///
    /// # Errors
    /// [`FamilyError::NoTargets`] if there are none, [`FamilyError::Parameter`] for a number that is not above 0,
    /// or a share that does not lie between 0 and 1, [`FamilyError::YearTwice`].
    pub fn new(years: impl IntoIterator<Item = (i32, Target)>) -> Result<Self, FamilyError> {
        let mut targets = BTreeMap::new();
        for (year, target) in years {
            match target {
                Target::Number(number) => {
                    let good = number > 0.0 && number.is_finite();
                    require(good, "target", number, "it must be a number above 0")?;
                }
                Target::Share(share) => {
                    let good = share > 0.0 && share < 1.0;
                    let must = "it must lie above 0 and below 1";
                    require(good, "share aimed at", share, must)?;
                }
            }
            if targets.insert(year, target).is_some() {
                return Err(FamilyError::YearTwice { year });
            }
        }
        if targets.is_empty() {
            return Err(FamilyError::NoTargets);
        }
        Ok(Self(targets))
    }

    pub(super) fn of(&self, year: i32) -> Option<Target> {
        self.0.get(&year).copied()
    }
}

impl Target {
    /// The sum of chances aimed at, where so many are at risk.
    pub(super) fn sum(self, at_risk: u64) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Share(share) => share * at_risk as f64,
        }
    }
}

/// What a hazard is aligned to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AlignTo {
    /// Targets; the factors are found in this run.
    Targets(Targets),
    /// Factors by calendar year, found before.
    Factors(BTreeMap<i32, LogitFactor>),
}

impl From<Targets> for AlignTo {
    fn from(targets: Targets) -> Self {
        Self::Targets(targets)
    }
}

impl AlignTo {
    /// The factors that an alignment found in another run, whatever it aimed at.
    ///
    /// # Errors
    /// [`FamilyError::UnknownName`] if that run aligned nothing under this name.
    pub fn factors_of(factors: &AlignmentFactors, name: &str) -> Result<Self, FamilyError> {
        let years = factors.of(name)?;
        Ok(Self::Factors(
            years
                .map(|(year, aligned)| (year, aligned.factor))
                .collect(),
        ))
    }
}
