//! Events that happened against events expected under a set of rates.

use crate::fertility::{MOTHER_AGE_MAX, MOTHER_AGE_MIN, MultipleBirths};
use crate::hazard::{DAYS_PER_YEAR, daily_probability};
use crate::lexis::Exposure;
use crate::period::PeriodRates;
use crate::special::{chi_square_quantile, poisson_limits};
use crate::tables::AGE_MAX;
use crate::{FEMALE, MALE};
use std::ops::RangeInclusive;

/// A row counts in the sum of squares from this many expected events on (Cochran 1954, Biometrics 10:
/// 417-451); below, its `z` is far from normal.
pub const EXPECTED_MIN: f64 = 5.0;

/// The chance with which the sum of squares stays below [`Comparison::limit`] when the rates hold.
pub const CONFIDENCE: f64 = 0.9999;

/// Events of one sex and group of ages: what happened beside what the rates lead to expect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComparisonRow {
    /// Index into [`SEXES`](crate::SEXES); for births that of the mother.
    pub sex: usize,
    /// First completed age of the group.
    pub age_from: u32,
    /// Last completed age of the group.
    pub age_to: u32,
    /// Deaths, or children born.
    pub actual: u64,
    /// The mean of `actual` under the rates, given the days exposed.
    pub expected: f64,
    /// `actual / expected`; not a number where both are zero.
    pub ratio: f64,
    /// Lower end of the 95 % interval of the ratio, from exact Poisson limits of the events.
    pub ratio_low: f64,
    /// Upper end of the 95 % interval of the ratio.
    pub ratio_high: f64,
    /// `actual - expected` in standard deviations of `actual` under the rates; zero where both are
    /// zero, infinite where something happened that could not.
    pub z: f64,
}

/// A table of events that happened against events expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// One row for each sex and group of ages in which anything was expected or happened.
    pub rows: Vec<ComparisonRow>,
    /// Sum of `z` squared over the rows with at least [`EXPECTED_MIN`] expected events, and over
    /// those in which something happened that could not.
    pub sum_of_squares: f64,
    /// Rows in that sum.
    pub degrees: u32,
    /// The point below which the sum stays with a chance of [`CONFIDENCE`] when the rates hold.
    pub limit: f64,
}

impl Comparison {
    /// Whether the events are such as the rates would bring about.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.sum_of_squares <= self.limit
    }

    fn new(rows: Vec<ComparisonRow>) -> Self {
        let counted = |row: &&ComparisonRow| row.expected >= EXPECTED_MIN || row.z.is_infinite();
        let sum_of_squares = rows.iter().filter(counted).map(|row| row.z * row.z).sum();
        let degrees = rows.iter().filter(counted).count() as u32;
        let limit = if degrees > 0 {
            chi_square_quantile(CONFIDENCE, f64::from(degrees))
        } else {
            0.0
        };
        Self {
            rows,
            sum_of_squares,
            degrees,
            limit,
        }
    }
}

/// Counts of one group while they are added up.
#[derive(Debug, Default)]
struct Tally {
    /// Events that are independent of one another: deaths, or deliveries.
    events: u64,
    /// What is counted: deaths, or the children of the deliveries.
    actual: u64,
    expected: f64,
    variance: f64,
}

impl Tally {
    fn row(&self, sex: usize, ages: &RangeInclusive<u32>) -> Option<ComparisonRow> {
        if self.actual == 0 && self.expected <= 0.0 {
            return None;
        }
        let actual = self.actual as f64;
        let per_event = if self.events > 0 {
            actual / self.events as f64
        } else {
            1.0
        };
        let (low, high) = poisson_limits(self.events);
        let difference = actual - self.expected;
        Some(ComparisonRow {
            sex,
            age_from: *ages.start(),
            age_to: *ages.end(),
            actual: self.actual,
            expected: self.expected,
            ratio: actual / self.expected,
            ratio_low: low * per_event / self.expected,
            ratio_high: high * per_event / self.expected,
            z: if difference.abs() > 0.0 {
                difference / libm::sqrt(self.variance)
            } else {
                0.0
            },
        })
    }
}

impl Exposure {
    /// Deaths against those expected in `years`, by sex and ages 0, 1-4, 5-9, ..., 95-99, 100+.
    ///
    /// Each cell of `N` person-days adds `N p` expected deaths and the variance `N p (1 - p)`, with
    /// `p` the chance per day of its sex, age and calendar year.
    #[must_use]
    pub fn compare_deaths(&self, rates: &PeriodRates, years: RangeInclusive<i32>) -> Comparison {
        let years = self.observed_in(years);
        let mut rows = Vec::new();
        for sex in [MALE, FEMALE] {
            for ages in death_groups() {
                let mut tally = Tally::default();
                for (age, year) in cells(&ages, &years) {
                    let force = rates.at_year(year).mortality[sex].force(age);
                    let chance = daily_probability(force, DAYS_PER_YEAR);
                    let days = self.days(sex, age, year) as f64;
                    let deaths = self.deaths(sex, age, year);
                    tally.events += deaths;
                    tally.actual += deaths;
                    tally.expected += days * chance;
                    tally.variance += days * chance * (1.0 - chance);
                }
                rows.extend(tally.row(sex, &ages));
            }
        }
        Comparison::new(rows)
    }

    /// Children born against those expected in `years`, by mothers' ages 5-9, 10-14, ..., 65.
    ///
    /// The force of delivery is the birth rate times the deliveries per birth. Children of one
    /// delivery come together, so a cell of `N` person-days with the chance `p` of a delivery of `k`
    /// children adds the mean `N p E(k)` and the variance `N (p E(k^2) - (p E(k))^2)`; the interval
    /// is that of the number of deliveries.
    #[must_use]
    pub fn compare_births(
        &self,
        rates: &PeriodRates,
        multiple: &MultipleBirths,
        years: RangeInclusive<i32>,
    ) -> Comparison {
        let years = self.observed_in(years);
        let [one, two, three] = multiple.children_per_delivery();
        let (mean, mean_square) = (one + 2.0 * two + 3.0 * three, one + 4.0 * two + 9.0 * three);
        let mut rows = Vec::new();
        for ages in mother_groups() {
            let mut tally = Tally::default();
            for (age, year) in cells(&ages, &years) {
                let births = rates.at_year(year).fertility.rate(age);
                let force = births * multiple.deliveries_per_birth();
                let chance = daily_probability(force, DAYS_PER_YEAR);
                let days = self.days(FEMALE, age, year) as f64;
                let each = chance * mean;
                tally.events += self.deliveries(age, year);
                tally.actual += self.births(age, year);
                tally.expected += days * each;
                tally.variance += days * (chance * mean_square - each * each);
            }
            rows.extend(tally.row(FEMALE, &ages));
        }
        Comparison::new(rows)
    }
}

fn cells<'a>(
    ages: &'a RangeInclusive<u32>,
    years: &'a RangeInclusive<i32>,
) -> impl Iterator<Item = (u32, i32)> + 'a {
    ages.clone()
        .flat_map(|age| years.clone().map(move |year| (age, year)))
}

/// Ages 0, 1-4, 5-9, ..., 95-99 and 100 and more.
fn death_groups() -> Vec<RangeInclusive<u32>> {
    let fives = (5..100).step_by(5).map(|from| from..=from + 4);
    [0..=0, 1..=4]
        .into_iter()
        .chain(fives)
        .chain([100..=AGE_MAX])
        .collect()
}

/// Five-year groups of all ages at which there can be births; what cannot be is in the two around.
fn mother_groups() -> Vec<RangeInclusive<u32>> {
    let fives = (MOTHER_AGE_MIN..MOTHER_AGE_MAX)
        .step_by(5)
        .map(|from| from..=from + 4);
    [0..=MOTHER_AGE_MIN - 1]
        .into_iter()
        .chain(fives)
        .chain([MOTHER_AGE_MAX..=AGE_MAX])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Birthday, first_day, year_of};
    use crate::fertility::FertilityTable;
    use crate::hazard::threshold;
    use crate::lexis::LifeSpan;
    use crate::life_table::LifeTable;
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
}
