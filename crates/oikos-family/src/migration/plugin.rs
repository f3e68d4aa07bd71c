//! The plugin that opens a society.

use bevy_app::{App, Plugin};
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::world::World;
use oikos_engine::{AppExt, Phase, Tick};
use oikos_world::{
    Dawn, LifeEventKind, LifeEvents, Measure, MeasureExt, MeasureKind, MigrationCounts, Reading,
};
use serde::{Deserialize, Serialize};

use super::events::{arrive, leave};
use super::forces::{EmigrationForces, TableEmigration, begin_year};
use super::{Arrivals, Migration};
use crate::hazards::HazardExt;

/// Lets people leave a society and come to it, as a [`Migration`] says.
///
/// It needs [`FamilyPlugin`](crate::FamilyPlugin), which goes before it. With
/// [`UnionsPlugin`](crate::UnionsPlugin) partners leave together or part, and couples arrive as unions; with
/// [`HouseholdsPlugin`](oikos_world::HouseholdsPlugin) families are those of one household, and those who arrive
/// together share a new one.
///
/// Its measures: `arrivals_total` and `departures_total` (persons since genesis). With them the stock of people
/// changes by births − deaths + arrivals − departures; by age and sex the same is in
/// [`Exposure`](crate::Exposure).
#[derive(Clone, Debug)]
pub struct MigrationPlugin<M> {
    migration: M,
}

impl<M: Migration> MigrationPlugin<M> {
    /// With this migration.
    #[must_use]
    pub const fn new(migration: M) -> Self {
        Self { migration }
    }
}

/// The migration of a society. Persisted.
#[derive(Resource, Clone, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub(super) struct InForce<M: Migration>(pub(super) M);

impl<M: Migration> Plugin for MigrationPlugin<M> {
    fn build(&self, app: &mut App) {
        app.plugin_version("migration", M::NAME)
            .persist_value("family.migration", 1, InForce(self.migration.clone()))
            .persist::<MigrationCounts>("world.migration-counts", 1)
            .derived::<EmigrationForces>(Some(EmigrationForces::rebuild::<M>))
            .transient::<Arrivals>()
            .hazard::<TableEmigration>();
        app.word::<LifeEventKind>(LifeEvents::IMMIGRATION);
        app.word::<LifeEventKind>(LifeEvents::EMIGRATION);
        app.add_systems(Tick, begin_year::<M>.in_set(Dawn));
        app.add_systems(Tick, (leave::<M>, arrive::<M>).chain().in_set(Phase::Live));
        app.measure(ARRIVALS).measure(DEPARTURES);
    }
}

const ARRIVALS: Measure = Measure {
    name: "arrivals_total",
    kind: MeasureKind::Int,
    unit: "persons",
    description: "People who came from elsewhere since genesis.",
    read: |world| read(world, |counts| counts.arrivals),
};

const DEPARTURES: Measure = Measure {
    name: "departures_total",
    kind: MeasureKind::Int,
    unit: "persons",
    description: "People who left for good since genesis.",
    read: |world| read(world, |counts| counts.departures),
};

fn read(world: &World, of: impl Fn(&MigrationCounts) -> u64) -> Reading {
    let counts = world.get_resource::<MigrationCounts>();
    let count = counts.and_then(|counts| i64::try_from(of(counts)).ok());
    count.map_or(Reading::Missing, Reading::Int)
}
