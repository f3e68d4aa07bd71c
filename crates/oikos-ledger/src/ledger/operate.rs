//! Single operations: checked in the order of [`Status`], then carried out.

use oikos_core::{Currency, StableId, Tick};

use super::Ledger;
use crate::books::{CLOSED, ISSUER};
use crate::transfer::MAX_AMOUNT;
use crate::{
    AccountId, Applied, Entry, Event, Fate, Hold, HoldId, Operation, Refusal, Side, Status,
    Transfer, TransferKind,
};

/// What is needed to take an operation back.
#[derive(Debug, Copy, Clone)]
pub(super) enum Undo {
    /// An amount that was posted.
    Posted {
        debit: usize,
        credit: usize,
        amount: i64,
    },
    /// A hold that was made.
    Held(HoldId),
    /// A hold that was posted in part or in whole, or voided (0).
    Resolved { id: HoldId, hold: Hold, posted: i64 },
    /// An account that was closed, after so much was posted.
    Closed {
        account: usize,
        debit: usize,
        credit: usize,
        amount: i64,
    },
}

fn check_amount(amount: i64) -> Result<(), Status> {
    match amount {
        0 => Err(Status::AmountZero),
        ..0 => Err(Status::AmountNegative),
        1..=MAX_AMOUNT => Ok(()),
        _ => Err(Status::AmountTooLarge),
    }
}

impl Ledger {
    /// Posts a transfer that a model makes itself; the ledger numbers it.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] says what is wrong.
    #[inline]
    pub fn post(&mut self, transfer: &Transfer) -> Result<Applied, Refusal> {
        match self.try_post(transfer) {
            Ok((applied, _)) => {
                self.log
                    .event(|| Event::Done(vec![Operation::Post(*transfer)]));
                Ok(applied)
            }
            Err(status) => Err(Refusal::new(status, Operation::Post(*transfer))),
        }
    }

    /// Carries out any operation; the ledger numbers it.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] says what is wrong.
    pub fn apply(&mut self, operation: &Operation) -> Result<Applied, Refusal> {
        let done = self
            .execute(operation)
            .map_err(|status| Refusal::new(status, *operation))?;
        self.log.event(|| Event::Done(vec![*operation]));
        Ok(done.0)
    }

    pub(super) fn execute(&mut self, operation: &Operation) -> Result<(Applied, Undo), Status> {
        match operation {
            Operation::Post(transfer) => self.try_post(transfer),
            Operation::Balance { transfer, side } => self.try_balance(transfer, *side),
            Operation::Hold { transfer, expires } => self.try_hold(transfer, *expires),
            Operation::PostHold { hold, amount } => self.try_post_hold(*hold, *amount),
            Operation::VoidHold { hold } => self.try_void(*hold),
            Operation::Close {
                account,
                into,
                kind,
                reference,
            } => self.try_close(*account, *into, *kind, *reference),
        }
    }

    /// Where two accounts lie between which money of this kind could move.
    #[inline]
    fn check_pair(
        &self,
        issues: bool,
        debit: AccountId,
        credit: AccountId,
    ) -> Result<(usize, usize), Status> {
        if debit == credit {
            return Err(Status::SameAccount);
        }
        let debit = self.books.index(debit).ok_or(Status::DebitUnknown)?;
        let credit = self.books.index(credit).ok_or(Status::CreditUnknown)?;
        let (debited, credited) = (&self.books.hot[debit], &self.books.hot[credit]);
        if debited.currency != credited.currency {
            return Err(Status::CurrencyMismatch);
        }
        let flags = debited.flags | credited.flags;
        match (flags & ISSUER != 0, issues) {
            (true, false) => Err(Status::IssuerTouched),
            (false, true) => Err(Status::IssuerMissing),
            _ => Ok((debit, credit)),
        }
    }

    #[inline]
    fn check_open(&self, debit: usize, credit: usize) -> Result<(), Status> {
        let (debited, credited) = (&self.books.hot[debit], &self.books.hot[credit]);
        if (debited.flags | credited.flags) & CLOSED == 0 {
            return Ok(());
        }
        Err(if debited.is(CLOSED) {
            Status::DebitClosed
        } else {
            Status::CreditClosed
        })
    }

    #[inline]
    fn issues(&self, kind: TransferKind) -> Result<bool, Status> {
        self.kinds
            .mark(kind.0)
            .map(|mark| mark != 0)
            .ok_or(Status::KindUnknown)
    }

    /// All that is checked of a transfer before what its accounts have.
    #[inline]
    fn check_transfer(&self, transfer: &Transfer) -> Result<(usize, usize), Status> {
        let issues = self.issues(transfer.kind)?;
        check_amount(transfer.amount)?;
        self.check_pair(issues, transfer.debit, transfer.credit)
    }

    #[inline]
    fn try_post(&mut self, transfer: &Transfer) -> Result<(Applied, Undo), Status> {
        let (debit, credit) = self.check_transfer(transfer)?;
        self.check_open(debit, credit)?;
        self.books.check_post(debit, credit, transfer.amount)?;
        Ok(self.move_money(transfer, debit, credit, None))
    }

    /// Posts a transfer that was checked.
    #[inline]
    fn move_money(
        &mut self,
        transfer: &Transfer,
        debit: usize,
        credit: usize,
        hold: Option<HoldId>,
    ) -> (Applied, Undo) {
        let amount = transfer.amount;
        self.books.post(debit, credit, amount);
        let number = self.number();
        if self.log.wants_entries() {
            self.log.entries.push(Entry {
                number,
                tick: self.now,
                kind: transfer.kind,
                currency: Currency(self.books.hot[debit].currency),
                debit: transfer.debit,
                credit: transfer.credit,
                amount,
                reference: transfer.reference,
                hold,
            });
        }
        (
            Applied {
                number,
                amount,
                hold,
            },
            Undo::Posted {
                debit,
                credit,
                amount,
            },
        )
    }

    #[inline]
    pub(super) fn number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }

    fn try_balance(&mut self, transfer: &Transfer, side: Side) -> Result<(Applied, Undo), Status> {
        let (debit, credit) = self.check_transfer(transfer)?;
        self.check_open(debit, credit)?;
        let there = match side {
            Side::Debit => {
                let (balance, spec) = (self.books.balance(debit), self.books.spec(debit));
                let allowance = match spec.limit {
                    crate::Limit::Debits(allowance) => allowance,
                    _ => 0,
                };
                balance.net_credit() - balance.debits_pending + allowance
            }
            Side::Credit => {
                let (balance, spec) = (self.books.balance(credit), self.books.spec(credit));
                let allowance = match spec.limit {
                    crate::Limit::Credits(allowance) => allowance,
                    _ => 0,
                };
                balance.net_debit() - balance.credits_pending + allowance
            }
        };
        let amount = transfer.amount.min(there);
        if amount <= 0 {
            return Err(Status::NothingThere);
        }
        self.books.check_post(debit, credit, amount)?;
        let transfer = Transfer {
            amount,
            ..*transfer
        };
        Ok(self.move_money(&transfer, debit, credit, None))
    }

    fn try_hold(
        &mut self,
        transfer: &Transfer,
        expires: Option<Tick>,
    ) -> Result<(Applied, Undo), Status> {
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
        Ok((applied, Undo::Held(id)))
    }

    /// Sets an amount aside, or releases it (below 0).
    fn set_aside(&mut self, debit: usize, credit: usize, amount: i64) {
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

    fn try_post_hold(
        &mut self,
        id: HoldId,
        amount: Option<i64>,
    ) -> Result<(Applied, Undo), Status> {
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
        let (applied, _) = self.move_money(&transfer, debit, credit, Some(id));
        let posted = amount;
        Ok((applied, Undo::Resolved { id, hold, posted }))
    }

    fn try_void(&mut self, id: HoldId) -> Result<(Applied, Undo), Status> {
        let (hold, debit, credit) = self.find_hold(id)?;
        self.holds.resolve(id, Fate::Voided);
        self.set_aside(debit, credit, -hold.amount);
        let number = self.number();
        let applied = Applied {
            number,
            amount: hold.amount,
            hold: Some(id),
        };
        Ok((
            applied,
            Undo::Resolved {
                id,
                hold,
                posted: 0,
            },
        ))
    }

    /// Ends a hold whose tick has come.
    pub(super) fn expire(&mut self, id: HoldId) {
        if let Some(hold) = self.holds.resolve(id, Fate::Expired) {
            let (debit, credit) = (hold.debit.get() as usize, hold.credit.get() as usize);
            self.set_aside(debit, credit, -hold.amount);
            self.number();
        }
    }

    fn try_close(
        &mut self,
        account: AccountId,
        into: AccountId,
        kind: TransferKind,
        reference: u64,
    ) -> Result<(Applied, Undo), Status> {
        let issues = self.issues(kind)?;
        let (closed, other) = self.check_pair(issues, account, into)?;
        self.check_open(closed, other)?;
        let net = self.books.balance(closed).net_debit();
        let (debit, credit, amount) = match net {
            0.. => (other, closed, net),
            _ => (closed, other, -net),
        };
        let applied = if amount > 0 {
            self.books.check_post(debit, credit, amount)?;
            let (debited, credited) = if net > 0 {
                (into, account)
            } else {
                (account, into)
            };
            let transfer = Transfer {
                kind,
                debit: debited,
                credit: credited,
                amount,
                reference,
            };
            self.move_money(&transfer, debit, credit, None).0
        } else {
            let number = self.number();
            Applied {
                number,
                amount,
                hold: None,
            }
        };
        self.books.set_closed(closed, true);
        let account = closed;
        Ok((
            applied,
            Undo::Closed {
                account,
                debit,
                credit,
                amount,
            },
        ))
    }

    /// Takes the last operation that was not taken back yet back, its number apart.
    pub(super) fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::Posted {
                debit,
                credit,
                amount,
            } => self.books.post(debit, credit, -amount),
            Undo::Held(id) => {
                if let Some(hold) = self.holds.get(id).copied() {
                    self.holds.pop(id);
                    let (debit, credit) = (hold.debit.get() as usize, hold.credit.get() as usize);
                    self.set_aside(debit, credit, -hold.amount);
                }
            }
            Undo::Resolved { id, hold, posted } => {
                let (debit, credit) = (hold.debit.get() as usize, hold.credit.get() as usize);
                self.books.post(debit, credit, -posted);
                self.set_aside(debit, credit, hold.amount);
                self.holds.reopen(id, hold);
            }
            Undo::Closed {
                account,
                debit,
                credit,
                amount,
            } => {
                self.books.set_closed(account, false);
                self.books.post(debit, credit, -amount);
            }
        }
    }
}
