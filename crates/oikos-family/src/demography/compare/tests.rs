//! Comparisons by hand, and of lives drawn day by day.

use super::*;
use crate::demography::calendar::{Birthday, first_day, year_of};
use crate::demography::chance::threshold;
use crate::demography::fertility::FertilityTable;
use crate::demography::lexis::LifeSpan;
use crate::demography::life_table::LifeTable;
use crate::tables::Series;

/// A generator for this test alone (Steele, Lea & Flood 2014, SplitMix64).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn rates(death: f64, birth: f64) -> PeriodRates {
    let table = LifeTable::from_rates(&[death; 101]).unwrap();
    let mut births = vec![0.0; 15];
    births.resize(50, birth);
    PeriodRates::from_series(
        &Series::Timeless([table.clone(), table]),
        &Series::Timeless(FertilityTable::new(&births).unwrap()),
    )
    .unwrap()
}

/// Lives drawn day by day from `rates`, in which nobody is replaced.
fn simulate(rates: &PeriodRates, people: u64, years: RangeInclusive<i32>) -> Exposure {
    let mut exposure = Exposure::new(*years.start(), *years.end()).unwrap();
    let (entry_day, end) = (
        first_day(*years.start()) as i32,
        first_day(years.end() + 1) as i32,
    );
    let [one, two, _] = MultipleBirths::US_2020.children_per_delivery();
    let mut draws = Draws(7);
    for person in 0..people {
        let sex = (person % 2) as usize;
        let born_day = entry_day - 1 - (draws.next() % 25_000) as i32;
        let birthday = Birthday::new(born_day);
        let mut exit_day = end - 1;
        for day in entry_day..end {
            let (age, year) = (birthday.age_on(day) as u32, rates.at_year(year_of(day)));
            let chance = |force| threshold(daily_probability(force, DAYS_PER_YEAR));
            let delivery =
                year.fertility.rate(age) * MultipleBirths::US_2020.deliveries_per_birth();
            if sex == FEMALE && draws.next() < chance(delivery) {
                let share = draws.next();
                let twins = u32::from(share >= threshold(one));
                let triplets = u32::from(share >= threshold(one + two));
                exposure
                    .add_delivery(born_day, day, 1 + twins + triplets)
                    .unwrap();
            }
            if draws.next() < chance(year.mortality[sex].force(age)) {
                exposure.add_death(sex, born_day, day).unwrap();
                exit_day = day;
                break;
            }
        }
        exposure
            .add_life(&LifeSpan {
                sex,
                born_day,
                entry_day,
                exit_day,
            })
            .unwrap();
    }
    exposure
}

#[test]
fn rates_come_out_as_they_went_in_and_others_do_not() {
    let (truth, years) = (rates(0.05, 0.1), 2000..=2007);
    let exposure = simulate(&truth, 1500, years.clone());
    let multiple = MultipleBirths::US_2020;
    let deaths = exposure.compare_deaths(&truth, years.clone());
    let births = exposure.compare_births(&truth, &multiple, years.clone());
    assert!(deaths.agrees() && births.agrees(), "{deaths:?} {births:?}");
    assert!(deaths.degrees > 15 && births.degrees > 5);
    let inside = deaths
        .rows
        .iter()
        .filter(|row| row.ratio_low < 1.0 && row.ratio_high > 1.0)
        .count();
    assert!(
        inside * 10 >= deaths.rows.len() * 8,
        "{inside} of {}",
        deaths.rows.len()
    );
    let wrong = rates(0.03, 0.25);
    assert!(!exposure.compare_deaths(&wrong, years.clone()).agrees());
    assert!(
        !exposure
            .compare_births(&wrong, &multiple, years.clone())
            .agrees()
    );
    let force = exposure.force(MALE, 0..=AGE_MAX, years).unwrap();
    assert!((force / 0.05 - 1.0).abs() < 0.2, "{force}");
}

#[test]
fn a_row_by_hand() {
    let mut exposure = Exposure::new(2001, 2001).unwrap();
    let (born_day, entry_day) = (first_day(1931) as i32, first_day(2001) as i32);
    for _ in 0..200 {
        let life = LifeSpan {
            sex: MALE,
            born_day,
            entry_day,
            exit_day: entry_day + 364,
        };
        exposure.add_life(&life).unwrap();
    }
    (0..10).for_each(|_| exposure.add_death(MALE, born_day, entry_day).unwrap());
    let comparison = exposure.compare_deaths(&rates(0.05, 0.1), 2001..=2001);
    let [row] = comparison.rows[..] else {
        panic!("{comparison:?}")
    };
    assert_eq!(
        (row.sex, row.age_from, row.age_to, row.actual),
        (MALE, 70, 74, 10)
    );
    let chance = 1.0 - libm::exp(-0.05 / 365.2425);
    let (expected, deviation) = (
        73_000.0 * chance,
        (73_000.0 * chance * (1.0 - chance)).sqrt(),
    );
    assert!((row.expected - expected).abs() < 1e-9);
    assert!((row.z - (10.0 - expected) / deviation).abs() < 1e-9);
    assert!((row.ratio_low - 4.795 / expected).abs() < 1e-3);
    assert!((row.ratio_high - 18.39 / expected).abs() < 1e-3);
    assert!((comparison.sum_of_squares - row.z * row.z).abs() < 1e-9);
    // Chi-square with one degree of freedom, Abramowitz & Stegun (1964), table 26.8.
    assert!((comparison.limit - 15.1367).abs() < 1e-3);
}

#[test]
fn a_row_of_births_by_hand() {
    let mut exposure = Exposure::new(2001, 2001).unwrap();
    let (born_day, entry_day) = (first_day(1981) as i32, first_day(2001) as i32);
    for _ in 0..1000 {
        let life = LifeSpan {
            sex: FEMALE,
            born_day,
            entry_day,
            exit_day: entry_day + 364,
        };
        exposure.add_life(&life).unwrap();
    }
    (0..10).for_each(|_| exposure.add_delivery(born_day, entry_day, 2).unwrap());
    let twins = MultipleBirths::new(0.5, 0.0).unwrap();
    let comparison = exposure.compare_births(&rates(0.05, 0.012), &twins, 2001..=2001);
    let [row] = comparison.rows[..] else {
        panic!("{comparison:?}")
    };
    // Half of the children are twins: of three deliveries, two have one child and one has two,
    // 4/3 children each and 2 as the mean of their squares.
    let chance = 1.0 - libm::exp(-0.012 * 0.75 / 365.2425);
    let expected = 365_000.0 * chance * 4.0 / 3.0;
    let variance = 365_000.0 * (chance * 2.0 - chance * chance * 16.0 / 9.0);
    assert_eq!(row.actual, 20);
    assert!((row.expected - expected).abs() < 1e-9);
    assert!((row.z - (20.0 - expected) / variance.sqrt()).abs() < 1e-9);
    assert!((row.ratio_low - 2.0 * 4.795 / expected).abs() < 1e-3);
}

#[test]
fn what_cannot_happen_is_found() {
    let mut exposure = Exposure::new(2001, 2001).unwrap();
    let (born_day, entry_day) = (first_day(1931) as i32, first_day(2001) as i32);
    let life = LifeSpan {
        sex: FEMALE,
        born_day,
        entry_day,
        exit_day: entry_day + 364,
    };
    exposure.add_life(&life).unwrap();
    let compare = |exposure: &Exposure| {
        exposure.compare_births(&rates(0.05, 0.1), &MultipleBirths::NONE, 2001..=2001)
    };
    assert!(compare(&exposure).rows.is_empty() && compare(&exposure).agrees());
    exposure.add_delivery(born_day, entry_day, 1).unwrap();
    assert!(!compare(&exposure).agrees());
}
