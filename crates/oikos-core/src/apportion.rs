//! Splitting a whole number in proportion, without loss.

use crate::{CoreError, Ratio};

/// Splits `total` in proportion to the weights, without loss: the parts sum to `total`, and each is
/// its exact share rounded toward zero or one unit away from zero.
///
/// The units that rounding leaves over go to the largest remainders (A. Hamilton, 1792), the lowest
/// index first among equals.
///
/// # Errors
///
/// [`CoreError::WeightSum`] if the weights sum to 0 or do not fit a `u64`.
pub fn apportion(total: i64, weights: &[u64]) -> Result<Vec<i64>, CoreError> {
    let sum = weights
        .iter()
        .map(|&weight| u128::from(weight))
        .sum::<u128>();
    if sum == 0 || sum > u128::from(u64::MAX) {
        return Err(CoreError::WeightSum {
            count: weights.len() as u64,
            sum,
        });
    }
    let size = u128::from(total.unsigned_abs());
    let mut left = total.unsigned_abs();
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (index, &weight) in weights.iter().enumerate() {
        // Below 2⁶³ · 2⁶⁴, and the quotient is at most the size.
        let share = size * u128::from(weight);
        let part = (share / sum) as u64;
        left -= part;
        parts.push(part);
        remainders.push((core::cmp::Reverse(share % sum), index));
    }
    remainders.sort_unstable();
    for &(_, index) in remainders.iter().take(left as usize) {
        parts[index] += 1;
    }
    Ok(with_sign_of(total, parts))
}

/// Splits `total` by exact fractions of it, without loss: as [`apportion`], where weights that stand for the
/// fractions would not fit.
///
/// # Errors
///
/// [`CoreError::PartSum`] if a fraction lies below 0 or they do not sum to 1;
/// [`CoreError::RatioOverflow`] if no [`Ratio`] holds a sum of them.
pub fn apportion_parts(total: i64, parts: &[Ratio]) -> Result<Vec<i64>, CoreError> {
    let mut sum = Ratio::ZERO;
    for part in parts {
        sum = (sum + *part)?;
    }
    if sum != Ratio::ONE || parts.iter().any(|part| *part < Ratio::ZERO) {
        let count = parts.len() as u64;
        return Err(CoreError::PartSum { count, sum });
    }
    let size = total.unsigned_abs();
    let mut left = size;
    let mut amounts = Vec::with_capacity(parts.len());
    let mut remainders = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        // Both below 2⁶³, and the quotient is at most the size.
        let (above, below) = (part.numerator() as u128, part.denominator() as u128);
        let share = u128::from(size) * above;
        let amount = (share / below) as u64;
        left -= amount;
        amounts.push(amount);
        remainders.push((share % below, below, index));
    }
    // Remainders are below their divisors, so that the products stay below 2¹²⁶.
    remainders.sort_unstable_by(|one, other| {
        let (higher, lower) = (other.0 * one.1, one.0 * other.1);
        higher.cmp(&lower).then(one.2.cmp(&other.2))
    });
    for &(_, _, index) in remainders.iter().take(left as usize) {
        amounts[index] += 1;
    }
    Ok(with_sign_of(total, amounts))
}

/// Parts of a total, which are at most its size, with its sign.
fn with_sign_of(total: i64, parts: Vec<u64>) -> Vec<i64> {
    let signed = |part: u64| {
        if total < 0 {
            (part as i64).wrapping_neg()
        } else {
            part as i64
        }
    };
    parts.into_iter().map(signed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_remainders_go_to_the_first() {
        assert_eq!(apportion(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
        assert_eq!(apportion(-100, &[1, 1, 1]), Ok(vec![-34, -33, -33]));
        assert_eq!(apportion(2, &[1, 1, 1, 0]), Ok(vec![1, 1, 0, 0]));
        assert_eq!(apportion(7, &[0, 2, 3]), Ok(vec![0, 3, 4]));
        assert_eq!(apportion(i64::MIN, &[1]), Ok(vec![i64::MIN]));
        assert_eq!(apportion(i64::MAX, &[u64::MAX]), Ok(vec![i64::MAX]));
        for (weights, sum) in [(vec![], 0), (vec![0], 0), (vec![u64::MAX, 1], 1_u128 << 64)] {
            let count = weights.len() as u64;
            assert_eq!(
                apportion(1, &weights),
                Err(CoreError::WeightSum { count, sum })
            );
        }
    }

    /// Gives the units out one by one, each to whoever is furthest below the exact share.
    fn slow_apportion(total: i64, weights: &[u64]) -> Vec<i64> {
        let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
        let size = i128::from(total).abs();
        let mut parts: Vec<i128> = weights
            .iter()
            .map(|&weight| size * i128::from(weight) / sum)
            .collect();
        let mut served = vec![false; weights.len()];
        while parts.iter().sum::<i128>() < size {
            let missing = |index: usize| size * i128::from(weights[index]) - parts[index] * sum;
            let mut best = None;
            for index in (0..weights.len()).filter(|&index| !served[index]) {
                if best.is_none_or(|best| missing(index) > missing(best)) {
                    best = Some(index);
                }
            }
            parts[best.unwrap()] += 1;
            served[best.unwrap()] = true;
        }
        parts
            .into_iter()
            .map(|part| (part * i128::from(total.signum())) as i64)
            .collect()
    }

    #[test]
    fn fractions_that_are_no_division_are_refused() {
        let half = Ratio::percent(50);
        assert_eq!(apportion_parts(7, &[half, half]), Ok(vec![4, 3]));
        assert_eq!(apportion_parts(i64::MIN, &[Ratio::ONE]), Ok(vec![i64::MIN]));
        let more = Ratio::percent(150);
        for parts in [
            vec![],
            vec![half],
            vec![half, Ratio::ONE],
            vec![more, Ratio::percent(-50)],
        ] {
            let refused = apportion_parts(7, &parts).unwrap_err();
            assert!(matches!(refused, CoreError::PartSum { .. }), "{refused}");
        }
        let fine = |below| Ratio::new(1, below).unwrap();
        let refused = apportion_parts(7, &[fine(i64::MAX), fine(i64::MAX - 1)]).unwrap_err();
        assert!(matches!(refused, CoreError::RatioOverflow { .. }));
    }

    proptest! {
        #[test]
        fn fractions_are_weights(
            total: i64,
            weights in proptest::collection::vec(0..1_000_000_i64, 1..12),
        ) {
            let sum = weights.iter().sum::<i64>();
            prop_assume!(sum > 0);
            let parts: Vec<_> = weights.iter().map(|weight| Ratio::new(*weight, sum).unwrap()).collect();
            let weights: Vec<_> = weights.iter().map(|weight| *weight as u64).collect();
            prop_assert_eq!(apportion_parts(total, &parts), apportion(total, &weights));
        }

        #[test]
        fn parts_sum_to_the_total(
            total: i64,
            weights in proptest::collection::vec(0..1_000_000_000_u64, 1..30),
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let parts = apportion(total, &weights).unwrap();
            prop_assert_eq!(parts.iter().map(|&part| i128::from(part)).sum::<i128>(), i128::from(total));
        }

        #[test]
        fn equals_handing_out_units_one_by_one(
            total in -10_000..10_000_i64,
            weights in proptest::collection::vec(0..50_u64, 1..12),
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            prop_assert_eq!(apportion(total, &weights).unwrap(), slow_apportion(total, &weights));
        }
    }
}
