//! Where a venue's money and goods are, and how a plan is carried out.

use oikos_ledger::Ledger;

use super::plan::{Plan, refused};
use super::{EscrowError, GoodsBook};

/// The books in which a venue settles.
#[derive(Debug)]
pub struct Desk<'a, G> {
    /// Where money moves.
    pub ledger: &'a mut Ledger,
    /// Where goods move.
    pub goods: &'a mut G,
}

impl<G: GoodsBook> Desk<'_, G> {
    /// As [`settle`](Self::settle). If the ledger refuses, what is only to be released and is not held any more, as
    /// somebody else has ended the hold, needs no release: an order never stands because its hold does not.
    pub(super) fn settle_or_forgive(&mut self, plan: &mut Plan) -> Result<(), EscrowError> {
        match self.settle(plan) {
            Err(EscrowError::Money { .. }) if plan.forgive(self.ledger) => self.settle(plan),
            outcome => outcome,
        }
    }

    /// Moves goods and money as planned, all or nothing. The plan is told what became of its operations.
    fn settle(&mut self, plan: &mut Plan) -> Result<(), EscrowError> {
        let Plan {
            operations,
            steps,
            touched,
            applied,
            ..
        } = plan;
        let ledger = &mut *self.ledger;
        let mut pay = || -> Result<(), EscrowError> {
            let paid = match operations[..] {
                [] => Ok(()),
                [operation] => ledger.apply(&operation).map(|done| applied.push(done)),
                _ => ledger.chain(operations).map(|done| *applied = done),
            };
            paid.map_err(|refusal| refused(touched, refusal))
        };
        if steps.is_empty() {
            return pay();
        }
        self.goods.settle(steps, &mut pay)
    }
}
