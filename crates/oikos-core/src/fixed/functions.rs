//! Power, logarithm and root of fixed-point numbers, in steps that a kernel can take too.

use super::Fixed;

/// Two to the power of 0/16, 1/16, ... 15/16, in units of 2⁻³¹, rounded to nearest.
const SIXTEENTHS: [u32; 16] = [
    0x8000_0000,
    0x85aa_c368,
    0x8b95_c1e4,
    0x91c3_d374,
    0x9837_f052,
    0x9ef5_3261,
    0xa5fe_d6aa,
    0xad58_3eea,
    0xb504_f334,
    0xbd08_a39f,
    0xc567_2a11,
    0xce24_8c15,
    0xd744_fccb,
    0xe0cc_deec,
    0xeac0_c6e8,
    0xf525_7d15,
];
/// The natural logarithm of 2 in units of 2⁻³², rounded to nearest.
const LN_2: u32 = 0xb172_17f8;

/// The high and the low word of a product.
#[inline(always)]
const fn wide(first: u32, second: u32) -> (u32, u32) {
    let product = first as u64 * second as u64;
    ((product >> 32) as u32, product as u32)
}

/// The high word of a product.
#[inline(always)]
const fn high(first: u32, second: u32) -> u32 {
    wide(first, second).0
}

/// The logarithm to base 2 of a positive number of units of 2⁻¹⁶, in units of 2⁻²⁶, rounded down
/// and at most 2 units too small: each squaring of the mantissa yields the next bit.
pub(super) const fn log2_fine(bits: u32) -> i32 {
    let zeros = bits.leading_zeros();
    // From 1 up to 2, in units of 2⁻³¹.
    let mut mantissa = bits << zeros;
    let mut fraction = 0;
    let mut count = 0;
    while count < 26 {
        // From 1 up to 4, in units of 2⁻³⁰.
        let (square, below) = wide(mantissa, mantissa);
        let bit = square >> 31;
        mantissa = if bit == 1 {
            square
        } else {
            square << 1 | below >> 31
        };
        fraction = fraction << 1 | bit;
        count += 1;
    }
    (15 - zeros as i32) * (1 << 26) + fraction as i32
}

/// Two to the power of `whole` + `fraction` · 2⁻³².
const fn exp2_fine(whole: i32, fraction: u32) -> Fixed {
    if whole >= 15 {
        return Fixed::MAX;
    }
    if whole < -17 {
        return Fixed::ZERO;
    }
    let start = SIXTEENTHS[(fraction >> 28) as usize];
    // Below 0.0434, so that the series of the exponential function is exact after five terms.
    let z = high(fraction & 0x0fff_ffff, LN_2);
    let series = z / 24 + high(z, z / 120);
    let series = z / 6 + high(z, series);
    let series = z + high(z, z / 2 + high(z, series));
    let mantissa = start + high(start, series);
    // From units of 2⁻³¹ to units of 2⁻¹⁶: 1 to 32 places, the last one rounds.
    let doubled = mantissa >> (14 - whole) as u32;
    let rounded = (doubled >> 1) + (doubled & 1);
    Fixed::from_magnitude(rounded, false)
}

impl Fixed {
    /// Two to the power of this number.
    ///
    /// At most 0.53 ulp wrong for results below 2¹⁰ and at most 1.6 ulp above (seen over all
    /// numbers), and it never falls where its argument rises. [`MAX`](Self::MAX) from 15 upward, 0
    /// below −17.
    #[must_use]
    pub const fn exp2(self) -> Self {
        let bits = self.bits();
        exp2_fine(bits >> 16, (bits as u32) << 16)
    }

    /// The logarithm to base 2, −16 to 15.
    ///
    /// At most 0.51 ulp wrong; [`MIN`](Self::MIN) for 0 and negative numbers.
    #[must_use]
    pub const fn log2(self) -> Self {
        if self.bits() <= 0 {
            return Self::MIN;
        }
        Self::from_bits((log2_fine(self.bits() as u32) + (1 << 9)) >> 10)
    }

    /// This number to the power of `exponent`.
    ///
    /// The relative error is at most (|exponent| + 1) · 2⁻²⁵, and 0.53 ulp besides. Exactly 1 for
    /// the exponent 0 and for the base 1. A negative base is taken for 0; 0 to a negative power is
    /// [`MAX`](Self::MAX), as is every result above it.
    #[must_use]
    pub const fn pow(self, exponent: Self) -> Self {
        if exponent.bits() == 0 {
            return Self::ONE;
        }
        if self.bits() <= 0 {
            return if exponent.bits() > 0 {
                Self::ZERO
            } else {
                Self::MAX
            };
        }
        let logarithm = log2_fine(self.bits() as u32) as i64;
        // In units of 2⁻²⁶, rounded to nearest.
        let product = (logarithm * exponent.bits() as i64 + (1 << 15)) >> 16;
        exp2_fine((product >> 26) as i32, (product as u32) << 6)
    }

    /// The square root, rounded to nearest (at most 0.5 ulp wrong); 0 for negative numbers.
    ///
    /// Digit by digit, in base 2 (the method taught for base 10).
    #[must_use]
    pub const fn sqrt(self) -> Self {
        if self.bits() <= 0 {
            return Self::ZERO;
        }
        let bits = self.bits() as u32;
        let (mut root, mut rest) = (0_u32, 0_u32);
        let mut pair = 24;
        while pair > 0 {
            pair -= 1;
            // Two more digits of the number times 2¹⁶.
            let digits = if pair >= 8 {
                bits >> (2 * pair - 16) & 3
            } else {
                0
            };
            rest = rest << 2 | digits;
            let trial = root << 2 | 1;
            root <<= 1;
            if rest >= trial {
                rest -= trial;
                root |= 1;
            }
        }
        // Beyond root + 1/2, whose square is root² + root + 1/4; never just there.
        if rest > root {
            root += 1;
        }
        Self::from_bits(root as i32)
    }
}
