//! Reading tables of population, mortality and fertility from a directory of CSV files.
//!
//! What a file is, its header says; its name is free. Lines that start with `#` are comments.
//!
//! | role | header | |
//! |---|---|---|
//! | population | `age_from,age_to,male,female` | persons, groups from age 0 without gaps |
//! | mortality | `age,qx_male,qx_female` | chance of dying within the year, one calendar year |
//! | mortality | `year,age,qx_male,qx_female` | the same for several years |
//! | fertility | `age_from,age_to,births_per_1000_women` | one calendar year |
//! | fertility | `year,10_14,15_19,...,tfr` | the same for several years; `tfr` may be left out |
//!
//! A file of one year takes its year from a number of four digits in its name. Without one it holds
//! for all time, and must then be the only table of its role.
//!
//! Tables of migration are read by [`MigrationTables`](crate::MigrationTables).
//!
//! Figures that stand alone, such as a median age, are read from a file of their own: see
//! [`FamilyFigures`].

mod error;
mod fertility;
mod figures;
mod group;
mod inputs;
mod marriages;
mod migration;
mod mortality;
mod population;
mod role;
mod series;
pub(crate) mod sheet;
#[cfg(test)]
mod tests;

pub use error::TableError;
pub use figures::{FamilyFigures, Figure};
pub use marriages::MarriageHistory;
pub(crate) use marriages::MarriageYear;
pub use population::PopulationGroup;
pub use series::Series;

use crate::demography::fertility::FertilityTable;
use crate::demography::life_table::LifeTable;
use role::{Layout, Role};
use series::Collected;
use sheet::Sheet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The oldest completed age that a table or an observation can have, years.
pub const AGE_MAX: u32 = 150;

/// A mortality table must reach this age, years.
const LAST_AGE_MIN: u32 = 100;

/// First calendar year that a table can have.
const YEAR_MIN: u64 = 1800;

/// Last calendar year that a table can have.
const YEAR_MAX: u64 = 2200;

/// The bundled tables of the United States: file name and text.
const US: [(&str, &str); 3] = [
    (
        "us_2019_population.csv",
        include_str!("../../data/us/us_2019_population.csv"),
    ),
    (
        "us_fertility_history.csv",
        include_str!("../../data/us/us_fertility_history.csv"),
    ),
    (
        "us_mortality_history.csv",
        include_str!("../../data/us/us_mortality_history.csv"),
    ),
];

/// Everything needed to start a population and to run it: who there is, who dies, who gives birth.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// People by age group and sex at the start, from age 0 without gaps.
    pub population: Vec<PopulationGroup>,
    /// Life tables of men and of women over time.
    pub mortality: Series<[LifeTable; 2]>,
    /// Fertility over time.
    pub fertility: Series<FertilityTable>,
    /// Names of the CSV files that are none of these, in order.
    pub ignored: Vec<String>,
}

impl Tables {
    /// The bundled tables of the United States: the population of 1 July 2019 (Census Bureau), life
    /// tables of 1900-2017 (Social Security Administration) and fertility of 1940-2020 (NCHS).
    ///
    /// # Errors
    /// None, as long as the bundled tables are sound, which a test sees to.
    pub fn us() -> Result<Self, TableError> {
        let files = US.map(|(file, text)| (file.to_owned(), text.as_bytes().to_vec()));
        Self::from_files("bundled tables", &files)
    }

    /// Reads every file of a directory whose name ends in `.csv`, in order of their names.
    ///
    /// # Errors
    /// When the directory or a file cannot be read, a name that ends in `.csv` is that of a folder or of
    /// a link to no file, a file is wrong in any way that [`TableError`]
    /// lists, two files contradict each other, or a role has no file.
    pub fn load_dir(path: &Path) -> Result<Self, TableError> {
        Self::from_files(&path.display().to_string(), &csv_files(path)?)
    }

    /// Puts together what a list of files (name, content) holds.
    fn from_files(directory: &str, files: &[(String, Vec<u8>)]) -> Result<Self, TableError> {
        let mut population: Option<(String, Vec<PopulationGroup>)> = None;
        let mut mortality = Collected::new(Role::Mortality);
        let mut fertility = Collected::new(Role::Fertility);
        let mut ignored = Vec::new();
        for (file, bytes) in files {
            let sheet = Sheet::parse(file, bytes)?;
            let Some(layout) = role::layout(&sheet)? else {
                ignored.push(file.clone());
                continue;
            };
            sheet.check_columns()?;
            match layout {
                Layout::Population => add_population(&mut population, &sheet)?,
                Layout::MortalityOfYear => {
                    mortality.add(
                        file,
                        role::year_of_name(file)?,
                        mortality::read_one(&sheet)?,
                    )?;
                }
                Layout::MortalityOverTime => {
                    mortality.extend(file, mortality::read_many(&sheet)?)?;
                }
                Layout::FertilityOfYear => {
                    fertility.add(
                        file,
                        role::year_of_name(file)?,
                        fertility::read_one(&sheet)?,
                    )?;
                }
                Layout::FertilityOverTime => {
                    fertility.extend(file, fertility::read_many(&sheet)?)?;
                }
            }
        }
        let missing = || missing_role(directory, &population, &mortality, &fertility, &ignored);
        match (&population, mortality.series(), fertility.series()) {
            (Some((_, groups)), Some(mortality), Some(fertility)) => Ok(Self {
                population: groups.clone(),
                mortality,
                fertility,
                ignored,
            }),
            _ => Err(missing()),
        }
    }
}

/// The CSV files of a directory with what is in them, in the order of their names.
fn csv_files(path: &Path) -> Result<Vec<(String, Vec<u8>)>, TableError> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
        let entry = entry.map_err(|error| unreadable(path, &error))?.path();
        let is_csv = entry
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("csv"));
        if !is_csv {
            continue;
        }
        // Left out in silence, a table would be missing or an older one would hold.
        if !entry.is_file() {
            let path = entry.display().to_string();
            return Err(TableError::NotAFile { path });
        }
        paths.push(entry);
    }
    paths.sort();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
        files.push((path.display().to_string(), bytes));
    }
    Ok(files)
}

pub(crate) fn unreadable(path: &Path, error: &io::Error) -> TableError {
    let path = path.display().to_string();
    match error.kind() {
        io::ErrorKind::NotFound => TableError::NotFound { path },
        kind => TableError::Unreadable { path, kind },
    }
}

fn add_population(
    population: &mut Option<(String, Vec<PopulationGroup>)>,
    sheet: &Sheet,
) -> Result<(), TableError> {
    let groups = population::read(sheet)?;
    match population {
        Some((first, known)) if *known != groups => Err(TableError::SeveralPopulations {
            first: first.clone(),
            second: sheet.file.clone(),
        }),
        _ => {
            *population = Some((sheet.file.clone(), groups));
            Ok(())
        }
    }
}

fn missing_role(
    directory: &str,
    population: &Option<(String, Vec<PopulationGroup>)>,
    mortality: &Collected<[LifeTable; 2]>,
    fertility: &Collected<FertilityTable>,
    ignored: &[String],
) -> TableError {
    let population: Vec<String> = population.iter().map(|(file, _)| file.clone()).collect();
    let found = [
        (Role::Population.name(), population),
        (Role::Mortality.name(), mortality.files()),
        (Role::Fertility.name(), fertility.files()),
    ];
    let missing: Vec<&str> = found
        .iter()
        .filter(|(_, files)| files.is_empty())
        .map(|(role, _)| *role)
        .collect();
    let mut present: Vec<String> = found
        .iter()
        .flat_map(|(role, files)| files.iter().map(move |file| format!("{file} ({role})")))
        .collect();
    present.extend(
        ignored
            .iter()
            .map(|file| format!("{file} (another header)")),
    );
    TableError::MissingRole {
        directory: directory.to_owned(),
        missing: missing.join(", no "),
        found: if present.is_empty() {
            "no CSV file".to_owned()
        } else {
            present.join(", ")
        },
    }
}
