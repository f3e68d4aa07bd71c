//! Batches: columns of transfers of one kind, posted together in any order.
//!
//! Every row is judged by what was there before the batch. That makes the result independent of the order of the
//! rows, and lets threads share the work by accounts: what a batch takes from and gives to an account is added up,
//! an account for which a sum is too large is marked, and what rows of marked accounts have added is taken off
//! again. Sums wrap meanwhile, so taking off is exact.

mod screen;
mod sums;

use oikos_core::{Currency, StableId};

use self::screen::{REFUSED, Screened, screen};
use self::sums::{Sorted, Sums};
use super::Ledger;
use crate::books::{
    CREDIT_LIMIT_FAILS, CREDIT_OVERFLOWS, DEBIT_LIMIT_FAILS, DEBIT_OVERFLOWS, GATE_CURRENCY,
    GATE_FAILS, GATE_ISSUER, Hot,
};
use crate::{AccountId, Entry, Event, LedgerError, Status, TransferKind};

/// Rows below which another thread is not worth its start.
const ROWS_PER_THREAD: usize = 8_192;

/// Rows that are sorted by account before they are added: enough for threads to be worth their start.
const BLOCK: usize = 1 << 17;

/// Transfers of one kind, as columns of one length.
#[derive(Debug, Copy, Clone)]
pub struct Batch<'a> {
    /// Why money moves.
    pub kind: TransferKind,
    /// The accounts that are debited.
    pub debit: &'a [AccountId],
    /// The accounts that are credited.
    pub credit: &'a [AccountId],
    /// Minor units, each 1 to [`MAX_AMOUNT`](crate::MAX_AMOUNT).
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

/// Rows of a batch, each with what [`screen`] found.
#[derive(Copy, Clone)]
struct Rows<'a> {
    debit: &'a [AccountId],
    credit: &'a [AccountId],
    amount: &'a [i64],
    plan: &'a [u8],
}

/// A row that is not refused.
struct Row {
    debit: AccountId,
    credit: AccountId,
    amount: i64,
    plan: u8,
}

impl<'a> Rows<'a> {
    fn new(batch: &Batch<'a>, plan: &'a [u8]) -> Self {
        Rows {
            debit: batch.debit,
            credit: batch.credit,
            amount: batch.amount,
            plan,
        }
    }

    /// The rows that are not refused.
    fn passed(self) -> impl Iterator<Item = Row> {
        let accounts = self.debit.iter().zip(self.credit);
        let rows = accounts.zip(self.amount).zip(self.plan);
        rows.filter_map(|(((&debit, &credit), &amount), &plan)| {
            (plan & REFUSED == 0).then_some(Row {
                debit,
                credit,
                amount,
                plan,
            })
        })
    }

    /// Pieces of at most so many rows.
    fn pieces(self, size: usize) -> impl Iterator<Item = Rows<'a>> {
        let accounts = self.debit.chunks(size).zip(self.credit.chunks(size));
        let rows = accounts
            .zip(self.amount.chunks(size))
            .zip(self.plan.chunks(size));
        rows.map(|(((debit, credit), amount), plan)| Rows {
            debit,
            credit,
            amount,
            plan,
        })
    }
}

fn place(account: AccountId) -> usize {
    account.get() as usize
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
        let count = batch.amount.len();
        if batch.debit.len() != count || batch.credit.len() != count {
            return Err(LedgerError::BatchColumns {
                debits: batch.debit.len() as u64,
                credits: batch.credit.len() as u64,
                amounts: count as u64,
            });
        }
        let threads = threads.clamp(1, count / ROWS_PER_THREAD + 1);
        let issues = self.kind_issues(batch.kind);
        let mut screened = screen(&self.books, issues, batch, threads);
        if self.add_up(Rows::new(batch, &screened.plan), threads) {
            self.refuse_marked(batch, &mut screened);
        }
        for (totals, sum) in self.books.totals.iter_mut().zip(&screened.sums) {
            totals.debits += sum;
            totals.credits += sum;
        }
        if issues == Some(true) {
            self.count_issued(Rows::new(batch, &screened.plan));
        }
        let outcome = self.conclude(batch, screened);
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

    /// Adds the rows that have passed to their accounts; whether a sum was too large somewhere.
    ///
    /// Limited sides come first: until the others are added, the column that a limit compares with is still that
    /// from before the batch.
    fn add_up(&mut self, rows: Rows<'_>, threads: usize) -> bool {
        let mut sorted = Sorted::new(self.books.len(), threads);
        let mut fails = false;
        for limited in [true, false] {
            for block in rows.pieces(BLOCK) {
                sorted.sort(block, limited);
                fails |= Sums::new(&mut self.books, threads).add(&sorted);
            }
        }
        fails
    }

    /// Refuses the rows of marked accounts, takes off what they have added, and the marks.
    fn refuse_marked(&mut self, batch: &Batch<'_>, screened: &mut Screened) {
        const MARKS: u16 =
            DEBIT_LIMIT_FAILS | CREDIT_LIMIT_FAILS | DEBIT_OVERFLOWS | CREDIT_OVERFLOWS;
        let mut marked = Vec::new();
        let gates = &self.books.gates;
        for (row, plan) in screened.plan.iter_mut().enumerate() {
            if *plan & REFUSED != 0 {
                continue;
            }
            let (debit, credit) = (place(batch.debit[row]), place(batch.credit[row]));
            if (gates[debit] | gates[credit]) & GATE_FAILS == 0 {
                continue;
            }
            if let Some(why) = why_marked(&self.books.hot[debit], &self.books.hot[credit]) {
                *plan |= REFUSED;
                marked.push(row);
                screened.refused.push((row as u64, why));
            }
        }
        for row in marked {
            let amount = batch.amount[row];
            let (debit, credit) = (place(batch.debit[row]), place(batch.credit[row]));
            let debited = &mut self.books.hot[debit];
            debited.debits = debited.debits.wrapping_sub(amount);
            debited.flags &= !MARKS;
            screened.sums[usize::from(debited.currency)] -= i128::from(amount);
            let credited = &mut self.books.hot[credit];
            credited.credits = credited.credits.wrapping_sub(amount);
            credited.flags &= !MARKS;
            self.books.gates[debit] &= !GATE_FAILS;
            self.books.gates[credit] &= !GATE_FAILS;
        }
    }

    fn count_issued(&mut self, rows: Rows<'_>) {
        let gates = &self.books.gates;
        for Row {
            debit,
            credit,
            amount,
            ..
        } in rows.passed()
        {
            let is_issuer = |account| i128::from(gates[place(account)] & GATE_ISSUER != 0);
            let sign = is_issuer(credit) - is_issuer(debit);
            let currency = usize::from(gates[place(debit)] & GATE_CURRENCY);
            self.books.totals[currency].issued += sign * i128::from(amount);
        }
    }

    /// Numbers and records the rows that were posted.
    fn conclude(&mut self, batch: &Batch<'_>, screened: Screened) -> BatchOutcome {
        let Screened {
            plan, mut refused, ..
        } = screened;
        refused.sort_unstable();
        let first = self.next;
        let applied = (plan.len() - refused.len()) as u64;
        self.next += applied;
        if self.log.wants_entries() {
            let (tick, kind, hot) = (self.now, batch.kind, &self.books.hot);
            let posted = (first..).zip(Rows::new(batch, &plan).passed());
            self.log.entries.extend(posted.map(|(number, row)| Entry {
                number,
                tick,
                kind,
                currency: Currency(hot[place(row.debit)].currency),
                debit: row.debit,
                credit: row.credit,
                amount: row.amount,
                reference: 0,
                hold: None,
            }));
        }
        BatchOutcome {
            first,
            applied,
            refused,
        }
    }
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
