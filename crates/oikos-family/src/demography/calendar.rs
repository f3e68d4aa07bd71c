//! Years and birthdays on the proleptic Gregorian calendar, in whole days since 1 January 1970.

use oikos_core::is_leap_year;

/// The day number of 1 January of a year, days since 1 January 1970.
pub(crate) fn first_day(year: i32) -> i64 {
    let before = i64::from(year) - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    // 719,162 days lie between 1 January of year 1 and 1 January 1970.
    365 * before + leap_days - 719_162
}

/// The calendar year that a day falls in.
pub(crate) fn year_of(day: i32) -> i32 {
    // Four hundred years have 146,097 days, so this is never wrong by more than a year.
    let guess = 1970 + (i64::from(day) * 400).div_euclid(146_097) as i32;
    if i64::from(day) < first_day(guess) {
        guess - 1
    } else if i64::from(day) >= first_day(guess + 1) {
        guess + 1
    } else {
        guess
    }
}

/// The birthdays of somebody, one in each calendar year.
///
/// Whoever was born on 29 February comes of age on 1 March in common years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Birthday {
    /// Calendar year of birth.
    pub(crate) year: i32,
    /// Days from 1 January to the birthday in a common year.
    common: i64,
    /// Days from 1 January to the birthday in a leap year.
    leap: i64,
}

impl Birthday {
    /// Days from 1 January to 29 February, or to 1 March in a common year.
    const AFTER_FEBRUARY: i64 = 59;

    /// The birthdays of somebody born on `born`, days since 1 January 1970.
    pub(crate) fn new(born: i32) -> Self {
        let year = year_of(born);
        let offset = i64::from(born) - first_day(year);
        let (common, leap) = match (is_leap_year(year), offset.cmp(&Self::AFTER_FEBRUARY)) {
            (_, std::cmp::Ordering::Less) => (offset, offset),
            (true, std::cmp::Ordering::Equal) => (offset, offset),
            (true, std::cmp::Ordering::Greater) => (offset - 1, offset),
            (false, _) => (offset, offset + 1),
        };
        Self { year, common, leap }
    }

    /// The day number of the birthday in a calendar year.
    pub(crate) fn in_year(&self, year: i32) -> i64 {
        first_day(year) + self.days_after_new_year(is_leap_year(year))
    }

    /// Days from 1 January to the birthday, in a leap year or in a common one.
    pub(crate) fn days_after_new_year(&self, leap: bool) -> i64 {
        if leap { self.leap } else { self.common }
    }

    /// Completed years of age on a day; negative before birth.
    pub(crate) fn age_on(&self, day: i32) -> i32 {
        let year = year_of(day);
        year - self.year - i32::from(i64::from(day) < self.in_year(year))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The slow model: walk from 1 January 1970 month by month.
    fn day_number(year: i32, month: u32, day: u32) -> i32 {
        let length = |y: i32, m: u32| match m {
            2 => 28 + i32::from(is_leap_year(y)),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let days_in = |y: i32| (1..=12).map(|m| length(y, m)).sum::<i32>();
        let mut total = 0;
        for y in 1970..year {
            total += days_in(y);
        }
        for y in year..1970 {
            total -= days_in(y);
        }
        total + (1..month).map(|m| length(year, m)).sum::<i32>() + day as i32 - 1
    }

    #[test]
    fn known_days() {
        assert_eq!(first_day(1970), 0);
        assert_eq!(first_day(2000), 10_957);
        assert_eq!(year_of(-1), 1969);
        assert_eq!(year_of(i32::MAX), 5_881_580);
        assert_eq!(day_number(2019, 7, 1), 18_078);
    }

    #[test]
    fn leaplings_come_of_age_on_the_first_of_march() {
        let birthday = Birthday::new(day_number(2000, 2, 29));
        assert_eq!(birthday.age_on(day_number(2001, 2, 28)), 0);
        assert_eq!(birthday.age_on(day_number(2001, 3, 1)), 1);
        assert_eq!(birthday.age_on(day_number(2004, 2, 28)), 3);
        assert_eq!(birthday.age_on(day_number(2004, 2, 29)), 4);
        assert_eq!(birthday.age_on(day_number(2000, 2, 28)), -1);
    }

    proptest! {
        #[test]
        fn years_and_birthdays_agree_with_the_walk(
            year in 1800_i32..2200, month in 1_u32..=12, day in 1_u32..=28, later in 0_i32..120,
        ) {
            let born = day_number(year, month, day);
            prop_assert_eq!(year_of(born), year);
            prop_assert_eq!(i64::from(day_number(year, 1, 1)), first_day(year));
            let birthday = Birthday::new(born);
            let anniversary = day_number(year + later, month, day);
            prop_assert_eq!(birthday.in_year(year + later), i64::from(anniversary));
            prop_assert_eq!(birthday.age_on(anniversary), later);
            prop_assert_eq!(birthday.age_on(anniversary - 1), later - 1);
        }
    }
}
