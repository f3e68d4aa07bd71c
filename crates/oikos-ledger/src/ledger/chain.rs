//! Chains of operations, done whole or not at all, and splits.

use oikos_core::apportion;

use super::Ledger;
use crate::{
    AccountId, Applied, Event, LedgerError, Operation, Refusal, Status, Transfer, TransferKind,
};

impl Ledger {
    /// Carries out operations one after the other, each seeing what those before it did. If one is refused, none
    /// is carried out.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] says which step was refused and why.
    pub fn chain(&mut self, operations: &[Operation]) -> Result<Vec<Applied>, Refusal> {
        let mut done = Vec::with_capacity(operations.len());
        self.run_chain(operations, |applied| done.push(applied))?;
        self.log.event(|| Event::Done(operations.to_vec()));
        Ok(done)
    }

    pub(super) fn run_chain(
        &mut self,
        operations: &[Operation],
        mut done: impl FnMut(Applied),
    ) -> Result<(), Refusal> {
        if operations.is_empty() {
            return Err(Refusal {
                status: Status::ChainEmpty,
                operation: None,
                step: 0,
                earlier: None,
            });
        }
        let (next, entries) = (self.next, self.log.entries.len());
        let mut finished = Vec::with_capacity(operations.len());
        for operation in operations {
            let before = self.before(operation);
            match self.execute(operation) {
                Ok(applied) => {
                    finished.push((operation, applied, before));
                    done(applied);
                }
                Err(status) => {
                    let step = finished.len() as u32;
                    for (operation, applied, before) in finished.iter().rev() {
                        self.undo(operation, applied, *before);
                    }
                    self.next = next;
                    self.log.entries.truncate(entries);
                    return Err(Refusal::new(status, *operation).at_step(step));
                }
            }
        }
        Ok(())
    }

    /// Shares an amount that is credited to one account out to others, which are debited in proportion to their
    /// weights, without loss: the parts sum to the amount, and the units that rounding leaves over go to the
    /// largest remainders ([`apportion`]), the lowest account first among equals. The order in which the shares
    /// are given does not matter, and parts of 0 are left out.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Core`] if the weights sum to 0 or to 2⁶⁴ or more; [`LedgerError::Refused`] if one of the
    /// transfers is refused: then none is made.
    pub fn split(
        &mut self,
        kind: TransferKind,
        credit: AccountId,
        amount: i64,
        shares: &[(AccountId, u64)],
        reference: u64,
    ) -> Result<Vec<Applied>, LedgerError> {
        let mut shares = shares.to_vec();
        shares.sort_unstable();
        let weights: Vec<u64> = shares.iter().map(|&(_, weight)| weight).collect();
        let parts = apportion(amount, &weights)?;
        let transfer = |(&(debit, _), amount): (&(AccountId, u64), i64)| {
            Operation::Post(Transfer {
                kind,
                debit,
                credit,
                amount,
                reference,
            })
        };
        // An amount of 0 or below reaches the check of amounts through its first part.
        let mut operations: Vec<Operation> = shares.iter().zip(parts).map(transfer).collect();
        if amount > 0 {
            operations
                .retain(|operation| operation.transfer().is_some_and(|part| part.amount != 0));
        }
        Ok(self.chain(&operations)?)
    }
}
