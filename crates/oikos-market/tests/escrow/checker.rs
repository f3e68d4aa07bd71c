//! The invariants of escrow by number, told after every message from the tally and the books of money and goods.

use std::collections::BTreeMap;

use oikos_market::{Report, Side, TraderId};

use crate::tally::Tally;
use crate::world::{Answer, CASH, GOODS, Message, TRADERS, World, purse_of, trader};

/// The number of an invariant.
pub(crate) type Number = u32;

/// What is broken after a message, by number.
pub(crate) fn violations(
    world: &World,
    tally: &Tally,
    message: &Message,
    answer: &Answer,
    reports: &[Report],
) -> Vec<(Number, String)> {
    let checks = [
        (2, prices(tally)),
        (4, quantities(world, tally, message, answer, reports)),
        (11, escrow(world, tally, message)),
        (12, payments(world, tally)),
    ];
    let broken = checks.into_iter().filter_map(|(number, outcome)| {
        let problem = outcome.err()?;
        Some((
            number,
            format!("M{number}: {problem} after {message:?} -> {answer:?} {reports:#?}"),
        ))
    });
    broken.collect()
}

fn require(is_right: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if is_right { Ok(()) } else { Err(problem()) }
}

fn traders() -> impl Iterator<Item = TraderId> {
    (0..TRADERS).map(trader)
}

/// M2: trades are at the price of the order that rested.
fn prices(tally: &Tally) -> Result<(), String> {
    require(tally.mispriced.is_empty(), || {
        format!("{:?} has another price", tally.mispriced)
    })
}

/// M4: what came = filled + resting + released, and what rests is what the book shows.
fn quantities(
    world: &World,
    tally: &Tally,
    message: &Message,
    answer: &Answer,
    reports: &[Report],
) -> Result<(), String> {
    let book = world.venue.mechanism();
    for (&order, left) in &tally.orders {
        let resting = book
            .order(order)
            .map(|resting| (resting.price, resting.quantity.0));
        let limit = left.limit.unwrap_or_default();
        require(resting == Ok((limit, left.quantity)), || {
            format!("{order} is {resting:?}")
        })?;
    }
    require(book.len() as usize == tally.orders.len(), || {
        "an order too many rests".into()
    })?;
    let Ok(Some(receipt)) = answer else {
        return Ok(());
    };
    let came = match *message {
        Message::Submit(order) => order.quantity.0,
        Message::BuyAtMarket(_, quantity, _) | Message::Amend(_, _, quantity) => quantity,
        _ => return Ok(()),
    };
    let sum = receipt.filled.0 + receipt.resting.0 + receipt.released.0;
    let released = reports.iter().filter_map(|report| match report {
        Report::Released(released) if released.order == receipt.order => Some(released.quantity.0),
        _ => None,
    });
    require(
        sum == came && released.sum::<i64>() == receipt.released.0,
        || format!("{came} came, the receipt is {receipt:?}"),
    )
}

/// M11: a buyer's held cash is the sum of limit × what is left, with fees; a seller's reserved goods are the sum of
/// what is left; neither free money nor free goods are below 0; who is gone
/// has nothing held.
fn escrow(world: &World, tally: &Tally, message: &Message) -> Result<(), String> {
    if let Message::Withdraw(gone) = *message {
        let held = tally.held(gone);
        require(held == (0, 0), || {
            format!("{gone} is gone and has {held:?} held")
        })?;
    }
    for number in 0..TRADERS {
        let who = trader(number);
        let shelf = world.shelves.of(who);
        let (held, reserved) = tally.held(who);
        require(shelf.reserved == reserved && shelf.free >= 0, || {
            format!("{who} has {shelf:?}, {reserved} should be reserved")
        })?;
        // The last two share a purse.
        let held = match number {
            4 => held + tally.held(trader(5)).0,
            5 => continue,
            _ => held,
        };
        let balance = world.ledger.balance(purse_of(number)).unwrap();
        let free = balance.net_debit() - balance.credits_pending;
        require(balance.credits_pending == held && free >= 0, || {
            format!("{who} has {balance:?}, {held} should be held")
        })?;
    }
    let sells = tally
        .orders
        .iter()
        .filter(|(_, left)| left.side == Side::Sell);
    let reserved: BTreeMap<_, _> = sells.map(|(&order, left)| (order, left.quantity)).collect();
    require(world.shelves.1 == reserved, || {
        format!("{reserved:?} should be reserved")
    })?;
    world
        .venue
        .check(&world.ledger)
        .map_err(|error| error.to_string())
}

/// M12: everybody has what trades left them, fee and net come to what was paid, and nothing came or went.
fn payments(world: &World, tally: &Tally) -> Result<(), String> {
    for number in 0..TRADERS {
        let who = trader(number);
        let shelf = world.shelves.of(who);
        let goods = shelf.free + shelf.reserved;
        require(goods == tally.goods[&who], || {
            format!("{who} has {goods} goods")
        })?;
        let cash = match number {
            4 => tally.cash[&who] + tally.cash[&trader(5)],
            5 => continue,
            _ => tally.cash[&who],
        };
        let balance = world.ledger.balance(purse_of(number)).unwrap();
        require(balance.net_debit() == cash, || {
            format!("{who} has {balance:?}, not {cash}")
        })?;
    }
    let rules = world.venue.rules();
    let fees = world.ledger.balance(rules.account).unwrap().net_debit();
    require(fees == tally.of_venue, || {
        format!("the venue has {fees}, not {}", tally.of_venue)
    })?;
    let cash: i64 = tally.cash.values().sum();
    require(cash + fees == 5 * CASH, || {
        format!("{cash} + {fees} is not all the money")
    })?;
    let goods: i64 = traders().map(|who| tally.goods[&who]).sum();
    require(goods == TRADERS as i64 * GOODS, || {
        format!("{goods} is not all the goods")
    })?;
    world.ledger.audit().map_err(|error| error.to_string())
}
