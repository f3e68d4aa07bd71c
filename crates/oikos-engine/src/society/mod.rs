//! The society: a world, the systems that act on it, and the threads they run on.

mod builder;
mod drive;
pub(crate) mod fault;
mod inspect;
mod order;
mod snapshot;

use std::sync::Arc;

use bevy_ecs::world::World;
use oikos_core::{Cadence, Date, Digest, Seed, Tick, Unit};

pub use builder::{IntoDate, Populate, SocietyBuilder};
pub use drive::Collector;
pub use fault::FaultPolicy;
pub use inspect::SystemTrace;
pub use snapshot::{Build, Section, Snapshot};

use crate::clock::Clock;
use crate::input::Journal;
use crate::registry::Registry;
use crate::schedule::Plan;

/// A simulated society.
///
/// It owns its world and its threads and shares nothing with other societies: several can run in one
/// process. `history = f(build, genesis, inputs)`: stepping it depends on no clock, no thread count and
/// nothing outside.
///
/// ```
/// use oikos_core::{Seed, Span};
/// use oikos_engine::Society;
///
/// let mut society = Society::builder(Seed(42)).build()?;
/// society.run(Span::Years(1))?;
/// assert_eq!(society.tick().index(), 366); // 2000 was a leap year
/// # Ok::<(), oikos_engine::EngineError>(())
/// ```
pub struct Society {
    world: World,
    plan: Plan,
    registry: Arc<Registry>,
    pool: Arc<rayon::ThreadPool>,
    build: Arc<Build>,
    settings: Settings,
    journal: Journal,
    checkpoint: Arc<Snapshot>,
    digests: Vec<(Tick, Digest)>,
}

/// How the driver treats the society. None of it is state: no history depends on it.
struct Settings {
    on_fault: FaultPolicy,
    checkpoint: Option<Cadence>,
    compact: Cadence,
    digest: Option<Cadence>,
    scramble: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            on_fault: FaultPolicy::Stop,
            checkpoint: None,
            compact: Cadence::calendar(Unit::Year),
            digest: None,
            scramble: None,
        }
    }
}

impl Society {
    /// Starts building a society. The seed is never optional.
    #[must_use]
    pub fn builder(seed: Seed) -> SocietyBuilder {
        SocietyBuilder::new(seed)
    }

    /// The tick that runs next.
    #[must_use]
    pub fn tick(&self) -> Tick {
        self.clock().tick()
    }

    /// The date on which it begins.
    #[must_use]
    pub fn today(&self) -> Date {
        self.clock().today()
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> Seed {
        self.clock().seed()
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.world.resource::<Clock>()
    }

    /// The world, to be read. What changes it from outside is an input.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// What names the build.
    #[must_use]
    pub fn build_info(&self) -> &Build {
        &self.build
    }

    /// Number of threads that share the work inside a system.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// The digests taken at their cadence, each with the tick that ran next.
    #[must_use]
    pub fn digests(&self) -> &[(Tick, Digest)] {
        &self.digests
    }
}
