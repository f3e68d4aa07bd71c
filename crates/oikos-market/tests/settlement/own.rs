//! A mechanism as a user writes one: orders trade at once with whom they meet first, halfway between both limits.

use oikos_core::{Quantity, StableId, Tick};
use oikos_market::{
    Fill, MarketError, Mechanism, Order, OrderId, OrderKind, Price, PriceRange, Reason, Receipt,
    Released, Report, Round, TraderId,
};
use serde::{Deserialize, Serialize};

/// It knows nothing of previews, and counts its ids down from the last one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Halfway {
    prices: PriceRange,
    now: Tick,
    given: u64,
    waiting: Vec<(OrderId, Order)>,
}

impl Halfway {
    pub(crate) fn new(prices: PriceRange) -> Self {
        Self {
            prices,
            now: Tick::ZERO,
            given: 0,
            waiting: Vec::new(),
        }
    }

    fn release(
        &mut self,
        reason: Reason,
        mut test: impl FnMut(OrderId, &Order) -> bool,
        reports: &mut Vec<Report>,
    ) {
        self.waiting.retain(|(id, order)| {
            let goes = test(*id, order);
            if goes {
                reports.push(Report::Released(Released {
                    order: *id,
                    trader: order.trader,
                    side: order.side,
                    price: order.kind.limit(),
                    quantity: order.quantity,
                    reason,
                }));
            }
            !goes
        });
    }
}

impl Mechanism for Halfway {
    fn prices(&self) -> PriceRange {
        self.prices
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        self.waiting.clone()
    }

    fn submit(&mut self, order: Order, reports: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        let OrderKind::Limit(limit) = order.kind else {
            let problem = "give limits";
            let mechanism = "a market halfway";
            return Err(MarketError::Unsupported { mechanism, problem });
        };
        let quantity = order.quantity.0;
        if !(1..1_000_000).contains(&quantity) || !self.prices.contains(limit) {
            return Err(MarketError::NoQuantity { quantity });
        }
        if order.expires.is_some_and(|tick| tick <= self.now) {
            let (expires, now) = (0, self.now.index());
            return Err(MarketError::ExpiryPassed { expires, now });
        }
        let id = OrderId::new(OrderId::LAST.get() - self.given)?;
        self.given += 1;
        let mut mine = order;
        for (other_id, other) in &mut self.waiting {
            let ends = [(id, mine), (*other_id, *other)];
            let Some(price) = other.kind.limit().filter(|_| other.side != order.side) else {
                continue;
            };
            let (buy, sell) = if order.side == oikos_market::Side::Buy {
                (ends[0], ends[1])
            } else {
                (ends[1], ends[0])
            };
            let quantity = mine.quantity.0.min(other.quantity.0);
            if buy.1.kind.limit() < sell.1.kind.limit()
                || buy.1.trader == sell.1.trader
                || quantity == 0
            {
                continue;
            }
            reports.push(Report::Fill(Fill {
                buy: buy.0,
                sell: sell.0,
                buyer: buy.1.trader,
                seller: sell.1.trader,
                price: Price((price.0 + limit.0) / 2),
                quantity: Quantity(quantity),
                taker: None,
            }));
            mine.quantity.0 -= quantity;
            other.quantity.0 -= quantity;
        }
        self.waiting.retain(|(_, order)| order.quantity.0 > 0);
        if mine.quantity.0 > 0 {
            self.waiting.push((id, mine));
        }
        Ok(Receipt {
            order: id,
            filled: Quantity(quantity - mine.quantity.0),
            resting: mine.quantity,
            released: Quantity(0),
        })
    }

    fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        let first = reports.len();
        self.release(Reason::Cancelled, |id, _| id == order, reports);
        match reports.get(first) {
            Some(Report::Released(released)) => Ok(*released),
            _ => Err(MarketError::UnknownOrder { order }),
        }
    }

    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, reports: &mut Vec<Report>) {
        self.release(Reason::Withdrawn, |_, order| is_gone(order.trader), reports);
    }

    fn clear(&mut self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        if round.tick < self.now {
            let (given, now) = (round.tick.index(), self.now.index());
            return Err(MarketError::TickBackward { given, now });
        }
        self.now = round.tick;
        let is_due = |_: OrderId, order: &Order| order.expires.is_some_and(|at| at <= round.tick);
        self.release(Reason::Expired, is_due, reports);
        Ok(())
    }
}
