//! What is measured of markets.

mod index;
mod trades;

pub use index::{Good, chained, fisher, laspeyres, paasche};
pub use trades::{Quotes, Trades};
