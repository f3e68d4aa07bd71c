//! What all mechanisms have in common.

use oikos_core::{Stream, Tick};

use crate::{MarketError, Order, OrderBook, OrderId, Receipt, Released, Report, TraderId};

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
/// ```
/// use oikos_market::{MarketError, Mechanism, Order, OrderId, Receipt, Released, Report, Round, TraderId};
///
/// /// A shop that is closed: nothing is taken, nothing trades.
/// struct Closed;
///
/// impl Mechanism for Closed {
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
}

impl Mechanism for OrderBook {
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
}
