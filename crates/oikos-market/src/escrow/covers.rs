//! What is held for orders, found by their ids.
//!
//! Orders lie in one array, and where, a table says in which an id is looked for from the place that a fixed function
//! gives it (open addressing). Nothing that can be seen depends on where an order lies: all that is told of several
//! goes by id.

use oikos_core::StableId;
use oikos_ledger::{AccountId, HoldId};

use crate::{OrderId, Price, Side, TraderId};

/// What is left of an order, and what is held for it. One of them is a cache line.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub(super) struct Cover {
    pub(super) order: OrderId,
    pub(super) trader: TraderId,
    pub(super) purse: AccountId,
    /// The worst price that it may trade at.
    pub(super) limit: Price,
    /// What is left of it: nothing only while a message is planned.
    pub(super) quantity: i64,
    /// What is held of the buyer's money. None is if it may cost nothing.
    pub(super) hold: Option<HoldId>,
    pub(super) side: Side,
    /// Whether the message that is planned has changed it.
    pub(super) is_touched: bool,
}

const _: () = assert!(size_of::<Cover>() <= 64);

/// Fewest entries of the table.
const SIZE_MIN: usize = 16;

/// All orders of which something is left.
#[derive(Debug, Clone, Default)]
pub(super) struct Covers {
    covers: Vec<Option<Cover>>,
    free: Vec<u32>,
    /// A power of two of entries, at most half of them used: the upper half is the key of an id, the lower half one
    /// more than the place of its order; 0 is empty.
    table: Vec<u64>,
}

/// What stands for an id in the table. Neighbours get keys far apart.
#[inline]
const fn key_of(raw: u64) -> u64 {
    raw.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}

impl Covers {
    pub(super) fn len(&self) -> usize {
        self.covers.len() - self.free.len()
    }

    /// Where a key is looked for first.
    #[inline]
    fn home(&self, key: u64) -> usize {
        // As many of the upper bits as there are bits of an index.
        ((key << 32) >> (u64::BITS - self.table.len().trailing_zeros())) as usize
    }

    const fn next(&self, index: usize) -> usize {
        (index + 1) & (self.table.len() - 1)
    }

    /// Where in the table an order is, and its place.
    #[inline]
    fn find(&self, order: OrderId) -> Option<(usize, usize)> {
        if self.table.is_empty() {
            return None;
        }
        let key = key_of(order.get());
        let mut index = self.home(key);
        loop {
            let entry = self.table[index];
            if entry == 0 {
                return None;
            }
            let place = (entry as u32 - 1) as usize;
            if entry >> 32 == key
                && self.covers[place]
                    .as_ref()
                    .is_some_and(|cover| cover.order == order)
            {
                return Some((index, place));
            }
            index = self.next(index);
        }
    }

    #[inline]
    pub(super) fn get(&self, order: OrderId) -> Option<&Cover> {
        let (_, place) = self.find(order)?;
        self.covers[place].as_ref()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, order: OrderId) -> Option<&mut Cover> {
        let (_, place) = self.find(order)?;
        self.covers[place].as_mut()
    }

    /// Puts an order in, in the place of what there was of it.
    pub(super) fn insert(&mut self, cover: Cover) {
        if let Some(there) = self.get_mut(cover.order) {
            *there = cover;
            return;
        }
        let order = cover.order;
        let place = match self.free.pop() {
            Some(place) => {
                self.covers[place as usize] = Some(cover);
                place
            }
            None => {
                self.covers.push(Some(cover));
                self.covers.len() as u32 - 1
            }
        };
        if self.len() * 2 > self.table.len() {
            self.grow();
        } else {
            self.enter(order, place);
        }
    }

    fn enter(&mut self, order: OrderId, place: u32) {
        let key = key_of(order.get());
        let mut index = self.home(key);
        while self.table[index] != 0 {
            index = self.next(index);
        }
        self.table[index] = key << 32 | (u64::from(place) + 1);
    }

    /// A table with room for twice as many as there are.
    #[cold]
    fn grow(&mut self) {
        let size = (self.len() * 4).next_power_of_two().max(SIZE_MIN);
        self.table = vec![0; size];
        let orders: Vec<(OrderId, u32)> = (0..)
            .zip(&self.covers)
            .filter_map(|(place, cover)| Some((cover.as_ref()?.order, place)))
            .collect();
        for (order, place) in orders {
            self.enter(order, place);
        }
    }

    /// Takes an order out.
    pub(super) fn remove(&mut self, order: OrderId) -> Option<Cover> {
        let (mut empty, place) = self.find(order)?;
        self.free.push(place as u32);
        // Those behind it move up if they may stand there, so that every one is found from its home without a gap.
        let mut index = empty;
        loop {
            index = self.next(index);
            let entry = self.table[index];
            if entry == 0 {
                break;
            }
            let way = |from: usize, to: usize| to.wrapping_sub(from) & (self.table.len() - 1);
            let home = self.home(entry >> 32);
            if way(home, index) >= way(empty, index) {
                self.table[empty] = entry;
                empty = index;
            }
        }
        self.table[empty] = 0;
        self.covers[place].take()
    }

    /// All orders, in an order that nothing may depend on.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Cover> {
        self.covers.iter().flatten()
    }

    /// All orders, by id.
    pub(super) fn sorted(&self) -> Vec<&Cover> {
        let mut sorted: Vec<&Cover> = self.iter().collect();
        sorted.sort_unstable_by_key(|cover| cover.order);
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn cover(raw: u64, quantity: i64) -> Cover {
        Cover {
            order: OrderId::new(raw).unwrap(),
            trader: TraderId::FIRST,
            purse: AccountId::FIRST,
            limit: Price(1),
            quantity,
            hold: None,
            side: Side::Buy,
            is_touched: false,
        }
    }

    /// Ids one after the other, as a list gives them; far apart, as a book does; anywhere.
    fn ids() -> impl Strategy<Value = u64> {
        prop_oneof![
            4 => 0..80_u64,
            2 => (0..20_u64, 0..9_u64).prop_map(|(slot, uses)| uses << 27 | slot),
            1 => (0..50_u64).prop_map(|number| number << 40),
            1 => 0..1_u64 << 53,
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]
        #[test]
        fn equals_a_sorted_map(script in proptest::collection::vec((ids(), 0..9_i64), 1..600)) {
            let (mut covers, mut map) = (Covers::default(), BTreeMap::new());
            for (step, (raw, what)) in (0..).zip(script) {
                let order = OrderId::new(raw).unwrap();
                prop_assert_eq!(covers.get(order), map.get(&order));
                match what {
                    0..4 => prop_assert_eq!(covers.remove(order), map.remove(&order)),
                    4 => {
                        let (ours, theirs) = (covers.get_mut(order), map.get_mut(&order));
                        prop_assert_eq!(ours.is_some(), theirs.is_some());
                        for cover in ours.into_iter().chain(theirs) {
                            cover.quantity += 1;
                        }
                    }
                    _ => {
                        covers.insert(cover(raw, step));
                        map.insert(order, cover(raw, step));
                    }
                }
                prop_assert_eq!(covers.len(), map.len());
            }
            prop_assert_eq!(covers.sorted(), map.values().collect::<Vec<_>>());
        }
    }
}
