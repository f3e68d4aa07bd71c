//! The ids under which operations were submitted, for as long as they are remembered.
//!
//! Records lie in the order in which they came; tables of 16-byte slots with open addressing find them. What is
//! forgotten leaves the front of the records at once. Its slots go with their table: there are two, and when all
//! that the older one holds is forgotten, it is emptied and the younger one takes its place.

use std::collections::VecDeque;

use oikos_core::{Digest, StableId, Tick, TypeKey};

use crate::{Applied, Operation, Status};

/// What came of the operations under one id.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: u128,
    pub(crate) tick: Tick,
    /// Operations under the id.
    pub(crate) count: u32,
    /// [`Status::Applied`], or why it failed.
    pub(crate) status: Status,
    /// The step at which it failed.
    pub(crate) step: u32,
    /// The last operation, if it was applied.
    pub(crate) last: Applied,
    /// The running number of the first operation; set when the record is kept.
    pub(crate) start: u64,
}

/// Where a record is found.
#[derive(Debug, Copy, Clone, Default)]
struct Slot {
    /// The hash of the id; 0 for a slot that was never used.
    tag: u64,
    /// The running number of the record. One that is forgotten has a number before the first.
    number: u64,
}

/// The remembered ids.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    records: VecDeque<Record>,
    /// The operations of all records, in their order.
    operations: VecDeque<Operation>,
    /// The running numbers of the first record and of the first operation.
    first_record: u64,
    first_operation: u64,
    /// The older and the younger table.
    tables: [Table; 2],
    /// The running number up to which records are in the older table.
    sealed: u64,
}

/// Finds records by the hashes of their ids. Slots are only added.
#[derive(Debug, Default)]
struct Table {
    slots: Vec<Slot>,
    used: usize,
}

const SLOTS_MIN: usize = 1 << 10;
const KEY: TypeKey = TypeKey::new("oikos.ledger.id");

/// A hash that mixes all bits: two multiplications to 128 bits, folded (the construction of wyhash, Wang Yi,
/// 2019, with odd constants of the golden ratio and of π). Never 0.
fn hash(id: u128) -> u64 {
    let fold = |left: u64, right: u64| {
        let product = u128::from(left) * u128::from(right);
        product as u64 ^ (product >> 64) as u64
    };
    let (low, high) = (id as u64, (id >> 64) as u64);
    let mixed = fold(low ^ 0x9e37_79b9_7f4a_7c15, high ^ 0x243f_6a88_85a3_08d3);
    fold(mixed ^ low, 0xd6e8_feb8_6659_fd93) | 1
}

impl Table {
    /// Where the search for a hash begins.
    fn start(&self, tag: u64) -> usize {
        // There are a power of two slots; the upper bits are the best mixed.
        (tag >> (u64::BITS - self.slots.len().trailing_zeros())) as usize
    }

    /// The first number under a hash for which `is_it` says so.
    #[inline]
    fn find(&self, tag: u64, mut is_it: impl FnMut(u64) -> bool) -> Option<u64> {
        if self.used == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = self.start(tag);
        loop {
            let slot = self.slots[at];
            if slot.tag == tag && is_it(slot.number) {
                return Some(slot.number);
            }
            if slot.tag == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a number. At most half of the slots are used.
    fn insert(&mut self, tag: u64, number: u64) {
        if (self.used + 1) * 2 > self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![Slot::default(); (old.len() * 2).max(SLOTS_MIN)];
            self.used = 0;
            let numbers = old.into_iter().filter(|slot| slot.tag != 0);
            numbers.for_each(|slot| self.place(slot));
        }
        self.place(Slot { tag, number });
    }

    fn place(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = self.start(slot.tag);
        while self.slots[at].tag != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
        self.used += 1;
    }

    /// Takes everything out, and leaves room for so many numbers.
    fn clear(&mut self, room: usize) {
        let slots = (room * 2 + 2).next_power_of_two().max(SLOTS_MIN);
        self.slots.clear();
        if self.slots.capacity() > slots * 4 {
            self.slots = Vec::new();
        }
        self.slots.resize(slots, Slot::default());
        self.used = 0;
    }
}

impl Ids {
    /// The record of an id and its operations, if it is remembered.
    #[inline]
    pub(crate) fn find(
        &self,
        id: u128,
    ) -> Option<(&Record, impl ExactSizeIterator<Item = &Operation>)> {
        let tag = hash(id);
        let record = |number: u64| {
            let index = number.checked_sub(self.first_record)?;
            self.records.get(index as usize)
        };
        let is_it = |number| record(number).is_some_and(|record| record.id == id);
        let [older, younger] = &self.tables;
        // Once all that it holds is forgotten, the older table is not worth a look.
        let in_older = || (self.sealed > self.first_record).then(|| older.find(tag, is_it));
        let number = younger.find(tag, is_it).or_else(|| in_older().flatten())?;
        record(number).map(|record| (record, self.operations_of(record)))
    }

    fn operations_of(&self, record: &Record) -> impl ExactSizeIterator<Item = &Operation> {
        let start = (record.start - self.first_operation) as usize;
        self.operations.range(start..start + record.count as usize)
    }

    /// Remembers an id that is not remembered yet.
    pub(crate) fn insert(&mut self, record: Record, operations: &[Operation]) {
        let start = self.first_operation + self.operations.len() as u64;
        self.tables[1].insert(hash(record.id), self.next_record());
        self.operations.extend(operations);
        self.records.push_back(Record { start, ..record });
    }

    /// Forgets what came before `first`; gives the digest of those forgotten with running numbers below `known`.
    pub(crate) fn forget_before(&mut self, first: Tick, known: u64) -> Digest {
        let mut forgotten = Digest::default();
        while let Some(record) = self.records.front().filter(|record| record.tick < first) {
            let count = record.count as usize;
            if self.first_record < known {
                forgotten += self.digest_at(0);
            }
            self.records.pop_front();
            self.operations.drain(..count);
            self.first_operation += count as u64;
            self.first_record += 1;
        }
        if self.first_record >= self.sealed && self.tables[1].used > 0 {
            self.tables.swap(0, 1);
            self.sealed = self.next_record();
            let room = self.tables[0].used;
            self.tables[1].clear(room);
        }
        forgotten
    }

    /// The running number of the next record.
    pub(crate) fn next_record(&self) -> u64 {
        self.first_record + self.records.len() as u64
    }

    pub(crate) const fn first_record(&self) -> u64 {
        self.first_record
    }

    /// The remembered ids, oldest first.
    pub(crate) fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = (&Record, impl ExactSizeIterator<Item = &Operation>)> {
        self.records
            .iter()
            .map(|record| (record, self.operations_of(record)))
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The digest of the record with a running number that is remembered.
    pub(crate) fn digest_of(&self, number: u64) -> Digest {
        self.digest_at((number - self.first_record) as usize)
    }

    fn digest_at(&self, index: usize) -> Digest {
        let record = &self.records[index];
        // An id is remembered once, so its two halves name the row together.
        let row = KEY.row(hash(record.id));
        let mut words = Words {
            field: 0,
            digest: Digest::default(),
            row,
        };
        words.wide(record.id as u64);
        words.wide((record.id >> 64) as u64);
        let small = u64::from(record.tick.index()) | u64::from(record.count) << 32;
        words.wide(small);
        words.wide(record.status as u64 | u64::from(record.step) << 32);
        words.applied(&record.last);
        for operation in self.operations_of(record) {
            words.operation(operation);
        }
        words.digest
    }
}

/// A row of cells under way. Words of 0 have no cell; each value stands at a field of its own.
struct Words {
    field: u32,
    digest: Digest,
    row: oikos_core::RowKey,
}

impl Words {
    fn wide(&mut self, value: u64) {
        for word in [value as u32, (value >> 32) as u32] {
            if word != 0 {
                self.row.add(&mut self.digest, self.field, word);
            }
            self.field += 1;
        }
    }

    fn applied(&mut self, applied: &Applied) {
        self.wide(applied.number);
        self.wide(applied.amount as u64);
        self.wide(applied.hold.map_or(0, |hold| hold.get() + 1));
    }

    /// Seven wide words each, so that what follows is at a known field.
    fn operation(&mut self, operation: &Operation) {
        for value in crate::state::words(operation) {
            self.wide(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u128, tick: u32) -> Record {
        Record {
            id,
            tick: Tick::new(tick),
            count: 1,
            status: Status::Applied,
            step: 0,
            last: Applied {
                number: 0,
                amount: 1,
                hold: None,
            },
            start: 0,
        }
    }

    fn void(hold: u64) -> Operation {
        Operation::VoidHold {
            hold: crate::HoldId::new(hold).unwrap(),
        }
    }

    #[test]
    fn ids_are_found_until_they_are_forgotten() {
        let mut ids = Ids::default();
        assert!(ids.find(7).is_none());
        for number in 0..10_000_u64 {
            let id = u128::from(number) << 64 | u128::from(number);
            assert!(ids.find(id).is_none());
            ids.insert(record(id, number as u32 / 100), &[void(number)]);
        }
        assert_ne!(ids.forget_before(Tick::new(30), 1), Digest::default());
        assert_eq!((ids.first_record(), ids.len()), (3_000, 7_000));
        for number in 0..10_000_u64 {
            let id = u128::from(number) << 64 | u128::from(number);
            let found = ids
                .find(id)
                .map(|(_, operations)| operations.copied().collect::<Vec<_>>());
            assert_eq!(found, (number >= 3_000).then(|| vec![void(number)]));
        }
        // The tables do not grow while as many are forgotten as come.
        let most = 8 * 7_000_usize.next_power_of_two();
        for number in 10_000..100_000_u64 {
            let tick = number as u32 / 100;
            ids.insert(record(u128::from(number), tick), &[void(number)]);
            ids.forget_before(Tick::new(tick.saturating_sub(70)), 0);
            assert!(ids.tables.iter().all(|table| table.slots.len() <= most));
        }
        assert!(ids.find(99_999).is_some() && ids.find(92_901).is_some());
        assert!(ids.find(10_000).is_none() && ids.find(92_800).is_none());
    }

    #[test]
    fn a_hash_depends_on_all_bits_of_an_id() {
        let all: std::collections::BTreeSet<u64> = (0..128)
            .map(|bit| hash(1 << bit))
            .chain([hash(0)])
            .collect();
        assert!(all.len() >= 128 && !all.contains(&0));
    }

    #[test]
    fn ids_of_one_hash_are_told_apart() {
        // The lower half cancels the first constant, so that the upper half does not count.
        let id = |high: u128| high << 64 | 0x9e37_79b9_7f4a_7c15;
        assert_eq!(hash(id(1)), hash(id(2)));
        let mut ids = Ids::default();
        ids.insert(record(id(1), 0), &[void(1)]);
        assert!(ids.find(id(2)).is_none());
        ids.insert(record(id(2), 0), &[void(2)]);
        for high in [1, 2] {
            let (_, mut operations) = ids.find(id(high)).unwrap();
            assert_eq!(operations.next(), Some(&void(high as u64)));
        }
    }
}
