//! The naive book as a [`Mechanism`], so that whatever takes one can be given a mistake.

use oikos_market::{
    MarketError, Mechanism, Order, OrderId, OrderKind, PriceRange, Reason, Receipt, Released,
    Report, Resting, Round, TraderId,
};

use super::Naive;
use crate::market::book::{Book, Message};

/// What is left of an order.
fn as_order(resting: &Resting) -> Order {
    let kind = if resting.post_only {
        OrderKind::PostOnly(resting.price)
    } else {
        OrderKind::Limit(resting.price)
    };
    Order {
        trader: resting.trader,
        side: resting.side,
        quantity: resting.quantity,
        kind,
        expires: resting.expires,
    }
}

impl Mechanism for Naive {
    fn prices(&self) -> PriceRange {
        self.rules.prices
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        let all = self.orders.iter();
        all.map(|resting| (resting.order, as_order(resting)))
            .collect()
    }

    fn submit(&mut self, order: Order, reports: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        let problem = "gave no receipt";
        let mechanism = "a naive book";
        let receipt = self.apply(&Message::Submit(order), reports)?;
        receipt.ok_or(MarketError::Unsupported { mechanism, problem })
    }

    fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        let resting = self.orders.iter().find(|resting| resting.order == order);
        let known = resting.copied();
        self.cancel(order, reports)?;
        let released = known.map(|resting| Released {
            order,
            trader: resting.trader,
            side: resting.side,
            price: Some(resting.price),
            quantity: resting.quantity,
            reason: Reason::Cancelled,
        });
        // A faulty book cancels what is not there.
        Ok(released.unwrap_or(Released {
            order,
            trader: oikos_core::StableId::FIRST,
            side: oikos_market::Side::Buy,
            price: None,
            quantity: oikos_core::Quantity(0),
            reason: Reason::Cancelled,
        }))
    }

    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, reports: &mut Vec<Report>) {
        let mut traders: Vec<TraderId> = self.orders.iter().map(|order| order.trader).collect();
        traders.sort_unstable();
        traders.dedup();
        for trader in traders.into_iter().filter(|trader| is_gone(*trader)) {
            // Withdrawing is never refused.
            let _ = self.apply(&Message::Withdraw(trader), reports);
        }
    }

    fn clear(&mut self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        self.apply(&Message::Advance(round.tick), reports)
            .map(|_| ())
    }
}
