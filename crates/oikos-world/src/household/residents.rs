//! Who lives in a household: the inverse of [`Residence`].

use std::collections::BTreeSet;

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_engine::{Column, Departed, Slots};

use super::pages::Pages;
use super::{Household, HouseholdChanges, HouseholdId, Residence};
use crate::person::{Person, PersonId};

/// The people of each household. Derived from [`Residence`].
#[derive(Resource, Clone, Debug, Default)]
pub struct Residents {
    by_household: Pages,
    empty: BTreeSet<HouseholdId>,
}

impl Residents {
    /// The people of a household, in the order of their ids.
    pub fn of(
        &self,
        household: HouseholdId,
    ) -> impl ExactSizeIterator<Item = PersonId> + Clone + '_ {
        self.by_household.of(household)
    }

    /// Households and their people, in the order of both.
    pub(super) fn iter(&self) -> impl Iterator<Item = (HouseholdId, PersonId)> + '_ {
        self.by_household.iter()
    }

    /// Those who share a household with one of its people, in the order of their ids.
    pub fn housemates(
        &self,
        person: PersonId,
        household: HouseholdId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        self.of(household).filter(move |other| *other != person)
    }

    /// How many people live in a household.
    #[must_use]
    pub fn count(&self, household: HouseholdId) -> usize {
        self.by_household.count(household)
    }

    /// Whether somebody lives in a household.
    #[must_use]
    pub fn lives_in(&self, person: PersonId, household: HouseholdId) -> bool {
        self.of(household).any(|other| other == person)
    }

    /// How many people live in households.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_household.len()
    }

    /// Whether nobody lives in any household.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The households in which somebody lives, with how many do, in the order of their ids.
    pub fn sizes(&self) -> impl Iterator<Item = (HouseholdId, usize)> + '_ {
        let mut people = self.iter().peekable();
        std::iter::from_fn(move || {
            let (household, _) = people.next()?;
            let mut size = 1;
            while people.next_if(|(other, _)| *other == household).is_some() {
                size += 1;
            }
            Some((household, size))
        })
    }

    /// The households in which nobody lives.
    pub fn empty(&self) -> impl Iterator<Item = HouseholdId> + '_ {
        self.empty.iter().copied()
    }

    pub(super) fn enter(&mut self, person: PersonId, household: HouseholdId) {
        self.by_household.insert(household, person);
        self.empty.remove(&household);
    }

    pub(super) fn leave(&mut self, person: PersonId, household: HouseholdId) {
        self.by_household.remove(household, person);
        self.note_if_empty(household);
    }

    pub(super) fn note_if_empty(&mut self, household: HouseholdId) {
        if self.count(household) == 0 {
            self.empty.insert(household);
        }
    }

    /// Makes the index anew from the columns.
    pub(super) fn rebuild(world: &mut World) {
        let mut residents = Self::default();
        for household in world.resource::<Slots<Household>>().iter() {
            residents.empty.insert(household.1.id());
        }
        let (homes, households) = (
            world.resource::<Column<Residence>>(),
            world.resource::<Slots<Household>>(),
        );
        for (slot, who) in world.resource::<Slots<Person>>().iter() {
            let home = homes.get(slot).and_then(|residence| residence.0);
            // A save may name a household that there is not: an invariant says so.
            if let Some(home) = home.filter(|home| households.contains(*home)) {
                residents.enter(who.id(), home);
            }
        }
        world.insert_resource(residents);
    }

    /// The dead live nowhere; where they did is told to those who answer to it.
    pub(super) fn forget_people(world: &mut World, dead: &[Departed<Person>]) {
        let homes = world.resource::<Column<Residence>>();
        let home = |slot| homes.get(slot).and_then(|residence| residence.0);
        let died = dead.iter();
        let died: Vec<_> = died
            .filter_map(|(person, slot)| Some((*person, home(*slot)?)))
            .collect();
        let mut residents = world.resource_mut::<Self>();
        for (person, home) in &died {
            residents.leave(*person, *home);
        }
        let told = &mut world.resource_mut::<HouseholdChanges>().died;
        told.extend(died);
        // Where births and deaths are applied in several rounds.
        told.sort_unstable();
    }

    /// What is closed is no longer empty.
    pub(super) fn forget_households(world: &mut World, closed: &[Departed<Household>]) {
        let mut residents = world.resource_mut::<Self>();
        for (household, _) in closed {
            residents.empty.remove(household);
        }
    }
}
