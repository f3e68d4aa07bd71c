//! Life tables with a constant force of mortality within each completed year of age.

use crate::demography::chance::force_of;
use crate::error::FamilyError;

/// The largest yearly probability of dying that has a finite force: a certain death (q = 1) is
/// taken as this one, a force of 20.7 a year, under which one in 10^9 sees the next birthday.
pub const PROBABILITY_MAX: f64 = 1.0 - 1e-9;

/// Ages below this one are passed over in search of the modal age at death, since many die at
/// birth.
const ADULT_AGE: usize = 10;

/// A life table: for each completed year of age the chance `q` of dying before the next birthday.
///
/// The force of mortality is `mu = -ln(1 - q)` throughout the year of age. The last year of age is
/// open: whoever outlives it keeps its force.
#[derive(Debug, Clone, PartialEq)]
pub struct LifeTable {
    qx: Vec<f64>,
    forces: Vec<f64>,
    survivors: Vec<f64>,
    person_years: Vec<f64>,
}

impl LifeTable {
    /// A table from yearly probabilities of dying by completed age, from age 0.
    ///
    /// A probability above [`PROBABILITY_MAX`] is taken as that.
    ///
    /// # Errors
    /// When there are no ages, a probability lies outside 0..=1, or nobody dies at the last age.
    pub fn new(mut qx: Vec<f64>) -> Result<Self, FamilyError> {
        const NAME: &str = "probability of dying";
        for (age, q) in qx.iter_mut().enumerate() {
            if !(0.0..=1.0).contains(q) {
                let must = "it must lie between 0 and 1";
                return Err(FamilyError::AtAge {
                    name: NAME,
                    age: age as u32,
                    value: *q,
                    must,
                });
            }
            *q = q.min(PROBABILITY_MAX);
        }
        match qx.last() {
            None => return Err(FamilyError::NoAges { name: NAME }),
            Some(&q) if q > 0.0 => {}
            Some(&q) => {
                let must = "it must be positive at the last age, which never ends";
                let age = qx.len() as u32 - 1;
                return Err(FamilyError::AtAge {
                    name: NAME,
                    age,
                    value: q,
                    must,
                });
            }
        }
        let forces: Vec<f64> = qx.iter().map(|&q| force_of(q)).collect();
        let survivors = survivors(&forces);
        let person_years = person_years(&forces, &survivors);
        Ok(Self {
            qx,
            forces,
            survivors,
            person_years,
        })
    }

    /// A table from forces (central death rates) per year by completed age: `q = 1 - exp(-m)`.
    ///
    /// # Errors
    /// As [`LifeTable::new`]; also when a rate is negative or not finite.
    pub fn from_rates(rates: &[f64]) -> Result<Self, FamilyError> {
        for (age, &value) in rates.iter().enumerate() {
            if !(value >= 0.0 && value.is_finite()) {
                let must = "it must be finite and not negative";
                let age = age as u32;
                return Err(FamilyError::AtAge {
                    name: "death rate",
                    age,
                    value,
                    must,
                });
            }
        }
        Self::new(rates.iter().map(|&rate| -libm::expm1(-rate)).collect())
    }

    /// The last age of the table, completed years.
    #[must_use]
    pub fn last_age(&self) -> u32 {
        self.qx.len() as u32 - 1
    }

    /// Row of an age: the last row for all ages above it.
    fn row(&self, age: u32) -> usize {
        (age as usize).min(self.qx.len() - 1)
    }

    /// Chance of dying within the year of age.
    #[must_use]
    pub fn probability(&self, age: u32) -> f64 {
        self.qx[self.row(age)]
    }

    /// Force of mortality per year at a completed age.
    #[must_use]
    pub fn force(&self, age: u32) -> f64 {
        self.forces[self.row(age)]
    }

    /// Yearly probabilities of dying by completed age.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.qx
    }

    /// Forces of mortality per year by completed age.
    #[must_use]
    pub fn forces(&self) -> &[f64] {
        &self.forces
    }

    /// Shares of the newborn alive at each exact age, from 1 at birth.
    #[must_use]
    pub fn survivors(&self) -> &[f64] {
        &self.survivors
    }

    /// Years lived by one newborn in each year of age; at the last age, in all years to come.
    #[must_use]
    pub fn person_years(&self) -> &[f64] {
        &self.person_years
    }

    /// Years lived by one newborn in the one year of age after an exact age, of any age: the last
    /// force holds at all ages beyond the table.
    #[must_use]
    pub fn person_years_at(&self, age: u32) -> f64 {
        let row = self.row(age);
        let force = self.forces[row];
        let beyond = f64::from(age - row as u32);
        self.survivors[row] * libm::exp(-force * beyond) * years_lived(force)
    }

    /// Years still to be lived at an exact age, on average.
    #[must_use]
    pub fn expectation(&self, age: u32) -> f64 {
        // Walked from the end, so that ages which nobody reaches have an expectation too.
        let row = self.row(age);
        let mut expectation = 1.0 / self.forces[self.qx.len() - 1];
        for a in (row..self.qx.len() - 1).rev() {
            expectation = years_lived(self.forces[a]) + (1.0 - self.qx[a]) * expectation;
        }
        expectation
    }

    /// The exact age that half of the newborn outlive, years.
    #[must_use]
    pub fn median_age(&self) -> f64 {
        let reached = self
            .survivors
            .iter()
            .take_while(|&&alive| alive > 0.5)
            .count();
        let row = reached.saturating_sub(1);
        row as f64 + libm::log(self.survivors[row] / 0.5) / self.forces[row]
    }

    /// The exact age around which most adults die, years; deaths before age 10 are passed over.
    ///
    /// A parabola through the deaths of the fullest year of age and its two neighbours (Kannisto
    /// 2001, Population 13: 159-171). Zero for a table that ends before age 10.
    #[must_use]
    pub fn modal_age(&self) -> f64 {
        let deaths: Vec<f64> = self
            .survivors
            .iter()
            .zip(&self.qx)
            .map(|(alive, q)| alive * q)
            .collect();
        let at = |age: usize| deaths.get(age).copied().unwrap_or(0.0);
        let Some(mode) = (ADULT_AGE..deaths.len())
            .rev()
            .max_by(|&a, &b| at(a).total_cmp(&at(b)))
        else {
            return 0.0;
        };
        let (rise, fall) = (at(mode) - at(mode - 1), at(mode) - at(mode + 1));
        let within = if rise + fall > 0.0 {
            rise / (rise + fall)
        } else {
            0.5
        };
        mode as f64 + within.clamp(0.0, 1.0)
    }
}

fn survivors(forces: &[f64]) -> Vec<f64> {
    let mut hazard = 0.0;
    let mut alive = Vec::with_capacity(forces.len());
    for force in forces {
        alive.push(libm::exp(-hazard));
        hazard += force;
    }
    alive
}

fn person_years(forces: &[f64], survivors: &[f64]) -> Vec<f64> {
    let last = forces.len() - 1;
    let years = |age: usize| {
        let each = if age == last {
            1.0 / forces[age]
        } else {
            years_lived(forces[age])
        };
        survivors[age] * each
    };
    (0..forces.len()).map(years).collect()
}

/// Years lived within one year under a constant force, `(1 - exp(-k)) / k`; `k` may be negative.
pub(crate) fn years_lived(force: f64) -> f64 {
    if force.abs() < 1e-8 {
        1.0 - force / 2.0
    } else {
        -libm::expm1(-force) / force
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demography::gompertz::Gompertz;
    use crate::tables::Tables;
    use crate::{FEMALE, MALE};
    use proptest::prelude::*;

    #[test]
    fn constant_force_has_its_closed_forms() {
        for force in [0.001, 0.0125, 0.7] {
            let table = LifeTable::from_rates(&[force; 120]).unwrap();
            for age in [0, 1, 50, 119, 500] {
                assert!((table.expectation(age) * force - 1.0).abs() < 1e-10);
            }
            if force > 0.01 {
                let median = libm::log(2.0) / force;
                assert!(
                    (table.median_age() - median).abs() < 1e-9,
                    "{}",
                    table.median_age()
                );
            }
            let total: f64 = table.person_years().iter().sum();
            assert!((total * force - 1.0).abs() < 1e-10);
        }
    }

    /// The agency's own tables place infant deaths soon after birth; a constant force through the
    /// first year gives each of the 0.6 % who die in it about 0.4 years more, 0.0025 years of e0.
    /// Rounding of the published figures adds 0.005: hence 0.0125.
    #[test]
    fn life_expectancy_of_2017_is_the_published_one() {
        let tables = Tables::us().unwrap();
        let year = tables.mortality.get(2017).unwrap();
        for (sex, published) in [(MALE, 75.97), (FEMALE, 80.96)] {
            let expectation = year[sex].expectation(0);
            assert!(
                (expectation - published).abs() < 0.0125,
                "{sex}: {expectation}"
            );
        }
        assert!(
            (year[FEMALE].modal_age() - 89.0).abs() < 1.0,
            "{}",
            year[FEMALE].modal_age()
        );
        assert!(
            (year[FEMALE].median_age() - 84.2).abs() < 0.5,
            "{}",
            year[FEMALE].median_age()
        );
    }

    #[test]
    fn modal_age_is_that_of_the_law_behind_the_table() {
        for (a, b) in [(3e-5, 0.1), (5e-5, 0.095), (1e-4, 0.09)] {
            let law = Gompertz::new(a, b, 0.0).unwrap();
            let found = law.life_table(120).unwrap().modal_age();
            assert!((found - law.mode()).abs() < 0.02, "{found} {}", law.mode());
        }
        assert!(LifeTable::new(vec![0.5; 5]).unwrap().modal_age().abs() < 1e-300);
    }

    #[test]
    fn tiny_forces_shorten_a_year() {
        assert!((years_lived(9e-9) - (1.0 - 4.5e-9)).abs() < 1e-15);
        assert!((years_lived(1.1e-8) - (1.0 - 5.5e-9)).abs() < 1e-15);
        assert!((years_lived(-1.0) - (libm::exp(1.0) - 1.0)).abs() < 1e-15);
    }

    #[test]
    fn certain_death_is_capped() {
        let table = LifeTable::new(vec![0.1, 1.0, 1.0]).unwrap();
        assert!((table.force(2) - 20.723_265_8).abs() < 1e-6);
        assert!((table.force(40) - table.force(2)).abs() < 1e-15);
    }

    #[test]
    fn bad_tables_are_refused() {
        let fails = |qx: Vec<f64>| LifeTable::new(qx).unwrap_err().to_string();
        assert!(fails(vec![]).contains("no ages"));
        assert!(fails(vec![0.1, 1.5]).contains("at age 1 is 1.5"));
        assert!(fails(vec![f64::NAN]).contains("at age 0 is NaN"));
        assert!(fails(vec![0.1, 0.0]).contains("positive at the last age"));
        assert!(LifeTable::from_rates(&[-1.0]).is_err());
        assert!(LifeTable::from_rates(&[f64::INFINITY]).is_err());
    }

    proptest! {
        /// The slow model lives through each year of age in ten thousand steps.
        #[test]
        fn expectation_agrees_with_small_steps(qx in prop::collection::vec(0.0_f64..0.9, 1..6)) {
            let mut qx = qx;
            qx.push(0.8);
            let table = LifeTable::new(qx.clone()).unwrap();
            let steps = 10_000.0;
            let (mut alive, mut years) = (1.0_f64, 0.0);
            for age in 0..40_u32 {
                let survive = libm::pow(1.0 - table.probability(age), 1.0 / steps);
                for _ in 0..10_000 {
                    years += alive * (1.0 + survive) / 2.0 / steps;
                    alive *= survive;
                }
            }
            prop_assert!((years - table.expectation(0)).abs() < 1e-6);
        }
    }
}
