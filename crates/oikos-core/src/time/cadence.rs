//! How often something happens.

use serde::{Deserialize, Serialize};

use super::span::Period;
use super::{Calendar, Moment, Span, Tick};

/// A unit of the calendar.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// A day, from midnight.
    Day,
    /// A week, from Monday (ISO 8601).
    Week,
    /// A month, from its first day.
    Month,
    /// A year, from 1 January.
    Year,
}

impl Unit {
    /// The running number of the unit in which a moment lies.
    fn index(self, moment: Moment) -> i64 {
        let date = moment.date();
        match self {
            Self::Day => i64::from(date.days()),
            // 1970-01-01 was a Thursday.
            Self::Week => (i64::from(date.days()) + 3).div_euclid(7),
            Self::Month => date.month_index(),
            Self::Year => i64::from(date.year()),
        }
    }
}

/// The rule that says in which ticks something is due. Tick 0 is always one of them.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cadence {
    rule: Rule,
}

#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Rule {
    Every(Span),
    Calendar(Unit),
}

impl Cadence {
    /// Due in each tick within which an anniversary of the calendar's start falls: the start plus
    /// 0, 1, 2, ... times `span`.
    ///
    /// A span that is shorter than a tick, zero included, is due in every tick, once.
    #[must_use]
    pub const fn every(span: Span) -> Self {
        Self {
            rule: Rule::Every(span),
        }
    }

    /// Due in the first tick that begins in each day, week, month or year.
    #[must_use]
    pub const fn calendar(unit: Unit) -> Self {
        Self {
            rule: Rule::Calendar(unit),
        }
    }

    /// Whether it is due in this tick. The cost does not depend on the tick.
    ///
    /// Never in a tick that begins or ends after the year 9999, which no society reaches.
    #[must_use]
    pub fn due(&self, calendar: &Calendar, tick: Tick) -> bool {
        match self.rule {
            Rule::Every(span) => every_due(span, calendar, tick),
            Rule::Calendar(unit) => first_of_unit(unit, calendar, tick),
        }
    }
}

fn every_due(span: Span, calendar: &Calendar, tick: Tick) -> bool {
    let period = match span.period() {
        Err(0) | Ok(Period::Seconds(0) | Period::Months(0)) => return true,
        Err(count) => return tick.index().is_multiple_of(count),
        Ok(period) => period,
    };
    let (Ok(begin), Ok(end)) = (calendar.moment(tick), calendar.end(tick)) else {
        return false;
    };
    let first = calendar.first_multiple(period, begin);
    calendar
        .multiple(period, first)
        .is_ok_and(|anniversary| anniversary < end)
}

fn first_of_unit(unit: Unit, calendar: &Calendar, tick: Tick) -> bool {
    let Ok(moment) = calendar.moment(tick) else {
        return false;
    };
    let Some(before) = tick.index().checked_sub(1) else {
        return true;
    };
    calendar
        .moment(Tick::new(before))
        .is_ok_and(|previous| unit.index(previous) != unit.index(moment))
}
