//! The invariants by number, each from what came and what came of it alone.

use oikos_market::{Fill, Order, Price, Rationing, Report, Side};

use crate::cases::{Outcome, quantity, shares};

/// What is wrong, if anything is.
pub(crate) type Check = fn(&Outcome) -> Result<(), String>;

/// All checks of one outcome.
pub(crate) const CHECKS: [(u32, Check); 5] = [
    (1, one_price_and_most_volume),
    (2, better_ones_first),
    (3, tie_breaks),
    (4, limits),
    (6, efficiency),
];

pub(crate) fn violations(outcome: &Outcome) -> Vec<u32> {
    let broken = CHECKS.iter().filter(|(_, check)| check(outcome).is_err());
    broken.map(|(number, _)| *number).collect()
}

fn require(is_right: bool, problem: &str) -> Result<(), String> {
    if is_right {
        Ok(())
    } else {
        Err(problem.to_owned())
    }
}

fn fills(outcome: &Outcome) -> impl Iterator<Item = &Fill> {
    outcome.reports.iter().filter_map(|report| match report {
        Report::Fill(fill) => Some(fill),
        _ => None,
    })
}

fn is_in(order: &Order, side: Side, price: i64) -> bool {
    order.side == side
        && order.kind.limit().is_none_or(|limit| match side {
            Side::Buy => limit.0 >= price,
            Side::Sell => limit.0 <= price,
        })
}

fn sum(outcome: &Outcome, side: Side, price: i64) -> i64 {
    let orders = outcome.orders.iter().map(|(_, order)| order);
    orders
        .filter(|order| is_in(order, side, price))
        .map(|order| order.quantity.0)
        .sum()
}

/// Demand less supply, and the smaller of both.
fn at(outcome: &Outcome, price: i64) -> (i64, i64) {
    let (demand, supply) = (
        sum(outcome, Side::Buy, price),
        sum(outcome, Side::Sell, price),
    );
    (demand - supply, demand.min(supply))
}

/// All prices between the lowest and the highest limit; the reference if there is no limit.
fn candidates(outcome: &Outcome) -> Vec<i64> {
    let limits = || {
        outcome
            .orders
            .iter()
            .filter_map(|(_, order)| order.kind.limit())
    };
    match (limits().min(), limits().max()) {
        (Some(lowest), Some(highest)) => (lowest.0..=highest.0).collect(),
        _ => outcome.reference.iter().map(|price| price.0).collect(),
    }
}

/// The largest volume at any price.
fn most(outcome: &Outcome) -> i64 {
    let volumes = candidates(outcome)
        .into_iter()
        .map(|price| at(outcome, price).1);
    volumes.max().unwrap_or(0)
}

/// A1: one price, and the largest volume that one price allows.
fn one_price_and_most_volume(outcome: &Outcome) -> Result<(), String> {
    let traded: i64 = fills(outcome).map(|fill| fill.quantity.0).sum();
    require(traded == most(outcome), "more could trade at one price")?;
    require(
        traded == quantity(outcome).0,
        "the volume is not that of the fills",
    )?;
    let price = outcome.clearing.map(|clearing| clearing.price);
    require(
        fills(outcome).all(|fill| Some(fill.price) == price),
        "there are two prices",
    )?;
    let Some(clearing) = outcome.clearing else {
        return Ok(());
    };
    let (demand, supply) = (
        sum(outcome, Side::Buy, clearing.price.0),
        sum(outcome, Side::Sell, clearing.price.0),
    );
    require(
        (clearing.demand.0, clearing.supply.0) == (demand, supply),
        "demand or supply is wrong",
    )
}

/// How good an order is at the price: market orders, better prices, those at the price.
fn rank(order: &Order, price: i64) -> u8 {
    match order.kind.limit() {
        None => 0,
        Some(limit) if limit.0 != price => 1,
        Some(_) => 2,
    }
}

/// A2: nobody gets anything while somebody who is better has less than all; among equals by the rule, exactly.
fn better_ones_first(outcome: &Outcome) -> Result<(), String> {
    let Some(clearing) = outcome.clearing else {
        return Ok(());
    };
    let price = clearing.price.0;
    let shares = shares(outcome);
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

/// A3: the tie-breaks, by trying out all prices.
fn tie_breaks(outcome: &Outcome) -> Result<(), String> {
    let found = outcome.clearing.map(|clearing| clearing.price);
    let all = candidates(outcome);
    let best = most(outcome);
    if best == 0 {
        return require(found.is_none(), "nothing trades at a price");
    }
    let most: Vec<i64> = all
        .into_iter()
        .filter(|&price| at(outcome, price).1 == best)
        .collect();
    let least = most
        .iter()
        .map(|&price| at(outcome, price).0.abs())
        .min()
        .unwrap_or(0);
    let imbalance = |price: i64| at(outcome, price).0;
    let tied: Vec<i64> = most
        .into_iter()
        .filter(|&price| imbalance(price).abs() == least)
        .collect();
    let buyers_press = tied
        .iter()
        .copied()
        .filter(|&price| imbalance(price) > 0)
        .max();
    let sellers_press = tied
        .iter()
        .copied()
        .filter(|&price| imbalance(price) < 0)
        .min();
    let balanced = tied.iter().copied().filter(|&price| imbalance(price) == 0);
    let last: Vec<i64> = balanced.chain(buyers_press).chain(sellers_press).collect();
    let (lowest, highest) = (last[0], last[last.len() - 1]);
    let expected = match outcome.reference {
        Some(reference) => last
            .iter()
            .copied()
            .min_by_key(|price| (price - reference.0).abs()),
        None => Some((lowest + highest).div_euclid(2)),
    };
    require(
        found == expected.map(Price),
        "another price was to be chosen",
    )
}

/// A4: nobody trades beyond their limit, and afterwards nobody who waits could trade.
fn limits(outcome: &Outcome) -> Result<(), String> {
    for fill in fills(outcome) {
        for side in [Side::Buy, Side::Sell] {
            let order = outcome
                .orders
                .iter()
                .find(|(id, _)| *id == fill.order(side));
            let order = order.ok_or("a fill of nobody")?.1;
            require(
                is_in(&order, side, fill.price.0),
                "a price is beyond a limit",
            )?;
        }
    }
    let best = |side: Side| {
        outcome
            .after
            .iter()
            .filter(move |(_, order)| order.side == side)
    };
    let bid = best(Side::Buy)
        .filter_map(|(_, order)| order.kind.limit())
        .max();
    let ask = best(Side::Sell)
        .filter_map(|(_, order)| order.kind.limit())
        .min();
    let is_apart = bid.zip(ask).is_none_or(|(bid, ask)| bid < ask);
    let has_market = outcome
        .after
        .iter()
        .any(|(_, order)| order.kind.limit().is_none());
    require(is_apart && !has_market, "who waits could trade")
}

/// A6: the gains from trade are the largest there are: what the highest bids and the lowest asks, one unit with one
/// unit, would gain. Market orders count as far beyond any limit.
fn efficiency(outcome: &Outcome) -> Result<(), String> {
    const FAR: i64 = 10_000;
    let value = |order: &Order| match (order.kind.limit(), order.side) {
        (Some(limit), _) => limit.0,
        (None, Side::Buy) => FAR,
        (None, Side::Sell) => -FAR,
    };
    let units = |side: Side| {
        let of_side = outcome
            .orders
            .iter()
            .filter(move |(_, order)| order.side == side);
        let mut units: Vec<i64> = of_side
            .flat_map(|(_, order)| std::iter::repeat_n(value(order), order.quantity.0 as usize))
            .collect();
        units.sort_unstable();
        units
    };
    let (mut bids, asks) = (units(Side::Buy), units(Side::Sell));
    bids.reverse();
    let most: i64 = bids
        .iter()
        .zip(&asks)
        .map(|(bid, ask)| (bid - ask).max(0))
        .sum();
    let gain = |((_, order), share): (&(_, Order), i64)| match order.side {
        Side::Buy => value(order) * share,
        Side::Sell => -value(order) * share,
    };
    let gained: i64 = outcome.orders.iter().zip(shares(outcome)).map(gain).sum();
    // Market orders alone meet at the reference, and without one not at all.
    let is_open = outcome.reference.is_none()
        && outcome
            .orders
            .iter()
            .all(|(_, order)| order.kind.limit().is_none());
    require(gained == most || is_open, "gains from trade are left")
}
