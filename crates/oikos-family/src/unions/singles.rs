//! The single men, where a woman who enters a union finds one.

use std::collections::BTreeSet;
use std::ops::{Bound, RangeInclusive};

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Seed, StableId, Stream, Tick};
use oikos_engine::{Clock, Column, Slots};
use oikos_world::{BirthDate, Person, PersonId, Sex};

use super::choice::PartnerChoice;
use super::group::{GroupOnRings, MatchingGroup};
use super::status::UnionStatus;

/// Single men and boys on rings, one for each calendar year of birth. Derived.
///
/// Everybody has a point of their own, which follows from their draw subject. Who looks for a man draws a
/// point and takes the next man after it whom nothing forbids. So one man more or less changes the choice of
/// those alone who would have met him: consistent hashing (Karger et al. 1997, STOC: 654-663).
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct SingleMen {
    /// The rings of all men, in the one group 0.
    pool: Rings,
    /// The rings of each group, in models in which people look in their own.
    by_group: Option<Rings>,
}

/// Group, year of birth, point, man.
type Rings = BTreeSet<(u8, i32, u64, PersonId)>;

/// A man where he stands on the rings.
#[derive(Clone, Copy, Debug)]
pub(super) struct SingleMan {
    year: i32,
    group: GroupOnRings,
    point: u64,
    id: PersonId,
}

impl SingleMan {
    pub(super) fn new(born: BirthDate, group: GroupOnRings, point: u64, id: PersonId) -> Self {
        Self {
            year: born.0.year(),
            group,
            point,
            id,
        }
    }

    pub(super) const fn in_group(self, group: GroupOnRings) -> Self {
        Self { group, ..self }
    }
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

    pub(super) fn insert(&mut self, man: SingleMan) {
        self.pool.insert((0, man.year, man.point, man.id));
        if let Some(rings) = &mut self.by_group {
            rings.insert((man.group.0, man.year, man.point, man.id));
        }
    }

    pub(super) fn remove(&mut self, man: SingleMan) {
        self.pool.remove(&(0, man.year, man.point, man.id));
        if let Some(rings) = &mut self.by_group {
            rings.remove(&(man.group.0, man.year, man.point, man.id));
        }
    }

    /// The men of a ring from a point on, once round.
    fn round(
        &self,
        group: Option<MatchingGroup>,
        year: i32,
        point: u64,
    ) -> impl Iterator<Item = (u64, PersonId)> + '_ {
        let (rings, group) = match (group, &self.by_group) {
            (Some(group), Some(rings)) => (rings, group.0),
            _ => (&self.pool, 0),
        };
        let start = (group, year, point, PersonId::FIRST);
        let end = Bound::Included((group, year, u64::MAX, PersonId::LAST));
        let on = rings.range((Bound::Included(start), end));
        let before = rings.range((group, year, 0, PersonId::FIRST)..start);
        on.chain(before).map(|(_, _, point, man)| (*point, *man))
    }

    /// The next man on the ring of a year whom nothing forbids; if there is none, of the years around it,
    /// the nearest and then the older first. In one group, or else in all.
    pub(super) fn find(
        &self,
        group: Option<MatchingGroup>,
        year: i32,
        point: u64,
        may: impl Fn(PersonId) -> bool,
    ) -> Option<PersonId> {
        let around = (1..=YEARS_AROUND).flat_map(|far| [year - far, year + far]);
        std::iter::once(year).chain(around).find_map(|year| {
            let mut men = self.round(group, year, point).take(LOOKS);
            men.find_map(|(_, man)| may(man).then_some(man))
        })
    }

    /// The `most` men who come next after a point on the rings of several years together, the nearest first.
    /// In one group, or else in all.
    pub(super) fn meet(
        &self,
        group: Option<MatchingGroup>,
        years: RangeInclusive<i32>,
        point: u64,
        most: usize,
    ) -> Vec<PersonId> {
        let near = years.flat_map(|year| self.round(group, year, point).take(most));
        let mut met: Vec<(u64, PersonId)> = near
            .map(|(at, man)| (at.wrapping_sub(point), man))
            .collect();
        met.sort_unstable();
        met.truncate(most);
        met.into_iter().map(|(_, man)| man).collect()
    }

    /// Makes the rings anew from the columns.
    pub(super) fn rebuild(world: &mut World) {
        let Some(seed) = world.get_resource::<Clock>().map(Clock::seed) else {
            return;
        };
        let choice = world.get_resource::<PartnerChoice>();
        let mut men = Self {
            by_group: choice
                .filter(|choice| choice.rings_by_group())
                .map(|_| Rings::new()),
            ..Self::default()
        };
        let (born, sexes, status, groups) = (
            world.resource::<Column<BirthDate>>(),
            world.resource::<Column<Sex>>(),
            world.resource::<Column<UnionStatus>>(),
            world.resource::<Column<GroupOnRings>>(),
        );
        for (slot, who) in world.resource::<Slots<Person>>().iter() {
            let single = status.get(slot) == Some(&UnionStatus::Single);
            if let (Some(born), Some(Sex::Male), true) = (born.get(slot), sexes.get(slot), single) {
                let group = groups.get(slot).copied().unwrap_or_default();
                let point = Self::point(seed, who.subject());
                men.insert(SingleMan::new(*born, group, point, who.id()));
            }
        }
        world.insert_resource(men);
    }

    /// Number of men, for the check that the rings are right; `None` if those by group have others.
    pub(super) fn count(&self) -> Option<usize> {
        let by_group = self.by_group.as_ref();
        let same = by_group.is_none_or(|rings| rings.len() == self.pool.len());
        same.then_some(self.pool.len())
    }
}

#[cfg(test)]
mod tests {
    use oikos_core::date;

    use super::*;

    fn man(id: u64) -> PersonId {
        PersonId::new(id).unwrap()
    }

    fn single(id: u64, year: i32, point: u64) -> SingleMan {
        let born = BirthDate(date(year, 6, 1).unwrap());
        SingleMan::new(born, GroupOnRings((id % 2) as u8), point, man(id))
    }

    fn ring() -> SingleMen {
        let mut men = SingleMen {
            by_group: Some(Rings::new()),
            ..SingleMen::default()
        };
        for (id, year, point) in [(0, 1990, 10), (1, 1990, 20), (2, 1990, 30), (3, 1988, 5)] {
            men.insert(single(id, year, point));
        }
        men
    }

    #[test]
    fn the_next_man_is_found_round_the_ring() {
        let men = ring();
        let next = |point| men.find(None, 1990, point, |_| true);
        assert_eq!(
            [next(0), next(15), next(30), next(31)],
            [0, 1, 2, 0].map(|id| Some(man(id)))
        );
    }

    #[test]
    fn a_group_has_rings_of_its_own() {
        let mut men = ring();
        let next = |men: &SingleMen, group, point| {
            men.find(Some(MatchingGroup(group)), 1990, point, |_| true)
        };
        assert_eq!(next(&men, 0, 15), Some(man(2)));
        assert_eq!(next(&men, 1, 25), Some(man(1)));
        assert_eq!(next(&men, 7, 15), None);
        men.remove(single(1, 1990, 20));
        // Nobody else of the group was born that year.
        assert_eq!(next(&men, 1, 25), Some(man(3)));
        assert_eq!(men.count(), Some(3));
    }

    #[test]
    fn whom_something_forbids_is_passed_over_and_other_years_come_last() {
        let men = ring();
        let find = |year, may: &dyn Fn(PersonId) -> bool| men.find(None, year, 15, may);
        assert_eq!(find(1990, &|found| found != man(1)), Some(man(2)));
        assert_eq!(find(1990, &|found| found == man(3)), Some(man(3)));
        assert_eq!(find(1990, &|_| false), None);
        assert_eq!(find(1970, &|_| true), None);
    }

    #[test]
    fn men_are_met_in_the_order_of_the_rings_together() {
        let men = ring();
        let met = |group, years, point, most| -> Vec<u64> {
            let met = men.meet(group, years, point, most);
            met.into_iter().map(|man| man.get()).collect()
        };
        assert_eq!(met(None, 1988..=1990, 15, 9), [1, 2, 3, 0]);
        assert_eq!(met(None, 1988..=1990, 15, 2), [1, 2]);
        assert_eq!(met(None, 1990..=1990, 25, 9), [2, 0, 1]);
        assert_eq!(met(Some(MatchingGroup(1)), 1988..=1990, 15, 9), [1, 3]);
        assert!(met(None, 1991..=1999, 15, 9).is_empty());
    }

    #[test]
    fn one_man_less_changes_the_choice_of_those_alone_who_would_have_met_him() {
        let (all, mut fewer) = (ring(), ring());
        fewer.remove(single(1, 1990, 20));
        for point in 0..40 {
            let before = all.find(None, 1990, point, |_| true);
            if before != Some(man(1)) {
                assert_eq!(fewer.find(None, 1990, point, |_| true), before);
            }
            let met = all.meet(None, 1988..=1990, point, 2);
            if !met.contains(&man(1)) {
                assert_eq!(fewer.meet(None, 1988..=1990, point, 2), met);
            }
        }
    }
}
