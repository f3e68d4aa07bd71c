//! Ancestors and descendants, one generation after the other.

use oikos_world::PersonId;

use crate::lineage::{Lineage, NOBODY, person};

/// Kin of one person in one direction, by generation, then id. Looks up a generation when it is asked for.
#[derive(Clone)]
pub struct Generations<'a> {
    lineage: &'a Lineage,
    step: Step,
    /// Who is in the present generation and in none before it, ascending.
    level: Vec<u32>,
    given: usize,
    generation: u32,
    depth: u32,
    /// Everybody in a generation so far, ascending.
    seen: Vec<u32>,
}

/// Adds the rows that are one generation away from a row.
type Step = fn(&Lineage, u32, &mut Vec<u32>);

pub(super) fn upward(lineage: &Lineage, row: u32, rows: &mut Vec<u32>) {
    let parents = lineage.parent_rows(row).into_iter();
    rows.extend(parents.filter(|parent| *parent != NOBODY));
}

pub(super) fn downward(lineage: &Lineage, row: u32, rows: &mut Vec<u32>) {
    rows.extend(lineage.child_rows(row));
}

/// Everybody one step away from these rows, ascending.
pub(super) fn next(lineage: &Lineage, rows: &[u32], step: Step) -> Vec<u32> {
    let mut next = Vec::new();
    for row in rows {
        step(lineage, *row, &mut next);
    }
    next.sort_unstable();
    next.dedup();
    next
}

/// Everybody's parents, ascending.
pub(crate) fn parents_of_all(lineage: &Lineage, rows: &[u32]) -> Vec<u32> {
    next(lineage, rows, upward)
}

impl<'a> Generations<'a> {
    pub(super) fn new(lineage: &'a Lineage, of: u32, depth: u32, step: Step) -> Self {
        let level: Vec<u32> = lineage.record(of).map(|_| of).into_iter().collect();
        Self {
            lineage,
            step,
            given: level.len(),
            level,
            generation: 0,
            depth,
            seen: Vec::new(),
        }
    }

    fn advance(&mut self) {
        self.level = next(self.lineage, &self.level, self.step);
        let seen = &self.seen;
        self.level.retain(|row| seen.binary_search(row).is_err());
        self.seen.extend(&self.level);
        self.seen.sort();
        self.generation += 1;
        self.given = 0;
    }
}

impl Iterator for Generations<'_> {
    /// Who, and in which generation.
    type Item = (PersonId, u32);

    fn next(&mut self) -> Option<Self::Item> {
        if self.given == self.level.len() && self.generation < self.depth && self.given > 0 {
            self.advance();
        }
        let row = *self.level.get(self.given)?;
        self.given += 1;
        Some((person(row)?, self.generation))
    }
}
