//! From forces per year to probabilities per day, and from those to 64-bit thresholds.

/// Mean length of a Gregorian calendar year, days: 146,097 days in 400 years.
pub const DAYS_PER_YEAR: f64 = 365.2425;

/// 2^64, exactly.
const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

/// The chance that an event with force `force_per_year` happens within one day:
/// `1 - exp(-mu / days)`.
///
/// `days_per_year` is the number of days over which the force is spread, usually [`DAYS_PER_YEAR`].
/// A force that is zero, negative or not a number gives 0; an infinite one gives 1.
#[must_use]
pub fn daily_probability(force_per_year: f64, days_per_year: f64) -> f64 {
    if force_per_year > 0.0 {
        -libm::expm1(-force_per_year / days_per_year)
    } else {
        0.0
    }
}

/// The constant force per year under which `probability` is the chance of an event within the year.
///
/// The inverse of `1 - exp(-mu)`: `-ln(1 - q)`. Infinite for a probability of 1.
#[must_use]
pub fn force_of(probability: f64) -> f64 {
    -libm::log1p(-probability)
}

/// The constant force per year estimated from events and exposure counted in days,
/// `-ln(1 - D / N) x days`: the inverse of [`daily_probability`] at the observed share of days.
#[must_use]
pub fn force_from_days(events: f64, exposure_days: f64, days_per_year: f64) -> f64 {
    -libm::log1p(-events / exposure_days) * days_per_year
}

/// The threshold `t` such that a uniform 64-bit draw below `t` happens with `probability`.
///
/// Scaling by 2^64 is exact, so every probability of at least 2^-11 is kept to the last bit; a
/// smaller one is rounded down to a multiple of 2^-64, as probabilities are throughout Oikos. Zero,
/// negative and NaN give 0 (never); one and more give `u64::MAX`, which stands for certainty.
#[must_use]
pub fn threshold(probability: f64) -> u64 {
    // The cast rounds down, saturates and takes NaN to zero, which are the limits stated above.
    (probability * TWO_TO_64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_year_of_days_is_a_year() {
        let daily = daily_probability(force_of(0.25), DAYS_PER_YEAR);
        let survival = libm::pow(1.0 - daily, DAYS_PER_YEAR);
        assert!((survival - 0.75).abs() < 1e-12, "{survival}");
    }

    #[test]
    fn tiny_forces_keep_their_digits() {
        let probability = daily_probability(1e-12, DAYS_PER_YEAR);
        assert!((probability / (1e-12 / DAYS_PER_YEAR) - 1.0).abs() < 1e-14);
        assert_eq!(threshold(1.0 / TWO_TO_64), 1);
        assert_eq!(threshold(0.9 / TWO_TO_64), 0);
        assert_eq!(threshold(1e-12), 18_446_744);
    }

    #[test]
    fn thresholds_at_the_ends() {
        assert_eq!(threshold(0.0), 0);
        assert_eq!(threshold(-1.0), 0);
        assert_eq!(threshold(f64::NAN), 0);
        assert_eq!(threshold(0.5), 1 << 63);
        assert_eq!(threshold(1.0), u64::MAX);
        assert_eq!(threshold(f64::INFINITY), u64::MAX);
        assert_eq!(daily_probability(f64::NAN, DAYS_PER_YEAR).to_bits(), 0);
    }

    /// The slow model takes the float apart and shifts its mantissa as an integer.
    fn threshold_by_shifting(probability: f64) -> u64 {
        let bits = probability.to_bits();
        let mantissa = u128::from((bits & ((1 << 52) - 1)) | (1 << 52));
        let shift = (bits >> 52) as i32 - 1023 - 52 + 64;
        if shift >= 0 {
            return (mantissa << shift) as u64;
        }
        (mantissa >> -shift) as u64
    }

    proptest! {
        #[test]
        fn thresholds_agree_with_integer_shifting(
            exponent in -70_i32..0, fraction in 1.0_f64..2.0,
        ) {
            let probability = fraction * libm::exp2(f64::from(exponent));
            prop_assume!(probability < 1.0);
            prop_assert_eq!(threshold(probability), threshold_by_shifting(probability));
        }

        #[test]
        fn force_and_probability_are_inverse(force in 1e-9_f64..20.0) {
            let back = force_of(daily_probability(force, 1.0));
            prop_assert!((back / force - 1.0).abs() < 1e-6);
            let events = 1e9 * daily_probability(force, DAYS_PER_YEAR);
            let estimate = force_from_days(events, 1e9, DAYS_PER_YEAR);
            prop_assert!((estimate / force - 1.0).abs() < 1e-12);
        }
    }
}
