//! Each invariant by its number, over random orders.

use std::collections::BTreeMap;

use oikos_core::{Quantity, StableId, Tick, TypeKey};
use oikos_market::{
    BookRules, CallAuction, Order, OrderBook, OrderKind, Price, PriceRange, Rationing, Report,
    SelfTrade, Side, TraderId,
};
use oikos_testkit::Runs;
use oikos_testkit::market::auction::Outcome;
use oikos_testkit::{Broken, Invariant};
use proptest::prelude::*;

use crate::cases::{clear, filled, limit, orders, rationings, references};

/// Auctions with up to 120 orders; 2,000 of them have more than 10⁵.
const CASES: u32 = 2_000;

type Auction = (Rationing, Option<Price>, Vec<Order>);

fn for_all_auctions(test: impl Fn(Auction) -> Result<(), TestCaseError>) {
    let strategy = (rationings(), references(), orders(120));
    let done = Runs::new(CASES).check(&strategy, |auction| {
        test(auction.clone()).map(|()| auction.2.len() as u64)
    });
    let done = done.unwrap();
    println!("{done}");
    assert!(done.events >= 100_000, "{done}");
}

fn holds(check: impl Fn(&Outcome) -> Result<(), Broken>) {
    for_all_auctions(|(rationing, reference, orders)| {
        let outcome = clear(rationing, reference, &orders);
        check(&outcome).map_err(|broken| TestCaseError::fail(format!("{broken} in {outcome:#?}")))
    });
}

/// One of A1, A2, A4 and A6.
fn keeps(number: u8) {
    holds(|outcome| {
        let mut broken = outcome.broken().into_iter();
        let its = broken.find(|broken| broken.invariant == Invariant::A(number));
        its.map_or(Ok(()), Err)
    });
}

#[test]
fn a1_one_price_and_the_most_volume() {
    keeps(1);
}

#[test]
fn a2_better_prices_fill_and_the_margin_is_rationed_exactly() {
    keeps(2);
}

#[test]
fn a3_ties_are_broken_in_a_fixed_order() {
    holds(Outcome::check_ties);
}

#[test]
fn a4_nobody_trades_beyond_a_limit_and_nobody_is_left_who_could() {
    keeps(4);
}

/// What each trader got on each side.
fn by_trader(outcome: &Outcome) -> BTreeMap<(TraderId, Side), i64> {
    let mut sums = BTreeMap::new();
    for ((_, order), share) in outcome.orders.iter().zip(outcome.shares()) {
        *sums.entry((order.trader, order.side)).or_insert(0) += share;
    }
    sums
}

#[test]
fn a5_the_order_of_arrival_does_not_matter_pro_rata() {
    for_all_auctions(|(_, reference, orders)| {
        let first = clear(Rationing::ProRata, reference, &orders);
        let mut other = orders.clone();
        other.reverse();
        other.rotate_left(orders.len() / 3);
        let second = clear(Rationing::ProRata, reference, &other);
        prop_assert_eq!(first.clearing, second.clearing);
        prop_assert_eq!(by_trader(&first), by_trader(&second));
        Ok(())
    });
}

#[test]
fn a6_all_gains_from_trade_are_made() {
    keeps(6);
}

#[test]
fn a7_the_indicative_price_is_the_actual_one() {
    for_all_auctions(|(rationing, reference, orders)| {
        let indicative = filled(rationing, reference, &orders).indicative();
        prop_assert_eq!(indicative, clear(rationing, reference, &orders).clearing);
        Ok(())
    });
}

#[test]
fn a8_an_auction_of_what_does_not_cross_does_nothing() {
    for_all_auctions(|(rationing, reference, orders)| {
        let uncrossed: Vec<Order> = clear(rationing, reference, &orders)
            .after
            .iter()
            .map(|(_, order)| *order)
            .collect();
        let outcome = clear(rationing, reference, &uncrossed);
        prop_assert_eq!((outcome.clearing, outcome.reports.len()), (None, 0));
        prop_assert_eq!(outcome.after, outcome.orders);
        Ok(())
    });
}

fn book(lowest: i64) -> OrderBook {
    OrderBook::new(BookRules {
        prices: PriceRange::new(lowest, 1_000).unwrap(),
        self_trade: SelfTrade::CancelTaker,
    })
}

#[test]
fn a9_the_residual_keeps_its_priority_in_a_book() {
    for_all_auctions(|(rationing, reference, orders)| {
        let mut auction = filled(rationing, reference, &orders);
        let mut reports = Vec::new();
        auction.clear(Tick::new(1), &mut reports).unwrap();
        let waiting: Vec<Order> = auction.orders().map(|(_, order)| order).collect();
        let (mut book, mut reports) = (book(-1_000), Vec::new());
        let receipts = auction.hand_over(&mut book, &mut reports).unwrap();
        prop_assert!(auction.is_empty() && reports.is_empty());
        prop_assert_eq!(
            (auction.quantity(Side::Buy), auction.quantity(Side::Sell)),
            (Quantity(0), Quantity(0))
        );
        prop_assert_eq!(receipts.len(), waiting.len());
        for side in [Side::Buy, Side::Sell] {
            // By price, and at each price by arrival.
            let mut expected: Vec<&Order> =
                waiting.iter().filter(|order| order.side == side).collect();
            expected.sort_by_key(|order| match (side, order.kind.limit()) {
                (Side::Buy, Some(limit)) => -limit.0,
                (_, limit) => limit.map_or(0, |limit| limit.0),
            });
            let found: Vec<_> = book.orders(side).collect();
            prop_assert_eq!(found.len(), expected.len());
            for (rest, order) in found.iter().zip(expected) {
                prop_assert_eq!((rest.trader, rest.quantity), (order.trader, order.quantity));
                prop_assert_eq!(Some(rest.price), order.kind.limit());
            }
        }
        // The book goes on: the best ask meets whoever comes.
        let ask = book.orders(Side::Sell).next();
        if let Some(ask) = ask {
            let taker = limit(77, Side::Buy, 1_000, 1);
            book.submit(taker, &mut reports).unwrap();
            prop_assert!(
                matches!(reports[0], Report::Fill(fill) if fill.sell == ask.order && fill.price == ask.price)
            );
        }
        Ok(())
    });
}

#[test]
fn a_residual_that_a_book_refuses_stays_where_it_is() {
    let mut auction = filled(
        Rationing::Time,
        None,
        &[limit(1, Side::Buy, 5, 1), limit(1, Side::Buy, -5, 1)],
    );
    let (mut book, before) = (book(0), auction.clone());
    let mut reports = Vec::new();
    assert!(auction.hand_over(&mut book, &mut reports).is_err());
    assert_eq!(auction, before);
    assert!(book.is_empty() && reports.is_empty());
}

/// What is saved and loaded is the same and goes on alike (M16 for auctions).
#[test]
fn a_saved_auction_goes_on_alike() {
    let key = TypeKey::new("auction");
    for_all_auctions(|(rationing, reference, orders)| {
        let mut auction = filled(rationing, reference, &orders);
        let saved = serde_json::to_string(&auction).unwrap();
        let mut loaded: CallAuction = serde_json::from_str(&saved).unwrap();
        prop_assert_eq!(&loaded, &auction);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        prop_assert_eq!(
            auction.clear(Tick::new(2), &mut ours),
            loaded.clear(Tick::new(2), &mut theirs)
        );
        prop_assert_eq!(ours, theirs);
        prop_assert_eq!(auction.digest(&key, 0), loaded.digest(&key, 0));
        Ok(())
    });
}

/// Every order's quantity is filled, waits or is released (M4 for auctions).
#[test]
fn no_quantity_is_lost() {
    for_all_auctions(|(rationing, reference, orders)| {
        let outcome = clear(rationing, reference, &orders);
        for ((id, order), share) in outcome.orders.iter().zip(outcome.shares()) {
            let waits = outcome.after.iter().find(|(other, _)| other == id);
            let waits = waits.map_or(0, |(_, order)| order.quantity.0);
            let released = outcome.reports.iter().filter_map(|report| match report {
                Report::Released(released) if released.order == *id => Some(released.quantity.0),
                _ => None,
            });
            prop_assert_eq!(order.quantity.0, share + waits + released.sum::<i64>());
        }
        Ok(())
    });
}

/// Any two prices, however far apart: the selection finds the same as with all prices tried out nearby.
#[test]
fn prices_far_apart_are_found_alike() {
    for_all_auctions(|(rationing, _, orders)| {
        let stretch = |order: &Order| match order.kind {
            OrderKind::Limit(price) => limit(
                order.trader.get(),
                order.side,
                price.0 * 1_000_000_000_000 + 17,
                order.quantity.0,
            ),
            _ => *order,
        };
        let near: Vec<Order> = orders
            .iter()
            .filter(|order| order.kind != OrderKind::Market)
            .copied()
            .collect();
        let mut wide = CallAuction::new(oikos_market::AuctionRules {
            prices: PriceRange::new(-PriceRange::SIZE_MAX, PriceRange::SIZE_MAX).unwrap(),
            rationing,
            reference: None,
        })
        .unwrap();
        for order in &near {
            wide.submit(stretch(order)).unwrap();
        }
        let found = wide.clear(Tick::new(1), &mut Vec::new()).unwrap();
        let expected = clear(rationing, None, &near).clearing;
        prop_assert_eq!(
            found.map(|found| found.volume),
            expected.map(|expected| expected.volume)
        );
        // Where one side presses, the price is that side's limit.
        if let (Some(found), Some(expected)) = (found, expected)
            && found.demand != found.supply
        {
            prop_assert_eq!(
                (found.demand, found.supply),
                (expected.demand, expected.supply)
            );
            let is_limit = near
                .iter()
                .any(|order| stretch(order).kind.limit() == Some(found.price));
            prop_assert!(is_limit || expected.demand == expected.supply);
        }
        Ok(())
    });
}
