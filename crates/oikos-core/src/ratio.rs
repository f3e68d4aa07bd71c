//! Exact fractions, and how a fraction of an integer is rounded.

use core::cmp::Ordering;
use core::fmt;
use core::ops::{Add, Div, Mul, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::{CoreError, Prob};

/// What becomes of a fraction of a unit. `x` is the exact value.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rounding {
    /// The largest integer not above `x`.
    Floor,
    /// The smallest integer not below `x`.
    Ceiling,
    /// The nearest integer, a half upward: 0.5 to 1, −0.5 to 0.
    HalfUp,
    /// The nearest integer, a half to the even one: 0.5 to 0, 1.5 to 2.
    HalfEven,
    /// `x` without its fraction: 1.7 to 1, −1.7 to −1.
    TowardZero,
}

impl Rounding {
    /// The quotient of two integers, the divisor positive and below 2¹²⁶, rounded.
    pub(crate) const fn divide(self, dividend: i128, divisor: i128) -> i128 {
        let floor = dividend.div_euclid(divisor);
        let remainder = dividend.rem_euclid(divisor);
        let up = match self {
            Self::Floor => false,
            Self::Ceiling => remainder > 0,
            Self::HalfUp => remainder * 2 >= divisor,
            Self::HalfEven => {
                remainder * 2 > divisor || (remainder * 2 == divisor && floor % 2 != 0)
            }
            Self::TowardZero => remainder > 0 && floor < 0,
        };
        if up { floor + 1 } else { floor }
    }
}

/// An exact fraction in lowest terms, its denominator positive.
///
/// Arithmetic is exact or refused: each operator gives a `Result`.
///
/// ```
/// use oikos_core::{Ratio, Rounding};
///
/// let tax = Ratio::percent(19);
/// assert_eq!(tax.apply(1_050, Rounding::HalfUp)?, 200); // 199.5
/// assert_eq!((tax + Ratio::new(1, 3)?)?.to_string(), "157/300");
/// # Ok::<(), oikos_core::CoreError>(())
/// ```
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i64, i64)", into = "(i64, i64)")]
pub struct Ratio {
    numerator: i64,
    denominator: i64,
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self {
        numerator: 0,
        denominator: 1,
    };
    /// The whole.
    pub const ONE: Self = Self {
        numerator: 1,
        denominator: 1,
    };

    /// The fraction `numerator / denominator`.
    ///
    /// # Errors
    ///
    /// [`CoreError::ZeroDenominator`], or [`CoreError::RatioOverflow`] if a part in lowest terms
    /// does not fit an `i64` with a positive denominator.
    pub fn new(numerator: i64, denominator: i64) -> Result<Self, CoreError> {
        Self::reduce(i128::from(numerator), i128::from(denominator))
    }

    /// So many hundredths.
    #[must_use]
    pub const fn percent(hundredths: i32) -> Self {
        let divisor = greatest_common_divisor(hundredths.unsigned_abs() as u128, 100) as i64;
        Self {
            numerator: hundredths as i64 / divisor,
            denominator: 100 / divisor,
        }
    }

    /// The part above the line.
    #[must_use]
    pub const fn numerator(self) -> i64 {
        self.numerator
    }

    /// The part below the line, at least 1.
    #[must_use]
    pub const fn denominator(self) -> i64 {
        self.denominator
    }

    /// This fraction of `amount`, rounded to an integer.
    ///
    /// # Errors
    ///
    /// [`CoreError::RatioOverflow`] if it does not fit an `i64`.
    pub fn apply(self, amount: i64, rounding: Rounding) -> Result<i64, CoreError> {
        let product = i128::from(amount) * i128::from(self.numerator);
        narrow(rounding.divide(product, i128::from(self.denominator)))
    }

    /// The nearest `f64` or one next to it: for reports, not for state.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// The fraction of two integers below 2¹²⁷ in size, in lowest terms.
    fn reduce(numerator: i128, denominator: i128) -> Result<Self, CoreError> {
        if denominator == 0 {
            return Err(CoreError::ZeroDenominator);
        }
        let common = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = common as i128 * denominator.signum();
        Ok(Self {
            numerator: narrow(numerator / divisor)?,
            denominator: narrow(denominator / divisor)?,
        })
    }

    fn wide(self) -> (i128, i128) {
        (i128::from(self.numerator), i128::from(self.denominator))
    }
}

/// Of two numbers that are not both 0 (Euclid).
const fn greatest_common_divisor(mut first: u128, mut second: u128) -> u128 {
    while second > 0 {
        (first, second) = (second, first % second);
    }
    first
}

pub(crate) fn narrow(value: i128) -> Result<i64, CoreError> {
    i64::try_from(value).map_err(|_| CoreError::RatioOverflow { value })
}

impl Add for Ratio {
    type Output = Result<Self, CoreError>;

    fn add(self, other: Self) -> Self::Output {
        let ((above, below), (other_above, other_below)) = (self.wide(), other.wide());
        Self::reduce(
            above * other_below + other_above * below,
            below * other_below,
        )
    }
}

impl Sub for Ratio {
    type Output = Result<Self, CoreError>;

    fn sub(self, other: Self) -> Self::Output {
        let ((above, below), (other_above, other_below)) = (self.wide(), other.wide());
        Self::reduce(
            above * other_below - other_above * below,
            below * other_below,
        )
    }
}

impl Mul for Ratio {
    type Output = Result<Self, CoreError>;

    fn mul(self, other: Self) -> Self::Output {
        let ((above, below), (other_above, other_below)) = (self.wide(), other.wide());
        Self::reduce(above * other_above, below * other_below)
    }
}

impl Div for Ratio {
    type Output = Result<Self, CoreError>;

    fn div(self, other: Self) -> Self::Output {
        let ((above, below), (other_above, other_below)) = (self.wide(), other.wide());
        Self::reduce(above * other_below, below * other_above)
    }
}

impl Neg for Ratio {
    type Output = Result<Self, CoreError>;

    fn neg(self) -> Self::Output {
        let (above, below) = self.wide();
        Self::reduce(-above, below)
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((above, below), (other_above, other_below)) = (self.wide(), other.wide());
        (above * other_below).cmp(&(other_above * below))
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Default for Ratio {
    fn default() -> Self {
        Self::ZERO
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.numerator, self.denominator)
    }
}

impl TryFrom<(i64, i64)> for Ratio {
    type Error = CoreError;

    fn try_from((numerator, denominator): (i64, i64)) -> Result<Self, CoreError> {
        Self::new(numerator, denominator)
    }
}

impl From<Ratio> for (i64, i64) {
    fn from(ratio: Ratio) -> Self {
        (ratio.numerator, ratio.denominator)
    }
}

impl Prob {
    /// The probability `ratio`, rounded down to a multiple of 2⁻⁶⁴.
    ///
    /// # Errors
    ///
    /// [`CoreError::NotAProbability`] outside 0 to 1.
    pub fn from_ratio(ratio: Ratio) -> Result<Self, CoreError> {
        if ratio < Ratio::ZERO || ratio > Ratio::ONE {
            return Err(CoreError::NotAProbability {
                value: ratio.to_f64(),
            });
        }
        let (above, below) = (ratio.numerator as u128, ratio.denominator as u128);
        let threshold = (above << 64) / below;
        Ok(Self::from_threshold(
            u64::try_from(threshold).unwrap_or(u64::MAX),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Rounding::{Ceiling, Floor, HalfEven, HalfUp, TowardZero};
    use proptest::prelude::*;

    #[test]
    fn rounds_as_its_name_says() {
        let cases = [
            // Halves of -3, -1, 1, 3 and thirds of -2, -1, 1, 2.
            (Floor, [-2, -1, 0, 1], [-1, -1, 0, 0]),
            (Ceiling, [-1, 0, 1, 2], [0, 0, 1, 1]),
            (HalfUp, [-1, 0, 1, 2], [-1, 0, 0, 1]),
            (HalfEven, [-2, 0, 0, 2], [-1, 0, 0, 1]),
            (TowardZero, [-1, 0, 0, 1], [0, 0, 0, 0]),
        ];
        for (rounding, halves, thirds) in cases {
            assert_eq!(
                [-3, -1, 1, 3].map(|x| rounding.divide(x, 2)),
                halves,
                "{rounding:?}"
            );
            assert_eq!(
                [-2, -1, 1, 2].map(|x| rounding.divide(x, 3)),
                thirds,
                "{rounding:?}"
            );
            assert_eq!([-4, 0, 4].map(|x| rounding.divide(x, 2)), [-2, 0, 2]);
        }
    }

    #[test]
    fn keeps_lowest_terms_and_refuses_the_rest() {
        let ratio = Ratio::new(6, -4).unwrap();
        assert_eq!((ratio.numerator(), ratio.denominator()), (-3, 2));
        assert_eq!(Ratio::percent(50), Ratio::new(1, 2).unwrap());
        assert_eq!(Ratio::percent(0), Ratio::ZERO);
        assert_eq!(Ratio::percent(i32::MIN).to_string(), "-536870912/25");
        assert_eq!(Ratio::new(1, 0), Err(CoreError::ZeroDenominator));
        assert_eq!(Ratio::ONE / Ratio::ZERO, Err(CoreError::ZeroDenominator));
        assert_eq!(Ratio::new(i64::MIN, i64::MIN), Ok(Ratio::ONE));
        assert!(matches!(
            Ratio::new(1, i64::MIN),
            Err(CoreError::RatioOverflow { .. })
        ));
        assert!(Ratio::new(i64::MIN, 1).and_then(|least| -least).is_err());
        let large = Ratio::new(i64::MAX, 1).unwrap();
        assert!((large + Ratio::ONE).is_err() && (large * large).is_err());
        assert!(large.apply(2, Floor).is_err());
        assert_eq!(serde_json::to_string(&ratio).unwrap(), "[-3,2]");
        assert_eq!(serde_json::from_str::<Ratio>("[6,-4]").unwrap(), ratio);
        assert!(serde_json::from_str::<Ratio>("[6,0]").is_err());
    }

    #[test]
    fn becomes_a_probability() {
        assert_eq!(Prob::from_ratio(Ratio::ONE), Ok(Prob::CERTAIN));
        assert_eq!(Prob::from_ratio(Ratio::ZERO), Ok(Prob::NEVER));
        let quarter = Prob::from_ratio(Ratio::percent(25)).unwrap();
        assert_eq!(quarter.threshold(), 1 << 62);
        assert!(Prob::from_ratio(Ratio::percent(101)).is_err());
        assert!(Prob::from_ratio(Ratio::percent(-1)).is_err());
    }

    fn ratios() -> impl Strategy<Value = Ratio> {
        (-1_000_000..1_000_000_i64, 1..1_000_000_i64)
            .prop_map(|(above, below)| Ratio::new(above, below).unwrap())
    }

    proptest! {
        #[test]
        fn obeys_the_laws_of_fractions(a in ratios(), b in ratios(), c in 1..1_000_i64) {
            prop_assert_eq!((a + b).and_then(|sum| sum - b), Ok(a));
            prop_assert_eq!(a + b, b + a);
            if b != Ratio::ZERO {
                prop_assert_eq!((a * b).and_then(|product| product / b), Ok(a));
            }
            prop_assert_eq!(Ratio::new(a.numerator() * c, a.denominator() * c), Ok(a));
            prop_assert_eq!(a < b, (b - a).unwrap() > Ratio::ZERO);
        }

        #[test]
        fn a_rounded_part_is_within_one_unit(a in ratios(), amount in -1_000_000..1_000_000_i64) {
            let exact = i128::from(amount) * i128::from(a.numerator());
            for rounding in [Floor, Ceiling, HalfUp, HalfEven, TowardZero] {
                let part = i128::from(a.apply(amount, rounding).unwrap());
                let distance = (part * i128::from(a.denominator()) - exact).abs();
                prop_assert!(distance < i128::from(a.denominator()));
                if matches!(rounding, HalfUp | HalfEven) {
                    prop_assert!(distance * 2 <= i128::from(a.denominator()));
                }
            }
        }
    }
}
