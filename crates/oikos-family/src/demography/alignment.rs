//! Alignment: probabilities scaled so that they add up to a target.

use oikos_core::ExactSum;
use serde::{Deserialize, Serialize};

use crate::error::{FamilyError, require};

/// Steps after which the search for a factor is given up; halving alone needs about 70.
const STEPS_MAX: u32 = 200;

/// No factor is larger than this in size: it takes odds of 10^-304 to 1.
const FACTOR_MAX: f64 = 700.0;

/// The logit scaling of probabilities (Stephensen 2016, Int. J. Microsimulation 9(3): 89-102): every
/// odds `p / (1 - p)` is multiplied by the same `e^factor`.
///
/// Among all ways to reach a sum it is the one that changes the probabilities least, measured by
/// relative entropy, and it keeps 0 at 0 and 1 at 1 and everybody's rank. The factor is found once, in
/// a base run, and saved; applied in another scenario without a target it leaves that scenario's own
/// effects in the result, which aligning both runs to one target would hide.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct LogitFactor(f64);

/// How far aligned probabilities lie from those of the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distortion {
    /// Relative entropy (Kullback-Leibler divergence) of the aligned probabilities from the base
    /// ones, summed over everybody, in nats.
    pub nats: f64,
    /// Sum of the base probabilities: events expected without alignment.
    pub base: f64,
    /// Sum of the aligned probabilities.
    pub aligned: f64,
    /// Number of probabilities.
    pub people: u64,
}

impl LogitFactor {
    /// A factor: the logarithm of what odds are multiplied by.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless it lies between -700 and 700.
    pub fn new(factor: f64) -> Result<Self, FamilyError> {
        let must = "it must lie between -700 and 700";
        require(factor.abs() <= FACTOR_MAX, "logit factor", factor, must)?;
        Ok(Self(factor))
    }

    /// The factor under which these probabilities add up to `target`.
    ///
    /// Newton's steps inside a bracket that each narrows. Sums are exact ([`ExactSum`]), so the factor
    /// does not depend on the order of the probabilities. The sum differs from the target by what
    /// rounding each probability costs, below 10^-9 for up to a million of them.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for a value that is no probability, [`FamilyError::Target`] for a
    /// target that no factor reaches: not a number, negative, as many as there are people or more.
    pub fn find(probabilities: &[f64], target: f64) -> Result<Self, FamilyError> {
        for &value in probabilities {
            check(value)?;
        }
        let excess_at = |factor: f64| excess(probabilities, factor, target);
        let (certain, possible) = ends(probabilities);
        if target.is_finite() && excess_at(0.0)?.0.abs() <= 0.0 {
            return Ok(Self(0.0));
        }
        if !(target > certain as f64 && target < possible as f64) {
            return Err(FamilyError::Target {
                target,
                certain,
                possible,
            });
        }
        let (mut low, mut high) = (-FACTOR_MAX, FACTOR_MAX);
        let mut factor = 0.0;
        for _ in 0..STEPS_MAX {
            let (excess, slope) = excess_at(factor)?;
            if excess > 0.0 {
                high = factor;
            } else {
                low = factor;
            }
            let newton = factor - excess / slope;
            let next = if newton > low && newton < high {
                newton
            } else {
                low + (high - low) / 2.0
            };
            if (next - factor).abs() <= 1e-15 * factor.abs().max(1e-3) {
                return Ok(Self(factor));
            }
            factor = next;
        }
        Ok(Self(factor))
    }

    /// The logarithm of what odds are multiplied by.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// The probability scaled: `p e^f / (1 - p + p e^f)`.
    #[must_use]
    pub fn apply(self, probability: f64) -> f64 {
        // The smaller of the two exponentials, so that neither end loses its digits.
        if self.0 > 0.0 {
            probability / (probability + (1.0 - probability) * libm::exp(-self.0))
        } else {
            let scaled = probability * libm::exp(self.0);
            scaled / (1.0 - probability + scaled)
        }
    }

    /// How far the scaled probabilities lie from these.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for a value that is no probability.
    pub fn distortion(self, probabilities: &[f64]) -> Result<Distortion, FamilyError> {
        let mut sums = [ExactSum::default(); 3];
        for &base in probabilities {
            check(base)?;
            let aligned = self.apply(base);
            // ln(aligned / base) = f - ln(1 - p + p e^f), and the same without f for the rest.
            let shift = libm::log1p(base * libm::expm1(self.0));
            let nats = if base > 0.0 && base < 1.0 {
                aligned * self.0 - shift
            } else {
                0.0
            };
            for (sum, term) in sums.iter_mut().zip([nats, base, aligned]) {
                sum.add(term)?;
            }
        }
        let [nats, base, aligned] = sums.map(|sum| sum.total());
        Ok(Distortion {
            nats,
            base,
            aligned,
            people: probabilities.len() as u64,
        })
    }
}

impl TryFrom<f64> for LogitFactor {
    type Error = FamilyError;

    fn try_from(factor: f64) -> Result<Self, FamilyError> {
        Self::new(factor)
    }
}

impl From<LogitFactor> for f64 {
    fn from(factor: LogitFactor) -> Self {
        factor.0
    }
}

fn check(probability: f64) -> Result<(), FamilyError> {
    let must = "it must lie between 0 and 1";
    let in_range = (0.0..=1.0).contains(&probability);
    require(in_range, "probability to be aligned", probability, must)
}

/// How many are certain and how many are possible.
fn ends(probabilities: &[f64]) -> (u64, u64) {
    let count = |holds: &dyn Fn(f64) -> bool| {
        probabilities.iter().filter(|&&value| holds(value)).count() as u64
    };
    (count(&|value| value >= 1.0), count(&|value| value > 0.0))
}

/// The scaled sum less the target, and its derivative by the factor.
fn excess(probabilities: &[f64], factor: f64, target: f64) -> Result<(f64, f64), FamilyError> {
    let (mut sum, mut slope) = (ExactSum::default(), ExactSum::default());
    for &value in probabilities {
        let scaled = LogitFactor(factor).apply(value);
        sum.add(scaled)?;
        slope.add(scaled * (1.0 - scaled))?;
    }
    Ok((sum.total() - target, slope.total()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::de::value::F64Deserializer;

    fn sum(factor: LogitFactor, probabilities: &[f64]) -> f64 {
        probabilities.iter().map(|&value| factor.apply(value)).sum()
    }

    #[test]
    fn by_hand() {
        // One probability of 1/3, odds 1/2; for 1/2 odds are doubled.
        let factor = LogitFactor::find(&[1.0 / 3.0], 0.5).unwrap();
        assert!((factor.get() - libm::log(2.0)).abs() < 1e-14);
        let nats = 0.5 * libm::log(1.5) + 0.5 * libm::log(0.75);
        let distortion = factor.distortion(&[1.0 / 3.0]).unwrap();
        assert!((distortion.nats - nats).abs() < 1e-14, "{distortion:?}");
        assert_eq!(distortion.people, 1);
    }

    #[test]
    fn the_ends_stay_and_impossible_targets_are_refused() {
        let some = [0.0, 0.2, 0.4, 1.0];
        let factor = LogitFactor::find(&some, 2.5).unwrap();
        assert!(factor.apply(0.0).abs() < 1e-300 && factor.apply(1.0) >= 1.0);
        for target in [f64::NAN, -1.0, 0.0, 1.0, 3.0, 4.0, 5.0, f64::INFINITY] {
            let found = LogitFactor::find(&some, target);
            assert!(
                matches!(found, Err(FamilyError::Target { .. })),
                "{target}: {found:?}"
            );
        }
        assert!(LogitFactor::find(&[], 1.0).is_err());
        assert_eq!(
            LogitFactor::find(&[0.0, 1.0], 1.0).unwrap(),
            LogitFactor(0.0)
        );
        for wrong in [-0.1, 1.1, f64::NAN] {
            assert!(LogitFactor::find(&[0.5, wrong], 0.7).is_err(), "{wrong}");
            assert!(LogitFactor(0.5).distortion(&[wrong]).is_err(), "{wrong}");
        }
        for wrong in [f64::NAN, f64::INFINITY, -701.0] {
            assert!(LogitFactor::new(wrong).is_err());
        }
    }

    #[test]
    fn a_save_holds_the_factor_and_no_other_number() {
        let load = |saved: f64| {
            let reader = F64Deserializer::<serde::de::value::Error>::new(saved);
            LogitFactor::deserialize(reader)
        };
        let factor = LogitFactor::find(&[0.1, 0.3], 0.7).unwrap();
        assert_eq!(load(f64::from(factor)), Ok(factor));
        assert!(load(f64::NAN).is_err() && load(1e3).is_err());
    }

    #[test]
    fn a_million_probabilities_hit_their_target() {
        let unit = |index: u32| (f64::from(index) + 0.5) / 1e6;
        let many: Vec<f64> = (0..1_000_000).map(|index| 0.2 * unit(index)).collect();
        let factor = LogitFactor::find(&many, 40_000.0).unwrap();
        let distortion = factor.distortion(&many).unwrap();
        assert!(
            (distortion.aligned - 40_000.0).abs() < 1e-9,
            "{distortion:?}"
        );
        assert!((distortion.base - 100_000.0).abs() < 1e-6, "{distortion:?}");
    }

    proptest! {
        #[test]
        fn targets_are_hit_and_factors_reused(
            probabilities in prop::collection::vec(1e-6_f64..0.999, 1..60),
            share in 0.001_f64..0.999,
            other in 0.001_f64..0.999,
        ) {
            let target = share * probabilities.len() as f64;
            let factor = LogitFactor::find(&probabilities, target).unwrap();
            prop_assert!((sum(factor, &probabilities) - target).abs() < 1e-9);
            // A saved factor is the same number, and does the same elsewhere.
            let saved = LogitFactor::new(factor.get()).unwrap();
            prop_assert_eq!(saved.apply(other).to_bits(), factor.apply(other).to_bits());
            // Any order gives the same bits.
            let mut turned = probabilities.clone();
            turned.reverse();
            prop_assert_eq!(LogitFactor::find(&turned, target).unwrap(), factor);
            // Higher targets, higher factors; ranks stay.
            let more = LogitFactor::find(&probabilities, target + 1e-4 * (1.0 - share)).unwrap();
            prop_assert!(more.get() > factor.get());
            let base = probabilities[0];
            prop_assert_eq!(factor.apply(base) < factor.apply(other), base < other);
        }

        #[test]
        fn a_sum_that_is_the_target_needs_no_factor(
            probabilities in prop::collection::vec(0.0_f64..1.0, 1..60),
        ) {
            let mut exact = ExactSum::default();
            probabilities.iter().for_each(|&value| exact.add(value).unwrap());
            let factor = LogitFactor::find(&probabilities, exact.total()).unwrap();
            prop_assert_eq!(factor, LogitFactor(0.0));
            prop_assert!(factor.distortion(&probabilities).unwrap().nats.abs() < 1e-12);
        }

        #[test]
        fn the_distortion_is_the_relative_entropy_and_the_least(
            probabilities in prop::collection::vec(0.01_f64..0.9, 2..20),
            share in 0.05_f64..0.95,
        ) {
            let target = share * probabilities.len() as f64;
            let factor = LogitFactor::find(&probabilities, target).unwrap();
            let scaled: Vec<f64> = probabilities.iter().map(|&p| factor.apply(p)).collect();
            let entropy = |new: &[f64]| -> f64 {
                let term = |(&q, &p): (&f64, &f64)| {
                    q * libm::log(q / p) + (1.0 - q) * libm::log((1.0 - q) / (1.0 - p))
                };
                new.iter().zip(&probabilities).map(term).sum()
            };
            let distortion = factor.distortion(&probabilities).unwrap();
            prop_assert!((distortion.nats - entropy(&scaled)).abs() < 1e-9);
            // Another way to the same sum costs more.
            let mut other = scaled.clone();
            let step = 0.1 * scaled[0].min(1.0 - scaled[0]).min(scaled[1]).min(1.0 - scaled[1]);
            other[0] += step;
            other[1] -= step;
            prop_assert!(entropy(&other) > entropy(&scaled) - 1e-12);
        }
    }
}
