//! Life events: what happened to whom, in words that plugins add to.

use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::SystemSet;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{StableId, Tick};
use oikos_engine::{Changes, Clock, Topic, Vocabulary, Word};
use serde::{Deserialize, Serialize};

use crate::flow::{Arrival, Departure, MigrationCounts};
use crate::person::{Person, PersonId};

/// The vocabulary of life events: `birth`, `death`, `move`, and what plugins add.
pub struct LifeEventKind;

impl Topic for LifeEventKind {
    const NAME: &'static str = "world.life-event-kinds";
}

/// The vocabulary of causes: what hazards are called, what else people die of, and why they move.
pub struct Cause;

impl Topic for Cause {
    const NAME: &'static str = "world.causes";
}

/// Something that happened to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeEvent {
    /// What happened.
    pub kind: Word<LifeEventKind>,
    /// To whom.
    pub person: PersonId,
    /// Who else took part: the mother of a birth, the other one of a couple.
    pub other: Option<PersonId>,
    /// Why: the hazard's cause, the reason to move.
    pub cause: Option<Word<Cause>>,
}

/// The system that replaces the last tick's life events by this tick's births and deaths. A system that adds
/// events of its own in [`oikos_engine::LiveStep::React`] runs `.after(RecordLifeEvents)`.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordLifeEvents;

/// The life events of the last tick in which they were applied.
///
/// Persisted: what happens in tick t is read until the births and deaths of t + 1 are applied, so a
/// system that settles a death may stand in any phase. Births come first, then deaths, those who came and those
/// who left, each in the order of ids.
#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
pub struct LifeEvents {
    tick: Tick,
    events: Vec<LifeEvent>,
}

impl LifeEvents {
    /// The word for a birth.
    pub const BIRTH: &'static str = "birth";
    /// The word for a death.
    pub const DEATH: &'static str = "death";
    /// The word for coming from elsewhere: known where a plugin lets people migrate.
    pub const IMMIGRATION: &'static str = "immigration";
    /// The word for leaving for good: known where a plugin lets people migrate.
    pub const EMIGRATION: &'static str = "emigration";
    /// The word for a move from one household to another.
    pub const MOVE: &'static str = "move";

    /// The tick in which they happened.
    #[must_use]
    pub const fn tick(&self) -> Tick {
        self.tick
    }

    /// The events.
    #[must_use]
    pub fn events(&self) -> &[LifeEvent] {
        &self.events
    }

    /// Adds an event of this tick. For systems after [`RecordLifeEvents`], and in later phases.
    pub fn push(&mut self, event: LifeEvent) {
        self.events.push(event);
    }
}

/// How many people were born and died since genesis. The starting population counts as neither, and so do
/// those who come and leave: see [`MigrationCounts`].
///
/// Persisted: it follows from no other state, since the dead leave their rows.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VitalCounts {
    /// People who were born in a tick.
    pub births: u64,
    /// People who died in a tick.
    pub deaths: u64,
}

/// Replaces the last tick's events by those of this tick, and counts them.
pub(crate) fn record_changes(
    clock: Res<Clock>,
    changes: Res<Changes<Person>>,
    words: Res<Vocabulary<LifeEventKind>>,
    mut life: ResMut<LifeEvents>,
    mut counts: ResMut<VitalCounts>,
    migration: Option<ResMut<MigrationCounts>>,
) {
    let events = [
        births(&changes, words.find(LifeEvents::BIRTH)),
        deaths(&changes, words.find(LifeEvents::DEATH)),
        arrivals(&changes, words.find(LifeEvents::IMMIGRATION)),
        departures(&changes, words.find(LifeEvents::EMIGRATION)),
    ];
    let came = changes.born.iter().filter(|born| Arrival::is(born)).count();
    let left = changes.died.iter();
    let left = left.filter(|gone| Departure::why(gone).is_some()).count();
    // Ids stay below 2^53, so no sum comes near its end.
    let add = |to: &mut u64, number: usize| *to = to.saturating_add(number as u64);
    add(&mut counts.births, changes.born.len() - came);
    add(&mut counts.deaths, changes.died.len() - left);
    if let Some(mut migration) = migration {
        add(&mut migration.arrivals, came);
        add(&mut migration.departures, left);
    }
    life.tick = clock.tick();
    life.events.clear();
    life.events.extend(events.into_iter().flatten());
}

/// Words are there for what plugins let happen: without one there are no events of its kind.
type Kind = Option<Word<LifeEventKind>>;

fn births(changes: &Changes<Person>, kind: Kind) -> Vec<LifeEvent> {
    let born = changes.born.iter().filter(|born| !Arrival::is(born));
    born.filter_map(|born| event(kind, born.id, PersonId::new(born.cause).ok(), None))
        .collect()
}

fn deaths(changes: &Changes<Person>, kind: Kind) -> Vec<LifeEvent> {
    let died = changes.died.iter();
    let died = died.filter(|died| Departure::why(died).is_none());
    let cause = |cause| u16::try_from(cause).ok().map(Word::from_number);
    died.filter_map(|died| event(kind, died.id, None, cause(died.cause)))
        .collect()
}

fn arrivals(changes: &Changes<Person>, kind: Kind) -> Vec<LifeEvent> {
    let came = changes.born.iter().filter(|born| Arrival::is(born));
    came.filter_map(|born| event(kind, born.id, None, None))
        .collect()
}

fn departures(changes: &Changes<Person>, kind: Kind) -> Vec<LifeEvent> {
    let left = changes.died.iter().filter_map(|gone| {
        let why = Departure::why(gone)?;
        event(kind, gone.id, None, Some(why))
    });
    left.collect()
}

fn event(
    kind: Kind,
    person: u64,
    other: Option<PersonId>,
    cause: Option<Word<Cause>>,
) -> Option<LifeEvent> {
    Some(LifeEvent {
        kind: kind?,
        person: PersonId::new(person).ok()?,
        other,
        cause,
    })
}
