//! Whether the books balance: at once from the totals, or by counting everything.

use oikos_core::{Currency, StableId};

use super::Ledger;
use crate::books::{ISSUER, LIMIT_CREDITS, LIMIT_DEBITS, Totals, overflows};
use crate::{AccountId, LedgerError};

impl Ledger {
    /// Minor units of a currency in circulation: what issuers have issued, less what has come back to them.
    /// Posted debits less posted credits of all other accounts come to the same.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchCurrency`].
    pub fn issued(&self, currency: Currency) -> Result<i128, LedgerError> {
        let totals = self.books.totals.get(usize::from(currency.0));
        Ok(totals
            .ok_or(LedgerError::NoSuchCurrency { currency })?
            .issued)
    }

    /// Minor units of a currency in open holds.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchCurrency`].
    pub fn held(&self, currency: Currency) -> Result<i128, LedgerError> {
        let held = self.held.get(usize::from(currency.0)).copied();
        held.ok_or(LedgerError::NoSuchCurrency { currency })
    }

    /// Whether debits and credits are equal, posted and pending, from totals that are kept with every change: for
    /// every tick. [`audit`](Self::audit) counts.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unbalanced`].
    pub fn check(&self) -> Result<(), LedgerError> {
        for (number, (totals, &held)) in self.books.totals.iter().zip(&self.held).enumerate() {
            let currency = Currency(number as u16);
            let same = |what, counted: i128, expected: i128| {
                if counted == expected {
                    return Ok(());
                }
                Err(LedgerError::Unbalanced {
                    what,
                    currency,
                    counted,
                    expected,
                })
            };
            same("posted debits and credits", totals.debits, totals.credits)?;
            same("pending debits and open holds", totals.debits_pending, held)?;
            same(
                "pending credits and open holds",
                totals.credits_pending,
                held,
            )?;
        }
        Ok(())
    }

    /// Counts all accounts and open holds and compares what they come to with the totals, and every account with
    /// its limit: for a cadence.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unbalanced`] or [`LedgerError::AccountBroken`].
    pub fn audit(&self) -> Result<(), LedgerError> {
        self.check()?;
        let counted = self.count_totals()?;
        for (number, (counted, kept)) in counted.iter().zip(&self.books.totals).enumerate() {
            let currency = Currency(number as u16);
            let same = |what, counted: i128, expected: i128| {
                if counted == expected {
                    return Ok(());
                }
                Err(LedgerError::Unbalanced {
                    what,
                    currency,
                    counted,
                    expected,
                })
            };
            same("posted debits", counted.debits, kept.debits)?;
            same("posted credits", counted.credits, kept.credits)?;
            same(
                "pending debits",
                counted.debits_pending,
                kept.debits_pending,
            )?;
            same(
                "pending credits",
                counted.credits_pending,
                kept.credits_pending,
            )?;
            same("amounts issued", counted.issued, kept.issued)?;
        }
        let mut held = vec![0_i128; self.held.len()];
        for (_, hold) in self.holds.iter() {
            let currency = self.books.hot[hold.debit.get() as usize].currency;
            held[usize::from(currency)] += i128::from(hold.amount);
        }
        for (number, (&counted, &expected)) in held.iter().zip(&self.held).enumerate() {
            if counted != expected {
                return Err(LedgerError::Unbalanced {
                    what: "open holds",
                    currency: Currency(number as u16),
                    counted,
                    expected,
                });
            }
        }
        Ok(())
    }

    /// The totals by currency, counted anew.
    pub(crate) fn count_totals(&self) -> Result<Vec<Totals>, LedgerError> {
        let mut all = vec![Totals::default(); self.books.totals.len()];
        // Accounts of one currency mostly lie together: their sums stay in registers.
        let (mut currency, mut sums) = (0, Totals::default());
        for (index, (hot, reserve)) in self.books.hot.iter().zip(&self.books.reserves).enumerate() {
            if hot.currency != currency {
                if let Some(totals) = all.get_mut(usize::from(currency)) {
                    *totals += std::mem::take(&mut sums);
                }
                currency = hot.currency;
            }
            sums.debits += i128::from(hot.debits);
            sums.credits += i128::from(hot.credits);
            sums.debits_pending += i128::from(reserve.debits);
            sums.credits_pending += i128::from(reserve.credits);
            if hot.flags & (ISSUER | LIMIT_DEBITS | LIMIT_CREDITS) != 0 {
                self.check_account(index)?;
                if hot.is(ISSUER) {
                    sums.issued += i128::from(hot.credits) - i128::from(hot.debits);
                }
            }
            let broken = overflows(hot.debits, || reserve.debits)
                || overflows(hot.credits, || reserve.credits);
            if broken || (hot.debits | hot.credits | reserve.debits | reserve.credits) < 0 {
                return Err(broken_account(
                    index,
                    "has a side outside what a ledger counts",
                ));
            }
        }
        if let Some(totals) = all.get_mut(usize::from(currency)) {
            *totals += sums;
        }
        Ok(all)
    }

    /// Whether an account keeps to its limit, and whether what is kept for that is right.
    #[inline]
    fn check_account(&self, index: usize) -> Result<(), LedgerError> {
        let (hot, reserve) = (&self.books.hot[index], &self.books.reserves[index]);
        if hot.debits > hot.debits_allowed() || hot.credits > hot.credits_allowed() {
            return Err(broken_account(index, "is beyond its limit"));
        }
        let pending = match hot.flags & (LIMIT_DEBITS | LIMIT_CREDITS) {
            LIMIT_DEBITS => reserve.debits,
            LIMIT_CREDITS => reserve.credits,
            _ => 0,
        };
        if hot.margin != reserve.allowance - pending {
            return Err(broken_account(
                index,
                "has a margin that its holds do not explain",
            ));
        }
        Ok(())
    }
}

fn broken_account(index: usize, problem: &'static str) -> LedgerError {
    match AccountId::new(index as u64) {
        Ok(account) => LedgerError::AccountBroken { account, problem },
        Err(error) => LedgerError::Core(error),
    }
}

impl core::ops::AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.debits += other.debits;
        self.credits += other.credits;
        self.debits_pending += other.debits_pending;
        self.credits_pending += other.credits_pending;
        self.issued += other.issued;
    }
}
