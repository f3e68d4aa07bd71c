//! What is held for orders, found by their ids.
//!
//! Orders lie in one array, at places that they keep, and where, a table says (open addressing in which those far from
//! where they belong go before those near: P. Celis, Robin Hood hashing, 1986). An id belongs where its last bits say,
//! so that numbers which follow each other, and the places of an order book, meet nobody there; if many ids crowd, they
//! are scattered instead. Nothing that can be seen depends on where an order lies: all that is told of several goes by
//! id.

use oikos_core::StableId;
use oikos_ledger::{AccountId, HoldId};

use crate::{OrderId, Price, Side, TraderId};

/// What is left of an order, and what is held for it. One of them is a cache line, and none lies in two.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
#[repr(align(64))]
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

const _: () = assert!(size_of::<Option<Cover>>() == 64);

/// Fewest entries of the table.
const SIZE_MIN: usize = 16;
/// So far from where it belongs no entry is put before all are scattered.
const CROWD: usize = 64;

/// Where an order lies: its place in the array.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub(super) struct Place(u32);

/// All orders of which something is left.
#[derive(Debug, Clone, Default)]
pub(super) struct Covers {
    covers: Vec<Option<Cover>>,
    free: Vec<u32>,
    /// A power of two of entries, at most half of them used: the upper half is the key of an id, the lower half one
    /// more than the place of its order; 0 is empty.
    table: Vec<u64>,
    /// Whether ids belong where a product of theirs says, and not where their last bits say.
    is_scattered: bool,
}

impl Covers {
    pub(super) fn len(&self) -> usize {
        self.covers.len() - self.free.len()
    }

    #[inline]
    const fn key_of(&self, order: u64) -> u64 {
        if self.is_scattered {
            order.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
        } else {
            order & 0xFFFF_FFFF
        }
    }

    const fn next(&self, index: usize) -> usize {
        (index + 1) & (self.table.len() - 1)
    }

    /// How far an entry that is at an index is from where it belongs.
    #[inline]
    const fn distance(&self, index: usize, entry: u64) -> usize {
        index.wrapping_sub((entry >> 32) as usize) & (self.table.len() - 1)
    }

    /// Where in the table an order is, and its place.
    #[inline]
    fn search(&self, order: OrderId) -> Option<(usize, Place)> {
        if self.table.is_empty() {
            return None;
        }
        let key = self.key_of(order.get());
        let mut index = key as usize & (self.table.len() - 1);
        let mut distance = 0;
        loop {
            let entry = self.table[index];
            if entry == 0 || self.distance(index, entry) < distance {
                return None;
            }
            let place = Place(entry as u32 - 1);
            if entry >> 32 == key && self.get(place).is_some_and(|cover| cover.order == order) {
                return Some((index, place));
            }
            index = self.next(index);
            distance += 1;
        }
    }

    /// The place of an order.
    #[inline]
    pub(super) fn find(&self, order: OrderId) -> Option<Place> {
        self.search(order).map(|(_, place)| place)
    }

    /// The order at a place.
    #[inline]
    pub(super) fn get(&self, place: Place) -> Option<&Cover> {
        self.covers.get(place.0 as usize)?.as_ref()
    }

    /// The order at a place, to be changed, though not its id.
    #[inline]
    pub(super) fn get_mut(&mut self, place: Place) -> Option<&mut Cover> {
        self.covers.get_mut(place.0 as usize)?.as_mut()
    }

    /// Puts an order in. `None` if it is there.
    #[inline]
    pub(super) fn insert(&mut self, cover: Cover) -> Option<Place> {
        if self.find(cover.order).is_some() {
            return None;
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
            self.enter_all((self.len() * 4).next_power_of_two().max(SIZE_MIN));
        } else if self.enter(order, place) > CROWD && !self.is_scattered {
            self.is_scattered = true;
            self.enter_all(self.table.len());
        }
        Some(Place(place))
    }

    /// Puts an entry in the table; says how far from where they belong any had to go.
    #[inline]
    fn enter(&mut self, order: OrderId, place: u32) -> usize {
        let key = self.key_of(order.get());
        let mut entry = key << 32 | (u64::from(place) + 1);
        let mut index = key as usize & (self.table.len() - 1);
        let (mut distance, mut furthest) = (0, 0);
        loop {
            let there = self.table[index];
            if there == 0 {
                self.table[index] = entry;
                return distance.max(furthest);
            }
            let other = self.distance(index, there);
            if other < distance {
                self.table[index] = entry;
                furthest = distance.max(furthest);
                (entry, distance) = (there, other);
            }
            index = self.next(index);
            distance += 1;
        }
    }

    /// A new table of this size.
    #[cold]
    fn enter_all(&mut self, size: usize) {
        self.table = vec![0; size];
        for place in 0..self.covers.len() {
            if let Some(cover) = &self.covers[place] {
                self.enter(cover.order, place as u32);
            }
        }
    }

    /// Takes an order out.
    #[inline]
    pub(super) fn remove(&mut self, order: OrderId) -> Option<Cover> {
        let (mut index, place) = self.search(order)?;
        // Those behind it that are not where they belong move up.
        loop {
            let next = self.next(index);
            let entry = self.table[next];
            if entry == 0 || self.distance(next, entry) == 0 {
                break;
            }
            self.table[index] = entry;
            index = next;
        }
        self.table[index] = 0;
        self.free.push(place.0);
        self.covers[place.0 as usize].take()
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
            2 => 0..80_u64,
            4 => (0..20_u64, 0..9_u64).prop_map(|(slot, uses)| uses << 27 | slot),
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
                let place = covers.find(order);
                prop_assert_eq!(place.and_then(|place| covers.get(place)), map.get(&order).map(|(_, cover)| cover));
                // A place is kept.
                prop_assert_eq!(place, map.get(&order).map(|(place, _)| *place));
                if what < 4 {
                    prop_assert_eq!(covers.remove(order), map.remove(&order).map(|(_, cover)| cover));
                } else {
                    let new = covers.insert(cover(raw, step));
                    prop_assert_eq!(new.is_none(), map.contains_key(&order));
                    if let Some(place) = new {
                        map.insert(order, (place, cover(raw, step)));
                    }
                }
                prop_assert_eq!(covers.len(), map.len());
            }
            prop_assert_eq!(covers.sorted(), map.values().map(|(_, cover)| cover).collect::<Vec<_>>());
        }
    }

    #[test]
    fn ids_that_crowd_are_scattered() {
        let mut covers = Covers::default();
        for number in 0..10_000 {
            covers.insert(cover(number << 30, 1)).unwrap();
        }
        assert!(covers.is_scattered);
        let far = |index: usize| covers.distance(index, covers.table[index]);
        let used = (0..covers.table.len()).filter(|&index| covers.table[index] != 0);
        assert!(used.map(far).max() < Some(CROWD));
        assert!(
            (0..10_000).all(|number| covers.find(OrderId::new(number << 30).unwrap()).is_some())
        );
        // Numbers that follow each other are where they belong, however many came before.
        let mut covers = Covers::default();
        for number in 0..100_000 {
            covers.insert(cover(number, 1)).unwrap();
            if number >= 1_000 {
                covers
                    .remove(OrderId::new(number - 1_000).unwrap())
                    .unwrap();
            }
        }
        assert!(!covers.is_scattered && covers.table.len() <= 4_096);
    }
}
