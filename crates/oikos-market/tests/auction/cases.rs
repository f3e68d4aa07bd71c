//! Auctions to be tested, and what came of them.

use oikos_core::{StableId, Tick};
use oikos_market::{
    AuctionRules, CallAuction, Order, OrderKind, Price, PriceRange, Rationing, Side, TraderId,
};
use oikos_testkit::market::auction::Outcome;
use proptest::prelude::*;

/// Prices of scripts: few, so that ties are common; the range of the auction is wider.
pub(crate) const HIGHEST: i64 = 12;

pub(crate) fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap()
}

pub(crate) fn auction(rationing: Rationing, reference: Option<Price>) -> CallAuction {
    CallAuction::new(AuctionRules {
        prices: PriceRange::new(-1_000, 1_000).unwrap(),
        rationing,
        reference,
    })
    .unwrap()
}

pub(crate) fn filled(
    rationing: Rationing,
    reference: Option<Price>,
    orders: &[Order],
) -> CallAuction {
    let mut auction = auction(rationing, reference);
    for order in orders {
        auction.submit(*order).unwrap();
    }
    auction
}

pub(crate) fn clear(rationing: Rationing, reference: Option<Price>, orders: &[Order]) -> Outcome {
    let mut auction = filled(rationing, reference, orders);
    let orders = auction.orders().collect();
    let mut reports = Vec::new();
    let clearing = auction.clear(Tick::new(1), &mut reports).unwrap();
    Outcome {
        rationing,
        reference,
        orders,
        clearing,
        reports,
        after: auction.orders().collect(),
    }
}

pub(crate) fn limit(who: u64, side: Side, price: i64, quantity: i64) -> Order {
    Order::new(trader(who), side, quantity, OrderKind::Limit(Price(price)))
}

pub(crate) fn market(who: u64, side: Side, quantity: i64) -> Order {
    Order::new(trader(who), side, quantity, OrderKind::Market)
}

pub(crate) fn orders(most: usize) -> impl Strategy<Value = Vec<Order>> {
    let order = (0..9_u64, any::<bool>(), -2..=HIGHEST, 1..10_i64, 0..12_u8).prop_map(
        |(who, is_buy, price, quantity, kind)| {
            let side = if is_buy { Side::Buy } else { Side::Sell };
            match kind {
                0 => market(who, side, quantity),
                // Far from the others.
                1 => limit(who, side, price * 70, quantity),
                _ => limit(who, side, price, quantity),
            }
        },
    );
    proptest::collection::vec(order, 0..=most)
}

pub(crate) fn references() -> impl Strategy<Value = Option<Price>> {
    proptest::option::of((-900..900_i64).prop_map(|price| Price(price / 40)))
}

pub(crate) fn rationings() -> impl Strategy<Value = Rationing> {
    prop_oneof![Just(Rationing::Time), Just(Rationing::ProRata)]
}
