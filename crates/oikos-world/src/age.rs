//! Ages in completed years, by real birthdays.

use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::SystemSet;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_core::Date;
use oikos_engine::Clock;

use crate::person::BirthDate;

/// The first phase of a tick: what follows from the date and from yesterday's state alone. Ages here; in
/// the family, hazards, so that a change made in one tick acts from the next.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dawn;

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
        match self.completed_by.get(estimate + 1) {
            Some(latest) if born <= *latest => (estimate as u32 + 1).min(HIGHEST_AGE),
            _ => estimate as u32,
        }
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
