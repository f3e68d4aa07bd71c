//! Markets of Oikos: prices that are found, by mechanisms that say exactly what they did.
//!
//! Traders give [`Order`]s, a mechanism answers with a [`Receipt`] and appends [`Report`]s to the caller's buffer: what
//! was filled, at what price, and what was released, why. Whoever moves money and goods needs nothing else.
//!
//! | mechanism | how prices are found |
//! |---|---|
//! | [`OrderBook`] | continuously: an order trades at once with the best that rest, at their prices |
//! | [`CallAuction`] | orders gather and clear at the one price at which most trades |
//! | [`PostedPrice`] | sellers post prices and stocks, buyers search among them |
//! | [`Bazaar`] | buyers and sellers meet in drawn pairs and split the surplus |
//! | [`Listings`] | unique things go to the highest bid, open or sealed |
//!
//! The first four share the trait [`Mechanism`], of which a model can have its own. [`Trades`] and [`Quotes`] measure
//! prices, volumes and depth; [`laspeyres`], [`paasche`], [`fisher`] and [`chained`] are index numbers.
//!
//! # Invariants
//!
//! - Prices and quantities are integers. A mechanism neither makes nor loses a unit: for every order, what came =
//!   what was filled + what rests + what was released.
//! - It holds no money and no goods, and knows no accounts: it says who owes what to whom.
//! - Nothing panics on what a caller passes. A call that returns an error has changed and reported nothing.
//! - The same calls give the same reports, on any machine and any number of threads. Chance comes from named draws
//!   that the caller passes; there is no clock, no hash map and no global state.
//! - A mechanism that is saved and loaded behaves as if it had not been, ids to come included.

mod auction;
mod bazaar;
mod book;
mod error;
mod escrow;
mod listing;
mod measures;
mod mechanism;
mod order;
mod posted;
mod report;
mod waiting;

pub use auction::{AuctionRules, CallAuction, Clearing, Rationing};
pub use bazaar::{Bazaar, BazaarRules};
pub use book::{BookLevel, BookRules, OrderBook, Resting, SelfTrade};
pub use error::MarketError;
pub use escrow::{
    Desk, EscrowError, Fees, GoodsBook, GoodsMove, GoodsRefusal, Payment, Venue, VenueRules,
};
pub use listing::{Bidding, Listing, ListingId, ListingReport, Listings};
pub use measures::{Good, Quotes, Trades, chained, fisher, laspeyres, paasche};
pub use mechanism::{Mechanism, Round};
pub use order::{Order, OrderId, OrderKind, Price, PriceRange, Side, TraderId};
pub use posted::{PostedPrice, Search};
pub use report::{Amended, Fill, Reason, Receipt, Released, Report};
