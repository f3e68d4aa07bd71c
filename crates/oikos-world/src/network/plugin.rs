//! How a relation is declared.

use std::marker::PhantomData;

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy_ecs::world::World;
use oikos_core::{Cadence, Digest, StableId, TypeKey, Unit};
use oikos_engine::{AppExt, Phase, Slots, Tick};

use super::edits::{Edits, apply_edits, number, refuse_late};
use super::{IdOf, Network, Tie, cells, check_room, ordered};

/// When networks are edited. [`NetworkExt`] declares the steps.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetworkStep {
    /// In [`Phase::Live`], after the births, deaths and moves of the tick and all that answers to them: networks
    /// that follow from other state ask for their edits.
    Follow,
    /// At the end of [`Phase::Live`]: edits are made.
    Edit,
    /// At the end of [`Phase::Observe`]: edits that would be lost are refused.
    RefuseLate,
}

/// A relation that follows from other state of the society, as kin does from the lineage.
///
/// Its network is not saved: it is made from [`DerivedTie::ties`] when a society is built or loaded. During a
/// run a system in [`NetworkStep::Follow`] asks for the edits of the tick; an invariant compares the two each
/// year.
pub trait DerivedTie: Tie + Sized {
    /// Tells all ties among the living, each once, in any order. An undirected one leads either way.
    fn ties(world: &World, tell: &mut dyn FnMut(IdOf<Self>, IdOf<Self>, Self::Value));
}

/// Lets plugins declare networks.
pub trait NetworkExt {
    /// Declares a relation: its [`Network`] and its [`Edits`]. To do so twice is fine.
    fn network<N: Tie>(&mut self) -> &mut Self;
    /// Declares a relation that follows from other state. To do so twice is fine; what it follows from is
    /// declared before.
    fn derived_network<N: DerivedTie>(&mut self) -> &mut Self;
}

impl NetworkExt for App {
    fn network<N: Tie>(&mut self) -> &mut Self {
        if !self.is_plugin_added::<NetworkPlugin<N>>() {
            self.add_plugins(NetworkPlugin::<N>(PhantomData));
        }
        self
    }

    fn derived_network<N: DerivedTie>(&mut self) -> &mut Self {
        if !self.is_plugin_added::<DerivedNetworkPlugin<N>>() {
            self.add_plugins(DerivedNetworkPlugin::<N>(PhantomData));
        }
        self
    }
}

struct NetworkPlugin<N>(PhantomData<fn() -> N>);

impl<N: Tie> Plugin for NetworkPlugin<N> {
    fn build(&self, app: &mut App) {
        app.kind::<N::Of>()
            .state::<Network<N>>(N::NAME, 1)
            .invariant(
                "ties join the living",
                Cadence::calendar(Unit::Year),
                ties_join_the_living::<N>,
            );
        add_edits::<N>(app);
    }
}

struct DerivedNetworkPlugin<N>(PhantomData<fn() -> N>);

impl<N: DerivedTie> Plugin for DerivedNetworkPlugin<N> {
    fn build(&self, app: &mut App) {
        app.kind::<N::Of>()
            .derived_by_id::<Network<N>>(rebuild::<N>)
            .invariant(
                "ties follow from the state that they follow from",
                Cadence::calendar(Unit::Year),
                ties_follow::<N>,
            );
        add_edits::<N>(app);
    }
}

/// What persisted and derived networks have in common.
fn add_edits<N: Tie>(app: &mut App) {
    app.transient::<Edits<N>>()
        .on_death::<N::Of>(Network::<N>::forget)
        .phases(|phases| {
            if phases.contains(NetworkStep::Edit) {
                return Ok(());
            }
            phases.add_step(Phase::Live, NetworkStep::Follow, 1)?;
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

fn rebuild<N: DerivedTie>(world: &mut World) {
    let mut ties = Vec::new();
    N::ties(world, &mut |from, to, value| {
        if let (Ok(from), Ok(to)) = (number(from.get()), number(to.get())) {
            let (from, to) = ordered::<N>(from, to);
            ties.push((from, to, value));
        }
    });
    ties.sort_unstable_by_key(|(from, to, _)| (*from, *to));
    // More than a network holds are none: the invariant finds it.
    if check_room::<N>(0, ties.len()).is_err() {
        ties.clear();
    }
    world.insert_resource(Network::<N>::of_sorted(ties));
}

/// Whether the ties that were kept in step are those that would be made anew.
fn ties_follow<N: DerivedTie>(world: &World) -> Result<(), String> {
    let key = TypeKey::new(N::NAME);
    let (mut ties, mut digest) = (0, Digest::default());
    N::ties(world, &mut |from, to, value| {
        if let (Ok(from), Ok(to)) = (number(from.get()), number(to.get())) {
            let (from, to) = ordered::<N>(from, to);
            digest += cells::<N>(&key, from, to, value);
            ties += 1;
        }
    });
    let network = world.resource::<Network<N>>();
    if network.digest == digest {
        return Ok(());
    }
    let (name, kept) = (N::NAME, network.len());
    Err(format!(
        "`{name}` has {kept} ties, of which {ties} follow from what it is derived from, or they say something else"
    ))
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
