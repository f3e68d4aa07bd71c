//! M1, M2, M3 and M5: what continuous markets promise.

use std::collections::BTreeMap;

use oikos_market::{Fill, Order, OrderId, Price, Report, Side};

use super::checker::{Known, MechanismChecker};
use crate::invariant::Broken;
use crate::invariant::Invariant::M;

/// M1: no bid reaches an ask.
pub(super) fn uncrossed(after: &BTreeMap<OrderId, Order>) -> Result<(), Broken> {
    let limits = |side: Side| {
        let of_side = after.values().filter(move |order| order.side == side);
        of_side.filter_map(|order| order.kind.limit())
    };
    let (bid, ask) = (limits(Side::Buy).max(), limits(Side::Sell).min());
    let apart = bid.zip(ask).is_none_or(|(bid, ask)| bid < ask);
    M(1).require(apart, || {
        format!("a bid of {bid:?} and an ask of {ask:?} wait")
    })
}

/// How good a price is to whom it is offered: less is better.
fn rank(side: Side, price: Option<Price>) -> Option<i64> {
    price.map(|price| match side {
        Side::Buy => -price.0,
        Side::Sell => price.0,
    })
}

/// M2, M3 and M5: who came trades with those who waited, the best first and among those the first come, at their
/// prices, and never with themselves.
pub(super) fn makers_in_turn(
    checker: &MechanismChecker,
    taker: OrderId,
    reports: &[Report],
) -> Result<(), Broken> {
    let mut queue: BTreeMap<OrderId, Known> = checker
        .known
        .iter()
        .filter(|(id, known)| known.left > 0 && **id != taker)
        .map(|(&id, &known)| (id, known))
        .collect();
    let own = checker.known[&taker].order;
    let other = own.side.opposite();
    for report in reports {
        let (id, quantity) = match report {
            Report::Fill(fill) => {
                trade(taker, &own, fill, &queue)?;
                (fill.order(other), fill.quantity.0)
            }
            Report::Released(released) => (released.order, released.quantity.0),
            Report::Amended(_) => continue,
        };
        if let Some(known) = queue.get_mut(&id) {
            known.left -= quantity;
        }
        queue.retain(|_, known| known.left > 0);
    }
    Ok(())
}

fn trade(
    taker: OrderId,
    own: &Order,
    fill: &Fill,
    queue: &BTreeMap<OrderId, Known>,
) -> Result<(), Broken> {
    let maker = fill.order(own.side.opposite());
    let came = fill.taker == Some(own.side) && fill.order(own.side) == taker;
    M(2).require(came, || format!("{taker} came, and {fill:?}"))?;
    M(5).require(fill.buyer != fill.seller, || {
        format!("{fill:?} is with oneself")
    })?;
    let Some(known) = queue.get(&maker) else {
        return Err(M(4).broken(format!("{fill:?} is with an order that did not wait")));
    };
    let price = known.order.kind.limit();
    M(2).require(price == Some(fill.price), || {
        format!("{fill:?} is not at the maker's price {price:?}")
    })?;
    let place = |known: &Known| {
        (
            rank(known.order.side, known.order.kind.limit()),
            known.number,
        )
    };
    let others = queue.iter().filter(|(_, known)| {
        known.order.side == own.side.opposite() && known.order.trader != own.trader
    });
    let first = others
        .min_by_key(|(_, known)| place(known))
        .map(|(&id, _)| id);
    M(3).require(first == Some(maker), || {
        format!("{first:?} was first, and traded was with {maker}")
    })
}
