//! Operations on goods carried out, and taken back when their chain fails.

use oikos_core::Quantity;

use super::judge::Step;
use super::{GoodsEntry, GoodsHold, GoodsOperation, GoodsRefusal, GoodsStatus, Inventory};
use crate::{Applied, Fate, HoldId};

/// A chain of which all steps so far were carried out.
struct Chain {
    steps: Vec<Step>,
    done: Vec<Applied>,
    /// The next number and how many entries there were before it.
    next: u64,
    entries: usize,
}

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
        Ok(self.run_chain(operations)?.done)
    }

    /// Carries out a [`chain`](Self::chain), and then what goes with it: a payment. If a step is refused, `then`
    /// is not called; if `then` fails, the chain is taken back, and all is as it was before.
    ///
    /// This is how goods and money change hands together or not at all. `then` is told what became of the steps. It
    /// is to be all or nothing by itself, as [`Ledger::post`](crate::Ledger::post),
    /// [`Ledger::chain`](crate::Ledger::chain) and a `chain_then` of another book are.
    ///
    /// ```
    /// use oikos_core::Quantity;
    /// use oikos_ledger::{GoodsFlow, GoodsHold, GoodsMove, GoodsOperation, Inventory, LedgerError, Owner, OwnerKind};
    ///
    /// let mut book = Inventory::new();
    /// let good = book.good("bread")?;
    /// let (bake, sale) = (book.kind("bake", GoodsFlow::Produce)?, book.kind("sale", GoodsFlow::Transfer)?);
    /// let [owner, cook] = [1, 2].map(|id| Owner { kind: OwnerKind(0), id });
    /// let quantity = Quantity(4);
    /// book.apply(&GoodsOperation::Produce(GoodsMove { kind: bake, good, owner, quantity, reference: 0 }))?;
    /// // A chain can name a hold that it makes.
    /// let hold = book.next_hold()?;
    /// let steps = [
    ///     GoodsOperation::Hold(GoodsHold { good, owner, quantity, reference: 0, expires: None }),
    ///     GoodsOperation::Take { hold, kind: sale, to: cook, quantity: None },
    /// ];
    /// let no_money = LedgerError::ExchangeTooSmall { amount: 1, rate: oikos_core::Ratio::ONE };
    /// assert!(book.chain_then(&steps, |_| Err::<(), _>(no_money)).is_err());
    /// assert_eq!(book.stock(owner, good).free(), quantity);
    /// let paid = book.chain_then(&steps, |done| Ok::<_, LedgerError>(done.len()))?;
    /// assert_eq!((paid, book.stock(cook, good).on_hand), (2, quantity));
    /// # Ok::<(), LedgerError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The [`GoodsRefusal`] of the step that was refused, or the error of `then`.
    pub fn chain_then<T, E: From<GoodsRefusal>>(
        &mut self,
        operations: &[GoodsOperation],
        then: impl FnOnce(&[Applied]) -> Result<T, E>,
    ) -> Result<T, E> {
        let chain = self.run_chain(operations)?;
        then(&chain.done).inspect_err(|_| self.take_all_back(&chain))
    }

    fn run_chain(&mut self, operations: &[GoodsOperation]) -> Result<Chain, GoodsRefusal> {
        if operations.is_empty() {
            return Err(GoodsRefusal {
                status: GoodsStatus::ChainEmpty,
                operation: None,
                step: 0,
            });
        }
        let mut chain = Chain {
            steps: Vec::with_capacity(operations.len()),
            done: Vec::with_capacity(operations.len()),
            next: self.next,
            entries: self.entries.len(),
        };
        for operation in operations {
            match self.judge(operation) {
                Ok(step) => {
                    chain.done.push(self.carry_out(&step));
                    chain.steps.push(step);
                }
                Err(status) => {
                    self.take_all_back(&chain);
                    return Err(GoodsRefusal {
                        status,
                        operation: Some(*operation),
                        step: chain.steps.len() as u32,
                    });
                }
            }
        }
        Ok(chain)
    }

    fn take_all_back(&mut self, chain: &Chain) {
        for (step, applied) in chain.steps.iter().zip(&chain.done).rev() {
            self.take_back(step, applied);
        }
        self.next = chain.next;
        self.entries.truncate(chain.entries);
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
