//! What is measured of markets.

mod index;
#[cfg(test)]
mod tests;
mod trades;

pub use index::{Good, chained, fisher, laspeyres, paasche};
pub use trades::{Quotes, Trades};
