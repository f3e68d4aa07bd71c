//! What units are worth to buyers and cost sellers, and what follows from that alone.

use oikos::serde::{Deserialize, Serialize};

/// The limits of everybody in a market, of each the best unit first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Schedule {
    /// What a unit is worth to its buyer.
    pub(crate) values: Vec<Vec<i64>>,
    /// What a unit costs its seller.
    pub(crate) costs: Vec<Vec<i64>>,
    /// The highest price that may be called; the lowest is 1.
    pub(crate) highest: i64,
}

/// Where demand and supply meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Equilibrium {
    /// How many units trade.
    pub(crate) quantity: usize,
    /// The lowest and the highest price at which they do.
    pub(crate) prices: [i64; 2],
    /// What all gain together; no other trades gain more.
    pub(crate) surplus: i64,
}

/// Buyers or sellers of the textbook markets.
const TRADERS: usize = 6;
/// Units of each of them.
const UNITS: usize = 4;

/// Hands limits out to so many, one to each in turn.
fn deal(limits: &[i64], to: usize) -> Vec<Vec<i64>> {
    let hand = |first| limits.iter().copied().skip(first).step_by(to).collect();
    (0..to).map(hand).collect()
}

impl Schedule {
    /// Six buyers and six sellers of four units each: values fall evenly from 190 to 10, costs rise from 10 to 190,
    /// in whole numbers.
    pub(crate) fn linear() -> Self {
        let all = (TRADERS * UNITS) as i64;
        let step = |unit| 180 * unit / (all - 1);
        let values: Vec<i64> = (0..all).map(|unit| 190 - step(unit)).collect();
        let costs: Vec<i64> = (0..all).map(|unit| 10 + step(unit)).collect();
        Self {
            values: deal(&values, TRADERS),
            costs: deal(&costs, TRADERS),
            highest: 200,
        }
    }

    /// As [`linear`](Self::linear), but every unit costs 60.
    pub(crate) fn flat_supply() -> Self {
        Self {
            costs: vec![vec![60; UNITS]; TRADERS],
            ..Self::linear()
        }
    }

    /// As [`linear`](Self::linear), but every unit is worth 140.
    pub(crate) fn flat_demand() -> Self {
        Self {
            values: vec![vec![140; UNITS]; TRADERS],
            ..Self::linear()
        }
    }

    /// The first test of Smith (1962, Journal of Political Economy 70: 111-137): eleven buyers and eleven sellers of
    /// a unit each, worth 3.25, 3.00, ..., 0.75 dollars and costing as much; in cents.
    pub(crate) fn smith() -> Self {
        let limits: Vec<i64> = (0..11).map(|unit| 75 + 25 * unit).collect();
        let values: Vec<i64> = limits.iter().rev().copied().collect();
        Self {
            values: deal(&values, 11),
            costs: deal(&limits, 11),
            highest: 400,
        }
    }

    /// What all gain together if all units were traded, whoever with whom.
    pub(crate) fn all_traded(&self) -> i64 {
        let sum = |limits: &[Vec<i64>]| limits.iter().flatten().sum::<i64>();
        sum(&self.values) - sum(&self.costs)
    }

    /// Where demand and supply meet: the units of most worth go to those to whom they are worth it, from those whom
    /// they cost least.
    pub(crate) fn equilibrium(&self) -> Equilibrium {
        let mut values: Vec<i64> = self.values.iter().flatten().copied().collect();
        let mut costs: Vec<i64> = self.costs.iter().flatten().copied().collect();
        values.sort_unstable_by(|a, b| b.cmp(a));
        costs.sort_unstable();
        let pairs = values.iter().zip(&costs);
        let quantity = pairs.take_while(|(value, cost)| value >= cost).count();
        let at = |limits: &[i64], unit: Option<usize>, none| {
            let limit = unit.and_then(|unit| limits.get(unit).copied());
            limit.unwrap_or(none)
        };
        let last = quantity.checked_sub(1);
        let lowest = at(&costs, last, 1).max(at(&values, Some(quantity), 1));
        let highest = at(&values, last, self.highest).min(at(&costs, Some(quantity), self.highest));
        let gains = values.iter().zip(&costs).take(quantity);
        Equilibrium {
            quantity,
            prices: [lowest, highest],
            surplus: gains.map(|(value, cost)| value - cost).sum(),
        }
    }
}
