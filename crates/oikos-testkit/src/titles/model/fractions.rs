//! Exact fractions in wide integers, for the slow model.

use oikos_core::Ratio;
use oikos_ledger::MAX_AMOUNT;

/// In lowest terms.
pub(crate) type Fraction = (i128, i128);

fn divisor(left: i128, right: i128) -> i128 {
    if right == 0 {
        left.abs()
    } else {
        divisor(right, left % right)
    }
}

pub(crate) fn lowest((above, below): Fraction) -> Fraction {
    let common = divisor(above, below).max(1);
    (above / common, below / common)
}

pub(crate) fn times(left: Fraction, right: Fraction) -> Fraction {
    let (cross, other) = (lowest((left.0, right.1)), lowest((right.0, left.1)));
    (cross.0 * other.0, cross.1 * other.1)
}

/// `None` where the denominator is beyond 128 bits.
pub(crate) fn plus(left: Fraction, right: Fraction) -> Option<Fraction> {
    let common = divisor(left.1, right.1);
    let below = (left.1 / common).checked_mul(right.1)?;
    let above = left.0 * (below / left.1) + right.0 * (below / right.1);
    Some(lowest((above, below)))
}

pub(crate) fn fraction(share: Ratio) -> Fraction {
    (
        i128::from(share.numerator()),
        i128::from(share.denominator()),
    )
}

pub(crate) fn ratio((above, below): Fraction) -> Option<Ratio> {
    Ratio::new(i64::try_from(above).ok()?, i64::try_from(below).ok()?).ok()
}

/// The least common denominator, or none above what is allowed.
pub(crate) fn denominator(all: impl Iterator<Item = Fraction>) -> Option<i128> {
    let mut least = 1;
    for (_, below) in all {
        least = least / divisor(least, below) * below;
        if least > i128::from(MAX_AMOUNT) {
            return None;
        }
    }
    Some(least)
}
