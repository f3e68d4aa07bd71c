//! Rows sorted by account, so that each thread adds to accounts of its own.

use core::sync::atomic::AtomicBool;

use super::screen::{CREDIT_LIMITED, DEBIT_LIMITED};
use super::{Row, Rows, in_parallel, place};
use crate::Side;
use crate::books::{
    Books, CREDIT_LIMIT_FAILS, CREDIT_OVERFLOWS, DEBIT_LIMIT_FAILS, DEBIT_OVERFLOWS, GATE_FAILS,
    Hot, Reserve, SEGMENT, overflows,
};

/// One side of a row.
#[derive(Copy, Clone)]
struct Item {
    place: u32,
    side: Side,
    amount: i64,
}

/// Accounts of a group, of which there is one a thread.
fn group_size(accounts: usize, threads: usize) -> usize {
    accounts
        .div_ceil(threads)
        .next_multiple_of(SEGMENT)
        .max(SEGMENT)
}

/// The sides of a block of rows by group of accounts: one list for each thread that sorts and each group.
pub(super) struct Sorted {
    group: usize,
    lists: Vec<Vec<Vec<Item>>>,
}

impl Sorted {
    pub(super) fn new(accounts: usize, threads: usize) -> Self {
        let group = group_size(accounts, threads);
        let lists = vec![vec![Vec::new(); accounts.div_ceil(group)]; threads];
        Self { group, lists }
    }

    /// Replaces what is sorted by the limited sides of the rows, or by the others.
    pub(super) fn sort(&mut self, rows: Rows<'_>, limited: bool) {
        let size = rows.amount.len().div_ceil(self.lists.len()).max(1);
        // There are at most 2³¹ accounts, and dividing 32 bits takes a fraction of the time.
        let group = self.group as u32;
        self.lists.iter_mut().flatten().for_each(Vec::clear);
        let parts = rows.pieces(size).zip(&mut self.lists).collect();
        in_parallel(parts, |(rows, groups): (Rows<'_>, &mut Vec<Vec<Item>>)| {
            let mut put = |place: usize, side: Side, amount: i64| {
                let number = place as u32 / group;
                groups[number as usize].push(Item {
                    place: place as u32 - number * group,
                    side,
                    amount,
                });
            };
            for row in rows.passed() {
                let Row {
                    debit,
                    credit,
                    amount,
                    plan,
                } = row;
                if (plan & DEBIT_LIMITED != 0) == limited {
                    put(place(debit), Side::Debit, amount);
                }
                if (plan & CREDIT_LIMITED != 0) == limited {
                    put(place(credit), Side::Credit, amount);
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
    pub(super) fn new(books: &'a mut Books, threads: usize) -> Self {
        let size = group_size(books.len(), threads);
        let hot = books.hot.chunks_mut(size).zip(books.gates.chunks_mut(size));
        let others = books.reserves.chunks(size);
        let others = others.zip(books.dirty.chunks_mut(size / SEGMENT));
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
    pub(super) fn add(self, sorted: &Sorted) -> bool {
        let groups = self.groups.into_iter().enumerate().collect();
        let fails = in_parallel(groups, |(number, mut group): (usize, Group<'_>)| {
            for lists in &sorted.lists {
                lists[number].iter().for_each(|item| group.add(item));
            }
            group.fails
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
