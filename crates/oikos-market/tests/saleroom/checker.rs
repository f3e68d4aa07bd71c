//! The invariants of a saleroom by number, told after every message from the tally and the books.

use oikos_core::Ratio;

use crate::tally::Tally;
use crate::world::{CASH, HOUSES, OWNERS, World, house, owner, purse};

/// The number of an invariant.
pub(crate) type Number = u32;

/// What is broken, by number.
pub(crate) fn violations(world: &World, tally: &Tally) -> Vec<(Number, String)> {
    let checks = [
        (
            2,
            require(tally.wrong.is_empty(), || format!("{:?}", tally.wrong)),
        ),
        (4, bids(world, tally)),
        (11, escrow(world, tally)),
        (12, payments(world, tally)),
    ];
    let broken = checks.into_iter();
    broken
        .filter_map(|(number, outcome)| Some((number, format!("M{number}: {}", outcome.err()?))))
        .collect()
}

fn require(is_right: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if is_right { Ok(()) } else { Err(problem()) }
}

/// M4: what is offered, and in which share, is what the room shows.
fn bids(world: &World, tally: &Tally) -> Result<(), String> {
    let open: Vec<_> = world.room.listings().open().map(|(id, _)| id).collect();
    let expected: Vec<_> = tally.offers.keys().copied().collect();
    require(open == expected, || {
        format!("{open:?} are open, not {expected:?}")
    })?;
    for (&listing, offer) in &tally.offers {
        let share = world.room.share(listing);
        require(share == Ratio::new(offer.sixths, 6).ok(), || {
            format!("{listing} is of {share:?}")
        })?;
    }
    Ok(())
}

/// M11: what is held of a purse is the sum of the bids that stand, with fees; who is gone has none, and offers nothing.
fn escrow(world: &World, tally: &Tally) -> Result<(), String> {
    for offer in tally.offers.values() {
        let traders = offer.bids.iter().map(|bid| bid.0).chain([offer.lot.seller]);
        let mut gone = traders.filter(|who| tally.gone.contains(who));
        require(gone.next().is_none(), || {
            format!("{offer:?} is of who is gone")
        })?;
    }
    for id in 0..OWNERS {
        let (held, free) = (tally.held(id), world.free(id));
        let balance = world.ledger.balance(purse(id)).unwrap();
        require(balance.credits_pending == held && free >= 0, || {
            format!("{id} has {balance:?}, {held} should be held")
        })?;
    }
    let check = world.room.check(&world.ledger);
    check.map_err(|error| error.to_string())
}

/// M12: everybody has the money and the shares that sales left them, and nothing came or went.
fn payments(world: &World, tally: &Tally) -> Result<(), String> {
    for id in 0..OWNERS {
        let cash = tally.cash[id as usize];
        let balance = world.ledger.balance(purse(id)).unwrap();
        require(balance.net_debit() == cash, || {
            format!("{id} has {balance:?}, not {cash}")
        })?;
        for number in 0..HOUSES {
            let part = tally.parts[number as usize][id as usize];
            let share = world.titles.get(house(number)).unwrap().share(owner(id));
            require(Ok(share) == Ratio::new(part, 6), || {
                format!("{id} has {share} of house {number}, not {part}/6")
            })?;
        }
    }
    let account = world.room.rules().account;
    let fees = world.ledger.balance(account).unwrap().net_debit();
    let cash: i64 = tally.cash.iter().sum();
    require(
        (fees, cash + fees) == (tally.of_room, OWNERS as i64 * CASH),
        || format!("{cash} + {fees} is not all the money"),
    )?;
    world.titles.audit().map_err(|error| error.to_string())?;
    world.ledger.check().map_err(|error| error.to_string())
}
