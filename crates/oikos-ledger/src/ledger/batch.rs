//! Batches: columns of transfers of one kind, posted together in any order.
//!
//! Every row is judged by what was there before the batch. That makes the result independent of the order of the
//! rows, and lets threads share the work by accounts: first all debits of an account are added up, then all its
//! credits; an account for which a sum is too large is marked, and what rows of marked accounts have added is
//! taken off again. Sums wrap meanwhile, so taking off is exact.

use oikos_core::{Currency, StableId};

use super::Ledger;
use crate::books::{
    CREDIT_LIMIT_FAILS, CREDIT_OVERFLOWS, DEBIT_LIMIT_FAILS, DEBIT_OVERFLOWS, GATE_CLOSED,
    GATE_CURRENCY, GATE_ISSUER, Hot, LIMIT_CREDITS, LIMIT_DEBITS, Reserve, SEGMENT, overflows,
};
use crate::transfer::MAX_AMOUNT;
use crate::{AccountId, Entry, Event, LedgerError, Status, TransferKind};

/// Rows below which another thread is not worth its start.
const ROWS_PER_THREAD: usize = 8_192;

/// Transfers of one kind, as columns of one length.
#[derive(Debug, Copy, Clone)]
pub struct Batch<'a> {
    /// Why money moves.
    pub kind: TransferKind,
    /// The accounts that are debited.
    pub debit: &'a [AccountId],
    /// The accounts that are credited.
    pub credit: &'a [AccountId],
    /// Minor units, each 1 to [`MAX_AMOUNT`].
    pub amount: &'a [i64],
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchOutcome {
    /// The number of the first row that was posted; the others follow in the order of the rows.
    pub first: u64,
    /// Rows that were posted.
    pub applied: u64,
    /// Rows that were refused, from 0 and rising, and why.
    pub refused: Vec<(u64, Status)>,
}

/// The rows of a batch, or of a part of it.
#[derive(Copy, Clone)]
struct Rows<'a> {
    debit: &'a [AccountId],
    credit: &'a [AccountId],
    amount: &'a [i64],
}

/// Accounts that one thread works on.
struct Part<'a> {
    /// The number of the first account.
    first: usize,
    hot: &'a mut [Hot],
    reserves: &'a [Reserve],
    dirty: &'a mut [core::sync::atomic::AtomicBool],
}

impl Ledger {
    /// Posts the rows of a batch. Each is posted or refused for itself, and the result does not depend on their
    /// order, nor on `threads`, the number of threads to share the work between.
    ///
    /// What an account may give is what it had before the batch: money that comes to it in the batch cannot be
    /// passed on in the same. If all that a batch would take from an account is more than its limit allows, none
    /// of those rows is posted; so with all that would go over what one side can hold. Rows that are refused for
    /// another account's sake count in these sums.
    ///
    /// # Errors
    ///
    /// [`LedgerError::BatchColumns`] if the columns have different lengths.
    pub fn post_batch(
        &mut self,
        batch: &Batch<'_>,
        threads: usize,
    ) -> Result<BatchOutcome, LedgerError> {
        let rows = Rows {
            debit: batch.debit,
            credit: batch.credit,
            amount: batch.amount,
        };
        let count = rows.amount.len();
        if rows.debit.len() != count || rows.credit.len() != count {
            return Err(LedgerError::BatchColumns {
                debits: rows.debit.len() as u64,
                credits: rows.credit.len() as u64,
                amounts: count as u64,
            });
        }
        let threads = threads.clamp(1, count / ROWS_PER_THREAD + 1);
        let issues = self.kinds.mark(batch.kind.0).map(|mark| mark != 0);
        let mut statuses = vec![Status::Applied; count];
        let mut sums = self.screen(rows, issues, &mut statuses, threads);
        if self.add_up(rows, &statuses, threads) {
            self.take_off(rows, &mut statuses, &mut sums, threads);
        }
        for (totals, sum) in self.books.totals.iter_mut().zip(&sums) {
            totals.debits += sum;
            totals.credits += sum;
        }
        if issues == Some(true) {
            self.count_issued(rows, &statuses);
        }
        let outcome = self.conclude(batch, &statuses);
        if outcome.applied > 0 {
            self.log.event(|| Event::Batch {
                kind: batch.kind,
                debit: batch.debit.to_vec(),
                credit: batch.credit.to_vec(),
                amount: batch.amount.to_vec(),
            });
        }
        Ok(outcome)
    }

    /// Checks what does not depend on what accounts have; the sums by currency of the rows that pass.
    fn screen(
        &self,
        rows: Rows<'_>,
        issues: Option<bool>,
        statuses: &mut [Status],
        threads: usize,
    ) -> Vec<i128> {
        let currencies = self.books.totals.len();
        let Some(issues) = issues else {
            statuses.fill(Status::KindUnknown);
            return vec![0; currencies];
        };
        let size = statuses.len().div_ceil(threads).max(1);
        let debits = rows.debit.chunks(size);
        let parts = debits
            .zip(rows.credit.chunks(size))
            .zip(rows.amount.chunks(size));
        let parts = parts.zip(statuses.chunks_mut(size)).collect();
        let gates = &self.books.gates;
        let sums = in_parallel(parts, |(((debit, credit), amount), statuses)| {
            let mut sums = vec![0_i128; currencies];
            for (((&debit, &credit), &amount), status) in
                debit.iter().zip(credit).zip(amount).zip(statuses)
            {
                match screen_row(gates, issues, debit, credit, amount) {
                    Ok(currency) => sums[usize::from(currency)] += i128::from(amount),
                    Err(refused) => *status = refused,
                }
            }
            sums
        });
        let mut all = vec![0; currencies];
        for part in sums {
            all.iter_mut()
                .zip(part)
                .for_each(|(sum, part)| *sum += part);
        }
        all
    }

    /// The accounts, shared out.
    fn parts(&mut self, threads: usize) -> Vec<Part<'_>> {
        let size = self
            .books
            .hot
            .len()
            .div_ceil(threads)
            .next_multiple_of(SEGMENT)
            .max(SEGMENT);
        let hot = self.books.hot.chunks_mut(size);
        let reserves = self.books.reserves.chunks(size);
        let dirty = self.books.dirty.chunks_mut(size / SEGMENT);
        let parts = (0..).step_by(size).zip(hot).zip(reserves).zip(dirty);
        let part = |(((first, hot), reserves), dirty)| Part {
            first,
            hot,
            reserves,
            dirty,
        };
        parts.map(part).collect()
    }

    /// Adds the rows that have passed so far to their accounts. Whether a sum was too large somewhere.
    fn add_up(&mut self, rows: Rows<'_>, statuses: &[Status], threads: usize) -> bool {
        let fails = in_parallel(self.parts(threads), |mut part| {
            let mut moved = Vec::new();
            let debit_fails = part.add_debits(rows, statuses, &mut moved);
            let credit_fails = part.add_credits(rows, statuses);
            part.restore_margins(&moved);
            debit_fails | credit_fails
        });
        fails.contains(&true)
    }

    /// Refuses the rows of marked accounts, and takes off what they have added.
    fn take_off(
        &mut self,
        rows: Rows<'_>,
        statuses: &mut [Status],
        sums: &mut [i128],
        threads: usize,
    ) {
        let mut refused: Vec<usize> = Vec::new();
        for (row, status) in statuses.iter_mut().enumerate() {
            if *status != Status::Applied {
                continue;
            }
            let debited = &self.books.hot[rows.debit[row].get() as usize];
            let credited = &self.books.hot[rows.credit[row].get() as usize];
            if let Some(why) = why_marked(debited, credited) {
                *status = why;
                sums[usize::from(debited.currency)] -= i128::from(rows.amount[row]);
                refused.push(row);
            }
        }
        in_parallel(self.parts(threads), |mut part| {
            part.take_off(rows, &refused);
        });
    }

    fn count_issued(&mut self, rows: Rows<'_>, statuses: &[Status]) {
        for (row, _) in statuses
            .iter()
            .enumerate()
            .filter(|(_, status)| **status == Status::Applied)
        {
            let at = |account: AccountId| account.get() as usize;
            let is_issuer = |account| i128::from(self.books.gates[at(account)] & GATE_ISSUER != 0);
            let sign = is_issuer(rows.credit[row]) - is_issuer(rows.debit[row]);
            let currency = usize::from(self.books.hot[at(rows.debit[row])].currency);
            self.books.totals[currency].issued += sign * i128::from(rows.amount[row]);
        }
    }

    /// Numbers and records the rows that were posted.
    fn conclude(&mut self, batch: &Batch<'_>, statuses: &[Status]) -> BatchOutcome {
        let first = self.next;
        let mut refused = Vec::new();
        let wants_entries = self.log.wants_entries();
        for (row, &status) in statuses.iter().enumerate() {
            if status != Status::Applied {
                refused.push((row as u64, status));
            } else if wants_entries {
                let debit = batch.debit[row];
                self.log.entries.push(Entry {
                    number: first + (row - refused.len()) as u64,
                    tick: self.now,
                    kind: batch.kind,
                    currency: Currency(self.books.hot[debit.get() as usize].currency),
                    debit,
                    credit: batch.credit[row],
                    amount: batch.amount[row],
                    reference: 0,
                    hold: None,
                });
            }
        }
        let applied = (statuses.len() - refused.len()) as u64;
        self.next += applied;
        BatchOutcome {
            first,
            applied,
            refused,
        }
    }
}

/// The currency of a row that may be posted, as far as its accounts' amounts do not matter.
#[inline]
fn screen_row(
    gates: &[u16],
    issues: bool,
    debit: AccountId,
    credit: AccountId,
    amount: i64,
) -> Result<u16, Status> {
    match amount {
        0 => return Err(Status::AmountZero),
        ..0 => return Err(Status::AmountNegative),
        1..=MAX_AMOUNT => {}
        _ => return Err(Status::AmountTooLarge),
    }
    if debit == credit {
        return Err(Status::SameAccount);
    }
    let gate = |account: AccountId| gates.get(account.get() as usize).copied();
    let debited = gate(debit).ok_or(Status::DebitUnknown)?;
    let credited = gate(credit).ok_or(Status::CreditUnknown)?;
    if debited & GATE_CURRENCY != credited & GATE_CURRENCY {
        return Err(Status::CurrencyMismatch);
    }
    match ((debited | credited) & GATE_ISSUER != 0, issues) {
        (true, false) => return Err(Status::IssuerTouched),
        (false, true) => return Err(Status::IssuerMissing),
        _ => {}
    }
    if (debited | credited) & GATE_CLOSED == 0 {
        return Ok(debited & GATE_CURRENCY);
    }
    Err(if debited & GATE_CLOSED != 0 {
        Status::DebitClosed
    } else {
        Status::CreditClosed
    })
}

/// Why a row between these accounts is refused, if one of them is marked.
fn why_marked(debited: &Hot, credited: &Hot) -> Option<Status> {
    if debited.is(DEBIT_LIMIT_FAILS) {
        Some(Status::DebitLimit)
    } else if credited.is(CREDIT_LIMIT_FAILS) {
        Some(Status::CreditLimit)
    } else if debited.is(DEBIT_OVERFLOWS) {
        Some(Status::DebitOverflow)
    } else if credited.is(CREDIT_OVERFLOWS) {
        Some(Status::CreditOverflow)
    } else {
        None
    }
}

impl Part<'_> {
    /// Where an account of this part lies in it.
    #[inline]
    fn place(&self, account: AccountId) -> Option<usize> {
        let place = (account.get() as usize).wrapping_sub(self.first);
        (place < self.hot.len()).then_some(place)
    }

    /// Adds the debits. `moved` gets the accounts whose margin has been moved along with them, so that their
    /// limit on credits still sees the debits from before the batch.
    fn add_debits(&mut self, rows: Rows<'_>, statuses: &[Status], moved: &mut Vec<usize>) -> bool {
        let mut fails = false;
        for ((&account, &amount), &status) in rows.debit.iter().zip(rows.amount).zip(statuses) {
            if status != Status::Applied {
                continue;
            }
            let Some(place) = self.place(account) else {
                continue;
            };
            let hot = &mut self.hot[place];
            hot.debits = hot.debits.wrapping_add(amount);
            if hot.is(LIMIT_CREDITS) {
                hot.margin = hot.margin.wrapping_sub(amount);
                moved.push(place);
            } else if hot.is(LIMIT_DEBITS)
                && !hot.is(DEBIT_LIMIT_FAILS)
                && hot.debits > hot.debits_allowed()
            {
                hot.flags |= DEBIT_LIMIT_FAILS;
                fails = true;
            }
            if hot.flags & (DEBIT_LIMIT_FAILS | DEBIT_OVERFLOWS) == 0
                && overflows(hot.debits, || self.reserves[place].debits)
            {
                hot.flags |= DEBIT_OVERFLOWS;
                fails = true;
            }
            *self.dirty[place / SEGMENT].get_mut() = true;
        }
        fails
    }

    fn add_credits(&mut self, rows: Rows<'_>, statuses: &[Status]) -> bool {
        let mut fails = false;
        for ((&account, &amount), &status) in rows.credit.iter().zip(rows.amount).zip(statuses) {
            if status != Status::Applied {
                continue;
            }
            let Some(place) = self.place(account) else {
                continue;
            };
            let hot = &mut self.hot[place];
            hot.credits = hot.credits.wrapping_add(amount);
            // Debits and margin have moved by the same, so this is what was allowed before the batch.
            let allowed = hot.debits.wrapping_add(hot.margin);
            if hot.is(LIMIT_CREDITS) && !hot.is(CREDIT_LIMIT_FAILS) && hot.credits > allowed {
                hot.flags |= CREDIT_LIMIT_FAILS;
                fails = true;
            }
            if hot.flags & (CREDIT_LIMIT_FAILS | CREDIT_OVERFLOWS) == 0
                && overflows(hot.credits, || self.reserves[place].credits)
            {
                hot.flags |= CREDIT_OVERFLOWS;
                fails = true;
            }
            *self.dirty[place / SEGMENT].get_mut() = true;
        }
        fails
    }

    fn restore_margins(&mut self, moved: &[usize]) {
        for &place in moved {
            let reserve = &self.reserves[place];
            self.hot[place].margin = reserve.allowance - reserve.credits;
        }
    }

    fn take_off(&mut self, rows: Rows<'_>, refused: &[usize]) {
        const MARKS: u16 =
            DEBIT_LIMIT_FAILS | CREDIT_LIMIT_FAILS | DEBIT_OVERFLOWS | CREDIT_OVERFLOWS;
        for &row in refused {
            let amount = rows.amount[row];
            if let Some(place) = self.place(rows.debit[row]) {
                let hot = &mut self.hot[place];
                hot.debits = hot.debits.wrapping_sub(amount);
                hot.flags &= !MARKS;
            }
            if let Some(place) = self.place(rows.credit[row]) {
                let hot = &mut self.hot[place];
                hot.credits = hot.credits.wrapping_sub(amount);
                hot.flags &= !MARKS;
            }
        }
    }
}

/// Does the work of all parts, each on a thread of its own if there are several; results in the order of the
/// parts.
fn in_parallel<P: Send, R: Send>(parts: Vec<P>, work: impl Fn(P) -> R + Sync) -> Vec<R> {
    if parts.len() <= 1 {
        return parts.into_iter().map(work).collect();
    }
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || work(part)))
            .collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, R>| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    })
}
