//! Probabilities of dying: `age,qx_male,qx_female` for one year, with `year` before it for several.

use super::error::TableError;
use super::sheet::{Row, Sheet};
use super::{AGE_MAX, LAST_AGE_MIN, YEAR_MAX, YEAR_MIN};
use crate::demography::life_table::LifeTable;
use std::collections::BTreeMap;

/// Rows of one calendar year by age.
type Year<'a> = BTreeMap<u32, &'a Row>;

/// The table of one year.
pub(super) fn read_one(sheet: &Sheet) -> Result<[LifeTable; 2], TableError> {
    let mut year = Year::new();
    for row in &sheet.rows {
        insert(sheet, row, 0, &mut year)?;
    }
    if year.is_empty() {
        return Err(TableError::NoRows {
            file: sheet.file.clone(),
            line: sheet.header.line,
        });
    }
    life_tables(sheet, &year, 1)
}

/// The tables of several years.
pub(super) fn read_many(sheet: &Sheet) -> Result<BTreeMap<i32, [LifeTable; 2]>, TableError> {
    let mut years: BTreeMap<i32, Year> = BTreeMap::new();
    for row in &sheet.rows {
        let year = sheet.whole(row, 0, (YEAR_MIN, YEAR_MAX), "a year from 1800 to 2200")?;
        insert(sheet, row, 1, years.entry(year as i32).or_default())?;
    }
    if years.is_empty() {
        return Err(TableError::NoRows {
            file: sheet.file.clone(),
            line: sheet.header.line,
        });
    }
    years
        .iter()
        .map(|(&year, rows)| Ok((year, life_tables(sheet, rows, 2)?)))
        .collect()
}

fn insert<'a>(
    sheet: &Sheet,
    row: &'a Row,
    column: usize,
    year: &mut Year<'a>,
) -> Result<(), TableError> {
    let range = "a whole number from 0 to 150";
    let age = sheet.whole(row, column, (0, u64::from(AGE_MAX)), range)? as u32;
    match year.insert(age, row) {
        None => Ok(()),
        Some(first) => Err(sheet.duplicate(row, column, first.line)),
    }
}

fn life_tables(sheet: &Sheet, year: &Year, column: usize) -> Result<[LifeTable; 2], TableError> {
    for (expected, (&found, row)) in (0..).zip(year) {
        if found != expected {
            let (file, line) = (sheet.file.clone(), row.line);
            return Err(TableError::MissingAge {
                file,
                line,
                expected,
                found,
            });
        }
    }
    if let Some((&last, row)) = year.last_key_value()
        && last < LAST_AGE_MIN
    {
        let (file, line) = (sheet.file.clone(), row.line);
        return Err(TableError::AgesEndEarly {
            file,
            line,
            last,
            needed: LAST_AGE_MIN,
        });
    }
    Ok([
        life_table(sheet, year, column)?,
        life_table(sheet, year, column + 1)?,
    ])
}

fn life_table(sheet: &Sheet, year: &Year, column: usize) -> Result<LifeTable, TableError> {
    const LAST: &str = "above 0 at the last age, which never ends";
    let mut qx = Vec::with_capacity(year.len());
    for row in year.values() {
        qx.push(sheet.number(row, column, (0.0, 1.0), "a probability from 0 to 1")?);
    }
    // The numbers have been checked, so all that is left to refuse is a last age without deaths.
    LifeTable::new(qx).map_err(|_| match year.last_key_value() {
        Some((_, row)) => sheet.out_of_range(row, column, LAST),
        None => TableError::NoRows {
            file: sheet.file.clone(),
            line: sheet.header.line,
        },
    })
}
