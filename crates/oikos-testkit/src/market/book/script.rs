//! Random scripts for order books.

use oikos_core::{StableId, Tick};
use oikos_market::{BookRules, Order, OrderKind, Price, PriceRange, SelfTrade, Side, TraderId};
use proptest::prelude::*;

use super::Message;

/// The rules against self-trades.
pub const MODES: [SelfTrade; 4] = [
    SelfTrade::CancelTaker,
    SelfTrade::CancelMaker,
    SelfTrade::CancelBoth,
    SelfTrade::DecrementBoth,
];

/// The farthest price of scripts, which is the highest of [`rules`].
pub const FAR: i64 = 1_000_000_000_000_000;

/// The rules that scripts are made for: prices to [`FAR`] on both sides of 0.
#[must_use]
#[expect(clippy::unwrap_used, reason = "constants that are in range")]
pub fn rules(self_trade: SelfTrade) -> BookRules {
    BookRules {
        prices: PriceRange::new(-FAR, FAR).unwrap(),
        self_trade,
    }
}

fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap_or(TraderId::FIRST)
}

/// Mostly prices that meet, some far away, few that the rules refuse.
fn prices() -> impl Strategy<Value = Price> {
    prop_oneof![
        40 => -8..8_i64,
        6 => -3_000..3_000_i64,
        2 => FAR - 20..=FAR,
        2 => -FAR..-FAR + 20,
        1 => Just(FAR + 1),
        1 => any::<i64>(),
    ]
    .prop_map(Price)
}

fn quantities() -> impl Strategy<Value = i64> {
    prop_oneof![60 => 1..12_i64, 4 => 12..60_i64, 1 => -1..1_i64, 1 => i64::MAX - 2..=i64::MAX]
}

fn sides() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

fn kinds() -> impl Strategy<Value = OrderKind> {
    prop_oneof![
        8 => prices().prop_map(OrderKind::Limit),
        1 => Just(OrderKind::Market),
        2 => prices().prop_map(OrderKind::ImmediateOrCancel),
        2 => prices().prop_map(OrderKind::FillOrKill),
        2 => prices().prop_map(OrderKind::PostOnly),
    ]
}

fn orders() -> impl Strategy<Value = Order> {
    let expires =
        prop_oneof![6 => Just(None), 1 => (0..60_u32).prop_map(|tick| Some(Tick::new(tick)))];
    (0..6_u64, sides(), quantities(), kinds(), expires).prop_map(
        |(who, side, quantity, kind, expires)| Order {
            expires,
            ..Order::new(trader(who), side, quantity, kind)
        },
    )
}

/// Random scripts of at most so many messages for a book of [`rules`]: orders of all kinds by few traders, mostly at
/// prices that meet, some far away, few that are wrong; cancels and changes of orders of any age; time that mostly
/// goes forward; traders who go.
pub fn script(most: usize) -> impl Strategy<Value = Vec<Message>> {
    let recent = 0..40_usize;
    let message = prop_oneof![
        50 => orders().prop_map(Message::Submit),
        14 => recent.clone().prop_map(Message::Cancel),
        16 => (recent, prices(), quantities()).prop_map(|(number, price, quantity)| {
            Message::Amend(number, price, quantity)
        }),
        4 => (0..60_u32).prop_map(|tick| Message::Advance(Tick::new(tick))),
        1 => (0..6_u64).prop_map(|who| Message::Withdraw(trader(who))),
    ];
    proptest::collection::vec(message, 0..=most).prop_map(settle)
}

/// Turns "so many orders ago" into numbers of orders, and random ticks into time that mostly goes forward.
fn settle(mut script: Vec<Message>) -> Vec<Message> {
    let (mut given, mut steps) = (0_usize, 0_u32);
    for message in &mut script {
        steps += 1;
        match message {
            Message::Submit(order) => {
                given += 1;
                if let Some(tick) = &mut order.expires {
                    *tick = Tick::new(tick.index() + steps / 8);
                }
            }
            Message::Cancel(number) | Message::Amend(number, ..) => {
                *number = given.saturating_sub(*number);
            }
            // One in sixty goes back.
            Message::Advance(tick) if tick.index() == 0 => {}
            Message::Advance(tick) => *tick = Tick::new(steps / 8 + tick.index() / 8),
            Message::Withdraw(_) => {}
        }
    }
    script
}
