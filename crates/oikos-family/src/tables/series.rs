//! Tables by calendar year, and how several files add up to them.

use super::error::TableError;
use super::role::Role;
use std::collections::BTreeMap;

/// Tables over time.
#[derive(Debug, Clone, PartialEq)]
pub enum Series<T> {
    /// One table for all time.
    Timeless(T),
    /// Tables of calendar years, at least one.
    ByYear(BTreeMap<i32, T>),
}

impl<T> Series<T> {
    /// The table given for a calendar year, not interpolated.
    #[must_use]
    pub fn get(&self, year: i32) -> Option<&T> {
        match self {
            Self::Timeless(table) => Some(table),
            Self::ByYear(tables) => tables.get(&year),
        }
    }

    /// First and last year with a table of its own; nothing for a table without a year.
    #[must_use]
    pub fn years(&self) -> Option<(i32, i32)> {
        match self {
            Self::Timeless(_) => None,
            Self::ByYear(tables) => {
                Some((*tables.first_key_value()?.0, *tables.last_key_value()?.0))
            }
        }
    }
}

/// The tables of one role found so far, each with the file it came from.
#[derive(Debug)]
pub(super) struct Collected<T> {
    role: Role,
    timeless: Option<(String, T)>,
    by_year: BTreeMap<i32, (String, T)>,
}

impl<T: PartialEq + Clone> Collected<T> {
    pub(super) fn new(role: Role) -> Self {
        Self {
            role,
            timeless: None,
            by_year: BTreeMap::new(),
        }
    }

    /// Adds the table of one year, or of all time.
    pub(super) fn add(
        &mut self,
        file: &str,
        year: Option<i32>,
        table: T,
    ) -> Result<(), TableError> {
        let role = self.role.name();
        let alone = |timeless: &str, other: &str| TableError::TimelessNotAlone {
            file: timeless.to_owned(),
            other: other.to_owned(),
            role,
        };
        let Some(year) = year else {
            let known = self.timeless.as_ref().or(self.by_year.values().next());
            if let Some((other, known)) = known
                && (self.timeless.is_none() || *known != table)
            {
                return Err(alone(file, other));
            }
            self.timeless = Some((file.to_owned(), table));
            return Ok(());
        };
        if let Some((timeless, _)) = &self.timeless {
            return Err(alone(timeless, file));
        }
        if let Some((first, known)) = self.by_year.get(&year) {
            if *known == table {
                return Ok(());
            }
            let (first, second) = (first.clone(), file.to_owned());
            return Err(TableError::ConflictingYear {
                first,
                second,
                role,
                year,
            });
        }
        self.by_year.insert(year, (file.to_owned(), table));
        Ok(())
    }

    /// Adds the tables of several years.
    pub(super) fn extend(
        &mut self,
        file: &str,
        tables: BTreeMap<i32, T>,
    ) -> Result<(), TableError> {
        tables
            .into_iter()
            .try_for_each(|(year, table)| self.add(file, Some(year), table))
    }

    /// Names of the files, each once, in order.
    pub(super) fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = self
            .timeless
            .iter()
            .chain(self.by_year.values())
            .map(|(file, _)| file.clone())
            .collect();
        files.sort();
        files.dedup();
        files
    }

    /// The tables, if there are any.
    pub(super) fn series(&self) -> Option<Series<T>> {
        if let Some((_, table)) = &self.timeless {
            return Some(Series::Timeless(table.clone()));
        }
        let tables: BTreeMap<i32, T> = self
            .by_year
            .iter()
            .map(|(&year, (_, table))| (year, table.clone()))
            .collect();
        (!tables.is_empty()).then_some(Series::ByYear(tables))
    }
}
