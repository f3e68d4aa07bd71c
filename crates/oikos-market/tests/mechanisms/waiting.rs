//! Orders that wait, as a mechanism of a user's keeps them.

use oikos_core::Quantity;
use oikos_market::{MarketError, Order, OrderKind, Price, PriceRange, Report, Side, Waiting};

use crate::common::{fills, limit, trader};

fn waiting(orders: &[Order]) -> Waiting {
    let mut waiting = Waiting::new(PriceRange::new(-100, 100).unwrap());
    for order in orders {
        waiting.submit(*order).unwrap();
    }
    waiting
}

#[test]
fn the_best_are_by_price_then_by_arrival_and_without_a_limit_first() {
    let two = [
        limit(1, Side::Buy, 3, 1),
        limit(2, Side::Sell, 9, 1),
        limit(3, Side::Buy, 5, 1),
        limit(4, Side::Buy, 5, 1),
        limit(5, Side::Sell, -9, 1),
    ];
    assert_eq!(waiting(&two).best(), Some((2, 4)));
    assert_eq!(waiting(&two[..1]).best(), None);
    let market = Order::new(trader(6), Side::Sell, 1, OrderKind::Market);
    assert_eq!(waiting(&[two[0], two[4], market]).best(), Some((0, 2)));
}

#[test]
fn a_trade_takes_from_both_and_forgets_what_is_filled() {
    let mut both = waiting(&[limit(1, Side::Buy, 5, 7), limit(2, Side::Sell, 3, 4)]);
    let mut reports = Vec::new();
    both.trade((0, 1), Price(4), 4, &mut reports).unwrap();
    let fill = fills(&reports)[0];
    assert_eq!(
        (fill.price, fill.quantity, fill.taker),
        (Price(4), Quantity(4), None)
    );
    assert_eq!((fill.buyer, fill.seller), (trader(1), trader(2)));
    let left: Vec<i64> = both.orders().iter().map(|waiter| waiter.quantity).collect();
    assert_eq!(left, [3]);
    // What was filled is closed; what has a rest is there.
    let mut reports: Vec<Report> = Vec::new();
    assert!(matches!(
        both.cancel(fill.sell, &mut reports),
        Err(MarketError::ClosedOrder { .. })
    ));
    assert_eq!(
        both.cancel(fill.buy, &mut reports).unwrap().quantity,
        Quantity(3)
    );
}

#[test]
fn no_other_trade_is_made() {
    let mut both = waiting(&[limit(1, Side::Buy, 5, 7), limit(2, Side::Sell, 3, 4)]);
    let (before, mut reports) = (both.clone(), Vec::new());
    for (places, quantity) in [
        ((0, 1), 0),
        ((0, 1), -1),
        ((0, 1), 5),
        ((1, 0), 1),
        ((0, 0), 1),
        ((0, 2), 1),
        ((2, 1), 1),
        ((0, usize::MAX), i64::MAX),
    ] {
        assert_eq!(
            both.trade(places, Price(4), quantity, &mut reports),
            Err(MarketError::NoTrade { quantity })
        );
    }
    assert!(both == before && reports.is_empty());
}
