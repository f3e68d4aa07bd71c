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
//! # Books and markets
//!
//! With the features `ledger`, `market` and `society` there are strategies of random scripts, checkers of the
//! invariants of money, goods, titles, statements and markets by their numbers, and slow, obvious models that can
//! be told to make one mistake. [`Runs`] runs a test on what a strategy makes, from a seed that a failure names,
//! and makes what breaks it small; what is broken is [`Broken`], with the [`Invariant`]'s number.
//!
//! | to test | with | feature |
//! |---|---|---|
//! | a mechanism of one's own | `market::script`, `market::check` | `market` |
//! | the same with money, goods, firms, people and statements | `economy::script`, `economy::check` | `market` |
//! | an order book of one's own | `market::book` | `market` |
//! | books of one's own, or what is done to ours | `ledger`, `inventory`, `titles`, `statements` | `ledger` |
//! | the books of a society, after each tick | `society::CheckBooks`, `society::CheckVenue` | `society` |
//!
//! Where each number is looked at: in a *state*; in an *event*, with what was before and after it; or in a *run* of
//! several, or of one several times.
//!
//! | number | looked at in | by |
//! |---|---|---|
//! | L1 debits are credits; what circulates was issued | state, event | `ledger::Checker` |
//! | L2 every entry is double, of one currency, and explains what changed | event | `ledger::Checker` |
//! | L3 what is pending is open holds | state | `ledger::Checker` |
//! | L4 limits, also after each row of a batch | state, event | `ledger::Checker` |
//! | L5 a hold ends once, in time, and gives back the rest | event | `ledger::Checker` |
//! | L6 an id again changes nothing, L7 a failed one stays failed | event, asked again | `ledger::Checker::apply` |
//! | L8 a chain is done whole or not at all | event | `ledger::Checker::apply` |
//! | L9 halves of a batch, and its rows in another order | run | `ledger::Checker::apply` |
//! | L10 a replay, and a save with the rest of the log | run | `ledger::replays` |
//! | L11 no side beyond what is counted | state | `ledger::Checker` |
//! | L12 a closed account | event | `ledger::Checker` |
//! | L13 an exchange, and its way back; L14 a split, in any order | event, run | `ledger::Checker::apply` |
//! | L15 numbers rise | event | `ledger::Checker` |
//! | L16 threads, sizes of batches | run | `ledger::ignores_threads` |
//! | S1 assets, debts, net worth | state | `statements::Checker` |
//! | S2 owned is owed, S3 net worth is real assets | state | `statements::Checker` |
//! | S4 rows and columns sum to 0, S5 opening to closing | event (a period) | `statements::Checker` |
//! | S6 the equation that is in no statement: what is held was issued | state | `statements::Checker` |
//! | S7 who leaves takes nothing along | event | `statements::passes` |
//! | S8 goods | event | `inventory::Checker` |
//! | S9 the product in three ways | event (a period) | `statements::product` |
//! | M1 never crossed | state | `market::check`, continuous; `market::book` |
//! | M2 within both limits; at the maker's price | event | `market::check`; continuous, `market::book` |
//! | M3 price, then time | event | `market::check`, continuous; `market::book` |
//! | M4 no quantity is lost | event | `market::check` |
//! | M5 nobody trades with themselves | event | `market::check`, continuous; `market::book` |
//! | M6 a change that crosses trades | event | `market::book`; a `Mechanism` has no changes |
//! | M7 kinds keep their word | event | `market::check` |
//! | M8 refusals change nothing; ids are given once | event | `market::check` |
//! | M9 what is shown is what there is | state | `market::check`, `market::book` |
//! | M10 a cancel touches nothing else | event | `market::check` |
//! | M11 what is held; who goes is released | state, event | `market::escrow`, `market::check`, `inventory::Checker` |
//! | M12 money and goods of a trade | event | `economy::check`, `inventory::Checker` |
//! | M13 as a slow one | run | `market::agrees`, `market::book::Naive` |
//! | M14 the mirror, M15 alone or not | run | `market::mirrors`, `market::stands_alone` |
//! | M16 again, and on other threads | run | `market::repeats` |
//! | A1 one price, most volume; A2 the margin; A4 limits | event | `market::check`, call |
//! | A6 all gains from trade; A8 nobody could trade, nothing happens | event | `market::check`, call |
//! | A3 ties | event | `market::auction::Outcome::check_ties`; needs to know the reference |
//! | A5 who came first | run | `market::ignores_arrival` |
//! | A7 what is foreseen | run | `market::foresees` |
//! | A9 what is handed over keeps its place | run | tests of `oikos-market`: `CallAuction` alone hands over |
//!
//! Titles have three numbers of their own, looked at by `titles::Checker`: T1 shares are above 0 and add up to one,
//! T2 liens go with the thing and are paid in order, T3 what is held is owned.
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
#[cfg(feature = "society")]
pub mod society;
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
