//! How a resting order is changed.

use oikos_core::Quantity;

use super::matching::Taker;
use super::slab::POST_ONLY;
use super::{OrderBook, mask};
use crate::order::check_value;
use crate::{Amended, MarketError, OrderId, Price, Receipt, Report};

impl OrderBook {
    /// Gives a resting order another price and another rest: `quantity` is what is to be left of it now, whatever
    /// of it traded before. The report of the change comes first, then fills, if the new price crosses.
    ///
    /// A smaller or an equal rest at the same price keeps the place in the queue; anything else loses it.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit) for the price and the quantity, [`MarketError::WouldTake`] for an order that
    /// was post-only included; as [`cancel`](Self::cancel) for the id.
    pub fn amend(
        &mut self,
        order: OrderId,
        price: Price,
        quantity: Quantity,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, MarketError> {
        let (slot, mut taker) = self.amended(order, price, quantity, reports)?;
        let node = self.slab.nodes[slot as usize];
        let (from_price, _) = self.place_of(slot);
        if price == from_price && quantity.0 <= node.quantity {
            if quantity.0 < node.quantity {
                self.reduce(slot, node.quantity - quantity.0);
            }
            return Ok(taker.receipt());
        }
        self.unlink(slot);
        self.take(&mut taker, reports);
        if taker.left > 0 {
            self.rest(slot, &taker, price);
        } else {
            self.close(slot);
        }
        Ok(taker.receipt())
    }

    /// The order as it is to be, on its way from its place, if nothing is wrong with it; its report is made.
    pub(super) fn amended(
        &self,
        order: OrderId,
        price: Price,
        quantity: Quantity,
        reports: &mut Vec<Report>,
    ) -> Result<(u32, Taker), MarketError> {
        let slot = self.slab.find(order)?;
        if quantity.0 <= 0 {
            let quantity = quantity.0;
            return Err(MarketError::NoQuantity { quantity });
        }
        check_value(self.rules.prices.check(price)?, quantity.0)?;
        let node = self.slab.nodes[slot as usize];
        let (from_price, side) = self.place_of(slot);
        self.check_room(side, node.quantity, quantity.0)?;
        if node.is(POST_ONLY) {
            self.check_post_only(side, price)?;
        }
        reports.push(Report::Amended(Amended {
            order,
            trader: node.trader,
            side,
            from_price,
            from_quantity: Quantity(node.quantity),
            price,
            quantity,
        }));
        let taker = Taker {
            order,
            trader: node.trader,
            side,
            limit: Some(price),
            key: price.0 ^ mask(side.opposite()),
            left: quantity.0,
            filled: 0,
            released: 0,
        };
        Ok((slot, taker))
    }
}
