//! Age groups that follow one another without overlap or gap.

use super::AGE_MAX;
use super::error::TableError;
use super::sheet::{Row, Sheet};

/// Completed ages `from..=to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AgeGroup {
    pub(super) from: u32,
    pub(super) to: u32,
}

impl AgeGroup {
    /// The group in the first two columns of a row.
    pub(super) fn of_row(sheet: &Sheet, row: &Row) -> Result<Self, TableError> {
        let age = |column| {
            sheet.whole(
                row,
                column,
                (0, u64::from(AGE_MAX)),
                "a whole number from 0 to 150",
            )
        };
        Ok(Self {
            from: age(0)? as u32,
            to: age(1)? as u32,
        })
    }

    /// The group in a column name such as `15_19`, if it is one.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let (from, to) = name.split_once('_')?;
        Some(Self {
            from: from.parse().ok()?,
            to: to.parse().ok()?,
        })
    }

    /// Ages in the group.
    pub(super) fn width(self) -> u32 {
        self.to - self.from + 1
    }
}

/// Checks that groups follow one another, and says on which line and in which field one does not.
#[derive(Debug, Default)]
pub(super) struct GroupChain {
    seen: Vec<(AgeGroup, u64)>,
}

impl GroupChain {
    /// Takes the next group; the first one must start at `start`, if that is given.
    pub(super) fn push(
        &mut self,
        sheet: &Sheet,
        row: &Row,
        column: usize,
        group: AgeGroup,
        start: Option<u32>,
    ) -> Result<(), TableError> {
        let (file, line, field) = (sheet.file.clone(), row.line, sheet.field(column));
        let AgeGroup { from, to } = group;
        if to < from {
            return Err(TableError::ReversedGroup {
                file,
                line,
                field,
                from,
                to,
            });
        }
        if let Some(&(_, first_line)) = self.seen.iter().find(|(other, _)| *other == group) {
            return Err(sheet.duplicate(row, column, first_line));
        }
        let expected = self
            .seen
            .last()
            .map(|(last, _)| last.to + 1)
            .or(start)
            .unwrap_or(from);
        if from < expected {
            return Err(TableError::OverlappingGroups {
                file,
                line,
                field,
                from,
                to,
                expected,
            });
        }
        if from > expected {
            return Err(TableError::GapBetweenGroups {
                file,
                line,
                field,
                from,
                to,
                expected,
            });
        }
        self.seen.push((group, line));
        Ok(())
    }
}
