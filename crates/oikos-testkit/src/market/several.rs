//! What takes more than one run: M13 to M16, A5 and A7.

use std::collections::BTreeMap;

use oikos_core::{StableId, Tick};
use oikos_market::{
    Fill, MarketError, Mechanism, Order, OrderId, OrderKind, Price, PriceRange, Receipt, Released,
    Report, Side, TraderId,
};

use super::checker::fills;
use super::{Message, round};
use crate::invariant::Broken;
use crate::invariant::Invariant::{A, M};

/// What came of a message: how it was answered, and what was reported. Orders are named by the number in which they
/// were given, so that two mechanisms can be compared.
#[derive(Debug, Clone, PartialEq)]
struct Came {
    /// Filled, resting, released; of a cancel what was released; `None` where it was refused.
    answer: Option<[i64; 3]>,
    reports: Vec<Report>,
    waiting: BTreeMap<OrderId, Order>,
}

/// The order after which so many others were given.
fn aged(given: &[OrderId], age: usize) -> OrderId {
    let found = given.iter().rev().nth(age);
    found.copied().unwrap_or(OrderId::LAST)
}

/// A mechanism that is asked, with the ids that it gave.
struct Asked<T> {
    mechanism: T,
    numbers: BTreeMap<OrderId, OrderId>,
    given: Vec<OrderId>,
    now: u32,
}

impl<T: Mechanism> Asked<T> {
    const fn new(mechanism: T) -> Self {
        Self {
            mechanism,
            numbers: BTreeMap::new(),
            given: Vec::new(),
            now: 0,
        }
    }

    fn ask(&mut self, message: &Message) -> Came {
        let mut reports = Vec::new();
        let parts = |receipt: Receipt| [receipt.filled, receipt.resting, receipt.released];
        let answer: Result<[i64; 3], MarketError> = match *message {
            Message::Submit(order) => {
                let answer = self.mechanism.submit(order, &mut reports);
                answer.map(|receipt| {
                    let number = OrderId::new(self.given.len() as u64);
                    let number = number.unwrap_or(OrderId::LAST);
                    self.numbers.insert(receipt.order, number);
                    self.given.push(receipt.order);
                    parts(receipt).map(|quantity| quantity.0)
                })
            }
            Message::Cancel(age) => {
                let id = aged(&self.given, age);
                let answer = self.mechanism.cancel(id, &mut reports);
                answer.map(|released| [0, 0, released.quantity.0])
            }
            Message::Withdraw(who) => {
                self.mechanism
                    .withdraw(&mut |other| other == who, &mut reports);
                Ok([0; 3])
            }
            Message::Clear => {
                self.now += 1;
                let answer = self
                    .mechanism
                    .clear(round(Tick::new(self.now)), &mut reports);
                answer.map(|()| [0; 3])
            }
        };
        let outstanding = self.mechanism.outstanding().into_iter();
        Came {
            answer: answer.ok(),
            reports: reports.iter().map(|report| self.numbered(report)).collect(),
            waiting: outstanding
                .map(|(id, order)| (self.number(id), order))
                .collect(),
        }
    }

    fn number(&self, id: OrderId) -> OrderId {
        self.numbers.get(&id).copied().unwrap_or(OrderId::LAST)
    }

    fn numbered(&self, report: &Report) -> Report {
        match *report {
            Report::Fill(fill) => Report::Fill(Fill {
                buy: self.number(fill.buy),
                sell: self.number(fill.sell),
                ..fill
            }),
            Report::Released(released) => Report::Released(Released {
                order: self.number(released.order),
                ..released
            }),
            Report::Amended(amended) => Report::Amended(oikos_market::Amended {
                order: self.number(amended.order),
                ..amended
            }),
        }
    }
}

fn differ(
    at: usize,
    message: &Message,
    one: &impl std::fmt::Debug,
    other: &impl std::fmt::Debug,
) -> String {
    format!("message {at}, {message:?}: one gives {one:?}, the other {other:?}")
}

/// M13: two mechanisms answer, report and keep the same, message by message. Use it to hold a fast one against a slow
/// and obvious one.
///
/// # Errors
/// [`Broken`], with the first message that they answer differently.
pub fn agrees<T: Mechanism, U: Mechanism>(
    fast: T,
    slow: U,
    script: &[Message],
) -> Result<u64, Broken> {
    let (mut fast, mut slow) = (Asked::new(fast), Asked::new(slow));
    for (at, message) in script.iter().enumerate() {
        let (one, other) = (fast.ask(message), slow.ask(message));
        M(13).require(one == other, || differ(at, message, &one, &other))?;
    }
    Ok(script.len() as u64)
}

fn negated(price: Price) -> Price {
    Price(-price.0)
}

fn mirrored(order: Order) -> Order {
    let kind = match order.kind {
        OrderKind::Limit(price) => OrderKind::Limit(negated(price)),
        OrderKind::Market => OrderKind::Market,
        OrderKind::ImmediateOrCancel(price) => OrderKind::ImmediateOrCancel(negated(price)),
        OrderKind::FillOrKill(price) => OrderKind::FillOrKill(negated(price)),
        OrderKind::PostOnly(price) => OrderKind::PostOnly(negated(price)),
    };
    let side = order.side.opposite();
    Order {
        side,
        kind,
        ..order
    }
}

/// What came, as its mirror: who buys sells, and prices have the other sign.
fn mirror_of(came: Came) -> Came {
    let report = |report| match report {
        Report::Fill(fill) => Report::Fill(Fill {
            buy: fill.sell,
            sell: fill.buy,
            buyer: fill.seller,
            seller: fill.buyer,
            price: negated(fill.price),
            taker: fill.taker.map(Side::opposite),
            quantity: fill.quantity,
        }),
        Report::Released(released) => Report::Released(Released {
            side: released.side.opposite(),
            price: released.price.map(negated),
            ..released
        }),
        other => other,
    };
    let waiting = came.waiting.into_iter();
    Came {
        answer: came.answer,
        reports: came.reports.into_iter().map(report).collect(),
        waiting: waiting.map(|(id, order)| (id, mirrored(order))).collect(),
    }
}

/// M14: a mechanism of the negated prices that is asked the mirrored script does the mirrored thing. Withdrawals are
/// left out, for a mechanism may go through one side before the other. Only for mechanisms that treat buyers and
/// sellers alike: one that pays the seller's price, or rounds prices down, is not one.
///
/// # Errors
/// [`Broken`], with the first message that they answer differently.
pub fn mirrors<T: Mechanism>(
    make: impl Fn(PriceRange) -> T,
    prices: PriceRange,
    script: &[Message],
) -> Result<u64, Broken> {
    let negative = PriceRange::new(-prices.highest().0, -prices.lowest().0);
    let negative = negative.map_err(|error| M(14).broken(error.to_string()))?;
    let (mut one, mut other) = (Asked::new(make(prices)), Asked::new(make(negative)));
    for (at, message) in script.iter().enumerate() {
        let mirror = match *message {
            Message::Submit(order) => Message::Submit(mirrored(order)),
            Message::Withdraw(_) => continue,
            same => same,
        };
        let (one, mirror) = (one.ask(message), mirror_of(other.ask(&mirror)));
        M(14).require(one == mirror, || differ(at, message, &one, &mirror))?;
    }
    Ok(script.len() as u64)
}

/// M15: of two mechanisms between which a script is split, none feels what the other is asked.
///
/// # Errors
/// [`Broken`], with the first message that is answered differently when the other mechanism is not there.
pub fn stands_alone<T: Mechanism>(make: impl Fn() -> T, script: &[Message]) -> Result<u64, Broken> {
    let mut both = [Asked::new(make()), Asked::new(make())];
    let together: Vec<Came> = script
        .iter()
        .enumerate()
        .map(|(at, message)| both[at % 2].ask(message))
        .collect();
    for which in [1, 0] {
        let mut alone = Asked::new(make());
        for (at, message) in script.iter().enumerate().filter(|(at, _)| at % 2 == which) {
            let came = alone.ask(message);
            M(15).require(came == together[at], || {
                differ(at, message, &together[at], &came)
            })?;
        }
    }
    Ok(script.len() as u64)
}

/// M16: the same script gives the same answers and reports each time, on this thread and on others.
///
/// # Errors
/// [`Broken`], with the first message that is answered differently.
pub fn repeats<T: Mechanism>(
    make: impl Fn() -> T + Sync,
    script: &[Message],
) -> Result<u64, Broken> {
    let play = || -> Vec<Came> {
        let mut asked = Asked::new(make());
        script.iter().map(|message| asked.ask(message)).collect()
    };
    let here = play();
    let there = std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(play));
        threads.map(std::thread::ScopedJoinHandle::join)
    });
    for there in there {
        let there = there.map_err(|_| M(16).broken("it panicked on another thread"))?;
        let parted = here
            .iter()
            .zip(&there)
            .position(|(one, other)| one != other);
        if let Some(at) = parted {
            return Err(M(16).broken(differ(at, &script[at], &here[at], &there[at])));
        }
    }
    Ok(script.len() as u64)
}

/// A5: what each trader gets on each side, and at which price, does not depend on the order in which orders came.
///
/// # Errors
/// [`Broken`], with what a trader got in one order and in the other.
pub fn ignores_arrival<T: Mechanism>(
    make: impl Fn() -> T,
    orders: &[Order],
) -> Result<u64, Broken> {
    let clear = |orders: &[Order]| {
        let (mut mechanism, mut reports) = (make(), Vec::new());
        for order in orders {
            // What is refused is refused in any order.
            let _ = mechanism.submit(*order, &mut reports);
        }
        let cleared = mechanism.clear(round(Tick::new(1)), &mut reports);
        cleared.map_err(|error| A(5).broken(error.to_string()))?;
        let mut got: BTreeMap<(TraderId, Side, Price), i64> = BTreeMap::new();
        for fill in fills(&reports) {
            for (who, side) in [(fill.buyer, Side::Buy), (fill.seller, Side::Sell)] {
                *got.entry((who, side, fill.price)).or_default() += fill.quantity.0;
            }
        }
        Ok(got)
    };
    let first = clear(orders)?;
    let mut turned = orders.to_vec();
    turned.reverse();
    for _ in 0..2 {
        let other = clear(&turned)?;
        A(5).require(first == other, || {
            format!("in one order of arrival {first:?}, in another {other:?}")
        })?;
        turned.rotate_left(orders.len() / 3);
    }
    Ok(orders.len() as u64)
}

/// A7: what a mechanism foresees ([`Mechanism::preview`] and the others) is what it then does.
///
/// # Errors
/// [`Broken`], with the first message of which something else was foreseen.
pub fn foresees<T: Mechanism + Clone>(mut mechanism: T, script: &[Message]) -> Result<u64, Broken> {
    let (mut given, mut now) = (Vec::new(), 0);
    for (at, message) in script.iter().enumerate() {
        let (mut foreseen, mut reports) = (Vec::new(), Vec::new());
        let same = match *message {
            Message::Submit(order) => {
                let answer = mechanism.preview(&order, &mut foreseen);
                let done = mechanism.submit(order, &mut reports);
                given.extend(done.as_ref().map(|receipt| receipt.order));
                answer == done
            }
            Message::Cancel(age) => {
                let id = aged(&given, age);
                let answer = mechanism.preview_cancel(id, &mut foreseen);
                answer == mechanism.cancel(id, &mut reports)
            }
            Message::Withdraw(who) => {
                mechanism.preview_withdraw(&mut |other| other == who, &mut foreseen);
                mechanism.withdraw(&mut |other| other == who, &mut reports);
                true
            }
            Message::Clear => {
                now += 1;
                let round = round(Tick::new(now));
                let answer = mechanism.preview_clear(round, &mut foreseen);
                answer == mechanism.clear(round, &mut reports)
            }
        };
        let same = same && foreseen == reports;
        A(7).require(same, || differ(at, message, &foreseen, &reports))?;
    }
    Ok(script.len() as u64)
}
