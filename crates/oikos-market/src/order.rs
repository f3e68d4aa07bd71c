//! What traders ask for.

use core::fmt;

use oikos_core::{Quantity, Tick, id_type};
use serde::{Deserialize, Serialize};

use crate::MarketError;

id_type! {
    /// Whoever has orders and is bound by their fills: a person, a firm, a state. The caller gives it.
    pub struct TraderId: "trader";
    /// An order of one mechanism, given by the mechanism and never given again.
    ///
    /// In an [`OrderBook`](crate::OrderBook) the lower 27 bits are the place in the book and the upper 26 count
    /// how often that place was used, so that an id leads to its order without a search.
    pub struct OrderId: "order";
}

/// A price in ticks: minor units of the currency for one unit of the good. It may be negative where the
/// mechanism's [`PriceRange`] says so, as prices of electricity and of waste are.
#[derive(
    Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Price(pub i64);

impl fmt::Display for Price {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// The prices that a mechanism takes, both ends included.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(Price, Price)", into = "(Price, Price)")]
pub struct PriceRange {
    lowest: Price,
    highest: Price,
}

impl PriceRange {
    /// No price is larger in size: 2⁶² − 1, so that sums of two prices fit.
    pub const SIZE_MAX: i64 = (1 << 62) - 1;

    /// The prices from `lowest` to `highest`.
    ///
    /// # Errors
    ///
    /// [`MarketError::NoPrices`] if there is none between them, or one is larger in size than
    /// [`SIZE_MAX`](Self::SIZE_MAX).
    pub fn new(lowest: i64, highest: i64) -> Result<Self, MarketError> {
        if lowest > highest || lowest < -Self::SIZE_MAX || highest > Self::SIZE_MAX {
            return Err(MarketError::NoPrices { lowest, highest });
        }
        Ok(Self {
            lowest: Price(lowest),
            highest: Price(highest),
        })
    }

    /// The lowest price.
    #[must_use]
    pub const fn lowest(self) -> Price {
        self.lowest
    }

    /// The highest price.
    #[must_use]
    pub const fn highest(self) -> Price {
        self.highest
    }

    /// Whether the price is one of them.
    #[must_use]
    #[inline]
    pub const fn contains(self, price: Price) -> bool {
        self.lowest.0 <= price.0 && price.0 <= self.highest.0
    }

    /// The price as given, if it is one of them.
    pub(crate) const fn check(self, price: Price) -> Result<Price, MarketError> {
        if self.contains(price) {
            return Ok(price);
        }
        Err(MarketError::PriceOutside {
            price: price.0,
            lowest: self.lowest.0,
            highest: self.highest.0,
        })
    }
}

impl TryFrom<(Price, Price)> for PriceRange {
    type Error = MarketError;

    fn try_from((lowest, highest): (Price, Price)) -> Result<Self, MarketError> {
        Self::new(lowest.0, highest.0)
    }
}

impl From<PriceRange> for (Price, Price) {
    fn from(range: PriceRange) -> Self {
        (range.lowest, range.highest)
    }
}

/// Which way an order goes.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    /// To buy.
    Buy,
    /// To sell.
    Sell,
}

impl Side {
    /// The other side.
    #[must_use]
    #[inline]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }
}

/// At what price, and what becomes of what does not trade at once.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OrderKind {
    /// At this price or better; what does not trade rests.
    Limit(Price),
    /// At whatever price there is; what does not trade is released.
    Market,
    /// At this price or better; what does not trade at once is released (IOC).
    ImmediateOrCancel(Price),
    /// At this price or better; all of it at once, or nothing at all (FOK).
    FillOrKill(Price),
    /// At this price, as a maker only: refused if it would trade at once.
    PostOnly(Price),
}

impl OrderKind {
    /// The worst price that the order trades at; a market order has none.
    #[must_use]
    pub const fn limit(self) -> Option<Price> {
        match self {
            Self::Limit(price)
            | Self::ImmediateOrCancel(price)
            | Self::FillOrKill(price)
            | Self::PostOnly(price) => Some(price),
            Self::Market => None,
        }
    }

    /// Whether what does not trade at once waits for others.
    #[must_use]
    pub const fn rests(self) -> bool {
        matches!(self, Self::Limit(_) | Self::PostOnly(_))
    }
}

/// An order as a trader gives it. All mechanisms take it; which kinds each takes, its page says.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Order {
    /// Whose it is.
    pub trader: TraderId,
    /// To buy or to sell.
    pub side: Side,
    /// How much, at least 1.
    pub quantity: Quantity,
    /// At what price, and what becomes of the rest.
    pub kind: OrderKind,
    /// The first tick at which it stands no more; without one it stands until it is filled or cancelled.
    pub expires: Option<Tick>,
}

impl Order {
    /// An order that does not expire.
    #[must_use]
    pub const fn new(trader: TraderId, side: Side, quantity: i64, kind: OrderKind) -> Self {
        Self {
            trader,
            side,
            quantity: Quantity(quantity),
            kind,
            expires: None,
        }
    }

    /// The same order, which stands no more from this tick on.
    #[must_use]
    pub const fn until(mut self, tick: Tick) -> Self {
        self.expires = Some(tick);
        self
    }

    /// Refuses what no mechanism takes: no quantity, a price out of range, a value beyond an `i64`, an expiry
    /// that has passed or that an order has which never rests.
    pub(crate) fn check(&self, prices: PriceRange, now: Tick) -> Result<(), MarketError> {
        let quantity = self.quantity.0;
        if quantity <= 0 {
            return Err(MarketError::NoQuantity { quantity });
        }
        if let Some(price) = self.kind.limit() {
            check_value(prices.check(price)?, quantity)?;
        }
        match self.expires {
            Some(_) if !self.kind.rests() => Err(MarketError::ExpiryWithoutRest),
            Some(expires) if expires <= now => Err(MarketError::ExpiryPassed {
                expires: expires.index(),
                now: now.index(),
            }),
            _ => Ok(()),
        }
    }
}

/// Refuses a value of money beyond an `i64`.
#[inline]
pub(crate) const fn check_value(price: Price, quantity: i64) -> Result<(), MarketError> {
    match price.0.checked_mul(quantity) {
        Some(_) => Ok(()),
        None => Err(MarketError::ValueOverflow {
            price: price.0,
            quantity,
        }),
    }
}
