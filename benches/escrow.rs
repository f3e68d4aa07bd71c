//! A venue that settles every trade, under the flow of 55 % limit orders, 36 % cancels and 9 % market orders, with
//! about 100 and about 20,000 orders resting; and one that settles a call auction. A thousand traders, a fee of 1 % for
//! sellers.
//!
//! `cargo bench -p oikos-benches --bench escrow`. Whole runs are timed, so this is a program of its own and no
//! criterion group.

#![expect(
    clippy::unwrap_used,
    reason = "the orders are made here, and a benchmark may stop"
)]

use oikos_benches::measure::timed;
use oikos_core::{CurrencyInfo, Draw, Ratio, Seed, StableId, Stream, Tick};
use oikos_ledger::{AccountId, AccountKind, AccountSpec, Ledger, Limit, Owner, Transfer};
use oikos_market::{
    AuctionRules, BookRules, CallAuction, Desk, EscrowError, Fees, GoodsBook, GoodsStep, Mechanism,
    Order, OrderBook, OrderId, OrderKind, Price, PriceRange, Rationing, Report, Round, SelfTrade,
    Side, TraderId, Venue, VenueRules,
};

const OPERATIONS: usize = 1_000_000;
const RUNS: usize = 5;
/// Orders of the call auction.
const ORDERS: usize = 100_000;
const MIDDLE: i64 = 50_000;
const TRADERS: u64 = 1_000;
const BUDGET: i64 = 100 * 2 * MIDDLE;
const CASH: i64 = 1_000_000_000_000_000;
const GOODS: i64 = 1_000_000_000_000;

/// What each trader has: free, reserved. There is enough of both, so that steps are taken back nowhere but where
/// paying fails.
struct Shelves(Vec<[i64; 2]>);

impl Shelves {
    fn carry_out(&mut self, step: &GoodsStep, sign: i64) {
        match *step {
            GoodsStep::Reserve {
                trader, quantity, ..
            } => self.shift(trader, sign * quantity),
            GoodsStep::Release {
                trader, quantity, ..
            } => self.shift(trader, -sign * quantity),
            GoodsStep::Deliver {
                seller,
                buyer,
                quantity,
                ..
            } => {
                self.0[seller.get() as usize][1] -= sign * quantity;
                self.0[buyer.get() as usize][0] += sign * quantity;
            }
        }
    }

    fn shift(&mut self, trader: TraderId, quantity: i64) {
        let [free, reserved] = &mut self.0[trader.get() as usize];
        *free -= quantity;
        *reserved += quantity;
    }
}

impl GoodsBook for Shelves {
    fn settle(
        &mut self,
        steps: &[GoodsStep],
        pay: &mut dyn FnMut() -> Result<(), EscrowError>,
    ) -> Result<(), EscrowError> {
        steps.iter().for_each(|step| self.carry_out(step, 1));
        let paid = pay();
        if paid.is_err() {
            steps.iter().for_each(|step| self.carry_out(step, -1));
        }
        paid
    }
}

/// A venue with its books and the orders that it was given.
struct World<M> {
    ledger: Ledger,
    shelves: Shelves,
    venue: Venue<M>,
    live: Vec<OrderId>,
    draw: Draw,
}

fn prices() -> PriceRange {
    PriceRange::new(1, 1_000_000).unwrap()
}

impl<M: Mechanism + Clone> World<M> {
    fn new(mechanism: M) -> Self {
        let mut ledger = Ledger::new(0);
        let coin = CurrencyInfo::new("COI", "coin", 0).unwrap();
        let plain = AccountSpec {
            kind: AccountKind::Asset,
            owner: Owner {
                kind: ledger.owner_kind("person").unwrap(),
                id: 0,
            },
            sector: ledger.sector("households").unwrap(),
            currency: ledger.currency(coin).unwrap(),
            limit: Limit::Credits(0),
            is_issuer: false,
        };
        let issuer = AccountSpec {
            kind: AccountKind::Liability,
            limit: Limit::None,
            is_issuer: true,
            ..plain
        };
        let credit = ledger.open(&issuer).unwrap();
        let kind = ledger.issuing_kind("mint").unwrap();
        let rules = VenueRules {
            fees: Fees {
                seller: Ratio::percent(1),
                ..Fees::NONE
            },
            account: ledger.open(&plain).unwrap(),
            trade: ledger.kind("sale").unwrap(),
            fee: ledger.kind("fee").unwrap(),
        };
        let mut venue = Venue::new(mechanism, rules, &ledger).unwrap();
        for number in 0..TRADERS {
            let debit: AccountId = ledger.open(&plain).unwrap();
            let mint = Transfer {
                kind,
                debit,
                credit,
                amount: CASH,
                reference: 0,
            };
            ledger.post(&mint).unwrap();
            let who = TraderId::new(number).unwrap();
            venue.admit(who, debit, &ledger).unwrap();
        }
        Self {
            ledger,
            shelves: Shelves(vec![[GOODS, 0]; TRADERS as usize]),
            venue,
            live: Vec::new(),
            draw: Stream::new(Seed(1), "benches.escrow").at(0, Tick::ZERO),
        }
    }

    fn below(&mut self, bound: i64) -> i64 {
        self.draw.below(bound as u64).unwrap() as i64
    }

    /// An order of somebody around the middle.
    fn order(&mut self, width: i64, shift: i64) -> Order {
        let side = if self.below(2) == 0 {
            Side::Buy
        } else {
            Side::Sell
        };
        let (who, quantity) = (self.below(TRADERS as i64) as u64, 1 + self.below(100));
        let offset = self.below(width) - shift;
        let price = match side {
            Side::Buy => MIDDLE - offset,
            Side::Sell => MIDDLE + 1 + offset,
        };
        let kind = OrderKind::Limit(Price(price));
        Order::new(TraderId::new(who).unwrap(), side, quantity, kind)
    }
}

impl World<OrderBook> {
    fn book() -> Self {
        Self::new(OrderBook::new(BookRules {
            prices: prices(),
            self_trade: SelfTrade::CancelTaker,
        }))
    }

    /// One message; an order that rests is remembered.
    fn step(&mut self, resting: u32, width: i64, reports: &mut Vec<Report>) {
        let what = self.below(100);
        if (55..91).contains(&what) {
            return self.cancel(reports);
        }
        let is_full = self.venue.mechanism().len() > resting;
        let order = self.order(width, if is_full { width / 2 } else { 0 });
        let desk = &mut Desk {
            ledger: &mut self.ledger,
            goods: &mut self.shelves,
        };
        let venue = &mut self.venue;
        if what < 55 {
            let receipt = venue.submit(desk, order, reports).unwrap();
            if receipt.resting.0 > 0 {
                self.live.push(receipt.order);
            }
        } else if order.side == Side::Sell {
            let kind = OrderKind::Market;
            let order = Order { kind, ..order };
            venue.submit(desk, order, reports).unwrap();
        } else {
            venue
                .buy_at_market(desk, order.trader, order.quantity, BUDGET, reports)
                .unwrap();
        }
    }

    /// Cancels an order that rests.
    fn cancel(&mut self, reports: &mut Vec<Report>) {
        while !self.live.is_empty() {
            let index = self.below(self.live.len() as i64) as usize;
            let order = self.live.swap_remove(index);
            if self.venue.mechanism().order(order).is_ok() {
                let desk = &mut Desk {
                    ledger: &mut self.ledger,
                    goods: &mut self.shelves,
                };
                self.venue.cancel(desk, order, reports).unwrap();
                return;
            }
        }
    }
}

/// A call auction whose orders cross, so that about half of them trade; the clearing is timed.
fn auction() {
    let (mut times, mut fills) = (Vec::new(), 0);
    for _ in 0..RUNS {
        let rules = AuctionRules {
            prices: prices(),
            rationing: Rationing::ProRata,
            reference: None,
        };
        let mut world = World::new(CallAuction::new(rules).unwrap());
        let mut reports = Vec::new();
        for _ in 0..ORDERS {
            let order = world.order(1_000, 500);
            let desk = &mut Desk {
                ledger: &mut world.ledger,
                goods: &mut world.shelves,
            };
            world.venue.submit(desk, order, &mut reports).unwrap();
        }
        let round = Round {
            tick: Tick::new(1),
            draws: Stream::new(Seed(1), "benches.auction"),
        };
        let (seconds, ()) = timed(|| {
            let desk = &mut Desk {
                ledger: &mut world.ledger,
                goods: &mut world.shelves,
            };
            world.venue.clear(desk, round, &mut reports).unwrap();
        });
        world.venue.check(&world.ledger).unwrap();
        world.ledger.audit().unwrap();
        let is_fill = |report: &&Report| matches!(report, Report::Fill(_));
        fills = reports.iter().filter(is_fill).count();
        times.push(seconds * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let (fast, middle, slow) = (times[0], times[RUNS / 2], times[RUNS - 1]);
    println!(
        "auction of {ORDERS} orders, {fills} trades settled: {middle:.0} ms ({fast:.0} to {slow:.0})"
    );
}

fn main() {
    auction();
    for (name, resting, width) in [("small", 100, 20), ("deep", 20_000, 2_000)] {
        let mut speeds = Vec::new();
        for _ in 0..RUNS {
            let mut world = World::book();
            let mut reports = Vec::new();
            while world.venue.mechanism().len() < resting {
                world.step(resting, width, &mut reports);
            }
            reports.clear();
            let (seconds, fills) = timed(|| {
                let mut fills = 0_u64;
                for _ in 0..OPERATIONS {
                    world.step(resting, width, &mut reports);
                    let is_fill = |report: &Report| matches!(report, Report::Fill(_));
                    fills += reports.drain(..).filter(is_fill).count() as u64;
                }
                fills
            });
            world.venue.check(&world.ledger).unwrap();
            world.ledger.audit().unwrap();
            assert!(fills > 0);
            speeds.push(OPERATIONS as f64 / seconds / 1e6);
        }
        speeds.sort_by(f64::total_cmp);
        let (slow, middle, fast) = (speeds[0], speeds[RUNS / 2], speeds[RUNS - 1]);
        println!("{name} book with escrow: {middle:.2} M messages/s ({slow:.2} to {fast:.2})");
    }
}
