//! Markets of Oikos: prices that are found, by mechanisms that say exactly what they did.

mod book;
mod error;
mod order;
mod report;

pub use book::{BookLevel, BookRules, OrderBook, Resting, SelfTrade};
pub use error::MarketError;
pub use order::{Order, OrderId, OrderKind, Price, PriceRange, Side, TraderId};
pub use report::{Amended, Fill, Reason, Receipt, Released, Report};
