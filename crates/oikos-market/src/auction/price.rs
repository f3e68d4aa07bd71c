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
    let changes = Changes::of(orders);
    if changes.lowest > changes.highest {
        // Market orders alone meet at the reference or not at all.
        let price = reference?;
        let [balance, _] = balances(orders, price.0);
        return clearing_at(price, balance);
    }
    let (lowest, highest) = (changes.lowest, changes.highest);
    let above = changes.first_shortage().unwrap_or(highest + 1).max(lowest);
    let both = balances(orders, above - 1);
    let both = [(above - 1, both[0]), (above, both[1])];
    let mut candidates: Vec<(i64, Balance)> = both.to_vec();
    candidates.retain(|(price, _)| (lowest..=highest).contains(price));
    let rank = |balance: &Balance| (balance.volume(), -balance.imbalance());
    let best = candidates.iter().map(|(_, balance)| rank(balance)).max()?;
    candidates.retain(|(_, balance)| rank(balance) == best);
    let (price, balance) = match candidates[..] {
        [lower, upper] => {
            // Buyers press at the lower price and sellers at the upper one, equally.
            let is_up = reference.is_some_and(|reference| reference.0 >= upper.0);
            if is_up { upper } else { lower }
        }
        [(price, balance)] if balance.imbalance() == 0 => {
            let from = balanced_from(orders, price).max(lowest);
            (nearest(from, price, reference), balance)
        }
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

/// What is wanted and offered at a price and at the next one.
fn balances(orders: &[Waiter], price: i64) -> [Balance; 2] {
    let mut balances = [Balance::default(); 2];
    for order in orders {
        let quantity = order.quantity;
        for (balance, price) in balances.iter_mut().zip([price, price + 1]) {
            match order.side {
                Side::Buy if order.limit.is_none_or(|limit| limit.0 >= price) => {
                    balance.demand += quantity;
                }
                Side::Sell if order.limit.is_none_or(|limit| limit.0 <= price) => {
                    balance.supply += quantity;
                }
                _ => {}
            }
        }
    }
    balances
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

/// How the imbalance falls as the price rises.
struct Changes {
    /// The lowest and the highest limit; the other way round without one.
    lowest: i64,
    highest: i64,
    /// The imbalance below all limits.
    below: i64,
    /// From which price on it is less, and by how much.
    falls: Vec<(i64, u64)>,
}

impl Changes {
    fn of(orders: &[Waiter]) -> Self {
        let mut changes = Self {
            lowest: i64::MAX,
            highest: i64::MIN,
            below: 0,
            falls: Vec::with_capacity(orders.len()),
        };
        for order in orders {
            match (order.side, order.limit) {
                (Side::Buy, _) => changes.below += order.quantity,
                (Side::Sell, None) => changes.below -= order.quantity,
                (Side::Sell, Some(_)) => {}
            }
            if let Some(Price(limit)) = order.limit {
                changes.lowest = changes.lowest.min(limit);
                changes.highest = changes.highest.max(limit);
                let from = limit + i64::from(order.side == Side::Buy);
                changes.falls.push((from, order.quantity as u64));
            }
        }
        changes
    }

    /// The first price at which more is offered than wanted, if there is one.
    fn first_shortage(self) -> Option<i64> {
        match u64::try_from(self.below) {
            Ok(below) => first_above(self.falls, below, (self.lowest, self.highest + 1)),
            Err(_) => Some(i64::MIN),
        }
    }
}

/// The first key at which the sum of the weights of keys up to it is above a bound: by counting the weights of
/// buckets of keys, and going into the one in which the sum passes the bound. All keys lie from `first` to `last`.
fn first_above(
    mut weights: Vec<(i64, u64)>,
    mut bound: u64,
    (mut first, mut last): (i64, i64),
) -> Option<i64> {
    loop {
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
        first += (found as i64) << shift;
        last = last.min(first + (1 << shift) - 1);
    }
}
