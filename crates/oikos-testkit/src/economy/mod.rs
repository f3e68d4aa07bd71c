//! A small economy: people, firms and a state with purses, bread that is baked, sold at a market and eaten, and periods
//! with statements. Strategy and checker in one: [`check`] goes through a script with the market mechanism that it is
//! given, and holds the books to L1 to L5, L11, L12, L15, S1 to S9, M11 and M12 after each deed or period.
//!
//! ```
//! use oikos_market::{PostedPrice, PriceRange, Search};
//! use oikos_testkit::{Runs, economy};
//!
//! let prices = PriceRange::new(1, 100)?;
//! let done = Runs::new(5).check_script(&economy::script(60), |script| {
//!     economy::check(PostedPrice::new(prices, Search::All), script)
//! })?;
//! assert!(done.events > 50, "{done}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![expect(
    clippy::unwrap_used,
    reason = "the economy declares and opens what it then uses, within all limits"
)]

mod begin;
mod deed;
mod look;
mod world;

pub use self::deed::{Deed, FIRMS, PEOPLE, Payment, script};
pub use self::world::Economy;

use oikos_market::Mechanism;

use crate::invariant::Broken;

/// Goes through a script with an economy whose market has this mechanism, which has no orders yet. Returns the number
/// of deeds.
///
/// # Errors
/// [`Broken`], with the deed.
pub fn check<M: Mechanism + Clone>(mechanism: M, script: &[Deed]) -> Result<u64, Broken> {
    let mut economy = Economy::new(mechanism);
    for deed in script {
        economy.act(deed).map_err(|broken| Broken {
            problem: format!("{} after {deed:?}", broken.problem),
            ..broken
        })?;
    }
    economy.act(&Deed::Close { price: 1 })?;
    Ok(script.len() as u64)
}
