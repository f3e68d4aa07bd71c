//! Scripts of books: numbers that are made and shrunk at random, and read as deeds when it is known what there is.

use proptest::prelude::*;

/// A deed that is not read yet: what, and a number from which the rest is made when it is known what there is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Raw(pub u8, pub u64);

/// On one line, as it is written.
impl std::fmt::Debug for Raw {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Raw({}, {})", self.0, self.1)
    }
}

/// A deed.
pub fn raw() -> impl Strategy<Value = Raw> {
    any::<(u8, u64)>().prop_map(|(what, rest)| Raw(what, rest))
}

/// Random scripts of at most so many deeds, which are read against the books that they are for. Of a ledger these are
/// posts, balances, holds, chains, submissions and their repetitions, batches, splits, exchanges, closings, new
/// accounts and ticks; of an inventory and of a register their operations, chains, payments that fail, and ticks.
/// Most make sense, and about a third is refused.
pub fn script(most: usize) -> impl Strategy<Value = Vec<Raw>> {
    prop::collection::vec(raw(), 0..=most)
}

/// A stream of numbers from one (S. Vigna, splitmix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
