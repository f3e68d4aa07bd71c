//! The proleptic Gregorian calendar, as far as printing a day needs it.

/// 0001-01-01, in days since 1970-01-01: the first day with an agreed four-digit ISO 8601 form.
pub(crate) const FIRST_DAY: i32 = -719_162;
/// 9999-12-31, in days since 1970-01-01.
pub(crate) const LAST_DAY: i32 = 2_932_896;

/// Year, month (1 to 12) and day (1 to 31) of a day counted from 1970-01-01, from [`FIRST_DAY`] on.
///
/// The year is taken to begin in March, so that the leap day is its last, and years are grouped in
/// eras of 400, all of 146 097 days (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// 2013, `civil_from_days`).
pub(crate) fn civil_from_days(days: i32) -> (i64, i64, i64) {
    let days_since_march_of_year_0 = i64::from(days) + 719_468;
    let era = days_since_march_of_year_0 / 146_097;
    let day_of_era = days_since_march_of_year_0 % 146_097;
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let month = if months_since_march < 10 {
        months_since_march + 3
    } else {
        months_since_march - 9
    };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days_in_month(year: i64, month: i64) -> i64 {
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Walks the calendar a day at a time over all 9999 years and expects the same dates.
    #[test]
    fn every_day_follows_the_one_before_it() {
        let (mut year, mut month, mut day) = (1, 1, 1);
        for days in FIRST_DAY..=LAST_DAY {
            assert_eq!(civil_from_days(days), (year, month, day), "day {days}");
            day += 1;
            if day > days_in_month(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }

    #[test]
    fn known_days() {
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(civil_from_days(-1), (1969, 12, 31));
        assert_eq!(civil_from_days(11_016), (2000, 2, 29));
        assert_eq!(civil_from_days(-25_509), (1900, 2, 28));
        assert_eq!(civil_from_days(-25_508), (1900, 3, 1));
    }
}
