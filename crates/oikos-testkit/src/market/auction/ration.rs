//! A2: who gets what.

use oikos_market::{Order, Rationing, Side};

use super::{Outcome, is_in, require};

/// How good an order is at the price: market orders, better prices, those at the price.
fn rank(order: &Order, price: i64) -> u8 {
    match order.kind.limit() {
        None => 0,
        Some(limit) if limit.0 != price => 1,
        Some(_) => 2,
    }
}

/// A2: nobody gets anything while somebody who is better has less than all; among equals by the rule, exactly.
pub(super) fn better_ones_first(outcome: &Outcome) -> Result<(), String> {
    let Some(clearing) = outcome.clearing else {
        return Ok(());
    };
    let price = clearing.price.0;
    let shares = outcome.shares();
    for side in [Side::Buy, Side::Sell] {
        let mut left = clearing.volume.0;
        for rank_now in 0..3 {
            let of_rank: Vec<(Order, i64)> = outcome
                .orders
                .iter()
                .map(|(_, order)| *order)
                .zip(shares.iter().copied())
                .filter(|(order, _)| is_in(order, side, price) && rank(order, price) == rank_now)
                .collect();
            let total: i64 = of_rank.iter().map(|(order, _)| order.quantity.0).sum();
            let gets = total.min(left);
            left -= gets;
            exact(&of_rank, gets, total, outcome.rationing)?;
        }
    }
    Ok(())
}

/// Whether equals share a volume by the rule.
fn exact(
    equals: &[(Order, i64)],
    volume: i64,
    total: i64,
    rationing: Rationing,
) -> Result<(), String> {
    if rationing == Rationing::Time || volume == total {
        let mut left = volume;
        for (order, share) in equals {
            require(
                *share == order.quantity.0.min(left),
                "first come was not first served",
            )?;
            left -= share;
        }
        return Ok(());
    }
    // Shares in units of 1/total: all within one unit of the exact ones, and who got a unit more had the larger
    // remainder.
    let exact = |order: &Order| order.quantity.0 * volume;
    require(
        equals.iter().map(|(_, share)| share).sum::<i64>() == volume,
        "shares do not sum to the volume",
    )?;
    let (mut up, mut down) = (i64::MAX, -1);
    for (order, share) in equals {
        let (floor, remainder) = (exact(order) / total, exact(order) % total);
        require(
            *share == floor || (*share == floor + 1 && remainder > 0),
            "a share is off by a unit",
        )?;
        if *share > floor {
            up = up.min(remainder);
        } else {
            down = down.max(remainder);
        }
    }
    require(up >= down, "a unit went to a smaller remainder")
}
