//! Who moved and who left a household by death, and moves that are made at once.

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_engine::{Column, Slots, Word};

use super::{Household, HouseholdId, MoveReason, Residence, Residents};
use crate::person::{Person, PersonId};

/// A move that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relocated {
    /// Who moved.
    pub person: PersonId,
    /// Where they lived; `None` for somebody who had no household.
    pub from: Option<HouseholdId>,
    /// Where they live now.
    pub to: HouseholdId,
    /// Why.
    pub why: Word<MoveReason>,
}

/// Who left which household in this tick, for systems `.after(MoveStep)`. Cleared after it.
#[derive(Resource, Clone, Debug, Default)]
pub struct HouseholdChanges {
    /// The moves, in the order in which they were made. Whoever is moved to where they live already is not here.
    pub moved: Vec<Relocated>,
    /// The people who died, in the order of their ids, with the households in which they lived.
    pub died: Vec<(PersonId, HouseholdId)>,
}

/// Moves that are made at once: for systems that answer to the tick's births, deaths and moves, and so run
/// `.after(MoveStep)`. All others ask for theirs with [`Moves`](super::Moves).
#[derive(SystemParam)]
pub struct Relocation<'w> {
    people: Res<'w, Slots<Person>>,
    homes: ResMut<'w, Column<Residence>>,
    residents: ResMut<'w, Residents>,
    households: Res<'w, Slots<Household>>,
    changes: ResMut<'w, HouseholdChanges>,
}

impl Relocation<'_> {
    /// Where somebody lives; `None` for the dead.
    #[must_use]
    pub fn home(&self, person: PersonId) -> Option<HouseholdId> {
        let slot = self.people.slot(person)?;
        self.homes.get(slot).and_then(|residence| residence.0)
    }

    /// Who lives where.
    #[must_use]
    pub fn residents(&self) -> &Residents {
        &self.residents
    }

    /// Who moved and who died in this tick, so far.
    #[must_use]
    pub fn changes(&self) -> &HouseholdChanges {
        &self.changes
    }

    /// Lets somebody live in a household from now on. Returns whether they moved: not the dead, nor anybody to a
    /// household that there is not or in which they live.
    pub fn relocate(&mut self, person: PersonId, to: HouseholdId, why: Word<MoveReason>) -> bool {
        let from = self.home(person);
        if from == Some(to) || !self.house(person, to) {
            return false;
        }
        self.changes.moved.push(Relocated {
            person,
            from,
            to,
            why,
        });
        true
    }

    /// Where somebody lived who died in this tick.
    pub(super) fn left(&self, person: PersonId) -> Option<HouseholdId> {
        let dead = &self.changes.died;
        let place = dead.binary_search_by_key(&person, |(dead, _)| *dead);
        place.ok().map(|place| dead[place].1)
    }

    /// Notes a new household: nobody lives in it yet.
    pub(super) fn opened(&mut self, household: HouseholdId) {
        self.residents.note_if_empty(household);
    }

    /// Writes down where somebody lives; false for the dead, and for a household that there is not.
    pub(super) fn house(&mut self, person: PersonId, to: HouseholdId) -> bool {
        let slot = self.people.slot(person);
        let slot = slot.filter(|_| self.households.contains(to));
        let Some(residence) = slot.and_then(|slot| self.homes.get_mut(slot)) else {
            return false;
        };
        if let Some(from) = residence.0.replace(to) {
            self.residents.leave(person, from);
        }
        self.residents.enter(person, to);
        true
    }
}
