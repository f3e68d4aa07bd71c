//! The messages that a venue takes, each planned, settled and only then done in the book.

use std::collections::BTreeSet;

use oikos_core::{Quantity, Tick};

use super::plan::Plan;
use super::{Desk, EscrowError, GoodsBook, Venue};
use crate::book::slot_of;
use crate::{Order, OrderId, Price, Reason, Receipt, Released, Report, Resting, Side, TraderId};

impl Venue {
    /// Lends the room of old plans to a new one.
    pub(super) fn with_plan<T>(
        &mut self,
        act: impl FnOnce(&mut Self, &mut Plan) -> Result<T, EscrowError>,
    ) -> Result<T, EscrowError> {
        let mut plan = std::mem::take(&mut self.scratch);
        plan.clear();
        let outcome = act(self, &mut plan);
        self.scratch = plan;
        outcome
    }

    /// Carries a plan out in money and goods, and remembers the holds.
    fn settle<G: GoodsBook>(
        &mut self,
        plan: &mut Plan,
        desk: &mut Desk<'_, G>,
    ) -> Result<(), EscrowError> {
        desk.settle(plan)?;
        for change in &plan.holds {
            let slot = slot_of(change.order) as usize;
            if self.holds.len() <= slot {
                self.holds.resize(slot + 1, None);
            }
            self.holds[slot] = change.hold;
        }
        Ok(())
    }

    /// Takes an order; one without a limit needs a budget.
    pub(super) fn place<G: GoodsBook>(
        &mut self,
        plan: &mut Plan,
        desk: &mut Desk<'_, G>,
        order: Order,
        budget: Option<i64>,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, EscrowError> {
        let purse = self.purse(order.trader)?;
        let receipt = self.book.preview(&order, &mut plan.reports)?;
        match order.side {
            Side::Buy => {
                let needed = match order.kind.limit() {
                    Some(limit) => self.rules.fees.cost(limit, order.quantity.0)?,
                    None => budget.ok_or(EscrowError::NoBudget)?,
                };
                desk.check_cover(order.trader, purse, needed, 0)?;
            }
            Side::Sell => plan.reserve(receipt.order, order.trader, order.quantity.0),
        }
        self.plan_reports(plan, Some(receipt.order))?;
        match (order.side, order.kind.limit()) {
            (Side::Sell, _) => plan.release(receipt.order, order.trader, receipt.released.0),
            (Side::Buy, Some(limit)) => {
                self.plan_hold(plan, receipt.order, purse, limit, receipt.resting.0)?;
            }
            (Side::Buy, None) => {}
        }
        self.settle(plan, desk)?;
        Ok(self.book.submit(order, reports)?)
    }

    /// How much of a market order to buy the budget pays for: all of it if the offers end first.
    pub(super) fn affordable(
        &self,
        plan: &mut Plan,
        order: &Order,
        budget: i64,
    ) -> Result<i64, EscrowError> {
        self.purse(order.trader)?;
        let receipt = self.book.preview(order, &mut plan.reports)?;
        if budget < 0 {
            return Err(EscrowError::BudgetTooSmall { budget, cost: 0 });
        }
        let (mut taken, mut left) = (0, budget);
        for report in plan.reports.drain(..) {
            match report {
                Report::Fill(fill) => {
                    let most = self.rules.fees.affordable(fill.price, left);
                    if most < fill.quantity.0 {
                        if taken + most > 0 {
                            return Ok(taken + most);
                        }
                        let cost = self.rules.fees.cost(fill.price, 1)?;
                        return Err(EscrowError::BudgetTooSmall { budget, cost });
                    }
                    let payment = self.rules.fees.payment(&fill)?;
                    left -= payment.net + payment.fee;
                    taken += fill.quantity.0;
                }
                Report::Released(released) if released.order == receipt.order => {
                    taken += released.quantity.0;
                }
                Report::Released(_) | Report::Amended(_) => {}
            }
        }
        Ok(order.quantity.0)
    }

    /// Takes a resting order out, and releases what was held or reserved for it.
    ///
    /// # Errors
    ///
    /// As [`OrderBook::cancel`](crate::OrderBook::cancel); [`EscrowError::Money`] or [`EscrowError::Goods`] if
    /// somebody else has ended what was held or reserved.
    pub fn cancel<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, EscrowError> {
        let resting = self.book.order(order)?;
        self.with_plan(|venue, plan| {
            plan.reports.push(Report::Released(Released {
                order,
                trader: resting.trader,
                side: resting.side,
                price: Some(resting.price),
                quantity: resting.quantity,
                reason: Reason::Cancelled,
            }));
            venue.plan_reports(plan, None)?;
            venue.settle(plan, desk)?;
            Ok(venue.book.cancel(order, reports)?)
        })
    }

    /// Gives a resting order another price and another rest, as [`OrderBook::amend`](crate::OrderBook::amend) does.
    /// What it may cost more now has to be covered; what it may cost less is free again.
    ///
    /// # Errors
    ///
    /// As [`OrderBook::amend`](crate::OrderBook::amend) for the order; as [`submit`](Self::submit) for money and
    /// goods.
    pub fn amend<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        order: OrderId,
        price: Price,
        quantity: Quantity,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, EscrowError> {
        let old = self.book.order(order)?;
        self.with_plan(|venue, plan| {
            let receipt = venue
                .book
                .preview_amend(order, price, quantity, &mut plan.reports)?;
            match old.side {
                Side::Buy => venue.plan_amended_buy(plan, desk, &old, price, quantity)?,
                Side::Sell => {
                    plan.reserve(order, old.trader, quantity.0 - old.quantity.0);
                    plan.release(order, old.trader, old.quantity.0 - quantity.0);
                }
            }
            venue.plan_reports(plan, Some(order))?;
            match old.side {
                Side::Buy => {
                    let purse = venue.purse(old.trader)?;
                    venue.plan_hold(plan, order, purse, price, receipt.resting.0)?;
                }
                Side::Sell => plan.release(order, old.trader, receipt.released.0),
            }
            venue.settle(plan, desk)?;
            Ok(venue.book.amend(order, price, quantity, reports)?)
        })
    }

    /// Frees what is held for an order that is amended, if that and the purse cover what it may cost now.
    fn plan_amended_buy<G: GoodsBook>(
        &self,
        plan: &mut Plan,
        desk: &Desk<'_, G>,
        old: &Resting,
        price: Price,
        quantity: Quantity,
    ) -> Result<(), EscrowError> {
        let held = self.rules.fees.cost(old.price, old.quantity.0)?;
        let needed = self.rules.fees.cost(price, quantity.0)?;
        if needed > held {
            desk.check_cover(old.trader, self.purse(old.trader)?, needed, held)?;
        }
        self.plan_void(plan, old.order);
        Ok(())
    }

    /// Comes to a tick: orders that expire at it or before are released, with what was held or reserved for them.
    ///
    /// # Errors
    ///
    /// As [`OrderBook::advance`](crate::OrderBook::advance); [`EscrowError::Money`] or [`EscrowError::Goods`] if
    /// somebody else has ended what was held or reserved.
    pub fn advance<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        now: Tick,
        reports: &mut Vec<Report>,
    ) -> Result<(), EscrowError> {
        self.with_plan(|venue, plan| {
            venue.book.preview_advance(now, &mut plan.reports)?;
            venue.plan_reports(plan, None)?;
            venue.settle(plan, desk)?;
            Ok(venue.book.advance(now, reports)?)
        })
    }

    /// Releases all orders of traders who are gone, with what was held or reserved for them, and takes none from
    /// them any more. Each trader is asked about once.
    ///
    /// # Errors
    ///
    /// [`EscrowError::Money`] or [`EscrowError::Goods`] if somebody else has ended what was held or reserved.
    pub fn withdraw<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        mut is_gone: impl FnMut(TraderId) -> bool,
        reports: &mut Vec<Report>,
    ) -> Result<(), EscrowError> {
        let still_here = self.members.iter().filter(|(_, member)| !member.is_gone);
        let gone: BTreeSet<TraderId> = still_here
            .map(|(trader, _)| trader)
            .filter(|&trader| is_gone(trader))
            .collect();
        self.with_plan(|venue, plan| {
            let mut is_gone = |trader| gone.contains(&trader);
            venue.book.preview_withdraw(&mut is_gone, &mut plan.reports);
            venue.plan_reports(plan, None)?;
            venue.settle(plan, desk)?;
            venue.book.withdraw(is_gone, reports);
            for &trader in &gone {
                if let Some(member) = venue.members.get_mut(trader) {
                    member.is_gone = true;
                }
            }
            Ok(())
        })
    }
}
