//! Operations on goods carried out, and taken back when their chain fails.

use oikos_core::Quantity;

use super::judge::Step;
use super::{GoodsEntry, GoodsHold, GoodsOperation, GoodsRefusal, GoodsStatus, Inventory};
use crate::{Applied, Fate, HoldId};

impl Inventory {
    /// Carries out one operation.
    ///
    /// # Errors
    ///
    /// The [`GoodsRefusal`] says why not; then nothing has changed.
    pub fn apply(&mut self, operation: &GoodsOperation) -> Result<Applied, GoodsRefusal> {
        let step = self.judge(operation).map_err(|status| GoodsRefusal {
            status,
            operation: Some(*operation),
            step: 0,
        })?;
        Ok(self.carry_out(&step))
    }

    /// Carries out operations one after the other, each seeing what those before it did. If one is refused, none
    /// is carried out.
    ///
    /// # Errors
    ///
    /// The [`GoodsRefusal`] says which step was refused and why.
    pub fn chain(&mut self, operations: &[GoodsOperation]) -> Result<Vec<Applied>, GoodsRefusal> {
        let refusal = |status, operation, step| GoodsRefusal {
            status,
            operation,
            step,
        };
        if operations.is_empty() {
            return Err(refusal(GoodsStatus::ChainEmpty, None, 0));
        }
        let (next, entries) = (self.next, self.entries.len());
        let mut steps = Vec::with_capacity(operations.len());
        let mut done = Vec::with_capacity(operations.len());
        for operation in operations {
            match self.judge(operation) {
                Ok(step) => {
                    done.push(self.carry_out(&step));
                    steps.push(step);
                }
                Err(status) => {
                    for (step, applied) in steps.iter().zip(&done).rev() {
                        self.take_back(step, applied);
                    }
                    self.next = next;
                    self.entries.truncate(entries);
                    return Err(refusal(status, Some(*operation), steps.len() as u32));
                }
            }
        }
        Ok(done)
    }

    fn carry_out(&mut self, step: &Step) -> Applied {
        let (number, tick) = (self.take_number(), self.now);
        let (amount, hold) = match *step {
            Step::Flow {
                flow,
                kind,
                good,
                from,
                to,
                quantity,
                reference,
                hold,
            } => {
                self.move_goods(step, 1);
                let hold = hold.map(|(id, _)| id);
                if let Some(id) = hold {
                    self.shrink(id, quantity, Fate::Posted);
                }
                if self.recording {
                    self.entries.push(GoodsEntry {
                        number,
                        tick,
                        flow,
                        kind,
                        good,
                        from,
                        to,
                        quantity: Quantity(quantity),
                        reference,
                        hold,
                    });
                }
                (quantity, hold)
            }
            Step::Hold(hold) => {
                let id = self.holds.push(hold);
                self.set_aside(&hold, hold.quantity.0);
                (hold.quantity.0, id)
            }
            Step::Release(id, hold, quantity) => {
                self.shrink(id, quantity, Fate::Voided);
                self.set_aside(&hold, -quantity);
                (quantity, Some(id))
            }
        };
        Applied {
            number,
            amount,
            hold,
        }
    }

    /// Undoes the last step that has not been undone, its number and its entry apart.
    fn take_back(&mut self, step: &Step, applied: &Applied) {
        match *step {
            Step::Flow { hold, .. } => {
                self.move_goods(step, -1);
                if let Some((id, before)) = hold {
                    self.put_back(id, before);
                }
            }
            Step::Hold(hold) => {
                if let Some(id) = applied.hold {
                    self.holds.pop(id);
                }
                self.set_aside(&hold, -hold.quantity.0);
            }
            Step::Release(id, hold, quantity) => {
                self.put_back(id, hold);
                self.set_aside(&hold, quantity);
            }
        }
    }

    /// Moves the quantity of a flow, or takes it back (sign −1), in the rows and in the totals of its good.
    fn move_goods(&mut self, step: &Step, sign: i64) {
        let Step::Flow {
            flow,
            good,
            from,
            to,
            quantity,
            hold,
            ..
        } = *step
        else {
            return;
        };
        let quantity = quantity * sign;
        let totals = &mut self.totals[usize::from(good.0)];
        let wide = i128::from(quantity);
        if let Some(from) = from {
            let row = self.stocks.row(from, good);
            row.lose(flow, quantity);
            totals.lose(flow, wide);
            if hold.is_some() {
                row.held.0 -= quantity;
                totals.held -= wide;
            }
        }
        if let Some(to) = to {
            self.stocks.row(to, good).get(flow, quantity);
            totals.get(flow, wide);
        }
    }

    pub(super) fn set_aside(&mut self, hold: &GoodsHold, quantity: i64) {
        self.stocks.row(hold.owner, hold.good).held.0 += quantity;
        self.totals[usize::from(hold.good.0)].held += i128::from(quantity);
    }

    /// Takes a quantity out of a hold, which ends when nothing is left.
    fn shrink(&mut self, id: HoldId, quantity: i64, fate: Fate) {
        let left = self.holds.change(id).map(|hold| {
            hold.quantity.0 -= quantity;
            hold.quantity.0
        });
        if left == Some(0) {
            self.holds.resolve(id, fate);
        }
    }

    /// Makes a hold what it was before it shrank.
    fn put_back(&mut self, id: HoldId, before: GoodsHold) {
        match self.holds.change(id) {
            Some(hold) => *hold = before,
            None => self.holds.reopen(id, before),
        }
    }
}
