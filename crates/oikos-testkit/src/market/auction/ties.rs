//! A3: which price, where several are as good.

use oikos_market::Price;

use super::{Outcome, at, candidates, most, require};

/// A3: the tie-breaks, by trying out all prices.
pub(super) fn tie_breaks(outcome: &Outcome) -> Result<(), String> {
    let found = outcome.clearing.map(|clearing| clearing.price);
    let all = candidates(outcome);
    let best = most(outcome);
    if best == 0 {
        return require(found.is_none(), "nothing trades at a price");
    }
    let most: Vec<i64> = all
        .into_iter()
        .filter(|&price| at(outcome, price).1 == best)
        .collect();
    let least = most
        .iter()
        .map(|&price| at(outcome, price).0.abs())
        .min()
        .unwrap_or(0);
    let imbalance = |price: i64| at(outcome, price).0;
    let tied: Vec<i64> = most
        .into_iter()
        .filter(|&price| imbalance(price).abs() == least)
        .collect();
    let buyers_press = tied
        .iter()
        .copied()
        .filter(|&price| imbalance(price) > 0)
        .max();
    let sellers_press = tied
        .iter()
        .copied()
        .filter(|&price| imbalance(price) < 0)
        .min();
    let balanced = tied.iter().copied().filter(|&price| imbalance(price) == 0);
    let last: Vec<i64> = balanced.chain(buyers_press).chain(sellers_press).collect();
    let (lowest, highest) = (last[0], last[last.len() - 1]);
    let expected = match outcome.reference {
        Some(reference) => last
            .iter()
            .copied()
            .min_by_key(|price| (price - reference.0).abs()),
        None => Some((lowest + highest).div_euclid(2)),
    };
    require(
        found == expected.map(Price),
        "another price was to be chosen",
    )
}
