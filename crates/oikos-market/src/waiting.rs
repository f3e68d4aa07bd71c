//! Orders that wait for a mechanism to clear, in the order of their arrival.

use oikos_core::{Quantity, StableId, Tick};
use serde::{Deserialize, Serialize};

use crate::order::check_value;
use crate::{
    Fill, MarketError, Order, OrderId, OrderKind, Price, PriceRange, Reason, Receipt, Released,
    Report, Side, TraderId,
};

/// An order that waits.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiter {
    pub(crate) order: OrderId,
    pub(crate) trader: TraderId,
    pub(crate) side: Side,
    /// None for a market order.
    pub(crate) limit: Option<Price>,
    /// What is left of it: nothing only while a mechanism clears.
    pub(crate) quantity: i64,
    pub(crate) expires: Option<Tick>,
}

impl Waiter {
    /// What is left of it, as an order.
    pub(crate) fn as_order(&self) -> Order {
        Order {
            trader: self.trader,
            side: self.side,
            quantity: Quantity(self.quantity),
            kind: self.limit.map_or(OrderKind::Market, OrderKind::Limit),
            expires: self.expires,
        }
    }

    pub(crate) const fn released(&self, reason: Reason) -> Released {
        Released {
            order: self.order,
            trader: self.trader,
            side: self.side,
            price: self.limit,
            quantity: Quantity(self.quantity),
            reason,
        }
    }
}

/// All orders that wait for one mechanism.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Saved")]
pub(crate) struct Waiting {
    prices: PriceRange,
    now: Tick,
    /// The number of the next order.
    next: u64,
    /// By id, which is by arrival.
    pub(crate) orders: Vec<Waiter>,
    /// What is left of all orders, of buyers and of sellers.
    #[serde(skip)]
    totals: [i64; 2],
}

/// As it is stored, before it is checked.
#[derive(Deserialize)]
struct Saved {
    prices: PriceRange,
    now: Tick,
    next: u64,
    orders: Vec<Waiter>,
}

impl Waiting {
    pub(crate) const fn new(prices: PriceRange) -> Self {
        Self {
            prices,
            now: Tick::ZERO,
            next: 0,
            orders: Vec::new(),
            totals: [0; 2],
        }
    }

    pub(crate) const fn prices(&self) -> PriceRange {
        self.prices
    }

    pub(crate) const fn total(&self, side: Side) -> i64 {
        self.totals[side as usize]
    }

    /// All orders with what is left of them, in the order of their arrival.
    pub(crate) fn outstanding(&self) -> impl Iterator<Item = (OrderId, Order)> {
        self.orders
            .iter()
            .map(|waiter| (waiter.order, waiter.as_order()))
    }

    /// What adding an order of a kind that the mechanism takes would answer.
    pub(crate) fn preview(&self, order: &Order) -> Result<Receipt, MarketError> {
        order.check(self.prices, self.now)?;
        self.room(order.side, order.quantity.0)?;
        Ok(Receipt {
            order: OrderId::new(self.next)?,
            filled: Quantity(0),
            resting: order.quantity,
            released: Quantity(0),
        })
    }

    /// Adds an order of a kind that the mechanism takes.
    pub(crate) fn submit(&mut self, order: Order) -> Result<Receipt, MarketError> {
        let receipt = self.preview(&order)?;
        self.totals[order.side as usize] += order.quantity.0;
        self.next += 1;
        self.orders.push(Waiter {
            order: receipt.order,
            trader: order.trader,
            side: order.side,
            limit: order.kind.limit(),
            quantity: order.quantity.0,
            expires: order.expires,
        });
        Ok(receipt)
    }

    /// The sum of a side with so much more.
    fn room(&self, side: Side, quantity: i64) -> Result<i64, MarketError> {
        let sum = self.totals[side as usize].checked_add(quantity);
        sum.ok_or(MarketError::SideOverflow { side, quantity })
    }

    fn place(&self, order: OrderId) -> Result<usize, MarketError> {
        if order.get() >= self.next {
            return Err(MarketError::UnknownOrder { order });
        }
        let place = self
            .orders
            .binary_search_by_key(&order, |waiter| waiter.order);
        place.map_err(|_| MarketError::ClosedOrder { order })
    }

    /// What cancelling would answer and report.
    pub(crate) fn preview_cancel(
        &self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        let released = self.orders[self.place(order)?].released(Reason::Cancelled);
        reports.push(Report::Released(released));
        Ok(released)
    }

    pub(crate) fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        let waiter = self.orders.remove(self.place(order)?);
        self.totals[waiter.side as usize] -= waiter.quantity;
        let released = waiter.released(Reason::Cancelled);
        reports.push(Report::Released(released));
        Ok(released)
    }

    /// Releases, for this reason, all orders of which the test is true, in the order of their arrival.
    pub(crate) fn release_if(
        &mut self,
        reason: Reason,
        mut test: impl FnMut(&Waiter) -> bool,
        reports: &mut Vec<Report>,
    ) {
        let totals = &mut self.totals;
        self.orders.retain(|waiter| {
            let stays = !test(waiter);
            if !stays {
                totals[waiter.side as usize] -= waiter.quantity;
                reports.push(Report::Released(waiter.released(reason)));
            }
            stays
        });
    }

    /// Refuses to go back in time.
    pub(crate) fn advance(
        &mut self,
        now: Tick,
        reports: &mut Vec<Report>,
    ) -> Result<(), MarketError> {
        if now < self.now {
            let (given, now) = (now.index(), self.now.index());
            return Err(MarketError::TickBackward { given, now });
        }
        self.now = now;
        let is_due = |waiter: &Waiter| waiter.expires.is_some_and(|tick| tick <= now);
        self.release_if(Reason::Expired, is_due, reports);
        Ok(())
    }

    /// Trades between the orders at these places.
    pub(crate) fn trade(
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

    /// Forgets all orders, without a report.
    pub(crate) fn clear(&mut self) {
        self.orders.clear();
        self.totals = [0; 2];
    }

    /// Forgets orders of which nothing is left.
    pub(crate) fn drop_filled(&mut self) {
        self.orders.retain(|waiter| waiter.quantity > 0);
    }

    /// For each order of a side, its place, and the subject of its draws: its trader and the how manieth of the
    /// trader's orders on that side it is, by trader. No order's luck depends on when others came.
    pub(crate) fn subjects(&self, side: Side) -> Vec<(usize, u64)> {
        let mut places: Vec<usize> = (0..self.orders.len())
            .filter(|&place| self.orders[place].side == side)
            .collect();
        places.sort_by_key(|&place| self.orders[place].trader);
        let (mut last, mut ordinal) = (None, 0);
        let subject = |place: usize| {
            let trader = self.orders[place].trader;
            ordinal = if last == Some(trader) { ordinal + 1 } else { 0 };
            last = Some(trader);
            (place, oikos_core::pair(trader.get(), ordinal))
        };
        places.into_iter().map(subject).collect()
    }
}

impl TryFrom<Saved> for Waiting {
    type Error = MarketError;

    fn try_from(saved: Saved) -> Result<Self, MarketError> {
        let wrong = |problem: String| MarketError::Saved {
            mechanism: "list of orders",
            problem,
        };
        let mut waiting = Self::new(saved.prices);
        let (mut last, mut totals) = (None, [0; 2]);
        for waiter in &saved.orders {
            let order = waiter.order;
            if Some(order) <= last || order.get() >= saved.next {
                return Err(wrong(format!("{order} is out of order")));
            }
            if waiter.quantity <= 0 || waiter.expires.is_some_and(|tick| tick <= saved.now) {
                return Err(wrong(format!("{order} has nothing left or has expired")));
            }
            if let Some(price) = waiter.limit {
                check_value(saved.prices.check(price)?, waiter.quantity)?;
            }
            waiting.totals = totals;
            totals[waiter.side as usize] = waiting.room(waiter.side, waiter.quantity)?;
            last = Some(order);
        }
        Ok(Self {
            now: saved.now,
            next: saved.next,
            orders: saved.orders,
            totals,
            ..waiting
        })
    }
}
