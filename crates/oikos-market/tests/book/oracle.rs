//! `lobster`, an order book by other hands, fill by fill, where its rules are ours: limit orders, market orders and
//! cancels of orders whose traders all differ.

use oikos_core::{Draw, Seed, StableId, Stream, Tick};
use oikos_market::{
    BookRules, Order, OrderBook, OrderId, OrderKind, Price, PriceRange, Report, SelfTrade, Side,
    TraderId,
};

const OPERATIONS: u64 = 8_000_000;
/// Width of the band of prices, in the middle of which orders meet.
const WIDTH: u64 = 60;

/// A fill: maker's number, price, quantity.
type Met = (u128, u64, u64);

/// Both books, and the numbers of our ids.
struct Pair {
    ours: OrderBook,
    theirs: lobster::OrderBook,
    given: Vec<OrderId>,
    /// The number of the order that used a place last.
    numbers: Vec<u128>,
    reports: Vec<Report>,
    fills: u64,
}

impl Pair {
    fn new() -> Self {
        Self {
            ours: OrderBook::new(BookRules {
                prices: PriceRange::new(1, 1_000_000).unwrap(),
                self_trade: SelfTrade::CancelTaker,
            }),
            theirs: lobster::OrderBook::default(),
            given: Vec::new(),
            numbers: Vec::new(),
            reports: Vec::new(),
            fills: 0,
        }
    }

    fn submit(&mut self, side: Side, price: Option<u64>, quantity: u64) {
        let number = self.given.len() as u128;
        let trader = TraderId::new(number as u64).unwrap();
        let kind = price.map_or(OrderKind::Market, |price| {
            OrderKind::Limit(Price(price as i64))
        });
        self.reports.clear();
        let order = Order::new(trader, side, quantity as i64, kind);
        let receipt = self.ours.submit(order, &mut self.reports).unwrap();
        let place = (receipt.order.get() % (1 << 27)) as usize;
        if place >= self.numbers.len() {
            self.numbers.resize(place + 1, 0);
        }
        let fills: Vec<Met> = self
            .reports
            .iter()
            .filter_map(|report| self.met(report, side))
            .collect();
        self.numbers[place] = number;
        self.given.push(receipt.order);
        self.fills += fills.len() as u64;
        let (side, qty) = (theirs(side), quantity);
        let event = self.theirs.execute(match price {
            Some(price) => lobster::OrderType::Limit {
                id: number,
                side,
                qty,
                price,
            },
            None => lobster::OrderType::Market {
                id: number,
                side,
                qty,
            },
        });
        let their_fills: Vec<Met> = match event {
            lobster::OrderEvent::Filled { fills, .. }
            | lobster::OrderEvent::PartiallyFilled { fills, .. } => fills
                .iter()
                .map(|fill| (fill.order_2, fill.price, fill.qty))
                .collect(),
            _ => Vec::new(),
        };
        assert_eq!(fills, their_fills, "order {number}");
    }

    fn met(&self, report: &Report, taker: Side) -> Option<Met> {
        let Report::Fill(fill) = report else {
            return None;
        };
        let place = fill.order(taker.opposite()).get() % (1 << 27);
        let maker = self.numbers[place as usize];
        Some((maker, fill.price.0 as u64, fill.quantity.0 as u64))
    }

    /// Cancels an order; lobster answers alike whether it rests or not.
    fn cancel(&mut self, number: usize) {
        let _ = self.ours.cancel(self.given[number], &mut self.reports);
        self.theirs
            .execute(lobster::OrderType::Cancel { id: number as u128 });
    }

    /// All levels by price.
    fn compare_depth(&self) {
        let depth = self.theirs.depth(10_000);
        for (side, theirs) in [(Side::Buy, depth.bids), (Side::Sell, depth.asks)] {
            let mut ours: Vec<_> = self
                .ours
                .levels(side)
                .map(|level| (level.price.0 as u64, level.quantity.0 as u64))
                .collect();
            ours.sort_unstable();
            let theirs: Vec<_> = theirs
                .iter()
                .map(|level| (level.price, level.qty))
                .collect();
            assert_eq!(ours, theirs);
        }
        self.ours.check().unwrap();
    }
}

fn theirs(side: Side) -> lobster::Side {
    match side {
        Side::Buy => lobster::Side::Bid,
        Side::Sell => lobster::Side::Ask,
    }
}

fn below(draw: &mut Draw, bound: u64) -> u64 {
    draw.below(bound).unwrap()
}

#[test]
fn agrees_with_lobster_fill_by_fill() {
    let mut draw = Stream::new(Seed(7), "market.oracle").at(0, Tick::ZERO);
    let mut pair = Pair::new();
    for operation in 0..OPERATIONS {
        let side = if below(&mut draw, 2) == 0 {
            Side::Buy
        } else {
            Side::Sell
        };
        let quantity = 1 + below(&mut draw, 40);
        match below(&mut draw, 100) {
            0..55 => {
                // The middle wanders, so that levels come and go.
                let middle = 400_000 + operation / 20_000;
                let price = middle + below(&mut draw, WIDTH) - WIDTH / 2;
                pair.submit(side, Some(price), quantity);
            }
            55..90 if !pair.given.is_empty() => {
                let recent = pair.given.len().min(400) as u64;
                let number = pair.given.len() - 1 - below(&mut draw, recent) as usize;
                pair.cancel(number);
            }
            _ => pair.submit(side, None, quantity),
        }
        if operation % 100_000 == 0 {
            pair.compare_depth();
        }
    }
    assert!(pair.fills > OPERATIONS / 4, "{} fills", pair.fills);
}
