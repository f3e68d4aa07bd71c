//! M1 to M4: prices, priority and quantities.

use std::collections::BTreeMap;

use oikos_core::Quantity;
use oikos_market::{OrderId, Price, Report, Resting, Side};

use super::{Taker, View, all, reaches, require};
use crate::market::SIDES;

/// M1: no bid reaches an ask.
pub(super) fn uncrossed(view: &View) -> Result<(), String> {
    let [bids, asks] = &view.step.after.orders;
    let bid = bids.iter().map(|order| order.price).max();
    let ask = asks.iter().map(|order| order.price).min();
    let is_apart = bid.zip(ask).is_none_or(|(bid, ask)| bid < ask);
    require(is_apart, "a bid reaches an ask")
}

/// M2: a trade is at the maker's price, which is within the taker's limit.
pub(super) fn prices_of_makers(view: &View) -> Result<(), String> {
    for fill in &view.fills {
        let taker = view.taker.ok_or("a trade without a taker")?;
        require(fill.taker == Some(taker.side), "the wrong side took")?;
        require(fill.order(taker.side) == taker.id, "somebody else took")?;
        let maker = view.before(fill.order(taker.side.opposite()));
        let maker = maker.ok_or("a trade with an order that did not rest")?;
        require(maker.side != taker.side, "two orders of one side traded")?;
        require(fill.price == maker.price, "the price is not the maker's")?;
        let is_within = reaches(taker.side, taker.limit, fill.price);
        require(is_within, "the price is beyond the taker's limit")?;
    }
    Ok(())
}

/// M3: makers trade in the order in which they stood; who stays keeps the place, who comes or loses the place is
/// last at its price.
pub(super) fn priority(view: &View) -> Result<(), String> {
    if let Some(taker) = view.taker {
        makers_in_turn(view, taker)?;
    }
    for side in SIDES {
        let before = &view.step.before.orders[side as usize];
        let after = &view.step.after.orders[side as usize];
        let loses = |order: &Resting| {
            view.amended.is_some_and(|amended| {
                let is_more = amended.quantity > amended.from_quantity;
                amended.order == order.order && (amended.price != amended.from_price || is_more)
            })
        };
        let is_there = |order: &&Resting| after.iter().any(|other| other.order == order.order);
        let stays = before.iter().filter(is_there).filter(|order| !loses(order));
        let mut expected: Vec<OrderId> = stays.map(|order| order.order).collect();
        let comes = after.iter().find(|order| !expected.contains(&order.order));
        if let Some(comes) = comes {
            let rank = |price: Price| match side {
                Side::Buy => -i128::from(price.0),
                Side::Sell => i128::from(price.0),
            };
            let is_behind = |id: &OrderId| {
                view.after(*id)
                    .is_some_and(|other| rank(other.price) > rank(comes.price))
            };
            let place = expected
                .iter()
                .position(is_behind)
                .unwrap_or(expected.len());
            expected.insert(place, comes.order);
        }
        let found: Vec<OrderId> = after.iter().map(|order| order.order).collect();
        require(found == expected, "the queue is out of order")?;
    }
    Ok(())
}

/// Goes along the queue as the reports do.
pub(super) fn makers_in_turn(view: &View, taker: Taker) -> Result<(), String> {
    let other = taker.side.opposite();
    let mut queue = view.step.before.orders[other as usize].clone();
    for report in &view.step.reports {
        let (id, quantity) = match report {
            Report::Fill(fill) => (fill.order(other), fill.quantity.0),
            Report::Released(released) if released.side == other => {
                (released.order, released.quantity.0)
            }
            _ => continue,
        };
        let first = queue.first_mut().ok_or("a trade with nobody")?;
        require(first.order == id, "somebody else was first")?;
        first.quantity.0 -= quantity;
        if first.quantity.0 <= 0 {
            queue.remove(0);
        }
    }
    Ok(())
}

/// M4: nothing is lost and nothing is counted twice: for every order, what was there or came is filled, rests or is
/// released.
pub(super) fn quantities(view: &View) -> Result<(), String> {
    let mut left: BTreeMap<OrderId, i128> = all(&view.step.before)
        .map(|order| (order.order, order.quantity.0.into()))
        .collect();
    if let Some(taker) = view.taker {
        left.insert(taker.id, taker.quantity.into());
    }
    let mut taken = BTreeMap::new();
    for fill in &view.fills {
        require(fill.quantity.0 > 0, "an empty fill")?;
        for side in SIDES {
            *taken.entry(fill.order(side)).or_insert(0) += i128::from(fill.quantity.0);
        }
    }
    for released in &view.releases {
        require(released.quantity.0 > 0, "an empty release")?;
        *taken.entry(released.order).or_insert(0) += i128::from(released.quantity.0);
    }
    for (id, quantity) in &taken {
        *left
            .get_mut(id)
            .ok_or("a report about an order that is not there")? -= quantity;
    }
    left.retain(|_, quantity| *quantity != 0);
    let after: BTreeMap<OrderId, i128> = all(&view.step.after)
        .map(|order| (order.order, order.quantity.0.into()))
        .collect();
    require(left == after, "what rests is not what came less what went")?;
    let (Some(taker), Ok(Some(receipt))) = (view.taker, &view.step.answer) else {
        return Ok(());
    };
    let filled = view.fills.iter().map(|fill| fill.quantity.0).sum();
    let own = view
        .releases
        .iter()
        .filter(|released| released.order == taker.id);
    let released = own.map(|released| released.quantity.0).sum();
    let resting = view.after(taker.id).map_or(0, |order| order.quantity.0);
    let is_right = (receipt.filled, receipt.resting, receipt.released)
        == (Quantity(filled), Quantity(resting), Quantity(released));
    require(is_right, "the receipt does not say what happened")
}
