//! Markets: random scripts of orders, checkers of M1 to M16 and A1 to A9, and a naive order book.
//!
//! [`check`] holds any [`Mechanism`] to what all mechanisms promise and, by its [`Style`], to what continuous markets
//! and call auctions promise beyond that. It sees nothing but what is asked, answered and reported, and what waits.
//!
//! ```
//! use oikos_market::{PostedPrice, PriceRange, Search};
//! use oikos_testkit::{Runs, market};
//!
//! let prices = PriceRange::new(1, 100)?;
//! let done = Runs::new(20).check(&market::script(prices, 60), |script| {
//!     market::check(&mut PostedPrice::new(prices, Search::All), market::Style::Any, script)
//! })?;
//! assert!(done.events > 100, "{done}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`escrow`] and [`held_for_no_order`] look at a venue and the money that it holds (M11).
//!
//! What takes more than one run has a function of its own: [`agrees`] (M13), [`mirrors`] (M14), [`stands_alone`]
//! (M15), [`repeats`] (M16), [`ignores_arrival`] (A5), [`foresees`] (A7).

pub mod auction;
pub mod book;
mod checker;
mod continuous;
mod escrow;
mod message;
mod several;

pub use checker::{MechanismChecker, Style, check};
pub use escrow::{escrow, held_for_no_order};
pub use message::{Message, script};
pub use several::{agrees, foresees, ignores_arrival, mirrors, repeats, stands_alone};

use oikos_core::{Seed, Stream, Tick};
#[cfg(doc)]
use oikos_market::Mechanism;
use oikos_market::Round;

/// The sides, in the order of their numbers.
pub(crate) const SIDES: [oikos_market::Side; 2] =
    [oikos_market::Side::Buy, oikos_market::Side::Sell];

/// The round of a tick, with luck that is the same in all scripts.
pub(crate) fn round(tick: Tick) -> Round {
    Round {
        tick,
        draws: Stream::new(Seed(5), "testkit.market"),
    }
}
