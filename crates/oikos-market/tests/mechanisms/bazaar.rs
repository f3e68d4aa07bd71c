//! The bazaar: who meets whom, and at what price.

use std::collections::BTreeMap;

use oikos_core::{Quantity, Ratio, StableId};
use oikos_market::{
    Bazaar, BazaarRules, MarketError, Mechanism, Order, OrderKind, Price, Report, Side,
};
use oikos_testkit::Runs;
use proptest::prelude::*;

use crate::common::{fills, limit, prices, round, trader};

fn bazaar(hundredths: i32, meetings: u32) -> Bazaar {
    Bazaar::new(BazaarRules {
        prices: prices(),
        seller_share: Ratio::percent(hundredths),
        meetings,
    })
    .unwrap()
}

fn cleared(mut bazaar: Bazaar, orders: &[Order], tick: u32) -> (Bazaar, Vec<Report>) {
    let mut reports = Vec::new();
    for order in orders {
        bazaar.submit(*order, &mut reports).unwrap();
    }
    bazaar.clear(round(tick), &mut reports).unwrap();
    (bazaar, reports)
}

/// Seller 3, buyer 10: the surplus is 7, of which the seller gets a share, rounded down.
#[test]
fn the_surplus_is_split_as_the_rules_say() {
    let orders = [limit(1, Side::Sell, 3, 4), limit(2, Side::Buy, 10, 9)];
    for (share, price) in [(0, 3), (50, 6), (75, 8), (100, 10)] {
        let (bazaar, reports) = cleared(bazaar(share, 1), &orders, 1);
        let fill = fills(&reports)[0];
        assert_eq!(
            (fill.price, fill.quantity, fill.taker),
            (Price(price), Quantity(4), None)
        );
        assert_eq!(
            (bazaar.quantity(Side::Buy), bazaar.quantity(Side::Sell)),
            (Quantity(5), Quantity(0))
        );
    }
    let below = [limit(1, Side::Sell, -10, 1), limit(2, Side::Buy, -3, 1)];
    assert_eq!(
        fills(&cleared(bazaar(50, 1), &below, 1).1)[0].price,
        Price(-7)
    );
}

#[test]
fn who_has_no_surplus_or_is_the_same_does_not_trade() {
    let dear = [limit(1, Side::Sell, 11, 4), limit(2, Side::Buy, 10, 9)];
    let own = [limit(1, Side::Sell, 3, 4), limit(1, Side::Buy, 10, 9)];
    for orders in [dear, own] {
        let (bazaar, reports) = cleared(bazaar(50, 4), &orders, 1);
        assert!(reports.is_empty());
        assert_eq!(bazaar.quantity(Side::Buy), Quantity(9));
    }
}

#[test]
fn bad_rules_and_orders_are_refused() {
    for hundredths in [-1, 101] {
        let share = Ratio::percent(hundredths);
        let rules = BazaarRules {
            prices: prices(),
            seller_share: share,
            meetings: 1,
        };
        assert_eq!(
            Bazaar::new(rules).unwrap_err(),
            MarketError::Share { share }
        );
    }
    let order = Order::new(trader(1), Side::Buy, 1, OrderKind::Market);
    let refused = bazaar(50, 1).submit(order, &mut Vec::new());
    assert!(matches!(refused, Err(MarketError::Unsupported { .. })));
    let stored = serde_json::to_string(&bazaar(50, 1)).unwrap();
    assert!(serde_json::from_str::<Bazaar>(&stored.replace("[1,2]", "[3,2]")).is_err());
}

/// Three buyers and three sellers who all gain: each pair of a buyer and a seller meets in a third of 3,000 ticks
/// (4 standard errors: 104), and in each tick all six trade.
#[test]
fn every_pair_is_as_likely() {
    let orders: Vec<Order> = (0..3)
        .flat_map(|who| {
            [
                limit(who, Side::Buy, 9, 1),
                limit(who + 10, Side::Sell, 1, 1),
            ]
        })
        .collect();
    let mut met: BTreeMap<(u64, u64), i32> = BTreeMap::new();
    for tick in 1..=3_000 {
        let fills = fills(&cleared(bazaar(50, 1), &orders, tick).1);
        assert_eq!(fills.len(), 3);
        for fill in fills {
            *met.entry((fill.buyer.get(), fill.seller.get()))
                .or_default() += 1;
        }
    }
    assert_eq!(met.len(), 9);
    assert!(
        met.values().all(|count| count.abs_diff(1_000) < 104),
        "{met:?}"
    );
}

/// Six traders who all buy and sell: whom one meets as a buyer does not depend on whom they meet as a seller, so that
/// in 600 ticks one in six of the 3,600 meetings is with oneself and does not trade (4 standard errors: 106).
#[test]
fn who_buys_and_sells_is_drawn_for_each() {
    let sides = |who| [limit(who, Side::Buy, 9, 1), limit(who, Side::Sell, 1, 1)];
    let orders: Vec<Order> = (0..6).flat_map(sides).collect();
    let trades = |tick| fills(&cleared(bazaar(50, 1), &orders, tick).1).len();
    let traded: usize = (1..=600).map(trades).sum();
    assert!(traded.abs_diff(3_000) < 106, "{traded}");
}

/// One buyer and many sellers of one unit: in each meeting the buyer gets one.
#[test]
fn everybody_meets_as_often_as_the_rules_say() {
    let mut orders = vec![limit(1, Side::Buy, 9, 20)];
    orders.extend((2..30).map(|who| limit(who, Side::Sell, 1, 1)));
    for meetings in [0, 1, 5] {
        let (bazaar, reports) = cleared(bazaar(50, meetings), &orders, 3);
        assert_eq!(reports.len(), meetings as usize);
        assert_eq!(
            bazaar.quantity(Side::Buy),
            Quantity(20 - i64::from(meetings))
        );
    }
}

proptest! {
    #![proptest_config(Runs::new(500).config())]
    #[test]
    fn who_came_first_does_not_matter(limits in proptest::collection::vec((1..20_i64, 1..9_i64), 0..40)) {
        let mut orders: Vec<Order> = (0..)
            .zip(limits)
            .map(|(who, (price, quantity))| {
                limit(who, if who % 3 == 0 { Side::Sell } else { Side::Buy }, price, quantity)
            })
            .collect();
        let trades = |orders: &[Order]| {
            let (_, reports) = cleared(bazaar(30, 3), orders, 8);
            let trades = fills(&reports).into_iter().map(|fill| {
                (fill.buyer, fill.seller, fill.price, fill.quantity)
            });
            trades.collect::<Vec<_>>()
        };
        let first = trades(&orders);
        orders.reverse();
        prop_assert_eq!(first, trades(&orders));
    }
}
