//! Random scripts: every invariant after every message, nothing half done, saves, equality with a bare book.

use std::cell::Cell;
use std::collections::BTreeSet;

use oikos_core::{Tick, TypeKey};
use oikos_ledger::Ledger;
use oikos_market::{Fees, Order, OrderBook, Report, SelfTrade, Venue};
use oikos_testkit::Runs;
use proptest::prelude::*;

use crate::checker::violations;
use crate::tally::Tally;
use crate::world::{MODES, Message, TRADERS, World, fees, scripts, trader};

/// The least number of messages that each test goes through.
const EVENTS: u64 = 100_000;

fn all_fees() -> [Fees; 4] {
    [Fees::NONE, fees(3, 0), fees(7, 25), fees(100, 100)]
}

/// What scripts are drawn from: another one goes through others.
const SEED: u64 = 4;

/// Runs random scripts in all modes against self-trades and with all fees.
fn for_all_scripts(
    cases: u32,
    test: impl Fn(SelfTrade, Fees, &[Message]) -> Result<(), TestCaseError>,
) -> u64 {
    let (modes, all_fees) = (proptest::sample::select(&MODES[..]), all_fees().to_vec());
    let strategy = (modes, proptest::sample::select(all_fees), scripts(120..260));
    let done = Runs::new(cases)
        .seed(SEED)
        .check(&strategy, |(mode, fees, script)| {
            test(*mode, *fees, script).map(|()| script.len() as u64)
        });
    let done = done.unwrap();
    println!("{done}");
    done.events
}

fn world(mode: SelfTrade, fees: Fees) -> World {
    World::new(mode, fees, 30)
}

#[test]
fn m11_m12_hold_after_every_message_and_refusals_change_nothing() {
    let (done, refused, trades) = (Cell::new(0_u64), Cell::new(0_u64), Cell::new(0_u64));
    let events = for_all_scripts(700, |mode, fees, script| {
        let (mut world, mut tally) = (world(mode, fees), Tally::new(fees));
        let everybody = (0..TRADERS).map(|who| Message::Withdraw(trader(who)));
        let mut gone = BTreeSet::new();
        for message in script.iter().copied().chain(everybody) {
            let mut reports = Vec::new();
            let named = match message {
                Message::Cancel(number) | Message::Amend(number, ..) => world.id(number),
                _ => world.id(usize::MAX),
            };
            let before = world.all();
            let answer = world.apply(&message, &mut reports);
            match &answer {
                Ok(receipt) => {
                    match message {
                        Message::Submit(Order { trader: who, .. })
                        | Message::BuyAtMarket(who, ..) => {
                            prop_assert!(!gone.contains(&who), "{who} is gone");
                        }
                        Message::Withdraw(who) => {
                            gone.insert(who);
                        }
                        _ => {}
                    }
                    tally.follow(&message, named, *receipt, &reports);
                    done.set(done.get() + 1);
                }
                Err(error) => {
                    prop_assert!(reports.is_empty() && world.all() == before, "{:?}", error);
                    refused.set(refused.get() + 1);
                }
            }
            let fills = reports
                .iter()
                .filter(|report| matches!(report, Report::Fill(_)));
            trades.set(trades.get() + fills.count() as u64);
            let broken = violations(&world, &tally, &message, &answer, &reports);
            prop_assert!(broken.is_empty(), "{}", broken[0].1);
        }
        // All is released at the end.
        prop_assert!(world.venue.mechanism().is_empty() && world.ledger.open_holds() == 0);
        let shelves = world.shelves.0.values();
        prop_assert_eq!(shelves.map(|shelf| shelf.reserved).sum::<i64>(), 0);
        Ok(())
    });
    let counts = [done.get(), refused.get(), trades.get()];
    assert!(events >= EVENTS, "{events} events");
    assert!(
        counts.iter().all(|&count| count > EVENTS / 10),
        "{counts:?} of {events}"
    );
}

/// What is carried out is what a book without money would have done.
#[test]
fn escrow_does_not_change_who_trades() {
    let events = for_all_scripts(600, |mode, fees, script| {
        let mut world = world(mode, fees);
        let mut bare = OrderBook::new(world.venue.mechanism().rules());
        for message in script {
            let (mut reports, mut theirs) = (Vec::new(), Vec::new());
            let Ok(receipt) = world.apply(message, &mut reports) else {
                continue;
            };
            let named = match *message {
                Message::Cancel(number) | Message::Amend(number, ..) => world.id(number),
                _ => world.id(usize::MAX),
            };
            let their_receipt = match *message {
                Message::Submit(order) => Some(bare.submit(order, &mut theirs).unwrap()),
                Message::Amend(_, price, quantity) => {
                    let quantity = oikos_core::Quantity(quantity);
                    Some(bare.amend(named, price, quantity, &mut theirs).unwrap())
                }
                Message::Cancel(_) => bare.cancel(named, &mut theirs).map(|_| None).unwrap(),
                Message::Advance(tick) => bare.advance(tick, &mut theirs).map(|()| None).unwrap(),
                Message::Withdraw(gone) => {
                    bare.withdraw(|who| who == gone, &mut theirs);
                    None
                }
                Message::BuyAtMarket(..) => {
                    // How far the budget reaches, a bare book does not know.
                    bare = world.venue.mechanism().clone();
                    continue;
                }
            };
            prop_assert_eq!(receipt, their_receipt, "{:?}", message);
            prop_assert_eq!(reports, theirs, "{:?}", message);
        }
        Ok(())
    });
    assert!(events >= EVENTS, "{events} events");
}

/// A budget is never exceeded, and what it still pays for is bought.
#[test]
fn a_budget_is_spent_as_far_as_it_reaches() {
    let bought = Cell::new(0_u64);
    for_all_scripts(500, |mode, fees, script| {
        let (mut world, tally) = (world(mode, fees), Tally::new(fees));
        for message in script {
            let mut reports = Vec::new();
            let answer = world.apply(message, &mut reports);
            let (Message::BuyAtMarket(who, _, budget), Ok(Some(receipt))) = (message, answer)
            else {
                continue;
            };
            let paid: i64 = reports
                .iter()
                .filter_map(|report| match report {
                    Report::Fill(fill) => Some(tally.cost(fill.price, fill.quantity.0)),
                    _ => None,
                })
                .sum();
            prop_assert!(paid <= *budget);
            bought.set(bought.get() + u64::from(paid > 0));
            let best = world
                .venue
                .mechanism()
                .orders(oikos_market::Side::Sell)
                .next();
            if let Some(best) = best.filter(|best| best.trader != *who)
                && receipt.released.0 > 0
                && mode == SelfTrade::CancelMaker
            {
                // One unit more, in one trade with those before it at the same price, if there were any.
                let last = reports.iter().rev().find_map(|report| match report {
                    Report::Fill(fill) if fill.sell == best.order => Some(fill.quantity.0),
                    _ => None,
                });
                let same = last.unwrap_or(0);
                let more = tally.cost(best.price, same + 1) - tally.cost(best.price, same);
                prop_assert!(paid + more > *budget, "{paid} and {more} of {budget}");
            }
        }
        Ok(())
    });
    assert!(bought.get() > 500, "{} bought at market", bought.get());
}

#[test]
fn a_venue_saved_and_loaded_after_every_message_goes_on_alike() {
    for_all_scripts(40, |mode, fees, script| {
        let (mut world, mut reborn) = (world(mode, fees), world(mode, fees));
        for message in script {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            let answer = world.apply(message, &mut ours);
            prop_assert_eq!(answer, reborn.apply(message, &mut theirs));
            prop_assert_eq!(ours, theirs);
            let saved = reborn.all();
            prop_assert_eq!(&saved, &world.all());
            reborn.ledger = Ledger::load(&saved.0).unwrap();
            let binary = bincode::config::standard();
            let bytes = bincode::serde::encode_to_vec(&reborn.venue, binary).unwrap();
            let loaded: (Venue, usize) = bincode::serde::decode_from_slice(&bytes, binary).unwrap();
            reborn.venue = loaded.0;
            prop_assert_eq!(reborn.venue.check(&reborn.ledger), Ok(()));
        }
        let key = TypeKey::new("venue");
        prop_assert_eq!(world.venue.digest(&key, 1), reborn.venue.digest(&key, 1));
        prop_assert!(world.venue.digest(&key, 1) != world.venue.digest(&key, 2));
        Ok(())
    });
}

/// The same script comes to the same on any thread.
#[test]
fn threads_do_not_show() {
    for_all_scripts(20, |mode, fees, script| {
        let play = || {
            let mut world = world(mode, fees);
            for message in script {
                let _ = world.apply(message, &mut Vec::new());
            }
            let _ = world.apply(&Message::Advance(Tick::new(500)), &mut Vec::new());
            world.all()
        };
        let there = std::thread::scope(|scope| scope.spawn(play).join().unwrap());
        prop_assert!(play() == there);
        Ok(())
    });
}
