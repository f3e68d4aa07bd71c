//! Events that happened against events expected under a set of rates.

#[cfg(test)]
mod tests;

use crate::demography::chance::{DAYS_PER_YEAR, daily_probability};
use crate::demography::fertility::{MOTHER_AGE_MAX, MOTHER_AGE_MIN, MultipleBirths};
use crate::demography::lexis::Exposure;
use crate::demography::period::PeriodRates;
use crate::demography::special::{chi_square_quantile, poisson_limits};
use crate::tables::AGE_MAX;
use crate::{FEMALE, MALE};
use std::ops::RangeInclusive;

/// A row counts in the sum of squares from this many expected events on (Cochran 1954, Biometrics
/// 10: 417-451); below, its `z` is far from normal.
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
    /// `actual / expected`; infinite where nothing was expected.
    pub ratio: f64,
    /// Lower end of the 95 % interval of the ratio, from exact Poisson limits of the events.
    pub ratio_low: f64,
    /// Upper end of the 95 % interval of the ratio.
    pub ratio_high: f64,
    /// `actual - expected` in standard deviations of `actual` under the rates; infinite where
    /// something happened that could not.
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

    pub(crate) fn new(rows: Vec<ComparisonRow>) -> Self {
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
pub(crate) struct Tally {
    /// Events that are independent of one another: deaths, or deliveries.
    pub(crate) events: u64,
    /// What is counted: deaths, or the children of the deliveries.
    pub(crate) actual: u64,
    pub(crate) expected: f64,
    pub(crate) variance: f64,
}

impl Tally {
    pub(crate) fn row(&self, sex: usize, ages: &RangeInclusive<u32>) -> Option<ComparisonRow> {
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
    /// delivery come together, so a cell of `N` person-days with the chance `p` of a delivery of
    /// `k` children adds the mean `N p E(k)` and the variance `N (p E(k^2) - (p E(k))^2)`; the
    /// interval is that of the number of deliveries.
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
pub(crate) fn death_groups() -> Vec<RangeInclusive<u32>> {
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
