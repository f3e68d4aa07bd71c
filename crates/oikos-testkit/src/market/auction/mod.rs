//! A1 to A9: what a call auction promises, told from what came and what came of it alone.

use oikos_core::Quantity;
use oikos_market::{Clearing, Fill, Order, OrderId, Price, Rationing, Report, Side};

mod ration;
mod ties;

use self::ration::better_ones_first;
use super::checker;
use crate::invariant::Broken;
use crate::invariant::Invariant::A;

/// A clearing: what waited, what was reported, what is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How the margin is rationed.
    pub rationing: Rationing,
    /// The price that the auction's is nearest to where several are as good, if it is known.
    pub reference: Option<Price>,
    /// What waited, in the order of arrival, without what had expired.
    pub orders: Vec<(OrderId, Order)>,
    /// The price and what goes with it; none where nothing traded.
    pub clearing: Option<Clearing>,
    /// What was reported.
    pub reports: Vec<Report>,
    /// What waits now, in the order of arrival.
    pub after: Vec<(OrderId, Order)>,
}

/// What is wrong, if anything is.
type Check = fn(&Outcome) -> Result<(), String>;

/// A1, A2, A4 and A6.
const CHECKS: [(u8, Check); 4] = [
    (1, one_price_and_most_volume),
    (2, better_ones_first),
    (4, limits),
    (6, efficiency),
];

impl Outcome {
    /// The clearing as it is told by its fills.
    #[must_use]
    pub fn of(
        rationing: Rationing,
        orders: Vec<(OrderId, Order)>,
        reports: &[Report],
        after: Vec<(OrderId, Order)>,
    ) -> Self {
        let mut outcome = Self {
            rationing,
            reference: None,
            orders,
            clearing: None,
            reports: reports.to_vec(),
            after,
        };
        let volume = fills(&outcome).map(|fill| fill.quantity.0).sum();
        let price = fills(&outcome).next().map(|fill| fill.price);
        outcome.clearing = price.map(|price| Clearing {
            price,
            volume: Quantity(volume),
            demand: Quantity(sum(&outcome, Side::Buy, price.0)),
            supply: Quantity(sum(&outcome, Side::Sell, price.0)),
        });
        outcome
    }

    /// The numbers that are broken of A1, A2, A4 and A6.
    #[must_use]
    pub fn broken(&self) -> Vec<Broken> {
        let all = CHECKS.iter();
        all.filter_map(|(number, check)| Some(A(*number).broken(check(self).err()?)))
            .collect()
    }

    /// A1, A2, A4 and A6.
    ///
    /// # Errors
    /// [`Broken`], with the lowest number that is.
    pub fn check(&self) -> Result<(), Broken> {
        self.broken().into_iter().next().map_or(Ok(()), Err)
    }

    /// A3: the price is the one that the tie-breaks lead to, by trying out all prices between the lowest and the
    /// highest limit: most volume, least imbalance, market pressure, nearest to the reference (without one the middle,
    /// rounded down).
    ///
    /// # Errors
    /// [`Broken`].
    pub fn check_ties(&self) -> Result<(), Broken> {
        ties::tie_breaks(self).map_err(|problem| A(3).broken(problem))
    }

    /// What each order got, in the order of arrival.
    #[must_use]
    pub fn shares(&self) -> Vec<i64> {
        let got = |id: OrderId| {
            let its = fills(self).filter(|fill| fill.buy == id || fill.sell == id);
            its.map(|fill| fill.quantity.0).sum()
        };
        self.orders.iter().map(|(id, _)| got(*id)).collect()
    }

    fn volume(&self) -> i64 {
        self.clearing.map_or(0, |clearing| clearing.volume.0)
    }
}

fn require(is_right: bool, problem: &str) -> Result<(), String> {
    if is_right {
        Ok(())
    } else {
        Err(problem.to_owned())
    }
}

fn fills(outcome: &Outcome) -> impl Iterator<Item = &Fill> {
    checker::fills(&outcome.reports)
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

/// All prices between the lowest and the highest limit. Where there is no limit, the reference; where that is not known
/// either, whatever price it was.
fn candidates(outcome: &Outcome) -> Vec<i64> {
    let limits = || {
        outcome
            .orders
            .iter()
            .filter_map(|(_, order)| order.kind.limit())
    };
    match (limits().min(), limits().max()) {
        (Some(lowest), Some(highest)) => (lowest.0..=highest.0).collect(),
        _ => {
            let price = outcome.clearing.map(|clearing| clearing.price);
            let known = outcome.reference.or(price);
            known.iter().map(|price| price.0).collect()
        }
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
        traded == outcome.volume(),
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
    let gained: i64 = outcome.orders.iter().zip(outcome.shares()).map(gain).sum();
    // Market orders alone meet at the reference, and without one not at all.
    let is_open = outcome.reference.is_none()
        && outcome
            .orders
            .iter()
            .all(|(_, order)| order.kind.limit().is_none());
    require(gained == most || is_open, "gains from trade are left")
}
