//! Who lives in the parental home, written down.

use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_engine::{Column, Slots};
use oikos_world::{Person, PersonId};

use super::{LeavingHome, ParentalHome, ReturningHome};
use crate::hazards::HazardChanges;

/// Where it is written who lives in the parental home. The hazards of leaving it and of coming back rest on that, so
/// whichever it exposes to is told.
#[derive(SystemParam)]
pub(super) struct ParentalHomes<'w> {
    people: Res<'w, Slots<Person>>,
    homes: ResMut<'w, Column<ParentalHome>>,
    leaving: ResMut<'w, HazardChanges<LeavingHome>>,
    returning: ResMut<'w, HazardChanges<ReturningHome>>,
}

impl ParentalHomes<'_> {
    pub(super) fn of(&self, person: PersonId) -> bool {
        let slot = self.people.slot(person);
        let home = slot.and_then(|slot| self.homes.get(slot));
        home.is_some_and(|home| home.0)
    }

    pub(super) fn set(&mut self, person: PersonId, at_home: bool) {
        let slot = self.people.slot(person);
        let home = slot.and_then(|slot| self.homes.get_mut(slot));
        let Some(home) = home.filter(|home| home.0 != at_home) else {
            return;
        };
        home.0 = at_home;
        // The force of the other is zero from now on, whatever it was bounded by.
        if at_home {
            self.leaving.note(person);
        } else {
            self.returning.note(person);
        }
    }
}
