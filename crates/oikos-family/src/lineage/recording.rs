//! Taking people into a lineage: founders, newborns and those who come, with parents who can be theirs.

use oikos_core::{Date, Digest, StableId, TypeKey};
use oikos_world::{PersonId, Sex};

use super::Lineage;
use super::record::{Founder, NO_CAUSE, NOBODY, Origin, Record};
use super::state::add_entry;
use crate::error::FamilyError;

/// A man may have died, or left, so many days before the birth of his child: the longest time that French law takes
/// between conception and birth (Code civil, art. 311).
const GESTATION_DAYS_MAX: i32 = 300;

/// At what ages the parents of founders had them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParentsAges {
    /// Mothers at 12 to 60, fathers from 12 on: for founders of a user's own, whose ids may be mixed up.
    Plausible,
    /// At whatever ages the tables have births, which the library made the founders from.
    OfTables,
}

/// The youngest that a parent of plausible age is at the birth, completed years.
const PARENT_AGE_MIN: i32 = 12;

/// The oldest that a mother of plausible age is, completed years.
const PLAUSIBLE_MOTHER_AGE_MAX: i32 = 60;

impl Lineage {
    /// Records the founders, who come before anybody is born.
    pub(crate) fn found(
        &mut self,
        today: Date,
        people: &[Founder],
        ages: ParentsAges,
    ) -> Result<(), FamilyError> {
        let before = self.records.len();
        let founded = std::mem::replace(&mut self.founded, today.days());
        self.records.reserve(people.len());
        for founder in people {
            if let Err(error) = self.add_founder(founder, ages) {
                self.withdraw(before);
                self.founded = founded;
                return Err(error);
            }
        }
        Ok(())
    }

    fn add_founder(&mut self, founder: &Founder, ages: ParentsAges) -> Result<(), FamilyError> {
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
        if ages == ParentsAges::Plausible {
            self.check_ages(parents, founder.born.0)?;
        }
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
    pub(super) fn add(
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
    pub(super) fn check_parents(
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
                None => {
                    Some("nobody with a lower id than the child's has that id; parents come first")
                }
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

    /// Refuses parents of the next person who had an age at the birth at which hardly anybody has children. Whoever
    /// is not recorded, or was born later, is left to [`Self::check_parents`].
    fn check_ages(&self, parents: [Option<PersonId>; 2], born: Date) -> Result<(), FamilyError> {
        let roles = [
            (
                "mother",
                PLAUSIBLE_MOTHER_AGE_MAX,
                "mothers of founders have completed 12 to 60 years at the birth",
            ),
            (
                "father",
                i32::MAX,
                "fathers of founders have completed 12 years at the birth",
            ),
        ];
        for (parent, (role, oldest, must)) in parents.into_iter().zip(roles) {
            let Some((parent, record)) = parent.and_then(|id| Some((id, self.get(id)?))) else {
                continue;
            };
            let age = born.completed_years_since(record.born);
            if record.born < born && !(PARENT_AGE_MIN..=oldest).contains(&age) {
                return Err(FamilyError::Parent {
                    child: self.records.len() as u64,
                    role,
                    parent: parent.get(),
                    must,
                });
            }
        }
        Ok(())
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
    pub(super) fn derive(&mut self) {
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
    pub(super) fn close(&mut self, row: u32, day: i32, cause: u16, left: bool) {
        let closed = self
            .records
            .close(row, |record| record.close(day, cause, left));
        if let Some(record) = closed {
            record.add_cells(&TypeKey::new(Self::NAME), u64::from(row), &mut self.sealed);
        }
    }
}

/// The row of the next person.
pub(super) fn row_of(people: usize) -> Result<u32, FamilyError> {
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
