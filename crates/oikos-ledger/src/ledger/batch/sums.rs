//! Rows sorted by account, and added to the accounts: in groups of accounts that fit a cache.

use core::sync::atomic::AtomicBool;

use super::{Rows, in_parallel, place};
use crate::Side;
use crate::books::{
    Books, CREDIT_LIMIT_FAILS, CREDIT_OVERFLOWS, DEBIT_LIMIT_FAILS, DEBIT_OVERFLOWS, GATE_FAILS,
    GATE_LIMIT_CREDITS, GATE_LIMIT_DEBITS, Hot, Reserve, SEGMENT, overflows,
};

/// Accounts of a group: 256 KiB of what a transfer writes.
const GROUP: usize = 8_192;

/// One side of a row.
#[derive(Copy, Clone)]
struct Item {
    /// Place in its group.
    place: u32,
    side: Side,
    amount: i64,
}

/// The sides of a block of rows by group of accounts; one set of lists for each thread that sorts.
pub(super) struct Sorted {
    lists: Vec<Vec<Vec<Item>>>,
}

impl Sorted {
    pub(super) fn new(accounts: usize, threads: usize) -> Self {
        let groups = vec![Vec::new(); accounts.div_ceil(GROUP)];
        Self {
            lists: vec![groups; threads],
        }
    }

    /// Replaces what is sorted by the limited sides of the rows, or by the others.
    pub(super) fn sort(&mut self, rows: Rows<'_>, gates: &[u16], limited: bool) {
        let size = rows.amount.len().div_ceil(self.lists.len()).max(1);
        self.lists.iter_mut().flatten().for_each(Vec::clear);
        let parts = rows.pieces(size).zip(&mut self.lists).collect();
        in_parallel(parts, |(rows, groups)| {
            let mut put = |place: usize, side: Side, amount: i64| {
                let item = Item {
                    place: (place % GROUP) as u32,
                    side,
                    amount,
                };
                groups[place / GROUP].push(item);
            };
            for (debit, credit, amount) in rows.passed() {
                let (debit, credit) = (place(debit), place(credit));
                if (gates[debit] & GATE_LIMIT_DEBITS != 0) == limited {
                    put(debit, Side::Debit, amount);
                }
                if (gates[credit] & GATE_LIMIT_CREDITS != 0) == limited {
                    put(credit, Side::Credit, amount);
                }
            }
        });
    }
}

/// A group of accounts.
struct Group<'a> {
    hot: &'a mut [Hot],
    gates: &'a mut [u16],
    reserves: &'a [Reserve],
    dirty: &'a mut [AtomicBool],
    /// Whether a sum was too large.
    fails: bool,
}

/// All accounts by group.
pub(super) struct Sums<'a> {
    groups: Vec<Group<'a>>,
}

impl<'a> Sums<'a> {
    pub(super) fn new(books: &'a mut Books) -> Self {
        let hot = books
            .hot
            .chunks_mut(GROUP)
            .zip(books.gates.chunks_mut(GROUP));
        let others = books
            .reserves
            .chunks(GROUP)
            .zip(books.dirty.chunks_mut(GROUP / SEGMENT));
        let group = |((hot, gates), (reserves, dirty))| Group {
            hot,
            gates,
            reserves,
            dirty,
            fails: false,
        };
        Self {
            groups: hot.zip(others).map(group).collect(),
        }
    }

    /// Adds what is sorted; whether a sum was too large somewhere.
    pub(super) fn add(mut self, sorted: &Sorted, threads: usize) -> bool {
        let size = self.groups.len().div_ceil(threads).max(1);
        let parts = (0..)
            .step_by(size)
            .zip(self.groups.chunks_mut(size))
            .collect();
        let fails = in_parallel(parts, |(first, groups): (usize, &mut [Group<'_>])| {
            for (number, group) in (first..).zip(groups.iter_mut()) {
                for lists in &sorted.lists {
                    lists[number].iter().for_each(|item| group.add(item));
                }
            }
            groups.iter().any(|group| group.fails)
        });
        fails.contains(&true)
    }
}

impl Group<'_> {
    #[inline]
    fn add(&mut self, item: &Item) {
        let place = item.place as usize;
        let (hot, reserve) = (&mut self.hot[place], &self.reserves[place]);
        let fails = match item.side {
            Side::Debit => add_debit(hot, reserve, item.amount),
            Side::Credit => add_credit(hot, reserve, item.amount),
        };
        if fails {
            self.gates[place] |= GATE_FAILS;
            self.fails = true;
        }
        *self.dirty[place / SEGMENT].get_mut() = true;
    }
}

/// Adds to the debits; whether that is newly too much. Sums that are too large already may wrap: an account
/// without limit is not looked at any more once it overflows, one with a limit not once it is beyond that, which
/// comes before a wrap.
#[inline]
fn add_debit(hot: &mut Hot, reserve: &Reserve, amount: i64) -> bool {
    hot.debits = hot.debits.wrapping_add(amount);
    if hot.is(DEBIT_LIMIT_FAILS) {
        return false;
    }
    let mark = if hot.debits > hot.debits_allowed() {
        DEBIT_LIMIT_FAILS
    } else if !hot.is(DEBIT_OVERFLOWS) && overflows(hot.debits, || reserve.debits) {
        DEBIT_OVERFLOWS
    } else {
        return false;
    };
    hot.flags |= mark;
    true
}

/// As [`add_debit`], on the other side.
#[inline]
fn add_credit(hot: &mut Hot, reserve: &Reserve, amount: i64) -> bool {
    hot.credits = hot.credits.wrapping_add(amount);
    if hot.is(CREDIT_LIMIT_FAILS) {
        return false;
    }
    let mark = if hot.credits > hot.credits_allowed() {
        CREDIT_LIMIT_FAILS
    } else if !hot.is(CREDIT_OVERFLOWS) && overflows(hot.credits, || reserve.credits) {
        CREDIT_OVERFLOWS
    } else {
        return false;
    };
    hot.flags |= mark;
    true
}
