//! Days of the proleptic Gregorian calendar.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// A day: days since 1970-01-01, within the years −9999 to 9999.
///
/// Prints and reads as ISO 8601: `2019-07-01`, and with a sign before the year 0 `-0044-03-15`.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Date {
    days: i32,
}

/// The day `day` of month `month` of year `year`.
///
/// # Errors
///
/// [`CoreError::NoSuchDate`] if there is no such day in the years −9999 to 9999.
pub const fn date(year: i32, month: u32, day: u32) -> Result<Date, CoreError> {
    Date::new(year, month, day)
}

/// Days of 400 years, after which the calendar repeats.
const ERA_DAYS: i32 = 146_097;
/// Days from 1 March of the year 0 to 1 January 1970.
const EPOCH_DAYS: i32 = 719_468;

/// Whether a year of the proleptic Gregorian calendar has a 29 February.
#[must_use]
pub const fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn month_days(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a valid date. Years begin in March here, so the leap day is the last
/// (H. Hinnant, "chrono-compatible low-level date algorithms", 2013).
const fn days_from(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month as i32 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - EPOCH_DAYS
}

impl Date {
    /// 1 January 1970, day 0.
    pub const EPOCH: Self = Self { days: 0 };
    /// The first day, 1 January −9999.
    pub const MIN: Self = Self {
        days: days_from(-9_999, 1, 1),
    };
    /// The last day, 31 December 9999.
    pub const MAX: Self = Self {
        days: days_from(9_999, 12, 31),
    };

    /// The day `day` (from 1) of month `month` (1 to 12) of year `year`.
    ///
    /// # Errors
    ///
    /// [`CoreError::NoSuchDate`] if there is no such day in the years −9999 to 9999.
    pub const fn new(year: i32, month: u32, day: u32) -> Result<Self, CoreError> {
        let year_fits = -9_999 <= year && year <= 9_999;
        let month_fits = 1 <= month && month <= 12;
        if !year_fits || !month_fits || day < 1 || day > month_days(year, month) {
            return Err(CoreError::NoSuchDate { year, month, day });
        }
        Ok(Self {
            days: days_from(year, month, day),
        })
    }

    /// The day this many days after 1970-01-01.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] outside the years −9999 to 9999.
    pub const fn from_days(days: i32) -> Result<Self, CoreError> {
        if days < Self::MIN.days || days > Self::MAX.days {
            return Err(CoreError::DateOutOfRange { days: days as i64 });
        }
        Ok(Self { days })
    }

    /// A day that is known to lie within the range.
    pub(super) const fn within_range(days: i32) -> Self {
        Self { days }
    }

    pub(super) fn from_wide_days(days: i64) -> Result<Self, CoreError> {
        let narrow = i32::try_from(days).map_err(|_| CoreError::DateOutOfRange { days })?;
        Self::from_days(narrow)
    }

    /// Days since 1970-01-01.
    #[must_use]
    #[inline]
    pub const fn days(self) -> i32 {
        self.days
    }

    /// Year, month (1 to 12) and day of the month (from 1).
    #[must_use]
    pub const fn ymd(self) -> (i32, u32, u32) {
        let days = self.days + EPOCH_DAYS;
        let era = days.div_euclid(ERA_DAYS);
        let day_of_era = days.rem_euclid(ERA_DAYS);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
        (year, month as u32, day as u32)
    }

    /// The year, −9999 to 9999; 0 is 1 BC.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.ymd().1
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u32 {
        self.ymd().2
    }

    /// The day `days` later, earlier if negative.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] outside the years −9999 to 9999.
    pub fn plus_days(self, days: i32) -> Result<Self, CoreError> {
        Self::from_wide_days(i64::from(self.days) + i64::from(days))
    }

    /// The same day `months` later, earlier if negative; the last of the month where it has no such
    /// day.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] outside the years −9999 to 9999.
    pub fn plus_months(self, months: i32) -> Result<Self, CoreError> {
        self.plus_wide_months(i64::from(months))
    }

    pub(super) fn plus_wide_months(self, months: i64) -> Result<Self, CoreError> {
        let (_, _, day) = self.ymd();
        let index = self.month_index().saturating_add(months);
        let year = index.div_euclid(12);
        if !(-9_999..=9_999).contains(&year) {
            // The mean month of the calendar has 30.436875 days.
            let days = i64::from(self.days).saturating_add(months.saturating_mul(30));
            return Err(CoreError::DateOutOfRange { days });
        }
        let (year, month) = (year as i32, index.rem_euclid(12) as u32 + 1);
        Ok(Self {
            days: days_from(year, month, day.min(month_days(year, month))),
        })
    }

    /// The same day `years` later, earlier if negative; 28 February for a 29th that the year has
    /// not.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] outside the years −9999 to 9999.
    pub fn plus_years(self, years: i32) -> Result<Self, CoreError> {
        self.plus_wide_months(12 * i64::from(years))
    }

    /// How many years someone born on `born` has completed on this day: their age.
    ///
    /// Whoever is born on 29 February has a birthday on 1 March in common years. Negative before
    /// the birth.
    #[must_use]
    pub const fn completed_years_since(self, born: Self) -> i32 {
        let (year, month, day) = self.ymd();
        let (birth_year, birth_month, birth_day) = born.ymd();
        let before_birthday = month < birth_month || month == birth_month && day < birth_day;
        year - birth_year - if before_birthday { 1 } else { 0 }
    }

    /// The latest birth date of those who have completed `years` years on this day: someone born on
    /// `born` has done so exactly if `born <= self.years_before(years)`.
    ///
    /// # Errors
    ///
    /// [`CoreError::DateOutOfRange`] before the year −9999.
    pub fn years_before(self, years: u32) -> Result<Self, CoreError> {
        self.plus_wide_months(-12 * i64::from(years))
    }

    /// Months since January of the year 0.
    pub(super) const fn month_index(self) -> i64 {
        let (year, month, _) = self.ymd();
        12 * year as i64 + month as i64 - 1
    }
}

impl TryFrom<i32> for Date {
    type Error = CoreError;

    fn try_from(days: i32) -> Result<Self, CoreError> {
        Self::from_days(days)
    }
}

impl From<Date> for i32 {
    fn from(date: Date) -> Self {
        date.days
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        let sign = if year < 0 { "-" } else { "" };
        write!(out, "{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
    }
}

impl FromStr for Date {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        let refusal = || CoreError::DateText {
            text: text.to_owned(),
        };
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let mut parts = digits.split('-');
        let mut number = |width| {
            let part = parts.next().filter(|part| part.len() == width)?;
            part.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then_some(())?;
            part.parse::<u32>().ok()
        };
        let parsed = (number(4), number(2), number(2));
        let (Some(year), Some(month), Some(day)) = parsed else {
            return Err(refusal());
        };
        if parts.next().is_some() {
            return Err(refusal());
        }
        Self::new(sign * year as i32, month, day)
    }
}
