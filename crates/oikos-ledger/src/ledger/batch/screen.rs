//! What is checked of a batch's rows without looking at what accounts have.

use super::{Batch, in_parallel, place};
use crate::books::{
    Books, GATE_CLOSED, GATE_CURRENCY, GATE_ISSUER, GATE_LIMIT_CREDITS, GATE_LIMIT_DEBITS,
};
use crate::transfer::MAX_AMOUNT;
use crate::{AccountId, Status};

/// In the plan of a row: its debit is limited.
pub(super) const DEBIT_LIMITED: u8 = 1;
/// In the plan of a row: its credit is limited.
pub(super) const CREDIT_LIMITED: u8 = 2;
/// In the plan of a row: it is refused.
pub(super) const REFUSED: u8 = 4;

/// What is known of the rows before any is added.
pub(super) struct Screened {
    /// Flags, by row.
    pub(super) plan: Vec<u8>,
    /// The refused rows, and why.
    pub(super) refused: Vec<(u64, Status)>,
    /// By currency: the sum of the amounts of the others.
    pub(super) sums: Vec<i128>,
}

/// Refuses rows that cannot be posted whatever accounts have. `issues` says whether the kind of the batch issues;
/// `None` for a kind that was never declared.
pub(super) fn screen(
    books: &Books,
    issues: Option<bool>,
    batch: &Batch<'_>,
    threads: usize,
) -> Screened {
    let count = batch.amount.len();
    let mut all = Screened {
        plan: vec![0; count],
        refused: Vec::new(),
        sums: vec![0; books.totals.len()],
    };
    let Some(issues) = issues else {
        all.plan.fill(REFUSED);
        all.refused = (0..count as u64)
            .map(|row| (row, Status::KindUnknown))
            .collect();
        return all;
    };
    let size = count.div_ceil(threads).max(1);
    let accounts = batch.debit.chunks(size).zip(batch.credit.chunks(size));
    let rows = accounts.zip(batch.amount.chunks(size));
    let pieces = (0_u64..)
        .step_by(size)
        .zip(rows.zip(all.plan.chunks_mut(size)));
    let pieces = pieces.map(|(first, (((debit, credit), amount), plan))| Piece {
        first,
        debit,
        credit,
        amount,
        plan,
    });
    for (refused, sums) in in_parallel(pieces.collect(), |piece| piece.screen(books, issues)) {
        all.refused.extend(refused);
        all.sums
            .iter_mut()
            .zip(sums)
            .for_each(|(sum, part)| *sum += part);
    }
    all
}

/// The rows that one thread looks at.
struct Piece<'a> {
    first: u64,
    debit: &'a [AccountId],
    credit: &'a [AccountId],
    amount: &'a [i64],
    plan: &'a mut [u8],
}

impl Piece<'_> {
    fn screen(self, books: &Books, issues: bool) -> (Vec<(u64, Status)>, Vec<i128>) {
        let mut refused = Vec::new();
        let mut sums = vec![0_i128; books.totals.len()];
        // Rows of one currency mostly follow each other: their sum stays in a register.
        let (mut currency, mut sum) = (0, 0_i128);
        let rows = self.debit.iter().zip(self.credit).zip(self.amount);
        for (row, (((&debit, &credit), &amount), plan)) in (self.first..).zip(rows.zip(self.plan)) {
            match screen_row(&books.gates, issues, debit, credit, amount) {
                Ok((found, limited)) => {
                    if found != currency {
                        sums[usize::from(currency)] += std::mem::take(&mut sum);
                        currency = found;
                    }
                    sum += i128::from(amount);
                    *plan = limited;
                }
                Err(status) => {
                    refused.push((row, status));
                    *plan = REFUSED;
                }
            }
        }
        if let Some(last) = sums.get_mut(usize::from(currency)) {
            *last += sum;
        }
        (refused, sums)
    }
}

/// The currency and the limited sides of a row that may be posted, as far as what its accounts have does not matter.
#[inline]
fn screen_row(
    gates: &[u16],
    issues: bool,
    debit: AccountId,
    credit: AccountId,
    amount: i64,
) -> Result<(u16, u8), Status> {
    match amount {
        0 => return Err(Status::AmountZero),
        ..0 => return Err(Status::AmountNegative),
        1..=MAX_AMOUNT => {}
        _ => return Err(Status::AmountTooLarge),
    }
    if debit == credit {
        return Err(Status::SameAccount);
    }
    let debited = *gates.get(place(debit)).ok_or(Status::DebitUnknown)?;
    let credited = *gates.get(place(credit)).ok_or(Status::CreditUnknown)?;
    if (debited ^ credited) & GATE_CURRENCY != 0 {
        return Err(Status::CurrencyMismatch);
    }
    match ((debited | credited) & GATE_ISSUER != 0, issues) {
        (true, false) => return Err(Status::IssuerTouched),
        (false, true) => return Err(Status::IssuerMissing),
        _ => {}
    }
    if (debited | credited) & GATE_CLOSED == 0 {
        let debit_limited = u8::from(debited & GATE_LIMIT_DEBITS != 0) * DEBIT_LIMITED;
        let credit_limited = u8::from(credited & GATE_LIMIT_CREDITS != 0) * CREDIT_LIMITED;
        return Ok((debited & GATE_CURRENCY, debit_limited | credit_limited));
    }
    Err(if debited & GATE_CLOSED != 0 {
        Status::DebitClosed
    } else {
        Status::CreditClosed
    })
}
