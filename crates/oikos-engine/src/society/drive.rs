//! The driver: runs ticks, and what is due between them.

use std::error::Error;

use bevy_ecs::world::World;
use oikos_core::{Cadence, Span, Tick};
use rayon::prelude::*;

use super::fault::{DisableSystem, DisabledSystems, is_own};
use super::{FaultPolicy, Society, SystemTrace, snapshot};
use crate::clock::Clock;
use crate::error::EngineError;
use crate::input::{self, Due};
use crate::schedule::{AfterSystem, Failure, PlannedSystem, catch};

/// Looks at the society between ticks, at its cadence, and keeps what it sees.
pub trait Collector: Send {
    /// Names it in errors.
    fn name(&self) -> &str;
    /// When it looks.
    fn cadence(&self) -> Cadence;
    /// Looks.
    ///
    /// # Errors
    /// Whatever keeps it from storing what it saw; the run then ends, the society unharmed.
    fn collect(&mut self, world: &World) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// Why a tick did not come to its end.
enum Broken {
    /// A system failed.
    System(Failure),
    /// Something else.
    Other(EngineError),
}

impl From<EngineError> for Broken {
    fn from(error: EngineError) -> Self {
        Self::Other(error)
    }
}

impl Society {
    /// Runs one tick.
    ///
    /// # Errors
    /// [`EngineError::SystemFailed`], [`EngineError::TickFailed`], [`EngineError::InvariantBroken`]: the
    /// society is then back at its last saved state.
    pub fn step(&mut self) -> Result<(), EngineError> {
        self.step_n(1)
    }

    /// Runs `ticks` ticks.
    ///
    /// # Errors
    /// As [`Society::step`].
    pub fn step_n(&mut self, ticks: u32) -> Result<(), EngineError> {
        self.run_ticks(ticks, &mut [])
    }

    /// Runs for a span of time.
    ///
    /// # Errors
    /// As [`Society::step`].
    pub fn run(&mut self, span: Span) -> Result<(), EngineError> {
        self.run_with(span, &mut [])
    }

    /// Runs for a span of time with collectors, which look at the society before the first tick too.
    ///
    /// # Errors
    /// As [`Society::step`], and [`EngineError::Collector`].
    pub fn run_with(
        &mut self,
        span: Span,
        collectors: &mut [&mut dyn Collector],
    ) -> Result<(), EngineError> {
        let clock = self.clock();
        let ticks = clock.calendar().ticks(span, clock.tick())?;
        if self.tick() == Tick::ZERO {
            self.collect(collectors)?;
        }
        self.run_ticks(ticks, collectors)
    }

    fn run_ticks(
        &mut self,
        ticks: u32,
        collectors: &mut [&mut dyn Collector],
    ) -> Result<(), EngineError> {
        // Once for all ticks: to enter the pool is a hand-over between threads.
        let pool = self.pool.clone();
        pool.install(|| {
            for _ in 0..ticks {
                self.one_tick()?;
                self.collect(collectors)?;
            }
            Ok(())
        })
    }

    /// Runs one tick and notes the digest of every persisted type after each system: to find the system
    /// at which two runs part. A system that fails stops it, whatever the fault policy.
    ///
    /// # Errors
    /// As [`Society::step`].
    pub fn trace(&mut self) -> Result<Vec<SystemTrace>, EngineError> {
        let registry = self.registry.clone();
        let mut traces = Vec::new();
        let mut note = |phase: &str, system: &PlannedSystem, world: &mut World| {
            let mut digests = snapshot::digests(&registry, world)?;
            for kind in &registry.kinds {
                digests.extend((kind.queue_digests)(world)?);
            }
            traces.push(SystemTrace {
                phase: phase.to_owned(),
                system: system.name.to_string(),
                digests,
            });
            Ok(())
        };
        let pool = self.pool.clone();
        let outcome = pool.install(|| self.try_tick(&mut note));
        outcome.map_err(|broken| self.roll_back(broken))?;
        self.after_tick()?;
        Ok(traces)
    }

    fn one_tick(&mut self) -> Result<(), EngineError> {
        let tick = self.tick();
        let mut nothing = |_: &str, _: &PlannedSystem, _: &mut World| Ok(());
        loop {
            let broken = match self.try_tick(&mut nothing) {
                Ok(()) if self.tick() > tick => return self.after_tick(),
                Ok(()) => continue,
                Err(broken) => broken,
            };
            match broken {
                Broken::System(failure) if self.may_leave_out(&failure) => {
                    self.disable(failure)?;
                }
                broken => return Err(self.roll_back(broken)),
            }
        }
    }

    /// One tick from begin to end, or as far as it goes.
    fn try_tick(&mut self, after: &mut AfterSystem<'_>) -> Result<(), Broken> {
        if let Some(salt) = self.settings.scramble {
            self.scramble(salt)?;
        }
        let now = self.tick();
        input::deliver(&mut self.world, &self.registry.inputs, now)?;
        let disabled: Vec<String> = {
            let due = self.world.resource::<Due<DisableSystem>>();
            due.iter().map(|input| input.0.clone()).collect()
        };
        self.world
            .resource_mut::<DisabledSystems>()
            .0
            .extend(disabled);
        let left_out = self.world.resource::<DisabledSystems>().0.clone();
        let registry = self.registry.clone();
        let mut after = |phase: &str, system: &PlannedSystem, world: &mut World| {
            for kind in &registry.kinds {
                (kind.note_askers)(world, &system.name);
            }
            after(phase, system, world)
        };
        self.plan
            .run(&mut self.world, &left_out, &mut after)?
            .map_err(Broken::System)?;
        for kind in &self.registry.kinds {
            (kind.too_late)(&self.world)?;
        }
        for clear in &self.registry.transient {
            clear(&mut self.world);
        }
        self.world.clear_trackers();
        self.world
            .resource_mut::<Clock>()
            .advance()
            .map_err(EngineError::from)?;
        Ok(())
    }

    /// What is due between two ticks.
    fn after_tick(&mut self) -> Result<(), EngineError> {
        let due = |society: &Self, cadence: &Cadence| {
            let clock = society.clock();
            cadence.due(clock.calendar(), clock.tick())
        };
        if let Some((invariant, detail)) = self.broken_invariant() {
            let (invariant, tick) = (invariant.to_owned(), self.tick());
            let restored = self.fall_back()?;
            return Err(EngineError::InvariantBroken {
                invariant,
                tick,
                detail,
                restored,
            });
        }
        // After the invariants: it makes anew what is derived, and would hide that it was wrong.
        if due(self, &self.settings.compact)
            && let Err(error) = self.compact()
        {
            return Err(self.roll_back(Broken::Other(error)));
        }
        if self
            .settings
            .digest
            .as_ref()
            .is_some_and(|cadence| due(self, cadence))
        {
            self.digests.push((self.tick(), self.digest()?));
        }
        if self
            .settings
            .checkpoint
            .as_ref()
            .is_some_and(|cadence| due(self, cadence))
        {
            self.snapshot()?;
        }
        Ok(())
    }

    /// The first invariant that is due and does not hold, with what it says. They only look, so they do at once.
    fn broken_invariant(&self) -> Option<(&'static str, String)> {
        let clock = self.clock();
        let all = self.registry.invariants.iter();
        let due = all.filter(|check| check.cadence.due(clock.calendar(), clock.tick()));
        let due: Vec<_> = due.collect();
        let world = &self.world;
        let checked = due.par_iter().with_max_len(1).map(|invariant| {
            let held = catch(|| (invariant.check)(world)).unwrap_or_else(Err);
            Some((invariant.name, held.err()?))
        });
        let broken: Vec<_> = checked.collect();
        broken.into_iter().flatten().next()
    }

    /// Oikos' own systems are never left out: without them there would be no births, deaths or hazards,
    /// and a fault that shows in one of them was made elsewhere.
    fn may_leave_out(&self, failure: &Failure) -> bool {
        self.settings.on_fault == FaultPolicy::Disable && !is_own(&failure.system)
    }

    fn fall_back(&mut self) -> Result<Tick, EngineError> {
        let checkpoint = self.checkpoint.clone();
        self.restore(&checkpoint)?;
        Ok(self.tick())
    }

    fn roll_back(&mut self, broken: Broken) -> EngineError {
        let tick = self.tick();
        let restored = match self.fall_back() {
            Ok(restored) => restored,
            Err(error) => return error,
        };
        match broken {
            Broken::Other(error) => EngineError::TickFailed {
                tick,
                source: Box::new(error),
                restored,
            },
            Broken::System(Failure {
                system,
                phase,
                reason,
            }) => EngineError::SystemFailed {
                system,
                phase,
                tick,
                reason,
                restored,
            },
        }
    }

    /// Journals that the system is left out from this tick on, and executes the ticks since the last
    /// saved state again.
    fn disable(&mut self, failure: Failure) -> Result<(), EngineError> {
        let failed_at = self.tick();
        self.fall_back()?;
        self.submit(
            DisableSystem::NAME,
            failed_at,
            &DisableSystem(failure.system),
        )?;
        while self.tick() < failed_at {
            self.one_tick()?;
        }
        Ok(())
    }

    fn collect(&self, collectors: &mut [&mut dyn Collector]) -> Result<(), EngineError> {
        let clock = self.clock();
        for collector in collectors {
            if collector.cadence().due(clock.calendar(), clock.tick()) {
                let looked = catch(|| collector.collect(&self.world));
                let looked = looked.unwrap_or_else(|panic| Err(panic.into()));
                looked.map_err(|source| EngineError::Collector {
                    collector: collector.name().to_owned(),
                    tick: clock.tick(),
                    source,
                })?;
            }
        }
        Ok(())
    }
}
