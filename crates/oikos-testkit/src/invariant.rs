//! Invariants by number, and what it is to break one.

use std::fmt;

/// An invariant by its number. The crate's page has the table of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// Of ledgers, 1 to 16.
    L(u8),
    /// Of statements and stocks, 1 to 9.
    S(u8),
    /// Of markets, 1 to 16.
    M(u8),
    /// Of call auctions, 1 to 9.
    A(u8),
    /// Of titles, 1 to 3.
    T(u8),
}

impl fmt::Display for Invariant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::L(number) => write!(out, "L{number}"),
            Self::S(number) => write!(out, "S{number}"),
            Self::M(number) => write!(out, "M{number}"),
            Self::A(number) => write!(out, "A{number}"),
            Self::T(number) => write!(out, "T{number}"),
        }
    }
}

/// A broken invariant: its number, and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{invariant}: {problem}")]
pub struct Broken {
    /// Which one.
    pub invariant: Invariant,
    /// What was seen, and where.
    pub problem: String,
}

impl Invariant {
    /// That it is broken.
    #[must_use]
    pub fn broken(self, problem: impl Into<String>) -> Broken {
        Broken {
            invariant: self,
            problem: problem.into(),
        }
    }

    /// Broken unless it holds.
    ///
    /// # Errors
    /// [`Broken`], with the problem.
    pub fn require(self, holds: bool, problem: impl FnOnce() -> String) -> Result<(), Broken> {
        if holds {
            Ok(())
        } else {
            Err(self.broken(problem()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Invariant::{A, L, M, S};

    /// The table on the crate's page lacks no number.
    #[test]
    fn every_number_has_a_place() {
        let page = include_str!("lib.rs");
        let rows = page.lines().filter(|line| line.starts_with("//! |"));
        let words: Vec<&str> = rows
            .flat_map(|row| row.split(|at: char| !at.is_ascii_alphanumeric()))
            .collect();
        let numbers = (1..=16).flat_map(|number| [L(number), M(number)]);
        let others = (1..=9).flat_map(|number| [S(number), A(number)]);
        for invariant in numbers.chain(others) {
            let name = invariant.to_string();
            assert!(words.contains(&name.as_str()), "{name} is not in the table");
        }
    }
}
