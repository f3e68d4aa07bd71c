//! Holds: made, posted, voided, expired.

use oikos_core::{StableId, Tick};

use super::Ledger;
use super::operate::check_amount;
use crate::{Applied, Fate, Hold, HoldId, Status, Transfer};

impl Ledger {
    pub(super) fn try_hold(
        &mut self,
        transfer: &Transfer,
        expires: Option<Tick>,
    ) -> Result<Applied, Status> {
        let (debit, credit) = self.check_transfer(transfer)?;
        if expires.is_some_and(|tick| tick <= self.now) {
            return Err(Status::ExpiryPast);
        }
        self.check_open(debit, credit)?;
        self.books.check_hold(debit, credit, transfer.amount)?;
        let hold = Hold {
            kind: transfer.kind,
            debit: transfer.debit,
            credit: transfer.credit,
            amount: transfer.amount,
            reference: transfer.reference,
            expires,
        };
        // There are 2⁵³ ids: at a billion holds a second they last for a hundred days of computing.
        let id = self.holds.push(hold).ok_or(Status::DebitOverflow)?;
        self.set_aside(debit, credit, transfer.amount);
        let number = self.number();
        let applied = Applied {
            number,
            amount: transfer.amount,
            hold: Some(id),
        };
        Ok(applied)
    }

    /// Sets an amount aside, or releases it (below 0).
    pub(super) fn set_aside(&mut self, debit: usize, credit: usize, amount: i64) {
        self.books.hold(debit, credit, amount);
        let currency = usize::from(self.books.hot[debit].currency);
        self.held[currency] += i128::from(amount);
    }

    /// An open hold, and where its accounts lie.
    fn find_hold(&self, id: HoldId) -> Result<(Hold, usize, usize), Status> {
        self.holds.fate(id).ok_or(Status::HoldUnknown)?.refusal()?;
        let hold = *self.holds.get(id).ok_or(Status::HoldUnknown)?;
        // Accounts of holds were opened, and stay.
        Ok((hold, hold.debit.get() as usize, hold.credit.get() as usize))
    }

    pub(super) fn try_post_hold(
        &mut self,
        id: HoldId,
        amount: Option<i64>,
    ) -> Result<Applied, Status> {
        amount.map_or(Ok(()), check_amount)?;
        let (hold, debit, credit) = self.find_hold(id)?;
        let amount = amount.unwrap_or(hold.amount);
        if amount > hold.amount {
            return Err(Status::AmountAboveHold);
        }
        self.check_open(debit, credit)?;
        // What was set aside is covered, and there is room for it.
        self.holds.resolve(id, Fate::Posted);
        self.set_aside(debit, credit, -hold.amount);
        let transfer = Transfer {
            kind: hold.kind,
            debit: hold.debit,
            credit: hold.credit,
            amount,
            reference: hold.reference,
        };
        Ok(self.move_money(&transfer, debit, credit, Some(id)))
    }

    pub(super) fn try_void(&mut self, id: HoldId) -> Result<Applied, Status> {
        let (hold, debit, credit) = self.find_hold(id)?;
        self.holds.resolve(id, Fate::Voided);
        self.set_aside(debit, credit, -hold.amount);
        let number = self.number();
        Ok(Applied {
            number,
            amount: hold.amount,
            hold: Some(id),
        })
    }

    /// Ends a hold whose tick has come.
    pub(super) fn expire(&mut self, id: HoldId) {
        if let Some(hold) = self.holds.resolve(id, Fate::Expired) {
            let (debit, credit) = (hold.debit.get() as usize, hold.credit.get() as usize);
            self.set_aside(debit, credit, -hold.amount);
            self.number();
        }
    }
}
