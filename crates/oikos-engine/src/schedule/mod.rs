//! The schedule of a tick: phases, sub-steps and rounds, and the systems in them.

mod order;
mod phase;
mod plan;
mod run;

pub use order::Ambiguity;
pub use phase::{LiveStep, Phase, Phases, Tick, TickSchedule};
pub(crate) use plan::{Plan, PlannedSystem};
pub(crate) use run::{AfterSystem, Failure, catch};
