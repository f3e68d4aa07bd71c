//! The messages that a venue takes, each foreseen, planned, settled, and only then done by its mechanism.

use super::covers::{Cover, Place};
use super::plan::Plan;
use super::till::Till;
use super::{Breach, Desk, EscrowError, GoodsBook, Venue, limit_of};
use crate::{
    MarketError, Mechanism, Order, OrderId, Receipt, Released, Report, Round, Side, TraderId,
};

impl<M: Mechanism + Clone> Venue<M> {
    /// Carries a message out: plans it, settles the plan, and lets the mechanism act. If planning or settling is
    /// refused, all is as it was.
    pub(super) fn carry_out<G: GoodsBook, T>(
        &mut self,
        desk: &mut Desk<'_, G>,
        prepare: impl FnOnce(&mut Self, &mut Plan, &Desk<'_, G>) -> Result<(), EscrowError>,
        act: impl FnOnce(&mut M) -> Result<T, MarketError>,
    ) -> Result<T, EscrowError> {
        // Lends the room of old plans to a new one.
        let mut plan = self.scratch.take().unwrap_or_default();
        plan.clear();
        let outcome = prepare(self, &mut plan, desk)
            .and_then(|()| self.hold_again(&mut plan))
            .and_then(|()| desk.settle_or_forgive(&mut plan));
        match outcome {
            Ok(()) => self.confirm(&plan),
            Err(_) => self.restore(&plan),
        }
        self.scratch = Some(plan);
        outcome?;
        Ok(act(&mut self.mechanism)?)
    }

    /// Gives the venue an order: it is covered, it trades and settles what it can, and what is left waits covered or
    /// is released. An order without a limit is covered at the worst price that the mechanism takes.
    ///
    /// # Errors
    ///
    /// As [`Mechanism::submit`]; [`EscrowError::UnknownTrader`], [`EscrowError::TraderGone`];
    /// [`EscrowError::NotCovered`] and [`EscrowError::TooMuch`] for orders to buy, [`EscrowError::Goods`] for orders
    /// to sell; [`EscrowError::Money`] or [`EscrowError::Goods`] if a trade cannot be settled.
    pub fn submit<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        order: Order,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, EscrowError> {
        self.carry_out(
            desk,
            |venue, plan, desk| venue.place(plan, desk, &order, None),
            |mechanism| mechanism.submit(order, reports),
        )
    }

    /// Plans what a new order does. A budget bounds what it may cost, if it has no limit.
    pub(super) fn place<G: GoodsBook>(
        &mut self,
        plan: &mut Plan,
        desk: &Desk<'_, G>,
        order: &Order,
        budget: Option<i64>,
    ) -> Result<(), EscrowError> {
        let Order {
            trader,
            side,
            quantity,
            ..
        } = *order;
        let purse = self.till.purse(trader)?;
        let receipt = self.mechanism.preview(order, &mut plan.reports)?;
        let limit = limit_of(order, self.mechanism.prices());
        match side {
            Side::Buy => {
                let needed = match budget {
                    Some(budget) => budget,
                    None => self.till.rules().fees.cost(limit, quantity.0)?,
                };
                Till::check_cover(desk.ledger, (trader, purse), needed, 0)?;
            }
            Side::Sell => plan.reserve(receipt.order, trader, quantity.0),
        }
        let place = self.open(
            plan,
            Cover {
                order: receipt.order,
                trader,
                purse,
                limit,
                quantity: quantity.0,
                hold: None,
                side,
                is_touched: true,
            },
        )?;
        self.follow(plan)?;
        self.check_receipt(&receipt, Some(place), quantity.0)
    }

    /// Refuses a receipt that does not account for the quantity that came, or not as the reports do.
    pub(super) fn check_receipt(
        &self,
        receipt: &Receipt,
        place: Option<Place>,
        came: i64,
    ) -> Result<(), EscrowError> {
        let order = receipt.order;
        let parts = [receipt.filled.0, receipt.resting.0, receipt.released.0];
        let sum: i128 = parts.iter().map(|&part| i128::from(part)).sum();
        let cover = place.and_then(|place| self.covers.get(place));
        let left = cover.map_or(0, |cover| cover.quantity);
        let is_right = parts.iter().all(|&part| part >= 0)
            && sum == i128::from(came)
            && left == receipt.resting.0
            && came > 0;
        if is_right {
            return Ok(());
        }
        let breach = Breach::WrongReceipt;
        Err(EscrowError::Breach { order, breach })
    }

    /// Takes an order out that waits, and releases what was held or reserved for it.
    ///
    /// # Errors
    ///
    /// As [`Mechanism::cancel`]; [`EscrowError::Goods`] if the goods cannot be released.
    pub fn cancel<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, EscrowError> {
        self.carry_out(
            desk,
            |venue, plan, _| venue.plan_cancel(plan, order),
            |mechanism| mechanism.cancel(order, reports),
        )
    }

    fn plan_cancel(&mut self, plan: &mut Plan, order: OrderId) -> Result<(), EscrowError> {
        self.mechanism.preview_cancel(order, &mut plan.reports)?;
        self.follow(plan)?;
        let breach = Breach::LeftAfterCancel;
        let place = self.covers.find(order);
        match place.and_then(|place| self.covers.get(place)) {
            Some(cover) if cover.quantity > 0 => Err(EscrowError::Breach { order, breach }),
            _ => Ok(()),
        }
    }

    /// Comes to a tick: what expires is released, and what waited for it trades and is settled. All of it settles, or
    /// nothing has changed: orders, money and goods are as before, and the error names the order that could not be
    /// settled. Without it, which can be cancelled, the others trade.
    ///
    /// # Errors
    ///
    /// As [`Mechanism::clear`]; [`EscrowError::Money`] or [`EscrowError::Goods`] if something cannot be settled.
    pub fn clear<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        round: Round,
        reports: &mut Vec<Report>,
    ) -> Result<(), EscrowError> {
        self.carry_out(
            desk,
            |venue, plan, _| {
                venue.mechanism.preview_clear(round, &mut plan.reports)?;
                venue.follow(plan)
            },
            |mechanism| mechanism.clear(round, reports),
        )
    }

    /// Releases all orders of traders who are gone, with what was held or reserved for them, and takes none from
    /// them any more. Each trader is asked about once.
    ///
    /// # Errors
    ///
    /// [`EscrowError::Goods`] if goods cannot be released.
    pub fn withdraw<G: GoodsBook>(
        &mut self,
        desk: &mut Desk<'_, G>,
        mut is_gone: impl FnMut(TraderId) -> bool,
        reports: &mut Vec<Report>,
    ) -> Result<(), EscrowError> {
        let gone = self.till.gone(&mut is_gone);
        let mut is_gone = |trader| gone.contains(&trader);
        self.carry_out(
            desk,
            |venue, plan, _| {
                venue
                    .mechanism
                    .preview_withdraw(&mut |trader| gone.contains(&trader), &mut plan.reports);
                venue.follow(plan)?;
                venue.check_left(|trader| gone.contains(&trader))
            },
            |mechanism| {
                mechanism.withdraw(&mut is_gone, reports);
                Ok(())
            },
        )?;
        self.till.dismiss(&gone);
        Ok(())
    }

    /// Refuses orders that are left of traders who are gone.
    fn check_left(&self, is_gone: impl Fn(TraderId) -> bool) -> Result<(), EscrowError> {
        let of_gone = |cover: &&Cover| cover.quantity > 0 && is_gone(cover.trader);
        let left = self.covers.iter().filter(of_gone);
        let breach = Breach::LeftOfTheGone;
        match left.map(|cover| cover.order).min() {
            Some(order) => Err(EscrowError::Breach { order, breach }),
            None => Ok(()),
        }
    }
}
