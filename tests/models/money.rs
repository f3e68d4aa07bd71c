//! Money that passes from hand to hand: none is made or lost, nobody has debts, and each rule does what it says.

use oikos::core::{Ratio, Stream, Tick};
use oikos::prelude::*;
use proptest::prelude::*;

use crate::money_exchange::{Exchange, Rule, Winner, run};

/// What all have at the start, and after so many sweeps.
fn ends(seed: u64, exchange: Exchange, sweeps: u32) -> [Vec<i64>; 2] {
    let tables = run(Seed(seed), exchange, sweeps).unwrap();
    let table = tables.table("wealth").unwrap();
    let money = table.column("money").unwrap().minor_units().unwrap();
    let (first, last) = money.split_at(exchange.agents as usize);
    [first.to_vec(), last.to_vec()]
}

/// The same meetings without books.
fn by_hand(seed: u64, exchange: Exchange, sweeps: u32) -> Vec<i64> {
    let stream = Stream::new(Seed(seed), "money-exchange.meetings");
    let mut has = vec![exchange.mean; exchange.agents as usize];
    for sweep in 0..sweeps {
        let mut draw = stream.at(u64::MAX, Tick::new(sweep));
        for _ in 0..exchange.agents {
            let first = draw.below(exchange.agents).unwrap() as usize;
            let other = draw.below(exchange.agents - 1).unwrap() as usize;
            let second = if other >= first { other + 1 } else { other };
            let amount = match exchange.rule {
                Rule::Split { saving } => {
                    let keep = |money: i64| money * saving.numerator() / saving.denominator();
                    let kept = [keep(has[first]), keep(has[second])];
                    let pot = has[first] + has[second] - kept[0] - kept[1];
                    kept[0] + draw.range(0..=pot).unwrap() - has[first]
                }
                Rule::Transfer => draw.range(0..=2 * exchange.mean).unwrap(),
                Rule::Coin => 1,
            };
            if has[first] + amount >= 0 && has[second] - amount >= 0 {
                has[first] += amount;
                has[second] -= amount;
            }
        }
    }
    has
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_books_say_what_a_list_says(
        seed in 0_u64..1_000, agents in 2_u64..40, mean in 1_i64..2_000, kind in 0_usize..3, percent in 0..100,
    ) {
        let saving = Ratio::percent(percent);
        let rule = [Rule::Split { saving }, Rule::Transfer, Rule::Coin][kind];
        let exchange = Exchange { rule, agents, mean, decimals: 0, ..Exchange::default() };
        let [first, last] = ends(seed, exchange, 7);
        prop_assert!(first.iter().all(|money| *money == mean));
        prop_assert_eq!(last.iter().sum::<i64>(), mean * agents as i64);
        prop_assert!(last.iter().all(|money| *money >= 0));
        prop_assert_eq!(last, by_hand(seed, exchange, 7));
    }
}

/// The broken rule: money gathers in few hands.
#[test]
fn where_the_richer_wins_few_have_all() {
    for rule in [Exchange::default().rule, Rule::Transfer, Rule::Coin] {
        let exchange = Exchange {
            rule,
            winner: Winner::Richer,
            agents: 50,
            mean: 10,
            decimals: 0,
        };
        let [_, mut last] = ends(1, exchange, 400);
        last.sort_unstable();
        let upper: i64 = last.iter().rev().take(10).sum();
        assert!(upper > 9 * 500 / 10, "{rule:?}: {last:?}");
    }
}
