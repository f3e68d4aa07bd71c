//! Names of people: derived from the lineage, never stored.
//!
//! A given name is drawn for each person from the list of their sex; a family name is the father's, or the
//! mother's where he is unknown, and is drawn for whom neither is known. Nobody takes another name in a union.

mod lists;
#[cfg(test)]
mod tests;

use std::fmt;

use oikos_core::{Seed, Stream, Tick, child_subject};
use oikos_world::PersonId;

use crate::lineage::{Lineage, NOBODY};
use lists::List;

/// Lists that names are drawn from.
///
/// A name depends on the seed, on the founder at the head of a line and on the births that lead down from
/// there: one more birth elsewhere renames nobody. The same person always has the same name.
///
/// ```
/// use oikos_core::{Seed, StableId, date};
/// use oikos_family::{Founder, Lineage, Names};
/// use oikos_world::{BirthDate, PersonId, Sex};
///
/// let mother = Founder::new(BirthDate(date(1950, 3, 1)?), Sex::Female);
/// let child = Founder::new(BirthDate(date(1980, 1, 1)?), Sex::Male).mother(PersonId::FIRST);
/// let lineage = Lineage::of_founders(date(2019, 7, 1)?, &[mother, child])?;
/// let names = Names::us()?;
/// let of = |id| names.of(Seed(1), &lineage, id);
/// let (mother, child) = (of(PersonId::FIRST), of(PersonId::new(1)?));
/// assert_eq!(mother.map(|name| name.family), child.map(|name| name.family));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// By the index of the sex.
    given: [List; 2],
    family: List,
}

/// What somebody is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name<'a> {
    /// The given name.
    pub given: &'a str,
    /// The family name.
    pub family: &'a str,
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.given, self.family)
    }
}

impl Names {
    /// The name of a person of a lineage under a seed; `None` for an id that nobody has had.
    #[must_use]
    pub fn of(&self, seed: Seed, lineage: &Lineage, person: PersonId) -> Option<Name<'_>> {
        let row = lineage.row(person)?;
        let sex = usize::from(!lineage.record(row)?.is_male());
        let given = Stream::new(seed, "family.names.given");
        let family = Stream::new(seed, "family.names.family");
        let head = head(lineage, row);
        Some(Name {
            given: self.given[sex].draw(given.at(subject(lineage, row), Tick::ZERO)),
            family: self
                .family
                .draw(family.at(subject(lineage, head), Tick::ZERO)),
        })
    }
}

/// The person at the head of the line of the name: up through fathers, and mothers where he is unknown.
fn head(lineage: &Lineage, row: u32) -> u32 {
    let above = |row: &u32| {
        let [mother, father] = lineage.parent_rows(*row);
        [father, mother]
            .into_iter()
            .find(|parent| *parent != NOBODY)
    };
    let line = std::iter::successors(Some(row), above);
    line.last().unwrap_or(row)
}

/// Under what a name is drawn: as for the draws of a newborn, the number of the birth for the mother, and what
/// hers is drawn under; at the head of the mothers' line, the id.
fn subject(lineage: &Lineage, row: u32) -> u64 {
    let mut births = Vec::new();
    let mut at = row;
    loop {
        let [mother, _] = lineage.parent_rows(at);
        if mother == NOBODY {
            break;
        }
        let older = lineage.child_rows(mother).filter(|child| *child < at);
        births.push(older.count() as u32);
        at = mother;
    }
    let births = births.iter().rev();
    births.fold(u64::from(at), |mother, number| {
        child_subject(mother, *number)
    })
}
