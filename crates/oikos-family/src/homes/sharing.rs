//! Who shares a household with others when they would otherwise live alone, and who waits for others to do so.

use std::collections::BTreeSet;

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, SystemParam};
use bevy_ecs::world::World;
use oikos_core::{Date, Draw, Prob, Stream};
use oikos_engine::{Column, Departed, Draws, Slots, draw_stream};
use oikos_world::{Ages, BirthDate, Person, PersonId, PersonMap, Residence, Residents};
use serde::{Deserialize, Serialize};

use super::kinsfolk::{Kinsfolk, birthday};
use crate::error::FamilyError;
use crate::lineage::Lineage;
use crate::{DAYS_PER_YEAR, FamilyFigures};

draw_stream!(pub(crate) SharingDraws = "family.sharing");

/// Completed age up to which the share of the young holds, and that from which the share of the old does, years.
const AGES: (u32, u32) = (35, 65);

/// The most people who share one household: an assumption.
pub const FLAT_MAX: usize = 4;

/// The most days between the births of a newcomer and of somebody who shares already: ten years, an assumption.
const APART_MAX: i32 = (10.0 * DAYS_PER_YEAR) as i32;

/// The chance that somebody who would otherwise live alone shares a household, by age: constant below 35 and from 65
/// on, and linear between, which is an assumption. A parameter of the model.
///
/// Everybody has one draw for life: whether they share depends on whether it is below the chance at their age on
/// the day. So who shared and lost the others looks for others again, who shares moves out at the age at which the
/// chance falls below the draw, and the chances are the shares of people of an age who share.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 2]", into = "[u64; 2]")]
pub struct SharingChances {
    young: Prob,
    old: Prob,
}

impl From<[u64; 2]> for SharingChances {
    fn from(thresholds: [u64; 2]) -> Self {
        let [young, old] = thresholds.map(Prob::from_threshold);
        Self { young, old }
    }
}

impl From<SharingChances> for [u64; 2] {
    fn from(chances: SharingChances) -> Self {
        [chances.young.threshold(), chances.old.threshold()]
    }
}

impl SharingChances {
    /// Everybody lives alone who would.
    pub const NOBODY: Self = Self {
        young: Prob::NEVER,
        old: Prob::NEVER,
    };

    /// The chances below 35 and from 65 on.
    ///
    /// # Errors
    /// [`FamilyError::Core`] for what is no chance from 0 to 1.
    pub fn new(young: f64, old: f64) -> Result<Self, FamilyError> {
        Ok(Self {
            young: Prob::from_f64(young)?,
            old: Prob::from_f64(old)?,
        })
    }

    /// As published: [`FamilyFigures::aged_18_34_sharing`] and [`FamilyFigures::aged_65_sharing`].
    ///
    /// # Errors
    /// As [`FamilyFigures::check`].
    pub fn of(figures: &FamilyFigures) -> Result<Self, FamilyError> {
        figures.check()?;
        Self::new(figures.aged_18_34_sharing, figures.aged_65_sharing)
    }

    /// The chance at a completed age.
    #[must_use]
    pub fn at(&self, age: u32) -> Prob {
        let (first, last) = AGES;
        let passed = u128::from(age.clamp(first, last) - first);
        let span = u128::from(last - first);
        let [young, old] = <[u64; 2]>::from(*self).map(u128::from);
        // A mean of two numbers of 64 bits is one.
        Prob::from_threshold(((young * (span - passed) + old * passed) / span) as u64)
    }

    /// Whether somebody of an age shares, by their draw for life.
    pub(crate) fn shares(&self, age: u32, draw: &mut Draw) -> bool {
        draw.chance(self.at(age))
    }
}

/// Who shares a household rather than live alone.
#[derive(SystemParam)]
pub(super) struct Dispositions<'w, 's> {
    people: Res<'w, Slots<Person>>,
    chances: Res<'w, SharingChances>,
    draws: Draws<'w, 's, SharingDraws>,
    ages: Res<'w, Ages>,
}

impl Dispositions<'_, '_> {
    pub(super) fn age(&self, born: Date) -> u32 {
        self.ages.completed(BirthDate(born))
    }

    /// The mark of somebody who shares.
    pub(super) fn mark(&self, person: PersonId, born: Date) -> Sharer {
        let who = self.people.find(person);
        who.map_or(Sharer::FOREVER, |who| {
            Sharer::of(&self.chances, &self.draws.stream(), who.subject(), born)
        })
    }

    /// The draw for life of somebody against the chance at their age.
    pub(super) fn shares(&self, person: PersonId, born: Date) -> bool {
        let who = self.people.find(person);
        who.is_some_and(|who| {
            let mut draw = disposition(&self.draws.stream(), who.subject());
            self.chances.shares(self.age(born), &mut draw)
        })
    }
}

/// The draw for life of somebody, by their subject.
pub(crate) const fn disposition(stream: &Stream, subject: u64) -> Draw {
    stream.at(subject, oikos_core::Tick::ZERO)
}

/// The mark of somebody who shares a household with others who do, or who lives alone and is open to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharer {
    /// From when on they would not at their age: follows from their draw for life, and saves asking it every month.
    until: Option<Date>,
}

impl Sharer {
    pub(super) const FOREVER: Self = Self { until: None };

    /// The mark of somebody by what they draw with. Chances that rise with age are never outgrown.
    pub(super) fn of(chances: &SharingChances, stream: &Stream, subject: u64, born: Date) -> Self {
        let shares = |age: u32| chances.shares(age, &mut disposition(stream, subject));
        let age = (AGES.0 + 1..=AGES.1).find(|age| shares(age - 1) && !shares(*age));
        Self {
            until: age.and_then(|age| birthday(born, age as i32)),
        }
    }

    /// Whether they would no longer share on a day.
    pub(super) fn has_outgrown(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until <= today)
    }
}

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
        self.waiting.remove(&sharer);
        self.room.remove(&sharer);
    }

    /// Enters all sharers of one household, as what they are together.
    pub(super) fn enter(&mut self, sharers: &[(Date, PersonId)]) {
        for sharer in sharers {
            self.remove(*sharer);
        }
        let set = match sharers.len() {
            1 => &mut self.waiting,
            2..FLAT_MAX => &mut self.room,
            _ => return,
        };
        set.extend(sharers);
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
        let (marks, lineage) = (
            world.resource::<PersonMap<Sharer>>(),
            world.get_resource::<Lineage>(),
        );
        let (people, homes, residents) = (
            world.resource::<Slots<Person>>(),
            world.resource::<Column<Residence>>(),
            world.resource::<Residents>(),
        );
        let mut index = Self::default();
        let Some(lineage) = lineage else {
            return index;
        };
        for (person, _) in marks.iter() {
            let home = people.slot(person).and_then(|slot| homes.get(slot));
            let Some(home) = home.and_then(|home| home.0) else {
                continue;
            };
            let sharers = residents.of(home).filter(|other| marks.contains(*other));
            let sharers = sharers.filter_map(|other| Some((lineage.get(other)?.born, other)));
            index.enter(&sharers.collect::<Vec<_>>());
        }
        index
    }

    /// The dead wait for nobody.
    pub(super) fn forget(world: &mut World, dead: &[Departed<Person>]) {
        let Some(lineage) = world.get_resource::<Lineage>() else {
            return;
        };
        let dead = dead
            .iter()
            .filter_map(|(person, _)| Some((lineage.get(*person)?.born, *person)));
        let dead: Vec<_> = dead.collect();
        let mut index = world.resource_mut::<Self>();
        for sharer in dead {
            index.remove(sharer);
        }
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
    let mut children = kinsfolk.children(person).filter(|_| age >= AGES.1);
    let child = children.find(may).map(Host::Child);
    child.or_else(|| open.nearest(born, admits).map(Host::Sharer))
}

fn nearest(
    among: &BTreeSet<(Date, PersonId)>,
    born: Date,
    admits: impl Fn(PersonId) -> bool,
) -> Option<PersonId> {
    let apart = |(other, _): &(Date, PersonId)| (other.days() - born.days()).abs();
    let near = |other: &&(Date, PersonId)| apart(other) <= APART_MAX;
    let here = (born, oikos_core::StableId::FIRST);
    let younger = among.range(here..).take_while(near);
    let younger = younger.copied().find(|(_, person)| admits(*person));
    // From the day before backwards; of that day the lowest id.
    let older = among.range(..here).rev().take_while(near);
    let older = older.copied().find(|(_, person)| admits(*person));
    let older = older.map(|(day, last)| {
        let of_day = among.range((day, oikos_core::StableId::FIRST)..=(day, last));
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
    use oikos_core::StableId;

    use super::*;

    #[test]
    fn chances_are_linear_between_35_and_65() {
        let chances = SharingChances::of(&FamilyFigures::us().unwrap()).unwrap();
        for (age, expected) in [
            (18, 0.724),
            (35, 0.724),
            (50, 0.5405),
            (65, 0.357),
            (99, 0.357),
        ] {
            let found = chances.at(age).to_f64();
            assert!((found - expected).abs() < 1e-12, "{age}: {found}");
        }
        let saved = <[u64; 2]>::from(chances);
        assert_eq!(SharingChances::from(saved), chances);
        assert!(SharingChances::new(1.1, 0.5).is_err());
    }

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
