//! What a saleroom refuses, by name, with nothing changed.

use oikos_core::{Ratio, StableId, Tick};
use oikos_ledger::{LedgerError, Operation, TitleOperation, TitleStatus};
use oikos_market::{EscrowError, Lot, MarketError, PriceRange, Saleroom};

use crate::cases::{bid, close, share, world};
use crate::world::{CASH, Message, half, house, lot, owner, purse, trader};

#[test]
fn a_title_is_not_offered_twice() {
    let mut world = world();
    world.done(Message::List(lot(4, 4)));
    let (thing, listing) = (4, world.id(0));
    let twice = EscrowError::from(MarketError::ListedAlready { thing, listing });
    let third = Ratio::new(1, 3).ok();
    for again in [
        lot(4, 4),
        Lot {
            share: third,
            ..lot(4, 4)
        },
        // Another trader in the same name.
        lot(5, 4),
    ] {
        assert_eq!(world.refused(Message::List(again)), twice);
    }
    world.done(Message::Cancel(0));
    world.done(Message::List(lot(5, 4)));
    // Sold, it is not the seller's to offer.
    world.done(bid(0, 100));
    world.done(close());
    let later = Lot {
        closes: Tick::new(9),
        ..lot(5, 4)
    };
    let EscrowError::Ledger(LedgerError::RefusedTitle(refusal)) =
        world.refused(Message::List(later))
    else {
        panic!("it is offered");
    };
    assert_eq!(refusal.status, TitleStatus::ShareNotPositive);
}

#[test]
fn what_cannot_pass_is_not_offered() {
    let mut world = world();
    world.done(Message::Lien(house(2), true));
    let register = world.titles.get(house(5)).unwrap().shares().count();
    assert_eq!(register, 1);
    for (lot, status) in [
        (lot(1, 2), TitleStatus::ShareNotPositive),
        (
            Lot {
                share: Some(half()),
                ..lot(1, 2)
            },
            TitleStatus::NotOwner,
        ),
        (
            Lot {
                share: Some(Ratio::ONE),
                ..lot(3, 3)
            },
            TitleStatus::ShareTooLarge,
        ),
        (lot(2, 2), TitleStatus::Encumbered),
    ] {
        let EscrowError::Ledger(LedgerError::RefusedTitle(refusal)) =
            world.refused(Message::List(lot))
        else {
            panic!("{lot:?} is offered");
        };
        assert_eq!(refusal.status, status);
    }
    let (title, titles) = (house(99), world.titles.len());
    let error = world.refused(Message::List(lot(1, 99)));
    assert_eq!(error, LedgerError::NoSuchTitle { title, titles }.into());
    world
        .titles
        .apply(&TitleOperation::Destroy { title: house(1) })
        .unwrap();
    assert!(matches!(
        world.refused(Message::List(lot(1, 1))),
        EscrowError::Ledger(LedgerError::RefusedTitle(_))
    ));
    // Who takes the liens over can have it.
    let with_liens = true;
    world.done(Message::List(Lot {
        with_liens,
        ..lot(2, 2)
    }));
    world.done(bid(0, 100));
    world.done(close());
    assert_eq!(share(&world, 2, 0), Ratio::ONE);
    assert_eq!(world.titles.get(house(2)).unwrap().liens().len(), 1);
}

#[test]
fn bids_without_cover_by_strangers_and_by_the_dead_are_refused() {
    let mut world = world();
    world.done(Message::List(lot(4, 4)));
    let (bidder, listing) = (trader(0), world.id(0));
    let (needed, available) = (990, 985);
    let take = Operation::Post(oikos_ledger::Transfer {
        kind: world.room.rules().trade,
        debit: purse(1),
        credit: purse(0),
        amount: CASH - available,
        reference: 0,
    });
    world.ledger.apply(&take).unwrap();
    let error = EscrowError::NotCovered {
        trader: bidder,
        needed,
        available,
    };
    assert_eq!(world.refused(bid(0, 900)), error);
    world.done(bid(0, 890));
    let trader = trader(6);
    assert_eq!(
        world.refused(bid(6, 900)),
        EscrowError::UnknownTrader { trader }
    );
    // The same owner under another number.
    let error = MarketError::Bidder {
        listing,
        trader: crate::world::trader(5),
        problem: "it is their own",
    };
    assert_eq!(world.refused(bid(5, 900)), error.into());
    let outside = world.refused(bid(1, 1_000));
    assert!(matches!(
        outside,
        EscrowError::Mechanism(MarketError::PriceOutside { .. })
    ));
    let trader = crate::world::trader(2);
    world.done(Message::Withdraw(trader));
    let gone = EscrowError::TraderGone { trader };
    assert_eq!(world.refused(bid(2, 900)), gone);
    assert_eq!(world.refused(Message::List(lot(2, 2))), gone);
    assert_eq!(
        world.room.admit(trader, purse(2), owner(2), &world.ledger),
        Err(gone)
    );
}

#[test]
fn what_is_no_room_is_not_had_and_not_loaded() {
    let mut world = world();
    let rules = *world.room.rules();
    let prices = PriceRange::new(-1, 9).unwrap();
    let error = EscrowError::NegativePrices { lowest: -1 };
    assert_eq!(Saleroom::new(prices, rules, &world.ledger), Err(error));
    let (trader, named) = (trader(0), owner(0));
    let error = EscrowError::OwnerAlready {
        trader,
        owner: named,
    };
    assert_eq!(
        world.room.admit(trader, purse(0), owner(1), &world.ledger),
        Err(error)
    );
    world.done(Message::List(lot(1, 1)));
    world.done(bid(3, 300));
    let good = serde_json::to_string(&world.room).unwrap();
    for (from, to, problem) in [
        ("\"holds\":[[[0,3],0]]", "\"holds\":[]", "is not held"),
        (
            "\"holds\":[[[0,3],0]]",
            "\"holds\":[[[0,3],0],[[0,4],1]]",
            "do not stand",
        ),
        ("\"goods\":{\"0\":", "\"goods\":{\"1\":", "offers nothing"),
        (
            "\"3\":{\"purse\":5,\"is_gone\":false}",
            "\"3\":{\"purse\":5,\"is_gone\":true}",
            "may not trade",
        ),
        (
            "\"owners\":{\"0\":{\"kind\":0,\"id\":0},\"1\":{\"kind\":0,\"id\":1},",
            "\"owners\":{",
            "may not trade",
        ),
        ("\"seller\":[1,20]", "\"seller\":[2,1]", "a fee of 2"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from} in {good}");
        let error = serde_json::from_str::<Saleroom>(&bad)
            .unwrap_err()
            .to_string();
        assert!(error.contains(problem), "{to}: {error}");
    }
    assert_eq!(world.id(0).get(), 0);
}
