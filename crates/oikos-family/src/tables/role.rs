//! What a file is, told by its header, and the year in its name.

use std::path::Path;

use super::error::TableError;
use super::fertility::TOTAL;
use super::group::AgeGroup;
use super::sheet::Sheet;
use super::{YEAR_MAX, YEAR_MIN};

/// What a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Population,
    Mortality,
    Fertility,
}

impl Role {
    const ALL: [Self; 3] = [Self::Population, Self::Mortality, Self::Fertility];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Population => "population",
            Self::Mortality => "mortality",
            Self::Fertility => "fertility",
        }
    }

    /// The headers that a file of this role can have.
    fn headers(self) -> &'static str {
        match self {
            Self::Population => "age_from,age_to,male,female",
            Self::Mortality => "age,qx_male,qx_female or year,age,qx_male,qx_female",
            Self::Fertility => {
                "age_from,age_to,births_per_1000_women or year,10_14,15_19,... (with or without \
                 tfr)"
            }
        }
    }

    /// The role that a file name promises.
    fn promised_by(file: &str) -> Option<Self> {
        let file = file.to_lowercase();
        Self::ALL
            .into_iter()
            .find(|role| file.contains(role.name()))
    }
}

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Population,
    MortalityOfYear,
    MortalityOverTime,
    FertilityOfYear,
    FertilityOverTime,
}

/// The layout of a file, or nothing if it is none of ours.
///
/// A header that fits no layout is an error if the file name promises a role.
pub(super) fn layout(sheet: &Sheet) -> Result<Option<Layout>, TableError> {
    let cells: Vec<&str> = sheet.header.cells.iter().map(String::as_str).collect();
    let layout = match cells.as_slice() {
        ["age_from", "age_to", "male", "female"] => Layout::Population,
        ["age", "qx_male", "qx_female"] => Layout::MortalityOfYear,
        ["year", "age", "qx_male", "qx_female"] => Layout::MortalityOverTime,
        ["age_from", "age_to", "births_per_1000_women"] => Layout::FertilityOfYear,
        ["year", groups @ ..] if are_groups(groups) => Layout::FertilityOverTime,
        _ => return unknown(sheet, &cells),
    };
    Ok(Some(layout))
}

fn are_groups(names: &[&str]) -> bool {
    let groups = names.strip_suffix(&[TOTAL]).unwrap_or(names);
    !groups.is_empty() && groups.iter().all(|name| AgeGroup::of_name(name).is_some())
}

fn unknown(sheet: &Sheet, cells: &[&str]) -> Result<Option<Layout>, TableError> {
    let Some(role) = Role::promised_by(&sheet.file) else {
        return Ok(None);
    };
    let (file, line) = (sheet.file.clone(), sheet.header.line);
    if cells.iter().any(|cell| cell.parse::<f64>().is_ok()) {
        return Err(TableError::MissingHeader { file, line });
    }
    Err(TableError::WrongHeader {
        file,
        line,
        role: role.name(),
        found: cells.join(","),
        expected: role.headers(),
    })
}

/// The calendar year in a file name: its only number of exactly four digits from 1800 to 2200.
pub(super) fn year_of_name(file: &str) -> Result<Option<i32>, TableError> {
    let name = Path::new(file).file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let mut years = name
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse::<i32>().ok())
        .filter(|&year| (YEAR_MIN as i32..=YEAR_MAX as i32).contains(&year));
    let first = years.next();
    match (first, years.find(|&year| Some(year) != first)) {
        (Some(first), Some(second)) => Err(TableError::AmbiguousYear {
            file: file.to_owned(),
            first,
            second,
        }),
        _ => Ok(first),
    }
}
