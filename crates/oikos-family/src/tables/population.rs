//! People by age group and sex: `age_from,age_to,male,female`.

use super::error::TableError;
use super::group::{AgeGroup, GroupChain};
use super::sheet::Sheet;

/// Largest count of a group: far above any population, and exact in every number type used.
const COUNT_MAX: u64 = 1_000_000_000_000;

/// People of one age group at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PopulationGroup {
    /// First completed age of the group.
    pub age_from: u32,
    /// Last completed age of the group.
    pub age_to: u32,
    /// People by sex, persons.
    pub people: [u64; 2],
}

pub(super) fn read(sheet: &Sheet) -> Result<Vec<PopulationGroup>, TableError> {
    const RANGE: &str = "a whole number from 0 to 10^12";
    let mut chain = GroupChain::default();
    let mut groups = Vec::with_capacity(sheet.rows.len());
    for row in &sheet.rows {
        let group = AgeGroup::of_row(sheet, row)?;
        chain.push(sheet, row, 0, group, Some(0))?;
        let male = sheet.whole(row, 2, (0, COUNT_MAX), RANGE)?;
        let female = sheet.whole(row, 3, (0, COUNT_MAX), RANGE)?;
        let AgeGroup { from, to } = group;
        if male > 0 && female == 0 {
            return Err(TableError::NoWomen {
                file: sheet.file.clone(),
                line: row.line,
                from,
                to,
            });
        }
        groups.push(PopulationGroup {
            age_from: from,
            age_to: to,
            people: [male, female],
        });
    }
    if groups.iter().all(|group| group.people == [0, 0]) {
        return Err(TableError::NoPeople {
            file: sheet.file.clone(),
            line: sheet.header.line,
        });
    }
    Ok(groups)
}
