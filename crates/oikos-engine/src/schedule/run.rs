//! Runs one system and turns whatever goes wrong into a value.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bevy_ecs::schedule::{ConditionWithAccess, ScheduleGraph};
use bevy_ecs::system::{RunSystemError, System};
use bevy_ecs::world::World;

use super::plan::PlannedSystem;
use crate::error::EngineError;

/// Why a system did not come to its end.
pub(crate) struct Failure {
    pub(crate) system: String,
    pub(crate) phase: String,
    pub(crate) reason: String,
}

/// What is called after each system with the phase, the system and the world.
pub(crate) type AfterSystem<'a> =
    dyn FnMut(&str, &PlannedSystem, &mut World) -> Result<(), EngineError> + Send + 'a;

/// Runs the system if its conditions hold, and applies its commands at once.
pub(crate) fn run_system(
    graph: &mut ScheduleGraph,
    planned: &PlannedSystem,
    world: &mut World,
) -> Result<(), String> {
    let outcome = catch(|| run_unguarded(graph, planned, world)).unwrap_or_else(Err);
    if outcome.is_err() {
        drain_commands(graph, planned, world);
    }
    outcome
}

/// Empties what a failed system asked for by commands and never got: it would come with its next run.
///
/// The commands are applied, because bevy can drop none; the world is restored after a failure anyway. A
/// command that panics goes, and the rest stays for the next attempt.
fn drain_commands(graph: &mut ScheduleGraph, planned: &PlannedSystem, world: &mut World) {
    const ATTEMPTS: u32 = 1000;
    let Some(system) = graph.systems.get_mut(planned.key) else {
        return;
    };
    for _ in 0..ATTEMPTS {
        if catch(|| system.apply_deferred(world)).is_ok() {
            return;
        }
    }
}

fn run_unguarded(
    graph: &mut ScheduleGraph,
    planned: &PlannedSystem,
    world: &mut World,
) -> Result<(), String> {
    for set in &planned.conditional_sets {
        let conditions = graph.system_sets.get_conditions_mut(*set);
        if !all_hold(conditions.map_or(&mut [], Vec::as_mut_slice), world)? {
            return Ok(());
        }
    }
    let own = graph.systems.get_conditions_mut(planned.key);
    if !all_hold(own.map_or(&mut [], Vec::as_mut_slice), world)? {
        return Ok(());
    }
    let Some(system) = graph.systems.get_mut(planned.key) else {
        return Err("it is not in the schedule any more".to_owned());
    };
    match system.run_without_applying_deferred((), world) {
        Ok(()) => {
            system.apply_deferred(world);
            Ok(())
        }
        // Its parameters say that there is nothing to do, `Single` without an entity, say.
        Err(RunSystemError::Skipped(_)) => Ok(()),
        Err(RunSystemError::Failed(error)) => Err(with_hint(error.to_string())),
    }
}

/// Bevy cannot know how state is registered here.
fn with_hint(reason: String) -> String {
    if reason.contains("Resource does not exist") {
        return format!(
            "{reason}\nIt is not registered: add `app.attribute::<…>()` for a column, `app.persist`, \
             `app.param` or `app.derived` for a resource, before building"
        );
    }
    reason
}

fn all_hold(conditions: &mut [ConditionWithAccess], world: &World) -> Result<bool, String> {
    for condition in conditions {
        match condition.condition.run_readonly((), world) {
            Ok(true) => {}
            Ok(false) | Err(RunSystemError::Skipped(_)) => return Ok(false),
            Err(RunSystemError::Failed(error)) => {
                return Err(format!("its condition failed: {error}"));
            }
        }
    }
    Ok(true)
}

/// Calls code that is not ours, and turns a panic into what it said.
pub(crate) fn catch<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    let outcome = catch_unwind(AssertUnwindSafe(call));
    outcome.map_err(|payload| format!("it panicked: {}", panic_message(&*payload)))
}

/// What a panic said.
fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "with something that is no text".to_owned())
}
