//! Orders that wait for a mechanism to clear, in the order of their arrival.

mod gathers;
mod save;
mod trade;

use oikos_core::{Quantity, StableId, Tick};
use serde::{Deserialize, Serialize};

use crate::{
    MarketError, Order, OrderId, OrderKind, Price, PriceRange, Reason, Receipt, Released, Report,
    Side, TraderId,
};

/// An order that waits.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    /// Its id.
    pub order: OrderId,
    /// Whose it is.
    pub trader: TraderId,
    /// To buy or to sell.
    pub side: Side,
    /// None for a market order.
    pub limit: Option<Price>,
    /// What is left of it: nothing only while a mechanism clears.
    pub quantity: i64,
    /// The first tick at which it stands no more.
    pub expires: Option<Tick>,
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

/// All orders that wait for one mechanism, in the order of their arrival: what a [`Mechanism`](crate::Mechanism) that
/// clears once in a tick has to keep. It gives ids, refuses what no mechanism takes, and reports what it releases.
///
/// ```
/// use oikos_market::{MarketError, Mechanism, PriceRange, Report, Round, Waiting, gathers};
///
/// /// The best two trade, at the seller's price.
/// #[derive(Clone)]
/// struct BestTwo {
///     waiting: Waiting,
/// }
///
/// impl Mechanism for BestTwo {
///     gathers!(waiting); // all but `clear`
///
///     fn clear(&mut self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError> {
///         self.waiting.advance(round.tick, reports)?;
///         if let Some((buy, sell)) = self.waiting.best()
///             && let [bid, ask] = [buy, sell].map(|place| self.waiting.orders()[place])
///             && let (Some(highest), Some(lowest)) = (bid.limit, ask.limit)
///             && highest >= lowest
///         {
///             self.waiting.trade((buy, sell), lowest, bid.quantity.min(ask.quantity), reports)?;
///         }
///         Ok(())
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "save::Saved")]
pub struct Waiting {
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

impl Waiting {
    /// No orders yet, at tick 0.
    #[must_use]
    pub const fn new(prices: PriceRange) -> Self {
        Self {
            prices,
            now: Tick::ZERO,
            next: 0,
            orders: Vec::new(),
            totals: [0; 2],
        }
    }

    /// The prices that are taken.
    #[must_use]
    pub const fn prices(&self) -> PriceRange {
        self.prices
    }

    pub(crate) const fn total(&self, side: Side) -> i64 {
        self.totals[side as usize]
    }

    /// All orders with what is left of them, in the order of their arrival.
    pub fn outstanding(&self) -> impl Iterator<Item = (OrderId, Order)> {
        self.orders
            .iter()
            .map(|waiter| (waiter.order, waiter.as_order()))
    }

    /// What [`submit`](Self::submit) would answer.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub fn preview(&self, order: &Order) -> Result<Receipt, MarketError> {
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
    ///
    /// # Errors
    ///
    /// [`MarketError::NoQuantity`], [`MarketError::PriceOutside`], [`MarketError::ValueOverflow`],
    /// [`MarketError::SideOverflow`], [`MarketError::ExpiryPassed`] or [`MarketError::ExpiryWithoutRest`].
    pub fn submit(&mut self, order: Order) -> Result<Receipt, MarketError> {
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

    /// Adds a limit order, for a mechanism that takes no others.
    ///
    /// # Errors
    ///
    /// [`MarketError::Unsupported`] for other kinds, and as [`submit`](Self::submit).
    pub fn submit_limit(&mut self, order: Order) -> Result<Receipt, MarketError> {
        if !matches!(order.kind, OrderKind::Limit(_)) {
            return Err(MarketError::Unsupported {
                mechanism: "a market in which limit orders wait",
                problem: "give limit orders",
            });
        }
        self.submit(order)
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

    /// What [`cancel`](Self::cancel) would answer and report.
    ///
    /// # Errors
    ///
    /// As [`cancel`](Self::cancel).
    pub fn preview_cancel(
        &self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        let released = self.orders[self.place(order)?].released(Reason::Cancelled);
        reports.push(Report::Released(released));
        Ok(released)
    }

    /// Takes an order out.
    ///
    /// # Errors
    ///
    /// [`MarketError::UnknownOrder`] or [`MarketError::ClosedOrder`].
    pub fn cancel(
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
    pub fn release_if(
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

    /// Releases all orders of traders who are gone.
    pub fn withdraw(
        &mut self,
        is_gone: &mut dyn FnMut(TraderId) -> bool,
        reports: &mut Vec<Report>,
    ) {
        let is_gone = |waiter: &Waiter| is_gone(waiter.trader);
        self.release_if(Reason::Withdrawn, is_gone, reports);
    }

    /// Comes to a tick and releases what expires.
    ///
    /// # Errors
    ///
    /// [`MarketError::TickBackward`].
    pub fn advance(&mut self, now: Tick, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        if now < self.now {
            let (given, now) = (now.index(), self.now.index());
            return Err(MarketError::TickBackward { given, now });
        }
        self.now = now;
        let is_due = |waiter: &Waiter| waiter.expires.is_some_and(|tick| tick <= now);
        self.release_if(Reason::Expired, is_due, reports);
        Ok(())
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
