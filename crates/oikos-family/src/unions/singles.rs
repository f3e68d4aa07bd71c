//! The single men, where a woman who enters a union finds one.

use std::collections::BTreeSet;

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Seed, StableId, Stream, Tick};
use oikos_engine::{Clock, Column, Slots};
use oikos_world::{BirthDate, Person, PersonId, Sex};

use super::status::UnionStatus;

/// Single men and boys on rings, one for each calendar year of birth. Derived.
///
/// Everybody has a point of their own, which follows from their draw subject. Who looks for a man draws a
/// point and takes the next man after it whom nothing forbids. So one man more or less changes the choice of
/// those alone who would have met him: consistent hashing (Karger et al. 1997, STOC: 654-663).
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct SingleMen {
    ring: BTreeSet<(i32, u64, PersonId)>,
}

/// Men looked at in one year of birth before the next year's are.
const LOOKS: usize = 16;

/// Years of birth looked at on either side.
const YEARS_AROUND: i32 = 5;

impl SingleMen {
    /// The point of somebody.
    pub(super) fn point(seed: Seed, subject: u64) -> u64 {
        Stream::new(seed, "family.single-men")
            .at(subject, Tick::ZERO)
            .next_u64()
    }

    pub(super) fn insert(&mut self, born: BirthDate, point: u64, man: PersonId) {
        self.ring.insert((born.0.year(), point, man));
    }

    pub(super) fn remove(&mut self, born: BirthDate, point: u64, man: PersonId) {
        self.ring.remove(&(born.0.year(), point, man));
    }

    /// The next man on the ring of a year whom nothing forbids; if there is none, of the years around it,
    /// the nearest and then the older first.
    pub(super) fn find(
        &self,
        year: i32,
        point: u64,
        may: impl Fn(PersonId) -> bool,
    ) -> Option<PersonId> {
        let around = (1..=YEARS_AROUND).flat_map(|far| [year - far, year + far]);
        std::iter::once(year).chain(around).find_map(|year| {
            let on = self
                .ring
                .range((year, point, PersonId::FIRST)..=(year, u64::MAX, PersonId::LAST));
            let before = self
                .ring
                .range((year, 0, PersonId::FIRST)..(year, point, PersonId::FIRST));
            let men = on.chain(before).map(|(_, _, man)| *man);
            men.take(LOOKS).find(|man| may(*man))
        })
    }

    /// Makes the rings anew from the columns.
    pub(super) fn rebuild(world: &mut World) {
        let Some(seed) = world.get_resource::<Clock>().map(Clock::seed) else {
            return;
        };
        let mut men = Self::default();
        let (born, sexes, status) = (
            world.resource::<Column<BirthDate>>(),
            world.resource::<Column<Sex>>(),
            world.resource::<Column<UnionStatus>>(),
        );
        for (slot, who) in world.resource::<Slots<Person>>().iter() {
            let single = status.get(slot) == Some(&UnionStatus::Single);
            if let (Some(born), Some(Sex::Male), true) = (born.get(slot), sexes.get(slot), single) {
                men.insert(*born, Self::point(seed, who.subject()), who.id());
            }
        }
        world.insert_resource(men);
    }

    /// Every man once, for the check that the rings are right.
    pub(super) fn all(&self) -> &BTreeSet<(i32, u64, PersonId)> {
        &self.ring
    }
}

#[cfg(test)]
mod tests {
    use oikos_core::date;

    use super::*;

    fn man(id: u64) -> PersonId {
        PersonId::new(id).unwrap()
    }

    fn born(year: i32) -> BirthDate {
        BirthDate(date(year, 6, 1).unwrap())
    }

    fn ring() -> SingleMen {
        let mut men = SingleMen::default();
        for (id, year, point) in [(0, 1990, 10), (1, 1990, 20), (2, 1990, 30), (3, 1988, 5)] {
            men.insert(born(year), point, man(id));
        }
        men
    }

    #[test]
    fn the_next_man_is_found_round_the_ring() {
        let men = ring();
        let next = |point| men.find(1990, point, |_| true);
        assert_eq!(
            [next(0), next(15), next(30), next(31)],
            [0, 1, 2, 0].map(|id| Some(man(id)))
        );
    }

    #[test]
    fn whom_something_forbids_is_passed_over_and_other_years_come_last() {
        let men = ring();
        assert_eq!(men.find(1990, 15, |found| found != man(1)), Some(man(2)));
        assert_eq!(men.find(1990, 15, |found| found == man(3)), Some(man(3)));
        assert_eq!(men.find(1990, 15, |_| false), None);
        assert_eq!(men.find(1970, 15, |_| true), None);
    }

    #[test]
    fn one_man_less_changes_the_choice_of_those_alone_who_would_have_met_him() {
        let (all, mut fewer) = (ring(), ring());
        fewer.remove(born(1990), 20, man(1));
        for point in 0..40 {
            let before = all.find(1990, point, |_| true);
            if before != Some(man(1)) {
                assert_eq!(fewer.find(1990, point, |_| true), before);
            }
        }
    }
}
