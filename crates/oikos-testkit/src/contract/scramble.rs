//! Shows that shuffling does change the order of rows: a check that shuffles nothing shows nothing.

use std::collections::BTreeMap;

use oikos_core::{Cadence, Span};
use oikos_engine::{Layout, Society, SocietyBuilder, TypeInfo};

use super::{Contract, SALT, during};
use crate::error::Violation;

/// The bytes of a row of the table of slots: the id and the draw subject.
const ROW_BYTES: usize = 16;

impl<F: Fn() -> SocietyBuilder> Contract<F> {
    /// The kinds whose rows stood in another order at some tick.
    pub(super) fn scrambled(&self) -> Result<Vec<&'static str>, Violation> {
        // Rows that are put in order after the tick, each year where a tick is one, were shuffled all the same.
        let seldom = Cadence::every(Span::Ticks(u32::MAX));
        let mut plain = self.society("scramble", |builder| builder.compact(seldom))?;
        let mut shuffled =
            self.society("scramble", |builder| builder.compact(seldom).scramble(SALT))?;
        let kinds = kinds(&plain);
        let mut shown = vec![false; kinds.len()];
        let mut most_rows = 0;
        for _ in 0..self.ticks {
            plain.step().map_err(during("scramble"))?;
            shuffled.step().map_err(during("scramble"))?;
            let (left, right) = (orders(&mut plain, &kinds)?, orders(&mut shuffled, &kinds)?);
            for (shown, kind) in shown.iter_mut().zip(&kinds) {
                let (left, right) = (left.get(kind), right.get(kind));
                *shown |= left != right;
                most_rows = most_rows.max(left.map_or(0, |bytes| bytes.len() / ROW_BYTES));
            }
            if shown.iter().all(|shown| *shown) {
                break;
            }
        }
        let scrambled = kinds.into_iter().zip(shown).filter(|(_, shown)| *shown);
        let scrambled: Vec<_> = scrambled.map(|(kind, _)| kind).collect();
        if scrambled.is_empty() {
            return Err(Violation::NotScrambled {
                most_rows,
                ticks: self.ticks,
            });
        }
        Ok(scrambled)
    }
}

/// The registered kinds: their table of slots is saved under the kind's own name.
fn kinds(society: &Society) -> Vec<&'static str> {
    let named = |info: TypeInfo| match info.layout {
        Layout::Rows { kind, .. } if kind == info.name => Some(kind),
        _ => None,
    };
    society.types().into_iter().filter_map(named).collect()
}

/// The rows of each kind in the order of their slots, as a snapshot holds them.
fn orders(
    society: &mut Society,
    kinds: &[&'static str],
) -> Result<BTreeMap<&'static str, Vec<u8>>, Violation> {
    let saved = society.snapshot().map_err(during("scramble"))?;
    let sections = saved.sections().iter();
    let tables = sections.filter_map(|section| {
        let kind = kinds.iter().find(|kind| **kind == section.name)?;
        Some((*kind, section.bytes.clone()))
    });
    Ok(tables.collect())
}
