//! Special functions: the exponential integral, the incomplete gamma function and its inverse.

/// Euler's constant (Abramowitz & Stegun 1964, 6.1.3).
const EULER: f64 = 0.577_215_664_901_532_9;

/// Relative change below which a series or a continued fraction has settled.
const SETTLED: f64 = 1e-16;

/// Smallest denominator in a continued fraction, in place of zero (Thompson & Barnett 1986).
const TINY: f64 = 1e-300;

/// `e^z E1(z)` for `z > 0`, where `E1(z)` is the integral of `e^-t / t` from `z` to infinity.
///
/// Scaled, so that it neither underflows nor overflows. Up to 1 by the series of Abramowitz &
/// Stegun (1964) 5.1.11, above by the even part of their continued fraction 5.1.22.
#[must_use]
pub fn scaled_exponential_integral(z: f64) -> f64 {
    if z > 1.0 {
        exponential_integral_fraction(z)
    } else {
        exponential_integral_series(z)
    }
}

fn exponential_integral_series(z: f64) -> f64 {
    let mut sum = -EULER - libm::log(z);
    let mut term = -1.0;
    for k in 1..=30 {
        let k = f64::from(k);
        term *= -z / k;
        sum += term / k;
    }
    sum * libm::exp(z)
}

fn exponential_integral_fraction(z: f64) -> f64 {
    let mut denominator = z + 1.0;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / denominator;
    let mut value = d;
    for i in 1..=300 {
        let numerator = -f64::from(i) * f64::from(i);
        denominator += 2.0;
        d = 1.0 / (numerator * d + denominator);
        c = denominator + numerator / c;
        value *= c * d;
        if (c * d - 1.0).abs() < SETTLED {
            break;
        }
    }
    value
}

/// The regularised incomplete gamma functions `(P(a, x), Q(a, x))`, `P + Q = 1`, for `x >= 0` and
/// `a` above 0 and up to 10^12; beyond, their digits run out.
///
/// Below `a + 1` by the series of Abramowitz & Stegun (1964) 6.5.29, above by their continued
/// fraction 6.5.31; the smaller of the two is computed first and keeps its digits.
#[must_use]
pub fn incomplete_gamma(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let lower = front * gamma_series(a, x);
        (lower, 1.0 - lower)
    } else {
        let upper = front * gamma_fraction(a, x);
        (1.0 - upper, upper)
    }
}

/// Terms needed grow with the square root of `a`; this bounds them with room to spare.
fn gamma_terms_max(a: f64) -> u64 {
    200 + (20.0 * libm::sqrt(a)).min(2e7) as u64
}

fn gamma_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut denominator = a;
    for _ in 0..gamma_terms_max(a) {
        denominator += 1.0;
        term *= x / denominator;
        sum += term;
        if term < sum * SETTLED {
            break;
        }
    }
    sum
}

fn gamma_fraction(a: f64, x: f64) -> f64 {
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut denominator = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / nonzero(denominator);
    let mut value = d;
    for i in 1..=gamma_terms_max(a) {
        let numerator = -(i as f64) * (i as f64 - a);
        denominator += 2.0;
        d = 1.0 / nonzero(numerator * d + denominator);
        c = nonzero(denominator + numerator / c);
        value *= c * d;
        if (c * d - 1.0).abs() < SETTLED {
            break;
        }
    }
    value
}

/// The `x` at which `P(a, x) = p`, for `a` above 0 and up to 10^12: 0 for `p <= 0`, infinity for
/// `p >= 1`, not a number where either is not.
///
/// Newton steps inside a bracket that every step narrows, so it cannot leave it.
#[must_use]
pub fn gamma_quantile(p: f64, a: f64) -> f64 {
    if p.is_nan() || a.is_nan() {
        return f64::NAN;
    }
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    // The side with the smaller tail is compared, because the other one has lost its digits.
    let excess = |x: f64| {
        let (lower, upper) = incomplete_gamma(a, x);
        if p < 0.5 {
            lower - p
        } else {
            (1.0 - p) - upper
        }
    };
    let (mut low, mut high) = (0.0, a + 10.0 * libm::sqrt(a) + 10.0);
    while excess(high) < 0.0 {
        (low, high) = (high, 2.0 * high);
    }
    let mut x = low + (high - low) / 2.0;
    for _ in 0..200 {
        let error = excess(x);
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = libm::exp((a - 1.0) * libm::log(x) - x - libm::lgamma(a));
        let newton = x - error / density;
        if (newton - x).abs() <= 1e-14 * x {
            break;
        }
        let inside = newton > low && newton < high;
        x = if inside {
            newton
        } else {
            low + (high - low) / 2.0
        };
    }
    x
}

/// The point below which a chi-square variable with `degrees` of freedom falls with probability
/// `p`.
#[must_use]
pub fn chi_square_quantile(p: f64, degrees: f64) -> f64 {
    2.0 * gamma_quantile(p, degrees / 2.0)
}

/// Exact 95 % limits for the mean of a Poisson count (Garwood 1936, Biometrika 28: 437-442):
/// half the 2.5 % point of chi-square with `2n` degrees, half its 97.5 % point with `2n + 2`.
#[must_use]
pub fn poisson_limits(count: u64) -> (f64, f64) {
    let count = count as f64;
    let low = if count > 0.0 {
        gamma_quantile(0.025, count)
    } else {
        0.0
    };
    (low, gamma_quantile(0.975, count + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, relative: f64) {
        assert!(
            (found / expected - 1.0).abs() < relative,
            "{found} instead of {expected}"
        );
    }

    #[test]
    fn exponential_integral_against_tables() {
        // Abramowitz & Stegun (1964), table 5.1; the value at 10 from its z e^z E1(z) column.
        close(
            scaled_exponential_integral(0.5),
            libm::exp(0.5) * 0.559_773_595,
            1e-9,
        );
        close(
            scaled_exponential_integral(1.0),
            libm::exp(1.0) * 0.219_383_934,
            1e-8,
        );
        close(
            scaled_exponential_integral(2.0),
            libm::exp(2.0) * 0.048_900_511,
            1e-8,
        );
        close(
            scaled_exponential_integral(10.0),
            0.915_633_339 / 10.0,
            1e-9,
        );
    }

    #[test]
    fn both_ways_to_the_exponential_integral_meet() {
        for z in [0.8, 1.0, 1.2] {
            close(
                exponential_integral_series(z),
                exponential_integral_fraction(z),
                1e-13,
            );
        }
    }

    #[test]
    fn incomplete_gamma_against_closed_forms() {
        for x in [0.01, 0.5, 1.0, 1.9, 2.1, 5.0, 30.0] {
            let (lower, upper) = incomplete_gamma(1.0, x);
            close(lower, -libm::expm1(-x), 1e-13);
            close(upper, libm::exp(-x), 1e-13);
            close(incomplete_gamma(0.5, x).1, libm::erfc(libm::sqrt(x)), 1e-12);
            // For whole a, Q(a, x) is the chance of fewer than a Poisson events.
            let poisson = libm::exp(-x) * (1.0 + x + x * x / 2.0 + x * x * x / 6.0);
            close(incomplete_gamma(4.0, x).1, poisson, 1e-12);
        }
    }

    #[test]
    fn chi_square_points_against_tables() {
        // Abramowitz & Stegun (1964), table 26.8.
        close(chi_square_quantile(0.95, 1.0), 3.841_46, 1e-5);
        close(chi_square_quantile(0.95, 10.0), 18.307_0, 1e-5);
        close(chi_square_quantile(0.999_9, 1.0), 15.136_7, 1e-5);
        close(chi_square_quantile(0.999, 30.0), 59.703, 1e-5);
        close(chi_square_quantile(0.005, 30.0), 13.786_7, 1e-5);
    }

    #[test]
    fn quantiles_invert_the_distribution() {
        for a in [0.3, 1.0, 7.5, 1_000.0, 1e6] {
            for p in [1e-6, 0.025, 0.4, 0.5, 0.975, 0.999_999] {
                let (lower, upper) = incomplete_gamma(a, gamma_quantile(p, a));
                close(lower, p, 1e-7);
                close(upper, 1.0 - p, 1e-7);
            }
        }
        assert!(gamma_quantile(0.0, 2.0).abs() < f64::MIN_POSITIVE);
        assert!(gamma_quantile(1.0, 2.0).is_infinite());
    }

    #[test]
    fn poisson_limits_against_garwood() {
        // Exact limits as commonly tabulated after Garwood (1936).
        for (count, low, high) in [
            (0, 0.0, 3.689),
            (1, 0.0253, 5.572),
            (10, 4.795, 18.39),
            (100, 81.36, 121.63),
        ] {
            let (found_low, found_high) = poisson_limits(count);
            assert!((found_low - low).abs() < 6e-3, "{count}: {found_low}");
            assert!((found_high - high).abs() < 6e-3, "{count}: {found_high}");
        }
    }
}
