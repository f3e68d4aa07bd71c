//! By heads.

use super::shares::{Estate, HALF, Parts};
use super::stirpes::{give_spouses, give_without_descendants};
use super::{Deceased, Intestacy, Share};
use crate::error::FamilyError;

/// As [`SpouseAndStirpes`](super::SpouseAndStirpes), but descendants inherit by heads and nobody is
/// represented: those of the nearest generation in which anybody lives have alike what the spouse leaves, and
/// later generations nothing. The *per capita* division of the common law (W. Blackstone, *Commentaries*,
/// book II, chapter 32, 1766).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerCapita {
    /// How many generations of ancestors up kin inherit where there is neither spouse nor descendant.
    pub generations: u32,
}

impl Default for PerCapita {
    /// As far as grandparents and their descendants.
    fn default() -> Self {
        Self { generations: 2 }
    }
}

impl Intestacy for PerCapita {
    fn heirs(&self, estate: &Deceased<'_>) -> Result<Vec<Share>, FamilyError> {
        let estate = Estate::of(estate)?;
        let mut parts = Parts::default();
        match nearest_living(&estate) {
            Some(heads) => {
                let rest = give_spouses(&estate, &mut parts, HALF)?;
                parts.give_alike(&heads, rest)?;
            }
            None => give_without_descendants(&estate, &mut parts, self.generations)?,
        }
        Ok(parts.shares())
    }
}

/// The living of the first generation of descendants that has any.
fn nearest_living(estate: &Estate<'_>) -> Option<Vec<u32>> {
    let mut generation = estate.children(&[estate.row]);
    while !generation.is_empty() {
        let mut living = generation.clone();
        living.retain(|row| estate.survives(*row));
        if !living.is_empty() {
            return Some(living);
        }
        generation = estate.children(&generation);
    }
    None
}
