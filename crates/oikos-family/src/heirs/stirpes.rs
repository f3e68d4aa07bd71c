//! The default: spouse, and descendants per stirpes.

use oikos_core::Ratio;

use super::shares::{Estate, HALF, Parts};
use super::{Deceased, Intestacy, Share};
use crate::error::FamilyError;

/// The spouse has half and the descendants the rest per stirpes: children alike, grandchildren in the place of
/// a dead child, and so on. Without descendants the spouse has all; without a spouse the descendants have
/// it. Without either come the living parents, then the descendants of parents per stirpes, then the living
/// grandparents, their descendants, and so on. Half-blood counts as full blood.
///
/// After the Uniform Probate Code of the United States (1990, last revised 2019), §§ 2-102, 2-103, 2-105 and
/// 2-107, simplified: there are no fixed sums for the spouse, division is per stirpes from the children on
/// and not *by representation* (§ 2-106), and the mother's and the father's side are not kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpouseAndStirpes {
    /// How many generations of ancestors up kin inherit: 1 for parents and siblings, 2 also for grandparents,
    /// aunts, uncles and cousins.
    pub generations: u32,
}

impl Default for SpouseAndStirpes {
    /// As far as grandparents and their descendants, as § 2-103 goes.
    fn default() -> Self {
        Self { generations: 2 }
    }
}

impl Intestacy for SpouseAndStirpes {
    fn heirs(&self, estate: &Deceased<'_>) -> Result<Vec<Share>, FamilyError> {
        let estate = Estate::of(estate)?;
        let mut parts = Parts::default();
        let descendants = estate.stirpes(estate.children(&[estate.row]));
        if descendants.is_empty() {
            give_without_descendants(&estate, &mut parts, self.generations)?;
        } else {
            let rest = give_spouses(&estate, &mut parts, HALF)?;
            parts.give_stirpes(&estate, descendants, rest)?;
        }
        Ok(parts.shares())
    }
}

/// Gives living spouses a part and tells what is left: all, where there are none.
pub(super) fn give_spouses(
    estate: &Estate<'_>,
    parts: &mut Parts,
    part: Ratio,
) -> Result<Ratio, FamilyError> {
    if estate.spouses.is_empty() {
        return Ok(Ratio::ONE);
    }
    parts.give_alike(&estate.spouses, part)?;
    Ok((Ratio::ONE - part)?)
}

/// All to the spouses, or else to the nearest ancestors of whom one survives or has surviving descendants.
pub(super) fn give_without_descendants(
    estate: &Estate<'_>,
    parts: &mut Parts,
    generations: u32,
) -> Result<(), FamilyError> {
    if !estate.spouses.is_empty() {
        return parts.give_alike(&estate.spouses, Ratio::ONE);
    }
    for generation in 1..=generations {
        let ancestors = estate.ancestors(generation);
        if ancestors.is_empty() {
            break;
        }
        let mut living = ancestors.clone();
        living.retain(|row| estate.survives(*row));
        if !living.is_empty() {
            return parts.give_alike(&living, Ratio::ONE);
        }
        let stirpes = estate.stirpes(estate.children(&ancestors));
        if !stirpes.is_empty() {
            return parts.give_stirpes(estate, stirpes, Ratio::ONE);
        }
    }
    Ok(())
}
