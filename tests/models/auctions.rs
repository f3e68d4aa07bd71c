//! Buyers and sellers: what theory says of their limits, and what they may do.

use std::collections::BTreeMap;

use oikos::core::{Draw, Ratio, Stream, Tick};
use oikos::market::Side;
use oikos::prelude::*;
use proptest::prelude::*;

use crate::call_auction;
use crate::double_auction::learner::{Learner, Shout};
use crate::double_auction::{Rules, Strategy as Calling, run};
use crate::schedule::Schedule;

fn columns<const N: usize>(table: &Table, names: [&str; N]) -> [Vec<i64>; N] {
    names.map(|name| table.column(name).unwrap().ints().unwrap().to_vec())
}

fn limits(highest: i64) -> impl Strategy<Value = Vec<Vec<i64>>> {
    let own = prop::collection::vec(1..=highest, 1..4);
    prop::collection::vec(own, 1..5)
}

/// Traders with limits of any kind, of each the best unit first.
fn schedules() -> impl Strategy<Value = Schedule> {
    (limits(30), limits(30)).prop_map(|(mut values, mut costs)| {
        for own in &mut values {
            own.sort_unstable_by(|a, b| b.cmp(a));
        }
        for own in &mut costs {
            own.sort_unstable();
        }
        let highest = 30;
        Schedule {
            values,
            costs,
            highest,
        }
    })
}

/// The most that can be gained: at the price at which it is most, all of the shorter side trade and the best of the
/// longer one.
fn most(schedule: &Schedule) -> i64 {
    let at = |price: i64| {
        let mut values: Vec<i64> = schedule.values.iter().flatten().copied().collect();
        let mut costs: Vec<i64> = schedule.costs.iter().flatten().copied().collect();
        values.retain(|value| *value >= price);
        costs.retain(|cost| *cost <= price);
        values.sort_unstable_by(|a, b| b.cmp(a));
        costs.sort_unstable();
        values
            .iter()
            .zip(&costs)
            .map(|(value, cost)| value - cost)
            .sum()
    };
    (1..=schedule.highest).map(at).max().unwrap()
}

#[test]
fn the_textbook_markets_are_those_of_the_targets() {
    for (schedule, quantity, prices, surplus) in [
        (Schedule::linear(), 12, [97, 103], 1_138),
        (Schedule::flat_supply(), 17, [60, 60], 1_154),
        (Schedule::flat_demand(), 17, [140, 140], 1_154),
        (Schedule::smith(), 6, [200, 200], 750),
    ] {
        let found = schedule.equilibrium();
        assert_eq!(
            (found.quantity, found.prices, found.surplus),
            (quantity, prices, surplus)
        );
        assert_eq!(most(&schedule), surplus);
    }
}

/// A day of callers who know nothing, without books.
fn by_hand(schedule: &Schedule, constrained: bool, turns: u32, draw: &mut Draw) -> Vec<[i64; 4]> {
    let buyers = schedule.values.len();
    let mut left: Vec<Vec<i64>> = schedule
        .values
        .iter()
        .chain(&schedule.costs)
        .cloned()
        .collect();
    let (mut bid, mut ask) = (None::<(i64, usize)>, None::<(i64, usize)>);
    let mut trades = Vec::new();
    for turn in 0..turns {
        let at = draw.below(left.len() as u64).unwrap() as usize;
        let Some(limit) = left[at].first().copied() else {
            continue;
        };
        let is_buyer = at < buyers;
        let range = match (constrained, is_buyer) {
            (true, true) => 1..=limit,
            (true, false) => limit..=schedule.highest,
            (false, _) => 1..=schedule.highest,
        };
        let price = draw.range(range).unwrap();
        let trade = if is_buyer {
            if bid.is_some_and(|(best, _)| price <= best) {
                continue;
            }
            bid = Some((price, at));
            ask.filter(|(asked, _)| *asked <= price)
                .map(|(asked, other)| (asked, at, other))
        } else {
            if ask.is_some_and(|(best, _)| price >= best) {
                continue;
            }
            ask = Some((price, at));
            bid.filter(|(offered, _)| *offered >= price)
                .map(|(offered, other)| (offered, other, at))
        };
        if let Some((paid, buyer, seller)) = trade {
            let (value, cost) = (left[buyer].remove(0), left[seller].remove(0));
            trades.push([i64::from(turn), paid, value, cost]);
            (bid, ask) = (None, None);
        }
    }
    trades
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn theory_gains_the_most_there_is(schedule in schedules()) {
        prop_assert_eq!(schedule.equilibrium().surplus, most(&schedule));
    }

    #[test]
    fn callers_trade_as_they_do_without_books(schedule in schedules(), constrained: bool, seed in 0_u64..1_000) {
        let rules = Rules {
            strategy: Calling::Random { constrained },
            turns: 80,
            schedule: schedule.clone(),
        };
        let table = run(Seed(seed), rules, 2).unwrap();
        let [days, turns, prices, values, costs] = columns(&table, ["tick", "turn", "price", "value", "cost"]);
        let stream = Stream::new(Seed(seed), "double-auction.turns");
        let mut expected = Vec::new();
        for day in 0..2 {
            let mut draw = stream.at(u64::MAX, Tick::new(day));
            let trades = by_hand(&schedule, constrained, 80, &mut draw);
            expected.extend(trades.into_iter().map(|trade| (i64::from(day), trade)));
        }
        let found: Vec<(i64, [i64; 4])> = (0..days.len())
            .map(|row| (days[row], [turns[row], prices[row], values[row], costs[row]]))
            .collect();
        prop_assert_eq!(found, expected);
    }

    /// Who tells the truth gains all there is, at a price of the equilibrium, whoever comes first.
    #[test]
    fn the_auctioneer_gains_all_for_whoever_tells_the_truth(schedule in schedules(), seed in 0_u64..1_000) {
        let market = schedule.equilibrium();
        let margins = [Ratio::percent(0); 2];
        let table = call_auction::run(Seed(seed), call_auction::Rules { schedule, margins }, 2).unwrap();
        let [days, prices, values, costs] = columns(&table, ["tick", "price", "value", "cost"]);
        let mut gained = BTreeMap::from([(0, 0), (1, 0)]);
        for row in 0..days.len() {
            *gained.entry(days[row]).or_default() += values[row] - costs[row];
            let [lowest, highest] = market.prices;
            prop_assert!((lowest..=highest).contains(&prices[row]));
        }
        prop_assert_eq!(gained.into_values().collect::<Vec<i64>>(), [market.surplus; 2]);
    }

    /// Whoever learns never loses: buyers pay no more than a unit is worth, sellers get no less than it costs.
    #[test]
    fn learners_do_not_lose(schedule in schedules(), seed in 0_u64..1_000) {
        let rules = Rules {
            strategy: Calling::Learning { rate: None },
            turns: 200,
            schedule,
        };
        let table = run(Seed(seed), rules, 3).unwrap();
        let [prices, values, costs] = columns(&table, ["price", "value", "cost"]);
        for row in 0..prices.len() {
            prop_assert!(costs[row] <= prices[row] && prices[row] <= values[row]);
        }
    }
}

/// Sellers of one price and buyers of another: learners come to trade near what theory says, and without learning they
/// stay where they were.
#[test]
fn learners_come_to_the_equilibrium() {
    let last_day = |rate| {
        let rules = Rules {
            strategy: Calling::Learning { rate },
            turns: 2_000,
            schedule: Schedule::smith(),
        };
        let table = run(Seed(2), rules, 8).unwrap();
        let [days, prices] = columns(&table, ["tick", "price"]);
        let last = (0..days.len()).filter(|row| days[*row] == 7);
        let off: Vec<f64> = last.map(|row| (prices[row] - 200).abs() as f64).collect();
        assert!(!off.is_empty());
        crate::statistics::mean(&off)
    };
    let (learned, stubborn) = (last_day(None), last_day(Some(0.0)));
    assert!(
        learned < 12.0 && stubborn > 2.0 * learned,
        "{learned}, {stubborn}"
    );
}

/// When margins are raised and lowered, as Cliff and Bruten (1997) say it: for a seller who asks for less than the
/// price that was heard, and for one who asks for more. A buyer is the mirror image.
#[test]
fn margins_follow_what_is_heard() {
    let (up, down, same) = (1, -1, 0);
    for (caller, accepted, is_active, cheaper, dearer) in [
        (Side::Buy, true, true, up, down),
        (Side::Buy, true, false, up, same),
        (Side::Sell, true, true, up, same),
        (Side::Sell, true, false, up, same),
        (Side::Buy, false, true, same, same),
        (Side::Sell, false, true, same, down),
        (Side::Sell, false, false, same, same),
    ] {
        for (far, expected) in [(1.2, cheaper), (0.8, dearer)] {
            for side in [Side::Sell, Side::Buy] {
                let mut draw = Stream::new(Seed(1), "test").at(0, Tick::ZERO);
                let mut learner = Learner::new(side, Some(0.5), &mut draw);
                let before = learner.price(1_000);
                // Of a buyer's margin the sign is the other one, and so is all else.
                let (caller, price, sign) = match side {
                    Side::Sell => (caller, before * far, 1.0),
                    Side::Buy => (caller.opposite(), before / far, -1.0),
                };
                let shout = Shout {
                    side: caller,
                    price,
                    accepted,
                };
                learner.hear((side, 1_000, is_active), shout, &mut draw);
                let change = sign * (learner.price(1_000) - before);
                let found = if change > 1.0 {
                    up
                } else if change < -1.0 {
                    down
                } else {
                    same
                };
                assert_eq!(found, expected, "{side:?} {shout:?} active {is_active}");
                assert!(
                    found != same || change.abs() < 1e-9,
                    "{side:?} {shout:?}: {change}"
                );
            }
        }
    }
}
