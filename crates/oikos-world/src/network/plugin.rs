//! How a relation is declared.

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy_ecs::world::World;
use oikos_core::{Cadence, Unit};
use oikos_engine::{AppExt, Phase, Slots, Tick};

use super::edits::{Edits, apply_edits, refuse_late};
use super::{Network, Tie};

/// When networks are edited.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum NetworkStep {
    /// At the end of [`Phase::Live`].
    Edit,
    /// At the end of [`Phase::Observe`].
    RefuseLate,
}

/// Lets plugins declare networks.
pub trait NetworkExt {
    /// Declares a relation: its [`Network`] and its [`Edits`]. To do so twice is fine.
    fn network<N: Tie>(&mut self) -> &mut Self;
}

impl NetworkExt for App {
    fn network<N: Tie>(&mut self) -> &mut Self {
        if !self.is_plugin_added::<NetworkPlugin<N>>() {
            self.add_plugins(NetworkPlugin::<N>(std::marker::PhantomData));
        }
        self
    }
}

struct NetworkPlugin<N>(std::marker::PhantomData<fn() -> N>);

impl<N: Tie> Plugin for NetworkPlugin<N> {
    fn build(&self, app: &mut App) {
        app.kind::<N::Of>()
            .state::<Network<N>>(N::NAME, 1)
            .transient::<Edits<N>>()
            .on_death::<N::Of>(Network::<N>::forget)
            .invariant(
                "ties join the living",
                Cadence::calendar(Unit::Year),
                ties_join_the_living::<N>,
            )
            .phases(|phases| {
                if phases.contains(NetworkStep::Edit) {
                    return Ok(());
                }
                phases.add_step(Phase::Live, NetworkStep::Edit, 1)?;
                phases.add_step(Phase::Observe, NetworkStep::RefuseLate, 1)
            });
        app.add_systems(
            Tick,
            (
                apply_edits::<N>
                    .in_set(NetworkStep::Edit)
                    .in_set(Phase::Live),
                refuse_late::<N>
                    .in_set(NetworkStep::RefuseLate)
                    .in_set(Phase::Observe),
            ),
        );
    }
}

/// Whether the network knows nobody but the living.
fn ties_join_the_living<N: Tie>(world: &World) -> Result<(), String> {
    let living = world.resource::<Slots<N::Of>>();
    let mut ends = world.resource::<Network<N>>().iter();
    let stray =
        ends.find_map(|(from, to, _)| [from, to].into_iter().find(|end| !living.contains(*end)));
    match stray {
        None => Ok(()),
        Some(stray) => Err(format!(
            "{stray} is tied by `{}` and does not live",
            N::NAME
        )),
    }
}
