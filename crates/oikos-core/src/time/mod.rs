//! Ticks, dates, spans, the calendar that ties them together, and cadences.
//!
//! The calendar is the proleptic Gregorian one of ISO 8601, without time zones and without leap
//! seconds: a day has 86,400 seconds.
//!
//! ```
//! use oikos_core::{Cadence, Calendar, Days, Months, Tick, date};
//!
//! let calendar = Calendar::new(date(2019, 7, 1)?, Days(1))?;
//! assert_eq!(calendar.date(Tick::new(31))?, date(2019, 8, 1)?);
//! assert_eq!(calendar.ticks(Months(1), Tick::new(31))?, 31);
//! assert!(Cadence::every(Months(1)).due(&calendar, Tick::new(31)));
//! # Ok::<(), oikos_core::CoreError>(())
//! ```

mod cadence;
mod calendar;
mod date;
mod moment;
mod span;
mod tick;

pub use self::cadence::{Cadence, Unit};
pub use self::calendar::Calendar;
pub use self::date::{Date, date, is_leap_year};
pub use self::moment::Moment;
pub use self::span::Span;
pub use self::tick::Tick;

#[cfg(test)]
mod tests;
