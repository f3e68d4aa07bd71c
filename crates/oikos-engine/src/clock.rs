//! What time it is in the society.

use bevy_ecs::resource::Resource;
use oikos_core::{Calendar, CoreError, Date, Seed, Tick};
use serde::{Deserialize, Serialize};

/// The society's time: the tick that is running, or between ticks the one that runs next.
///
/// Persisted; changed by the driver alone.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct Clock {
    seed: Seed,
    calendar: Calendar,
    tick: Tick,
    today: Date,
    tick_seconds: i64,
}

/// What a save holds of the clock: the rest follows.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Clock")]
struct Saved {
    seed: Seed,
    calendar: Calendar,
    tick: Tick,
}

impl From<Clock> for Saved {
    fn from(clock: Clock) -> Self {
        let Clock {
            seed,
            calendar,
            tick,
            ..
        } = clock;
        Self {
            seed,
            calendar,
            tick,
        }
    }
}

impl TryFrom<Saved> for Clock {
    type Error = CoreError;

    fn try_from(saved: Saved) -> Result<Self, CoreError> {
        Self::at(saved.seed, saved.calendar, saved.tick)
    }
}

impl Clock {
    pub(crate) fn new(seed: Seed, calendar: Calendar) -> Result<Self, CoreError> {
        Self::at(seed, calendar, Tick::ZERO)
    }

    fn at(seed: Seed, calendar: Calendar, tick: Tick) -> Result<Self, CoreError> {
        Ok(Self {
            today: calendar.date(tick)?,
            tick_seconds: calendar.length_seconds(tick)?,
            seed,
            calendar,
            tick,
        })
    }

    /// The tick that is running or runs next.
    #[must_use]
    pub const fn tick(&self) -> Tick {
        self.tick
    }

    /// The date on which it begins.
    #[must_use]
    pub const fn today(&self) -> Date {
        self.today
    }

    /// How long it lasts, in seconds: months and years differ.
    #[must_use]
    pub const fn tick_seconds(&self) -> i64 {
        self.tick_seconds
    }

    /// The calendar that maps ticks to dates.
    #[must_use]
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The seed of all draws.
    #[must_use]
    pub const fn seed(&self) -> Seed {
        self.seed
    }

    pub(crate) fn advance(&mut self) -> Result<(), CoreError> {
        let tick = self.tick.next()?;
        let (today, seconds) = (
            self.calendar.date(tick)?,
            self.calendar.length_seconds(tick)?,
        );
        (self.tick, self.today, self.tick_seconds) = (tick, today, seconds);
        Ok(())
    }
}
