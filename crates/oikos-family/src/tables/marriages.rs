//! How people married in the past, and for how long: what the families of a starting population came from.

use std::fs;
use std::path::Path;

use super::error::TableError;
use super::sheet::{Row, Sheet};
use crate::demography::nuptiality::entry::UNION_AGES;
use crate::error::FamilyError;
use crate::{CoaleMcNeil, Cohabitation, UNION_AGE_MIN, UnionCohort};

const HEADER: &str = "year,median_men,median_women,deviation,never_married_at_40,cohabitation_first,lasting_10_years";

/// The exact age at which the share never married is counted, years.
const NEVER_MARRIED_AGE: f64 = 40.0;

/// When women entered unions in each calendar year, how many of these began without a wedding, and how much
/// older the men were. Between years of the table interpolated linearly, before and after it held.
#[derive(Clone, Debug, PartialEq)]
pub struct MarriageHistory {
    years: Vec<(i32, MarriageYear)>,
}

/// How people enter unions in one calendar year.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MarriageYear {
    /// Force at which women in no union enter one, by completed age from [`UNION_AGE_MIN`].
    pub(crate) entry: Vec<f64>,
    /// Share of unions that begin as a cohabitation.
    pub(crate) unwed: f64,
    /// The man's age less the woman's, years, on average.
    pub(crate) gap: f64,
    /// Odds that a marriage has been divorced within ten years, if nobody dies.
    pub(crate) divorced_in_10_years: f64,
}

impl MarriageHistory {
    /// The bundled history of the United States (Census Bureau, table MS-2; other sources in the file).
    ///
    /// # Errors
    /// None, as long as the bundled file is sound, which a test sees to.
    pub fn us() -> Result<Self, FamilyError> {
        let text = include_str!("../../data/us/us_marriage_history.csv");
        Self::from_bytes("us_marriage_history.csv", text.as_bytes())
    }

    /// Reads a file with the columns `year`, `median_men` and `median_women` (ages at first marriage, years),
    /// `deviation` (of these ages, years), `never_married_at_40` (percent of those who were 25 in that
    /// year), `cohabitation_first` (percent of first unions) and `lasting_10_years` (percent of marriages, if
    /// nobody dies), a row a year in their order.
    ///
    /// # Errors
    /// [`FamilyError::Table`] for what is wrong with the file; as [`UnionCohort::fit`] for a row that no schedule
    /// of entry into unions can bring about.
    pub fn load(path: &Path) -> Result<Self, FamilyError> {
        let bytes = fs::read(path).map_err(|error| super::unreadable(path, &error))?;
        Self::from_bytes(&path.display().to_string(), &bytes)
    }

    fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, FamilyError> {
        let sheet = Sheet::parse(file, bytes)?;
        if sheet.header.cells.join(",") != HEADER {
            return Err(FamilyError::Table(TableError::WrongHeader {
                file: file.to_owned(),
                line: sheet.header.line,
                role: "marriage history",
                found: sheet.header.cells.join(","),
                expected: HEADER,
            }));
        }
        sheet.check_columns()?;
        let mut years: Vec<(i32, MarriageYear)> = Vec::with_capacity(sheet.rows.len());
        for row in &sheet.rows {
            let year = sheet.whole(row, 0, (1800, 2200), "a year from 1800 to 2200")? as i32;
            if years.last().is_some_and(|(last, _)| *last >= year) {
                return Err(sheet.out_of_range(row, 0, "after the year above").into());
            }
            years.push((year, read(&sheet, row)?));
        }
        if years.is_empty() {
            let file = file.to_owned();
            return Err(TableError::Empty { file }.into());
        }
        Ok(Self { years })
    }

    /// What holds in a calendar year.
    pub(crate) fn at(&self, year: i32) -> MarriageYear {
        let after = self.years.partition_point(|(of, _)| *of < year);
        let low = &self.years[after.saturating_sub(1)];
        let high = &self.years[after.min(self.years.len() - 1)];
        let years = high.0 - low.0;
        let share = if years > 0 {
            (f64::from(year - low.0) / f64::from(years)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let between = |low: f64, high: f64| low + share * (high - low);
        let entry = low.1.entry.iter().zip(&high.1.entry);
        MarriageYear {
            entry: entry.map(|(low, high)| between(*low, *high)).collect(),
            unwed: between(low.1.unwed, high.1.unwed),
            gap: between(low.1.gap, high.1.gap),
            divorced_in_10_years: between(low.1.divorced_in_10_years, high.1.divorced_in_10_years),
        }
    }
}

fn read(sheet: &Sheet, row: &Row) -> Result<MarriageYear, FamilyError> {
    let age = |column: usize| {
        let range = "an age from 15 to 60 years";
        sheet.number(row, column, (15.0, 60.0), range)
    };
    let percent = |column: usize| sheet.number(row, column, (0.0, 100.0), "from 0 to 100 percent");
    let (men, women) = (age(1)?, age(2)?);
    let deviation = sheet.number(row, 3, (1.0, 20.0), "from 1 to 20 years")?;
    let (never, unwed) = (percent(4)? / 100.0, percent(5)? / 100.0);
    let lasting = sheet.number(row, 6, (1.0, 99.0), "from 1 to 99 percent")? / 100.0;
    let us = Cohabitation::us()?;
    let cohabitation = Cohabitation::new(unwed, us.wedding(), us.separation())?;
    let entry: CoaleMcNeil =
        UnionCohort::fit(women, deviation, never, NEVER_MARRIED_AGE, &cohabitation)?;
    Ok(MarriageYear {
        entry: (0..UNION_AGES as u32)
            .map(|band| entry.force_in_year(UNION_AGE_MIN + band))
            .collect(),
        unwed,
        gap: men - women,
        divorced_in_10_years: (1.0 - lasting) / lasting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_history_is_sound() {
        let history = MarriageHistory::us().unwrap();
        let (early, late) = (history.at(1955), history.at(2019));
        assert!((early.gap - 2.5).abs() < 1e-12 && (late.gap - 2.37).abs() < 0.01);
        // Half the forces of 1955 lie before those of 2019.
        assert!(early.entry[5] > 2.0 * late.entry[5], "{early:?}");
        assert!(late.entry[20] > 0.0 && late.unwed > 0.6);
        assert_eq!(history.at(1500), history.at(1890));
        assert_eq!(history.at(2100), history.at(2021));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let cases = [
            ("year,men\n".to_owned(), "line 1"),
            (format!("{HEADER}\n"), ""),
            (
                format!("{HEADER}\n2000,25,23,5,10,101,70\n"),
                "cohabitation_first",
            ),
            (
                format!("{HEADER}\n2000,25,23,5,10,10,70\n1990,25,23,5,10,10,70\n"),
                "line 3",
            ),
        ];
        for (text, says) in cases {
            let error = MarriageHistory::from_bytes("mine.csv", text.as_bytes()).unwrap_err();
            assert!(error.to_string().contains("mine.csv"), "{error}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
