//! The price of an auction, in time proportional to the number of orders.
//!
//! Let D(p) be what buyers want at p and S(p) what sellers offer. D falls and S rises with p, so the imbalance
//! D − S falls, and what trades, the smaller of both, rises up to the last price x at which D ≥ S and falls from the
//! next one, y = x + 1, on. Only x and y, and where D = S all prices down to the next order, can be best.
//!
//! x is found by weighted selection. An ask of q at p takes q from the imbalance from p on, a bid from p + 1 on, so y
//! is the first price at which all that is taken exceeds the imbalance below all limits.

use oikos_core::Quantity;

use super::Clearing;
use crate::waiting::Waiter;
use crate::{Price, Side};

/// Buckets of one pass of the selection.
const BUCKET_BITS: u32 = 12;

/// What is wanted and offered at one price.
#[derive(Clone, Copy, Default)]
struct Balance {
    demand: i64,
    supply: i64,
}

impl Balance {
    const fn volume(self) -> i64 {
        if self.demand < self.supply {
            self.demand
        } else {
            self.supply
        }
    }

    /// Below 2⁶³, as both are positive.
    const fn imbalance(self) -> i64 {
        (self.demand - self.supply).abs()
    }
}

/// The best price and what trades at it.
pub(super) fn clearing(orders: &[Waiter], reference: Option<Price>) -> Option<Clearing> {
    let limits = || orders.iter().filter_map(|order| order.limit);
    let (lowest, highest) = match (limits().min(), limits().max()) {
        (Some(lowest), Some(highest)) => (lowest.0, highest.0),
        // Market orders alone meet at the reference or not at all.
        _ => {
            let price = reference?;
            return clearing_at(price, balance(orders, price.0));
        }
    };
    let above = first_shortage(orders).unwrap_or(highest + 1).max(lowest);
    let below = above - 1;
    let mut candidates = Vec::with_capacity(2);
    if below >= lowest {
        candidates.push((below, balance(orders, below)));
    }
    if above <= highest {
        candidates.push((above, balance(orders, above)));
    }
    let rank = |balance: &Balance| (balance.volume(), -balance.imbalance());
    let best = candidates.iter().map(|(_, balance)| rank(balance)).max()?;
    candidates.retain(|(_, balance)| rank(balance) == best);
    let (price, balance) = match candidates[..] {
        [lower, upper] => {
            // Buyers press at the lower price and sellers at the upper one, equally.
            let is_up = reference.is_some_and(|reference| reference.0 >= upper.0);
            if is_up { upper } else { lower }
        }
        [(price, balance)] if balance.imbalance() == 0 => (
            nearest(balanced_from(orders, price).max(lowest), price, reference),
            balance,
        ),
        [only] => only,
        _ => return None,
    };
    clearing_at(Price(price), balance)
}

fn clearing_at(price: Price, balance: Balance) -> Option<Clearing> {
    let volume = balance.volume();
    (volume > 0).then_some(Clearing {
        price,
        volume: Quantity(volume),
        demand: Quantity(balance.demand),
        supply: Quantity(balance.supply),
    })
}

/// The price between these nearest to the reference.
fn nearest(lowest: i64, highest: i64, reference: Option<Price>) -> i64 {
    match reference {
        Some(reference) => reference.0.clamp(lowest, highest),
        // Prices are below 2⁶² in size.
        None => (lowest + highest).div_euclid(2),
    }
}

fn balance(orders: &[Waiter], price: i64) -> Balance {
    let mut balance = Balance::default();
    for order in orders {
        match order.side {
            Side::Buy if order.limit.is_none_or(|limit| limit.0 >= price) => {
                balance.demand += order.quantity;
            }
            Side::Sell if order.limit.is_none_or(|limit| limit.0 <= price) => {
                balance.supply += order.quantity;
            }
            _ => {}
        }
    }
    balance
}

/// The first price from which nobody comes or goes up to this one.
fn balanced_from(orders: &[Waiter], price: i64) -> i64 {
    let change = |order: &Waiter| match (order.side, order.limit) {
        (Side::Buy, Some(limit)) => limit.0 + 1,
        (Side::Sell, Some(limit)) => limit.0,
        (_, None) => i64::MIN,
    };
    let changes = orders.iter().map(change).filter(|&change| change <= price);
    changes.max().unwrap_or(i64::MIN)
}

/// The first price at which more is offered than wanted, if there is one.
fn first_shortage(orders: &[Waiter]) -> Option<i64> {
    let (mut below, mut changes) = (0_i64, Vec::with_capacity(orders.len()));
    for order in orders {
        match (order.side, order.limit) {
            (Side::Buy, limit) => {
                below += order.quantity;
                if let Some(limit) = limit {
                    changes.push((limit.0 + 1, order.quantity as u64));
                }
            }
            (Side::Sell, None) => below -= order.quantity,
            (Side::Sell, Some(limit)) => changes.push((limit.0, order.quantity as u64)),
        }
    }
    match u64::try_from(below) {
        Ok(below) => first_above(changes, below),
        Err(_) => Some(i64::MIN),
    }
}

/// The first key at which the sum of the weights of keys up to it is above a bound: by counting the weights of
/// buckets of keys, and going into the one in which the sum passes the bound.
fn first_above(mut weights: Vec<(i64, u64)>, mut bound: u64) -> Option<i64> {
    loop {
        let first = weights.iter().map(|(key, _)| *key).min()?;
        let last = weights.iter().map(|(key, _)| *key).max()?;
        let bits = u64::BITS - last.abs_diff(first).leading_zeros();
        let shift = bits.saturating_sub(BUCKET_BITS);
        let bucket = |key: i64| (key.abs_diff(first) >> shift) as usize;
        let mut sums = vec![0_u64; 1 << BUCKET_BITS];
        for (key, weight) in &weights {
            // The sum of both sides, each below 2⁶³.
            sums[bucket(*key)] += weight;
        }
        let found = sums.iter().position(|&sum| {
            let is_past = sum > bound;
            if !is_past {
                bound -= sum;
            }
            is_past
        })?;
        if shift == 0 {
            return Some(first + found as i64);
        }
        weights.retain(|(key, _)| bucket(*key) == found);
    }
}
