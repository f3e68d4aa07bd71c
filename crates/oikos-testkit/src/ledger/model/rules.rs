//! What the slow model finds wrong with an operation: every rule by itself, all of them looked at.

use oikos_ledger::{
    AccountId, Fate, HoldId, Limit, MAX_AMOUNT, MAX_TURNOVER, Operation, Side, Status, TransferKind,
};

use super::{Account, Held, Model};
use crate::ledger::Fault;

impl Model {
    /// The sum of what is held on a side of an account.
    pub(crate) fn pending(&self, account: AccountId, side: Side) -> i128 {
        let of = |held: &&Held| match side {
            Side::Debit => held.transfer.debit == account,
            Side::Credit => held.transfer.credit == account,
        };
        let amount = |held: &Held| match held.fate {
            Fate::Open => i128::from(held.transfer.amount),
            _ => held.kept,
        };
        self.holds.values().filter(of).map(amount).sum()
    }

    /// By how much a side may still grow without breaking the limit; nothing if there is none.
    pub(crate) fn room(&self, account: AccountId, side: Side) -> Option<i128> {
        let known = self.accounts.get(&account)?;
        let pending = if self.is(Fault::LimitIgnoresPending) {
            0
        } else {
            self.pending(account, side)
        };
        match (known.spec.limit, side) {
            (Limit::Debits(more), Side::Debit) => {
                Some(known.credits + i128::from(more) - known.debits - pending)
            }
            (Limit::Credits(more), Side::Credit) => {
                Some(known.debits + i128::from(more) - known.credits - pending)
            }
            _ => None,
        }
    }

    /// What is there to be moved from a side.
    pub(crate) fn there(&self, account: AccountId, side: Side) -> i128 {
        let Some(known) = self.accounts.get(&account) else {
            return 0;
        };
        let net = known.credits - known.debits;
        self.room(account, side).unwrap_or(match side {
            Side::Debit => net - self.pending(account, side),
            Side::Credit => -net - self.pending(account, side),
        })
    }

    fn issuer(&self, account: AccountId) -> bool {
        self.accounts
            .get(&account)
            .is_some_and(|known| known.spec.is_issuer)
    }

    /// All that is wrong with an amount by itself.
    pub(crate) fn amount_wrongs(amount: i64, wrongs: &mut Vec<Status>) {
        let all = [
            (amount == 0, Status::AmountZero),
            (amount < 0, Status::AmountNegative),
            (amount > MAX_AMOUNT, Status::AmountTooLarge),
        ];
        wrongs.extend(
            all.into_iter()
                .filter_map(|(wrong, status)| wrong.then_some(status)),
        );
    }

    /// All that is wrong with moving money of this kind between two accounts, whatever the amount.
    pub(crate) fn pair_wrongs(
        &self,
        kind: TransferKind,
        debit: AccountId,
        credit: AccountId,
        wrongs: &mut Vec<Status>,
    ) {
        let issues = self.kinds.get(usize::from(kind.0)).copied();
        let (debited, credited) = (self.accounts.get(&debit), self.accounts.get(&credit));
        let currency = |known: Option<&Account>| known.map(|known| known.spec.currency);
        let touches = self.issuer(debit) || self.issuer(credit);
        let closed = |known: Option<&Account>| {
            known.is_some_and(|known| known.closed) && !self.is(Fault::ClosedPays)
        };
        let mixed =
            debited.is_some() && credited.is_some() && currency(debited) != currency(credited);
        let all = [
            (issues.is_none(), Status::KindUnknown),
            (debit == credit, Status::SameAccount),
            (debited.is_none(), Status::DebitUnknown),
            (credited.is_none(), Status::CreditUnknown),
            (
                mixed && !self.is(Fault::CurrencyMixed),
                Status::CurrencyMismatch,
            ),
            (
                touches && issues == Some(false) && !self.is(Fault::SecretIssue),
                Status::IssuerTouched,
            ),
            (!touches && issues == Some(true), Status::IssuerMissing),
            (closed(debited), Status::DebitClosed),
            (closed(credited), Status::CreditClosed),
        ];
        wrongs.extend(
            all.into_iter()
                .filter_map(|(wrong, status)| wrong.then_some(status)),
        );
    }

    /// All that is wrong with so much on the two sides.
    pub(crate) fn room_wrongs(
        &self,
        debit: AccountId,
        credit: AccountId,
        amount: i128,
        is_hold: bool,
        wrongs: &mut Vec<Status>,
    ) {
        let beyond = |account, side| self.room(account, side).is_some_and(|room| amount > room);
        let overflows = |account: AccountId, side| {
            let Some(known) = self.accounts.get(&account) else {
                return false;
            };
            let posted = match side {
                Side::Debit => known.debits,
                Side::Credit => known.credits,
            };
            let pending = self.pending(account, side);
            posted + pending + amount > i128::from(MAX_TURNOVER)
                || is_hold && pending + amount > i128::from(MAX_AMOUNT)
        };
        let wraps = self.is(Fault::Wraps);
        let all = [
            (beyond(debit, Side::Debit), Status::DebitLimit),
            (beyond(credit, Side::Credit), Status::CreditLimit),
            (
                !wraps && overflows(debit, Side::Debit),
                Status::DebitOverflow,
            ),
            (
                !wraps && overflows(credit, Side::Credit),
                Status::CreditOverflow,
            ),
        ];
        wrongs.extend(
            all.into_iter()
                .filter_map(|(wrong, status)| wrong.then_some(status)),
        );
    }

    fn hold_wrongs(&self, hold: HoldId, wrongs: &mut Vec<Status>) {
        let fate = self.holds.get(&hold).map(|held| held.fate);
        let late = fate == Some(Fate::Expired) && !self.is(Fault::HoldAfterExpiry);
        let again = fate == Some(Fate::Posted) && !self.is(Fault::HoldTwice);
        let all = [
            (fate.is_none(), Status::HoldUnknown),
            (again, Status::HoldPosted),
            (fate == Some(Fate::Voided), Status::HoldVoided),
            (late, Status::HoldExpired),
        ];
        wrongs.extend(
            all.into_iter()
                .filter_map(|(wrong, status)| wrong.then_some(status)),
        );
    }

    pub(crate) fn wrongs(&self, operation: &Operation) -> Vec<Status> {
        let mut wrongs = Vec::new();
        match operation {
            Operation::Post(transfer)
            | Operation::Balance { transfer, .. }
            | Operation::Hold { transfer, .. } => {
                Self::amount_wrongs(transfer.amount, &mut wrongs);
                self.pair_wrongs(transfer.kind, transfer.debit, transfer.credit, &mut wrongs);
                let amount = self
                    .effective(operation)
                    .map_or(0, |effective| i128::from(effective.amount));
                if matches!(operation, Operation::Balance { .. }) && amount <= 0 {
                    wrongs.push(Status::NothingThere);
                }
                let is_hold = matches!(operation, Operation::Hold { .. });
                self.room_wrongs(
                    transfer.debit,
                    transfer.credit,
                    amount,
                    is_hold,
                    &mut wrongs,
                );
                if let Operation::Hold {
                    expires: Some(tick),
                    ..
                } = operation
                    && tick.index() <= self.now
                {
                    wrongs.push(Status::ExpiryPast);
                }
            }
            Operation::PostHold { hold, amount } => {
                amount
                    .iter()
                    .for_each(|amount| Self::amount_wrongs(*amount, &mut wrongs));
                self.hold_wrongs(*hold, &mut wrongs);
                if let Some(held) = self.holds.get(hold) {
                    let (debit, credit) = (held.transfer.debit, held.transfer.credit);
                    self.pair_wrongs(held.transfer.kind, debit, credit, &mut wrongs);
                    if amount.is_some_and(|amount| amount > held.transfer.amount) {
                        wrongs.push(Status::AmountAboveHold);
                    }
                }
            }
            Operation::VoidHold { hold } => self.hold_wrongs(*hold, &mut wrongs),
            Operation::Close {
                account,
                into,
                kind,
                ..
            } => {
                self.pair_wrongs(*kind, *account, *into, &mut wrongs);
                if let Some(transfer) = self
                    .effective(operation)
                    .filter(|transfer| transfer.amount > 0)
                {
                    let amount = i128::from(transfer.amount);
                    self.room_wrongs(transfer.debit, transfer.credit, amount, false, &mut wrongs);
                }
            }
        }
        wrongs
    }
}
