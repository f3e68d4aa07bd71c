//! What all mechanisms promise, and what posted prices, bazaars and listings do.

mod bazaar;
mod contract;
mod listings;
mod posted;

use oikos_core::{Seed, StableId, Stream, Tick};
use oikos_market::{Fill, Order, OrderKind, Price, PriceRange, Report, Round, Side, TraderId};

fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap()
}

fn limit(who: u64, side: Side, price: i64, quantity: i64) -> Order {
    Order::new(trader(who), side, quantity, OrderKind::Limit(Price(price)))
}

fn prices() -> PriceRange {
    PriceRange::new(-1_000, 1_000).unwrap()
}

fn round(tick: u32) -> Round {
    Round {
        tick: Tick::new(tick),
        draws: Stream::new(Seed(5), "market.test"),
    }
}

fn fills(reports: &[Report]) -> Vec<Fill> {
    let fill = |report: &Report| match report {
        Report::Fill(fill) => Some(*fill),
        _ => None,
    };
    reports.iter().filter_map(fill).collect()
}
