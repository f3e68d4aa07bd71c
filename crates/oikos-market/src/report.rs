//! What a mechanism did, in the words that money and goods are moved by.

use oikos_core::Quantity;
use serde::{Deserialize, Serialize};

use crate::{OrderId, Price, Side, TraderId};

/// One thing that a mechanism did. Mechanisms append reports to the caller's buffer in the order of events.
///
/// Whoever settles needs nothing else: what a resting order holds changes only by a report that names it, and
/// what an order was when it was given, its [`Receipt`] accounts for.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Report {
    /// Two orders traded.
    Fill(Fill),
    /// A resting order has another price or quantity. Fills of the new order follow.
    Amended(Amended),
    /// Quantity of an order will not trade: what was held for it is free again.
    Released(Released),
}

/// A trade: the seller gives the quantity, the buyer pays price × quantity, which fits an `i64`.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fill {
    /// The order to buy.
    pub buy: OrderId,
    /// The order to sell.
    pub sell: OrderId,
    /// Whose the order to buy is.
    pub buyer: TraderId,
    /// Whose the order to sell is.
    pub seller: TraderId,
    /// The price of one unit.
    pub price: Price,
    /// How many units, at least 1.
    pub quantity: Quantity,
    /// The side that came to a resting order and traded at its price; nobody where all trade at one price.
    pub taker: Option<Side>,
}

impl Fill {
    /// What the buyer pays, in ticks times units.
    #[must_use]
    pub const fn value(&self) -> i64 {
        // Mechanisms admit no order whose value overflows, and no fill is worse than its limits.
        self.price.0.wrapping_mul(self.quantity.0)
    }

    /// The order of this side.
    #[must_use]
    pub const fn order(&self, side: Side) -> OrderId {
        match side {
            Side::Buy => self.buy,
            Side::Sell => self.sell,
        }
    }
}

/// A change of a resting order by its trader.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amended {
    /// The order, which keeps its id.
    pub order: OrderId,
    /// Whose it is.
    pub trader: TraderId,
    /// To buy or to sell.
    pub side: Side,
    /// Its price before.
    pub from_price: Price,
    /// What was left of it before.
    pub from_quantity: Quantity,
    /// Its price now.
    pub price: Price,
    /// What is left of it now, before any fills that follow.
    pub quantity: Quantity,
}

/// Quantity of an order that will not trade.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Released {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub trader: TraderId,
    /// To buy or to sell.
    pub side: Side,
    /// Its limit; none for a market order.
    pub price: Option<Price>,
    /// How much is released, at least 1. The order may still have a rest after a self-trade was prevented.
    pub quantity: Quantity,
    /// Why.
    pub reason: Reason,
}

/// Why quantity is released.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// Its trader cancelled the order.
    Cancelled,
    /// The order's time has passed.
    Expired,
    /// It would have traded with an order of the same trader.
    SelfTrade,
    /// There was nobody to trade with, and the order does not rest.
    Unfilled,
    /// Not all of it could be filled at once, as a fill-or-kill order asks.
    Killed,
    /// Its trader is gone.
    Withdrawn,
    /// What was sold could not be handed over: the seller no longer has it, or it may not move.
    Undelivered,
}

/// What became of an order when it was given or amended:
/// its quantity = `filled` + `resting` + `released`.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Receipt {
    /// The order.
    pub order: OrderId,
    /// What traded.
    pub filled: Quantity,
    /// What waits in the mechanism.
    pub resting: Quantity,
    /// What will not trade.
    pub released: Quantity,
}
