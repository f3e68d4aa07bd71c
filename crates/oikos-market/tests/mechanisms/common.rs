//! What all tests of mechanisms use.

use oikos_core::{Seed, StableId, Stream, Tick};
use oikos_market::{Fill, Order, OrderKind, Price, PriceRange, Report, Round, Side, TraderId};

pub(crate) fn trader(number: u64) -> TraderId {
    TraderId::new(number).unwrap()
}

pub(crate) fn limit(who: u64, side: Side, price: i64, quantity: i64) -> Order {
    Order::new(trader(who), side, quantity, OrderKind::Limit(Price(price)))
}

pub(crate) fn prices() -> PriceRange {
    PriceRange::new(-1_000, 1_000).unwrap()
}

pub(crate) fn round(tick: u32) -> Round {
    Round {
        tick: Tick::new(tick),
        draws: Stream::new(Seed(5), "market.test"),
    }
}

pub(crate) fn fills(reports: &[Report]) -> Vec<Fill> {
    let fill = |report: &Report| match report {
        Report::Fill(fill) => Some(*fill),
        _ => None,
    };
    reports.iter().filter_map(fill).collect()
}
