//! Who is alone at the end of a day, and moves together with others.

use std::collections::BTreeSet;

use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::{CoreError, StableId};
use oikos_engine::{Changes, Column, Slots};
use oikos_world::{HouseholdId, Person, PersonId};

use super::HomesPlugin;
use super::care::Care;
use super::open::{Host, OpenHomes, find_host};
use super::sharer::{Marks, Sharer};
use super::sharing::Dispositions;

/// Who shares with whom.
#[derive(SystemParam)]
pub(super) struct Flatmates<'w, 's> {
    people: Res<'w, Slots<Person>>,
    marks: ResMut<'w, Column<Sharer>>,
    open: ResMut<'w, OpenHomes>,
    dispositions: Dispositions<'w, 's>,
}

impl Flatmates<'_, '_> {
    fn marks(&self) -> Marks<'_> {
        Marks {
            people: &self.people,
            column: &self.marks,
        }
    }

    fn mark(&mut self, person: PersonId, mark: Sharer) {
        let slot = self.people.slot(person);
        if let Some(cell) = slot.and_then(|slot| self.marks.get_mut(slot)) {
            *cell = mark;
        }
    }
}

impl Care<'_, '_, '_> {
    /// Lets those whom the day left alone in a private household share one, in the order of their ids.
    pub(super) fn share(&mut self, changes: &Changes<Person>) -> Result<(), CoreError> {
        let mut homes: Vec<HouseholdId> = Vec::new();
        for (person, from) in self.movers() {
            self.unmark(person);
            homes.extend(from.into_iter().chain(self.relocation.home(person)));
        }
        let died = self.relocation.changes().died.iter();
        homes.extend(died.map(|(_, home)| *home));
        for born in &changes.born {
            homes.extend(self.relocation.home(StableId::new(born.id)?));
        }
        homes.sort_unstable();
        homes.dedup();
        let mut alone = BTreeSet::new();
        for home in homes {
            alone.extend(self.settle(home));
        }
        for person in alone {
            self.move_together(person);
        }
        Ok(())
    }

    /// Those who live elsewhere than yesterday, and where they lived: who moved and came back the same day did not.
    fn movers(&self) -> Vec<(PersonId, Option<HouseholdId>)> {
        let moved = self.relocation.changes().moved.iter();
        let mut from: Vec<_> = moved.map(|moved| (moved.person, moved.from)).collect();
        // Of several moves of one person the first stays.
        from.sort_by_key(|(person, _)| *person);
        from.dedup_by_key(|(person, _)| *person);
        from.retain(|(person, from)| self.relocation.home(*person) != *from);
        from
    }

    /// Sees to it that the marks in a private household are right, and tells who lives alone in it.
    fn settle(&mut self, home: HouseholdId) -> Option<PersonId> {
        let (residents, marks) = (self.relocation.residents().of(home), self.flatmates.marks());
        let is_shared = || residents.clone().any(|person| marks.contains(person));
        if !(residents.len() == 1 || is_shared()) || !self.is_private(home) {
            return None;
        }
        let residents: Vec<PersonId> = residents.collect();
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
        let age = self.flatmates.dispositions.age(born);
        let waits = || !self.kinsfolk.is_minor(person) && self.kinsfolk.partner(person).is_none();
        if !self.flatmates.dispositions.shares(person, born) || !waits() {
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
            let mark = self.flatmates.dispositions.mark(person, born);
            self.flatmates.mark(person, mark);
        }
        if let Some(home) = self.relocation.home(whom) {
            self.relocate(person, home, self.why(HomesPlugin::SHARING));
            self.settle(home);
        }
    }

    /// Whether somebody has a private household that is neither their parents' nor shared with others who do.
    fn keeps_house(&self, person: PersonId) -> bool {
        let own = !self.parental.of(person);
        let home = self.private_home(person).filter(|_| own);
        let marks = self.flatmates.marks();
        home.is_some_and(|home| {
            let mut others = self
                .relocation
                .residents()
                .housemates(person, home)
                .peekable();
            let alone = others.peek().is_none();
            alone || !(marks.contains(person) || others.any(|one| marks.contains(one)))
        })
    }

    fn unmark(&mut self, person: PersonId) {
        if self.flatmates.marks().contains(person) {
            self.flatmates.mark(person, Sharer::NOT);
            let born = self.kinsfolk.born(person);
            if let Some(born) = born {
                self.flatmates.open.remove((born, person));
            }
        }
    }
}
