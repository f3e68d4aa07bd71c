//! Exposures against a walk through every day.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const FIRST_YEAR: i32 = 1999;
const LAST_YEAR: i32 = 2010;

/// The slow model walks through a life day by day and ages it whenever a birthday comes, by a
/// calendar of its own that steps from one day to the next.
fn count_days(lives: &[LifeSpan]) -> BTreeMap<(usize, i32, i32), u64> {
    let mut cells = BTreeMap::new();
    for life in lives {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        let mut number = 0;
        let mut birthday = None;
        let mut age = 0;
        while number <= life.exit_day {
            if number == life.born_day {
                birthday = Some((month, day));
            } else if Some((month, day)) == birthday
                || birthday == Some((2, 29)) && (month, day) == (3, 1) && !is_leap_year(year)
            {
                age += 1;
            }
            if number >= life.entry_day {
                *cells.entry((life.sex, age.min(150), year)).or_insert(0) += 1;
            }
            number += 1;
            day += 1;
            let length = match month {
                2 => 28 + i32::from(is_leap_year(year)),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
    cells
}

fn lives() -> impl Strategy<Value = Vec<LifeSpan>> {
    let (start, end) = (
        first_day(FIRST_YEAR) as i32,
        first_day(LAST_YEAR + 1) as i32,
    );
    // Half of the births fall around 29 February, where birthdays are hardest.
    let born = prop_oneof![
        0..end,
        (1972_i32..=2009, 57_i32..62).prop_map(|(year, day)| first_day(year) as i32 + day),
    ];
    let life = (0_usize..2, born, start..end, 0_i32..3000).prop_map(
        move |(sex, born_day, entry, length)| {
            let entry_day = entry.max(born_day);
            let exit_day = (entry_day + length - 1).min(end - 1);
            LifeSpan {
                sex,
                born_day,
                entry_day,
                exit_day,
            }
        },
    );
    prop::collection::vec(life, 1..6)
}

proptest! {
    #[test]
    fn days_agree_with_counting_them(lives in lives()) {
        let mut exposure = Exposure::new(FIRST_YEAR, LAST_YEAR).unwrap();
        for life in &lives {
            exposure.add_life(life).unwrap();
        }
        let counted = count_days(&lives);
        for year in FIRST_YEAR..=LAST_YEAR {
            for age in 0..=150 {
                for sex in 0..2 {
                    let slow = counted.get(&(sex, age, year)).copied().unwrap_or(0);
                    prop_assert_eq!(exposure.days(sex, age as u32, year), slow);
                }
            }
        }
    }
}

#[test]
fn events_fall_into_the_cell_of_their_day() {
    let mut exposure = Exposure::new(2000, 2001).unwrap();
    let leapling = first_day(1980) as i32 + 59;
    let day = |offset: i32| first_day(2001) as i32 + offset;
    exposure.add_death(1, leapling, day(58)).unwrap();
    exposure.add_death(1, leapling, day(59)).unwrap();
    exposure.add_delivery(leapling, day(58), 2).unwrap();
    exposure.add_delivery(leapling, day(0) - 1, 1).unwrap();
    assert_eq!(
        (exposure.deaths(1, 20, 2001), exposure.deaths(1, 21, 2001)),
        (1, 1)
    );
    assert_eq!(
        (exposure.births(20, 2001), exposure.births(20, 2000)),
        (2, 1)
    );
    assert_eq!(
        (exposure.deliveries(20, 2001), exposure.deliveries(20, 2000)),
        (1, 1)
    );
    assert_eq!(
        (exposure.deaths(0, 20, 2001), exposure.deaths(1, 20, 1999)),
        (0, 0)
    );
    assert_eq!(
        (exposure.deaths(7, 20, 2001), exposure.births(999, 2001)),
        (0, 0)
    );
}

#[test]
fn the_very_old_count_as_150() {
    let mut exposure = Exposure::new(2000, 2000).unwrap();
    let born_day = first_day(1800) as i32;
    let entry_day = first_day(2000) as i32;
    let life = LifeSpan {
        sex: 0,
        born_day,
        entry_day,
        exit_day: entry_day + 9,
    };
    exposure.add_life(&life).unwrap();
    assert_eq!(exposure.days(0, 150, 2000), 10);
}

#[test]
fn bad_lives_are_refused_and_change_nothing() {
    let mut exposure = Exposure::new(2000, 2001).unwrap();
    let untouched = exposure.clone();
    let day = first_day(2000) as i32;
    let life = LifeSpan {
        sex: 0,
        born_day: 0,
        entry_day: day,
        exit_day: day + 400,
    };
    let mut fails = |life: LifeSpan| exposure.add_life(&life).unwrap_err();
    assert_eq!(
        fails(LifeSpan { sex: 2, ..life }),
        FamilyError::Sex { sex: 2 }
    );
    let early = fails(LifeSpan {
        entry_day: day - 1,
        ..life
    });
    assert!(matches!(
        early,
        FamilyError::OutsideYears {
            first_year: 2000,
            ..
        }
    ));
    let late = fails(LifeSpan {
        exit_day: day + 800,
        ..life
    });
    assert!(matches!(
        late,
        FamilyError::OutsideYears {
            last_year: 2001,
            ..
        }
    ));
    let unborn = fails(LifeSpan {
        born_day: day + 1,
        ..life
    });
    assert!(matches!(unborn, FamilyError::BeforeBirth { .. }));
    assert!(exposure.add_death(0, day + 1, day).is_err());
    assert!(exposure.add_delivery(0, day, 0).is_err());
    exposure
        .add_life(&LifeSpan {
            exit_day: day - 1,
            ..life
        })
        .unwrap();
    assert_eq!(exposure, untouched);
    assert!(Exposure::new(2001, 2000).is_err());
    assert!(Exposure::new(i32::MIN, i32::MAX).is_err());
}
