//! M5 to M11: what is promised of orders.

use oikos_market::{Fill, OrderKind, Reason, Released, Resting, SelfTrade};

use super::{View, all, reaches, require};
use crate::market::SIDES;
use crate::market::book::Message;
use crate::market::book::naive::levels;

/// M5: nobody trades with themselves, what the rule takes it takes, and a rest never faces an own order.
pub(super) fn no_self_trade(view: &View) -> Result<(), String> {
    let is_own = |fill: &Fill| fill.buyer == fill.seller;
    require(
        !view.fills.iter().any(is_own),
        "somebody traded with themselves",
    )?;
    let prevented = view
        .releases
        .iter()
        .filter(|released| released.reason == Reason::SelfTrade);
    let Some(taker) = view.taker else {
        return require(
            prevented.count() == 0,
            "a self-trade was prevented without a taker",
        );
    };
    let (own, makers): (Vec<&Released>, Vec<&Released>) =
        prevented.partition(|released| released.order == taker.id);
    let sum = |all: &[&Released]| all.iter().map(|released| released.quantity.0).sum::<i64>();
    let is_whole = |released: &&Released| view.after(released.order).is_none();
    let is_right = match view.step.rules.self_trade {
        SelfTrade::CancelTaker => makers.is_empty() && own.len() <= 1 && own.iter().all(is_whole),
        SelfTrade::CancelMaker => own.is_empty() && makers.iter().all(is_whole),
        SelfTrade::CancelBoth => {
            own.len() == makers.len() && own.len() <= 1 && own.iter().chain(&makers).all(is_whole)
        }
        SelfTrade::DecrementBoth => own.len() == makers.len() && sum(&own) == sum(&makers),
    };
    require(is_right, "the rule against self-trades was not followed")?;
    let Some(rest) = view.after(taker.id) else {
        return Ok(());
    };
    let others = &view.step.after.orders[taker.side.opposite() as usize];
    let faces_own = others.iter().any(|other| {
        other.trader == taker.trader && reaches(taker.side, Some(rest.price), other.price)
    });
    require(!faces_own, "a rest faces an order of its own trader")
}

/// M6: a change that crosses trades, with whoever was first, at their price.
pub(super) fn amending_into_a_cross(view: &View) -> Result<(), String> {
    let (Some(amended), Some(taker)) = (view.amended, view.taker) else {
        return Ok(());
    };
    let first = view.step.before.orders[taker.side.opposite() as usize].first();
    let Some(first) = first.filter(|first| reaches(taker.side, Some(amended.price), first.price))
    else {
        return require(view.fills.is_empty(), "a change that does not cross traded");
    };
    if first.trader == taker.trader {
        return Ok(());
    }
    let fill = view
        .fills
        .first()
        .ok_or("a change that crosses did not trade")?;
    let is_first = fill.order(taker.side.opposite()) == first.order && fill.price == first.price;
    require(is_first, "a change traded with somebody who was not first")
}

/// M7: immediate orders never rest, fill-or-kill orders are filled whole or change nothing, makers never take.
pub(super) fn kinds(view: &View) -> Result<(), String> {
    let (Some(order), Some(taker)) = (view.submitted(), view.taker) else {
        let was_maker = view.taker.and_then(|taker| view.before(taker.id));
        let is_maker = was_maker.is_some_and(|order| order.post_only);
        return require(!is_maker || view.fills.is_empty(), "a changed maker took");
    };
    let rests = view.after(taker.id).is_some();
    match order.kind {
        OrderKind::Limit(_) => Ok(()),
        OrderKind::Market | OrderKind::ImmediateOrCancel(_) => {
            require(!rests, "an immediate order rests")
        }
        OrderKind::PostOnly(_) => require(view.fills.is_empty() && rests, "a maker took"),
        OrderKind::FillOrKill(_) => {
            let filled: i64 = view.fills.iter().map(|fill| fill.quantity.0).sum();
            if filled == order.quantity.0 {
                return require(!rests, "a filled order rests");
            }
            let is_killed =
                view.step.reports.len() == 1 && view.releases[0].reason == Reason::Killed;
            let is_same = view.step.before == view.step.after;
            require(
                is_killed && is_same,
                "an order was filled in part, or killed and felt",
            )
        }
    }
}

/// M8: what does not rest cannot be cancelled or changed, what rests can; and a refusal changes nothing.
pub(super) fn ids(view: &View) -> Result<(), String> {
    if view.step.answer.is_err() {
        let is_same = view.step.before == view.step.after && view.step.reports.is_empty();
        require(is_same, "a refusal changed something")?;
    }
    let Some(named) = view.step.named else {
        return Ok(());
    };
    let is_there = view.before(named).is_some();
    match view.step.message {
        Message::Cancel(_) => require(
            is_there == view.step.answer.is_ok(),
            "cancelling it was answered wrongly",
        ),
        _ => require(
            is_there || view.step.answer.is_err(),
            "an order that is not there was changed",
        ),
    }
}

/// M9: best prices, levels and sums are those of the orders.
pub(super) fn caches(view: &View) -> Result<(), String> {
    let after = &view.step.after;
    for side in SIDES {
        let orders = &after.orders[side as usize];
        let best = orders.first().map(|order| order.price);
        require(
            after.best[side as usize] == best,
            "the best price is nobody's",
        )?;
        require(
            after.levels[side as usize] == levels(orders),
            "a level is not the sum of its orders",
        )?;
        let sum: i128 = orders
            .iter()
            .map(|order| i128::from(order.quantity.0))
            .sum();
        require(
            i128::from(after.quantity[side as usize].0) == sum,
            "a side is not the sum of its orders",
        )?;
    }
    Ok(())
}

/// M10: a cancel takes one order out, wherever it stood, and leaves all others as they were.
pub(super) fn those_behind(view: &View) -> Result<(), String> {
    let (Message::Cancel(_), Ok(_), Some(named)) =
        (view.step.message, &view.step.answer, view.step.named)
    else {
        return Ok(());
    };
    let mut expected = view.step.before.orders.clone();
    for orders in &mut expected {
        orders.retain(|order| order.order != named);
    }
    require(
        view.step.after.orders == expected,
        "a cancel touched another order",
    )
}

/// Whose order has to go.
type Gone<'a> = Box<dyn Fn(&Resting) -> bool + 'a>;

/// M11, as far as orders go: cancel, expiry and the trader's going release an order, all of it and once.
pub(super) fn released(view: &View) -> Result<(), String> {
    let now = view.step.after.now;
    let is_dead = |order: &Resting| order.expires.is_some_and(|tick| tick <= now);
    require(
        !all(&view.step.after).any(|order| is_dead(&order)),
        "an order rests after its time",
    )?;
    if view.step.answer.is_err() {
        return Ok(());
    }
    let (reason, is_gone): (Reason, Gone) = match view.step.message {
        Message::Cancel(_) => (
            Reason::Cancelled,
            Box::new(|order| Some(order.order) == view.step.named),
        ),
        Message::Advance(_) => (Reason::Expired, Box::new(is_dead)),
        Message::Withdraw(who) => (
            Reason::Withdrawn,
            Box::new(move |order| order.trader == who),
        ),
        _ => return Ok(()),
    };
    let mut expected: Vec<_> = all(&view.step.before)
        .filter(|order| is_gone(order))
        .collect();
    expected.sort_by_key(|order| order.order);
    let mut found = view.releases.clone();
    found.sort_by_key(|released| released.order);
    let is_same = expected.len() == found.len()
        && expected.iter().zip(&found).all(|(order, released)| {
            (order.order, order.quantity, Some(order.price))
                == (released.order, released.quantity, released.price)
                && released.reason == reason
        });
    require(is_same, "what was released is not what had to be")
}
