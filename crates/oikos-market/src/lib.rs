//! Markets of Oikos: prices that are found, by mechanisms that say exactly what they did.
//!
//! Traders give [`Order`]s, a mechanism answers with a [`Receipt`] and appends [`Report`]s to the caller's buffer: what
//! was filled, at what price, and what was released, why. Whoever moves money and goods needs nothing else.
//! A [`Venue`] moves them for any mechanism.
//!
//! | mechanism | how prices are found |
//! |---|---|
//! | [`OrderBook`] | continuously: an order trades at once with the best that rest, at their prices |
//! | [`CallAuction`] | orders gather and clear at the one price at which most trades |
//! | [`PostedPrice`] | sellers post prices and stocks, buyers search among them |
//! | [`Bazaar`] | buyers and sellers meet in drawn pairs and split the surplus |
//! | [`Listings`] | unique things go to the highest bid, open or sealed |
//!
//! | settlement | of what |
//! |---|---|
//! | [`Venue`] | any [`Mechanism`], in the money of an `oikos_ledger::Ledger` and the goods of a [`GoodsBook`] |
//! | [`Stall`] | the goods of a venue, in an `oikos_ledger::Inventory` |
//! | [`Saleroom`] | [`Listings`] of things in the register `oikos_ledger::Titles` |
//! | [`withdraw_everywhere`] | who is gone leaves all markets |
//!
//! Orders are covered when they come, trades are delivery versus payment, and what is no longer needed is released at
//! once.
//!
//! The first four share the trait [`Mechanism`], of which a model can have its own; [`Waiting`] and [`gathers!`] are
//! most of one that clears once in a tick. [`Trades`] and [`Quotes`] measure prices, volumes and depth; [`laspeyres`],
//! [`paasche`], [`fisher`] and [`chained`] are index numbers.
//!
//! # Invariants
//!
//! - Prices and quantities are integers. A mechanism neither makes nor loses a unit: for every order, what came =
//!   what was filled + what rests + what was released.
//! - A mechanism holds no money and no goods, and knows no accounts: it says who owes what to whom.
//! - A venue has none either: money is held in the ledger, on the purse of whoever it belongs to, and goods are
//!   reserved in their book. Of both, all that a message does happens, or nothing. What a mechanism reports is held to
//!   the promises of [`Mechanism`] before anything is settled.
//! - Nothing panics on what a caller passes. A call that returns an error has changed and reported nothing.
//! - The same calls give the same reports, on any machine and any number of threads. Chance comes from named draws
//!   that the caller passes; there is no clock and no global state, and nothing depends on the order of
//!   a table.
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
    Books, Breach, Covered, Departures, Desk, Escrow, EscrowError, Fees, GoodsBook, GoodsError,
    GoodsMarket, GoodsStep, Lot, Payment, Saleroom, Stall, StallDesk, TitleDesk, Venue, VenueRules,
    withdraw_everywhere,
};
pub use listing::{Bidding, Listing, ListingId, ListingReport, Listings};
pub use measures::{Good, Quotes, Trades, chained, fisher, laspeyres, paasche};
pub use mechanism::{Mechanism, Round};
pub use order::{Order, OrderId, OrderKind, Price, PriceRange, Side, TraderId};
pub use posted::{PostedPrice, Search};
pub use report::{Amended, Fill, Reason, Receipt, Released, Report};
pub use waiting::{Waiter, Waiting};
