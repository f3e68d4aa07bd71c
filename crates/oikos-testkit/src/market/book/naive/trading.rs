//! How an order trades in the naive model.

use oikos_core::Quantity;
use oikos_market::{Fill, Price, Reason, Released, Report, Resting, SelfTrade, Side};

use super::Naive;
use crate::market::book::Fault;

/// What is on its way through the book.
pub(super) struct Incoming {
    pub(super) resting: Resting,
    pub(super) limit: Option<Price>,
    pub(super) filled: i64,
    pub(super) released: i64,
    pub(super) levels: Vec<Price>,
}

pub(super) fn reaches(side: Side, limit: Option<Price>, other: Price) -> bool {
    match (side, limit) {
        (_, None) => true,
        (Side::Buy, Some(limit)) => other <= limit,
        (Side::Sell, Some(limit)) => other >= limit,
    }
}

impl Naive {
    /// Trades one maker after the other.
    pub(super) fn trade(&mut self, incoming: &mut Incoming, reports: &mut Vec<Report>) {
        let side = incoming.resting.side;
        while incoming.resting.quantity.0 > 0 {
            let mut queue = self.queue(side.opposite());
            queue.retain(|&index| reaches(side, incoming.limit, self.orders[index].price));
            let next = if self.has(Fault::WorseFirst) {
                queue.last()
            } else {
                queue.first()
            };
            let Some(&index) = next else { return };
            let maker = self.orders[index];
            let is_own = maker.trader == incoming.resting.trader;
            if is_own && !self.has(Fault::SelfTrade) {
                if self.has(Fault::OwnResidueRests) {
                    return;
                }
                self.prevent(index, incoming, reports);
                continue;
            }
            self.fill(index, incoming, reports);
        }
    }

    pub(super) fn fill(
        &mut self,
        index: usize,
        incoming: &mut Incoming,
        reports: &mut Vec<Report>,
    ) {
        let maker = self.orders[index];
        let taker = incoming.resting;
        let quantity = maker.quantity.min(taker.quantity);
        let price = match incoming.limit {
            Some(limit) if self.has(Fault::TakerPriced) => limit,
            _ => maker.price,
        };
        let (bid, ask) = match taker.side {
            Side::Buy => (taker, maker),
            Side::Sell => (maker, taker),
        };
        reports.push(Report::Fill(Fill {
            buy: bid.order,
            sell: ask.order,
            buyer: bid.trader,
            seller: ask.trader,
            price,
            quantity,
            taker: Some(taker.side),
        }));
        if incoming.levels.last() != Some(&maker.price) {
            incoming.levels.push(maker.price);
        }
        incoming.filled += quantity.0;
        incoming.resting.quantity.0 -= quantity.0;
        self.shrink(index, quantity.0);
        if self.has(Fault::PartialFillLosesPlace) && maker.quantity > quantity {
            self.clock += 1;
            self.arrivals[index] = self.clock;
        }
    }

    pub(super) fn shrink(&mut self, index: usize, quantity: i64) {
        self.orders[index].quantity.0 -= quantity;
        if self.orders[index].quantity.0 == 0 {
            self.take_out(index);
        }
    }

    pub(super) fn prevent(
        &mut self,
        index: usize,
        incoming: &mut Incoming,
        reports: &mut Vec<Report>,
    ) {
        match self.rules.self_trade {
            SelfTrade::CancelTaker => incoming.release(Reason::SelfTrade, reports),
            SelfTrade::CancelMaker => self.release(index, Reason::SelfTrade, reports),
            SelfTrade::CancelBoth => {
                self.release(index, Reason::SelfTrade, reports);
                incoming.release(Reason::SelfTrade, reports);
            }
            SelfTrade::DecrementBoth => {
                let maker = self.orders[index];
                let less = maker.quantity.0.min(incoming.resting.quantity.0);
                reports.push(released(&maker, Some(maker.price), less, Reason::SelfTrade));
                incoming.release_part(less, Reason::SelfTrade, reports);
                self.shrink(index, less);
            }
        }
    }
}

impl Incoming {
    pub(super) fn release(&mut self, reason: Reason, reports: &mut Vec<Report>) {
        if self.resting.quantity.0 > 0 {
            self.release_part(self.resting.quantity.0, reason, reports);
        }
    }

    pub(super) fn release_part(
        &mut self,
        quantity: i64,
        reason: Reason,
        reports: &mut Vec<Report>,
    ) {
        reports.push(released(&self.resting, self.limit, quantity, reason));
        self.resting.quantity.0 -= quantity;
        self.released += quantity;
    }
}

pub(super) fn released(
    order: &Resting,
    price: Option<Price>,
    quantity: i64,
    reason: Reason,
) -> Report {
    Report::Released(Released {
        order: order.order,
        trader: order.trader,
        side: order.side,
        price,
        quantity: Quantity(quantity),
        reason,
    })
}
