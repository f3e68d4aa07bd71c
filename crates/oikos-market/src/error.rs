//! What can go wrong in this crate.

use crate::{OrderId, Side};

/// An error of `oikos-market`: what is wrong, and what to do about it.
///
/// Every function that returns one leaves the mechanism and the reports as they were.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MarketError {
    /// A range of prices holds none, or larger ones than there may be.
    #[error(
        "no prices lie from {lowest} to {highest}: give the lowest first, both below 2^62 in size"
    )]
    NoPrices {
        /// The lowest price.
        lowest: i64,
        /// The highest price.
        highest: i64,
    },
    /// A price that the mechanism does not take.
    #[error(
        "the price {price} is outside {lowest} to {highest}: give one of them, or widen the range"
    )]
    PriceOutside {
        /// The price.
        price: i64,
        /// The lowest price that is taken.
        lowest: i64,
        /// The highest price that is taken.
        highest: i64,
    },
    /// A quantity below 1.
    #[error("the quantity {quantity} is not positive: give at least 1, or cancel the order")]
    NoQuantity {
        /// The quantity.
        quantity: i64,
    },
    /// Price times quantity is no `i64`.
    #[error("{quantity} units at {price} are worth more than 2^63: split the order")]
    ValueOverflow {
        /// The price.
        price: i64,
        /// The quantity.
        quantity: i64,
    },
    /// The quantities of one side sum to more than an `i64`.
    #[error(
        "{quantity} more units would make the {side:?} side exceed 2^63 units: use larger units"
    )]
    SideOverflow {
        /// The side.
        side: Side,
        /// The quantity that has no room.
        quantity: i64,
    },
    /// No more orders fit.
    #[error("{orders} orders are all that a mechanism holds: cancel some, or let them expire")]
    Full {
        /// How many orders there can be.
        orders: u32,
    },
    /// An order that was never given.
    #[error("{order} was never given to this mechanism: use the id that its receipt has")]
    UnknownOrder {
        /// The id.
        order: OrderId,
    },
    /// An order of which nothing is left.
    #[error("{order} is closed: it was filled, cancelled, expired or never rested")]
    ClosedOrder {
        /// The id.
        order: OrderId,
    },
    /// A trade that is not between an order to buy and one to sell, or of more than is left of them.
    #[error(
        "no trade of {quantity} units: give a quantity of at least 1 and at most what is left of both orders, and \
         the places of an order to buy and of one to sell"
    )]
    NoTrade {
        /// The quantity.
        quantity: i64,
    },
    /// A post-only order that would trade at once.
    #[error(
        "a post-only order at {price} would trade with {best}: give a price that does not cross"
    )]
    WouldTake {
        /// The price of the order.
        price: i64,
        /// The best price of the other side.
        best: i64,
    },
    /// An order that never rests has an expiry.
    #[error("only limit and post-only orders rest and expire: leave the expiry out")]
    ExpiryWithoutRest,
    /// An order's time has passed already.
    #[error("an order that ends at tick {expires} is over at tick {now}: give a later tick")]
    ExpiryPassed {
        /// The first tick at which the order stands no more.
        expires: u32,
        /// The mechanism's tick.
        now: u32,
    },
    /// A mechanism was taken back in time.
    #[error("tick {given} is before tick {now}, to which the mechanism has come: go forward only")]
    TickBackward {
        /// The tick that was given.
        given: u32,
        /// The mechanism's tick.
        now: u32,
    },
    /// A kind of order that the mechanism does not take.
    #[error("{mechanism} does not take an order like this: {problem}")]
    Unsupported {
        /// The mechanism.
        mechanism: &'static str,
        /// Which it takes.
        problem: &'static str,
    },
    /// A share of a surplus is none.
    #[error("{share} is no share of a surplus: give a fraction from 0 to 1")]
    Share {
        /// The share.
        share: oikos_core::Ratio,
    },
    /// A listing that was never made, or is closed.
    #[error("{listing} is not open: it was sold, withdrawn, or never made")]
    NoListing {
        /// The listing.
        listing: crate::ListingId,
    },
    /// A thing is listed twice.
    #[error("thing {thing} is listed as {listing} already: withdraw that first")]
    ListedAlready {
        /// The thing.
        thing: u64,
        /// Its listing.
        listing: crate::ListingId,
    },
    /// A bid that cannot win.
    #[error("a bid of {price} on {listing} is too low: bid at least {least}")]
    BidTooLow {
        /// The listing.
        listing: crate::ListingId,
        /// The bid.
        price: i64,
        /// The least bid that is taken.
        least: i64,
    },
    /// A bid by somebody who cannot bid.
    #[error("{trader} cannot bid on {listing}: {problem}")]
    Bidder {
        /// The listing.
        listing: crate::ListingId,
        /// Whoever bid.
        trader: crate::TraderId,
        /// Why not.
        problem: &'static str,
    },
    /// Two baskets do not have the same goods.
    #[error("{base} goods in one basket, {current} in the other: give both periods the same goods")]
    Baskets {
        /// Goods of the base period.
        base: usize,
        /// Goods of the current period.
        current: usize,
    },
    /// A basket is worth nothing, or has a negative price or quantity.
    #[error(
        "a basket has {problem}: an index needs prices and quantities from 0 and a positive value"
    )]
    Basket {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A stored mechanism contradicts itself.
    #[error("the stored {mechanism} cannot be read back: {problem}; take an unaltered save")]
    Saved {
        /// The mechanism.
        mechanism: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A mechanism's state contradicts itself, which is a fault of this crate.
    #[error("the {mechanism} contradicts itself: {problem}; report this")]
    Broken {
        /// The mechanism.
        mechanism: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// A number that no value of the kernel holds.
    #[error(transparent)]
    Core(#[from] oikos_core::CoreError),
}
