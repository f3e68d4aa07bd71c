//! The plugin that opens and closes estates.

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_core::{Cadence, StableId, Unit};
use oikos_engine::{AppExt, Clock, LiveStep, Phase, Slots, Tick, Vocabulary};

use super::{Estate, EstateReason, Estates};
use crate::age::Dawn;
use crate::life_event::{LifeEventKind, LifeEvents, RecordLifeEvents};
use crate::measure::{Measure, MeasureKind, Reading, declare};
use crate::person::{PeoplePlugin, Person, PersonId};

/// After [`Estate::Close`]: what nothing keeps open is closed.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Closing;

/// Estates of the dead. Whoever adds systems to the steps of [`Estate`] adds this plugin first.
///
/// Its measure: `estates_open` (estates).
pub struct EstatesPlugin;

impl Plugin for EstatesPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<PeoplePlugin>() {
            app.add_plugins(PeoplePlugin);
        }
        app.persist::<Estates>("world.estates", 1)
            .vocabulary::<EstateReason>()
            .invariant(
                "estates are of the dead",
                Cadence::calendar(Unit::Year),
                check,
            )
            .phases(|phases| {
                use Estate::{Cancel, Claims, Close, Distribute, Freeze, Tax};
                for step in [Freeze, Cancel, Claims, Tax, Distribute, Close] {
                    phases.add_step(Phase::Settle, step, 1)?;
                }
                phases.add_step(Phase::Settle, Closing, 1)
            });
        app.word::<EstateReason>(EstateReason::HEIRS);
        app.word::<EstateReason>(EstateReason::AWAITED);
        declare(app, OPEN);
        app.add_systems(Tick, begin.in_set(Dawn));
        app.add_systems(Tick, close.in_set(Closing).in_set(Phase::Settle));
        app.add_systems(
            Tick,
            open.after(RecordLifeEvents)
                .in_set(LiveStep::React)
                .in_set(Phase::Live),
        );
    }
}

const OPEN: Measure = Measure {
    name: "estates_open",
    unit: "estates",
    kind: MeasureKind::Int,
    description: "Estates of the dead that are not closed.",
    read: |world| {
        let open = world.resource::<Estates>().len();
        i64::try_from(open).map_or(Reading::Missing, Reading::Int)
    },
};

fn begin(mut estates: ResMut<Estates>) {
    if !estates.is_empty() {
        estates.begin_tick();
    }
}

fn close(words: Res<Vocabulary<EstateReason>>, mut estates: ResMut<Estates>) {
    let heirs = words.find(EstateReason::HEIRS);
    let awaited = words.find(EstateReason::AWAITED);
    if let (false, Some(heirs), Some(awaited)) = (estates.is_empty(), heirs, awaited) {
        estates.close(heirs, awaited);
    }
}

/// Opens the estates of those who died today; not of those who left a society for good.
fn open(
    clock: Res<Clock>,
    life: Res<LifeEvents>,
    words: Res<Vocabulary<LifeEventKind>>,
    mut estates: ResMut<Estates>,
) {
    let death = words.find(LifeEvents::DEATH);
    let deaths = life.events().iter();
    for event in deaths.filter(|event| Some(event.kind) == death) {
        estates.open(event.person, clock.today());
    }
}

fn check(world: &World) -> Result<(), String> {
    let people = world.resource::<Slots<Person>>();
    let died = |person: PersonId| person.get() < people.next_id() && !people.contains(person);
    let mut open = world.resource::<Estates>().iter();
    match open.find(|(person, _)| !died(*person)) {
        None => Ok(()),
        Some((person, _)) => Err(format!("{person} has an estate and never died")),
    }
}
