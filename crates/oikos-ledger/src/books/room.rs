//! Whether there is room for an amount on two sides.

use super::Books;
use crate::Status;
use crate::transfer::{MAX_AMOUNT, MAX_TURNOVER};

/// Whether posted and pending minor units are more than one side can hold. What is pending is at most
/// [`MAX_AMOUNT`] and is looked at only where that matters.
#[inline]
pub(crate) fn overflows(posted: i64, pending: impl FnOnce() -> i64) -> bool {
    posted > MAX_AMOUNT && posted + pending() > MAX_TURNOVER
}

impl Books {
    /// Whether an amount can be posted, limits before overflow.
    #[inline]
    pub(crate) fn check_post(
        &self,
        debit: usize,
        credit: usize,
        amount: i64,
    ) -> Result<(), Status> {
        let (debited, credited) = (&self.hot[debit], &self.hot[credit]);
        let (debits, credits) = (debited.debits + amount, credited.credits + amount);
        if debits > debited.debits_allowed() {
            return Err(Status::DebitLimit);
        }
        if credits > credited.credits_allowed() {
            return Err(Status::CreditLimit);
        }
        if overflows(debits, || self.reserves[debit].debits) {
            return Err(Status::DebitOverflow);
        }
        if overflows(credits, || self.reserves[credit].credits) {
            return Err(Status::CreditOverflow);
        }
        Ok(())
    }

    /// Whether an amount can be set aside, limits before overflow.
    pub(crate) fn check_hold(
        &self,
        debit: usize,
        credit: usize,
        amount: i64,
    ) -> Result<(), Status> {
        let (debited, credited) = (&self.hot[debit], &self.hot[credit]);
        if debited.debits + amount > debited.debits_allowed() {
            return Err(Status::DebitLimit);
        }
        if credited.credits + amount > credited.credits_allowed() {
            return Err(Status::CreditLimit);
        }
        let too_much = |posted: i64, pending: i64| {
            pending + amount > MAX_AMOUNT || posted + pending + amount > MAX_TURNOVER
        };
        if too_much(debited.debits, self.reserves[debit].debits) {
            return Err(Status::DebitOverflow);
        }
        if too_much(credited.credits, self.reserves[credit].credits) {
            return Err(Status::CreditOverflow);
        }
        Ok(())
    }
}
