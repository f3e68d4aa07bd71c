//! What is checked of a batch's rows without looking at what accounts have.

use super::{Batch, in_parallel, place};
use crate::books::{GATE_CLOSED, GATE_CURRENCY, GATE_ISSUER};
use crate::transfer::MAX_AMOUNT;
use crate::{AccountId, Status};

/// Refuses rows that cannot be posted whatever accounts have; the sums by currency of the others.
///
/// `issues` says whether the kind of the batch issues; `None` for a kind that was never declared.
pub(super) fn screen(
    gates: &[u16],
    currencies: usize,
    issues: Option<bool>,
    batch: &Batch<'_>,
    statuses: &mut [Status],
    threads: usize,
) -> Vec<i128> {
    let Some(issues) = issues else {
        statuses.fill(Status::KindUnknown);
        return vec![0; currencies];
    };
    let size = statuses.len().div_ceil(threads).max(1);
    let accounts = batch.debit.chunks(size).zip(batch.credit.chunks(size));
    let rows = accounts.zip(batch.amount.chunks(size));
    let parts = rows.zip(statuses.chunks_mut(size)).collect();
    let sums = in_parallel(parts, |(((debit, credit), amount), statuses)| {
        let mut sums = vec![0_i128; currencies];
        // Rows of one currency mostly follow each other: their sum stays in a register.
        let (mut currency, mut sum) = (0, 0_i128);
        let rows = debit.iter().zip(credit).zip(amount);
        for (((&debit, &credit), &amount), status) in rows.zip(statuses) {
            match screen_row(gates, issues, debit, credit, amount) {
                Ok(found) => {
                    if found != currency {
                        sums[usize::from(currency)] += std::mem::take(&mut sum);
                        currency = found;
                    }
                    sum += i128::from(amount);
                }
                Err(refused) => *status = refused,
            }
        }
        if let Some(last) = sums.get_mut(usize::from(currency)) {
            *last += sum;
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
        return Ok(debited & GATE_CURRENCY);
    }
    Err(if debited & GATE_CLOSED != 0 {
        Status::DebitClosed
    } else {
        Status::CreditClosed
    })
}
