//! Fixed-point numbers for columns that kernels touch.
//!
//! Everything is made of 32-bit integer operations and of the high and low words of 32 × 32-bit
//! products, so that a kernel on a device makes the same bits. Since a kernel cannot return an
//! error, results that do not fit saturate, as each function says.

mod functions;

use core::fmt;
use core::ops::{Add, Div, Mul, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::CoreError;

/// A number with 16 bits before the binary point and 16 behind it: −32768 to 32767.99998 in steps
/// (1 ulp) of 2⁻¹⁶.
///
/// The operators saturate at [`MIN`](Self::MIN) and [`MAX`](Self::MAX).
///
/// ```
/// use oikos_core::Fixed;
///
/// let half = Fixed::from_f64(0.5)?;
/// assert_eq!(Fixed::from_int(9) * half, Fixed::from_f64(4.5)?);
/// assert_eq!(Fixed::from_int(9).sqrt(), Fixed::from_int(3));
/// assert_eq!(Fixed::from_int(32_000) + Fixed::from_int(32_000), Fixed::MAX);
/// # Ok::<(), oikos_core::CoreError>(())
/// ```
#[derive(
    Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Fixed(i32);

impl Fixed {
    /// 0.
    pub const ZERO: Self = Self(0);
    /// 1.
    pub const ONE: Self = Self(1 << 16);
    /// The least number, −32768.
    pub const MIN: Self = Self(i32::MIN);
    /// The largest number, 32768 − 2⁻¹⁶.
    pub const MAX: Self = Self(i32::MAX);

    /// The number with these bits, in units of 2⁻¹⁶.
    #[must_use]
    pub const fn from_bits(bits: i32) -> Self {
        Self(bits)
    }

    /// The bits, in units of 2⁻¹⁶.
    #[must_use]
    pub const fn bits(self) -> i32 {
        self.0
    }

    /// An integer.
    #[must_use]
    pub const fn from_int(value: i16) -> Self {
        Self((value as i32) << 16)
    }

    /// The nearest fixed-point number, a half away from zero.
    ///
    /// # Errors
    ///
    /// [`CoreError::FixedRange`] for a NaN or what rounds to a number outside the range.
    pub fn from_f64(value: f64) -> Result<Self, CoreError> {
        let scaled = libm::round(value * 65_536.0);
        if !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&scaled) {
            return Err(CoreError::FixedRange { value });
        }
        Ok(Self(scaled as i32))
    }

    /// The same number, exactly.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 65_536.0
    }

    /// The number of this size and sign, saturated.
    const fn from_magnitude(magnitude: u32, negative: bool) -> Self {
        match (magnitude > i32::MAX as u32, negative) {
            (true, false) => Self::MAX,
            (true, true) => Self::MIN,
            (false, false) => Self(magnitude as i32),
            (false, true) => Self(-(magnitude as i32)),
        }
    }
}

/// Saturates.
impl Add for Fixed {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Saturates.
impl Sub for Fixed {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Saturates: the opposite of the least number is the largest.
impl Neg for Fixed {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

/// Rounds to nearest, a half away from zero (at most 0.5 ulp wrong), and saturates.
impl Mul for Fixed {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = u64::from(self.0.unsigned_abs()) * u64::from(other.0.unsigned_abs());
        // At most 2⁶², so the half that rounds does not overflow.
        let magnitude = (product + (1 << 15)) >> 16;
        let magnitude = u32::try_from(magnitude).unwrap_or(u32::MAX);
        Self::from_magnitude(magnitude, (self.0 < 0) != (other.0 < 0))
    }
}

/// Rounds to nearest, a half away from zero (at most 0.5 ulp wrong), and saturates; so does a
/// division by 0, by the sign of the dividend, and 0 / 0 is 0.
impl Div for Fixed {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let (dividend, divisor) = (self.0.unsigned_abs(), other.0.unsigned_abs());
        let negative = (self.0 < 0) != (other.0 < 0);
        if dividend == 0 {
            return Self::ZERO;
        }
        if divisor == 0 || dividend / divisor >= 1 << 16 {
            return Self::from_magnitude(u32::MAX, negative);
        }
        // Long division: the 16 digits behind the binary point one by one.
        let (mut quotient, mut rest) = (dividend / divisor, dividend % divisor);
        for _ in 0..16 {
            // The rest is below the divisor, which is at most 2³¹.
            rest <<= 1;
            quotient <<= 1;
            if rest >= divisor {
                rest -= divisor;
                quotient |= 1;
            }
        }
        let half_or_more = rest >= divisor - rest;
        Self::from_magnitude(quotient.saturating_add(u32::from(half_or_more)), negative)
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_f64(), out)
    }
}

#[cfg(test)]
mod tests;
