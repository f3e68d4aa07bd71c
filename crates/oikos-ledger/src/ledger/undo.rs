//! Operations taken back, the last one first.

use oikos_core::StableId;

use super::Ledger;
use crate::{Applied, Hold, Operation};

/// What an operation is about to end, without which it could not be taken back.
#[derive(Debug, Copy, Clone)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// A hold.
    Hold(Hold),
    /// The posted debits less credits of an account.
    Net(i64),
}

impl Ledger {
    /// What has to be known of the state before an operation to take it back.
    pub(super) fn before(&self, operation: &Operation) -> Before {
        match operation {
            Operation::PostHold { hold, .. } | Operation::VoidHold { hold } => self
                .holds
                .get(*hold)
                .copied()
                .map_or(Before::Nothing, Before::Hold),
            Operation::Close { account, .. } => match self.books.index(*account) {
                Some(index) => Before::Net(self.books.balance(index).net_debit()),
                None => Before::Nothing,
            },
            Operation::Post(_) | Operation::Balance { .. } | Operation::Hold { .. } => {
                Before::Nothing
            }
        }
    }

    /// Takes back the last operation that has not been taken back, its number and its entry apart.
    pub(super) fn undo(&mut self, operation: &Operation, applied: &Applied, before: Before) {
        let place = |account: crate::AccountId| account.get() as usize;
        match (operation, before) {
            (Operation::Post(transfer) | Operation::Balance { transfer, .. }, _) => {
                self.books.post(
                    place(transfer.debit),
                    place(transfer.credit),
                    -applied.amount,
                );
            }
            (Operation::Hold { transfer, .. }, _) => {
                if let Some(hold) = applied.hold {
                    self.holds.pop(hold);
                    self.set_aside(
                        place(transfer.debit),
                        place(transfer.credit),
                        -applied.amount,
                    );
                }
            }
            (Operation::PostHold { hold: id, .. }, Before::Hold(hold)) => {
                self.books
                    .post(place(hold.debit), place(hold.credit), -applied.amount);
                self.set_aside(place(hold.debit), place(hold.credit), hold.amount);
                self.holds.reopen(*id, hold);
            }
            (Operation::VoidHold { hold: id }, Before::Hold(hold)) => {
                self.set_aside(place(hold.debit), place(hold.credit), hold.amount);
                self.holds.reopen(*id, hold);
            }
            (Operation::Close { account, into, .. }, Before::Net(net)) => {
                let (closed, other) = (place(*account), place(*into));
                self.books.set_closed(closed, false);
                let (debit, credit) = if net > 0 {
                    (other, closed)
                } else {
                    (closed, other)
                };
                self.books.post(debit, credit, -applied.amount);
            }
            // What is not there cannot have been ended.
            (
                Operation::PostHold { .. } | Operation::VoidHold { .. } | Operation::Close { .. },
                _,
            ) => {}
        }
    }
}
