//! Rates that accrue period by period and lose nothing to rounding.

use serde::{Deserialize, Serialize};

use crate::ratio::narrow;
use crate::{CoreError, Ratio, Rounding};

/// What accrues on a principal each period: interest, rent, depreciation.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rate {
    /// The share of the principal that accrues in one period.
    pub per_period: Ratio,
    /// How the total that has accrued becomes the whole units that have been paid.
    pub rounding: Rounding,
}

/// What one account has accrued exactly, and how much of it has been paid in whole units.
///
/// Keep one beside each account that accrues, and save it with the account.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Residue {
    /// Whole units accrued in all, rounded down.
    whole: i64,
    /// The rest of what has accrued, from 0 up to, but without, 1.
    part: Ratio,
    /// Whole units paid in all.
    paid: i64,
}

impl Residue {
    /// What has accrued but has not been paid: within ±1 unit while one rounding is used.
    ///
    /// # Errors
    ///
    /// [`CoreError::RatioOverflow`] if it does not fit.
    pub fn pending(&self) -> Result<Ratio, CoreError> {
        let whole = narrow(i128::from(self.whole) - i128::from(self.paid))?;
        Ratio::new(whole, 1)? + self.part
    }
}

impl Rate {
    /// Accrues one period on `principal` and returns the whole units that fall due now, such that
    /// all that was ever returned is the exact total, rounded once.
    ///
    /// The split into calls does not matter: see [`accrue_periods`](Self::accrue_periods).
    ///
    /// # Errors
    ///
    /// [`CoreError::RatioOverflow`] if a total or the exact residue does not fit; nothing has
    /// changed then.
    pub fn accrue(&self, principal: i64, residue: &mut Residue) -> Result<i64, CoreError> {
        self.accrue_periods(principal, 1, residue)
    }

    /// Accrues so many periods on the same principal at once. The sum of what is returned, and the
    /// residue, are those of as many calls of [`accrue`](Self::accrue).
    ///
    /// # Errors
    ///
    /// [`CoreError::RatioOverflow`] if a total or the exact residue does not fit; nothing has
    /// changed then.
    pub fn accrue_periods(
        &self,
        principal: i64,
        periods: u32,
        residue: &mut Residue,
    ) -> Result<i64, CoreError> {
        let (above, below) = (
            self.per_period.numerator(),
            i128::from(self.per_period.denominator()),
        );
        let product = i128::from(principal) * i128::from(above);
        let overflow = CoreError::RatioOverflow { value: product };
        let accrued = product.checked_mul(i128::from(periods)).ok_or(overflow)?;
        let fraction = Ratio::new(
            narrow(accrued.rem_euclid(below))?,
            self.per_period.denominator(),
        )?;
        let part = (residue.part + fraction)?;
        let carry = part.apply(1, Rounding::Floor)?;
        let part = (part - Ratio::new(carry, 1)?)?;
        let whole = i128::from(residue.whole) + accrued.div_euclid(below) + i128::from(carry);
        let whole = narrow(whole)?;
        let denominator = i128::from(part.denominator());
        let total = i128::from(whole) * denominator + i128::from(part.numerator());
        let paid = narrow(self.rounding.divide(total, denominator))?;
        let due = narrow(i128::from(paid) - i128::from(residue.paid))?;
        *residue = Residue { whole, part, paid };
        Ok(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROUNDINGS: [Rounding; 5] = [
        Rounding::Floor,
        Rounding::Ceiling,
        Rounding::HalfUp,
        Rounding::HalfEven,
        Rounding::TowardZero,
    ];

    #[test]
    fn a_third_of_a_cent_is_a_cent_after_three_periods() {
        let rate = Rate {
            per_period: Ratio::new(1, 3).unwrap(),
            rounding: Rounding::Floor,
        };
        let mut residue = Residue::default();
        let due: Vec<i64> = (0..6)
            .map(|_| rate.accrue(1, &mut residue).unwrap())
            .collect();
        assert_eq!(due, [0, 0, 1, 0, 0, 1]);
        assert_eq!(residue.pending(), Ok(Ratio::ZERO));
    }

    #[test]
    fn rates_of_different_denominators_share_a_residue() {
        let third = Rate {
            per_period: Ratio::new(1, 3).unwrap(),
            rounding: Rounding::Floor,
        };
        let quarter = Rate {
            per_period: Ratio::percent(25),
            rounding: Rounding::Floor,
        };
        let mut residue = Residue::default();
        assert_eq!(third.accrue(2, &mut residue), Ok(0));
        assert_eq!(quarter.accrue(1, &mut residue), Ok(0));
        assert_eq!(residue.pending(), Ratio::new(11, 12));
        assert_eq!(quarter.accrue(1, &mut residue), Ok(1));
        assert_eq!(residue.pending(), Ratio::new(1, 6));
    }

    #[test]
    fn an_overflow_changes_nothing() {
        let rate = Rate {
            per_period: Ratio::new(i64::MAX, 2).unwrap(),
            rounding: Rounding::Floor,
        };
        let mut residue = Residue::default();
        assert_eq!(rate.accrue(1, &mut residue), Ok(i64::MAX / 2));
        let before = residue;
        assert!(rate.accrue(i64::MAX, &mut residue).is_err());
        assert!(
            rate.accrue_periods(i64::MAX, u32::MAX, &mut residue)
                .is_err()
        );
        assert_eq!(residue, before);
    }

    proptest! {
        #[test]
        fn the_split_into_calls_does_not_matter(
            steps in proptest::collection::vec((-1_000_000..1_000_000_i64, 0..5_u32), 1..20),
            above in -1_000..1_000_i64,
            below in 1..1_000_i64,
        ) {
            for rounding in ROUNDINGS {
                let rate = Rate { per_period: Ratio::new(above, below).unwrap(), rounding };
                let (mut one_by_one, mut at_once) = (Residue::default(), Residue::default());
                let (mut total, mut exact) = (0, 0);
                for &(principal, periods) in &steps {
                    let mut due = 0;
                    for _ in 0..periods {
                        due += rate.accrue(principal, &mut one_by_one).unwrap();
                    }
                    prop_assert_eq!(rate.accrue_periods(principal, periods, &mut at_once), Ok(due));
                    prop_assert_eq!(one_by_one, at_once);
                    total += due;
                    exact += i128::from(principal) * i128::from(periods) * i128::from(above);
                }
                prop_assert_eq!(i128::from(total), rounding.divide(exact, i128::from(below)));
            }
        }
    }
}
