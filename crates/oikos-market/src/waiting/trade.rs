//! Trades between orders that wait.

use oikos_core::Quantity;

use super::{Waiter, Waiting};
use crate::{Fill, MarketError, Price, Report, Side};

impl Waiting {
    /// All orders in the order of their arrival. A place is an index of this list.
    #[must_use]
    pub fn orders(&self) -> &[Waiter] {
        &self.orders
    }

    /// The places of the highest bid and of the lowest ask, among equal ones the first; an order without a limit goes
    /// before all others. `None` where a side is empty.
    #[must_use]
    pub fn best(&self) -> Option<(usize, usize)> {
        let of = |side: Side| {
            let places = 0..self.orders.len();
            places.filter(move |&place| self.orders[place].side == side)
        };
        let rank = |place: &usize| {
            let limit = self.orders[*place].limit;
            (limit.is_some(), limit.map_or(0, |limit| limit.0))
        };
        let bid = of(Side::Buy).min_by_key(|place| {
            let (has_limit, limit) = rank(place);
            (has_limit, -limit)
        })?;
        Some((bid, of(Side::Sell).min_by_key(rank)?))
    }

    /// Lets the orders at two places trade, the first to buy and the second to sell. That the price is within both
    /// limits, and that nobody trades with themselves where that must not be, is for the mechanism to see to.
    ///
    /// # Errors
    ///
    /// [`MarketError::NoTrade`] if these are no two orders of these sides with so much left.
    pub fn trade(
        &mut self,
        (buy, sell): (usize, usize),
        price: Price,
        quantity: i64,
        reports: &mut Vec<Report>,
    ) -> Result<(), MarketError> {
        let has = |place: usize, side: Side| {
            let waiter = self.orders.get(place);
            waiter.is_some_and(|waiter| waiter.side == side && waiter.quantity >= quantity)
        };
        if quantity < 1 || !has(buy, Side::Buy) || !has(sell, Side::Sell) {
            return Err(MarketError::NoTrade { quantity });
        }
        self.take((buy, sell), price, quantity, None, reports);
        self.drop_filled();
        Ok(())
    }

    /// Trades between the orders at these places, and leaves those of which nothing is left.
    pub(crate) fn take(
        &mut self,
        (buy, sell): (usize, usize),
        price: Price,
        quantity: i64,
        taker: Option<Side>,
        reports: &mut Vec<Report>,
    ) {
        for place in [buy, sell] {
            let waiter = &mut self.orders[place];
            waiter.quantity -= quantity;
            self.totals[waiter.side as usize] -= quantity;
        }
        let (buy, sell) = (&self.orders[buy], &self.orders[sell]);
        reports.push(Report::Fill(Fill {
            buy: buy.order,
            sell: sell.order,
            buyer: buy.trader,
            seller: sell.trader,
            price,
            quantity: Quantity(quantity),
            taker,
        }));
    }
}
