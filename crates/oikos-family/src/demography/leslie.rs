//! Leslie matrices: one sex, discrete age classes, one step at a time.

use crate::error::FamilyError;

/// Most steps of the power iteration.
const STEPS_MAX: u32 = 100_000;

/// The power iteration has settled when no share of an age class moves by more than this.
const SETTLED: f64 = 1e-13;

/// Growth and age structure that a population tends to under constant rates.
#[derive(Debug, Clone, PartialEq)]
pub struct StableGrowth {
    /// Factor by which every age class grows in a step: the dominant eigenvalue.
    pub factor: f64,
    /// Share of each age class, summing to 1: its eigenvector.
    pub shares: Vec<f64>,
}

impl StableGrowth {
    /// Growth per step, the logarithm of the factor.
    #[must_use]
    pub fn rate(&self) -> f64 {
        libm::log(self.factor)
    }
}

/// A Leslie matrix (Leslie 1945, Biometrika 33: 183-212).
///
/// In one step, each member of class `x` leaves `fertility[x]` newborn in class 0 and moves to
/// class `x + 1` with the chance `survival[x]`; after the last class nobody is left.
#[derive(Debug, Clone, PartialEq)]
pub struct Leslie {
    fertility: Vec<f64>,
    survival: Vec<f64>,
}

impl Leslie {
    /// A matrix from its first row and the diagonal below its main one.
    ///
    /// # Errors
    /// When there is no class, `survival` is not one shorter than `fertility`, a birth rate is
    /// negative or not finite, or a chance of survival lies outside 0..=1.
    pub fn new(fertility: Vec<f64>, survival: Vec<f64>) -> Result<Self, FamilyError> {
        if fertility.is_empty() {
            return Err(FamilyError::NoAges { name: "fertility" });
        }
        if survival.len() + 1 != fertility.len() {
            let (expected, found) = (fertility.len() as u64 - 1, survival.len() as u64);
            return Err(FamilyError::Length {
                name: "survival",
                expected,
                found,
            });
        }
        let wrong = |name, must, row: usize, value| {
            Err(FamilyError::AtAge {
                name,
                age: row as u32,
                value,
                must,
            })
        };
        for (row, &value) in fertility.iter().enumerate() {
            if !(value >= 0.0 && value.is_finite()) {
                return wrong(
                    "fertility",
                    "it must be finite and not negative",
                    row,
                    value,
                );
            }
        }
        for (row, &value) in survival.iter().enumerate() {
            if !(0.0..=1.0).contains(&value) {
                return wrong("survival", "it must lie between 0 and 1", row, value);
            }
        }
        Ok(Self {
            fertility,
            survival,
        })
    }

    /// The population one step later.
    ///
    /// # Errors
    /// When the population has not one value for each class.
    pub fn project(&self, population: &[f64]) -> Result<Vec<f64>, FamilyError> {
        if population.len() != self.fertility.len() {
            let (expected, found) = (self.fertility.len() as u64, population.len() as u64);
            return Err(FamilyError::Length {
                name: "population",
                expected,
                found,
            });
        }
        Ok(self.step(population))
    }

    fn step(&self, population: &[f64]) -> Vec<f64> {
        let mut next = self.survive(population);
        next[0] = self.newborn(population);
        next
    }

    /// Those of these numbers who are left a step later, each in the next class.
    pub(super) fn survive(&self, population: &[f64]) -> Vec<f64> {
        let older = self.survival.iter().zip(population).map(|(p, n)| p * n);
        std::iter::once(0.0).chain(older).collect()
    }

    /// The newborn that these numbers leave in a step.
    pub(super) fn newborn(&self, population: &[f64]) -> f64 {
        let births = self.fertility.iter().zip(population).map(|(f, n)| f * n);
        births.sum()
    }

    /// Newborn per step by class.
    pub(super) fn fertility(&self) -> &[f64] {
        &self.fertility
    }

    /// Chances of living from birth to each class.
    fn survivors(&self) -> impl Iterator<Item = f64> {
        let later = self.survival.iter().scan(1.0, |alive, p| {
            *alive *= p;
            Some(*alive)
        });
        std::iter::once(1.0).chain(later)
    }

    /// Newborn left by one newborn in a lifetime, `R0`.
    #[must_use]
    pub fn net_reproduction(&self) -> f64 {
        self.fertility
            .iter()
            .zip(self.survivors())
            .map(|(f, alive)| f * alive)
            .sum()
    }

    /// Growth and age structure in the long run, by power iteration until no share moves by more
    /// than 10^-13.
    ///
    /// # Errors
    /// When nobody is ever born, or shares keep swinging, as where births are to one class alone.
    pub fn stable(&self) -> Result<StableGrowth, FamilyError> {
        if self.net_reproduction() <= 0.0 {
            return Err(FamilyError::NoReproduction);
        }
        let classes = self.fertility.len();
        let mut shares = vec![1.0 / classes as f64; classes];
        for _ in 0..STEPS_MAX {
            let mut next = self.step(&shares);
            let factor: f64 = next.iter().sum();
            next.iter_mut().for_each(|share| *share /= factor);
            let moved = next
                .iter()
                .zip(&shares)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f64::max);
            shares = next;
            if moved <= SETTLED {
                return Ok(StableGrowth {
                    factor: self.step(&shares).iter().sum(),
                    shares,
                });
            }
        }
        Err(FamilyError::NotConverged {
            what: "the stable population of the Leslie matrix",
            iterations: STEPS_MAX,
            advice: "give births to classes whose numbers have no common divisor",
        })
    }

    /// Mean class of mothers at birth in the stable population; classes are numbered from 0, so
    /// with classes of a year it is in completed years at the start of the step.
    ///
    /// # Errors
    /// As [`Leslie::stable`].
    pub fn mean_age_of_mothers(&self) -> Result<f64, FamilyError> {
        let stable = self.stable()?;
        let births = self
            .fertility
            .iter()
            .zip(&stable.shares)
            .map(|(f, share)| f * share);
        let weighted: f64 = births
            .clone()
            .enumerate()
            .map(|(class, b)| class as f64 * b)
            .sum();
        Ok(weighted / births.sum::<f64>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demography::gompertz::Gompertz;
    use proptest::prelude::*;

    fn textbook() -> Leslie {
        Leslie::new(vec![0.0, 4.0, 3.0], vec![0.5, 0.25]).unwrap()
    }

    #[test]
    fn textbook_matrix_has_its_exact_values() {
        let stable = textbook().stable().unwrap();
        assert!((stable.factor - 1.5).abs() < 1e-12, "{}", stable.factor);
        for (found, expected) in stable.shares.iter().zip([0.72, 0.24, 0.04]) {
            assert!((found - expected).abs() < 1e-12, "{found}");
        }
        assert!((textbook().net_reproduction() - 2.375).abs() < 1e-15);
        let next = textbook().project(&[72.0, 24.0, 4.0]).unwrap();
        for (found, expected) in next.iter().zip([108.0, 36.0, 6.0]) {
            assert!((found - expected).abs() < 1e-12, "{found}");
        }
    }

    /// Daughters at ages 15-50 spread normally around 28 with deviation 5, mortality of Gompertz.
    fn schedule(gross_reproduction: f64) -> Leslie {
        let law = Gompertz::new(5e-5, 0.095, 0.0).unwrap();
        let weight = |age: u32| {
            let z = (f64::from(age) + 0.5 - 28.0) / 5.0;
            if (15..=50).contains(&age) {
                libm::exp(-z * z / 2.0)
            } else {
                0.0
            }
        };
        let total: f64 = (0..=110).map(weight).sum();
        let alive = |age: u32| law.survival(f64::from(age));
        Leslie::new(
            (0..=110)
                .map(|age| gross_reproduction * weight(age) / total)
                .collect(),
            (0..110).map(|age| alive(age + 1) / alive(age)).collect(),
        )
        .unwrap()
    }

    #[test]
    fn growth_of_a_schedule_with_gompertz_mortality() {
        for (gross, rate, net, age) in [
            (0.85, -0.005_941, 0.843_63, 27.69),
            (1.0211, 0.000_468, 1.013_44, 27.54),
        ] {
            let leslie = schedule(gross);
            let found = leslie.stable().unwrap().rate();
            assert!((found - rate).abs() < 5e-7, "{found}");
            assert!((leslie.net_reproduction() - net).abs() < 5e-6);
            let found = leslie.mean_age_of_mothers().unwrap();
            assert!((found - age).abs() < 5e-3, "{found}");
        }
    }

    #[test]
    fn bad_matrices_are_refused() {
        assert!(matches!(
            Leslie::new(vec![], vec![]),
            Err(FamilyError::NoAges { .. })
        ));
        let short = Leslie::new(vec![1.0, 1.0], vec![]);
        assert!(matches!(
            short,
            Err(FamilyError::Length {
                expected: 1,
                found: 0,
                ..
            })
        ));
        let negative = Leslie::new(vec![1.0, -1.0], vec![0.5]);
        assert!(matches!(negative, Err(FamilyError::AtAge { age: 1, .. })));
        let above = Leslie::new(vec![1.0, 1.0], vec![1.5]);
        assert!(matches!(above, Err(FamilyError::AtAge { age: 0, .. })));
        assert!(matches!(
            textbook().project(&[1.0]),
            Err(FamilyError::Length { .. })
        ));
        let barren = Leslie::new(vec![0.0, 0.0], vec![0.5]).unwrap();
        assert_eq!(barren.stable(), Err(FamilyError::NoReproduction));
        let swinging = Leslie::new(vec![0.0, 2.0], vec![0.5]).unwrap();
        assert!(matches!(
            swinging.stable(),
            Err(FamilyError::NotConverged { .. })
        ));
    }

    proptest! {
        /// The slow model is the characteristic equation, `sum of f(x) l(x) k^-(x+1) = 1`.
        #[test]
        fn the_factor_solves_the_characteristic_equation(
            rates in prop::collection::vec((0.1_f64..3.0, 0.05_f64..1.0), 2..8),
        ) {
            let (fertility, mut survival): (Vec<f64>, Vec<f64>) = rates.iter().copied().unzip();
            survival.pop();
            let leslie = Leslie::new(fertility.clone(), survival.clone()).unwrap();
            let factor = leslie.stable().unwrap().factor;
            let (mut sum, mut alive, mut discount) = (0.0, 1.0, 1.0 / factor);
            for (class, f) in fertility.iter().enumerate() {
                sum += f * alive * discount;
                alive *= survival.get(class).copied().unwrap_or(0.0);
                discount /= factor;
            }
            prop_assert!((sum - 1.0).abs() < 1e-10, "{sum}");
        }
    }
}
