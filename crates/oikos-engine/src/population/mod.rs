//! Births and deaths of any kind: asked for during the tick, applied at one point of it (C3).

mod apply;
mod asked;
mod rule;

use std::any::TypeId;
use std::ops::Range;
use std::sync::Arc;

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Digest, StableId, TypeKey, digest_of};

use crate::attribute::Attribute;
use crate::column::Column;
use crate::error::EngineError;
use crate::kind::{Kind, Who};
use crate::registry::{QueueDigests, Registered};
use crate::slots::{Slot, Slots};

pub(crate) use apply::apply_changes;
use asked::Askers;
pub(crate) use asked::Blamed;
pub use rule::{BirthRequest, BirthRule};

/// Births that were asked for in this tick and not yet applied.
///
/// Ids are allotted once a tick, after the requests are sorted by (cause, ordinal): the mother's id and
/// the child's number in the delivery, say. The order in which systems ask does not matter.
#[derive(Resource)]
pub struct Births<K: Kind> {
    requests: Vec<Request>,
    values: Vec<Given>,
    bytes: Vec<u8>,
    askers: Askers,
    kind: std::marker::PhantomData<fn() -> K>,
}

/// An attribute's value: which attribute, its name, and where its bytes are.
type Given = (TypeId, &'static str, Range<usize>);

struct Request {
    /// Its place in the queue, which tells who asked for it.
    position: usize,
    cause: u64,
    ordinal: u32,
    subject: u64,
    values: Range<usize>,
}

impl<K: Kind> Default for Births<K> {
    fn default() -> Self {
        Self {
            requests: Vec::new(),
            values: Vec::new(),
            bytes: Vec::new(),
            askers: Askers::default(),
            kind: std::marker::PhantomData,
        }
    }
}

/// A birth that has been asked for; [`NewMember::with`] gives it values.
pub struct NewMember<'a, K: Kind> {
    births: &'a mut Births<K>,
}

impl<K: Kind> Births<K> {
    /// Asks for a new member.
    ///
    /// `cause` and `ordinal` decide the order of the ids; together they must be unique within the tick.
    /// Plugins may read more into the cause and ask for attributes ([`AppExt::birth_rule`](crate::AppExt::birth_rule)):
    /// of a person it is the mother's id, and the birth date and the sex must be given.
    /// `subject` is what the newborn draws with, see [`oikos_core::child_subject`]. Attributes that are
    /// not given have their newborn value.
    pub fn request(&mut self, cause: u64, ordinal: u32, subject: u64) -> NewMember<'_, K> {
        let values = self.values.len()..self.values.len();
        self.requests.push(Request {
            position: self.requests.len(),
            cause,
            ordinal,
            subject,
            values,
        });
        NewMember { births: self }
    }

    /// Number of births asked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether no birth was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }
}

impl<K: Kind> NewMember<'_, K> {
    /// Gives the newborn a value of its own.
    #[must_use = "chain further values or drop the result with `let _`"]
    pub fn with<A: Attribute<Kind = K>>(self, value: A) -> Self {
        let births = &mut *self.births;
        let start = births.bytes.len();
        births.bytes.resize(start + A::BYTES, 0);
        value.put(&mut births.bytes[start..]);
        births
            .values
            .push((TypeId::of::<A>(), A::NAME, start..start + A::BYTES));
        if let Some(request) = births.requests.last_mut() {
            request.values.end = births.values.len();
        }
        self
    }
}

/// Deaths that were asked for in this tick and not yet applied.
///
/// The dead keep their slots, entities and timers until the changes are applied.
#[derive(Resource)]
pub struct Deaths<K: Kind> {
    requests: Vec<(u64, u32)>,
    askers: Askers,
    kind: std::marker::PhantomData<fn() -> K>,
}

impl<K: Kind> Default for Deaths<K> {
    fn default() -> Self {
        Self {
            requests: Vec::new(),
            askers: Askers::default(),
            kind: std::marker::PhantomData,
        }
    }
}

impl<K: Kind> Deaths<K> {
    /// Asks for a member's death. `cause` is what the domain calls it by: the number of a hazard, say.
    /// Where several ask for one member, the lowest cause is recorded. Somebody already dead stays so; to
    /// ask for the death of somebody who was never born is an error of the system that does.
    pub fn request(&mut self, id: K::Id, cause: u32) {
        self.requests.push((id.get(), cause));
    }

    /// Number of deaths asked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether no death was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }
}

/// A member that came into being in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Born {
    /// Its id.
    pub id: u64,
    /// The cause it was asked for with.
    pub cause: u64,
    /// The ordinal it was asked for with.
    pub ordinal: u32,
}

/// A member that ceased to be in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Died {
    /// Its id.
    pub id: u64,
    /// The cause of death.
    pub cause: u32,
    /// The slot it had. Nobody has it before the births of the next tick, so that the columns still hold
    /// there what it left.
    pub slot: Slot,
}

/// A member that has just ceased to be, and the slot in which the columns still hold what it left.
pub type Departed<K> = (<K as Kind>::Id, Slot);

/// What this tick's births and deaths came to, for systems in [`LiveStep::React`](crate::LiveStep) and
/// [`Phase::Observe`](crate::Phase). Cleared after each tick.
#[derive(Resource)]
pub struct Changes<K: Kind> {
    /// Births in the order of their ids.
    pub born: Vec<Born>,
    /// Deaths in the order of the ids. The members are already gone from the rows.
    pub died: Vec<Died>,
    kind: std::marker::PhantomData<fn() -> K>,
}

impl<K: Kind> Default for Changes<K> {
    fn default() -> Self {
        Self {
            born: Vec::new(),
            died: Vec::new(),
            kind: std::marker::PhantomData,
        }
    }
}

/// Notes which system asked for what came into the queues since this was last called.
pub(crate) fn note_askers<K: Kind>(world: &mut World, system: &Arc<str>) {
    let mut births = world.resource_mut::<Births<K>>();
    let length = births.len();
    births.askers.note(length, system);
    let mut deaths = world.resource_mut::<Deaths<K>>();
    let length = deaths.len();
    deaths.askers.note(length, system);
}

/// The digests of what waits in the queues, by names that tell them from persisted types. The order in
/// which it was asked for does not count.
///
/// # Errors
/// None that bytes and numbers could give.
pub(crate) fn queue_digests<K: Kind>(world: &World) -> Result<QueueDigests, EngineError> {
    let name = |queue| format!("{} asked for in `{queue}<{}>`", K::NAME, K::NAME);
    let queue = world.resource::<Births<K>>();
    let (births, key) = (name("Births"), TypeKey::new("oikos.births"));
    let mut born = Digest::default();
    for request in &queue.requests {
        let values = queue.values[request.values.clone()].iter();
        let values = values.map(|(_, name, bytes)| (name, &queue.bytes[bytes.clone()]));
        let values: Vec<_> = values.collect();
        born += digest_of(
            &key,
            request.cause,
            &(request.ordinal, request.subject, values),
        )?;
    }
    let (deaths, key) = (name("Deaths"), TypeKey::new("oikos.deaths"));
    let mut died = Digest::default();
    for (id, cause) in &world.resource::<Deaths<K>>().requests {
        died += digest_of(&key, *id, cause)?;
    }
    Ok([(births, born), (deaths, died)])
}

/// Refuses what was asked for after the tick's births and deaths had been applied: it would be lost.
pub(crate) fn too_late<K: Kind>(world: &World) -> Result<(), EngineError> {
    let (births, deaths) = (world.resource::<Births<K>>(), world.resource::<Deaths<K>>());
    let asker = births.askers.of(0).or_else(|| deaths.askers.of(0));
    let system = asker.map_or_else(String::new, ToString::to_string);
    let (births, deaths) = (births.len(), deaths.len());
    if births + deaths == 0 {
        return Ok(());
    }
    Err(EngineError::TooLateToLive {
        kind: K::NAME,
        system,
        births,
        deaths,
    })
}

/// Admits members at once, outside the queues: for starting populations, before the first tick.
///
/// # Errors
/// [`EngineError::TooMany`], [`EngineError::UnknownKind`].
pub fn found<K: Kind>(
    world: &mut World,
    subjects: impl IntoIterator<Item = u64>,
) -> Result<Vec<Who<K>>, EngineError> {
    let founded = found_some(world, subjects.into_iter().map(Some))?;
    Ok(founded.into_iter().flatten().collect())
}

/// As [`found`], for starting populations of which not everybody lives in the society: where there is no
/// subject, somebody gets an id and no row, such as an ancestor who is dead.
///
/// # Errors
/// As [`found`].
pub fn found_some<K: Kind>(
    world: &mut World,
    subjects: impl IntoIterator<Item = Option<u64>>,
) -> Result<Vec<Option<Who<K>>>, EngineError> {
    let unknown = || EngineError::UnknownKind { kind: K::NAME };
    let registry = world.get_resource::<Registered>().ok_or_else(unknown)?;
    let registry = registry.0.clone();
    let kind = registry.kind(TypeId::of::<K>()).ok_or_else(unknown)?;
    let mut slots = world.resource_mut::<Slots<K>>();
    let subjects: Vec<_> = subjects.into_iter().collect();
    slots.reserve(subjects.iter().flatten().count(), subjects.len());
    let mut founders = Vec::with_capacity(subjects.len());
    for subject in subjects {
        founders.push(match subject {
            Some(subject) => Some(Who::new(slots.admit(subject)?.0, subject)),
            None => {
                slots.pass_over()?;
                None
            }
        });
    }
    let total = slots.slots();
    for (_, column) in &kind.columns {
        column.admit(world, total, &[]);
    }
    Ok(founders)
}

/// Sets an attribute of consecutive founders, the first of which is `first`.
///
/// # Errors
/// As [`set_each`].
pub fn set_all<A: Attribute>(
    world: &mut World,
    first: <A::Kind as Kind>::Id,
    values: &[A],
) -> Result<(), EngineError> {
    let ids = (first.get()..).map_while(|id| <A::Kind as Kind>::Id::new(id).ok());
    set_each(world, ids.zip(values.iter().copied()))
}

/// Sets an attribute of these founders.
///
/// # Errors
/// [`EngineError::UnknownAttribute`]; [`EngineError::NotAlive`] for somebody who does not live. Nothing is then
/// set.
pub fn set_each<A: Attribute>(
    world: &mut World,
    values: impl IntoIterator<Item = (<A::Kind as Kind>::Id, A)>,
) -> Result<(), EngineError> {
    let unknown = || EngineError::UnknownAttribute {
        attribute: A::NAME.to_owned(),
    };
    let slots = world.get_resource::<Slots<A::Kind>>().ok_or_else(unknown)?;
    let values = values.into_iter().map(|(id, value)| {
        let slot = slots.slot_of_raw(id.get());
        let slot = slot.ok_or_else(|| EngineError::NotAlive { id: id.to_string() })?;
        Ok((slot, value))
    });
    let values: Vec<(u32, A)> = values.collect::<Result<_, EngineError>>()?;
    let mut column = world.get_resource_mut::<Column<A>>().ok_or_else(unknown)?;
    for (slot, value) in values {
        column.set(slot as usize, value);
    }
    Ok(())
}
