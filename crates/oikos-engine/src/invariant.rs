//! Invariants: what must hold after every so many ticks.

use bevy_ecs::world::World;
use oikos_core::Cadence;

/// A check over the whole society, run between ticks at its cadence.
#[derive(Clone)]
pub(crate) struct Invariant {
    pub(crate) name: &'static str,
    pub(crate) cadence: Cadence,
    pub(crate) check: fn(&World) -> Result<(), String>,
}
