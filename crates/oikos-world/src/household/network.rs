//! Who shares a household with whom, and whose households stand next to one another, as networks.

use bevy_app::{App, Plugin};
use bevy_ecs::error::BevyError;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_core::StableId;
use oikos_engine::{Changes, Phase, Rows, Tick};

use super::{Household, HouseholdChanges, HouseholdsPlugin, Residence, Residents};
use crate::network::{DerivedTie, Edits, Network, NetworkExt, NetworkStep, Tie};
use crate::person::{Person, PersonId};

/// That two people live in one household, of whatever sort. It follows from [`Residence`].
///
/// A household of *n* people makes *n* (*n* - 1) / 2 ties: an institution of a thousand takes 4 MB, and whoever
/// moves in or out of it costs a thousand edits.
pub struct Housemates;

impl Tie for Housemates {
    const NAME: &'static str = "world.housemates";
    type Of = Person;
    type Value = ();
    const DIRECTED: bool = false;
}

impl DerivedTie for Housemates {
    fn ties(world: &World, tell: &mut dyn FnMut(PersonId, PersonId, ())) {
        let residents = world.resource::<Residents>();
        for (household, _) in residents.sizes() {
            for person in residents.of(household) {
                let younger = residents.of(household).take_while(|other| *other < person);
                younger.for_each(|other| tell(other, person, ()));
            }
        }
    }
}

/// That two households stand next to one another: `app.network::<Neighbours>()`.
///
/// Nothing here makes neighbours, because nothing here has places: an [`EdgeList`](crate::EdgeList) or the
/// [`Edits`] of whoever lays out the place do. What is closed has no neighbours any more.
pub struct Neighbours;

impl Tie for Neighbours {
    const NAME: &'static str = "world.neighbours";
    type Of = Household;
    type Value = ();
    const DIRECTED: bool = false;
}

/// The network of [`Housemates`], in step with births, deaths and moves.
pub struct HouseholdNetworkPlugin;

impl Plugin for HouseholdNetworkPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<HouseholdsPlugin>() {
            app.add_plugins(HouseholdsPlugin);
        }
        app.derived_network::<Housemates>().add_systems(
            Tick,
            follow_moves.in_set(NetworkStep::Follow).in_set(Phase::Live),
        );
    }
}

/// Ties whoever was born or moved to those they live with now, and to nobody else.
fn follow_moves(
    people: Res<Changes<Person>>,
    changes: Res<HouseholdChanges>,
    residents: Res<Residents>,
    network: Res<Network<Housemates>>,
    mut homes: Rows<&Residence>,
    mut edits: ResMut<Edits<Housemates>>,
) -> Result<(), BevyError> {
    let born = people
        .born
        .iter()
        .filter_map(|born| PersonId::new(born.id).ok());
    let moved = changes.moved.iter().map(|moved| moved.person);
    for person in born.chain(moved) {
        // Who was born or moved and died on the same day has no ties any more.
        let Some(home) = homes.get(person).and_then(|residence| residence.0) else {
            continue;
        };
        for (other, ()) in network.neighbours(person) {
            if !residents.lives_in(other, home) {
                edits.disconnect(person, other);
            }
        }
        for other in residents.housemates(person, home) {
            edits.connect(person, other, ())?;
        }
    }
    Ok(())
}
