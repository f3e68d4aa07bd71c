//! The stocks: one row for each owner and good that ever met, found by a sorted map. Where a row lies is not
//! visible: what is told, digested and saved goes by owner and good.

use core::sync::atomic::AtomicBool;
use std::collections::BTreeMap;

use oikos_core::{Digest, Quantity, TypeKey};
use serde::{Deserialize, Serialize};

use super::{Good, GoodsFlow};
use crate::Owner;
use crate::books::take_mark;

/// Rows that are digested together.
const SEGMENT: usize = 16;

/// By word of the flows, which are in the order of [`GoodsFlows`].
const KEYS: [TypeKey; 10] = [
    TypeKey::new("oikos.inventory.produced.low"),
    TypeKey::new("oikos.inventory.produced.high"),
    TypeKey::new("oikos.inventory.received.low"),
    TypeKey::new("oikos.inventory.received.high"),
    TypeKey::new("oikos.inventory.given.low"),
    TypeKey::new("oikos.inventory.given.high"),
    TypeKey::new("oikos.inventory.consumed.low"),
    TypeKey::new("oikos.inventory.consumed.high"),
    TypeKey::new("oikos.inventory.spoiled.low"),
    TypeKey::new("oikos.inventory.spoiled.high"),
];

/// What has come and gone of a good of one owner since the book began. Those of a period are the difference of
/// two, [`since`](Self::since).
#[derive(Debug, Copy, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct GoodsFlows {
    /// Brought into being.
    pub produced: Quantity,
    /// Bought, or given by others.
    pub received: Quantity,
    /// Sold, or given to others.
    pub given: Quantity,
    /// Used up.
    pub consumed: Quantity,
    /// Lost.
    pub spoiled: Quantity,
}

impl GoodsFlows {
    /// The flows of the period between the time of `earlier`, of the same owner and good, and the time of these.
    #[must_use]
    pub const fn since(&self, earlier: &Self) -> Self {
        Self {
            produced: Quantity(self.produced.0 - earlier.produced.0),
            received: Quantity(self.received.0 - earlier.received.0),
            given: Quantity(self.given.0 - earlier.given.0),
            consumed: Quantity(self.consumed.0 - earlier.consumed.0),
            spoiled: Quantity(self.spoiled.0 - earlier.spoiled.0),
        }
    }

    /// What they add to a stock.
    #[must_use]
    pub const fn net(&self) -> Quantity {
        let came = self.produced.0 + self.received.0;
        Quantity(came - self.given.0 - self.consumed.0 - self.spoiled.0)
    }

    pub(super) const fn came(&self) -> i64 {
        self.produced.0 + self.received.0
    }

    pub(super) const fn columns(&self) -> [i64; 5] {
        let [produced, received] = [self.produced.0, self.received.0];
        let [given, consumed] = [self.given.0, self.consumed.0];
        [produced, received, given, consumed, self.spoiled.0]
    }
}

/// What an owner has of a good.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Stock {
    /// All that there is, held or not.
    pub on_hand: Quantity,
    /// What of it is held.
    pub held: Quantity,
    /// How it came about.
    pub flows: GoodsFlows,
}

impl Stock {
    /// What is not held.
    #[must_use]
    pub const fn free(&self) -> Quantity {
        Quantity(self.on_hand.0 - self.held.0)
    }

    /// Goods come, or an arrival is taken back (below 0).
    pub(super) const fn get(&mut self, flow: GoodsFlow, quantity: i64) {
        self.on_hand.0 += quantity;
        match flow {
            GoodsFlow::Produce => self.flows.produced.0 += quantity,
            _ => self.flows.received.0 += quantity,
        }
    }

    /// Goods go, or a departure is taken back (below 0).
    pub(super) const fn lose(&mut self, flow: GoodsFlow, quantity: i64) {
        self.on_hand.0 -= quantity;
        match flow {
            GoodsFlow::Consume => self.flows.consumed.0 += quantity,
            GoodsFlow::Spoil => self.flows.spoiled.0 += quantity,
            GoodsFlow::Produce | GoodsFlow::Transfer => self.flows.given.0 += quantity,
        }
    }
}

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Stocks {
    keys: Vec<(Owner, Good)>,
    rows: Vec<Stock>,
    places: BTreeMap<(Owner, Good), usize>,
    /// By segment: whether it has changed since it was last digested.
    dirty: Vec<AtomicBool>,
}

impl Stocks {
    pub(super) fn get(&self, owner: Owner, good: Good) -> Stock {
        let place = self.places.get(&(owner, good));
        place.map_or_else(Stock::default, |&place| self.rows[place])
    }

    /// The row of an owner and good, which is about to change.
    pub(super) fn row(&mut self, owner: Owner, good: Good) -> &mut Stock {
        let key = (owner, good);
        let place = *self.places.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.rows.push(Stock::default());
            if self.rows.len() > self.dirty.len() * SEGMENT {
                self.dirty.push(AtomicBool::new(true));
            }
            self.rows.len() - 1
        });
        *self.dirty[place / SEGMENT].get_mut() = true;
        &mut self.rows[place]
    }

    /// Rows in which something ever was, sorted by owner and good. One that a chain made and took back is not there.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Owner, Good, &Stock)> {
        let rows = self.places.iter();
        rows.map(|(&(owner, good), &place)| (owner, good, &self.rows[place]))
            .filter(|(_, _, stock)| **stock != Stock::default())
    }

    /// As [`iter`](Self::iter), of one owner.
    pub(super) fn of(&self, owner: Owner) -> impl Iterator<Item = (Owner, Good, &Stock)> {
        let rows = self
            .places
            .range((owner, Good(0))..=(owner, Good(u16::MAX)));
        rows.map(|(&(owner, good), &place)| (owner, good, &self.rows[place]))
            .filter(|(_, _, stock)| **stock != Stock::default())
    }

    pub(super) const fn segments(&self) -> usize {
        self.dirty.len()
    }

    pub(super) fn take_mark(&self, segment: usize) -> bool {
        take_mark(&self.dirty[segment])
    }

    /// The digest of a segment. A cell goes by owner and good, so that it does not matter where a row lies.
    pub(super) fn digest(&self, segment: usize) -> Digest {
        let first = segment * SEGMENT;
        let last = (first + SEGMENT).min(self.rows.len());
        let mut digest = Digest::default();
        for (&(owner, good), stock) in self.keys[first..last].iter().zip(&self.rows[first..last]) {
            let field = u32::from(owner.kind.0) << 16 | u32::from(good.0);
            let columns = stock.flows.columns();
            let words = columns
                .into_iter()
                .flat_map(|value| [value as u32, (value >> 32) as u32]);
            for (key, word) in KEYS.iter().zip(words) {
                if word != 0 {
                    key.row(owner.id).add(&mut digest, field, word);
                }
            }
        }
        digest
    }
}
