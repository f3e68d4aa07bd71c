//! Seconds of the calendar.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::Date;
use super::span::{DAY_SECONDS, Period};
use crate::CoreError;

/// A second: seconds since 1970-01-01T00:00:00, within the years −9999 to 9999.
///
/// Prints as ISO 8601 without a zone: `2019-07-01T06:30:00`.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Moment {
    seconds: i64,
}

impl Moment {
    /// The moment this many seconds after 1970-01-01T00:00:00.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] outside the years −9999 to 9999.
    pub fn from_seconds(seconds: i64) -> Result<Self, CoreError> {
        Date::from_wide_days(seconds.div_euclid(DAY_SECONDS)).map(|_| Self { seconds })
    }

    /// The midnight with which a day begins.
    #[must_use]
    pub const fn midnight(date: Date) -> Self {
        Self {
            seconds: date.days() as i64 * DAY_SECONDS,
        }
    }

    /// Seconds since 1970-01-01T00:00:00.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// The day in which this moment lies.
    #[must_use]
    pub const fn date(self) -> Date {
        Date::within_range(self.seconds.div_euclid(DAY_SECONDS) as i32)
    }

    /// Seconds since midnight, 0 to 86,399.
    #[must_use]
    pub const fn seconds_of_day(self) -> u32 {
        self.seconds.rem_euclid(DAY_SECONDS) as u32
    }
}

impl Moment {
    /// The moment one period later; months keep the time of day.
    pub(super) fn plus(self, period: Period) -> Result<Self, CoreError> {
        match period {
            Period::Seconds(seconds) => Self::from_seconds(self.seconds.saturating_add(seconds)),
            Period::Months(months) => {
                let date = self.date().plus_wide_months(months)?;
                Ok(Self {
                    seconds: Self::midnight(date).seconds + i64::from(self.seconds_of_day()),
                })
            }
        }
    }
}

impl TryFrom<i64> for Moment {
    type Error = CoreError;

    fn try_from(seconds: i64) -> Result<Self, CoreError> {
        Self::from_seconds(seconds)
    }
}

impl From<Moment> for i64 {
    fn from(moment: Moment) -> Self {
        moment.seconds
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds_of_day();
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(out, "{}T{hour:02}:{minute:02}:{second:02}", self.date())
    }
}
