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

/// The places of the orders of a side that trade, in the order of their arrival, with what they get, which sums to
/// the volume: market orders first, then better prices, then those at the price.
pub(super) fn allot(
    orders: &[Waiter],
    side: Side,
    clearing: Clearing,
    rationing: Rationing,
) -> Result<Vec<(usize, i64)>, MarketError> {
    let trades = |(place, order): (usize, &Waiter)| {
        (order.side == side)
            .then(|| class(order, clearing.price.0))?
            .map(|class| (place, class))
    };
    let classes: Vec<(usize, usize)> = orders.iter().enumerate().filter_map(trades).collect();
    let mut totals = [0_i64; 3];
    for &(place, class) in &classes {
        totals[class] += orders[place].quantity;
    }
    let mut left = clearing.volume.0;
    let gets = totals.map(|total| {
        let gets = total.min(left);
        left -= gets;
        gets
    });
    let short = (0..3).find(|&class| gets[class] < totals[class]);
    let mut shares = match short {
        Some(class) => {
            let short = classes.iter().filter(|(_, other)| *other == class);
            let short: Vec<usize> = short.map(|(place, _)| *place).collect();
            ration(orders, short, gets[class], rationing)?
        }
        None => Vec::new(),
    }
    .into_iter()
    .peekable();
    let share = |&(place, class): &(usize, usize)| {
        let quantity = match short {
            Some(short) if class > short => 0,
            Some(short) if class == short => shares
                .next_if(|(other, _)| *other == place)
                .map_or(0, |(_, share)| share),
            _ => orders[place].quantity,
        };
        (quantity > 0).then_some((place, quantity))
    };
    Ok(classes.iter().filter_map(share).collect())
}

/// Shares of a volume among orders that are as good, by place.
fn ration(
    orders: &[Waiter],
    mut places: Vec<usize>,
    volume: i64,
    rationing: Rationing,
) -> Result<Vec<(usize, i64)>, MarketError> {
    if rationing == Rationing::Time {
        let mut left = volume;
        let serve = |place: usize| {
            let share = orders[place].quantity.min(left);
            left -= share;
            (place, share)
        };
        return Ok(places.into_iter().map(serve).collect());
    }
    places.sort_by_key(|&place| (orders[place].trader, orders[place].quantity));
    let weights: Vec<u64> = places
        .iter()
        .map(|&place| orders[place].quantity as u64)
        .collect();
    // What is short is not empty, and the sum of a side is an `i64`.
    let shares = apportion(volume, &weights)?;
    let mut shares: Vec<(usize, i64)> = places.into_iter().zip(shares).collect();
    shares.sort_unstable();
    Ok(shares)
}
