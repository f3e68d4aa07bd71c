//! Homes: which families live together, who leaves home when, and who takes care of children without parents.
//!
//! Couples move together and part, the young leave home and come back, who would live alone may share a household,
//! and children live with a parent or a guardian.
//! [`HomesPlugin`] asks for moves in [`Phase::Live`](oikos_engine::Phase::Live), after unions have been formed and
//! ended, and answers to deaths and moves after [`MoveStep`](oikos_world::MoveStep). What it does in a tick
//! is in proportion to what happens in it, not to how many people there are.

mod care;
mod check;
mod forces;
mod founding;
mod guardians;
mod kinsfolk;
mod leaving;
mod moving;
mod open;
mod parental;
mod plugin;
mod returning;
mod share;
mod sharer;
mod sharing;
mod start;
#[cfg(test)]
mod tests;

use oikos_engine::Attribute;

pub use forces::HomeForces;
pub use founding::{FoundHomes, found_homes};
pub use guardians::{Guardian, guardian};
pub use leaving::{Independence, LeavingForce, LeavingHome};
pub use plugin::HomesPlugin;
pub use returning::{Homecoming, RETURN_AGE_END, ReturningForce, ReturningHome};
pub use sharer::Sharer;
pub use sharing::{FLAT_MAX, SharingChances};
pub(crate) use start::{mark_sharers, share_at_start};

/// Age from which people are of age and may leave home alone, years.
pub const ADULT_AGE: u32 = 18;

/// Whether somebody lives in the household of a parent or guardian as a child of theirs: because they grew up there,
/// or because they came back after they had left.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq)]
#[attribute(name = "family.parental-home", newborn = ParentalHome(true))]
pub struct ParentalHome(pub bool);
