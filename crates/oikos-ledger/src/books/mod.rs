//! The columns of accounts, and the only code that changes them.
//!
//! What a transfer needs is in the 32 bytes of a [`Hot`], so that it touches one cache line an account; what
//! only holds need, and what nothing needs, lies apart.

mod room;

pub(crate) use self::room::overflows;

use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::BTreeMap;

use oikos_core::{Currency, StableId};

use crate::account::Position;
use crate::{AccountId, AccountSpec, Balance, Instrument, Limit, Owner};

/// Accounts that are digested together.
pub(crate) const SEGMENT: usize = 16;

/// Most currencies: as many as fit a gate beside its flags.
pub(crate) const CURRENCIES_MAX: u32 = 1 << 11;

pub(crate) const LIMIT_DEBITS: u16 = 1;
pub(crate) const LIMIT_CREDITS: u16 = 2;
pub(crate) const CLOSED: u16 = 4;
pub(crate) const ISSUER: u16 = 8;
/// Set within a batch alone: it would debit more than the limit allows.
pub(crate) const DEBIT_LIMIT_FAILS: u16 = 16;
/// Set within a batch alone: it would credit more than the limit allows.
pub(crate) const CREDIT_LIMIT_FAILS: u16 = 32;
/// Set within a batch alone: its debits are more than a side can hold.
pub(crate) const DEBIT_OVERFLOWS: u16 = 64;
/// Set within a batch alone: its credits are more than a side can hold.
pub(crate) const CREDIT_OVERFLOWS: u16 = 128;

pub(crate) const GATE_CLOSED: u16 = 1 << 15;
pub(crate) const GATE_ISSUER: u16 = 1 << 14;
pub(crate) const GATE_LIMIT_DEBITS: u16 = 1 << 13;
pub(crate) const GATE_LIMIT_CREDITS: u16 = 1 << 12;
/// Set within a batch alone: a sum of the account is too large.
pub(crate) const GATE_FAILS: u16 = 1 << 11;
pub(crate) const GATE_CURRENCY: u16 = GATE_FAILS - 1;

/// What a transfer reads and writes of an account.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct Hot {
    pub(crate) debits: i64,
    pub(crate) credits: i64,
    /// The allowance of the limit less what is pending on the limited side: what the posted columns may still
    /// be apart. 0 without a limit.
    pub(crate) margin: i64,
    pub(crate) currency: u16,
    pub(crate) flags: u16,
}

/// What holds read and write of an account.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub(crate) struct Reserve {
    pub(crate) debits: i64,
    pub(crate) credits: i64,
    pub(crate) allowance: i64,
}

impl Hot {
    #[inline]
    pub(crate) const fn is(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// The most that posted debits may be.
    #[inline]
    pub(crate) const fn debits_allowed(&self) -> i64 {
        if self.is(LIMIT_DEBITS) {
            self.credits + self.margin
        } else {
            i64::MAX
        }
    }

    /// The most that posted credits may be.
    #[inline]
    pub(crate) const fn credits_allowed(&self) -> i64 {
        if self.is(LIMIT_CREDITS) {
            self.debits + self.margin
        } else {
            i64::MAX
        }
    }
}

/// Whether something has changed since this was asked last. Ordered by the lock under which digests are taken.
pub(crate) fn take_mark(mark: &AtomicBool) -> bool {
    let marked = mark.load(Ordering::Relaxed);
    if marked {
        mark.store(false, Ordering::Relaxed);
    }
    marked
}

/// What all accounts of one currency come to, kept up with every change.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Default)]
pub(crate) struct Totals {
    pub(crate) debits: i128,
    pub(crate) credits: i128,
    pub(crate) debits_pending: i128,
    pub(crate) credits_pending: i128,
    /// Posted credits less posted debits of issuers.
    pub(crate) issued: i128,
}

/// All accounts.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) hot: Vec<Hot>,
    pub(crate) reserves: Vec<Reserve>,
    /// Currency and flags in two bytes an account: small enough to stay in a cache during a batch.
    pub(crate) gates: Vec<u16>,
    pub(crate) owners: Vec<Owner>,
    /// Of each account the number of its position: 4 bytes, so that statements find it fast.
    pub(crate) places: Vec<u32>,
    /// Positions in the order in which accounts first had them.
    pub(crate) positions: Vec<Position>,
    numbers: BTreeMap<Position, u32>,
    /// Whether a segment has changed since it was last digested.
    pub(crate) dirty: Vec<AtomicBool>,
    pub(crate) totals: Vec<Totals>,
}

impl Books {
    pub(crate) fn len(&self) -> usize {
        self.hot.len()
    }

    /// Where an account lies, if it was opened.
    #[inline]
    pub(crate) fn index(&self, account: AccountId) -> Option<usize> {
        let index = usize::try_from(account.get()).ok()?;
        (index < self.hot.len()).then_some(index)
    }

    /// Adds an account whose spec was checked.
    pub(crate) fn push(&mut self, spec: &AccountSpec, instrument: Instrument) {
        let index = self.hot.len();
        let (limit, gate_limit) = match spec.limit {
            Limit::None => (0, 0),
            Limit::Debits(_) => (LIMIT_DEBITS, GATE_LIMIT_DEBITS),
            Limit::Credits(_) => (LIMIT_CREDITS, GATE_LIMIT_CREDITS),
        };
        let allowance = spec.limit.allowance();
        let issuer = if spec.is_issuer { ISSUER } else { 0 };
        let gate = if spec.is_issuer { GATE_ISSUER } else { 0 };
        self.hot.push(Hot {
            debits: 0,
            credits: 0,
            margin: allowance,
            currency: spec.currency.0,
            flags: limit | issuer,
        });
        self.reserves.push(Reserve {
            debits: 0,
            credits: 0,
            allowance,
        });
        self.gates.push(spec.currency.0 | gate | gate_limit);
        let position = Position {
            currency: spec.currency,
            instrument,
            sector: spec.sector,
            kind: spec.kind,
        };
        // Accounts that are opened one after the other are mostly of one position.
        let last = self.places.last().copied();
        let same = last.filter(|&last| self.positions[last as usize] == position);
        let number = same.unwrap_or_else(|| self.number(position));
        self.owners.push(spec.owner);
        self.places.push(number);
        if index.is_multiple_of(SEGMENT) {
            self.dirty.push(AtomicBool::new(true));
        }
        self.mark(index);
    }

    fn number(&mut self, position: Position) -> u32 {
        *self.numbers.entry(position).or_insert_with(|| {
            self.positions.push(position);
            // There are at most as many as accounts, 2³¹.
            self.positions.len() as u32 - 1
        })
    }

    /// What was fixed when the account was opened.
    pub(crate) fn spec(&self, index: usize) -> AccountSpec {
        let (hot, position) = (&self.hot[index], self.position(index));
        let allowance = self.reserves[index].allowance;
        let limit = if hot.is(LIMIT_DEBITS) {
            Limit::Debits(allowance)
        } else if hot.is(LIMIT_CREDITS) {
            Limit::Credits(allowance)
        } else {
            Limit::None
        };
        AccountSpec {
            kind: position.kind,
            owner: self.owners[index],
            sector: position.sector,
            currency: Currency(hot.currency),
            limit,
            is_issuer: hot.is(ISSUER),
        }
    }

    /// What an account is counted under.
    pub(crate) fn position(&self, index: usize) -> &Position {
        &self.positions[self.places[index] as usize]
    }

    pub(crate) fn balance(&self, index: usize) -> Balance {
        let (hot, reserve) = (&self.hot[index], &self.reserves[index]);
        Balance {
            debits_posted: hot.debits,
            credits_posted: hot.credits,
            debits_pending: reserve.debits,
            credits_pending: reserve.credits,
        }
    }

    /// The account will be digested again.
    #[inline]
    pub(crate) fn mark(&mut self, index: usize) {
        *self.dirty[index / SEGMENT].get_mut() = true;
    }

    /// Whether a segment has changed since this was asked last.
    pub(crate) fn take_mark(&self, segment: usize) -> bool {
        take_mark(&self.dirty[segment])
    }

    /// Posts an amount that was checked, or takes one back (below 0).
    #[inline]
    pub(crate) fn post(&mut self, debit: usize, credit: usize, amount: i64) {
        let debited = &mut self.hot[debit];
        debited.debits += amount;
        let (currency, mut flags) = (debited.currency, debited.flags);
        let credited = &mut self.hot[credit];
        credited.credits += amount;
        flags |= credited.flags;
        if flags & ISSUER != 0 {
            self.issue(debit, credit, amount);
        }
        self.count([debit, credit], currency, amount);
    }

    /// Counts an amount that two accounts have been changed by.
    #[inline]
    pub(crate) fn count(&mut self, places: [usize; 2], currency: u16, amount: i64) {
        let (wide, totals) = (i128::from(amount), &mut self.totals[usize::from(currency)]);
        totals.debits += wide;
        totals.credits += wide;
        places.into_iter().for_each(|place| self.mark(place));
    }

    /// Counts an amount between accounts of which one is an issuer.
    #[inline(never)]
    fn issue(&mut self, debit: usize, credit: usize, amount: i64) {
        let is_issuer = |index: usize| i128::from(self.hot[index].is(ISSUER));
        let sign = is_issuer(credit) - is_issuer(debit);
        self.totals[usize::from(self.hot[debit].currency)].issued += sign * i128::from(amount);
    }

    /// Sets an amount aside that was checked, or releases one (below 0).
    pub(crate) fn hold(&mut self, debit: usize, credit: usize, amount: i64) {
        let debited = &mut self.hot[debit];
        if debited.is(LIMIT_DEBITS) {
            debited.margin -= amount;
        }
        let totals = &mut self.totals[usize::from(debited.currency)];
        totals.debits_pending += i128::from(amount);
        totals.credits_pending += i128::from(amount);
        let credited = &mut self.hot[credit];
        if credited.is(LIMIT_CREDITS) {
            credited.margin -= amount;
        }
        self.reserves[debit].debits += amount;
        self.reserves[credit].credits += amount;
        self.mark(debit);
        self.mark(credit);
    }

    pub(crate) fn is_closed(&self, index: usize) -> bool {
        self.hot[index].is(CLOSED)
    }

    pub(crate) fn set_closed(&mut self, index: usize, closed: bool) {
        if closed {
            self.hot[index].flags |= CLOSED;
            self.gates[index] |= GATE_CLOSED;
        } else {
            self.hot[index].flags &= !CLOSED;
            self.gates[index] &= !GATE_CLOSED;
        }
        self.mark(index);
    }

    /// Puts balances back as they were saved.
    pub(crate) fn restore(&mut self, index: usize, balance: &Balance, closed: bool) {
        let hot = &mut self.hot[index];
        hot.debits = balance.debits_posted;
        hot.credits = balance.credits_posted;
        let reserve = &mut self.reserves[index];
        reserve.debits = balance.debits_pending;
        reserve.credits = balance.credits_pending;
        let pending = if hot.is(LIMIT_DEBITS) {
            reserve.debits
        } else if hot.is(LIMIT_CREDITS) {
            reserve.credits
        } else {
            0
        };
        hot.margin = reserve.allowance - pending;
        self.set_closed(index, closed);
    }
}
