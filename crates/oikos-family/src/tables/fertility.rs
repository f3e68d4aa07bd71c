//! Births per 1,000 women a year: one row per group for one year, one column per group for several.

use super::error::TableError;
use super::group::{AgeGroup, GroupChain};
use super::sheet::{Row, Sheet};
use super::{YEAR_MAX, YEAR_MIN};
use crate::demography::fertility::{
    FertilityGroup, FertilityTable, MOTHER_AGE_MAX, MOTHER_AGE_MIN,
};
use std::collections::BTreeMap;

/// Largest difference between a stated total fertility rate and the sum of its rates, as a share.
const TOTAL_TOLERANCE: f64 = 1e-3;

/// Column name of the total fertility rate.
pub(super) const TOTAL: &str = "tfr";

/// The table of one year: `age_from,age_to,births_per_1000_women`.
pub(super) fn read_one(sheet: &Sheet) -> Result<FertilityTable, TableError> {
    let mut chain = GroupChain::default();
    let mut groups = Vec::with_capacity(sheet.rows.len());
    for row in &sheet.rows {
        let group = AgeGroup::of_row(sheet, row)?;
        check_ages(sheet, row, group, (0, 1))?;
        chain.push(sheet, row, 0, group, None)?;
        groups.push((group, births(sheet, row, 2)?));
    }
    table(sheet, sheet.header.line, &groups)
}

/// The tables of several years: `year,10_14,15_19,...` and perhaps `tfr`.
pub(super) fn read_many(sheet: &Sheet) -> Result<BTreeMap<i32, FertilityTable>, TableError> {
    let columns = columns(sheet)?;
    let mut years: BTreeMap<i32, (u64, FertilityTable)> = BTreeMap::new();
    for row in &sheet.rows {
        let year = sheet.whole(row, 0, (YEAR_MIN, YEAR_MAX), "a year from 1800 to 2200")? as i32;
        if let Some(&(first_line, _)) = years.get(&year) {
            return Err(sheet.duplicate(row, 0, first_line));
        }
        let mut groups = Vec::with_capacity(columns.len());
        for &(column, group) in &columns {
            groups.push((group, births(sheet, row, column)?));
        }
        check_total(sheet, row, &groups)?;
        years.insert(year, (row.line, table(sheet, row.line, &groups)?));
    }
    if years.is_empty() {
        return Err(TableError::NoBirths {
            file: sheet.file.clone(),
            line: sheet.header.line,
        });
    }
    Ok(years
        .into_iter()
        .map(|(year, (_, table))| (year, table))
        .collect())
}

/// The age groups that the header names, each with its column.
fn columns(sheet: &Sheet) -> Result<Vec<(usize, AgeGroup)>, TableError> {
    let mut chain = GroupChain::default();
    let mut columns = Vec::new();
    for (column, name) in sheet.header.cells.iter().enumerate() {
        if let Some(group) = AgeGroup::of_name(name) {
            check_ages(sheet, &sheet.header, group, (column, column))?;
            chain.push(sheet, &sheet.header, column, group, None)?;
            columns.push((column, group));
        }
    }
    Ok(columns)
}

fn check_ages(
    sheet: &Sheet,
    row: &Row,
    group: AgeGroup,
    (from_column, to_column): (usize, usize),
) -> Result<(), TableError> {
    const RANGE: &str = "an age of mothers, 5 to 65";
    let mothers = MOTHER_AGE_MIN..=MOTHER_AGE_MAX;
    if !mothers.contains(&group.from) {
        return Err(sheet.out_of_range(row, from_column, RANGE));
    }
    if !mothers.contains(&group.to) {
        return Err(sheet.out_of_range(row, to_column, RANGE));
    }
    Ok(())
}

/// Births per 1,000 women a year: one delivery in nine months, some of them of twins.
const BIRTHS_MAX: f64 = 1500.0;

fn births(sheet: &Sheet, row: &Row, column: usize) -> Result<f64, TableError> {
    sheet.number(
        row,
        column,
        (0.0, BIRTHS_MAX),
        "births per 1,000 women a year, from 0 to 1,500: nobody bears more often",
    )
}

fn check_total(sheet: &Sheet, row: &Row, groups: &[(AgeGroup, f64)]) -> Result<(), TableError> {
    let Some(column) = sheet.header.cells.iter().position(|name| name == TOTAL) else {
        return Ok(());
    };
    let range = "births per 1,000 women in a lifetime, from 0 to 200,000";
    let stated = sheet.number(row, column, (0.0, 200_000.0), range)?;
    let computed: f64 = groups
        .iter()
        .map(|(group, rate)| f64::from(group.width()) * rate)
        .sum();
    if (computed - stated).abs() <= TOTAL_TOLERANCE * stated {
        return Ok(());
    }
    Err(TableError::TotalFertility {
        file: sheet.file.clone(),
        line: row.line,
        stated: stated.to_string(),
        computed: format!("{computed:.1}"),
    })
}

fn table(
    sheet: &Sheet,
    line: u64,
    groups: &[(AgeGroup, f64)],
) -> Result<FertilityTable, TableError> {
    let groups: Vec<FertilityGroup> = groups
        .iter()
        .map(|&(group, per_thousand)| FertilityGroup {
            age_from: group.from,
            age_to: group.to,
            births_per_woman_year: per_thousand / 1000.0,
        })
        .collect();
    // Ages and rates have been checked, so all that is left to refuse is a table without births.
    FertilityTable::from_groups(&groups).map_err(|_| TableError::NoBirths {
        file: sheet.file.clone(),
        line,
    })
}
