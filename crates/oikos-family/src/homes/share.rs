//! Who is alone at the end of a day, and moves together with others.

use std::collections::BTreeSet;

use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::CoreError;
use oikos_engine::{Changes, Draws};
use oikos_world::{Ages, BirthDate, HouseholdId, Person, PersonId, PersonMap};

use super::HomesPlugin;
use super::care::Care;
use super::sharing::{
    Host, OpenHomes, Sharer, SharingChances, SharingDraws, disposition, find_host,
};

/// Who shares with whom.
#[derive(SystemParam)]
pub(super) struct Flatmates<'w, 's> {
    marks: ResMut<'w, PersonMap<Sharer>>,
    open: ResMut<'w, OpenHomes>,
    chances: Res<'w, SharingChances>,
    draws: Draws<'w, 's, SharingDraws>,
    ages: Res<'w, Ages>,
}

impl Care<'_, '_, '_> {
    /// Lets those whom the day left alone in a private household share one, in the order of their ids.
    pub(super) fn share(&mut self, changes: &Changes<Person>) -> Result<(), CoreError> {
        let why = self.why(HomesPlugin::SHARING);
        let moved = self.relocation.changes().moved.iter();
        let movers = moved.filter(|relocated| relocated.why != why);
        let movers: Vec<PersonId> = movers.map(|relocated| relocated.person).collect();
        for person in movers {
            self.unmark(person);
        }
        let mut alone = BTreeSet::new();
        for home in self.touched_homes(changes)? {
            alone.extend(self.settle(home));
        }
        for person in alone {
            self.move_together(person);
        }
        Ok(())
    }

    /// The private households whose people are not those of yesterday.
    fn touched_homes(&self, changes: &Changes<Person>) -> Result<BTreeSet<HouseholdId>, CoreError> {
        let today = self.relocation.changes();
        let moved = today.moved.iter();
        let moved = moved.flat_map(|it| it.from.into_iter().chain([it.to]));
        let died = today.died.iter().map(|(_, home)| *home);
        let mut homes: BTreeSet<HouseholdId> = moved.chain(died).collect();
        for born in &changes.born {
            let newborn = oikos_core::StableId::new(born.id)?;
            homes.extend(self.relocation.home(newborn));
        }
        homes.retain(|home| self.is_private(*home));
        Ok(homes)
    }

    /// Sees to it that the marks in a household are right, and tells who lives alone in it.
    fn settle(&mut self, home: HouseholdId) -> Option<PersonId> {
        let residents: Vec<PersonId> = self.relocation.residents().of(home).collect();
        let marks = &self.flatmates.marks;
        let marked = residents.iter().filter(|person| marks.contains(**person));
        let sharers = marked.filter_map(|person| Some((self.kinsfolk.born(*person)?, *person)));
        let sharers: Vec<_> = sharers.collect();
        match (sharers.as_slice(), residents.as_slice()) {
            // Of all who shared one is left, who is not alone; or somebody moved in for another reason.
            ([(_, last)], [_, _, ..]) => self.unmark(*last),
            _ => self.flatmates.open.enter(&sharers),
        }
        match residents.as_slice() {
            [alone] => Some(*alone),
            _ => None,
        }
    }

    /// Somebody who is alone looks for others, if they are of those who share.
    fn move_together(&mut self, person: PersonId) {
        let (Some(home), Some(born)) = (self.relocation.home(person), self.kinsfolk.born(person))
        else {
            return;
        };
        // Somebody may have joined them meanwhile.
        if self
            .relocation
            .residents()
            .housemates(person, home)
            .next()
            .is_some()
        {
            return;
        }
        self.unmark(person);
        let age = self.flatmates.ages.completed(BirthDate(born));
        let waits = !self.kinsfolk.is_minor(person) && self.kinsfolk.partner(person).is_none();
        if !waits || !self.is_sharing(person, age) {
            return;
        }
        let host = find_host(
            &self.kinsfolk,
            &self.flatmates.open,
            (person, born, age),
            |other| self.relocation.home(other),
            |child| self.keeps_house(child),
        );
        let (whom, shares) = match host {
            Some(Host::Child(child)) => (child, false),
            Some(Host::Sharer(other)) => (other, true),
            None => (person, true),
        };
        if shares {
            self.flatmates.marks.insert(person, Sharer);
        }
        if let Some(home) = self.relocation.home(whom) {
            self.relocate(person, home, self.why(HomesPlugin::SHARING));
            self.settle(home);
        }
    }

    /// The draw for life of somebody, against the chance at their age.
    fn is_sharing(&self, person: PersonId, age: u32) -> bool {
        let stream = self.flatmates.draws.stream();
        let who = self.people.find(person);
        who.is_some_and(|who| {
            let mut draw = disposition(&stream, who.subject());
            self.flatmates.chances.shares(age, &mut draw)
        })
    }

    /// Whether somebody has a private household that is neither their parents' nor shared with others who do.
    fn keeps_house(&self, person: PersonId) -> bool {
        let slot = self.people.slot(person);
        let at_home = slot.and_then(|slot| self.parental.get(slot));
        let own = at_home.is_some_and(|home| !home.0);
        let home = self.private_home(person).filter(|_| own);
        let shared = self.flatmates.marks.contains(person);
        home.is_some_and(|home| {
            let mut others = self.relocation.residents().housemates(person, home);
            !shared || others.next().is_none()
        })
    }

    fn unmark(&mut self, person: PersonId) {
        if self.flatmates.marks.remove(person).is_some() {
            let born = self.kinsfolk.born(person);
            if let Some(born) = born {
                self.flatmates.open.remove((born, person));
            }
        }
    }
}
