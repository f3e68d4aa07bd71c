//! Migration: people leave for good, and people come from elsewhere, alone or as families.
//!
//! A society without a [`MigrationPlugin`] is closed: nobody comes and nobody leaves.
//!
//! Emigration is an event that hazards bring about ([`Emigration`]); the plugin's own hazard has the force that a
//! [`Migration`] says. Who leaves may take partner and minor children along. They are not dead: the lineage
//! keeps the day on which they left ([`LineageRecord::left`](crate::LineageRecord)), and they are observed until
//! then. Immigrants arrive as families ([`NewFamily`]) in a Poisson process; the lineage keeps the day on which
//! they came, and they are observed from the next one on.

mod check;
mod events;
mod families;
mod forces;
mod newcomers;
mod plugin;
mod tables;
#[cfg(test)]
mod tests;

use oikos_core::{Date, Draw};
use oikos_world::Sex;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use check::{Fault, Place, check};
pub use forces::{Emigration, EmigrationForces, TableEmigration};
pub use newcomers::{Arrivals, Couple, NewFamily, Newcomer};
pub use plugin::MigrationPlugin;
pub(crate) use tables::Parts;
pub use tables::{EmigrationGroup, FamilyShape, HeadGroup, MigrationTables};

use crate::error::FamilyError;

/// Who leaves a society, and who comes to it. Saved with the society: it belongs to the genesis.
///
/// [`MigrationTables`] is one that is read from files; a model of a user's own implements these four functions.
/// They must depend on nothing but their arguments and on what is saved of `self`.
pub trait Migration: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name, for the fingerprint of the build.
    const NAME: &'static str;

    /// Emigrations per person and year that somebody of a sex and a completed age decides on, in a calendar
    /// year. Those who are taken along come on top. From 0 to 16,777,215.
    fn emigration(&self, sex: Sex, age: u32, year: i32) -> f64;

    /// The chance, 0 to 1, that somebody who emigrates takes partner and minor children along. Minor children
    /// of whom no other parent stays go along in any case.
    fn with_family(&self, sex: Sex, age: u32, year: i32) -> f64;

    /// The families, people who come alone included, that are expected to arrive in a calendar year. From 0 to
    /// 10⁹.
    fn families_per_year(&self, year: i32) -> f64;

    /// A family that arrives today: everybody in it was born before today.
    ///
    /// # Errors
    /// [`FamilyError`] where no family can be drawn; the tick then fails.
    fn family(&self, today: Date, draw: &mut Draw) -> Result<NewFamily, FamilyError>;
}
