//! Checks that a plugin keeps the promises of Oikos, for the tests of whoever writes one.
//!
//! [`Contract`] runs a society twice, on several threads, with its rows shuffled, saved and loaded at every
//! tick, and with its snapshot tampered with; where histories part, it names the system:
//!
//! ```
//! use oikos_core::Seed;
//! use oikos_engine::{AppExt, Attribute, Phase, Rows, Society, Tick, found, kind};
//! use oikos_testkit::Contract;
//! # use bevy_app::App;
//! # use bevy_ecs::prelude::*;
//! kind! {
//!     /// A tree.
//!     pub Tree, TreeId = "tree";
//! }
//! #[derive(Attribute, Clone, Copy, Default)]
//! #[attribute(kind = Tree)]
//! struct Height(u32);
//!
//! fn grow(mut trees: Rows<&mut Height>) {
//!     trees.par_for_each(|_, height| height.0 += 1);
//! }
//! fn wood(app: &mut App) {
//!     app.kind::<Tree>().attribute::<Height>().add_systems(Tick, grow.in_set(Phase::Act));
//! }
//! fn trees(world: &mut World) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//!     found::<Tree>(world, (0..9_u64).collect::<Vec<_>>().into_iter())?;
//!     Ok(())
//! }
//!
//! Contract::of(|| Society::builder(Seed(1)).add_plugins(wood).populate(trees)).ticks(8).assert();
//! ```
//!
//! [`assert_digest`] holds a history against a digest written down earlier. [`script`] is a strategy for
//! random lives, deaths, saves and shuffles of any kind, run beside an independent slow twin.
//!
//! # Invariants
//! - It is no test framework: its checks return a [`Violation`], and the `assert` forms panic with it.
//! - It never changes what it tests: every run starts from a fresh build.
//! - It says nothing about whether a model is right, only whether it has one history.

mod contract;
#[cfg(feature = "market")]
pub mod economy;
mod error;
mod golden;
mod invariant;
#[cfg(feature = "ledger")]
pub mod inventory;
#[cfg(feature = "ledger")]
pub mod ledger;
#[cfg(feature = "market")]
pub mod market;
#[cfg(feature = "ledger")]
mod raw;
mod runs;
mod script;
#[cfg(feature = "ledger")]
pub mod statements;
#[cfg(feature = "ledger")]
pub mod titles;

pub use contract::{Contract, Report};
pub use error::Violation;
pub use golden::{assert_digest, check_digest};
pub use invariant::{Broken, Invariant};
/// What strategies are made of, in the version they are made with.
pub use proptest;
pub use runs::{Done, Failure, Runs};
pub use script::{Coverage, Operation, Script, script};
