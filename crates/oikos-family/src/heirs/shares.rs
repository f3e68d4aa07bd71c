//! What the rules have in common: lines of descent, and shares that add up.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::Ratio;

use super::{Deceased, Share};
use crate::error::FamilyError;
use crate::kinship::parents_of_all;
use crate::lineage::{Lineage, NOBODY, person};

/// An estate, its people as rows.
pub(super) struct Estate<'a> {
    pub(super) lineage: &'a Lineage,
    pub(super) row: u32,
    /// Living spouses, ascending.
    pub(super) spouses: Vec<u32>,
}

impl<'a> Estate<'a> {
    pub(super) fn of(deceased: &Deceased<'a>) -> Result<Self, FamilyError> {
        let Deceased {
            lineage,
            person,
            spouses,
        } = *deceased;
        let row = lineage.known_row(person)?;
        let rows = spouses.iter().map(|spouse| lineage.known_row(*spouse));
        let mut estate = Self {
            lineage,
            row,
            spouses: rows.collect::<Result<_, _>>()?,
        };
        estate.spouses.sort_unstable();
        estate.spouses.dedup();
        let living = |row: &u32| is_alive(lineage, *row) && *row != estate.row;
        estate.spouses.retain(living);
        Ok(estate)
    }

    /// Whether somebody can inherit.
    pub(super) fn survives(&self, row: u32) -> bool {
        row != self.row && is_alive(self.lineage, row)
    }

    /// The children of these people, each once, without the deceased.
    pub(super) fn children(&self, of: &[u32]) -> Vec<u32> {
        let children = of.iter().flat_map(|row| self.lineage.child_rows(*row));
        let mut children: Vec<u32> = children.filter(|row| *row != self.row).collect();
        children.sort_unstable();
        children.dedup();
        children
    }

    /// Those of these people who survive, or from whom somebody descends who does: each is a stirps.
    pub(super) fn stirpes(&self, mut roots: Vec<u32>) -> Vec<u32> {
        roots.retain(|root| self.has_survivor(*root));
        roots
    }

    fn has_survivor(&self, root: u32) -> bool {
        let mut seen = BTreeSet::from([root]);
        let mut open = vec![root];
        while let Some(row) = open.pop() {
            if self.survives(row) {
                return true;
            }
            let children = self.children(&[row]).into_iter();
            open.extend(children.filter(|child| seen.insert(*child)));
        }
        false
    }

    /// The ancestors so many generations up, ascending.
    pub(super) fn ancestors(&self, generations: u32) -> Vec<u32> {
        let mut level = vec![self.row];
        for _ in 0..generations {
            level = parents_of_all(self.lineage, &level);
        }
        level
    }
}

fn is_alive(lineage: &Lineage, row: u32) -> bool {
    lineage
        .record(row)
        .is_some_and(|record| record.is_present())
}

/// Parts given so far.
#[derive(Default)]
pub(super) struct Parts(BTreeMap<u32, Ratio>);

impl Parts {
    /// Gives a part to a survivor, on top of what they have.
    pub(super) fn give(&mut self, row: u32, part: Ratio) -> Result<(), FamilyError> {
        if part > Ratio::ZERO && row != NOBODY {
            let has = self.0.entry(row).or_default();
            *has = (*has + part)?;
        }
        Ok(())
    }

    /// Gives a part to these people, to each alike.
    pub(super) fn give_alike(&mut self, rows: &[u32], part: Ratio) -> Result<(), FamilyError> {
        let Some(each) = split(part, rows.len())? else {
            return Ok(());
        };
        rows.iter().try_for_each(|row| self.give(*row, each))
    }

    /// Gives a part to stirpes: to each alike, the dead represented by theirs (English *per stirpes*; the
    /// first division is among these roots, whether or not one of them lives).
    pub(super) fn give_stirpes(
        &mut self,
        estate: &Estate<'_>,
        roots: Vec<u32>,
        part: Ratio,
    ) -> Result<(), FamilyError> {
        let mut open = vec![(estate.stirpes(roots), part)];
        while let Some((stirpes, part)) = open.pop() {
            let Some(each) = split(part, stirpes.len())? else {
                continue;
            };
            for row in stirpes {
                if estate.survives(row) {
                    self.give(row, each)?;
                } else {
                    open.push((estate.stirpes(estate.children(&[row])), each));
                }
            }
        }
        Ok(())
    }

    /// Gives everybody in another division a part of what they have there.
    pub(super) fn give_scaled(&mut self, others: Self, part: Ratio) -> Result<(), FamilyError> {
        let mut others = others.0.into_iter();
        others.try_for_each(|(row, of)| self.give(row, (of * part)?))
    }

    /// The shares, in the order of ids.
    pub(super) fn shares(self) -> Vec<Share> {
        let shares = self.0.into_iter();
        shares
            .filter_map(|(row, part)| {
                let heir = person(row)?;
                Some(Share { heir, part })
            })
            .collect()
    }
}

/// An equal part for each; `None` for nobody.
fn split(part: Ratio, among: usize) -> Result<Option<Ratio>, FamilyError> {
    if among == 0 {
        return Ok(None);
    }
    let among = Ratio::new(i64::try_from(among).unwrap_or(i64::MAX), 1)?;
    Ok(Some((part / among)?))
}

/// Half.
pub(super) const HALF: Ratio = Ratio::percent(50);
/// A quarter.
pub(super) const QUARTER: Ratio = Ratio::percent(25);
