//! An order book under a flow of 55 % limit orders, 36 % cancels and 9 % market orders, with about 100 and about
//! 20,000 orders resting, beside `lobster` under the same flow; and call auctions of a million orders.
//!
//! `cargo bench -p oikos-benches --bench order_book`. Whole runs are timed, so this is a program of its own and no
//! criterion group.

#![expect(
    clippy::unwrap_used,
    reason = "the orders are made here, and a benchmark may stop"
)]

use std::hint::black_box;

use oikos_benches::measure::timed;
use oikos_core::{Draw, Seed, StableId, Stream, Tick};
use oikos_market::{
    AuctionRules, BookRules, CallAuction, Order, OrderBook, OrderId, OrderKind, Price, PriceRange,
    Rationing, Report, SelfTrade, Side, TraderId,
};

const OPERATIONS: usize = 1_000_000;
const RUNS: usize = 5;
const MIDDLE: i64 = 50_000;
/// Messages after which the reports are read and the buffer is used again.
const BATCH: usize = 256;

/// One message to a book.
#[derive(Clone, Copy)]
enum Operation {
    /// A limit order: side, price, quantity.
    Limit(Side, u32, u32),
    /// A market order: side, quantity.
    Market(Side, u32),
    /// Cancels the order that was the so-manieth to be given.
    Cancel(u32),
}

/// What a run came to: fills, volume, and the sum of price times quantity.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    fills: u64,
    volume: u64,
    value: u64,
}

fn main() {
    for (name, resting, width) in [("small", 100, 20), ("deep", 20_000, 2_000)] {
        let operations = flow(resting, width);
        let mut seconds = [Vec::new(), Vec::new()];
        for _ in 0..RUNS {
            let (time, outcome) = ours(&operations, resting);
            let (their_time, their_outcome) = theirs(&operations, resting);
            assert_eq!(outcome, their_outcome, "the books disagree");
            seconds[0].push(time);
            seconds[1].push(their_time);
        }
        for (engine, seconds) in ["oikos", "lobster"].into_iter().zip(&mut seconds) {
            seconds.sort_by(f64::total_cmp);
            let speed = |run: usize| OPERATIONS as f64 / seconds[run] / 1e6;
            let (slow, middle, fast) = (speed(RUNS - 1), speed(RUNS / 2), speed(0));
            println!("{name} book, {engine}: {middle:.2} M operations/s ({slow:.2} to {fast:.2})");
        }
    }
    for (name, step) in [
        ("1,000 prices", 1),
        ("prices 10^12 apart", 1_000_000_000_000),
    ] {
        for rationing in [Rationing::Time, Rationing::ProRata] {
            call(name, step, rationing);
        }
    }
}

/// A million limit orders at a thousand prices, half of them to buy, clear at one price.
fn call(name: &str, step: i64, rationing: Rationing) {
    let mut milliseconds: Vec<f64> = (0..RUNS)
        .map(|run| {
            let mut draw = Stream::new(Seed(run as u64), "benches.call").at(0, Tick::ZERO);
            let mut auction = CallAuction::new(AuctionRules {
                prices: PriceRange::new(0, 1_000 * step).unwrap(),
                rationing,
                reference: None,
            })
            .unwrap();
            for who in 0..OPERATIONS as u64 {
                let side = if who % 2 == 0 { Side::Buy } else { Side::Sell };
                let kind = OrderKind::Limit(Price(draw.range(0..=999).unwrap() * step));
                let quantity = draw.range(1..=100).unwrap();
                let trader = TraderId::new(who).unwrap();
                auction
                    .submit(Order::new(trader, side, quantity, kind))
                    .unwrap();
            }
            let mut reports = Vec::new();
            let (seconds, clearing) = timed(|| auction.clear(Tick::new(1), &mut reports));
            assert!(clearing.unwrap().is_some() && reports.len() > OPERATIONS / 4);
            seconds * 1e3
        })
        .collect();
    milliseconds.sort_by(f64::total_cmp);
    let (fast, middle, slow) = (
        milliseconds[0],
        milliseconds[RUNS / 2],
        milliseconds[RUNS - 1],
    );
    println!("call auction, {name}, {rationing:?}: {middle:.1} ms ({fast:.1} to {slow:.1})");
}

/// A generator of messages that knows what rests.
struct Writer {
    draw: Draw,
    book: OrderBook,
    given: Vec<OrderId>,
    /// Orders that may rest, by the number in which they were given.
    live: Vec<u32>,
    operations: Vec<Operation>,
}

impl Writer {
    fn below(&mut self, bound: i64) -> i64 {
        self.draw.below(bound as u64).unwrap() as i64
    }

    fn side(&mut self) -> Side {
        if self.below(2) == 0 {
            Side::Buy
        } else {
            Side::Sell
        }
    }

    fn limit(&mut self, width: i64, crossing: i64) {
        let side = self.side();
        let offset = self.below(width) - crossing;
        let price = match side {
            Side::Buy => MIDDLE - offset,
            Side::Sell => MIDDLE + 1 + offset,
        };
        let quantity = 1 + self.below(100);
        self.live.push(self.given.len() as u32);
        self.write(Operation::Limit(side, price as u32, quantity as u32));
    }

    fn market(&mut self) {
        let (side, quantity) = (self.side(), 1 + self.below(100));
        self.write(Operation::Market(side, quantity as u32));
    }

    /// Cancels an order that rests.
    fn cancel(&mut self) {
        while !self.live.is_empty() {
            let index = self.below(self.live.len() as i64) as usize;
            let target = self.live.swap_remove(index);
            if self.book.order(self.given[target as usize]).is_ok() {
                self.write(Operation::Cancel(target));
                return;
            }
        }
    }

    fn write(&mut self, operation: Operation) {
        execute(&mut self.book, &mut self.given, operation, &mut Vec::new());
        self.operations.push(operation);
    }
}

/// As many limit orders as are to rest, then the flow. Limit orders cross the more, the more orders rest.
fn flow(resting: u32, width: i64) -> Vec<Operation> {
    let draw = Stream::new(Seed(1), "benches.order_book").at(0, Tick::ZERO);
    let mut writer = Writer {
        draw,
        book: book(),
        given: Vec::new(),
        live: Vec::new(),
        operations: Vec::new(),
    };
    for _ in 0..resting {
        writer.limit(width, 0);
    }
    for _ in 0..OPERATIONS {
        match writer.below(100) {
            0..55 => {
                let crossing = if writer.book.len() > resting {
                    width / 2
                } else {
                    0
                };
                writer.limit(width, crossing);
            }
            55..91 => writer.cancel(),
            _ => writer.market(),
        }
    }
    writer.operations
}

fn book() -> OrderBook {
    OrderBook::new(BookRules {
        prices: PriceRange::new(1, 1_000_000).unwrap(),
        self_trade: SelfTrade::CancelTaker,
    })
}

#[inline]
fn execute(
    book: &mut OrderBook,
    given: &mut Vec<OrderId>,
    operation: Operation,
    reports: &mut Vec<Report>,
) {
    let order = |side, quantity, kind| {
        let trader = TraderId::new(given.len() as u64).unwrap();
        Order::new(trader, side, i64::from(quantity), kind)
    };
    let order = match operation {
        Operation::Cancel(target) => {
            // Refused if the order is closed already.
            let _ = black_box(book.cancel(given[target as usize], reports));
            return;
        }
        Operation::Limit(side, price, quantity) => {
            order(side, quantity, OrderKind::Limit(Price(i64::from(price))))
        }
        Operation::Market(side, quantity) => order(side, quantity, OrderKind::Market),
    };
    given.push(book.submit(order, reports).unwrap().order);
}

fn ours(operations: &[Operation], resting: u32) -> (f64, Outcome) {
    let (mut book, mut given) = (book(), vec![OrderId::FIRST; operations.len()]);
    given.clear();
    let mut reports = Vec::with_capacity(BATCH * 4);
    let (first, then) = operations.split_at(resting as usize);
    for operation in first {
        execute(&mut book, &mut given, *operation, &mut reports);
    }
    reports.clear();
    timed(|| {
        let mut outcome = Outcome::default();
        for batch in then.chunks(BATCH) {
            for operation in batch {
                execute(&mut book, &mut given, *operation, &mut reports);
            }
            for report in reports.drain(..) {
                if let Report::Fill(fill) = report {
                    outcome.fills += 1;
                    outcome.volume += fill.quantity.0 as u64;
                    outcome.value += fill.value() as u64;
                }
            }
        }
        outcome
    })
}

fn theirs(operations: &[Operation], resting: u32) -> (f64, Outcome) {
    let mut book = lobster::OrderBook::default();
    let mut id = 0;
    let (first, then) = operations.split_at(resting as usize);
    for operation in first {
        book.execute(order_of(*operation, &mut id));
    }
    timed(|| {
        let mut outcome = Outcome::default();
        for operation in then {
            if let lobster::OrderEvent::Filled { fills, .. }
            | lobster::OrderEvent::PartiallyFilled { fills, .. } =
                book.execute(order_of(*operation, &mut id))
            {
                outcome.fills += fills.len() as u64;
                outcome.volume += fills.iter().map(|fill| fill.qty).sum::<u64>();
                outcome.value += fills.iter().map(|fill| fill.qty * fill.price).sum::<u64>();
            }
        }
        outcome
    })
}

fn order_of(operation: Operation, next: &mut u128) -> lobster::OrderType {
    let side = |side| match side {
        Side::Buy => lobster::Side::Bid,
        Side::Sell => lobster::Side::Ask,
    };
    let id = *next;
    *next += u128::from(!matches!(operation, Operation::Cancel(_)));
    match operation {
        Operation::Cancel(target) => lobster::OrderType::Cancel { id: target.into() },
        Operation::Market(taker, quantity) => lobster::OrderType::Market {
            id,
            side: side(taker),
            qty: quantity.into(),
        },
        Operation::Limit(taker, price, quantity) => lobster::OrderType::Limit {
            id,
            side: side(taker),
            qty: quantity.into(),
            price: price.into(),
        },
    }
}
