//! What scripts ask of a mechanism.

use std::fmt;

use oikos_core::{StableId, Tick};
use oikos_market::{Order, OrderKind, Price, PriceRange, Side, TraderId};
use proptest::prelude::*;

/// Traders of scripts.
const TRADERS: u64 = 8;

/// What is asked of a mechanism. Orders are named by how long ago they were given, so that a message means the same to
/// any mechanism, and to a script of which earlier messages were left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// Gives an order.
    Submit(Order),
    /// Cancels the order after which so many others were given; where there is none, an id that never was.
    Cancel(usize),
    /// Somebody is gone.
    Withdraw(TraderId),
    /// The next tick comes, and the mechanism clears.
    Clear,
}

/// In words, so that the script of a failure can be read.
impl fmt::Debug for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Submit(order) => {
                let verb = match order.side {
                    Side::Buy => "buys",
                    Side::Sell => "sells",
                };
                write!(out, "{} {verb} {}", order.trader, order.quantity.0)?;
                match order.kind {
                    OrderKind::Limit(price) => write!(out, " at {price}")?,
                    OrderKind::Market => write!(out, " at any price")?,
                    OrderKind::ImmediateOrCancel(price) => write!(out, " at {price}, now")?,
                    OrderKind::FillOrKill(price) => write!(out, " at {price}, now and all")?,
                    OrderKind::PostOnly(price) => write!(out, " at {price}, waiting")?,
                }
                match order.expires {
                    Some(tick) => write!(out, ", before {tick}"),
                    None => Ok(()),
                }
            }
            Self::Cancel(0) => write!(out, "the last order is cancelled"),
            Self::Cancel(age) => write!(out, "the order {age} before the last is cancelled"),
            Self::Withdraw(trader) => write!(out, "{trader} is gone"),
            Self::Clear => write!(out, "the market clears"),
        }
    }
}

/// Random scripts of at most so many messages from few traders: orders of all kinds, most of them at prices near the
/// middle of the range, so that they meet, some with an expiry, few that are wrong; cancels of orders of any age;
/// traders who go; ticks. A mechanism may refuse what it does not take.
pub fn script(prices: PriceRange, most: usize) -> impl Strategy<Value = Vec<Message>> {
    let message = prop_oneof![
        30 => orders(prices).prop_map(Message::Submit),
        3 => prop_oneof![4 => 0..4_usize, 1 => 0..60_usize].prop_map(Message::Cancel),
        1 => traders().prop_map(Message::Withdraw),
        3 => Just(Message::Clear),
    ];
    proptest::collection::vec(message, 0..=most)
}

fn traders() -> impl Strategy<Value = TraderId> {
    (0..TRADERS).prop_map(|number| TraderId::new(number).unwrap_or(TraderId::FIRST))
}

fn orders(prices: PriceRange) -> impl Strategy<Value = Order> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let quantity = prop_oneof![60 => 1..12_i64, 4 => 12..60_i64, 1 => -1..1_i64];
    let expires = prop_oneof![6 => Just(None), 1 => (1..12_u32).prop_map(Some)];
    (traders(), side, quantity, kinds(prices), expires).prop_map(
        |(trader, side, quantity, kind, expires)| Order {
            expires: expires.map(Tick::new),
            ..Order::new(trader, side, quantity, kind)
        },
    )
}

fn kinds(range: PriceRange) -> impl Strategy<Value = OrderKind> {
    let (lowest, highest) = (range.lowest().0, range.highest().0);
    // Both ends are below 2⁶² in size.
    let middle = lowest + (highest - lowest) / 2;
    let inside = move |offset: i64| Price((middle + offset).clamp(lowest, highest));
    let prices = || {
        prop_oneof![
            40 => (-8..=8_i64).prop_map(inside),
            4 => (-300..=300_i64).prop_map(inside),
            1 => Just(Price(highest + 1)),
        ]
    };
    prop_oneof![
        20 => prices().prop_map(OrderKind::Limit),
        1 => Just(OrderKind::Market),
        1 => prices().prop_map(OrderKind::ImmediateOrCancel),
        1 => prices().prop_map(OrderKind::FillOrKill),
        1 => prices().prop_map(OrderKind::PostOnly),
    ]
}
