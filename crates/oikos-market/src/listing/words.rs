//! What is offered, how it is bid for, and what came of it.

use oikos_core::Tick;
use serde::{Deserialize, Serialize};

use crate::{ListingId, Price, Reason, TraderId};

/// How bids are made, and what the winner pays. The highest bid wins; of equal ones the first.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Bidding {
    /// Openly: each bid is above the last by at least the increment, and releases it. The winner pays their bid.
    English {
        /// The least step, at least 1.
        increment: i64,
    },
    /// In secret, once each; the winner pays their bid.
    SealedFirstPrice,
    /// In secret, once each; the winner pays the second bid, or the reserve (W. Vickrey, Journal of Finance 16, 1961).
    SealedSecondPrice,
}

/// What is offered.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listing {
    /// Who sells.
    pub seller: TraderId,
    /// The number of the thing, such as that of its title.
    pub thing: u64,
    /// The least bid that is taken.
    pub reserve: Price,
    /// How bids are made.
    pub bidding: Bidding,
    /// The tick at which the highest bid wins.
    pub closes: Tick,
}

/// What happened to a listing or a bid.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ListingReport {
    /// The buyer pays the price and has the thing. Of the buyer's bid, what is above the price is free again.
    Sold {
        /// The listing.
        listing: ListingId,
        /// The thing.
        thing: u64,
        /// Who sold it.
        seller: TraderId,
        /// Who has it now.
        buyer: TraderId,
        /// What the buyer pays.
        price: Price,
        /// What the buyer bid, at least the price.
        bid: Price,
    },
    /// A bid did not win, or its bidder or listing is gone: what was held for it is free again.
    BidReleased {
        /// The listing.
        listing: ListingId,
        /// Whose the bid was.
        bidder: TraderId,
        /// The bid.
        bid: Price,
        /// Why: `SelfTrade` does not occur.
        reason: Reason,
    },
    /// Nobody gets the thing: it is the seller's again.
    Returned {
        /// The listing.
        listing: ListingId,
        /// The thing.
        thing: u64,
        /// Whose it is.
        seller: TraderId,
        /// Why: `Expired` if nobody bid.
        reason: Reason,
    },
}
