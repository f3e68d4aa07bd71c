//! What a saleroom promises, by example.

use oikos_core::{Ratio, Tick};
use oikos_ledger::{Operation, Status};
use oikos_market::{Bidding, EscrowError, Fees, ListingReport, Lot, Price, Reason};

use crate::world::{CASH, Message, World, half, house, lot, owner, trader};

pub(crate) fn bid(who: u64, price: i64) -> Message {
    Message::Bid(0, trader(who), Price(price))
}

pub(crate) fn close() -> Message {
    Message::Advance(Tick::new(5))
}

pub(crate) fn share(world: &World, title: u64, id: u64) -> Ratio {
    world.titles.get(house(title)).unwrap().share(owner(id))
}

/// House 1 is owner 1's, house 2 owner 2's; house 3 is of 3 and 4, a half each.
pub(crate) fn world() -> World {
    let percent = Ratio::percent;
    World::new(Fees {
        buyer: percent(10),
        seller: percent(5),
    })
}

#[test]
fn a_bid_holds_what_it_may_cost_until_it_is_beaten() {
    let mut world = world();
    world.done(Message::List(lot(1, 1)));
    world.done(bid(2, 200));
    assert_eq!(world.free(2), CASH - 220);
    let reports = world.done(bid(3, 300));
    assert!(matches!(
        reports[..],
        [ListingReport::BidReleased {
            reason: Reason::Unfilled,
            ..
        }]
    ));
    assert_eq!((world.free(2), world.free(3)), (CASH, CASH - 330));
    // The winner pays 300 and 30; the seller gets 300 less 15; the title passes.
    world.done(close());
    let account = world.room.rules().account;
    let fees = world.ledger.balance(account).unwrap().net_debit();
    assert_eq!(
        (world.free(3), world.free(1), fees),
        (CASH - 330, CASH + 285, 45)
    );
    assert_eq!(share(&world, 1, 3), Ratio::ONE);
    assert_eq!(world.ledger.open_holds(), 0);
}

#[test]
fn what_is_held_above_the_second_price_is_free_at_once() {
    let mut world = world();
    let bidding = Bidding::SealedSecondPrice;
    world.done(Message::List(Lot {
        bidding,
        ..lot(1, 1)
    }));
    world.done(bid(2, 200));
    world.done(bid(3, 1_000 - 100));
    assert_eq!((world.free(2), world.free(3)), (CASH - 220, CASH - 990));
    world.done(close());
    assert_eq!((world.free(2), world.free(3)), (CASH, CASH - 220));
    assert_eq!(share(&world, 1, 3), Ratio::ONE);
}

#[test]
fn halves_are_sold_by_whom_they_are() {
    let mut world = world();
    world.done(Message::List(lot(3, 3)));
    world.done(Message::List(Lot {
        closes: Tick::new(6),
        ..lot(4, 3)
    }));
    world.done(Message::Bid(1, trader(1), Price(100)));
    world.done(Message::Bid(0, trader(3), Price(120)));
    world.done(close());
    assert_eq!((share(&world, 3, 1), share(&world, 3, 4)), (half(), half()));
    world.done(Message::Advance(Tick::new(6)));
    assert_eq!((share(&world, 3, 1), share(&world, 3, 3)), (half(), half()));
}

#[test]
fn who_dies_leaves_bids_and_listings() {
    let mut world = world();
    world.done(Message::List(lot(1, 1)));
    world.done(Message::List(lot(2, 2)));
    world.done(Message::Bid(1, trader(2), Price(200)));
    world.done(Message::Bid(0, trader(3), Price(300)));
    let reports = world.done(Message::Withdraw(trader(2)));
    assert_eq!(reports.len(), 3, "{reports:?}");
    assert_eq!(
        (world.free(2), world.free(3), world.ledger.open_holds()),
        (CASH, CASH, 0)
    );
    world.done(close());
    assert_eq!(
        (share(&world, 1, 1), share(&world, 2, 2)),
        (Ratio::ONE, Ratio::ONE)
    );
}

#[test]
fn what_the_seller_no_longer_has_is_not_sold() {
    let mut world = world();
    world.done(Message::List(lot(1, 1)));
    world.done(Message::List(lot(2, 2)));
    world.done(Message::Bid(1, trader(3), Price(200)));
    world.done(Message::Bid(0, trader(3), Price(300)));
    world.done(Message::Give(house(1), owner(1), owner(0)));
    let reports = world.done(close());
    let ends: Vec<Option<Reason>> = reports
        .iter()
        .map(|report| match report {
            ListingReport::Sold { .. } => None,
            ListingReport::BidReleased { reason, .. } | ListingReport::Returned { reason, .. } => {
                Some(*reason)
            }
        })
        .collect();
    let undelivered = Some(Reason::Undelivered);
    assert_eq!(ends, [undelivered, undelivered, None]);
    assert_eq!(world.free(3), CASH - 330);
    assert_eq!(
        (share(&world, 1, 3), share(&world, 2, 3)),
        (Ratio::ZERO, Ratio::ONE)
    );
}

#[test]
fn a_sale_that_cannot_be_paid_stops_all_by_name() {
    let mut world = world();
    world.done(Message::List(lot(1, 1)));
    world.done(Message::List(lot(2, 2)));
    world.done(Message::Bid(1, trader(3), Price(200)));
    world.done(Message::Bid(0, trader(0), Price(300)));
    let (hold, _) = world.ledger.holds().next().unwrap();
    world.ledger.apply(&Operation::VoidHold { hold }).unwrap();
    let (expected, held) = (220, 0);
    let (listing, bidder) = (world.id(1), trader(3));
    let wrong = EscrowError::WrongBid {
        listing,
        bidder,
        expected,
        held,
    };
    assert_eq!(world.room.check(&world.ledger), Err(wrong));
    let EscrowError::Sale { listing, refusal } = world.refused(close()) else {
        panic!("it is sold");
    };
    assert_eq!((listing, refusal.status), (world.id(1), Status::HoldVoided));
    // Without it the other is sold.
    world.done(Message::Cancel(1));
    world.done(close());
    assert_eq!(
        (share(&world, 1, 1), share(&world, 2, 0)),
        (Ratio::ONE, Ratio::ONE)
    );
}
