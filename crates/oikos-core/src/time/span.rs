//! Lengths of time as people say them.

use serde::{Deserialize, Serialize};

/// Seconds of a day; there are no leap seconds.
pub(super) const DAY_SECONDS: i64 = 86_400;

/// A length of time. How long a month or a year is depends on where it begins.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Span {
    /// Steps of the society.
    Ticks(u32),
    /// Seconds.
    Seconds(u32),
    /// Minutes of 60 seconds.
    Minutes(u32),
    /// Hours of 3,600 seconds.
    Hours(u32),
    /// Days of 86,400 seconds.
    Days(u32),
    /// Weeks of 7 days.
    Weeks(u32),
    /// Calendar months; a day that the month has not becomes its last.
    Months(u32),
    /// Calendar years; 29 February becomes 28 February in a common year.
    Years(u32),
}

/// A span by the arithmetic that it needs.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub(super) enum Period {
    Seconds(i64),
    Months(i64),
}

impl Period {
    /// This period, so many times.
    pub(super) const fn times(self, count: i64) -> Self {
        match self {
            Self::Seconds(each) => Self::Seconds(each.saturating_mul(count)),
            Self::Months(each) => Self::Months(each.saturating_mul(count)),
        }
    }
}

impl Span {
    /// The period that this span is, or the number of ticks.
    pub(super) fn period(self) -> Result<Period, u32> {
        let seconds = |count: u32, each: i64| Period::Seconds(i64::from(count) * each);
        let months = |count: u32, each: i64| Period::Months(i64::from(count) * each);
        Ok(match self {
            Self::Ticks(count) => return Err(count),
            Self::Seconds(count) => seconds(count, 1),
            Self::Minutes(count) => seconds(count, 60),
            Self::Hours(count) => seconds(count, 3_600),
            Self::Days(count) => seconds(count, DAY_SECONDS),
            Self::Weeks(count) => seconds(count, 7 * DAY_SECONDS),
            Self::Months(count) => months(count, 1),
            Self::Years(count) => months(count, 12),
        })
    }
}
