//! Alignment: probabilities scaled so that they add up to a target.

#[cfg(test)]
mod tests;

use oikos_core::ExactSum;
use serde::{Deserialize, Serialize};

use crate::error::{FamilyError, require};

/// Steps after which the search for a factor is given up; halving alone needs about 70.
const STEPS_MAX: u32 = 200;

/// No factor is larger than this in size: it takes odds of 10^-304 to 1.
const FACTOR_MAX: f64 = 700.0;

/// Above it `exp` could overflow, and 1 hardly counts beside it.
const LARGE: f64 = 30.0;

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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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
        Self::find_counted(&once_each(probabilities), target)
    }

    /// [`LogitFactor::find`] for probabilities that so many people each have.
    pub(crate) fn find_counted(
        probabilities: &[(f64, u64)],
        target: f64,
    ) -> Result<Self, FamilyError> {
        for &(value, _) in probabilities {
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

    /// The force whose chance over a year is the scaled chance of this one: as `1 - exp(-h)` is the chance,
    /// `exp(h) - 1` are its odds, which are multiplied by `e^factor`.
    pub(crate) fn apply_to_force(self, force: f64) -> f64 {
        let log_odds = if force > LARGE {
            force + libm::log1p(-libm::exp(-force))
        } else {
            libm::log(libm::expm1(force))
        };
        let scaled = log_odds + self.0;
        if scaled > LARGE {
            scaled + libm::log1p(libm::exp(-scaled))
        } else {
            libm::log1p(libm::exp(scaled))
        }
    }

    /// How far the scaled probabilities lie from these.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for a value that is no probability.
    pub fn distortion(self, probabilities: &[f64]) -> Result<Distortion, FamilyError> {
        self.distortion_counted(&once_each(probabilities))
    }

    /// [`LogitFactor::distortion`] for probabilities that so many people each have.
    pub(crate) fn distortion_counted(
        self,
        probabilities: &[(f64, u64)],
    ) -> Result<Distortion, FamilyError> {
        let mut sums = [ExactSum::default(); 3];
        for &(base, people) in probabilities {
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
                sum.add(people as f64 * term)?;
            }
        }
        let [nats, base, aligned] = sums.map(|sum| sum.total());
        Ok(Distortion {
            nats,
            base,
            aligned,
            people: probabilities.iter().map(|(_, people)| people).sum(),
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

fn once_each(probabilities: &[f64]) -> Vec<(f64, u64)> {
    probabilities.iter().map(|&value| (value, 1)).collect()
}

fn check(probability: f64) -> Result<(), FamilyError> {
    let must = "it must lie between 0 and 1";
    let in_range = (0.0..=1.0).contains(&probability);
    require(in_range, "probability to be aligned", probability, must)
}

/// How many are certain and how many are possible.
fn ends(probabilities: &[(f64, u64)]) -> (u64, u64) {
    let count = |holds: &dyn Fn(f64) -> bool| {
        let held = probabilities.iter().filter(|(value, _)| holds(*value));
        held.map(|(_, people)| people).sum()
    };
    (count(&|value| value >= 1.0), count(&|value| value > 0.0))
}

/// The scaled sum less the target, and its derivative by the factor.
fn excess(
    probabilities: &[(f64, u64)],
    factor: f64,
    target: f64,
) -> Result<(f64, f64), FamilyError> {
    let (mut sum, mut slope) = (ExactSum::default(), ExactSum::default());
    for &(value, people) in probabilities {
        let scaled = LogitFactor(factor).apply(value);
        sum.add(people as f64 * scaled)?;
        slope.add(people as f64 * scaled * (1.0 - scaled))?;
    }
    Ok((sum.total() - target, slope.total()))
}
