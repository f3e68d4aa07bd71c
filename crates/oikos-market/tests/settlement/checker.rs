//! The invariants of settlement by number, told after every message from the tally and the books.

use std::collections::BTreeMap;

use oikos_core::Quantity;
use oikos_ledger::Good;
use oikos_market::{Fill, OrderId, Rationing, Report, Side};

use crate::markets::{Market, Pricing};
use crate::rationing::is_exact;
use crate::tally::Tally;
use crate::world::{Answer, CASH, GOODS, HOUSEHOLDS, Message, World, owner_of, purse_of};

/// The number of an invariant; those of auctions (A) are a hundred higher.
pub(crate) type Number = u32;

/// What is broken after a message that was carried out, by number. `before` is the tally as it was before it.
pub(crate) fn violations<M: Market>(
    world: &World<M>,
    (before, tally): (&Tally, &Tally),
    rule: Option<Rationing>,
    (message, answer, reports): (&Message, &Answer, &[Report]),
) -> Vec<(Number, String)> {
    let checks = [
        (2, prices::<M>(before, tally, reports)),
        (4, quantities(world, tally, message, answer)),
        (11, escrow(world, tally)),
        (12, payments(world, tally)),
        (102, rationing(before, message, rule, reports)),
    ];
    let broken = checks.into_iter().filter_map(|(number, outcome)| {
        let problem = outcome.err()?;
        Some((
            number,
            format!("{number}: {problem} after {message:?} -> {answer:?} {reports:#?}"),
        ))
    });
    broken.collect()
}

fn require(is_right: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if is_right { Ok(()) } else { Err(problem()) }
}

/// M2: trades are within both limits, and at the price of this mechanism.
fn prices<M: Market>(before: &Tally, tally: &Tally, reports: &[Report]) -> Result<(), String> {
    require(tally.wrong.is_empty(), || format!("{:?}", tally.wrong))?;
    let fills: Vec<&Fill> = reports
        .iter()
        .filter_map(|report| match report {
            Report::Fill(fill) => Some(fill),
            _ => None,
        })
        .collect();
    let waited = |order: OrderId| before.orders.get(&order).and_then(|left| left.limit);
    let is_right = |fill: &&Fill| match M::PRICING {
        Pricing::Makers => {
            let maker = fill.taker.map(|side| fill.order(side.opposite()));
            maker.is_some_and(|maker| waited(maker) == Some(fill.price))
        }
        Pricing::One => fill.price == fills[0].price,
        Pricing::Sellers => waited(fill.sell) == Some(fill.price),
        Pricing::Between => true,
    };
    match fills.iter().find(|fill| !is_right(fill)) {
        Some(fill) => Err(format!("{fill:?} has another price")),
        None => Ok(()),
    }
}

/// A2: among equals who cannot all be served, shares are exact.
fn rationing(
    before: &Tally,
    message: &Message,
    rule: Option<Rationing>,
    reports: &[Report],
) -> Result<(), String> {
    match (rule, message) {
        (Some(rule), Message::Clear(tick)) => is_exact(before, *tick, rule, reports),
        _ => Ok(()),
    }
}

/// M4: what came = filled + resting + released, and what waits is what the venue and the mechanism show.
fn quantities<M: Market>(
    world: &World<M>,
    tally: &Tally,
    message: &Message,
    answer: &Answer,
) -> Result<(), String> {
    let theirs: BTreeMap<OrderId, i64> = world
        .market
        .venue
        .mechanism()
        .outstanding()
        .into_iter()
        .map(|(id, order)| (id, order.quantity.0))
        .collect();
    let ours: BTreeMap<OrderId, i64> = tally
        .orders
        .iter()
        .map(|(&id, left)| (id, left.quantity))
        .collect();
    require(theirs == ours, || format!("{theirs:?} wait, not {ours:?}"))?;
    let is_over = |left: &&crate::tally::Left| left.expires.is_some_and(|tick| tick <= tally.now);
    let over = tally.orders.values().find(is_over);
    require(over.is_none(), || format!("{over:?} is over"))?;
    let (Message::Submit(order), Ok(Some(receipt))) = (message, answer) else {
        return Ok(());
    };
    let sum = receipt.filled.0 + receipt.resting.0 + receipt.released.0;
    require(sum == order.quantity.0, || format!("{receipt:?}"))
}

/// M11: a buyer's held cash is the sum of limit × what is left, with fees; a seller's held goods are the sum of what is
/// left; neither free money nor free goods are below 0; who is gone has no orders.
fn escrow<M: Market>(world: &World<M>, tally: &Tally) -> Result<(), String> {
    let of_gone = |left: &&crate::tally::Left| tally.gone.contains(&left.trader);
    let left = tally.orders.values().find(of_gone);
    require(left.is_none(), || format!("{left:?} is of who is gone"))?;
    for number in 0..HOUSEHOLDS {
        let (cash, goods) = tally.held(number);
        let balance = world.ledger.balance(purse_of(number)).unwrap();
        let stock = world.inventory.stock(owner_of(number), Good(0));
        let free = world.free(number);
        require(free.0 >= 0 && free.1 >= 0, || {
            format!("{number} has {free:?} free")
        })?;
        require(balance.credits_pending == cash, || {
            format!("{number} has {balance:?}, {cash} should be held")
        })?;
        require(stock.held == Quantity(goods), || {
            format!("{number} has {stock:?}, {goods} should be held")
        })?;
    }
    world.check().map_err(|error| error.to_string())
}

/// M12: everybody has what trades left them, fee and net come to what was paid, and nothing came or went.
fn payments<M: Market>(world: &World<M>, tally: &Tally) -> Result<(), String> {
    for number in 0..HOUSEHOLDS {
        let (cash, goods) = (tally.cash[number as usize], tally.goods[number as usize]);
        let balance = world.ledger.balance(purse_of(number)).unwrap();
        let stock = world.inventory.stock(owner_of(number), Good(0));
        require(balance.net_debit() == cash, || {
            format!("{number} has {balance:?}, not {cash}")
        })?;
        require(stock.on_hand == Quantity(goods), || {
            format!("{number} has {stock:?}, not {goods}")
        })?;
    }
    let rules = world.market.venue.rules();
    let fees = world.ledger.balance(rules.account).unwrap().net_debit();
    require(fees == tally.of_venue, || {
        format!("the venue has {fees}, not {}", tally.of_venue)
    })?;
    let (cash, goods) = (tally.cash.iter().sum::<i64>(), tally.goods.iter().sum());
    let households = HOUSEHOLDS as i64;
    require(
        (cash + fees, goods) == (households * CASH, households * GOODS),
        || format!("{cash} + {fees} and {goods} are not all"),
    )?;
    world.ledger.check().map_err(|error| error.to_string())?;
    world.inventory.check().map_err(|error| error.to_string())?;
    let sells = tally.orders.values().filter(|left| left.side == Side::Sell);
    require(world.inventory.holds().count() == sells.count(), || {
        "goods are held for no order".into()
    })
}
