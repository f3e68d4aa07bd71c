//! Fixed-point functions against 64-bit floats, identities and pinned bits.

use super::*;
use proptest::prelude::*;

fn fixed(value: f64) -> Fixed {
    Fixed::from_f64(value).unwrap()
}

/// The distance in ulp from an exact result, which counts as saturated where it is out of range.
fn error_ulp(result: Fixed, exact: f64) -> f64 {
    let exact = (exact * 65_536.0).clamp(f64::from(i32::MIN), f64::from(i32::MAX));
    (f64::from(result.bits()) - exact).abs()
}

/// Positive numbers: all small ones, and from there on about 60,000 for each doubling.
fn positive() -> impl Iterator<Item = i32> {
    let small = 1..70_000;
    let large = (0..15).flat_map(|doubling| {
        (0..60_000_i64).map(move |step| {
            let (start, width) = (1_i64 << (16 + doubling), 1_i64 << (16 + doubling));
            (start + step * width / 60_000) as i32
        })
    });
    small.chain(large).chain([i32::MAX])
}

#[test]
fn converts_to_and_fro() {
    assert_eq!(fixed(1.0), Fixed::ONE);
    assert_eq!(fixed(-32_768.0), Fixed::MIN);
    assert_eq!(Fixed::from_int(-32_768), Fixed::MIN);
    assert_eq!(fixed(0.1).bits(), 6_554);
    assert_eq!(fixed(-1.25).to_string(), "-1.25");
    for value in [32_768.0, -32_768.1, f64::INFINITY] {
        assert_eq!(Fixed::from_f64(value), Err(CoreError::FixedRange { value }));
    }
    assert!(matches!(
        Fixed::from_f64(f64::NAN),
        Err(CoreError::FixedRange { .. })
    ));
}

#[test]
fn saturates_as_documented() {
    assert_eq!(Fixed::MAX + Fixed::ONE, Fixed::MAX);
    assert_eq!(Fixed::MIN - Fixed::ONE, Fixed::MIN);
    assert_eq!(-Fixed::MIN, Fixed::MAX);
    assert_eq!(Fixed::MIN * Fixed::MIN, Fixed::MAX);
    assert_eq!(Fixed::MIN * Fixed::MAX, Fixed::MIN);
    assert_eq!(Fixed::MIN * Fixed::ONE, Fixed::MIN);
    assert_eq!(Fixed::MIN / Fixed::ONE, Fixed::MIN);
    assert_eq!(Fixed::ONE / Fixed::ZERO, Fixed::MAX);
    assert_eq!(-Fixed::ONE / Fixed::ZERO, Fixed::MIN);
    assert_eq!(Fixed::ZERO / Fixed::ZERO, Fixed::ZERO);
    assert_eq!(Fixed::MAX / Fixed::from_bits(1), Fixed::MAX);
    assert_eq!(Fixed::MAX / Fixed::from_bits(-1), Fixed::MIN);
    assert_eq!(Fixed::from_int(15).exp2(), Fixed::MAX);
    assert_eq!(Fixed::MIN.exp2(), Fixed::ZERO);
    assert_eq!(Fixed::ZERO.log2(), Fixed::MIN);
    assert_eq!(Fixed::MIN.sqrt(), Fixed::ZERO);
}

#[test]
fn special_powers_are_exact() {
    for bits in [1, 77, 65_536, 9_999_999, i32::MAX] {
        let number = Fixed::from_bits(bits);
        assert_eq!(number.pow(Fixed::ZERO), Fixed::ONE);
        assert_eq!(Fixed::ONE.pow(number), Fixed::ONE);
        assert_eq!(Fixed::ZERO.pow(number), Fixed::ZERO);
        assert_eq!(Fixed::ZERO.pow(-number), Fixed::MAX);
        assert_eq!((-number).pow(number), Fixed::ZERO);
    }
    assert_eq!(Fixed::ZERO.pow(Fixed::ZERO), Fixed::ONE);
    for exponent in -16..15_i16 {
        assert_eq!(
            Fixed::from_int(exponent).exp2().log2(),
            Fixed::from_int(exponent)
        );
    }
    assert_eq!(Fixed::from_int(2).pow(Fixed::MAX), Fixed::MAX);
    assert_eq!(Fixed::from_int(2).pow(Fixed::MIN), Fixed::ZERO);
    assert_eq!(Fixed::MAX.pow(Fixed::MAX), Fixed::MAX);
    assert_eq!(Fixed::from_bits(1).pow(Fixed::MIN), Fixed::MAX);
}

#[test]
fn exp2_is_within_its_bound_for_every_number() {
    let (mut worst_small, mut worst): (f64, f64) = (0.0, 0.0);
    let mut before = Fixed::ZERO;
    for bits in -18 << 16..=15 << 16 {
        let result = Fixed::from_bits(bits).exp2();
        let exact = libm::exp2(f64::from(bits) / 65_536.0);
        let error = error_ulp(result, exact);
        worst = worst.max(error);
        if exact < 1_024.0 {
            worst_small = worst_small.max(error);
        }
        assert!(result >= before, "it must not fall at {bits}");
        before = result;
    }
    assert!(worst_small <= 0.53 && worst <= 1.6, "{worst_small} {worst}");
}

#[test]
fn log2_is_within_its_bound() {
    for bits in positive() {
        let exact = libm::log2(f64::from(bits) / 65_536.0);
        let error = error_ulp(Fixed::from_bits(bits).log2(), exact);
        assert!(error <= 0.51, "{bits}: {error}");
    }
}

#[test]
fn the_fine_logarithm_is_at_most_two_units_too_small() {
    for bits in positive() {
        let exact = (libm::log2(f64::from(bits)) - 16.0) * 67_108_864.0;
        let missing = exact - f64::from(functions::log2_fine(bits as u32));
        assert!((-1e-6..=2.0).contains(&missing), "{bits}: {missing}");
    }
}

/// Kernels reproduce these bits: the digests pin them, whatever the bounds allow.
#[test]
fn the_bits_of_the_functions_never_change() {
    let pinned = |function: fn(Fixed) -> Fixed| {
        let samples: Vec<i32> = positive()
            .step_by(7)
            .flat_map(|bits| [bits, -bits])
            .collect();
        let ids: Vec<u64> = samples.iter().map(|&bits| u64::from(bits as u32)).collect();
        let words: Vec<u32> = samples
            .iter()
            .map(|&bits| function(Fixed::from_bits(bits)).bits() as u32)
            .collect();
        crate::TypeKey::new("fixed")
            .column(0, &ids, &words)
            .to_string()
    };
    assert_eq!(pinned(Fixed::exp2), "ce12428884b4f8383a35c64d36718be4");
    assert_eq!(pinned(Fixed::log2), "357bb7f694f8ec0031b97a323aeb22d4");
    assert_eq!(pinned(Fixed::sqrt), "f966316df48b50f462e60e099200bcec");
    assert_eq!(
        pinned(|x| x.pow(Fixed::from_bits(45_678))),
        "0a686dd517dda7e2459688a7ccd371e1"
    );
    // The last one needs every bit of the squares.
    let fine = [3 << 15, 3 << 16, 100_000, i32::MAX as u32, 69_887].map(functions::log2_fine);
    assert_eq!(
        fine,
        [
            39_256_168,
            106_365_032,
            40_912_279,
            1_006_632_959,
            6_223_441
        ]
    );
}

#[test]
fn halves_round_away_from_zero() {
    let (least, two) = (Fixed::from_bits(1), Fixed::from_int(2));
    assert_eq!((least / two, -least / two), (least, -least));
    assert_eq!((least * fixed(0.5), -least * fixed(0.5)), (least, -least));
}

#[test]
fn sqrt_is_rounded_to_nearest() {
    for bits in positive() {
        let root = i128::from(Fixed::from_bits(bits).sqrt().bits());
        let square = i128::from(bits) << 16;
        // (root − 1/2)² < square < (root + 1/2)², times 4.
        assert!((2 * root - 1) * (2 * root - 1) < 4 * square, "{bits}");
        assert!(4 * square < (2 * root + 1) * (2 * root + 1), "{bits}");
    }
    assert_eq!(Fixed::ZERO.sqrt(), Fixed::ZERO);
}

/// An integer quotient rounded to nearest, a half away from zero, and saturated.
fn nearest(dividend: i128, divisor: i128) -> Fixed {
    let negative = (dividend < 0) != (divisor < 0);
    let magnitude = (2 * dividend.abs() + divisor.abs()) / (2 * divisor.abs());
    let value = if negative { -magnitude } else { magnitude };
    Fixed::from_bits(value.clamp(i128::from(i32::MIN), i128::from(i32::MAX)) as i32)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn products_and_quotients_are_rounded_to_nearest(
        first: i32, second: i32, shifts in (0..31_u32, 0..31_u32),
    ) {
        let (first, second) = (first >> shifts.0, second >> shifts.1);
        let (left, right) = (Fixed::from_bits(first), Fixed::from_bits(second));
        prop_assert_eq!(left * right, nearest(i128::from(first) * i128::from(second), 1 << 16));
        if second != 0 {
            prop_assert_eq!(left / right, nearest(i128::from(first) << 16, i128::from(second)));
        }
    }

    #[test]
    fn powers_are_within_their_bound(
        base in 1..i32::MAX, exponent: i32, shifts in (0..31_u32, 0..31_u32),
    ) {
        let base = Fixed::from_bits((base >> shifts.0).max(1));
        let exponent = Fixed::from_bits(exponent >> shifts.1);
        let exact = libm::pow(base.to_f64(), exponent.to_f64());
        let error = error_ulp(base.pow(exponent), exact);
        let relative = (exponent.to_f64().abs() + 1.0) / 33_554_432.0;
        // A power beyond the largest number saturates unless it is within the error of it.
        let allowed = 0.53 + relative * exact.min(40_000.0) * 65_536.0;
        prop_assert!(error <= allowed, "{base} {exponent}: {error} > {allowed}");
    }
}
