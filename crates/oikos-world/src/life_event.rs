//! Life events: what happened to whom, in words that plugins add to.

use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::SystemSet;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{StableId, Tick};
use oikos_engine::{Changes, Clock, Topic, Vocabulary, Word};
use serde::{Deserialize, Serialize};

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
/// system that settles a death may stand in any phase. Deaths come in the order of ids, after births.
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

/// How many people were born and died since genesis. The starting population counts as neither.
///
/// Persisted: it follows from no other state, since the dead leave their rows.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VitalCounts {
    /// People who came into being in a tick.
    pub births: u64,
    /// People who ceased to be in a tick.
    pub deaths: u64,
}

/// Replaces the last tick's events by this tick's births and deaths, and counts them.
pub(crate) fn record_changes(
    clock: Res<Clock>,
    changes: Res<Changes<Person>>,
    words: Res<Vocabulary<LifeEventKind>>,
    mut life: ResMut<LifeEvents>,
    mut counts: ResMut<VitalCounts>,
) {
    // Ids stay below 2^53, so neither sum comes near its end.
    counts.births = counts.births.saturating_add(changes.born.len() as u64);
    counts.deaths = counts.deaths.saturating_add(changes.died.len() as u64);
    life.tick = clock.tick();
    life.events.clear();
    if let Some(kind) = words.find(LifeEvents::BIRTH) {
        life.events.extend(changes.born.iter().filter_map(|born| {
            let person = PersonId::new(born.id).ok()?;
            Some(LifeEvent {
                kind,
                person,
                other: PersonId::new(born.cause).ok(),
                cause: None,
            })
        }));
    }
    if let Some(kind) = words.find(LifeEvents::DEATH) {
        life.events.extend(changes.died.iter().filter_map(|died| {
            let person = PersonId::new(died.id).ok()?;
            let cause = u16::try_from(died.cause).ok().map(Word::from_number);
            Some(LifeEvent {
                kind,
                person,
                other: None,
                cause,
            })
        }));
    }
}
