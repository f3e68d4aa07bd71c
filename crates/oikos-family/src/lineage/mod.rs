//! Lineage: birth, parents and death of everybody who ever lived, the dead ancestors of founders included; and
//! when those came and left who were not here all their lives.

mod fathers;
#[cfg(test)]
mod flow_tests;
mod record;
mod record_system;
mod segments;
mod state;

#[cfg(test)]
mod tests;

use bevy_ecs::resource::Resource;
use oikos_core::{Date, Digest, StableId, TypeKey};
use oikos_world::{PersonId, Sex};

pub use fathers::Fathers;
pub use record::{Founder, LineageRecord, Origin};
pub(crate) use record::{NOBODY, Record, person};
pub(crate) use record_system::{check_lineage, record_lineage};

use crate::error::FamilyError;
use record::NO_CAUSE;
use segments::Segments;
use state::add_entry;

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

/// A man may have died, or left, so many days before the birth of his child: the longest time that French law takes
/// between conception and birth (Code civil, art. 311).
const GESTATION_DAYS_MAX: i32 = 300;

impl Lineage {
    /// The name under which it is saved.
    pub(crate) const NAME: &'static str = "family.lineage";

    /// The most people there can be: rows are 32-bit numbers, and one of these means nobody.
    pub const PEOPLE_MAX: u64 = NOBODY as u64;

    /// The lineage of these people, whose ids are their places in the list: pedigrees without a society.
    ///
    /// # Errors
    /// [`FamilyError::Parent`] and [`FamilyError::Founder`] for what cannot be, with the person;
    /// [`FamilyError::LineageFull`].
    pub fn of_founders(founded: Date, people: &[Founder]) -> Result<Self, FamilyError> {
        let mut lineage = Self::default();
        lineage.found(founded, people)?;
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
        let row = self.row(parent).unwrap_or(NOBODY);
        let newest_first: Vec<_> = self.child_rows(row).filter_map(person).collect();
        newest_first.into_iter().rev()
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

    /// Records the founders, who come before anybody is born.
    pub(crate) fn found(&mut self, today: Date, people: &[Founder]) -> Result<(), FamilyError> {
        let before = self.records.len();
        let founded = std::mem::replace(&mut self.founded, today.days());
        self.records.reserve(people.len());
        for founder in people {
            if let Err(error) = self.add_founder(founder) {
                self.withdraw(before);
                self.founded = founded;
                return Err(error);
            }
        }
        Ok(())
    }

    fn add_founder(&mut self, founder: &Founder) -> Result<(), FamilyError> {
        let born = founder.born.0.days();
        let problem = match founder.died.map(Date::days) {
            Some(died) if died < born => Some("who died before birth"),
            Some(died) if died >= self.founded => Some("who was dead, but not before the founding"),
            _ if born > self.founded => Some("who was not yet born"),
            _ => None,
        };
        if let Some(problem) = problem {
            let person = self.records.len() as u64;
            return Err(FamilyError::Founder { person, problem });
        }
        let parents = [founder.mother, founder.father];
        let origin = match founder.died {
            Some(_) => Origin::Ancestor,
            None => Origin::Founder,
        };
        let row = self.add(parents, Record::new([NOBODY; 2], born, founder.sex, origin))?;
        if let Some(died) = founder.died {
            self.ancestors += 1;
            self.close(row, died.days(), NO_CAUSE, false);
        }
        Ok(())
    }

    /// Adds a person. The parents are checked first, so an error leaves everything as it was.
    fn add(
        &mut self,
        parents: [Option<PersonId>; 2],
        mut record: Record,
    ) -> Result<u32, FamilyError> {
        let row = row_of(self.records.len())?;
        [record.mother, record.father] = self.check_parents(row, parents, record.born)?;
        self.records.push(record);
        self.link(row);
        Ok(row)
    }

    /// Adds somebody who comes today from elsewhere.
    pub(crate) fn enter(
        &mut self,
        parents: [Option<PersonId>; 2],
        born: i32,
        sex: Sex,
        today: i32,
    ) -> Result<u32, FamilyError> {
        let row = self.add(
            parents,
            Record::new([NOBODY; 2], born, sex, Origin::Immigrant),
        )?;
        self.entries.push((row, today));
        add_entry(row, today, &mut self.sealed);
        Ok(row)
    }

    /// The rows of the parents of somebody who is born on a day.
    fn check_parents(
        &self,
        child: u32,
        parents: [Option<PersonId>; 2],
        born: i32,
    ) -> Result<[u32; 2], FamilyError> {
        let mut rows = [NOBODY; 2];
        for (index, parent) in parents.into_iter().enumerate() {
            let Some(parent) = parent else { continue };
            let older = self.row(parent).filter(|row| *row < child);
            let problem = match older.and_then(|row| self.record(row)) {
                Some(parent) => unfit(parent, index == 1, born),
                None => Some("parents have lower ids than their children"),
            };
            if let Some(must) = problem {
                return Err(FamilyError::Parent {
                    child: u64::from(child),
                    role: ["mother", "father"][index],
                    parent: parent.get(),
                    must,
                });
            }
            rows[index] = older.unwrap_or(NOBODY);
        }
        Ok(rows)
    }

    /// Puts a person at the head of the lists of their parents' children.
    fn link(&mut self, row: u32) {
        let [mother, father] = self.parent_rows(row);
        let take = |lineage: &mut Self, parent: u32| match lineage.records.links_mut(parent) {
            Some(parent) => std::mem::replace(&mut parent.last_child, row),
            None => NOBODY,
        };
        let next_of_mother = take(self, mother);
        let next_of_father = take(self, father);
        if let Some(record) = self.records.links_mut(row) {
            record.next_of_mother = next_of_mother;
            record.next_of_father = next_of_father;
        }
    }

    /// Takes everybody from a row on out again.
    fn withdraw(&mut self, from: usize) {
        self.records.truncate(from);
        for row in 0..self.records.len() as u32 {
            if let Some(record) = self.records.links_mut(row) {
                record.last_child = NOBODY;
            }
        }
        self.derive();
    }

    /// Links the children, and counts and seals those who are gone, from what is saved of each record.
    fn derive(&mut self) {
        let key = TypeKey::new(Self::NAME);
        self.sealed = Digest::default();
        self.ancestors = 0;
        for row in 0..self.records.len() as u32 {
            self.link(row);
            let Some(record) = self.records.get(row) else {
                continue;
            };
            self.ancestors += usize::from(!record.origin().lived());
            if !record.is_present() {
                record.add_cells(&key, u64::from(row), &mut self.sealed);
            }
        }
        for (row, day) in &self.entries {
            add_entry(*row, *day, &mut self.sealed);
        }
    }

    /// Records a death, or that somebody left.
    fn close(&mut self, row: u32, day: i32, cause: u16, left: bool) {
        let closed = self
            .records
            .close(row, |record| record.close(day, cause, left));
        if let Some(record) = closed {
            record.add_cells(&TypeKey::new(Self::NAME), u64::from(row), &mut self.sealed);
        }
    }
}

/// The row of the next person.
fn row_of(people: usize) -> Result<u32, FamilyError> {
    match u32::try_from(people) {
        Ok(row) if row != NOBODY => Ok(row),
        _ => Err(FamilyError::LineageFull {
            max: Lineage::PEOPLE_MAX,
        }),
    }
}

/// Why somebody cannot be the parent of a child that is born on a day.
fn unfit(parent: &Record, is_father: bool, born: i32) -> Option<&'static str> {
    if parent.is_male() != is_father {
        return Some("mothers are women and fathers are men");
    }
    if parent.born >= born {
        return Some("parents are born before their children");
    }
    let posthumous = if is_father { GESTATION_DAYS_MAX } else { 0 };
    let gone_for = i64::from(born) - i64::from(parent.exit);
    (gone_for > i64::from(posthumous))
        .then_some("mothers live at the birth, and fathers at most 300 days before it")
}
