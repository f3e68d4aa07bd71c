//! What happens in a tick, and of what causes.

use bevy_ecs::resource::Resource;
use oikos_core::StableId;
use oikos_engine::{Who, Word};
use oikos_world::Cause;

use super::{Hazard, HazardEvent, Horizon};

/// Something that happens to somebody in this tick.
pub struct Occurrence<E: HazardEvent> {
    /// To whom.
    pub who: Who<E::Kind>,
    /// Why.
    pub cause: Word<Cause>,
}

/// What happens in this tick, in the order of ids. Cleared after it.
#[derive(Resource)]
pub struct Occurrences<E: HazardEvent> {
    pub(super) all: Vec<Occurrence<E>>,
}

impl<E: HazardEvent> Default for Occurrences<E> {
    fn default() -> Self {
        Self { all: Vec::new() }
    }
}

impl<E: HazardEvent> Occurrences<E> {
    /// All of it.
    pub fn iter(&self) -> std::slice::Iter<'_, Occurrence<E>> {
        self.all.iter()
    }

    /// Lets something happen for a test.
    #[cfg(test)]
    pub(crate) fn push(&mut self, occurrence: Occurrence<E>) {
        self.all.push(occurrence);
        self.all.sort_by_key(|it| it.who.id().get());
    }

    /// What happens to one member, by the number of their id.
    pub(crate) fn of(&self, id: u64) -> Option<&Occurrence<E>> {
        let at = self.all.binary_search_by_key(&id, |it| it.who.id().get());
        self.all.get(at.ok()?)
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing happens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// The hazards of an event, in the order in which plugins added them.
#[derive(Resource)]
pub(crate) struct Causes<E> {
    hazards: Vec<(std::any::TypeId, Word<Cause>)>,
    horizon: Horizon,
    event: std::marker::PhantomData<fn() -> E>,
}

impl<E> Causes<E> {
    /// Adds a hazard. The event's horizon is the shortest of theirs.
    pub(super) fn add<H: Hazard>(&mut self, cause: Word<Cause>) {
        self.hazards.push((std::any::TypeId::of::<H>(), cause));
        self.horizon = self.horizon.min(H::HORIZON);
    }

    /// The cause of a hazard, in the order in which they were added.
    pub(super) fn of(&self, hazard: usize) -> Option<Word<Cause>> {
        self.hazards.get(hazard).map(|(_, cause)| *cause)
    }

    /// For how long candidates are drawn ahead.
    pub(super) const fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// Whether a hazard was added.
    pub(crate) fn has<H: 'static>(&self) -> bool {
        let id = std::any::TypeId::of::<H>();
        self.hazards.iter().any(|(known, _)| *known == id)
    }
}

impl<E> Default for Causes<E> {
    fn default() -> Self {
        Self {
            hazards: Vec::new(),
            horizon: Horizon::Year,
            event: std::marker::PhantomData,
        }
    }
}
