//! Index numbers of prices, as the Consumer Price Index Manual: Concepts and Methods (International Labour Office,
//! International Monetary Fund and others, 2020) defines them. p are prices, q quantities, 0 the base period and t the
//! current one:
//!
//! - Laspeyres: Σ pᵗ q⁰ / Σ p⁰ q⁰, what the basket of the base period costs now.
//! - Paasche: Σ pᵗ qᵗ / Σ p⁰ qᵗ, what the basket of today costs against what it did.
//! - Fisher: the geometric mean of both.

use oikos_core::{CoreError, Quantity, Ratio};
use serde::{Deserialize, Serialize};

use crate::{MarketError, Price};

/// The price of a good and how much of it was bought in a period.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Good {
    /// The price of one unit, from 0.
    pub price: Price,
    /// The units that were bought, from 0.
    pub quantity: Quantity,
}

/// The index of Laspeyres, exact; the same good at the same index in both periods.
///
/// # Errors
///
/// [`MarketError::Baskets`], [`MarketError::Basket`]; [`CoreError::RatioOverflow`] if the fraction in lowest terms
/// does not fit.
pub fn laspeyres(base: &[Good], current: &[Good]) -> Result<Ratio, MarketError> {
    check(base, current)?;
    cost_ratio(base, current, base)
}

/// The index of Paasche, exact; the same good at the same index in both periods.
///
/// # Errors
///
/// Those of [`laspeyres`].
pub fn paasche(base: &[Good], current: &[Good]) -> Result<Ratio, MarketError> {
    check(base, current)?;
    cost_ratio(base, current, current)
}

/// Fisher's index: the geometric mean of Laspeyres' and Paasche's.
///
/// # Errors
///
/// Those of [`laspeyres`].
pub fn fisher(base: &[Good], current: &[Good]) -> Result<f64, MarketError> {
    let (laspeyres, paasche) = (laspeyres(base, current)?, paasche(base, current)?);
    Ok(libm::sqrt(laspeyres.to_f64() * paasche.to_f64()))
}

/// A chain of indices from period to period: 1 for the first period, then the product of all links so far.
#[must_use]
pub fn chained(links: &[f64]) -> Vec<f64> {
    let mut level = 1.0;
    let levels = links.iter().map(|link| {
        level *= link;
        level
    });
    core::iter::once(1.0).chain(levels).collect()
}

fn check(base: &[Good], current: &[Good]) -> Result<(), MarketError> {
    if base.len() != current.len() {
        let (base, current) = (base.len(), current.len());
        return Err(MarketError::Baskets { base, current });
    }
    let is_negative = |good: &Good| good.price.0 < 0 || good.quantity.0 < 0;
    if base.iter().chain(current).any(is_negative) {
        let problem = "a price or a quantity below 0";
        return Err(MarketError::Basket { problem });
    }
    Ok(())
}

/// What the quantities cost at current prices, over what they cost at base prices.
fn cost_ratio(base: &[Good], current: &[Good], quantities: &[Good]) -> Result<Ratio, MarketError> {
    let cost = |prices: &[Good]| {
        let costs = prices.iter().zip(quantities);
        let mut costs =
            costs.map(|(price, good)| i128::from(price.price.0) * i128::from(good.quantity.0));
        costs
            .try_fold(0_i128, i128::checked_add)
            .ok_or(MarketError::Basket {
                problem: "a value above 2^127",
            })
    };
    let (above, below) = (cost(current)?, cost(base)?);
    if below == 0 {
        return Err(MarketError::Basket {
            problem: "no value at base prices",
        });
    }
    let divisor = greatest_common_divisor(above, below);
    let narrow = |value| i64::try_from(value).map_err(|_| CoreError::RatioOverflow { value });
    Ok(Ratio::new(
        narrow(above / divisor)?,
        narrow(below / divisor)?,
    )?)
}

/// Of two numbers from 0 that are not both 0 (Euclid).
const fn greatest_common_divisor(mut first: i128, mut second: i128) -> i128 {
    while second > 0 {
        (first, second) = (second, first % second);
    }
    first
}
