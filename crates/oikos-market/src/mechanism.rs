//! What all mechanisms have in common.

use oikos_core::{Stream, Tick};

use crate::{
    MarketError, Order, OrderBook, OrderId, OrderKind, PriceRange, Receipt, Released, Report, Side,
    TraderId,
};

/// When a mechanism clears, and the luck it clears with.
#[derive(Debug, Copy, Clone, PartialEq)]
pub struct Round {
    /// The tick.
    pub tick: Tick,
    /// The draws of this market, such as `Stream::new(seed, "market.bread")`. What is drawn depends on the trader
    /// and the tick; markets that are to have luck of their own have streams of their own.
    pub draws: Stream,
}

/// A way in which buyers and sellers come together.
///
/// Orders are given by [`submit`](Self::submit) and wait or trade; [`clear`](Self::clear) is called once in a tick.
/// Whoever settles listens to the reports, in which all that happens is.
///
/// # A mechanism of your own
///
/// Keep what is left of each order, and promise what all others promise:
///
/// - A call that returns an error has changed nothing and reported nothing.
/// - Ids are given by `submit`, each once. Whoever settles takes hold of what an order may cost when it is given:
///   limit × quantity from a buyer, the quantity from a seller.
/// - What is taken from an order is reported: a [`Fill`](crate::Fill) of at least 1 at a price within both limits, or
///   a [`Released`]. For each order, what came = what was filled + what rests + what was released.
/// - A receipt says what became of the order by the time `submit` returns.
/// - Orders that [expire](Order::expires) at the tick of `clear` or before are released before anything trades.
/// - The same calls give the same reports: chance comes from [`Round::draws`] and a trader's own number alone, not
///   from who came first.
///
/// A [`Venue`](crate::Venue) settles what it does in money and goods, and holds it to the promises about trades.
///
/// ```
/// use oikos_market::{
///     MarketError, Mechanism, Order, OrderId, PriceRange, Receipt, Released, Report, Round, TraderId,
/// };
///
/// /// A shop that is closed: nothing is taken, nothing trades.
/// #[derive(Clone)]
/// struct Closed(PriceRange);
///
/// impl Mechanism for Closed {
///     fn prices(&self) -> PriceRange {
///         self.0
///     }
///     fn outstanding(&self) -> Vec<(OrderId, Order)> {
///         Vec::new()
///     }
///     fn submit(&mut self, _: Order, _: &mut Vec<Report>) -> Result<Receipt, MarketError> {
///         Err(MarketError::Unsupported { mechanism: "a closed shop", problem: "come back later" })
///     }
///     fn cancel(&mut self, order: OrderId, _: &mut Vec<Report>) -> Result<Released, MarketError> {
///         Err(MarketError::UnknownOrder { order })
///     }
///     fn withdraw(&mut self, _: &mut dyn FnMut(TraderId) -> bool, _: &mut Vec<Report>) {}
///     fn clear(&mut self, _: Round, _: &mut Vec<Report>) -> Result<(), MarketError> {
///         Ok(())
///     }
/// }
/// ```
pub trait Mechanism {
    /// The prices that it takes, and at which it trades.
    fn prices(&self) -> PriceRange;

    /// All orders that wait, with what is left of them, in whatever order.
    fn outstanding(&self) -> Vec<(OrderId, Order)>;

    /// Gives the mechanism an order.
    ///
    /// # Errors
    ///
    /// What is wrong with the order.
    fn submit(&mut self, order: Order, reports: &mut Vec<Report>) -> Result<Receipt, MarketError>;

    /// Takes an order out, all that is left of it.
    ///
    /// # Errors
    ///
    /// [`MarketError::UnknownOrder`] or [`MarketError::ClosedOrder`].
    fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError>;

    /// Releases all orders of traders who are gone: who died, or went bankrupt.
    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, reports: &mut Vec<Report>);

    /// Comes to a tick: releases what expires, and lets trade what waited for it.
    ///
    /// # Errors
    ///
    /// [`MarketError::TickBackward`].
    fn clear(&mut self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError>;

    /// What [`submit`](Self::submit) would answer and report if it were called next, without doing it.
    ///
    /// This and the other previews try it out on a copy. A mechanism that is dear to copy can say it in another way,
    /// which has to come to the same.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    fn preview(&self, order: &Order, reports: &mut Vec<Report>) -> Result<Receipt, MarketError>
    where
        Self: Clone,
    {
        self.clone().submit(*order, reports)
    }

    /// What [`cancel`](Self::cancel) would answer and report.
    ///
    /// # Errors
    ///
    /// As [`cancel`](Self::cancel).
    fn preview_cancel(
        &self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError>
    where
        Self: Clone,
    {
        self.clone().cancel(order, reports)
    }

    /// What [`withdraw`](Self::withdraw) would report.
    fn preview_withdraw(&self, is_gone: &mut dyn FnMut(TraderId) -> bool, reports: &mut Vec<Report>)
    where
        Self: Clone,
    {
        self.clone().withdraw(is_gone, reports);
    }

    /// What [`clear`](Self::clear) would report.
    ///
    /// # Errors
    ///
    /// As [`clear`](Self::clear).
    fn preview_clear(&self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError>
    where
        Self: Clone,
    {
        self.clone().clear(round, reports)
    }
}

impl Mechanism for OrderBook {
    fn prices(&self) -> PriceRange {
        self.rules().prices
    }

    fn outstanding(&self) -> Vec<(OrderId, Order)> {
        let both = self.orders(Side::Buy).chain(self.orders(Side::Sell));
        let order = |resting: crate::Resting| Order {
            trader: resting.trader,
            side: resting.side,
            quantity: resting.quantity,
            kind: if resting.post_only {
                OrderKind::PostOnly(resting.price)
            } else {
                OrderKind::Limit(resting.price)
            },
            expires: resting.expires,
        };
        both.map(|resting| (resting.order, order(resting)))
            .collect()
    }

    fn submit(&mut self, order: Order, reports: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        self.submit(order, reports)
    }

    fn cancel(
        &mut self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        self.cancel(order, reports)
    }

    fn withdraw(&mut self, is_gone: &mut dyn FnMut(TraderId) -> bool, reports: &mut Vec<Report>) {
        self.withdraw(is_gone, reports);
    }

    /// Orders traded when they came: what is left to do is to release what expires.
    fn clear(&mut self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        self.advance(round.tick, reports)
    }

    fn preview(&self, order: &Order, reports: &mut Vec<Report>) -> Result<Receipt, MarketError> {
        self.preview(order, reports)
    }

    fn preview_cancel(
        &self,
        order: OrderId,
        reports: &mut Vec<Report>,
    ) -> Result<Released, MarketError> {
        self.preview_cancel(order, reports)
    }

    fn preview_withdraw(
        &self,
        is_gone: &mut dyn FnMut(TraderId) -> bool,
        reports: &mut Vec<Report>,
    ) {
        self.preview_withdraw(is_gone, reports);
    }

    fn preview_clear(&self, round: Round, reports: &mut Vec<Report>) -> Result<(), MarketError> {
        self.preview_advance(round.tick, reports)
    }
}
