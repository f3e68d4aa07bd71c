//! Kinship: who is related to whom, and how, over a [`Lineage`].
//!
//! Everything here looks and changes nothing. Parents that the lineage does not know have no ancestors and
//! no other children; [`Relations::complete`] tells where that matters, and means of kin have their coverage
//! ([`KinMeans`]). Of an id that nobody has had there is nothing to tell: no kin, no relation, no coefficient.

mod by_age;
mod coefficient;
mod generations;
mod living;
mod means;
mod relation;

#[cfg(test)]
mod tests;

use oikos_world::PersonId;

pub(crate) use by_age::{COVERAGE_MIN, LIVING_KIN_BY_AGE, ParentsKnown};
pub use coefficient::Kinship;
pub use generations::Generations;
pub use living::{Kin, KinCounts, Line};
pub use means::KinMeans;
pub use relation::Relation;

use crate::lineage::{Lineage, NOBODY, person};
pub(crate) use generations::parents_of_all;
use generations::{downward, upward};

/// Questions about kin.
#[derive(Clone, Copy)]
pub struct Relations<'a> {
    lineage: &'a Lineage,
}

/// Whether two people have both parents in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sibling {
    /// The same mother and the same father, both known.
    Full,
    /// The same mother or the same father; the other differs, or is unknown for one of them or both.
    Half,
}

impl<'a> Relations<'a> {
    /// Of the people of a lineage.
    #[must_use]
    pub const fn new(lineage: &'a Lineage) -> Self {
        Self { lineage }
    }

    /// The mother and the father, where they are known.
    #[must_use]
    pub fn parents(&self, of: PersonId) -> [Option<PersonId>; 2] {
        self.lineage.parent_rows(self.row(of)).map(person)
    }

    /// The children, in the order of their ids.
    pub fn children(&self, of: PersonId) -> impl Iterator<Item = PersonId> + use<> {
        self.lineage.children(of)
    }

    /// Brothers and sisters, in the order of their ids.
    pub fn siblings(&self, of: PersonId) -> impl Iterator<Item = (PersonId, Sibling)> + use<> {
        let siblings = sibling_rows(self.lineage, self.row(of)).into_iter();
        siblings.filter_map(|(row, sibling)| Some((person(row)?, sibling)))
    }

    /// Ancestors with their generation, 1 for parents, up to `depth`: by generation, then id. Who is an
    /// ancestor in several ways comes once, in the nearest generation.
    #[must_use]
    pub fn ancestors(&self, of: PersonId, depth: u32) -> Generations<'a> {
        Generations::new(self.lineage, self.row(of), depth, upward)
    }

    /// Descendants with their generation, 1 for children, up to `depth`: by generation, then id. Who is a
    /// descendant in several ways comes once, in the nearest generation.
    #[must_use]
    pub fn descendants(&self, of: PersonId, depth: u32) -> Generations<'a> {
        Generations::new(self.lineage, self.row(of), depth, downward)
    }

    /// What `b` is to `a` through their nearest common ancestors, looked for in so many generations above
    /// each. `None` for people without a common ancestor there, and for a person and themselves.
    #[must_use]
    pub fn relation(&self, a: PersonId, b: PersonId, generations: u32) -> Option<Relation> {
        let (a, b) = (self.lineage.row(a)?, self.lineage.row(b)?);
        Relation::of(self.lineage, a, b, generations)
    }

    fn row(&self, of: PersonId) -> u32 {
        self.lineage.row(of).unwrap_or(NOBODY)
    }
}

/// The siblings of a row, in ascending order.
pub(crate) fn sibling_rows(lineage: &Lineage, of: u32) -> Vec<(u32, Sibling)> {
    let parents = lineage.parent_rows(of);
    let mut rows: Vec<u32> = parents
        .into_iter()
        .flat_map(|parent| lineage.child_rows(parent))
        .filter(|row| *row != of)
        .collect();
    rows.sort_unstable();
    rows.dedup();
    let both_known = !parents.contains(&NOBODY);
    let sibling = |row| {
        let full = both_known && lineage.parent_rows(row) == parents;
        (row, if full { Sibling::Full } else { Sibling::Half })
    };
    rows.into_iter().map(sibling).collect()
}
