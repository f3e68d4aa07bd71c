//! How women replace themselves, and how fast that makes a population grow.

use super::alive_discounted;
use crate::demography::fertility::FertilityTable;
use crate::demography::life_table::{LifeTable, years_lived};
use crate::error::FamilyError;

/// Iterations of the search for the rate of growth: enough for bisection alone to settle.
const ITERATIONS_MAX: u32 = 200;

/// How women replace themselves: births by mother's age, female mortality and the share of
/// daughters.
///
/// Forces and birth rates are constant within each completed year of age, and all integrals over a
/// year of age are exact.
#[derive(Debug, Clone, PartialEq)]
pub struct Reproduction {
    /// Daughters per woman and year, by completed age.
    pub(super) daughters: Vec<f64>,
    table: LifeTable,
}

impl Reproduction {
    /// From the life table of women, children born per woman and year, and the share of girls among
    /// the newborn.
    ///
    /// # Errors
    /// When the share of girls is not above 0 and at most 1.
    pub fn new(
        women: &LifeTable,
        fertility: &FertilityTable,
        female_share: f64,
    ) -> Result<Self, FamilyError> {
        if !(female_share > 0.0 && female_share <= 1.0) {
            let must = "it must be above 0 and at most 1";
            return Err(FamilyError::Parameter {
                name: "share of girls",
                value: female_share,
                must,
            });
        }
        let daughters = fertility
            .rates()
            .iter()
            .map(|rate| rate * female_share)
            .collect();
        Ok(Self {
            daughters,
            table: women.clone(),
        })
    }

    /// Daughters of a woman who lives through all ages: the gross reproduction rate.
    #[must_use]
    pub fn gross(&self) -> f64 {
        self.daughters.iter().sum()
    }

    /// Daughters of a newborn girl: the net reproduction rate.
    #[must_use]
    pub fn net(&self) -> f64 {
        self.discounted(0.0).0
    }

    /// The rate `r` per year at which the population grows in the long run: the solution of
    /// Lotka's equation, `integral of e^(-rx) l(x) f(x) = 1` (Sharpe & Lotka 1911).
    ///
    /// # Errors
    /// When no girl ever has a daughter, or the search does not settle.
    pub fn growth(&self) -> Result<f64, FamilyError> {
        if self.net() <= 0.0 {
            return Err(FamilyError::NoReproduction);
        }
        // The sum falls as r rises; a bracket is widened until it holds the solution.
        let (mut low, mut high) = (-0.1, 0.1);
        for _ in 0..ITERATIONS_MAX {
            if self.discounted(low).0 < 1.0 {
                low *= 2.0;
            } else if self.discounted(high).0 > 1.0 {
                high *= 2.0;
            } else {
                break;
            }
        }
        let mut rate: f64 = 0.0;
        for _ in 0..ITERATIONS_MAX {
            let (sum, weighted) = self.discounted(rate);
            if sum > 1.0 {
                low = rate;
            } else {
                high = rate;
            }
            let newton = rate + (sum - 1.0) / weighted;
            if (newton - rate).abs() <= 1e-15 {
                return Ok(rate);
            }
            let inside = newton > low && newton < high;
            rate = if inside {
                newton
            } else {
                low + (high - low) / 2.0
            };
        }
        Err(FamilyError::NotConverged {
            what: "the rate of growth in the long run",
            iterations: ITERATIONS_MAX,
            advice: "check that births and deaths are those of people",
        })
    }

    /// Mean exact age of mothers at birth in the stable population, years.
    ///
    /// # Errors
    /// As [`Reproduction::growth`].
    pub fn mean_age_of_mothers(&self) -> Result<f64, FamilyError> {
        let (sum, weighted) = self.discounted(self.growth()?);
        Ok(weighted / sum)
    }

    /// Integrals of `e^(-rx) l(x) f(x)` and of the same times `x`.
    fn discounted(&self, rate: f64) -> (f64, f64) {
        let (mut sum, mut weighted) = (0.0, 0.0);
        for (age, &daughters) in (0_u32..).zip(&self.daughters) {
            if daughters > 0.0 {
                let decay = rate + self.table.force(age);
                let start = daughters * alive_discounted(&self.table, age, rate);
                let years = years_lived(decay);
                sum += start * years;
                weighted += start * (f64::from(age) * years + first_moment(decay));
            }
        }
        (sum, weighted)
    }
}

/// Integral of `u e^(-ku)` over a year, `u` from 0 to 1.
pub(super) fn first_moment(decay: f64) -> f64 {
    if decay.abs() < 1e-4 {
        return 0.5 - decay / 3.0 + decay * decay / 8.0;
    }
    (years_lived(decay) - libm::exp(-decay)) / decay
}
