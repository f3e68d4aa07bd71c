//! Ages in completed years, by real birthdays.

use bevy_app::App;
use std::ops::RangeInclusive;

use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::SystemSet;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_core::Date;
use oikos_engine::{AppExt, Clock};

use crate::person::BirthDate;

/// The first phase of a tick: what follows from the date and from yesterday's state alone. Ages here; in
/// the family, hazards, so that a change made in one tick acts from the next.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dawn;

/// Puts [`Dawn`] first, once: for plugins that have systems in it and can be used without one another.
pub(crate) fn add_dawn(app: &mut App) {
    app.phases(|phases| {
        if phases.contains(Dawn) {
            return Ok(());
        }
        phases.insert_first(Dawn, 1)
    });
}

/// Ages are counted up to this one; whoever is older counts as this old.
const HIGHEST_AGE: u32 = 150;

/// How old people are today, in completed years.
///
/// Someone born on 29 February completes a year on 1 March in common years.
#[derive(Resource, Clone, Debug)]
pub struct Ages {
    today: i32,
    /// Day number by age: whoever was born on it or before has completed that many years.
    completed_by: Vec<i32>,
}

impl Default for Ages {
    fn default() -> Self {
        Self::on(Date::EPOCH)
    }
}

impl Ages {
    /// Ages on a date.
    #[must_use]
    pub fn on(today: Date) -> Self {
        let latest = |age| today.years_before(age).map_or(i32::MIN, Date::days);
        let completed_by = (0..=HIGHEST_AGE + 1).map(latest).collect();
        Self {
            today: today.days(),
            completed_by,
        }
    }

    /// The day number of today: days since 1 January 1970.
    #[must_use]
    pub const fn today(&self) -> i32 {
        self.today
    }

    /// Completed years of somebody born on that date; 0 for those not born yet.
    #[must_use]
    #[inline]
    pub fn completed(&self, born: BirthDate) -> u32 {
        let born = born.0.days();
        let days = self.today.saturating_sub(born).max(0) as u64;
        // A little less than 1 / 365.2425, so that the estimate is right or one too low.
        let estimate = ((days * YEARS_PER_DAY) >> 32).min(u64::from(HIGHEST_AGE)) as usize;
        // Added and not chosen: a branch would go the wrong way too often.
        let one_more = (self.completed_by.get(estimate + 1)).is_some_and(|latest| born <= *latest);
        (estimate as u32 + u32::from(one_more)).min(HIGHEST_AGE)
    }

    /// The day numbers on which those were born who have completed so many years.
    ///
    /// To compare a birth with them takes less than to count an age.
    #[must_use]
    pub fn births(&self, ages: RangeInclusive<u32>) -> RangeInclusive<i32> {
        let latest = |age: u32| self.completed_by.get(age as usize).copied();
        let youngest = match *ages.start() {
            0 => i32::MAX,
            age if age > HIGHEST_AGE => return RangeInclusive::new(i32::MAX, i32::MIN),
            age => latest(age).unwrap_or(i32::MIN),
        };
        let older = latest(ages.end().saturating_add(1)).filter(|_| *ages.end() < HIGHEST_AGE);
        older.map_or(i32::MIN, |older| older.saturating_add(1))..=youngest
    }

    pub(crate) fn rebuild(world: &mut World) {
        if let Some(clock) = world.get_resource::<Clock>() {
            let ages = Self::on(clock.today());
            world.insert_resource(ages);
        }
    }
}

/// 2³² / 366, rounded down: even a leap year is not counted twice.
const YEARS_PER_DAY: u64 = (1 << 32) / 366;

/// Sets the day's ages.
pub(crate) fn begin_day(clock: Res<Clock>, mut ages: ResMut<Ages>) {
    if ages.today != clock.today().days() {
        *ages = Ages::on(clock.today());
    }
}

#[cfg(test)]
mod tests {
    use oikos_core::{Seed, date};
    use oikos_engine::Society;
    use proptest::prelude::*;

    use super::*;
    use crate::PeoplePlugin;

    fn day(days: i32) -> Date {
        Date::from_days(days).unwrap()
    }

    /// The slow model: birthdays are counted one by one, on 1 March where there is no 29 February.
    fn birthdays(born: Date, today: Date) -> u32 {
        let (year, month, day) = born.ymd();
        let of_year = |year| {
            date(year, month, day)
                .or_else(|_| date(year, 3, 1))
                .unwrap()
        };
        let past = |year: &i32| of_year(*year) <= today;
        (year + 1..).take_while(past).count() as u32
    }

    fn check(born: Date, today: Date) {
        let found = Ages::on(today).completed(BirthDate(born));
        let expected = birthdays(born, today).min(HIGHEST_AGE);
        assert_eq!(found, expected, "born {born}, today {today}");
    }

    #[test]
    fn a_year_is_completed_on_the_birthday_and_not_the_day_before() {
        for (born, today, years) in [
            ((1990, 7, 1), (2019, 6, 30), 28),
            ((1990, 7, 1), (2019, 7, 1), 29),
            ((2000, 2, 29), (2001, 2, 28), 0),
            ((2000, 2, 29), (2001, 3, 1), 1),
            ((2000, 2, 29), (2004, 2, 28), 3),
            ((2000, 2, 29), (2004, 2, 29), 4),
            ((2001, 3, 1), (2004, 2, 29), 2),
            ((1899, 12, 31), (1900, 12, 31), 1),
            ((2019, 7, 1), (2019, 7, 1), 0),
            // Not born yet.
            ((2019, 7, 2), (2019, 7, 1), 0),
            // Whoever is older counts as 150.
            ((1850, 7, 1), (2000, 7, 1), 150),
            ((1849, 7, 1), (2000, 7, 1), 150),
            ((1500, 7, 1), (2000, 7, 1), 150),
        ] {
            let on = |(year, month, day)| date(year, month, day).unwrap();
            let ages = Ages::on(on(today));
            assert_eq!(ages.today(), on(today).days());
            assert_eq!(
                ages.completed(BirthDate(on(born))),
                years,
                "{born:?} {today:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn ages_are_those_of_a_walk_over_the_calendar(
            born in -60_000_i32..60_000, days in 0_i32..60_000,
        ) {
            check(day(born), day(born + days));
        }

        /// A birth is within the days of an age just if it is that age that is counted.
        #[test]
        fn births_of_ages_are_those_of_whom_they_are_counted(
            today in -60_000_i32..60_000, days in 0_i32..60_000, from in 0_u32..152, more in 0_u32..60,
        ) {
            let (ages, born) = (Ages::on(day(today)), day(today - days));
            let wanted = from..=from + more;
            let counted = wanted.contains(&ages.completed(BirthDate(born)));
            prop_assert_eq!(ages.births(wanted).contains(&born.days()), counted);
        }

        /// On each of the days around a birthday, for those born around the end of February too.
        #[test]
        fn ages_are_right_around_birthdays(
            year in 1800_i32..2200, days in 0_i32..366, years in 0_u32..152, leap in any::<bool>(),
        ) {
            let born = if leap {
                day(date(year, 2, 27).unwrap().days() + days % 4)
            } else {
                day(date(year, 1, 1).unwrap().days() + days)
            };
            let birthday = born.plus_years(years as i32).unwrap();
            for around in -2..=2 {
                let today = day(birthday.days() + around).max(born);
                check(born, today);
            }
        }
    }

    #[test]
    fn ages_go_with_the_date_from_the_start_on_and_after_a_load() {
        let mut town = Society::builder(Seed(1))
            .start(date(2019, 12, 30))
            .threads(1)
            .add_plugins(PeoplePlugin)
            .build()
            .unwrap();
        let today = |town: &Society| day(town.world().resource::<Ages>().today());
        let newest = |town: &Society| {
            let ages = town.world().resource::<Ages>();
            ages.completed(BirthDate(date(2009, 12, 31).unwrap()))
        };
        let saved = town.snapshot().unwrap();
        assert_eq!((today(&town), newest(&town)), (town.today(), 9));
        // They are those of the tick that ran last.
        town.step_n(3).unwrap();
        assert_eq!(today(&town), date(2020, 1, 1).unwrap());
        assert_eq!(newest(&town), 10);
        town.restore(&saved).unwrap();
        assert_eq!(
            (today(&town), newest(&town)),
            (date(2019, 12, 30).unwrap(), 9)
        );
    }
}
