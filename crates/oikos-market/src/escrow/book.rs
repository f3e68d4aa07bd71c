//! What a venue with an order book takes besides: amendments, and market orders with a budget.

use oikos_core::Quantity;

use super::plan::Plan;
use super::till::Till;
use super::{Desk, EscrowError, GoodsBook, Venue};
use crate::{
    Order, OrderBook, OrderId, OrderKind, Price, Reason, Receipt, Released, Report, Side, TraderId,
};

impl Venue<OrderBook> {
    /// Gives a resting order another price and another rest, as [`OrderBook::amend`] does. What it may cost more now
    /// has to be covered; what it may cost less is free again.
    ///
    /// # Errors
    ///
    /// As [`OrderBook::amend`] for the order; as [`submit`](Self::submit) for money and goods.
    pub fn amend<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        order: OrderId,
        price: Price,
        quantity: Quantity,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, EscrowError> {
        self.carry_out(
            desk,
            |venue, plan, desk| venue.plan_amend(plan, desk, order, (price, quantity)),
            |book| book.amend(order, price, quantity, reports),
        )
    }

    fn plan_amend<G: GoodsBook>(
        &mut self,
        plan: &mut Plan,
        desk: &Desk<'_, G>,
        order: OrderId,
        (price, quantity): (Price, Quantity),
    ) -> Result<(), EscrowError> {
        let old = self.mechanism.order(order)?;
        let receipt = self
            .mechanism
            .preview_amend(order, price, quantity, &mut plan.reports)?;
        if old.side == Side::Buy {
            let fees = self.till.rules().fees;
            let purse = self.till.purse(old.trader)?;
            let held = fees.cost(old.price, old.quantity.0)?;
            let needed = fees.cost(price, quantity.0)?;
            if needed > held {
                Till::check_cover(desk.ledger, (old.trader, purse), needed, held)?;
            }
        }
        plan.amended = Some(order);
        self.follow(plan)?;
        let place = self.covers.find(order);
        self.check_receipt(&receipt, place, quantity.0)
    }

    /// Buys at whatever price there is, as long as the budget lasts, fees included; the rest is released as
    /// [`Reason::Unfilled`]. The whole budget has to be in the purse.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit); [`EscrowError::BudgetTooSmall`] if it does not pay for one unit of the best offer.
    pub fn buy_at_market<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        trader: TraderId,
        quantity: Quantity,
        budget: i64,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, EscrowError> {
        let whole = Order::new(trader, Side::Buy, quantity.0, OrderKind::Market);
        self.till.purse(trader)?;
        let affordable = self.affordable(&whole, budget)?;
        let quantity = Quantity(affordable);
        let order = Order { quantity, ..whole };
        let mut receipt = self.carry_out(
            desk,
            |venue, plan, desk| venue.place(plan, desk, &order, Some(budget)),
            |book| book.submit(order, reports),
        )?;
        let rest = whole.quantity.0 - affordable;
        if rest > 0 {
            receipt.released.0 += rest;
            reports.push(Report::Released(Released {
                order: receipt.order,
                trader,
                side: Side::Buy,
                price: None,
                quantity: Quantity(rest),
                reason: Reason::Unfilled,
            }));
        }
        Ok(receipt)
    }

    /// How much of a market order to buy the budget pays for: all of it if the offers end first.
    fn affordable(&mut self, order: &Order, budget: i64) -> Result<i64, EscrowError> {
        let reports = &mut self.scratch.get_or_insert_default().reports;
        reports.clear();
        let receipt = self.mechanism.preview(order, reports)?;
        if budget < 0 {
            return Err(EscrowError::BudgetTooSmall { budget, cost: 0 });
        }
        let fees = self.till.rules().fees;
        let (mut taken, mut left) = (0, budget);
        for report in reports.drain(..) {
            match report {
                Report::Fill(fill) => {
                    let most = fees.affordable(fill.price, left);
                    if most < fill.quantity.0 {
                        if taken + most > 0 {
                            return Ok(taken + most);
                        }
                        let cost = fees.cost(fill.price, 1)?;
                        return Err(EscrowError::BudgetTooSmall { budget, cost });
                    }
                    let payment = fees.payment(&fill)?;
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
}
