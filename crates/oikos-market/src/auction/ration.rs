//! Who gets how much at the auction's price.

use oikos_core::apportion;

use super::{Clearing, Rationing};
use crate::waiting::Waiter;
use crate::{MarketError, Side};

/// How good an order is at the auction's price, the best first; nothing for one that does not trade at it.
fn class(order: &Waiter, price: i64) -> Option<usize> {
    let Some(limit) = order.limit else {
        return Some(0);
    };
    let better = match order.side {
        Side::Buy => limit.0.cmp(&price),
        Side::Sell => price.cmp(&limit.0),
    };
    match better {
        core::cmp::Ordering::Greater => Some(1),
        core::cmp::Ordering::Equal => Some(2),
        core::cmp::Ordering::Less => None,
    }
}

/// A place, and what its order gets.
pub(super) type Share = (usize, i64);

/// The orders of buyers and of sellers that trade, in the order of their arrival, with what they get, which sums to
/// the volume on each side: market orders first, then better prices, then those at the price.
pub(super) fn allot(
    orders: &[Waiter],
    clearing: Clearing,
    rationing: Rationing,
) -> Result<[Vec<Share>; 2], MarketError> {
    let price = clearing.price.0;
    let (mut totals, mut counts) = ([[0_i64; 3]; 2], [0; 2]);
    for order in orders {
        if let Some(class) = class(order, price) {
            totals[order.side as usize][class] += order.quantity;
            counts[order.side as usize] += 1;
        }
    }
    let mut short = [Short::default(), Short::default()];
    for (short, totals) in short.iter_mut().zip(totals) {
        let mut left = clearing.volume.0;
        // The first class that does not get all shares what is left; those behind it get nothing.
        let all = totals.iter().position(|&total| {
            let is_short = total > left;
            if !is_short {
                left -= total;
            }
            is_short
        });
        (short.class, short.volume) = (all.unwrap_or(totals.len()), left);
    }
    let mut shares = counts.map(Vec::with_capacity);
    for (place, order) in orders.iter().enumerate() {
        let Some(class) = class(order, price) else {
            continue;
        };
        let short = &mut short[order.side as usize];
        if class == short.class {
            short.places.push(place);
        }
        if class <= short.class {
            shares[order.side as usize].push((place, order.quantity));
        }
    }
    for (shares, short) in shares.iter_mut().zip(short) {
        let mut rationed = ration(orders, short.places, short.volume, rationing)?
            .into_iter()
            .peekable();
        for (place, share) in shares.iter_mut() {
            if let Some((_, less)) = rationed.next_if(|(other, _)| other == place) {
                *share = less;
            }
        }
        shares.retain(|(_, share)| *share > 0);
    }
    Ok(shares)
}

/// The class of orders of a side of which not all are filled.
#[derive(Default)]
struct Short {
    class: usize,
    /// What they get together.
    volume: i64,
    places: Vec<usize>,
}

/// Shares of a volume among orders that are as good, by place.
fn ration(
    orders: &[Waiter],
    mut places: Vec<usize>,
    volume: i64,
    rationing: Rationing,
) -> Result<Vec<Share>, MarketError> {
    if rationing == Rationing::Time {
        let mut left = volume;
        let serve = |place: usize| {
            let share = orders[place].quantity.min(left);
            left -= share;
            (place, share)
        };
        return Ok(places.into_iter().map(serve).collect());
    }
    if places.is_empty() {
        return Ok(Vec::new());
    }
    places.sort_by_key(|&place| (orders[place].trader, orders[place].quantity));
    let weights: Vec<u64> = places
        .iter()
        .map(|&place| orders[place].quantity as u64)
        .collect();
    // What is short is not empty, and the sum of a side is an `i64`.
    let shares = apportion(volume, &weights)?;
    let mut shares: Vec<Share> = places.into_iter().zip(shares).collect();
    shares.sort_unstable();
    Ok(shares)
}
