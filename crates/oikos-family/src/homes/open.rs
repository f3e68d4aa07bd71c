//! Who can be joined by somebody who shares from now on.

use std::collections::BTreeSet;

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Date, StableId};
use oikos_engine::{Column, Departed};
use oikos_world::{Person, PersonId, Residence, Residents};

use super::kinsfolk::Kinsfolk;
use super::sharer::{Marks, Sharer};
use super::sharing::{AGES, FLAT_MAX};
use crate::DAYS_PER_YEAR;
use crate::lineage::Lineage;

/// The most days between the births of a newcomer and of somebody who shares already: ten years, an assumption.
const APART_MAX: i32 = (10.0 * DAYS_PER_YEAR) as i32;

/// Sharers who can be joined, by their days of birth. Derived from their marks and homes.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OpenHomes {
    /// Those who live alone.
    waiting: BTreeSet<(Date, PersonId)>,
    /// Those who share with others and have room.
    room: BTreeSet<(Date, PersonId)>,
}

impl OpenHomes {
    pub(super) fn remove(&mut self, sharer: (Date, PersonId)) {
        if !self.room.remove(&sharer) {
            self.waiting.remove(&sharer);
        }
    }

    /// Enters all sharers of one household, as what they are together. Most are where they belong, and nobody is in
    /// both sets.
    pub(super) fn enter(&mut self, sharers: &[(Date, PersonId)]) {
        let (to, from) = match sharers.len() {
            1 => (&mut self.waiting, &mut self.room),
            2..FLAT_MAX => (&mut self.room, &mut self.waiting),
            _ => {
                for sharer in sharers {
                    self.remove(*sharer);
                }
                return;
            }
        };
        for sharer in sharers {
            if to.insert(*sharer) {
                from.remove(sharer);
            }
        }
    }

    /// Whom a newcomer joins: who waits and is nearest in age, else who has room and is; of two who are equally near
    /// the older, then the one of lower id. Nobody who is more than ten years older or younger.
    pub(super) fn nearest(
        &self,
        born: Date,
        admits: impl Fn(PersonId) -> bool + Copy,
    ) -> Option<PersonId> {
        nearest(&self.waiting, born, admits).or_else(|| nearest(&self.room, born, admits))
    }

    /// Made anew from marks, homes and births.
    pub(super) fn rebuild(world: &mut World) {
        let index = Self::of(world);
        world.insert_resource(index);
    }

    /// What it must be.
    pub(super) fn of(world: &World) -> Self {
        let (marks, lineage) = (Marks::in_world(world), world.get_resource::<Lineage>());
        let homes = world.resource::<Column<Residence>>();
        let residents = world.resource::<Residents>();
        let (mut waiting, mut room) = (Vec::new(), Vec::new());
        for (slot, person) in marks.iter() {
            let home = homes.get(slot).and_then(|home| home.0);
            let born = lineage.and_then(|lineage| lineage.get(person));
            let (Some(home), Some(born)) = (home, born.map(|record| record.born)) else {
                continue;
            };
            let sharers = residents.of(home).filter(|other| marks.contains(*other));
            match sharers.count() {
                1 => waiting.push((born, person)),
                2..FLAT_MAX => room.push((born, person)),
                _ => {}
            }
        }
        Self {
            waiting: waiting.into_iter().collect(),
            room: room.into_iter().collect(),
        }
    }

    /// The digest of both sets.
    pub(super) fn digest(&self) -> OpenHomesDigest {
        let mut digest = OpenHomesDigest::default();
        self.waiting
            .iter()
            .for_each(|sharer| digest.add(*sharer, 1));
        self.room.iter().for_each(|sharer| digest.add(*sharer, 2));
        digest
    }

    /// The dead wait for nobody.
    pub(super) fn forget(world: &mut World, dead: &[Departed<Person>]) {
        let Some(lineage) = world.get_resource::<Lineage>() else {
            return;
        };
        // The dead have left their marks in the column.
        let marks = world.resource::<Column<Sharer>>();
        let shared = |slot| marks.get(slot).is_some_and(|mark: &Sharer| mark.shares());
        let dead = dead.iter().filter(|(_, slot)| shared(*slot));
        let dead = dead.filter_map(|(person, _)| Some((lineage.get(*person)?.born, *person)));
        let dead: Vec<_> = dead.collect();
        let mut index = world.resource_mut::<Self>();
        for sharer in dead {
            index.remove(sharer);
        }
    }
}

/// The sums of a hash of those who wait, and of those who have room: to make sets of what must be in them would take
/// several times as long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OpenHomesDigest([u64; 2]);

impl OpenHomesDigest {
    /// Adds somebody who is one of so many sharers of a household.
    pub(super) fn add(&mut self, (born, person): (Date, PersonId), sharers: usize) {
        let set = match sharers {
            1 => 0,
            2..FLAT_MAX => 1,
            _ => return,
        };
        let hash = oikos_core::pair(born.days() as u64, person.get());
        self.0[set] = self.0[set].wrapping_add(hash);
    }
}

/// With whom somebody who shares moves together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// With a child, in the child's household.
    Child(PersonId),
    /// With somebody else who shares.
    Sharer(PersonId),
}

/// With whom somebody moves together who shares from now on: from 65 on with the first child who has a household of
/// their own, else with the nearest who waits or has room; never where somebody lives from whom they parted.
pub(super) fn find_host<H: PartialEq>(
    kinsfolk: &Kinsfolk<'_>,
    open: &OpenHomes,
    (person, born, age): (PersonId, Date, u32),
    home: impl Fn(PersonId) -> Option<H>,
    keeps_house: impl Fn(PersonId) -> bool,
) -> Option<Host> {
    let parted: Vec<H> = kinsfolk.parted(person).filter_map(&home).collect();
    let admits = |host: PersonId| home(host).is_some_and(|home| !parted.contains(&home));
    let may =
        |child: &PersonId| kinsfolk.is_of_age(*child) && keeps_house(*child) && admits(*child);
    let is_old = age >= AGES.1;
    let children = is_old.then(|| kinsfolk.children(person).filter(may));
    let child = children.and_then(Iterator::min).map(Host::Child);
    child.or_else(|| open.nearest(born, admits).map(Host::Sharer))
}

fn nearest(
    among: &BTreeSet<(Date, PersonId)>,
    born: Date,
    admits: impl Fn(PersonId) -> bool,
) -> Option<PersonId> {
    let apart = |(other, _): &(Date, PersonId)| (other.days() - born.days()).abs();
    let near = |other: &&(Date, PersonId)| apart(other) <= APART_MAX;
    let here = (born, StableId::FIRST);
    let younger = among.range(here..).take_while(near);
    let younger = younger.copied().find(|(_, person)| admits(*person));
    // From the day before backwards; of that day the lowest id.
    let older = among.range(..here).rev().take_while(near);
    let older = older.copied().find(|(_, person)| admits(*person));
    let older = older.map(|(day, last)| {
        let of_day = among.range((day, StableId::FIRST)..=(day, last));
        of_day
            .copied()
            .find(|(_, person)| admits(*person))
            .unwrap_or((day, last))
    });
    let best = older.into_iter().chain(younger).min_by_key(apart);
    best.map(|(_, person)| person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_who_waits_goes_before_who_has_room() {
        let day = |days: i32| Date::from_days(days).unwrap();
        let id = |id| PersonId::new(id).unwrap();
        let mut open = OpenHomes::default();
        open.enter(&[(day(0), id(9))]);
        open.enter(&[(day(100), id(5))]);
        open.enter(&[(day(40), id(1)), (day(41), id(2))]);
        let all = |_| true;
        assert_eq!(open.nearest(day(40), all), Some(id(9)));
        assert_eq!(open.nearest(day(60), all), Some(id(5)));
        // As far from either: the older.
        assert_eq!(open.nearest(day(50), all), Some(id(9)));
        assert_eq!(open.nearest(day(40), |other| other.get() < 3), Some(id(1)));
        assert_eq!(open.nearest(day(100 + APART_MAX), all), Some(id(5)));
        assert_eq!(open.nearest(day(101 + APART_MAX), all), None);
        assert_eq!(open.nearest(day(-1 - APART_MAX), all), None);
        open.enter(&[(day(0), id(7))]);
        assert_eq!(open.nearest(day(0), all), Some(id(7)));
        assert_eq!(open.nearest(day(1), all), Some(id(7)));
        // A full flat takes in nobody.
        open.remove((day(0), id(7)));
        open.remove((day(0), id(9)));
        open.remove((day(100), id(5)));
        open.enter(&[1, 2, 3, 4].map(|of| (day(39 + of), id(of as u64))));
        assert_eq!(open, OpenHomes::default());
    }
}
