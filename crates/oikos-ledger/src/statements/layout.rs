//! Which kinds of transfers are one named flow, and who keeps a capital account.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::{Digest, TypeKey};

use super::save::{digest_bytes, load_kind, load_sector};
use crate::state::bytes::{Reader, Writer};
use crate::state::save::{load_vocabulary, save_vocabulary};
use crate::vocabulary::Names;
use crate::{LedgerError, Sector, Side, TransferKind};

/// The first bytes of a saved layout, with the version of the format.
const HEAD: &[u8] = b"oikos.layout\x01";

/// How [`Statement::transactions`](crate::Statement::transactions) lays flows out: by named flows, to which plugins
/// add their kinds of transfers, and for sectors that keep both, by current and capital account.
///
/// A kind of no flow is a flow by its own name.
#[derive(Debug, Clone)]
pub struct Layout {
    flows: Names,
    of_kind: BTreeMap<TransferKind, u16>,
    capital: BTreeSet<Sector>,
    capital_sides: BTreeSet<(TransferKind, Side)>,
}

impl Default for Layout {
    fn default() -> Self {
        Self::new()
    }
}

impl Layout {
    /// Each kind is a flow of its own, and no sector keeps a capital account.
    #[must_use]
    pub fn new() -> Self {
        Self {
            flows: Names::new("flow", 1 << 16),
            of_kind: BTreeMap::new(),
            capital: BTreeSet::new(),
            capital_sides: BTreeSet::new(),
        }
    }

    /// Counts a kind of transfer in the flow with this name, which is declared if it is new. Rows have the order in
    /// which flows were declared.
    ///
    /// # Errors
    ///
    /// [`LedgerError::KindInFlow`] if the kind is in another flow; [`LedgerError::TooManyNames`] above 2¹⁶ flows.
    pub fn flow(&mut self, name: &str, kind: TransferKind) -> Result<(), LedgerError> {
        if let Some(&known) = self.of_kind.get(&kind) {
            let flow = self.flows.name(known).unwrap_or_default();
            if flow == name {
                return Ok(());
            }
            let flow = flow.to_owned();
            return Err(LedgerError::KindInFlow { kind, flow });
        }
        let (flow, _) = self.flows.declare(name, 0, "")?;
        self.of_kind.insert(kind, flow);
        Ok(())
    }

    /// Lets a sector keep a current and a capital account: two columns instead of one.
    pub fn keep_capital(&mut self, sector: Sector) {
        self.capital.insert(sector);
    }

    /// Enters one side of transfers of a kind in the capital account of sectors that keep one (who pays for a
    /// machine). All else is entered in the current account, but for changes of stocks.
    pub fn on_capital(&mut self, kind: TransferKind, side: Side) {
        self.capital_sides.insert((kind, side));
    }

    pub(super) fn keeps_capital(&self, sector: Sector) -> bool {
        self.capital.contains(&sector)
    }

    pub(super) fn is_capital(&self, kind: TransferKind, side: Side) -> bool {
        self.capital_sides.contains(&(kind, side))
    }

    /// The flow of a kind with this name: its number and its name.
    pub(super) fn flow_of(&self, kind: TransferKind, name: &str) -> Option<(u16, &str)> {
        let known = self.of_kind.get(&kind).copied();
        let flow = known.or_else(|| self.flows.find(name))?;
        Some((flow, self.flows.name(flow)?))
    }

    /// The largest numbers of kinds and sectors that it speaks of.
    pub(super) fn largest(&self) -> (Option<TransferKind>, Option<Sector>) {
        let sides = self.capital_sides.iter().map(|&(kind, _)| kind);
        let kinds = self.of_kind.keys().copied().chain(sides);
        (kinds.max(), self.capital.last().copied())
    }

    /// A digest that is the same exactly when the layout is.
    #[must_use]
    pub fn digest(&self, key: &TypeKey) -> Digest {
        let mut bytes = Vec::new();
        self.save(&mut bytes);
        digest_bytes(key, &bytes)
    }

    /// Writes all of the layout behind what `out` holds. The same layout gives the same bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        let mut out = Writer(out);
        out.bytes(HEAD);
        save_vocabulary(&self.flows, &mut out);
        out.wide(self.of_kind.len() as u64);
        for (kind, &flow) in &self.of_kind {
            out.short(kind.0);
            out.short(flow);
        }
        out.wide(self.capital.len() as u64);
        for sector in &self.capital {
            out.short(sector.0);
        }
        out.wide(self.capital_sides.len() as u64);
        for &(kind, side) in &self.capital_sides {
            out.short(kind.0);
            out.byte(side as u8);
        }
    }

    /// Reads a layout back that [`save`](Self::save) wrote.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Saved`] for bytes that are no layout.
    pub fn load(bytes: &[u8]) -> Result<Self, LedgerError> {
        let mut from = Reader::new("layout of statements", bytes);
        if from.take(HEAD.len())? != HEAD {
            return Err(from.wrong("does not begin as one of this version does"));
        }
        let mut layout = Self::new();
        load_vocabulary(&mut layout.flows, 0, &mut from)?;
        let unsorted = "has something twice, or out of order";
        for _ in 0..from.count(4)? {
            let (kind, flow) = (load_kind(&mut from)?, from.short()?);
            let last = layout.of_kind.last_key_value();
            if layout.flows.name(flow).is_none() || last.is_some_and(|(&last, _)| last >= kind) {
                return Err(from.wrong("has a kind in no flow, or out of order"));
            }
            layout.of_kind.insert(kind, flow);
        }
        for _ in 0..from.count(2)? {
            let sector = load_sector(&mut from)?;
            if layout.capital.last().is_some_and(|&last| last >= sector) {
                return Err(from.wrong(unsorted));
            }
            layout.capital.insert(sector);
        }
        for _ in 0..from.count(3)? {
            let kind = load_kind(&mut from)?;
            let side = if from.flag()? {
                Side::Credit
            } else {
                Side::Debit
            };
            if layout
                .capital_sides
                .last()
                .is_some_and(|&last| last >= (kind, side))
            {
                return Err(from.wrong(unsorted));
            }
            layout.capital_sides.insert((kind, side));
        }
        from.end()?;
        Ok(layout)
    }
}
