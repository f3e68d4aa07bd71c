//! Lineage: birth, parents and death of everybody who ever lived, the dead ancestors of founders included; and
//! when those came and left who were not here all their lives.

mod fathers;
#[cfg(test)]
mod flow_tests;
#[cfg(test)]
mod founder_tests;
mod record;
mod record_system;
mod recording;
mod segments;
mod state;

#[cfg(test)]
mod tests;

use bevy_ecs::resource::Resource;
use oikos_core::{Date, Digest, StableId};
use oikos_world::PersonId;

pub use fathers::Fathers;
pub use record::{Founder, LineageRecord, Origin};
pub(crate) use record::{NOBODY, Record, person};
pub(crate) use record_system::{check_lineage, record_lineage};
pub(crate) use recording::ParentsAges;

use crate::error::FamilyError;
use segments::Segments;

/// Records of everybody who ever lived, by id. Persisted; 32 bytes a person in memory, 19 in a save; 8 and 4
/// more for those who came later than the founders.
///
/// A record changes once, at death or when the person leaves for good. The digest of those who are gone is
/// kept, and records lie in segments of 65,536: one in which nobody lives any more is sealed, and neither
/// copied nor looked at when the society is digested. Parents have lower ids than their children, so nobody
/// is an ancestor of themselves. There can be 2³² − 1 people.
#[derive(Resource, Clone, Default)]
pub struct Lineage {
    /// The date on which the founders were counted: they are observed from it on.
    founded: i32,
    records: Segments,
    /// Those who were dead at the founding.
    ancestors: usize,
    /// Row and day of entry of those who came later than the founders, in the order of the rows.
    entries: Vec<(u32, i32)>,
    /// The digest of what never changes: of those who are gone, and of the days of entry.
    sealed: Digest,
}

/// Parents of founders, when the society was founded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParentCounts {
    /// Founders whose parent lived.
    pub living: u64,
    /// Whose parent had died, and is recorded as an ancestor.
    pub dead: u64,
    /// Of whose parent nothing is known.
    pub unknown: u64,
}

impl Lineage {
    /// The name under which it is saved.
    pub(crate) const NAME: &'static str = "family.lineage";

    /// The most people there can be: rows are 32-bit numbers, and one of these means nobody.
    pub const PEOPLE_MAX: u64 = NOBODY as u64;

    /// The lineage of these people, whose ids are their places in the list: pedigrees without a society.
    ///
    /// # Errors
    /// [`FamilyError::Founder`] for a life that cannot have been, with the person. [`FamilyError::Parent`] with child
    /// and parent, for somebody who is not among the people before the child, is of the wrong sex, had died by the
    /// birth (a man more than 300 days before it), or was of an age at which hardly anybody has children: mothers have
    /// completed 12 to 60 years at the birth, fathers at least 12. (Those born later, in a society, have parents of
    /// whatever ages its tables say.) [`FamilyError::LineageFull`].
    pub fn of_founders(founded: Date, people: &[Founder]) -> Result<Self, FamilyError> {
        let mut lineage = Self::default();
        lineage.found(founded, people, ParentsAges::Plausible)?;
        Ok(lineage)
    }

    /// Number of people recorded.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nobody is recorded.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records.len() == 0
    }

    /// Number of people who ever lived in the society: all but those who were dead at its founding.
    #[must_use]
    pub const fn ever_lived(&self) -> usize {
        self.records.len() - self.ancestors
    }

    /// The date from which the founders are observed.
    #[must_use]
    pub fn founded(&self) -> Date {
        Date::from_days(self.founded).unwrap_or(Date::EPOCH)
    }

    /// The record of a person; `None` for ids that nobody has had.
    #[must_use]
    pub fn get(&self, id: PersonId) -> Option<LineageRecord> {
        let row = self.row(id)?;
        self.told(row, self.records.get(row)?)
    }

    /// How many of those who were alive at the founding had a living, a dead, or an unknown mother then; and the
    /// same of fathers.
    #[must_use]
    pub fn parents_of_founders(&self) -> [ParentCounts; 2] {
        let mut counts = [ParentCounts::default(); 2];
        let founders = self
            .records
            .iter()
            .filter(|record| record.origin() == Origin::Founder);
        for record in founders {
            for (parent, counts) in record.parents().into_iter().zip(&mut counts) {
                let origin = self.record(parent).map(Record::origin);
                match origin {
                    Some(Origin::Ancestor) => counts.dead += 1,
                    Some(_) => counts.living += 1,
                    None => counts.unknown += 1,
                }
            }
        }
        counts
    }

    /// All records in the order of ids, those of ancestors included who never lived in the society: see
    /// [`LineageRecord::origin`].
    pub fn iter(&self) -> impl Iterator<Item = (PersonId, LineageRecord)> + '_ {
        (0..)
            .zip(self.records.iter())
            .filter_map(|(row, record)| Some((person(row)?, self.told(row, record)?)))
    }

    fn told(&self, row: u32, record: &Record) -> Option<LineageRecord> {
        record.told(match record.origin() {
            Origin::Immigrant => self.entered(row),
            _ => None,
        })
    }

    /// The day on which an immigrant came.
    fn entered(&self, row: u32) -> Option<i32> {
        let entry = self.entries.binary_search_by_key(&row, |(row, _)| *row);
        Some(self.entries.get(entry.ok()?)?.1)
    }

    /// The children of a person, in the order of their ids.
    pub fn children(&self, parent: PersonId) -> impl Iterator<Item = PersonId> + use<> {
        let newest_first: Vec<_> = self.children_newest_first(parent).collect();
        newest_first.into_iter().rev()
    }

    /// The children of a person, those with the highest ids first.
    pub(crate) fn children_newest_first(
        &self,
        parent: PersonId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        let row = self.row(parent).unwrap_or(NOBODY);
        self.child_rows(row).filter_map(person)
    }

    /// The row of a person; `None` for ids that nobody has had.
    pub(crate) fn row(&self, id: PersonId) -> Option<u32> {
        let row = u32::try_from(id.get()).ok()?;
        ((row as usize) < self.len()).then_some(row)
    }

    /// As [`Self::row`], for callers that must have somebody.
    pub(crate) fn known_row(&self, id: PersonId) -> Result<u32, FamilyError> {
        self.row(id).ok_or(FamilyError::NoSuchPerson {
            id: id.get(),
            people: self.len() as u64,
        })
    }

    pub(crate) fn record(&self, row: u32) -> Option<&Record> {
        self.records.get(row)
    }

    /// Mother and father; nobody's parents are nobody.
    #[inline]
    pub(crate) fn parent_rows(&self, row: u32) -> [u32; 2] {
        self.record(row).map_or([NOBODY; 2], Record::parents)
    }

    /// The rows of the children, the newest first.
    pub(crate) fn child_rows(&self, parent: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.record(parent).map(|record| record.last_child);
        let known = |row: &u32| *row != NOBODY;
        std::iter::successors(first.filter(known), move |child| {
            let next = self.record(*child)?.next_child_of(parent);
            Some(next).filter(known)
        })
    }
}
