//! Probabilities as 64-bit thresholds: quantised once, compared exactly ever after.

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// 2⁶⁴, exactly.
const SCALE: f64 = 18_446_744_073_709_551_616.0;

/// A probability: a threshold in units of 2⁻⁶⁴ below which a draw of 64 bits is a hit.
///
/// The largest threshold stands for certainty. A number is rounded down to a threshold when it is
/// made, so it is at most 2⁻⁶⁴ too small; everything after that is exact.
#[derive(
    Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Prob(u64);

impl Prob {
    /// Probability 0.
    pub const NEVER: Self = Self(0);
    /// Probability 1.
    pub const CERTAIN: Self = Self(u64::MAX);

    /// The probability `value`, 0 to 1.
    ///
    /// # Errors
    ///
    /// [`CoreError::NotAProbability`] for a NaN or a number outside 0 to 1.
    pub fn from_f64(value: f64) -> Result<Self, CoreError> {
        if !(0.0..=1.0).contains(&value) {
            return Err(CoreError::NotAProbability { value });
        }
        // The product is exact (a power of two), and the cast rounds down and keeps 1 at the top.
        Ok(Self((value * SCALE) as u64))
    }

    /// The probability with this threshold, in units of 2⁻⁶⁴; `u64::MAX` is certainty.
    #[must_use]
    pub const fn from_threshold(threshold: u64) -> Self {
        Self(threshold)
    }

    /// The threshold, in units of 2⁻⁶⁴; `u64::MAX` is certainty.
    #[must_use]
    pub const fn threshold(self) -> u64 {
        self.0
    }

    /// Whether a uniform draw of 64 bits is a hit.
    #[must_use]
    #[inline]
    pub const fn hit(self, draw: u64) -> bool {
        draw < self.0 || self.0 == u64::MAX
    }

    /// The probability that it does not happen.
    ///
    /// Exact, but for the threshold 1 (2⁻⁶⁴), whose complement is certainty.
    #[must_use]
    pub const fn complement(self) -> Self {
        match self.0 {
            0 => Self::CERTAIN,
            u64::MAX => Self::NEVER,
            threshold => Self(threshold.wrapping_neg()),
        }
    }

    /// The nearest `f64`, 0 to 1: for reports, not for state.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        if self.0 == u64::MAX {
            1.0
        } else {
            self.0 as f64 / SCALE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_no_probability() {
        for value in [-0.1, 1.000_000_1, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(
                Prob::from_f64(value),
                Err(CoreError::NotAProbability { value })
            );
        }
        assert!(matches!(
            Prob::from_f64(f64::NAN),
            Err(CoreError::NotAProbability { .. })
        ));
    }

    #[test]
    fn its_ends_never_and_always_hit() {
        assert_eq!(Prob::from_f64(0.0), Ok(Prob::NEVER));
        assert_eq!(Prob::from_f64(1.0), Ok(Prob::CERTAIN));
        for draw in [0, 1, u64::MAX - 1, u64::MAX] {
            assert!(!Prob::NEVER.hit(draw));
            assert!(Prob::CERTAIN.hit(draw));
        }
        let half = Prob::from_f64(0.5).unwrap();
        assert!(half.hit((1 << 63) - 1) && !half.hit(1 << 63));
    }

    proptest! {
        #[test]
        fn a_complement_hits_when_it_does_not(threshold in 2..u64::MAX, draw: u64) {
            let prob = Prob::from_threshold(threshold);
            // The mirror of a draw is just as uniform.
            prop_assert_eq!(prob.hit(draw), !prob.complement().hit(u64::MAX - draw));
            prop_assert_eq!(prob.complement().complement(), prob);
        }

        #[test]
        fn survives_the_way_to_f64(value in 0.0..=1.0_f64) {
            let prob = Prob::from_f64(value).unwrap();
            prop_assert!((prob.to_f64() - value).abs() <= 1.0 / SCALE);
        }
    }
}
