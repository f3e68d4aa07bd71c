//! Messages that are written by hand.

use oikos_core::StableId;
use oikos_market::{Order, OrderKind, Price, Side, TraderId};
use oikos_testkit::market::book::Message;

pub(crate) fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap()
}

pub(crate) fn limit(who: u64, side: Side, price: i64, quantity: i64) -> Message {
    order(who, side, quantity, OrderKind::Limit(Price(price)))
}

pub(crate) fn order(who: u64, side: Side, quantity: i64, kind: OrderKind) -> Message {
    Message::Submit(Order::new(trader(who), side, quantity, kind))
}
