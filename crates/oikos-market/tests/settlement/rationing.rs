//! A2: who gets how much at an auction's price, worked out the slow way.

use std::collections::BTreeMap;

use oikos_market::{OrderId, Price, Rationing, Report, Side};

use crate::tally::{Left, Tally};

/// How good an order is at the price, the best first; none for one that does not trade at it.
fn class(left: &Left, price: Price) -> Option<u8> {
    let Some(limit) = left.limit else {
        return Some(0);
    };
    let gain = match left.side {
        Side::Buy => limit.0 - price.0,
        Side::Sell => price.0 - limit.0,
    };
    match gain {
        ..0 => None,
        0 => Some(2),
        _ => Some(1),
    }
}

/// The shares of a volume among equals, in the order of arrival.
fn shares(equals: &[(OrderId, Left)], volume: i64, rule: Rationing) -> BTreeMap<OrderId, i64> {
    let total: i64 = equals.iter().map(|(_, left)| left.quantity).sum();
    let mut rest = volume.min(total);
    let mut shares = BTreeMap::new();
    if rule == Rationing::Time {
        for (order, left) in equals {
            let share = left.quantity.min(rest);
            rest -= share;
            shares.insert(*order, share);
        }
        return shares;
    }
    let volume = rest;
    let mut remainders = Vec::new();
    for (order, left) in equals {
        let exact = left.quantity * volume;
        shares.insert(*order, exact / total);
        rest -= exact / total;
        remainders.push((-(exact % total), left.trader, left.quantity, *order));
    }
    remainders.sort();
    for (.., order) in remainders.into_iter().take(rest as usize) {
        *shares.get_mut(&order).unwrap() += 1;
    }
    shares
}

/// Whether the fills of a clearing are rationed by the rule. `before` is what waited, at the tick of the clearing.
pub(crate) fn is_exact(
    before: &Tally,
    now: oikos_core::Tick,
    rule: Rationing,
    reports: &[Report],
) -> Result<(), String> {
    let mut got: BTreeMap<OrderId, i64> = BTreeMap::new();
    let (mut price, mut volume) = (None, 0);
    for report in reports {
        if let Report::Fill(fill) = report {
            price = Some(fill.price);
            volume += fill.quantity.0;
            for order in [fill.buy, fill.sell] {
                *got.entry(order).or_default() += fill.quantity.0;
            }
        }
    }
    let Some(price) = price else { return Ok(()) };
    let live = |left: &Left| left.expires.is_none_or(|tick| tick > now);
    for side in [Side::Buy, Side::Sell] {
        let mut left_over = volume;
        for rank in 0..3 {
            let equals: Vec<(OrderId, Left)> = before
                .orders
                .iter()
                .map(|(&order, &left)| (order, left))
                .filter(|(_, left)| left.side == side && live(left))
                .filter(|(_, left)| class(left, price) == Some(rank))
                .collect();
            for (order, share) in shares(&equals, left_over, rule) {
                let has = got.get(&order).copied().unwrap_or(0);
                if has != share {
                    return Err(format!(
                        "{order} got {has}, not {share} of {volume} at {price}"
                    ));
                }
                left_over -= share;
            }
        }
    }
    Ok(())
}
