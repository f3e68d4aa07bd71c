//! The goods of a venue, as their book has to treat them.

use oikos_ledger::{GoodsRefusal, Owner};
use serde::{Deserialize, Serialize};

use super::EscrowError;
use crate::{OrderId, TraderId};

/// One thing that happens to goods of a venue. Quantities are at least 1.
///
/// Of what a trader has, some may be reserved: it stands ready to be delivered, and its owner can use it for
/// nothing else.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GoodsStep {
    /// Set goods of a trader aside, besides those that are reserved for the order already.
    Reserve {
        /// The order to sell that they are for.
        order: OrderId,
        /// Whose they are.
        trader: TraderId,
        /// How many units.
        quantity: i64,
    },
    /// Give reserved goods to a buyer, who can use them at once.
    Deliver {
        /// The order to sell that they are reserved for.
        order: OrderId,
        /// Whose reserved goods they are.
        seller: TraderId,
        /// Who gets them.
        buyer: TraderId,
        /// How many units.
        quantity: i64,
    },
    /// Let a trader use reserved goods again.
    Release {
        /// The order to sell that they are reserved for.
        order: OrderId,
        /// Whose they are.
        trader: TraderId,
        /// How many units.
        quantity: i64,
    },
}

/// Why goods cannot be moved. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GoodsError {
    /// A trader of whom the book of goods has never heard.
    #[error("{trader} has no place for goods: open one first")]
    Unknown {
        /// The trader.
        trader: TraderId,
    },
    /// A trader of whom the book of goods has heard otherwise.
    #[error("{trader} sells from the stock of {owner} already: a trader keeps one")]
    OpenAlready {
        /// The trader.
        trader: TraderId,
        /// Whose stock it is.
        owner: Owner,
    },
    /// There is not as much to reserve.
    #[error("{trader} has {free} units to spare and cannot reserve {asked}: offer fewer")]
    Short {
        /// The trader.
        trader: TraderId,
        /// What is neither reserved nor gone.
        free: i64,
        /// What was to be reserved.
        asked: i64,
    },
    /// Less is reserved than is to be delivered or released.
    #[error(
        "{trader} has {reserved} units reserved for {order}, not {asked}: somebody but the venue moved them"
    )]
    NotReserved {
        /// The order that they are for.
        order: OrderId,
        /// The trader.
        trader: TraderId,
        /// What is reserved.
        reserved: i64,
        /// What was to be delivered or released.
        asked: i64,
    },
    /// An inventory refuses to move goods for an order.
    #[error("the goods for {order} do not move: {refusal}")]
    Refused {
        /// The order to sell.
        order: OrderId,
        /// What the inventory says.
        refusal: GoodsRefusal,
    },
    /// A trader would have more than an `i64` counts.
    #[error("{trader} has no room for {quantity} more units: use larger units")]
    Overflow {
        /// The trader.
        trader: TraderId,
        /// The units that have no room.
        quantity: i64,
    },
}

/// A book in which goods of one kind move: what an inventory is to a [`Venue`](super::Venue).
pub trait GoodsBook {
    /// Carries out the steps in their order, each seeing what those before it did, and then pays. If a step is
    /// refused, `pay` is not called; if a step is refused or `pay` fails, all is as it was before.
    ///
    /// This is how goods and money change hands together or not at all.
    ///
    /// # Errors
    ///
    /// [`EscrowError::Goods`] if a step is refused, or the error of `pay`.
    fn settle(
        &mut self,
        steps: &[GoodsStep],
        pay: &mut dyn FnMut() -> Result<(), EscrowError>,
    ) -> Result<(), EscrowError>;
}
