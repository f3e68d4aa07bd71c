//! Forced heirship: a will disposes of a part alone.

use oikos_core::Ratio;

use super::shares::{Estate, HALF, Parts, QUARTER};
use super::stirpes::give_without_descendants;
use super::{Deceased, Intestacy, Share};
use crate::error::FamilyError;

/// Children cannot be disinherited. A will disposes of half the estate beside one child, of a third beside
/// two, of a quarter beside three or more; beside a spouse without children of three quarters; else of
/// everything. A dead child with descendants counts as a child, whom they represent.
///
/// Without a will the spouse has a quarter and the children the rest per stirpes; without descendants the
/// spouse has half and each living parent a quarter, the spouse also that of a dead one; without a spouse it
/// goes on as in [`SpouseAndStirpes`](super::SpouseAndStirpes). What a will leaves undisposed is shared so
/// too, but the spouse's part never cuts into the children's.
///
/// After the French Code civil, articles 751 to 755, 757 to 757-2, 912 to 914-1 and 920, simplified: the spouse
/// takes a quarter in ownership rather than use of the whole, gifts in life do not count, and
/// without spouse and descendants parents come before siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForcedHeirship {
    /// How many generations of ancestors up kin inherit where there is neither spouse nor descendant.
    pub generations: u32,
}

impl Default for ForcedHeirship {
    /// As far as grandparents and their descendants.
    fn default() -> Self {
        Self { generations: 2 }
    }
}

impl Intestacy for ForcedHeirship {
    fn heirs(&self, estate: &Deceased<'_>) -> Result<Vec<Share>, FamilyError> {
        self.heirs_with_will(estate, &[])
    }
}

impl ForcedHeirship {
    /// As [`Intestacy::heirs`], with a will: parts of what may be disposed of, above 0 and together at most
    /// one. What is left to the dead, or to the deceased, stays undisposed; where nobody inherits that, it
    /// escheats, and the parts sum to less than one.
    ///
    /// # Errors
    /// As [`Intestacy::heirs`]; [`FamilyError::Will`] for parts that are none.
    pub fn heirs_with_will(
        &self,
        estate: &Deceased<'_>,
        will: &[Share],
    ) -> Result<Vec<Share>, FamilyError> {
        let estate = Estate::of(estate)?;
        let mut parts = Parts::default();
        let stirpes = estate.stirpes(estate.children(&[estate.row]));
        let free = free_part(stirpes.len(), !estate.spouses.is_empty())?;
        let willed = give_legacies(&estate, &mut parts, will, free)?;
        let left = (Ratio::ONE - willed)?;
        if left == Ratio::ZERO {
            return Ok(parts.shares());
        }
        if !stirpes.is_empty() {
            let undisposed = (free - willed)?;
            let of_spouse = if estate.spouses.is_empty() {
                Ratio::ZERO
            } else {
                undisposed.min(QUARTER)
            };
            parts.give_alike(&estate.spouses, of_spouse)?;
            parts.give_stirpes(&estate, stirpes, (left - of_spouse)?)?;
        } else if estate.spouses.is_empty() {
            self.give_kin(&estate, &mut parts, left)?;
        } else {
            give_spouse_and_parents(&estate, &mut parts, left)?;
        }
        Ok(parts.shares())
    }

    /// A part to the kin who inherit without spouse and descendants.
    fn give_kin(
        &self,
        estate: &Estate<'_>,
        parts: &mut Parts,
        left: Ratio,
    ) -> Result<(), FamilyError> {
        let mut kin = Parts::default();
        give_without_descendants(estate, &mut kin, self.generations)?;
        parts.give_scaled(kin, left)
    }
}

/// What a will may dispose of: articles 913 and 914-1.
fn free_part(children: usize, spouse: bool) -> Result<Ratio, FamilyError> {
    let (above, below) = match children {
        0 if spouse => (3, 4),
        0 => (1, 1),
        1 => (1, 2),
        2 => (1, 3),
        _ => (1, 4),
    };
    Ok(Ratio::new(above, below)?)
}

/// Carries out a will and tells which part of the estate it took.
fn give_legacies(
    estate: &Estate<'_>,
    parts: &mut Parts,
    will: &[Share],
    free: Ratio,
) -> Result<Ratio, FamilyError> {
    let (mut sum, mut taken) = (Ratio::ZERO, Ratio::ZERO);
    for Share { heir, part } in will {
        let row = estate.lineage.known_row(*heir)?;
        sum = (sum + *part)?;
        if *part <= Ratio::ZERO || sum > Ratio::ONE {
            return Err(FamilyError::Will {
                heir: heir.to_string(),
                part: *part,
                must: "parts are above 0, and together at most the whole",
            });
        }
        if estate.survives(row) {
            let legacy = (*part * free)?;
            parts.give(row, legacy)?;
            taken = (taken + legacy)?;
        }
    }
    Ok(taken)
}

/// What a will left, beside a spouse without children: articles 757-1, 757-2 and 914-1.
fn give_spouse_and_parents(
    estate: &Estate<'_>,
    parts: &mut Parts,
    left: Ratio,
) -> Result<(), FamilyError> {
    let mut parents = estate.ancestors(1);
    parents.retain(|row| estate.survives(*row));
    let of_parents = match parents.len() {
        0 => Ratio::ZERO,
        1 => QUARTER,
        _ => HALF,
    };
    let above_reserve = (left - QUARTER)?;
    let of_parents = (of_parents * left)?.min(above_reserve);
    parts.give_alike(&parents, of_parents)?;
    parts.give_alike(&estate.spouses, (left - of_parents)?)
}
