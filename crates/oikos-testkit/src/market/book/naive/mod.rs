//! The obvious order book: one list of orders, searched from end to end for everything. It can be told to make one
//! mistake, so that the checks are seen to catch it.

use oikos_core::{Quantity, StableId, Tick};
use oikos_market::{
    Amended, BookRules, MarketError, Order, OrderId, OrderKind, Price, Reason, Receipt, Report,
    Resting, Side,
};

use super::{Answer, Fault};

mod mechanism;
mod trading;
mod view;

use self::trading::{Incoming, reaches, released};

pub(super) use self::view::levels;

/// A book that is one list of orders. Ids count orders from 0.
#[derive(Debug, Clone)]
pub struct Naive {
    rules: BookRules,
    fault: Option<Fault>,
    now: Tick,
    /// In no order of use: `arrivals` has it.
    orders: Vec<Resting>,
    /// When each of the orders joined the queue at its price.
    arrivals: Vec<u64>,
    clock: u64,
    given: u64,
    /// A price that a faulty book still shows.
    phantom: Option<(Side, Price)>,
}

impl Naive {
    /// A book without orders, and with a mistake if one is asked for.
    #[must_use]
    pub const fn new(rules: BookRules, fault: Option<Fault>) -> Self {
        Self {
            rules,
            fault,
            now: Tick::ZERO,
            orders: Vec::new(),
            arrivals: Vec::new(),
            clock: 0,
            given: 0,
            phantom: None,
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Indices of a side's orders, the next to trade first.
    fn queue(&self, side: Side) -> Vec<usize> {
        let mut queue: Vec<usize> = (0..self.orders.len())
            .filter(|&index| self.orders[index].side == side)
            .collect();
        queue.sort_by_key(|&index| {
            let price = i128::from(self.orders[index].price.0);
            let rank = if side == Side::Buy { -price } else { price };
            (rank, self.arrivals[index])
        });
        queue
    }

    fn index(&self, id: OrderId) -> Result<usize, MarketError> {
        let found = self.orders.iter().position(|order| order.order == id);
        found.ok_or(if id.get() < self.given {
            MarketError::ClosedOrder { order: id }
        } else {
            MarketError::UnknownOrder { order: id }
        })
    }

    fn take_out(&mut self, index: usize) -> Resting {
        self.arrivals.remove(index);
        self.orders.remove(index)
    }

    fn release(&mut self, index: usize, reason: Reason, reports: &mut Vec<Report>) {
        let gone = self.take_out(index);
        reports.push(released(&gone, Some(gone.price), gone.quantity.0, reason));
    }

    fn check_numbers(&self, price: Option<Price>, quantity: i64) -> Result<(), MarketError> {
        if quantity <= 0 {
            return Err(MarketError::NoQuantity { quantity });
        }
        let Some(Price(price)) = price else {
            return Ok(());
        };
        let (lowest, highest) = (self.rules.prices.lowest().0, self.rules.prices.highest().0);
        if price < lowest || price > highest {
            return Err(MarketError::PriceOutside {
                price,
                lowest,
                highest,
            });
        }
        let value = i128::from(price) * i128::from(quantity);
        if value > i128::from(i64::MAX) || value < i128::from(i64::MIN) {
            return Err(MarketError::ValueOverflow { price, quantity });
        }
        Ok(())
    }

    fn check_room(&self, side: Side, without: i64, quantity: i64) -> Result<(), MarketError> {
        let of_side = self.orders.iter().filter(|order| order.side == side);
        let sum = of_side
            .map(|order| i128::from(order.quantity.0))
            .sum::<i128>();
        if sum - i128::from(without) + i128::from(quantity) > i128::from(i64::MAX) {
            return Err(MarketError::SideOverflow { side, quantity });
        }
        Ok(())
    }

    fn check_maker(&self, side: Side, price: Price) -> Result<(), MarketError> {
        let first = self.queue(side.opposite()).first().copied();
        match first.map(|index| self.orders[index].price) {
            Some(best) if reaches(side, Some(price), best) && !self.has(Fault::PostOnlyTakes) => {
                Err(MarketError::WouldTake {
                    price: price.0,
                    best: best.0,
                })
            }
            _ => Ok(()),
        }
    }

    fn submit(&mut self, order: Order, reports: &mut Vec<Report>) -> Answer {
        let (quantity, limit) = (order.quantity.0, order.kind.limit());
        self.check_numbers(limit, quantity)?;
        let rests = matches!(order.kind, OrderKind::Limit(_) | OrderKind::PostOnly(_));
        match order.expires {
            Some(_) if !rests => return Err(MarketError::ExpiryWithoutRest),
            Some(expires) if expires <= self.now => {
                let (expires, now) = (expires.index(), self.now.index());
                return Err(MarketError::ExpiryPassed { expires, now });
            }
            _ => {}
        }
        if rests {
            self.check_room(order.side, 0, quantity)?;
        }
        let post_only = matches!(order.kind, OrderKind::PostOnly(_));
        if let (true, Some(price)) = (post_only, limit) {
            self.check_maker(order.side, price)?;
        }
        let mut incoming = Incoming {
            resting: Resting {
                order: OrderId::new(self.given)?,
                trader: order.trader,
                side: order.side,
                price: limit.unwrap_or_default(),
                quantity: order.quantity,
                post_only,
                expires: order.expires,
            },
            limit,
            filled: 0,
            released: 0,
            levels: Vec::new(),
        };
        self.given += 1;
        let is_fill_or_kill = matches!(order.kind, OrderKind::FillOrKill(_));
        if is_fill_or_kill && !self.has(Fault::FillOrKillPartlyFills) {
            // Tries it on a copy.
            let mut trial = self.clone();
            let mut copy = Incoming {
                levels: Vec::new(),
                ..incoming
            };
            trial.trade(&mut copy, &mut Vec::new());
            if copy.filled < quantity {
                incoming.release(Reason::Killed, reports);
            }
        }
        self.trade(&mut incoming, reports);
        let is_faulty = self.has(Fault::ImmediateOrCancelRests)
            && matches!(order.kind, OrderKind::ImmediateOrCancel(_));
        self.finish(incoming, rests || is_faulty, reports)
    }

    fn finish(&mut self, mut incoming: Incoming, rests: bool, reports: &mut Vec<Report>) -> Answer {
        let is_lost = self.has(Fault::SweepResidueLost) && incoming.levels.len() > 1;
        if !is_lost && !rests {
            incoming.release(Reason::Unfilled, reports);
        }
        let left = if is_lost {
            0
        } else {
            incoming.resting.quantity.0
        };
        if left > 0 {
            self.clock += 1;
            self.arrivals.push(if self.has(Fault::LastComeFirstServed) {
                u64::MAX - self.clock
            } else {
                self.clock
            });
            self.orders.push(incoming.resting);
        }
        Ok(Some(Receipt {
            order: incoming.resting.order,
            filled: Quantity(incoming.filled),
            resting: Quantity(left),
            released: Quantity(incoming.released),
        }))
    }

    fn amend(
        &mut self,
        id: OrderId,
        price: Price,
        quantity: i64,
        reports: &mut Vec<Report>,
    ) -> Answer {
        let index = self.index(id)?;
        self.check_numbers(Some(price), quantity)?;
        let old = self.orders[index];
        self.check_room(old.side, old.quantity.0, quantity)?;
        if old.post_only {
            self.check_maker(old.side, price)?;
        }
        reports.push(Report::Amended(Amended {
            order: id,
            trader: old.trader,
            side: old.side,
            from_price: old.price,
            from_quantity: old.quantity,
            price,
            quantity: Quantity(quantity),
        }));
        let keeps = quantity <= old.quantity.0 || self.has(Fault::PlaceKeptAfterIncrease);
        let is_stuck = self.has(Fault::AmendDoesNotMatch);
        if (price == old.price && keeps) || is_stuck {
            self.orders[index].quantity = Quantity(quantity);
            self.orders[index].price = price;
            return Ok(Some(Receipt {
                order: id,
                filled: Quantity(0),
                resting: Quantity(quantity),
                released: Quantity(0),
            }));
        }
        let mut resting = self.take_out(index);
        (resting.price, resting.quantity) = (price, Quantity(quantity));
        let mut incoming = Incoming {
            resting,
            limit: Some(price),
            filled: 0,
            released: 0,
            levels: Vec::new(),
        };
        self.trade(&mut incoming, reports);
        self.finish(incoming, true, reports)
    }

    fn cancel(&mut self, id: OrderId, reports: &mut Vec<Report>) -> Answer {
        let index = match self.index(id) {
            Err(MarketError::ClosedOrder { .. }) if self.has(Fault::ClosedCancelled) => {
                return Ok(None);
            }
            other => other?,
        };
        let side = self.orders[index].side;
        if self.has(Fault::PhantomBest) && self.queue(side)[0] == index {
            self.phantom = Some((side, self.orders[index].price));
        }
        let queue = self.queue(side);
        let place = queue.iter().position(|&other| other == index);
        let behind = place.and_then(|place| queue.get(place + 1)).copied();
        self.release(index, Reason::Cancelled, reports);
        if let (true, Some(behind)) = (self.has(Fault::CancelDropsNext), behind) {
            self.take_out(if behind > index { behind - 1 } else { behind });
        }
        Ok(None)
    }

    fn advance(&mut self, now: Tick, reports: &mut Vec<Report>) -> Answer {
        if now < self.now {
            let (given, now) = (now.index(), self.now.index());
            return Err(MarketError::TickBackward { given, now });
        }
        self.now = now;
        let is_due = |order: &Resting| order.expires.is_some_and(|tick| tick <= now);
        // Who expires first is released first; the test puts those of one tick into one order.
        while let Some(index) = (0..self.orders.len())
            .filter(|&index| is_due(&self.orders[index]))
            .min_by_key(|&index| (self.orders[index].expires, self.orders[index].order))
            && !self.has(Fault::DeadOrderLeft)
        {
            self.release(index, Reason::Expired, reports);
        }
        Ok(None)
    }
}
