//! The calendar against a model that counts day by day.

use proptest::prelude::*;

use super::Span::*;
use super::*;
use crate::CoreError;

/// The next day, by the rules as one learns them at school.
fn next_day((year, month, day): (i32, u32, u32)) -> (i32, u32, u32) {
    let leap = if year % 100 == 0 {
        year % 400 == 0
    } else {
        year % 4 == 0
    };
    let days = [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    if day < days[month as usize - 1] {
        (year, month, day + 1)
    } else if month < 12 {
        (year, month + 1, 1)
    } else {
        (year + 1, 1, 1)
    }
}

#[test]
fn every_day_of_twenty_thousand_years_follows_the_one_before() {
    let mut expected = (-9_999, 1, 1);
    for days in Date::MIN.days()..=Date::MAX.days() {
        let day = Date::from_days(days).unwrap();
        assert_eq!(day.ymd(), expected);
        assert_eq!(Date::new(expected.0, expected.1, expected.2), Ok(day));
        expected = next_day(expected);
    }
    assert_eq!(expected, (10_000, 1, 1));
    assert_eq!(Date::from_days(0).unwrap().ymd(), (1970, 1, 1));
    assert_eq!(date(2000, 3, 1).unwrap().days(), 11_017);
}

#[test]
fn refuses_days_that_are_not() {
    for (year, month, day) in [
        (2019, 2, 29),
        (1900, 2, 29),
        (2019, 13, 1),
        (2019, 0, 1),
        (2019, 4, 31),
        (2019, 4, 0),
        (10_000, 1, 1),
        (-10_000, 12, 31),
    ] {
        assert_eq!(
            date(year, month, day),
            Err(CoreError::NoSuchDate { year, month, day })
        );
    }
    assert!(date(2000, 2, 29).is_ok());
    assert!(Date::MAX.plus_days(1).is_err() && Date::MIN.plus_days(-1).is_err());
    assert!(Date::MAX.plus_months(1).is_err() && Date::MIN.plus_years(-1).is_err());
    assert!(Date::MAX.plus_days(i32::MAX).is_err() && Date::MAX.plus_years(i32::MAX).is_err());
}

#[test]
fn prints_and_reads_iso_8601() {
    for text in [
        "2019-07-01",
        "0000-01-01",
        "-0044-03-15",
        "9999-12-31",
        "-9999-01-01",
    ] {
        assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "2019-7-1",
        "2019-07",
        "2019-07-01-",
        "+2019-07-01",
        "2019-+7-01",
        "12019-07-01",
        "2019-07-01 ",
    ] {
        assert_eq!(
            text.parse::<Date>(),
            Err(CoreError::DateText {
                text: text.to_owned()
            })
        );
    }
    assert!(matches!(
        "2019-02-29".parse::<Date>(),
        Err(CoreError::NoSuchDate { .. })
    ));
    let moment = Moment::from_seconds(date(2019, 7, 1).unwrap().days() as i64 * 86_400 + 23_405);
    assert_eq!(moment.unwrap().to_string(), "2019-07-01T06:30:05");
    assert_eq!(
        Moment::from_seconds(-1).unwrap().to_string(),
        "1969-12-31T23:59:59"
    );
}

#[test]
fn ages_around_the_leap_day() {
    let leapling = date(2000, 2, 29).unwrap();
    let age = |year, month, day| {
        date(year, month, day)
            .unwrap()
            .completed_years_since(leapling)
    };
    assert_eq!((age(2019, 2, 28), age(2019, 3, 1)), (18, 19));
    assert_eq!((age(2020, 2, 28), age(2020, 2, 29)), (19, 20));
    assert_eq!((age(2000, 2, 29), age(2000, 2, 28)), (0, -1));
}

#[test]
fn stored_values_are_checked_when_they_are_read() {
    let calendar = Calendar::new(date(2019, 7, 1).unwrap(), Days(1)).unwrap();
    let text = serde_json::to_string(&calendar).unwrap();
    assert_eq!(text, r#"{"start":18078,"length":{"Days":1}}"#);
    assert_eq!(serde_json::from_str::<Calendar>(&text).unwrap(), calendar);
    assert!(serde_json::from_str::<Calendar>(&text.replace('1', "0")).is_err());
    assert!(serde_json::from_str::<Date>("99999999").is_err());
    assert!(serde_json::from_str::<Moment>("999999999999999").is_err());
    for length in [Ticks(1), Seconds(0), Weeks(0), Months(0), Years(0)] {
        assert_eq!(
            Calendar::new(calendar.start(), length),
            Err(CoreError::TickLength { length })
        );
    }
}

#[test]
fn monthly_ticks_never_drift() {
    let calendar = Calendar::new(date(2019, 1, 31).unwrap(), Months(1)).unwrap();
    let dates: Vec<String> = (0..4)
        .map(|tick| calendar.date(Tick::new(tick)).unwrap().to_string())
        .collect();
    assert_eq!(
        dates,
        ["2019-01-31", "2019-02-28", "2019-03-31", "2019-04-30"]
    );
    assert_eq!(calendar.length_seconds(Tick::ZERO), Ok(28 * 86_400));
    assert_eq!(
        calendar.tick_at(date(2019, 3, 1).unwrap()),
        Ok(Tick::new(2))
    );
    assert_eq!(calendar.tick_at(date(2018, 3, 1).unwrap()), Ok(Tick::ZERO));
    let second = Calendar::new(calendar.start(), Seconds(1)).unwrap();
    assert!(matches!(
        second.tick_at(Date::MAX),
        Err(CoreError::TickOverflow { .. })
    ));
    assert!(calendar.moment(Tick::new(u32::MAX)).is_err());
    assert!(!Cadence::every(Months(1)).due(&calendar, Tick::new(u32::MAX)));
}

#[test]
fn due_ticks_of_a_daily_calendar() {
    let calendar = Calendar::new(date(2019, 7, 3).unwrap(), Days(1)).unwrap();
    let due = |cadence: Cadence, count: u32| -> Vec<String> {
        (0..count)
            .map(Tick::new)
            .filter(|&tick| cadence.due(&calendar, tick))
            .map(|tick| calendar.date(tick).unwrap().to_string()[5..].to_owned())
            .collect()
    };
    assert_eq!(
        due(Cadence::every(Months(1)), 63),
        ["07-03", "08-03", "09-03"]
    );
    assert_eq!(
        due(Cadence::calendar(Unit::Month), 63),
        ["07-03", "08-01", "09-01"]
    );
    assert_eq!(
        due(Cadence::calendar(Unit::Week), 14),
        ["07-03", "07-08", "07-15"]
    );
    assert_eq!(due(Cadence::every(Weeks(1)), 14), ["07-03", "07-10"]);
    assert_eq!(due(Cadence::calendar(Unit::Year), 400), ["07-03", "01-01"]);
    assert_eq!(
        due(Cadence::every(Ticks(5)), 14),
        ["07-03", "07-08", "07-13"]
    );
    assert_eq!(due(Cadence::every(Hours(5)), 9).len(), 9);
    assert_eq!(due(Cadence::every(Ticks(0)), 9).len(), 9);
}

/// A day of the years 1600 to 2400, which hold two whole cycles of the calendar.
fn days() -> impl Strategy<Value = Date> {
    let (first, last) = (date(1600, 1, 1).unwrap(), date(2400, 12, 31).unwrap());
    (first.days()..=last.days()).prop_map(|days| Date::from_days(days).unwrap())
}

fn spans() -> impl Strategy<Value = Span> {
    prop_oneof![
        (1..100_000_u32).prop_map(Seconds),
        (1..5_000_u32).prop_map(Minutes),
        (1..100_u32).prop_map(Hours),
        (1..60_u32).prop_map(Days),
        (1..10_u32).prop_map(Weeks),
        (1..30_u32).prop_map(Months),
        (1..4_u32).prop_map(Years),
    ]
}

/// The start plus `count` spans, month by month and day by day.
fn slow_multiple(start: Date, span: Span, count: u32) -> i64 {
    let fixed = |each: i64| i64::from(start.days()) * 86_400 + i64::from(count) * each;
    let months = match span {
        Ticks(_) => return 0,
        Seconds(each) => return fixed(i64::from(each)),
        Minutes(each) => return fixed(60 * i64::from(each)),
        Hours(each) => return fixed(3_600 * i64::from(each)),
        Days(each) => return fixed(86_400 * i64::from(each)),
        Weeks(each) => return fixed(604_800 * i64::from(each)),
        Months(each) => count * each,
        Years(each) => 12 * count * each,
    };
    let (mut year, mut month, day) = start.ymd();
    for _ in 0..months {
        month += 1;
        if month == 13 {
            (year, month) = (year + 1, 1);
        }
    }
    // The first day from the last possible one downward that exists.
    let day = (1..=day)
        .rev()
        .find_map(|day| date(year, month, day).ok())
        .unwrap();
    i64::from(day.days()) * 86_400
}

proptest! {
    #[test]
    fn years_before_divides_the_ages(today in days(), born in days(), years in 0..120_u32) {
        let completed = today.completed_years_since(born) >= years as i32;
        prop_assert_eq!(completed, born <= today.years_before(years).unwrap());
    }

    #[test]
    fn an_age_is_the_number_of_birthdays(born in days(), later in 0..20_000_i32) {
        let today = born.plus_days(later).unwrap();
        let (_, month, day) = born.ymd();
        let mut birthdays = 0;
        for year in born.year() + 1..=today.year() {
            // The birthday of 29 February is 1 March in common years.
            let birthday = date(year, month, day).or(date(year, 3, 1)).unwrap();
            birthdays += i32::from(birthday <= today);
        }
        prop_assert_eq!(today.completed_years_since(born), birthdays);
    }

    #[test]
    fn adding_months_clamps_to_the_end(start in days(), months in 0..500_u32) {
        let expected = slow_multiple(start, Months(1), months);
        let moved = start.plus_months(months as i32).unwrap();
        prop_assert_eq!(i64::from(moved.days()) * 86_400, expected);
        let back = moved.plus_months(-(months as i32)).unwrap();
        prop_assert_eq!((back.year(), back.month()), (start.year(), start.month()));
        prop_assert!(back <= start);
    }

    #[test]
    fn moments_and_the_way_back(start in days(), length in spans(), tick in 0..400_u32) {
        let calendar = Calendar::new(start, length).unwrap();
        let moment = calendar.moment(Tick::new(tick)).unwrap();
        prop_assert_eq!(moment.seconds(), slow_multiple(start, length, tick));
        let next = calendar.moment(Tick::new(tick + 1)).unwrap();
        let seconds = calendar.length_seconds(Tick::new(tick)).unwrap();
        prop_assert_eq!(next.seconds() - moment.seconds(), seconds);
        prop_assert!(seconds > 0);
        // The tick of a date is the first whose beginning is not before it.
        let day = moment.date();
        let found = calendar.tick_at(day).unwrap();
        prop_assert!(calendar.moment(found).unwrap() >= Moment::midnight(day));
        if let Some(before) = found.index().checked_sub(1) {
            prop_assert!(calendar.moment(Tick::new(before)).unwrap() < Moment::midnight(day));
        }
    }

    #[test]
    fn ticks_until_a_span_has_passed(
        start in days(), length in spans(), span in spans(), from in 0..50_u32,
    ) {
        let calendar = Calendar::new(start, length).unwrap();
        let from = Tick::new(from);
        let begin = calendar.moment(from).unwrap();
        let ticks = calendar.ticks(span, from).unwrap();
        let target = slow_multiple(begin.date(), span, 1) + i64::from(begin.seconds_of_day());
        let moment = |ticks| calendar.moment(from.checked_add(ticks).unwrap()).unwrap().seconds();
        prop_assert!(ticks > 0 && moment(ticks) >= target && moment(ticks - 1) < target);
        prop_assert_eq!(calendar.ticks(Ticks(9), from), Ok(9));
        prop_assert_eq!(calendar.ticks(Days(0), from), Ok(0));
    }

    #[test]
    fn cadences_equal_a_walk_over_all_anniversaries(
        start in days(), length in spans(), span in spans(),
    ) {
        let calendar = Calendar::new(start, length).unwrap();
        let mut anniversary = 0;
        for tick in 0..60 {
            let begin = slow_multiple(start, length, tick);
            let end = slow_multiple(start, length, tick + 1);
            while slow_multiple(start, span, anniversary) < begin {
                anniversary += 1;
            }
            let expected = slow_multiple(start, span, anniversary) < end;
            prop_assert_eq!(Cadence::every(span).due(&calendar, Tick::new(tick)), expected);
        }
    }

    #[test]
    fn calendar_cadences_equal_a_walk(start in days(), length in spans()) {
        let calendar = Calendar::new(start, length).unwrap();
        for (unit, same) in [
            (Unit::Day, (|a, b| a == b) as fn(Date, Date) -> bool),
            // 2001-01-01 was a Monday.
            (Unit::Week, |a, b| (a.days() - 11_323).div_euclid(7) == (b.days() - 11_323).div_euclid(7)),
            (Unit::Month, |a, b| (a.year(), a.month()) == (b.year(), b.month())),
            (Unit::Year, |a, b| a.year() == b.year()),
        ] {
            prop_assert!(Cadence::calendar(unit).due(&calendar, Tick::ZERO));
            let mut before = start;
            for tick in (1..40).map(Tick::new) {
                let today = calendar.date(tick).unwrap();
                prop_assert_eq!(Cadence::calendar(unit).due(&calendar, tick), !same(before, today));
                before = today;
            }
        }
    }
}
