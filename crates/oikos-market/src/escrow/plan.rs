//! What a message to a venue does to money and goods, put together before anything is done.

use oikos_core::StableId;
use oikos_ledger::{AccountId, Applied, HoldId, Operation, Transfer, TransferKind};

use super::{EscrowError, GoodsStep, Venue};
use crate::book::slot_of;
use crate::{Fill, OrderId, Price, Released, Report, Side, TraderId};

/// All that one message does. It is carried out whole or not at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// What the book will report.
    pub(super) reports: Vec<Report>,
    pub(super) operations: Vec<Operation>,
    pub(super) steps: Vec<GoodsStep>,
    /// What becomes of the holds of orders, in this order.
    pub(super) holds: Vec<Change>,
}

/// The hold of an order ends, or is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) order: OrderId,
    /// The operation that makes it.
    operation: Option<usize>,
    /// The hold, once it was made.
    pub(super) hold: Option<HoldId>,
}

impl Change {
    const fn to(order: OrderId, operation: Option<usize>) -> Self {
        let hold = None;
        Self {
            order,
            operation,
            hold,
        }
    }

    /// Finds the hold among what became of the operations.
    pub(super) fn found(&mut self, applied: &[Applied]) {
        let done = self.operation.and_then(|index| applied.get(index));
        self.hold = done.and_then(|applied| applied.hold);
    }
}

impl Plan {
    pub(super) fn clear(&mut self) {
        self.reports.clear();
        self.operations.clear();
        self.steps.clear();
        self.holds.clear();
    }

    pub(super) fn release(&mut self, order: OrderId, trader: TraderId, quantity: i64) {
        if quantity > 0 {
            self.steps.push(GoodsStep::Release {
                order,
                trader,
                quantity,
            });
        }
    }

    pub(super) fn reserve(&mut self, order: OrderId, trader: TraderId, quantity: i64) {
        if quantity > 0 {
            self.steps.push(GoodsStep::Reserve {
                order,
                trader,
                quantity,
            });
        }
    }

    /// Money goes from one purse to another; within one it need not.
    fn pay(
        &mut self,
        kind: TransferKind,
        from: AccountId,
        to: AccountId,
        amount: i64,
        of: OrderId,
    ) {
        if amount > 0 && from != to {
            self.operations.push(Operation::Post(Transfer {
                kind,
                debit: to,
                credit: from,
                amount,
                reference: of.get(),
            }));
        }
    }
}

impl Venue {
    /// Plans what trades and releases of resting orders do. What is released of the order that `taker` names is
    /// left to the caller.
    pub(super) fn plan_reports(
        &self,
        plan: &mut Plan,
        taker: Option<OrderId>,
    ) -> Result<(), EscrowError> {
        for index in 0..plan.reports.len() {
            match plan.reports[index] {
                Report::Fill(fill) => self.plan_fill(plan, &fill)?,
                Report::Released(released) if Some(released.order) != taker => {
                    self.plan_release(plan, &released)?;
                }
                Report::Released(_) | Report::Amended(_) => {}
            }
        }
        Ok(())
    }

    /// Delivery versus payment. The buyer's money is free by now, or is made free here if the buyer's order
    /// rested.
    fn plan_fill(&self, plan: &mut Plan, fill: &Fill) -> Result<(), EscrowError> {
        let rested = fill.taker == Some(Side::Sell);
        let (buyer, seller) = (self.purse(fill.buyer)?, self.purse(fill.seller)?);
        if rested {
            self.plan_void(plan, fill.buy);
        }
        let payment = self.rules.fees.payment(fill)?;
        plan.pay(self.rules.trade, buyer, seller, payment.net, fill.buy);
        plan.pay(
            self.rules.fee,
            buyer,
            self.rules.account,
            payment.fee,
            fill.buy,
        );
        plan.steps.push(GoodsStep::Deliver {
            order: fill.sell,
            seller: fill.seller,
            buyer: fill.buyer,
            quantity: fill.quantity.0,
        });
        if rested {
            self.plan_rest(plan, fill.buy, buyer, fill.quantity.0)?;
        }
        Ok(())
    }

    /// What was held or reserved for a resting order is free again.
    fn plan_release(&self, plan: &mut Plan, released: &Released) -> Result<(), EscrowError> {
        match released.side {
            Side::Sell => plan.release(released.order, released.trader, released.quantity.0),
            Side::Buy => {
                let purse = self.purse(released.trader)?;
                self.plan_void(plan, released.order);
                self.plan_rest(plan, released.order, purse, released.quantity.0)?;
            }
        }
        Ok(())
    }

    /// Holds again for what is left of a resting order to buy that loses so much.
    fn plan_rest(
        &self,
        plan: &mut Plan,
        order: OrderId,
        purse: AccountId,
        lost: i64,
    ) -> Result<(), EscrowError> {
        let resting = self.book.order(order)?;
        self.plan_hold(plan, order, purse, resting.price, resting.quantity.0 - lost)
    }

    /// Ends what is held for an order, if anything is.
    pub(super) fn plan_void(&self, plan: &mut Plan, order: OrderId) {
        if let Some(hold) = self.hold_of(order) {
            plan.operations.push(Operation::VoidHold { hold });
            plan.holds.push(Change::to(order, None));
        }
    }

    /// Holds what so much of an order to buy may cost.
    pub(super) fn plan_hold(
        &self,
        plan: &mut Plan,
        order: OrderId,
        purse: AccountId,
        limit: Price,
        quantity: i64,
    ) -> Result<(), EscrowError> {
        let amount = self.rules.fees.cost(limit, quantity)?;
        if amount > 0 {
            let operation = Some(plan.operations.len());
            plan.holds.push(Change::to(order, operation));
            plan.operations.push(Operation::Hold {
                transfer: Transfer {
                    kind: self.rules.trade,
                    debit: self.rules.account,
                    credit: purse,
                    amount,
                    reference: order.get(),
                },
                expires: None,
            });
        }
        Ok(())
    }

    /// What is held for an order to buy.
    pub(super) fn hold_of(&self, order: OrderId) -> Option<HoldId> {
        self.holds.get(slot_of(order) as usize).copied().flatten()
    }
}
