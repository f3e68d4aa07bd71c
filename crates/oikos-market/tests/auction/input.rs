//! Examples by hand, and bad input.

use oikos_core::{Quantity, StableId, Tick};
use oikos_market::{
    AuctionRules, CallAuction, Clearing, MarketError, Mechanism, Order, OrderId, OrderKind, Price,
    PriceRange, Rationing, Reason, Report, Side,
};

use crate::cases::{auction, clear, limit, market, trader};

fn clearing(price: i64, volume: i64, demand: i64, supply: i64) -> Option<Clearing> {
    Some(Clearing {
        price: Price(price),
        volume: Quantity(volume),
        demand: Quantity(demand),
        supply: Quantity(supply),
    })
}

/// Two units are wanted at 10 or less, two are offered at 7 or more: any price from 7 to 10 balances.
#[test]
fn a_balanced_interval_goes_by_the_reference() {
    let orders = [limit(1, Side::Buy, 10, 2), limit(2, Side::Sell, 7, 2)];
    let price = |reference| clear(Rationing::Time, reference, &orders).clearing;
    assert_eq!(price(None), clearing(8, 2, 2, 2));
    for (reference, expected) in [(0, 7), (7, 7), (9, 9), (10, 10), (99, 10)] {
        assert_eq!(price(Some(Price(reference))), clearing(expected, 2, 2, 2));
    }
}

#[test]
fn pressure_decides_before_the_reference() {
    // Three are wanted, two offered: buyers press the price up; and the mirror of it.
    let buyers = [limit(1, Side::Buy, 10, 3), limit(2, Side::Sell, 7, 2)];
    assert_eq!(
        clear(Rationing::Time, Some(Price(7)), &buyers).clearing,
        clearing(10, 2, 3, 2)
    );
    let sellers = [limit(1, Side::Buy, 10, 2), limit(2, Side::Sell, 7, 3)];
    assert_eq!(
        clear(Rationing::Time, Some(Price(10)), &sellers).clearing,
        clearing(7, 2, 2, 3)
    );
}

#[test]
fn pressure_of_both_sides_goes_by_the_reference() {
    // At 8 a buyer is left over, at 9 a seller.
    let orders = [
        limit(1, Side::Buy, 10, 1),
        limit(2, Side::Buy, 8, 1),
        limit(3, Side::Sell, 5, 1),
        limit(4, Side::Sell, 9, 1),
    ];
    let price = |reference| clear(Rationing::Time, reference, &orders).clearing;
    assert_eq!(price(None), clearing(8, 1, 2, 1));
    assert_eq!(price(Some(Price(8))), clearing(8, 1, 2, 1));
    assert_eq!(price(Some(Price(9))), clearing(9, 1, 1, 2));
}

#[test]
fn the_margin_is_rationed_by_time_or_pro_rata() {
    // 10 are offered at 5; 12 are wanted at 5, after 3 at a better price: 7 are left for 3 + 3 + 6.
    let orders = [
        limit(1, Side::Buy, 5, 3),
        limit(2, Side::Buy, 5, 3),
        limit(3, Side::Buy, 5, 6),
        limit(4, Side::Buy, 6, 3),
        limit(5, Side::Sell, 5, 10),
    ];
    let time = clear(Rationing::Time, None, &orders);
    assert_eq!(time.clearing, clearing(5, 10, 15, 10));
    assert_eq!(time.shares(), [3, 3, 1, 3, 10]);
    // 7 · 3/12 = 1¾ and 7 · 6/12 = 3½: the odd units go to the two that have ¾.
    assert_eq!(
        clear(Rationing::ProRata, None, &orders).shares(),
        [2, 2, 3, 3, 10]
    );
}

#[test]
fn market_orders_trade_first_and_what_is_left_of_them_is_released() {
    let orders = [
        limit(1, Side::Buy, 5, 3),
        market(2, Side::Sell, 7),
        limit(3, Side::Sell, 4, 1),
    ];
    let outcome = clear(Rationing::Time, None, &orders);
    // Sellers press, and 4 is the lowest price that anybody named.
    assert_eq!(outcome.clearing, clearing(4, 3, 3, 8));
    assert_eq!(outcome.shares(), [3, 3, 0]);
    let Some(Report::Released(released)) = outcome.reports.last() else {
        panic!()
    };
    assert_eq!(
        (released.quantity, released.reason),
        (Quantity(4), Reason::Unfilled)
    );
    assert_eq!(outcome.after.len(), 1);
}

#[test]
fn market_orders_alone_need_a_reference() {
    let orders = [market(1, Side::Buy, 3), market(2, Side::Sell, 2)];
    assert_eq!(clear(Rationing::Time, None, &orders).clearing, None);
    assert_eq!(
        clear(Rationing::Time, Some(Price(9)), &orders).clearing,
        clearing(9, 2, 3, 2)
    );
}

#[test]
fn orders_expire_before_they_trade_and_the_last_price_is_the_next_reference() {
    let mut auction = auction(Rationing::Time, None);
    let mut reports = Vec::new();
    auction
        .submit(limit(1, Side::Buy, 10, 2).until(Tick::new(3)))
        .unwrap();
    auction.submit(limit(2, Side::Sell, 6, 1)).unwrap();
    assert_eq!(
        auction.clear(Tick::new(2), &mut reports),
        Ok(clearing(10, 1, 2, 1))
    );
    assert_eq!(auction.reference(), Some(Price(10)));
    auction.submit(limit(2, Side::Sell, 6, 1)).unwrap();
    reports.clear();
    assert_eq!(auction.clear(Tick::new(3), &mut reports), Ok(None));
    let [Report::Released(released)] = reports[..] else {
        panic!()
    };
    assert_eq!(
        (released.reason, released.quantity),
        (Reason::Expired, Quantity(1))
    );
    assert_eq!(
        (auction.len(), auction.quantity(Side::Sell)),
        (1, Quantity(1))
    );
}

#[test]
fn who_is_gone_is_released() {
    let mut auction = auction(Rationing::Time, None);
    for who in [1, 2, 1] {
        auction.submit(limit(who, Side::Buy, 10, 2)).unwrap();
    }
    let mut reports = Vec::new();
    Mechanism::withdraw(&mut auction, &mut |who| who == trader(1), &mut reports);
    assert_eq!((auction.len(), reports.len()), (1, 2));
    assert_eq!(auction.quantity(Side::Buy), Quantity(2));
}

#[test]
fn bad_input_changes_nothing() {
    let mut auction = auction(Rationing::Time, None);
    auction
        .submit(limit(1, Side::Buy, 10, i64::MAX / 1_000))
        .unwrap();
    auction.clear(Tick::new(4), &mut Vec::new()).unwrap();
    let before = auction.clone();
    let price = Price(5);
    let with = |kind| Order::new(trader(1), Side::Buy, 1, kind);
    for (order, error) in [
        (
            limit(1, Side::Buy, 10, 0),
            MarketError::NoQuantity { quantity: 0 },
        ),
        (
            limit(1, Side::Buy, 1_001, 1),
            MarketError::PriceOutside {
                price: 1_001,
                lowest: -1_000,
                highest: 1_000,
            },
        ),
        (
            limit(1, Side::Buy, 1, i64::MAX - 1),
            MarketError::SideOverflow {
                side: Side::Buy,
                quantity: i64::MAX - 1,
            },
        ),
        (
            market(1, Side::Sell, i64::MAX / 900),
            MarketError::ValueOverflow {
                price: -1_000,
                quantity: i64::MAX / 900,
            },
        ),
        (
            limit(1, Side::Buy, 5, 1).until(Tick::new(4)),
            MarketError::ExpiryPassed { expires: 4, now: 4 },
        ),
        (
            market(1, Side::Buy, 1).until(Tick::new(9)),
            MarketError::ExpiryWithoutRest,
        ),
    ] {
        assert_eq!(auction.submit(order), Err(error));
    }
    for kind in [
        OrderKind::ImmediateOrCancel(price),
        OrderKind::FillOrKill(price),
        OrderKind::PostOnly(price),
    ] {
        let refused = auction.submit(with(kind)).unwrap_err();
        assert!(matches!(refused, MarketError::Unsupported { .. }));
    }
    let mut reports = Vec::new();
    let (given, now) = (3, 4);
    let backward = auction.clear(Tick::new(3), &mut reports);
    assert_eq!(backward, Err(MarketError::TickBackward { given, now }));
    let unknown = OrderId::new(1).unwrap();
    let error = MarketError::UnknownOrder { order: unknown };
    assert_eq!(auction.cancel(unknown, &mut reports), Err(error));
    assert!(auction == before && reports.is_empty());
    let first = OrderId::new(0).unwrap();
    auction.cancel(first, &mut reports).unwrap();
    let closed = auction.cancel(first, &mut reports);
    assert_eq!(closed, Err(MarketError::ClosedOrder { order: first }));
    assert_eq!(
        (reports.len(), auction.quantity(Side::Buy)),
        (1, Quantity(0))
    );
    let prices = PriceRange::new(1, 2).unwrap();
    let rules = AuctionRules {
        prices,
        rationing: Rationing::Time,
        reference: Some(Price(3)),
    };
    assert!(CallAuction::new(rules).is_err());
}

#[test]
fn what_is_no_auction_is_not_loaded() {
    let mut auction = auction(Rationing::ProRata, Some(Price(3)));
    for who in 0..2 {
        auction.submit(limit(who, Side::Buy, 10, 2)).unwrap();
    }
    let good = serde_json::to_string(&auction).unwrap();
    for (from, to) in [
        ("\"reference\":3", "\"reference\":3000"),
        ("\"order\":1", "\"order\":0"),
        ("\"order\":1", "\"order\":2"),
        ("\"limit\":10", "\"limit\":1001"),
        ("\"quantity\":2", "\"quantity\":0"),
        (
            "\"quantity\":2,\"expires\":null",
            "\"quantity\":2,\"expires\":0",
        ),
        ("\"quantity\":2", "\"quantity\":9223372036854775807"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(serde_json::from_str::<CallAuction>(&bad).is_err(), "{to}");
    }
}
