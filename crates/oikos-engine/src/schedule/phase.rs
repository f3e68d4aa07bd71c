//! Phases, and where a model can declare its own.

use bevy_ecs::intern::Interned;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::{ScheduleLabel, SystemSet};

use crate::error::EngineError;

/// The label of the schedule that runs once a tick. Write it [`Tick`](const@Tick).
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TickSchedule;

/// The schedule that runs once a tick: `app.add_systems(Tick, pay.in_set(Phase::Settle))`.
///
/// It shares its name with the number type [`oikos_core::Tick`]; one is a value, the other a type.
#[expect(non_upper_case_globals, reason = "reads as bevy's own labels do")]
pub const Tick: TickSchedule = TickSchedule;

/// The default phases of a tick, in order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// What is due now: answers, commands.
    Inputs,
    /// Who sees what.
    Perceive,
    /// By rule, or a question goes out.
    Decide,
    /// Movement, work, talk, use: validated and carried out.
    Act,
    /// Markets clear and settle their own trades.
    Clear,
    /// Scheduled flows: wages, interest, taxes, estates.
    Settle,
    /// Ageing, births, deaths, partnership, migration: asked for, then applied once.
    Live,
    /// Measures that are state, and what follows from the tick.
    Observe,
}

/// The sub-steps at the end of [`Phase::Live`].
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiveStep {
    /// Births and deaths that were asked for are applied. The engine's own systems.
    Apply,
    /// Systems that answer to them, with [`Changes`](crate::Changes) and the newborns' rows at hand.
    React,
}

/// A phase or sub-step with its rounds.
#[derive(Clone, Debug)]
pub(crate) struct PhaseSpec {
    pub(crate) set: Interned<dyn SystemSet>,
    pub(crate) name: String,
    pub(crate) rounds: u32,
    pub(crate) substeps: Vec<PhaseSpec>,
}

impl PhaseSpec {
    fn new(set: impl SystemSet, rounds: u32) -> Self {
        let name = format!("{set:?}");
        Self {
            set: set.intern(),
            name,
            rounds,
            substeps: Vec::new(),
        }
    }
}

/// The phases of a tick. The default list is that of [`Phase`]; a model may declare its own.
///
/// Inside a phase, its own systems run first, in the order in which plugins added them; then its
/// sub-steps, in the order in which they were declared. A phase or sub-step with `n` rounds runs `n`
/// times before the next begins.
#[derive(Resource, Clone, Debug)]
pub struct Phases {
    pub(crate) specs: Vec<PhaseSpec>,
}

impl Default for Phases {
    fn default() -> Self {
        use Phase::{Act, Clear, Decide, Inputs, Live, Observe, Perceive, Settle};
        let all = [Inputs, Perceive, Decide, Act, Clear, Settle, Live, Observe];
        let mut specs: Vec<_> = all
            .into_iter()
            .map(|phase| PhaseSpec::new(phase, 1))
            .collect();
        for spec in &mut specs {
            if spec.set == Live.intern() {
                spec.substeps.push(PhaseSpec::new(LiveStep::Apply, 1));
                spec.substeps.push(PhaseSpec::new(LiveStep::React, 1));
            }
        }
        Self { specs }
    }
}

impl Phases {
    /// Adds a phase right after another.
    ///
    /// # Errors
    /// [`EngineError::Phase`] if `previous` is unknown, `phase` is there already, or `rounds` is 0.
    pub fn insert_after(
        &mut self,
        previous: impl SystemSet,
        phase: impl SystemSet,
        rounds: u32,
    ) -> Result<(), EngineError> {
        let spec = self.checked(phase, rounds)?;
        let previous_set = previous.intern();
        let found = self
            .specs
            .iter()
            .position(|other| other.set == previous_set);
        let at = found.ok_or_else(|| problem(&previous, "no such phase to come after"))?;
        self.specs.insert(at + 1, spec);
        Ok(())
    }

    /// Adds a phase at the very beginning of the tick.
    ///
    /// # Errors
    /// [`EngineError::Phase`] if `phase` is there already, or `rounds` is 0.
    pub fn insert_first(&mut self, phase: impl SystemSet, rounds: u32) -> Result<(), EngineError> {
        let spec = self.checked(phase, rounds)?;
        self.specs.insert(0, spec);
        Ok(())
    }

    /// Whether there is such a phase or sub-step.
    #[must_use]
    pub fn contains(&self, phase: impl SystemSet) -> bool {
        let set = phase.intern();
        let steps = self.specs.iter().flat_map(|spec| &spec.substeps);
        self.specs.iter().chain(steps).any(|other| other.set == set)
    }

    /// Adds a sub-step at the end of a phase: labour, credit, production, say.
    ///
    /// # Errors
    /// [`EngineError::Phase`] if `phase` is unknown, `step` is there already, or `rounds` is 0.
    pub fn add_step(
        &mut self,
        phase: impl SystemSet,
        step: impl SystemSet,
        rounds: u32,
    ) -> Result<(), EngineError> {
        let spec = self.checked(step, rounds)?;
        let set = phase.intern();
        let found = self.specs.iter_mut().find(|other| other.set == set);
        found
            .ok_or_else(|| problem(&phase, "no such phase to add a step to"))?
            .substeps
            .push(spec);
        Ok(())
    }

    fn checked(&self, set: impl SystemSet, rounds: u32) -> Result<PhaseSpec, EngineError> {
        if rounds == 0 {
            return Err(problem(&set, "needs at least one round"));
        }
        if self.contains(set.intern()) {
            return Err(problem(&set, "is declared twice"));
        }
        Ok(PhaseSpec::new(set, rounds))
    }
}

fn problem(set: &impl SystemSet, problem: &'static str) -> EngineError {
    EngineError::Phase {
        phase: format!("{set:?}"),
        problem,
    }
}
