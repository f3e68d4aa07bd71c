//! What a venue charges, and what an order may cost at most.

use oikos_core::{Ratio, Rounding};
use oikos_ledger::MAX_AMOUNT;
use serde::{Deserialize, Serialize};

use super::EscrowError;
use crate::{Fill, Price};

/// What a venue takes of each trade: shares of its value, from 0 to 1, each rounded down to a minor unit.
///
/// Rounding down is what lets an order be filled in parts: the fees of the parts are never above the fee of the
/// whole, for which the buyer's money is held.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Fees {
    /// What the buyer pays on top of the value.
    pub buyer: Ratio,
    /// What the seller pays out of the value.
    pub seller: Ratio,
}

/// How the money of a trade is shared out. The buyer pays `net` + `fee`.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash)]
pub struct Payment {
    /// What the seller gets.
    pub net: i64,
    /// What the venue gets, of both.
    pub fee: i64,
}

/// A share of an amount from 0, rounded down.
#[inline]
fn share(rate: Ratio, amount: i64) -> Result<i64, EscrowError> {
    if rate.numerator() == 0 {
        return Ok(0);
    }
    let share = rate.apply(amount, Rounding::Floor);
    Ok(share.map_err(crate::MarketError::from)?)
}

impl Fees {
    /// A venue that takes nothing.
    pub const NONE: Self = Self {
        buyer: Ratio::percent(0),
        seller: Ratio::percent(0),
    };

    pub(super) fn check(&self) -> Result<(), EscrowError> {
        for rate in [self.buyer, self.seller] {
            if !(0..=rate.denominator()).contains(&rate.numerator()) {
                return Err(EscrowError::Fee { rate });
            }
        }
        Ok(())
    }

    /// The most that so much at this limit may cost, in however many trades, with fees.
    ///
    /// # Errors
    ///
    /// [`EscrowError::TooMuch`] above [`MAX_AMOUNT`].
    #[inline]
    pub fn cost(&self, limit: Price, quantity: i64) -> Result<i64, EscrowError> {
        let value = i128::from(limit.0) * i128::from(quantity);
        let (share, whole) = (self.buyer.numerator(), self.buyer.denominator());
        let needed = match share {
            0 => value,
            _ => match value.checked_mul(i128::from(share)) {
                Some(product) => value + product.div_euclid(i128::from(whole)),
                None => i128::MAX,
            },
        };
        match i64::try_from(needed) {
            Ok(cost @ 0..=MAX_AMOUNT) => Ok(cost),
            _ => Err(EscrowError::TooMuch { needed }),
        }
    }

    /// How the money of a trade is shared out.
    ///
    /// # Errors
    ///
    /// [`EscrowError::Mechanism`] if the fee is no `i64`, which it always is for a trade that was paid for.
    #[inline]
    pub fn payment(&self, fill: &Fill) -> Result<Payment, EscrowError> {
        self.share_out(fill.value())
    }

    /// As [`payment`](Self::payment), of what is worth this.
    pub(super) fn share_out(&self, value: i64) -> Result<Payment, EscrowError> {
        let (buyer, seller) = (share(self.buyer, value)?, share(self.seller, value)?);
        Ok(Payment {
            net: value - seller,
            fee: buyer.saturating_add(seller),
        })
    }

    /// How many units at this price, at least 0, a budget from 0 pays for, with fees.
    pub(super) fn affordable(&self, price: Price, budget: i64) -> i64 {
        let (share, whole) = (
            i128::from(self.buyer.numerator()),
            i128::from(self.buyer.denominator()),
        );
        if price.0 == 0 {
            return i64::MAX;
        }
        // The largest v with v + floor(v share / whole) <= budget has v (whole + share) < (budget + 1) whole.
        // Factors of at most 2^62, 2^63 and 2^64: the products fit.
        let most = ((i128::from(budget) + 1) * whole - 1) / (whole + share);
        i64::try_from(most / i128::from(price.0)).unwrap_or(i64::MAX)
    }
}
