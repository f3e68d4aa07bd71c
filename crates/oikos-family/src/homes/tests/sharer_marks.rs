//! Until when a mark says that somebody shares, beside their draw for life at each age.

use oikos_core::{Date, Seed, Stream, date};

use crate::homes::sharing::disposition;
use crate::homes::{ADULT_AGE, Sharer, SharingChances};

/// Birthdays in common and in leap years, and one on a leap day.
fn births() -> [Date; 4] {
    [(1970, 1, 1), (1971, 12, 31), (1972, 2, 29), (1973, 3, 1)]
        .map(|(year, month, day)| date(year, month, day).unwrap())
}

#[test]
fn a_mark_is_outgrown_at_the_age_at_which_the_draw_says_so() {
    let stream = Stream::new(Seed(7), "test.sharing");
    let (mut outgrown, mut kept, mut at_least, mut most) = (0, 0, u32::MAX, 0);
    for (young, old) in [(0.8, 0.3), (0.5, 0.0), (1.0, 0.9), (1.0, 0.0)] {
        let chances = SharingChances::new(young, old).unwrap();
        for (subject, born) in (0..400).zip(births().into_iter().cycle()) {
            let shares = |age: u32| chances.shares(age, &mut disposition(&stream, subject));
            // Who does not share as an adult has no mark.
            if !shares(ADULT_AGE) {
                continue;
            }
            let mark = Sharer::of(&chances, &stream, subject, born);
            // Each week of life from 18 to 80, and the days about each birthday.
            let birthdays = (18..80).filter_map(|age| born.plus_years(age).ok());
            let about = birthdays.flat_map(|day| (-2..=2).map(move |off| day.days() + off));
            let weeks = (born.days() + 18 * 366..born.days() + 80 * 365).step_by(7);
            for day in about.chain(weeks) {
                let today = Date::from_days(day).unwrap();
                let age = today.completed_years_since(born) as u32;
                if age < ADULT_AGE {
                    continue;
                }
                assert_eq!(
                    mark.has_outgrown(today),
                    !shares(age),
                    "{subject} of {born} on {today}"
                );
            }
            match (18..=80).find(|age| !shares(*age)) {
                Some(age) => {
                    outgrown += 1;
                    (at_least, most) = (at_least.min(age), most.max(age));
                }
                None => kept += 1,
            }
        }
    }
    assert!(outgrown > 300 && kept > 300, "{outgrown} {kept}");
    // Chances fall from 35 on and hold from 65 on.
    assert!(at_least == 36 && most == 65, "{at_least} {most}");
}

#[test]
fn a_chance_that_rises_with_age_is_never_outgrown() {
    let stream = Stream::new(Seed(7), "test.sharing");
    let late = date(2100, 1, 1).unwrap();
    for (young, old) in [(0.2, 0.9), (0.5, 0.5), (0.0, 0.0)] {
        let chances = SharingChances::new(young, old).unwrap();
        for subject in 0..200 {
            let mark = Sharer::of(&chances, &stream, subject, births()[2]);
            assert_eq!(mark, Sharer::FOREVER);
            assert!(!mark.has_outgrown(late));
        }
    }
}
