//! One heir: the eldest line.

use core::cmp::Reverse;
use std::collections::BTreeSet;

use oikos_core::Ratio;

use super::shares::{Estate, Parts};
use super::{Deceased, Intestacy, Share};
use crate::error::FamilyError;
use crate::lineage::NOBODY;

/// Who comes first among the children of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Preference {
    /// The eldest, whether son or daughter.
    #[default]
    Absolute,
    /// Sons before daughters, then the eldest.
    Male,
}

/// One heir has all: the eldest child, or in the place of a dead one their eldest line, before the next
/// child. Without descendants it is the first of the eldest line of the father's descendants, then the
/// mother's, then of grandparents', the father's before the mother's; ancestors themselves do not
/// inherit. Without kin the spouses have it.
///
/// After the English rules of descent (W. Blackstone, *Commentaries*, book II, chapter 14, 1766) with
/// [`Preference::Male`], though the English had sisters share alike; with [`Preference::Absolute`] after the
/// Succession to the Crown Act 2013.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Primogeniture {
    /// Who comes first.
    pub preference: Preference,
    /// How many generations of ancestors up their descendants inherit.
    pub generations: u32,
}

impl Primogeniture {
    /// With this preference, as far as descendants of grandparents.
    #[must_use]
    pub const fn new(preference: Preference) -> Self {
        Self {
            preference,
            generations: 2,
        }
    }

    fn heir(&self, estate: &Estate<'_>) -> Option<u32> {
        let mut level = vec![estate.row];
        for _ in 0..=self.generations {
            let heir = level
                .iter()
                .find_map(|root| self.first_of_line(estate, *root));
            if heir.is_some() || level.is_empty() {
                return heir;
            }
            level = fathers_first(estate, &level);
        }
        None
    }

    /// The first survivor among the descendants of somebody.
    fn first_of_line(&self, estate: &Estate<'_>, root: u32) -> Option<u32> {
        let mut open = self.children_last_first(estate, root);
        while let Some(row) = open.pop() {
            if estate.survives(row) {
                return Some(row);
            }
            open.extend(self.children_last_first(estate, row));
        }
        None
    }

    fn children_last_first(&self, estate: &Estate<'_>, of: u32) -> Vec<u32> {
        let mut children = estate.children(&[of]);
        children.sort_unstable_by_key(|row| {
            let record = estate.lineage.record(*row);
            let first = self.preference == Preference::Male;
            let sister = first && record.is_some_and(|record| !record.is_male());
            Reverse((sister, record.map(|record| record.born()), *row))
        });
        children
    }
}

/// The known parents of these people, each once: fathers before mothers, and the line of the first of these
/// people before that of the next.
fn fathers_first(estate: &Estate<'_>, level: &[u32]) -> Vec<u32> {
    let mut seen = BTreeSet::from([NOBODY]);
    let parents = level.iter().map(|row| estate.lineage.parent_rows(*row));
    let parents = parents.flat_map(|[mother, father]| [father, mother]);
    parents.filter(|row| seen.insert(*row)).collect()
}

impl Intestacy for Primogeniture {
    fn heirs(&self, estate: &Deceased<'_>) -> Result<Vec<Share>, FamilyError> {
        let estate = Estate::of(estate)?;
        let mut parts = Parts::default();
        match self.heir(&estate) {
            Some(heir) => parts.give(heir, Ratio::ONE)?,
            None => parts.give_alike(&estate.spouses, Ratio::ONE)?,
        }
        Ok(parts.shares())
    }
}
