//! A continuous market: price–time priority over integer prices.

mod amend;
mod bitmap;
mod ladder;
mod matching;
mod preview;
mod queue;
mod save;
mod slab;
mod view;

use std::collections::BTreeSet;

use oikos_core::Tick;
use serde::{Deserialize, Serialize};

use self::ladder::Ladder;
use self::matching::{ANY_PRICE, Taker};
use self::slab::{Level, Slab};

use crate::{
    MarketError, Order, OrderId, OrderKind, Price, PriceRange, Reason, Receipt, Released, Report,
    Side, TraderId,
};

pub use self::view::{BookLevel, Resting};

/// What happens before an order would trade with an order of the same trader, which it never does.
///
/// The order that comes in is the taker, the one that rests the maker.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum SelfTrade {
    /// What is left of the taker is released, and the maker stands.
    #[default]
    CancelTaker,
    /// The maker is released, and the taker goes on.
    CancelMaker,
    /// What is left of both is released.
    CancelBoth,
    /// Both lose the smaller of their quantities, which is released.
    DecrementBoth,
}

/// What a book is told once.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BookRules {
    /// The prices that it takes.
    pub prices: PriceRange,
    /// What prevents self-trades.
    pub self_trade: SelfTrade,
}

/// A continuous double auction: an order trades at once with the best orders of the other side, at their prices
/// and in the order of their arrival, and rests with what is left.
///
/// ```
/// use oikos_core::{Quantity, StableId};
/// use oikos_market::{BookRules, Order, OrderBook, OrderKind, Price, PriceRange, Report, SelfTrade, Side, TraderId};
///
/// let prices = PriceRange::new(1, 1_000_000)?;
/// let mut book = OrderBook::new(BookRules { prices, self_trade: SelfTrade::CancelTaker });
/// let (baker, cook) = (TraderId::new(1)?, TraderId::new(2)?);
/// let mut reports = Vec::new();
/// book.submit(Order::new(baker, Side::Sell, 10, OrderKind::Limit(Price(250))), &mut reports)?;
/// let receipt = book.submit(Order::new(cook, Side::Buy, 4, OrderKind::Limit(Price(300))), &mut reports)?;
/// assert_eq!(receipt.filled, Quantity(4));
/// let [Report::Fill(fill)] = reports[..] else { panic!() };
/// assert_eq!((fill.seller, fill.price), (baker, Price(250))); // the maker's price
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Kinds of orders
///
/// It takes all of [`OrderKind`]. A fill-or-kill order counts what it would fill before anything happens: orders of
/// its own trader do not count, and unless [`SelfTrade::CancelMaker`] they end what it can reach.
///
/// # Amending
///
/// [`amend`](Self::amend) gives a resting order another price or another rest. A smaller rest at the same price
/// keeps the place in the queue; anything else loses it, and a price that crosses trades at once, at the makers'
/// prices. The order keeps its id and its expiry.
///
/// # Time
///
/// The book knows a tick, which [`advance`](Self::advance) moves: an order that [expires](Order::expires) at tick t
/// is released when the book comes to t.
#[derive(Debug, Clone)]
pub struct OrderBook {
    rules: BookRules,
    now: Tick,
    slab: Slab,
    levels: Vec<Level>,
    free_levels: Vec<u32>,
    /// Of bids and of asks.
    ladders: [Ladder; 2],
    /// What rests, of bids and of asks.
    resting: [i64; 2],
    /// Which orders expire when.
    expiries: BTreeSet<(Tick, OrderId)>,
    /// When the order of a place expires, where its tag says that it does.
    expiry: Vec<Tick>,
}

/// What turns a price of a side into its key, and back, by exclusive or: bids rank from the highest.
#[inline]
pub(super) const fn mask(side: Side) -> i64 {
    match side {
        Side::Buy => -1,
        Side::Sell => 0,
    }
}

impl OrderBook {
    /// Most orders that rest at a time: 2²⁷.
    pub const ORDERS_MAX: u32 = slab::SLOTS_MAX;

    /// A book without orders, at tick 0.
    #[must_use]
    pub fn new(rules: BookRules) -> Self {
        Self {
            rules,
            now: Tick::ZERO,
            slab: Slab::new(),
            levels: Vec::new(),
            free_levels: Vec::new(),
            ladders: [Ladder::new(), Ladder::new()],
            resting: [0; 2],
            expiries: BTreeSet::new(),
            expiry: Vec::new(),
        }
    }

    /// Gives the book an order: it trades what it can, and what is left rests or is released.
    ///
    /// # Errors
    ///
    /// [`MarketError::NoQuantity`], [`MarketError::PriceOutside`], [`MarketError::ValueOverflow`],
    /// [`MarketError::SideOverflow`], [`MarketError::ExpiryPassed`], [`MarketError::ExpiryWithoutRest`],
    /// [`MarketError::WouldTake`] for a post-only order that crosses, [`MarketError::Full`].
    #[inline]
    pub fn submit(
        &mut self,
        order: Order,
        reports: &mut Vec<Report>,
    ) -> Result<Receipt, MarketError> {
        let mut taker = self.taker_of(&order)?;
        let slot = self.slab.open()?;
        if matches!(order.kind, OrderKind::FillOrKill(_)) && !self.fills_whole(&taker) {
            taker.release(Reason::Killed, reports);
        } else {
            self.take(&mut taker, reports);
        }
        match taker.limit {
            Some(price) if taker.left > 0 && order.kind.rests() => {
                self.note_flags(slot, &order);
                self.rest(slot, &taker, price);
            }
            _ => {
                taker.release(Reason::Unfilled, reports);
                self.slab.close(slot);
            }
        }
        Ok(taker.receipt())
    }

    /// Takes a resting order out of the book.
    ///
    /// # Errors
    ///
    /// [`MarketError::UnknownOrder`] for an id that was never given, [`MarketError::ClosedOrder`] if nothing of
    /// the order rests.
    #[inline]
    pub fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        let slot = self.slab.find(order)?;
        let released = self.remove(slot, Reason::Cancelled);
        reports.push(Report::Released(released));
        Ok(released)
    }

    /// Releases all orders of traders who are gone, in one pass: bids first, best price first.
    pub fn withdraw(
        &mut self,
        mut is_gone: impl FnMut(TraderId) -> bool,
        reports: &mut Vec<Report>,
    ) {
        let first = reports.len();
        self.preview_withdraw(&mut is_gone, reports);
        for report in &reports[first..] {
            if let Report::Released(released) = report {
                self.remove(slab::slot_of(released.order), Reason::Withdrawn);
            }
        }
    }

    /// Comes to a tick: orders that expire at it or before are released, by tick and id.
    ///
    /// # Errors
    ///
    /// [`MarketError::TickBackward`] if the book has come further.
    pub fn advance(&mut self, now: Tick, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        let first = reports.len();
        self.preview_advance(now, reports)?;
        self.now = now;
        for report in &reports[first..] {
            if let Report::Released(released) = report {
                self.remove(slab::slot_of(released.order), Reason::Expired);
            }
        }
        Ok(())
    }

    /// The order on its way, under the id that it will have, if nothing is wrong with it.
    #[inline]
    fn taker_of(&self, order: &Order) -> Result<Taker, MarketError> {
        order.check(self.rules.prices, self.now)?;
        let quantity = order.quantity.0;
        let limit = order.kind.limit();
        if order.kind.rests() {
            self.check_room(order.side, 0, quantity)?;
        }
        let opposite = order.side.opposite();
        let key = limit.map_or(ANY_PRICE, |price| price.0 ^ mask(opposite));
        if let OrderKind::PostOnly(price) = order.kind {
            self.check_post_only(order.side, price)?;
        }
        Ok(Taker {
            order: self.slab.next_id()?,
            trader: order.trader,
            side: order.side,
            limit,
            key,
            left: quantity,
            filled: 0,
            released: 0,
        })
    }

    /// Refuses a sum of one side's quantities beyond an `i64`, if `old` of it were replaced by `new`.
    #[inline]
    fn check_room(&self, side: Side, old: i64, new: i64) -> Result<(), MarketError> {
        match (self.resting[side as usize] - old).checked_add(new) {
            Some(_) => Ok(()),
            None => Err(MarketError::SideOverflow {
                side,
                quantity: new,
            }),
        }
    }

    /// Refuses what [`submit`](Self::submit) would refuse of limit orders that come one after the other, whatever
    /// of them trades.
    pub(crate) fn check_all<'a>(
        &self,
        orders: impl Iterator<Item = &'a Order>,
    ) -> Result<(), MarketError> {
        let (mut totals, mut count) = ([0; 2], 0_u64);
        for order in orders {
            order.check(self.rules.prices, self.now)?;
            let (side, quantity) = (order.side, order.quantity.0);
            let total: &mut i64 = &mut totals[side as usize];
            let sum = total.checked_add(quantity);
            *total = sum.ok_or(MarketError::SideOverflow { side, quantity })?;
            self.check_room(side, 0, *total)?;
            count += 1;
        }
        let orders = Self::ORDERS_MAX;
        if count > u64::from(self.slab.room()) {
            return Err(MarketError::Full { orders });
        }
        Ok(())
    }

    /// Refuses a price that crosses.
    fn check_post_only(&self, side: Side, price: Price) -> Result<(), MarketError> {
        let opposite = side.opposite();
        match self.best_price(opposite) {
            Some(best) if best.0 ^ mask(opposite) <= price.0 ^ mask(opposite) => {
                Err(MarketError::WouldTake {
                    price: price.0,
                    best: best.0,
                })
            }
            _ => Ok(()),
        }
    }
}
