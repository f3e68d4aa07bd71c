//! Sums of floating-point numbers that do not depend on the order of the summands.

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// Bits below the binary point.
const FRACTION_BITS: i32 = 64;
/// 2⁶⁴, exactly.
const SCALE: f64 = 18_446_744_073_709_551_616.0;

/// A sum of `f64` that is the same in any order and however it is split among threads.
///
/// Each number is cut to a multiple of 2⁻⁶⁴ (toward zero), all the rest is integers. Numbers must be
/// finite and below 2⁶² in size, and so must the sum be below 2⁶³; a number of 2⁻¹² or more in size
/// is summed exactly.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExactSum {
    total: i128,
    count: u64,
}

/// `value` in units of 2⁻⁶⁴, or nothing if it is too large or not finite.
fn fixed_point(value: f64) -> Option<i128> {
    let bits = value.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    // A subnormal number is far below the least unit.
    let mantissa = if biased == 0 { 0 } else { fraction | 1 << 52 };
    // The value is the mantissa times 2 to the power of the biased exponent − 1075.
    let shift = biased - 1_075 + FRACTION_BITS;
    // A mantissa has 53 bits: with a shift of 73 the value is still below 2⁶².
    let size = match shift {
        ..=-64 => 0,
        -63..0 => i128::from(mantissa >> -shift),
        0..=73 => i128::from(mantissa) << shift,
        74.. => return None,
    };
    Some(if value.is_sign_negative() {
        -size
    } else {
        size
    })
}

impl ExactSum {
    /// Adds a number.
    ///
    /// # Errors
    ///
    /// [`CoreError::NotSummable`] if it is not finite or 2⁶² or more in size,
    /// [`CoreError::SumOverflow`] if the sum would reach 2⁶³ in size.
    pub fn add(&mut self, value: f64) -> Result<(), CoreError> {
        let total = fixed_point(value).ok_or(CoreError::NotSummable { value })?;
        self.merge(&Self { total, count: 1 })
    }

    /// Adds another sum.
    ///
    /// # Errors
    ///
    /// [`CoreError::SumOverflow`] if the sum would reach 2⁶³ in size.
    pub fn merge(&mut self, other: &Self) -> Result<(), CoreError> {
        let total = self
            .total
            .checked_add(other.total)
            .ok_or(CoreError::SumOverflow)?;
        let count = self
            .count
            .checked_add(other.count)
            .ok_or(CoreError::SumOverflow)?;
        *self = Self { total, count };
        Ok(())
    }

    /// The sum, rounded to the nearest `f64`.
    #[must_use]
    pub fn total(&self) -> f64 {
        // The cast rounds to nearest, ties to even; the division by a power of two is exact.
        self.total as f64 / SCALE
    }

    /// How many numbers were added.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The mean of the numbers; nothing if there are none.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.total() / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum_of(values: &[f64]) -> ExactSum {
        let mut sum = ExactSum::default();
        for &value in values {
            sum.add(value).unwrap();
        }
        sum
    }

    fn is(value: f64, expected: f64) -> bool {
        value.to_bits() == expected.to_bits()
    }

    #[test]
    fn keeps_what_plain_addition_loses() {
        assert!(is(sum_of(&[1e18, 1.0, -1e18]).total(), 1.0));
        assert!(is(sum_of(&[0.1; 10]).total(), 1.0));
        assert_eq!(sum_of(&[1.0, 2.0]).mean(), Some(1.5));
        assert_eq!(ExactSum::default().mean(), None);
        assert_eq!(sum_of(&[0.5, 0.25]).count(), 2);
    }

    #[test]
    fn refuses_what_it_cannot_hold_and_stays_as_it_was() {
        let mut sum = sum_of(&[7.0]);
        let limit = 4_611_686_018_427_387_904.0_f64;
        for value in [f64::INFINITY, f64::NEG_INFINITY, limit, -limit, f64::MAX] {
            assert_eq!(sum.add(value), Err(CoreError::NotSummable { value }));
        }
        assert!(matches!(
            sum.add(f64::NAN),
            Err(CoreError::NotSummable { .. })
        ));
        assert!(is(sum.total(), 7.0) && sum.count() == 1);
        let below = f64::from_bits(limit.to_bits() - 1);
        let mut full = sum_of(&[below, below]);
        assert_eq!(full.add(2_048.0), Err(CoreError::SumOverflow));
        assert!(is(full.total(), 2.0 * below) && full.count() == 2);
    }

    #[test]
    fn converts_bit_by_bit() {
        for (value, expected) in [
            (1.0, 1_i128 << 64),
            (-1.5, -(3_i128 << 63)),
            (1.0 / SCALE, 1),
            (1.75 / SCALE, 1),
            (-1.75 / SCALE, -1),
            (0.99 / SCALE, 0),
            (f64::MIN_POSITIVE, 0),
            (5e-324, 0),
            (-0.0, 0),
        ] {
            assert_eq!(fixed_point(value), Some(expected), "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_order_and_any_split_give_the_same_bits(
            values in proptest::collection::vec(-1e12..1e12_f64, 0..50),
            split in 0..50_usize,
        ) {
            let (left, right) = values.split_at(split.min(values.len()));
            let mut merged = sum_of(right);
            merged.merge(&sum_of(left)).unwrap();
            let backwards: Vec<f64> = values.iter().rev().copied().collect();
            prop_assert_eq!(merged, sum_of(&values));
            prop_assert_eq!(merged, sum_of(&backwards));
            let plain: f64 = values.iter().sum();
            prop_assert!((merged.total() - plain).abs() <= 1e-2);
        }

        #[test]
        fn integers_and_their_halves_are_exact(values in proptest::collection::vec(any::<i32>(), 0..50)) {
            let halves: Vec<f64> = values.iter().map(|&value| f64::from(value) / 2.0).collect();
            let exact: i64 = values.iter().map(|&value| i64::from(value)).sum();
            prop_assert!(is(sum_of(&halves).total(), exact as f64 / 2.0));
        }
    }
}
