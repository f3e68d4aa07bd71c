//! What date a tick has.

use serde::{Deserialize, Serialize};

use super::span::Period;
use super::{Date, Moment, Span, Tick};
use crate::CoreError;

/// The start of a history and the length of its ticks; tick 0 begins at the start's midnight.
///
/// Ticks of months begin on the start's day of each month, or on the month's last day where it has
/// no such day; they never drift: 31 January, 28 February, 31 March.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Calendar {
    start: Date,
    length: Span,
    period: Period,
}

/// A calendar as it is stored, before its length is checked.
#[derive(Serialize, Deserialize)]
struct Parts {
    start: Date,
    length: Span,
}

impl Calendar {
    /// The calendar whose tick 0 begins at midnight of `start`, with ticks of this length.
    ///
    /// # Errors
    ///
    /// [`CoreError::TickLength`] if the length is zero or a count of ticks.
    pub fn new(start: Date, length: Span) -> Result<Self, CoreError> {
        match length.period() {
            Err(_) | Ok(Period::Seconds(0) | Period::Months(0)) => {
                Err(CoreError::TickLength { length })
            }
            Ok(period) => Ok(Self {
                start,
                length,
                period,
            }),
        }
    }

    /// The day with which tick 0 begins.
    #[must_use]
    pub const fn start(&self) -> Date {
        self.start
    }

    /// The length of a tick.
    #[must_use]
    pub const fn length(&self) -> Span {
        self.length
    }

    /// When a tick begins.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] after the year 9999.
    pub fn moment(&self, tick: Tick) -> Result<Moment, CoreError> {
        self.moment_at(i64::from(tick.index()))
    }

    /// The day in which a tick begins.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] after the year 9999.
    pub fn date(&self, tick: Tick) -> Result<Date, CoreError> {
        Ok(self.moment(tick)?.date())
    }

    /// The first tick that begins on that day's midnight or after it; tick 0 for days before the
    /// start.
    ///
    /// # Errors
    ///
    /// [`CoreError::TickOverflow`] if it has no number.
    pub fn tick_at(&self, date: Date) -> Result<Tick, CoreError> {
        self.tick_from(Moment::midnight(date))
    }

    /// How many ticks it takes from the beginning of `from` until a tick begins that is `span` or
    /// more later.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] after the year 9999, [`CoreError::TickOverflow`] if that tick
    /// has no number.
    pub fn ticks(&self, span: Span, from: Tick) -> Result<u32, CoreError> {
        let period = match span.period() {
            Err(count) => return from.checked_add(count).map(|_| count),
            Ok(period) => period,
        };
        let target = self.moment(from)?.plus(period)?;
        // A span of nothing ends where it begins, so the difference is never negative.
        Ok(self.tick_from(target)?.index().saturating_sub(from.index()))
    }

    /// The exact length of one tick in seconds, at least 1.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] after the year 9999.
    pub fn length_seconds(&self, tick: Tick) -> Result<i64, CoreError> {
        Ok(self.end(tick)?.seconds() - self.moment(tick)?.seconds())
    }

    /// When a tick ends, which is when the next one begins.
    pub(super) fn end(&self, tick: Tick) -> Result<Moment, CoreError> {
        self.moment_at(i64::from(tick.index()) + 1)
    }

    fn moment_at(&self, index: i64) -> Result<Moment, CoreError> {
        self.multiple(self.period, index)
    }

    /// The first tick that begins at `moment` or after it.
    fn tick_from(&self, moment: Moment) -> Result<Tick, CoreError> {
        let index = self.first_multiple(self.period, moment).max(0);
        let narrow = u32::try_from(index);
        narrow.map(Tick::new).map_err(|_| CoreError::TickOverflow {
            tick: 0,
            ticks: index as u64,
        })
    }

    /// The start's midnight plus `count` periods.
    pub(super) fn multiple(&self, period: Period, count: i64) -> Result<Moment, CoreError> {
        Moment::midnight(self.start).plus(period.times(count))
    }

    /// The least number of periods, not zero ones, after the start's midnight that reaches `moment`.
    pub(super) fn first_multiple(&self, period: Period, moment: Moment) -> i64 {
        let start = Moment::midnight(self.start);
        match period {
            Period::Seconds(each) => ceiling(moment.seconds() - start.seconds(), each),
            Period::Months(each) => {
                let months = moment.date().month_index() - self.start.month_index();
                let below = months.div_euclid(each);
                // The last multiple in or before the moment's month reaches it or not; the one
                // after lies in a later month.
                let last = start.plus(period.times(below));
                if last.is_ok_and(|last| last >= moment) {
                    below
                } else {
                    below + 1
                }
            }
        }
    }
}

/// The quotient rounded up, for a positive divisor.
fn ceiling(dividend: i64, divisor: i64) -> i64 {
    -(-dividend).div_euclid(divisor)
}

impl TryFrom<Parts> for Calendar {
    type Error = CoreError;

    fn try_from(parts: Parts) -> Result<Self, CoreError> {
        Self::new(parts.start, parts.length)
    }
}

impl From<Calendar> for Parts {
    fn from(calendar: Calendar) -> Self {
        Self {
            start: calendar.start,
            length: calendar.length,
        }
    }
}
