//! The ids under which operations were submitted, for as long as they are remembered.
//!
//! Records lie in the order in which they came; a table of 16-byte slots with open addressing finds them. What
//! is forgotten leaves the front of the records at once, and the table when that is built anew.

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
    slots: Vec<Slot>,
    /// Slots that were ever used.
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

impl Ids {
    /// Where the search for a hash begins.
    fn start(&self, tag: u64) -> usize {
        // There are a power of two slots; the upper bits are the best mixed.
        (tag >> (u64::BITS - self.slots.len().trailing_zeros())) as usize
    }

    /// The record of an id and its operations, if it is remembered.
    pub(crate) fn find(
        &self,
        id: u128,
    ) -> Option<(&Record, impl ExactSizeIterator<Item = &Operation>)> {
        if self.slots.is_empty() {
            return None;
        }
        let tag = hash(id);
        let mask = self.slots.len() - 1;
        let mut at = self.start(tag);
        loop {
            let slot = self.slots[at];
            if slot.tag == 0 {
                return None;
            }
            if slot.tag == tag
                && let Some(index) = slot.number.checked_sub(self.first_record)
                && let Some(record) = self.records.get(index as usize)
                && record.id == id
            {
                return Some((record, self.operations_of(record)));
            }
            at = (at + 1) & mask;
        }
    }

    fn operations_of(&self, record: &Record) -> impl ExactSizeIterator<Item = &Operation> {
        let start = (record.start - self.first_operation) as usize;
        self.operations.range(start..start + record.count as usize)
    }

    /// Remembers an id that is not remembered yet.
    pub(crate) fn insert(&mut self, record: Record, operations: &[Operation]) {
        if (self.used + 1) * 2 > self.slots.len() {
            self.rebuild();
        }
        let number = self.first_record + self.records.len() as u64;
        let start = self.first_operation + self.operations.len() as u64;
        self.operations.extend(operations);
        self.records.push_back(Record { start, ..record });
        self.place(hash(record.id), number);
    }

    fn place(&mut self, tag: u64, number: u64) {
        let mask = self.slots.len() - 1;
        let mut at = self.start(tag);
        while self.slots[at].tag != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = Slot { tag, number };
        self.used += 1;
    }

    /// A table of the records there are, at most a quarter full.
    fn rebuild(&mut self) {
        let slots = ((self.records.len() + 1) * 4)
            .next_power_of_two()
            .max(SLOTS_MIN);
        self.slots.clear();
        self.slots.resize(slots, Slot::default());
        self.used = 0;
        for index in 0..self.records.len() {
            let tag = hash(self.records[index].id);
            self.place(tag, self.first_record + index as u64);
        }
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
        // The table does not grow while as many are forgotten as come.
        let slots = ids.slots.len();
        for number in 10_000..100_000_u64 {
            ids.insert(
                record(u128::from(number), number as u32 / 100),
                &[void(number)],
            );
            ids.forget_before(Tick::new((number as u32 / 100).saturating_sub(70)), 0);
        }
        assert!(ids.slots.len() <= slots * 2, "{} slots", ids.slots.len());
        assert!(ids.find(99_999).is_some() && ids.find(10_000).is_none());
    }

    #[test]
    fn a_hash_depends_on_all_bits_of_an_id() {
        let all: std::collections::BTreeSet<u64> = (0..128)
            .map(|bit| hash(1 << bit))
            .chain([hash(0)])
            .collect();
        assert!(all.len() >= 128 && !all.contains(&0));
    }
}
