//! What the engine and the naive model have in common: messages, what can be seen, and steps.

use std::cell::Cell;

use oikos_core::{Quantity, StableId, Tick};
use oikos_market::{
    BookLevel, BookRules, MarketError, Order, OrderBook, OrderId, OrderKind, Price, PriceRange,
    Receipt, Report, Resting, SelfTrade, Side, TraderId,
};
use proptest::prelude::*;

pub(crate) const SIDES: [Side; 2] = [Side::Buy, Side::Sell];
pub(crate) const MODES: [SelfTrade; 4] = [
    SelfTrade::CancelTaker,
    SelfTrade::CancelMaker,
    SelfTrade::CancelBoth,
    SelfTrade::DecrementBoth,
];
/// The widest cluster of prices in scripts lies here.
pub(crate) const FAR: i64 = 1_000_000_000_000_000;

/// What a book is asked. Orders are named by the number in which they were given, so that a message means the same
/// to everybody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Message {
    Submit(Order),
    Cancel(usize),
    Amend(usize, Price, i64),
    Advance(Tick),
    Withdraw(TraderId),
}

/// All that can be seen of a book.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) orders: [Vec<Resting>; 2],
    pub(crate) levels: [Vec<BookLevel>; 2],
    pub(crate) best: [Option<Price>; 2],
    pub(crate) quantity: [Quantity; 2],
    pub(crate) now: Tick,
}

/// What came of a message.
pub(crate) type Answer = Result<Option<Receipt>, MarketError>;

/// A book: ours, or the naive model with or without a fault.
pub(crate) trait Venue {
    fn rules(&self) -> BookRules;
    /// The id of the order that was the so-manieth to be given.
    fn id(&self, number: usize) -> OrderId;
    fn apply(&mut self, message: &Message, reports: &mut Vec<Report>) -> Answer;
    fn state(&self) -> State;
}

/// A message with what was before and after it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) rules: BookRules,
    pub(crate) message: Message,
    /// The id that the message names.
    pub(crate) named: Option<OrderId>,
    pub(crate) before: State,
    pub(crate) answer: Answer,
    pub(crate) reports: Vec<Report>,
    pub(crate) after: State,
}

/// Applies a script and gives every step to `look`, until it finds something.
pub(crate) fn run<T>(
    venue: &mut dyn Venue,
    script: &[Message],
    mut look: impl FnMut(&Step) -> Option<T>,
) -> Option<T> {
    let mut before = venue.state();
    for message in script {
        let named = match *message {
            Message::Cancel(number) | Message::Amend(number, ..) => Some(venue.id(number)),
            _ => None,
        };
        let mut reports = Vec::new();
        let answer = venue.apply(message, &mut reports);
        let after = venue.state();
        let step = Step {
            rules: venue.rules(),
            message: *message,
            named,
            before,
            answer,
            reports,
            after: after.clone(),
        };
        if let Some(found) = look(&step) {
            return Some(found);
        }
        before = after;
    }
    None
}

/// Our book, with the ids it gave.
pub(crate) struct Engine {
    pub(crate) book: OrderBook,
    pub(crate) given: Vec<OrderId>,
}

impl Engine {
    pub(crate) fn new(rules: BookRules) -> Self {
        Self {
            book: OrderBook::new(rules),
            given: Vec::new(),
        }
    }
}

impl Venue for Engine {
    fn rules(&self) -> BookRules {
        self.book.rules()
    }

    /// A number beyond those given stands for an id that never was.
    fn id(&self, number: usize) -> OrderId {
        self.given.get(number).copied().unwrap_or(OrderId::LAST)
    }

    fn apply(&mut self, message: &Message, reports: &mut Vec<Report>) -> Answer {
        match *message {
            Message::Submit(order) => {
                let receipt = self.book.submit(order, reports)?;
                self.given.push(receipt.order);
                Ok(Some(receipt))
            }
            Message::Cancel(number) => self.book.cancel(self.id(number), reports).map(|_| None),
            Message::Amend(number, price, quantity) => self
                .book
                .amend(self.id(number), price, Quantity(quantity), reports)
                .map(Some),
            Message::Advance(tick) => self.book.advance(tick, reports).map(|()| None),
            Message::Withdraw(trader) => {
                self.book.withdraw(|who| who == trader, reports);
                Ok(None)
            }
        }
    }

    fn state(&self) -> State {
        let book = &self.book;
        State {
            orders: SIDES.map(|side| book.orders(side).collect()),
            levels: SIDES.map(|side| book.levels(side).collect()),
            best: SIDES.map(|side| book.best_price(side)),
            quantity: SIDES.map(|side| book.quantity(side)),
            now: book.now(),
        }
    }
}

pub(crate) fn rules(self_trade: SelfTrade) -> BookRules {
    BookRules {
        prices: PriceRange::new(-FAR, FAR).unwrap(),
        self_trade,
    }
}

pub(crate) fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap()
}

pub(crate) fn limit(who: u64, side: Side, price: i64, quantity: i64) -> Message {
    Message::Submit(Order::new(
        trader(who),
        side,
        quantity,
        OrderKind::Limit(Price(price)),
    ))
}

pub(crate) fn order(who: u64, side: Side, quantity: i64, kind: OrderKind) -> Message {
    Message::Submit(Order::new(trader(who), side, quantity, kind))
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

/// Scripts of so many messages, which name orders of any age and few that never were.
pub(crate) fn scripts(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Message>> {
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
    proptest::collection::vec(message, len).prop_map(settle)
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

thread_local! {
    static EVENTS: Cell<u64> = const { Cell::new(0) };
}

/// Counts messages of the test that runs on this thread.
pub(crate) fn count(events: usize) -> u64 {
    EVENTS.set(EVENTS.get() + events as u64);
    EVENTS.get()
}
