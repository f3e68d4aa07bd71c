//! The few statistics that reports need.
//!
//! Each is a function of the values and not of their order, bit for bit: they are sorted before
//! they are summed, and summed with a compensation (A. Neumaier, "Rundungsfehleranalyse einiger
//! Verfahren zur Summation endlicher Summen", ZAMM 54, 1974).

use crate::error::DataError;

/// The 0.975 quantile of the standard normal distribution, for intervals that hold in 95 of 100
/// cases (R, `qnorm(0.975)`).
const NORMAL_QUANTILE_975: f64 = 1.959963984540054;

/// A closed range of plausible values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The arithmetic mean.
///
/// # Errors
///
/// [`DataError::TooFewValues`] without a value, [`DataError::StatisticNotFinite`] if a value or
/// the sum is not finite.
pub fn mean(values: &[f64]) -> Result<f64, DataError> {
    let sorted = checked_and_sorted("mean", values, 1)?;
    finite("mean", sum(&sorted) / values.len() as f64)
}

/// The standard deviation of a sample, with n - 1 in the denominator.
///
/// # Errors
///
/// As [`mean`], from two values on.
pub fn standard_deviation(values: &[f64]) -> Result<f64, DataError> {
    let sorted = checked_and_sorted("standard deviation", values, 2)?;
    let centre = sum(&sorted) / values.len() as f64;
    let mut squares: Vec<f64> = sorted
        .iter()
        .map(|value| (value - centre) * (value - centre))
        .collect();
    squares.sort_by(f64::total_cmp);
    finite(
        "standard deviation",
        (sum(&squares) / (values.len() - 1) as f64).sqrt(),
    )
}

/// The standard error of the mean: the standard deviation over the root of the count.
///
/// # Errors
///
/// As [`standard_deviation`].
pub fn standard_error(values: &[f64]) -> Result<f64, DataError> {
    Ok(standard_deviation(values)? / (values.len() as f64).sqrt())
}

/// The 95 % interval of the mean by the normal approximation: mean ± 1.96 standard errors. Below
/// about 30 values it is too narrow.
///
/// # Errors
///
/// As [`standard_deviation`].
pub fn mean_interval(values: &[f64]) -> Result<Interval, DataError> {
    let (centre, reach) = (mean(values)?, NORMAL_QUANTILE_975 * standard_error(values)?);
    let low = finite("interval of the mean", centre - reach)?;
    Ok(Interval {
        low,
        high: finite("interval of the mean", centre + reach)?,
    })
}

/// The 95 % score interval of a proportion (E. B. Wilson, "Probable inference, the law of
/// succession, and statistical inference", JASA 22, 1927), which also holds near 0 and 1.
///
/// # Errors
///
/// [`DataError::TooFewValues`] without a trial, [`DataError::MoreSuccessesThanTrials`].
pub fn proportion_interval(successes: u64, trials: u64) -> Result<Interval, DataError> {
    if trials == 0 {
        return Err(too_few("interval of a proportion", 1, 0));
    }
    if successes > trials {
        return Err(DataError::MoreSuccessesThanTrials { successes, trials });
    }
    let count = trials as f64;
    let share = successes as f64 / count;
    let z_squared = NORMAL_QUANTILE_975 * NORMAL_QUANTILE_975;
    let centre = share + z_squared / (2.0 * count);
    let variance = share * (1.0 - share) / count + z_squared / (4.0 * count * count);
    let reach = NORMAL_QUANTILE_975 * variance.sqrt();
    let scale = 1.0 + z_squared / count;
    // With no or only successes the end is exactly 0 or 1; rounding alone would miss it.
    let low = if successes == 0 {
        0.0
    } else {
        (centre - reach) / scale
    };
    let high = if successes == trials {
        1.0
    } else {
        (centre + reach) / scale
    };
    Ok(Interval { low, high })
}

/// Quantiles at `probabilities` (each 0 to 1), by linear interpolation between the order
/// statistics: type 7 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The
/// American Statistician 50, 1996; the default of R, NumPy and Julia.
///
/// # Errors
///
/// [`DataError::NotAProbability`], else as [`mean`].
pub fn quantiles(values: &[f64], probabilities: &[f64]) -> Result<Vec<f64>, DataError> {
    let sorted = checked_and_sorted("quantile", values, 1)?;
    probabilities
        .iter()
        .map(|probability| quantile_of_sorted(&sorted, *probability))
        .collect()
}

fn quantile_of_sorted(sorted: &[f64], probability: f64) -> Result<f64, DataError> {
    if !(0.0..=1.0).contains(&probability) {
        return Err(DataError::NotAProbability { value: probability });
    }
    let place = (sorted.len() - 1) as f64 * probability;
    let below = place.floor();
    let share = place - below;
    let at = |index: usize| sorted.get(index).copied();
    let low = at(below as usize).ok_or_else(|| too_few("quantile", 1, 0))?;
    let high = at(below as usize + 1).unwrap_or(low);
    // Weighted and not `low + share * (high - low)`, whose difference can overflow.
    Ok(if share > 0.0 {
        low * (1.0 - share) + high * share
    } else {
        low
    })
}

/// The values in ascending order, if there are enough and all are finite.
fn checked_and_sorted(
    statistic: &'static str,
    values: &[f64],
    needed: u64,
) -> Result<Vec<f64>, DataError> {
    let got = values.len() as u64;
    if got < needed {
        return Err(too_few(statistic, needed, got));
    }
    values
        .iter()
        .try_for_each(|value| finite(statistic, *value).map(drop))?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted)
}

fn too_few(statistic: &'static str, needed: u64, got: u64) -> DataError {
    DataError::TooFewValues {
        statistic,
        needed,
        got,
    }
}

fn finite(statistic: &'static str, value: f64) -> Result<f64, DataError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(DataError::StatisticNotFinite { statistic, value })
    }
}

fn sum(values: &[f64]) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() {
            (total - next) + value
        } else {
            (value - next) + total
        };
        total = next;
    }
    total + lost
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: f64, expected: f64) {
        assert!(
            (got - expected).abs() <= 1e-12 * expected.abs().max(1.0),
            "{got} not {expected}"
        );
    }

    /// NIST StRD, univariate summary statistics, data set NumAcc2 (certified mean 1.2, standard
    /// deviation 0.1) and NumAcc4 (certified mean 10000000.2, standard deviation 0.1).
    #[test]
    fn certified_values() {
        for (base, tolerance) in [(1.0, 1e-14), (10_000_000.0, 1e-7)] {
            let mut values = vec![base + 0.2];
            for _ in 0..500 {
                values.extend([base + 0.1, base + 0.3]);
            }
            near(mean(&values).unwrap(), base + 0.2);
            let deviation = standard_deviation(&values).unwrap();
            assert!((deviation - 0.1).abs() < tolerance, "{deviation}");
        }
    }

    #[test]
    fn small_samples_by_hand() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        near(mean(&values).unwrap(), 5.0);
        near(
            standard_deviation(&values).unwrap(),
            (32.0_f64 / 7.0).sqrt(),
        );
        near(standard_error(&values).unwrap(), (4.0_f64 / 7.0).sqrt());
        let interval = mean_interval(&values).unwrap();
        near(
            interval.low,
            5.0 - 1.959963984540054 * (4.0_f64 / 7.0).sqrt(),
        );
        near(interval.high + interval.low, 10.0);
    }

    /// `quantile(c(1, 3, 4, 10), c(0, .1, .25, .5, .9, 1))` of R, by the formula on paper.
    #[test]
    fn quantiles_are_of_type_7() {
        let got = quantiles(&[10.0, 1.0, 4.0, 3.0], &[0.0, 0.1, 0.25, 0.5, 0.9, 1.0]).unwrap();
        for (got, expected) in got.iter().zip([1.0, 1.6, 2.5, 3.5, 8.2, 10.0]) {
            near(*got, expected);
        }
        near(quantiles(&[7.0], &[0.3]).unwrap()[0], 7.0);
        let wide = quantiles(&[-f64::MAX, f64::MAX], &[0.5]).unwrap()[0];
        near(wide, 0.0);
    }

    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
    /// Medicine 17, 1998, table I, method 3 (Wilson): 81/263, 15/148, 0/20 and 1/29.
    #[test]
    fn published_proportions() {
        let published = [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ];
        for (successes, trials, low, high) in published {
            let interval = proportion_interval(successes, trials).unwrap();
            assert!(
                (interval.low - low).abs() < 5e-5,
                "{successes}/{trials}: {interval:?}"
            );
            assert!(
                (interval.high - high).abs() < 5e-5,
                "{successes}/{trials}: {interval:?}"
            );
        }
        assert_eq!(
            proportion_interval(20, 20).unwrap().high.to_bits(),
            1.0_f64.to_bits()
        );
    }

    #[test]
    fn what_cannot_be_computed_is_refused() {
        assert!(matches!(
            mean(&[]),
            Err(DataError::TooFewValues { needed: 1, .. })
        ));
        assert!(matches!(
            standard_error(&[1.0]),
            Err(DataError::TooFewValues { needed: 2, .. })
        ));
        assert!(matches!(
            mean(&[f64::NAN]),
            Err(DataError::StatisticNotFinite { .. })
        ));
        assert!(matches!(
            mean(&[f64::MAX; 2]),
            Err(DataError::StatisticNotFinite { .. })
        ));
        assert!(matches!(
            quantiles(&[1.0], &[1.5]),
            Err(DataError::NotAProbability { .. })
        ));
        assert!(matches!(
            quantiles(&[1.0], &[f64::NAN]),
            Err(DataError::NotAProbability { .. })
        ));
        assert!(proportion_interval(0, 0).is_err());
        let refused = proportion_interval(2, 1);
        assert!(matches!(
            refused,
            Err(DataError::MoreSuccessesThanTrials { .. })
        ));
    }

    /// A plain sum loses the ones beside 1e100.
    #[test]
    fn what_rounding_loses_is_added_back() {
        near(mean(&[1.0, 1e100, 1.0, -1e100]).unwrap(), 0.5);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn order_does_not_matter(
            (values, shuffled) in prop::collection::vec(-1e9..1e9, 2..60)
                .prop_flat_map(|values: Vec<f64>| (Just(values.clone()), Just(values).prop_shuffle()))
        ) {
            let bits = |values: &[f64]| {
                let quantile = quantiles(values, &[0.37]).unwrap()[0];
                let (mean, error) = (mean(values).unwrap(), standard_error(values).unwrap());
                [mean.to_bits(), error.to_bits(), quantile.to_bits()]
            };
            prop_assert_eq!(bits(&values), bits(&shuffled));
        }

        /// Exact integer sums are the slow model: of small integers the mean has one right value.
        #[test]
        fn the_mean_of_integers_is_exact(values in prop::collection::vec(-1_000_000_000_i64..1_000_000_000, 1..60)) {
            let floats: Vec<f64> = values.iter().map(|value| *value as f64).collect();
            let expected = values.iter().sum::<i64>() as f64 / values.len() as f64;
            prop_assert_eq!(mean(&floats).unwrap().to_bits(), (expected + 0.0).to_bits());
        }
    }
}
