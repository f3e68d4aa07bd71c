//! Planted faults: a saleroom that makes one mistake is caught by the check that has its number.

use oikos_core::Ratio;
use oikos_ledger::{AccountId, Operation, TitleOperation, Transfer};
use oikos_market::{Fees, ListingReport};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::checker::{Number, violations};
use crate::tally::Tally;
use crate::world::{Message, World, house, name_of, owner, purse, scripts};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// A bid that lost stays held.
    LoserHeld,
    /// What the winner saves at the second price stays held.
    SurplusNotReleased,
    /// Who died keeps bids and listings.
    DeadLeft,
    /// The winner of a second-price auction pays the bid.
    PaysBid,
    /// The winner pays, and does not get the title.
    NotHandedOver,
    /// A title is handed over twice.
    SoldTwice,
    /// The seller gets the fee as well.
    FeeNotTaken,
}

/// Does to the books what a room with the fault would have done beside what is right. Where it cannot, nothing.
fn spoil(fault: Fault, world: &mut World, tally: &Tally, reports: &[ListingReport]) {
    let rules = *world.room.rules();
    let transfer = |debit: AccountId, credit: AccountId, amount| Transfer {
        kind: rules.trade,
        debit,
        credit,
        amount,
        reference: 0,
    };
    for report in reports {
        match (fault, *report) {
            (Fault::LoserHeld, ListingReport::BidReleased { bidder, bid, .. }) => {
                let transfer = transfer(rules.account, purse(name_of(bidder)), bid.0);
                let expires = None;
                let _ = world.ledger.apply(&Operation::Hold { transfer, expires });
            }
            (
                _,
                ListingReport::Sold {
                    thing,
                    seller,
                    buyer,
                    price,
                    bid,
                    ..
                },
            ) => {
                let (from, to) = (name_of(seller), name_of(buyer));
                let title = house(thing);
                let move_back = |from, to| TitleOperation::Transfer {
                    title,
                    from: owner(from),
                    to: owner(to),
                    share: Ratio::new(1, 6).ok(),
                    with_liens: true,
                };
                match fault {
                    Fault::SurplusNotReleased => {
                        let transfer = transfer(rules.account, purse(to), bid.0 - price.0);
                        let expires = None;
                        let _ = world.ledger.apply(&Operation::Hold { transfer, expires });
                    }
                    Fault::PaysBid => {
                        let more = transfer(purse(from), purse(to), bid.0 - price.0);
                        let _ = world.ledger.post(&more);
                    }
                    Fault::FeeNotTaken => {
                        let fee = tally.cost(price.0) - price.0;
                        let _ = world
                            .ledger
                            .post(&transfer(purse(from), rules.account, fee));
                    }
                    Fault::NotHandedOver => {
                        let _ = world.titles.apply(&move_back(to, from));
                    }
                    Fault::SoldTwice => {
                        let _ = world.titles.apply(&move_back(from, to));
                    }
                    Fault::LoserHeld | Fault::DeadLeft => {}
                }
            }
            _ => {}
        }
    }
}

/// What the first message that breaks anything breaks.
fn first_broken(fault: Option<Fault>) -> Option<Vec<(Number, String)>> {
    let mut runner = TestRunner::deterministic();
    let strategy = scripts(80..160);
    let percent = Ratio::percent;
    let fees = Fees {
        buyer: percent(7),
        seller: percent(25),
    };
    (0..100).find_map(|_| {
        let script = strategy.new_tree(&mut runner).unwrap().current();
        let (mut world, mut tally) = (World::new(fees), Tally::new(fees));
        script.iter().find_map(|message| {
            let named = match *message {
                Message::Bid(number, ..) | Message::Cancel(number) => world.id(number),
                _ => world.id(usize::MAX),
            };
            let mut reports = Vec::new();
            let is_skipped =
                fault == Some(Fault::DeadLeft) && matches!(message, Message::Withdraw(_));
            let answer = match is_skipped {
                true => Ok(None),
                false => world.apply(message, &mut reports),
            };
            let Ok(listed) = answer else { return None };
            if let Some(fault) = fault {
                spoil(fault, &mut world, &tally, &reports);
            }
            tally.follow(message, listed, named, &reports);
            let broken = violations(&world, &tally);
            (!broken.is_empty()).then_some(broken)
        })
    })
}

fn caught_by(fault: Fault, number: Number) {
    let broken = first_broken(Some(fault)).unwrap_or_else(|| panic!("{fault:?} is not caught"));
    let numbers: Vec<Number> = broken.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [number], "{fault:?}: {}", broken[0].1);
}

#[test]
fn a_room_without_fault_breaks_nothing() {
    if let Some(broken) = first_broken(None) {
        panic!("{}", broken[0].1);
    }
}

#[test]
fn a_losing_bid_that_stays_held_is_caught() {
    caught_by(Fault::LoserHeld, 11);
}

#[test]
fn a_surplus_that_is_not_released_is_caught() {
    caught_by(Fault::SurplusNotReleased, 11);
}

#[test]
fn a_dead_persons_bid_or_listing_that_is_left_is_caught() {
    caught_by(Fault::DeadLeft, 11);
}

#[test]
fn a_winner_who_pays_the_bid_is_caught() {
    caught_by(Fault::PaysBid, 12);
}

#[test]
fn a_title_that_is_not_handed_over_is_caught() {
    caught_by(Fault::NotHandedOver, 12);
}

#[test]
fn a_title_that_is_sold_twice_is_caught() {
    caught_by(Fault::SoldTwice, 12);
}

#[test]
fn a_fee_that_is_not_taken_is_caught() {
    caught_by(Fault::FeeNotTaken, 12);
}
