//! The invariants by number, each told from one step alone: a message, what it came to, and what was to be seen
//! before and after. Nothing here knows how a book works inside.

use std::collections::BTreeMap;

use oikos_core::Quantity;
use oikos_market::{
    Amended, Fill, Order, OrderId, OrderKind, Price, Reason, Released, Report, Resting, SelfTrade,
    Side,
};

use crate::naive::levels;
use crate::venue::{Message, SIDES, State, Step};

/// The number of an invariant.
pub(crate) type Number = u32;

/// A check of one invariant: what is wrong, if anything is.
pub(crate) type Check = fn(&View) -> Result<(), String>;

/// All checks.
pub(crate) const CHECKS: [(Number, Check); 11] = [
    (1, uncrossed),
    (2, prices_of_makers),
    (3, priority),
    (4, quantities),
    (5, no_self_trade),
    (6, amending_into_a_cross),
    (7, kinds),
    (8, ids),
    (9, caches),
    (10, those_behind),
    (11, released),
];

/// The numbers of the invariants that a step breaks, with what is wrong.
pub(crate) fn violations(step: &Step) -> Vec<(Number, String)> {
    let view = View::of(step);
    let broken = CHECKS.iter().filter_map(|(number, check)| {
        let problem = check(&view).err()?;
        Some((*number, format!("M{number}: {problem} in {step:#?}")))
    });
    broken.collect()
}

/// A step, with what the checks ask again and again.
pub(crate) struct View<'a> {
    step: &'a Step,
    fills: Vec<Fill>,
    releases: Vec<Released>,
    amended: Option<Amended>,
    /// The order that came in or was amended: its id, trader, side and limit.
    taker: Option<Taker>,
}

#[derive(Clone, Copy)]
struct Taker {
    id: OrderId,
    trader: oikos_market::TraderId,
    side: Side,
    limit: Option<Price>,
    quantity: i64,
}

impl<'a> View<'a> {
    pub(crate) fn of(step: &'a Step) -> Self {
        let mut view = Self {
            step,
            fills: Vec::new(),
            releases: Vec::new(),
            amended: None,
            taker: None,
        };
        for report in &step.reports {
            match *report {
                Report::Fill(fill) => view.fills.push(fill),
                Report::Released(released) => view.releases.push(released),
                Report::Amended(amended) => view.amended = Some(amended),
            }
        }
        view.taker = view.find_taker();
        view
    }

    fn find_taker(&self) -> Option<Taker> {
        let receipt = self.step.answer.as_ref().ok()?.as_ref()?;
        match self.step.message {
            Message::Submit(order) => Some(Taker {
                id: receipt.order,
                trader: order.trader,
                side: order.side,
                limit: order.kind.limit(),
                quantity: order.quantity.0,
            }),
            Message::Amend(_, price, quantity) => {
                let old = self.before(self.step.named?)?;
                Some(Taker {
                    id: old.order,
                    trader: old.trader,
                    side: old.side,
                    limit: Some(price),
                    quantity,
                })
            }
            _ => None,
        }
    }

    fn before(&self, id: OrderId) -> Option<Resting> {
        all(&self.step.before).find(|order| order.order == id)
    }

    fn after(&self, id: OrderId) -> Option<Resting> {
        all(&self.step.after).find(|order| order.order == id)
    }

    fn submitted(&self) -> Option<Order> {
        match self.step.message {
            Message::Submit(order) if self.step.answer.is_ok() => Some(order),
            _ => None,
        }
    }
}

fn all(state: &State) -> impl Iterator<Item = Resting> {
    state.orders.iter().flatten().copied()
}

fn require(is_right: bool, problem: &str) -> Result<(), String> {
    if is_right {
        Ok(())
    } else {
        Err(problem.to_owned())
    }
}

fn reaches(side: Side, limit: Option<Price>, other: Price) -> bool {
    match side {
        Side::Buy => limit.is_none_or(|limit| other <= limit),
        Side::Sell => limit.is_none_or(|limit| other >= limit),
    }
}

/// M1: no bid reaches an ask.
fn uncrossed(view: &View) -> Result<(), String> {
    let [bids, asks] = &view.step.after.orders;
    let bid = bids.iter().map(|order| order.price).max();
    let ask = asks.iter().map(|order| order.price).min();
    let is_apart = bid.zip(ask).is_none_or(|(bid, ask)| bid < ask);
    require(is_apart, "a bid reaches an ask")
}

/// M2: a trade is at the maker's price, which is within the taker's limit.
fn prices_of_makers(view: &View) -> Result<(), String> {
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
fn priority(view: &View) -> Result<(), String> {
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
fn makers_in_turn(view: &View, taker: Taker) -> Result<(), String> {
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
fn quantities(view: &View) -> Result<(), String> {
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

/// M5: nobody trades with themselves, what the rule takes it takes, and a rest never faces an own order.
fn no_self_trade(view: &View) -> Result<(), String> {
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
fn amending_into_a_cross(view: &View) -> Result<(), String> {
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
fn kinds(view: &View) -> Result<(), String> {
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
fn ids(view: &View) -> Result<(), String> {
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
fn caches(view: &View) -> Result<(), String> {
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
fn those_behind(view: &View) -> Result<(), String> {
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

/// M11, as far as orders go: cancel, expiry and the trader's going release an order, all of it and once.
fn released(view: &View) -> Result<(), String> {
    let now = view.step.after.now;
    let is_dead = |order: &Resting| order.expires.is_some_and(|tick| tick <= now);
    require(
        !all(&view.step.after).any(|order| is_dead(&order)),
        "an order rests after its time",
    )?;
    if view.step.answer.is_err() {
        return Ok(());
    }
    let (reason, is_gone): (Reason, Box<dyn Fn(&Resting) -> bool>) = match view.step.message {
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
