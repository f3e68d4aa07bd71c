//! Who comes from elsewhere and who leaves for good: they are not born, and they do not die.
//!
//! The engine knows members that come into being and cease to be. People who come and go are among these, with
//! causes of their own.

use bevy_ecs::resource::Resource;
use oikos_engine::{Born, Died, Word};
use serde::{Deserialize, Serialize};

use crate::life_event::Cause;

/// How those who come from elsewhere are asked for with [`Births`](oikos_engine::Births).
#[derive(Clone, Copy, Debug)]
pub struct Arrival;

impl Arrival {
    /// The cause of their births; the ordinals number them within the tick, parents before their children.
    /// It is no id, and comes after those of all mothers.
    pub const CAUSE: u64 = u64::MAX - 1;

    /// Whether a new member came from elsewhere.
    #[must_use]
    pub const fn is(born: &Born) -> bool {
        born.cause == Self::CAUSE
    }
}

/// How those who leave for good are asked for with [`Deaths`](oikos_engine::Deaths).
#[derive(Clone, Copy, Debug)]
pub struct Departure;

/// Above the numbers of causes of death, so that of death and departure in one tick the engine takes death.
const DEPARTURE: u32 = 1 << 31;

impl Departure {
    /// The cause of their deaths, as the engine calls it.
    #[must_use]
    pub const fn cause(why: Word<Cause>) -> u32 {
        DEPARTURE | why.number() as u32
    }

    /// Why a member left; `None` for one who died.
    #[must_use]
    pub fn why(gone: &Died) -> Option<Word<Cause>> {
        let number = gone.cause.checked_sub(DEPARTURE)?;
        u16::try_from(number).ok().map(Word::from_number)
    }
}

/// How many people came and left since genesis. Persisted, where a plugin lets people migrate.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationCounts {
    /// People who came from elsewhere.
    pub arrivals: u64,
    /// People who left for good.
    pub departures: u64,
}
