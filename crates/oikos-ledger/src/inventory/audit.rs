//! Whether goods add up: at once from the totals, or by counting everything.

use std::collections::BTreeMap;

use super::{Good, GoodsFlow, GoodsFlows, Inventory};
use crate::LedgerError;
use crate::transfer::MAX_TURNOVER;

/// What all owners together have of a good, and what has come and gone of it since the book began.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Default)]
pub struct GoodTotals {
    /// On hand of all owners.
    pub on_hand: i128,
    /// What of it is held.
    pub held: i128,
    /// Brought into being.
    pub produced: i128,
    /// Received from others.
    pub received: i128,
    /// Given to others.
    pub given: i128,
    /// Used up.
    pub consumed: i128,
    /// Lost.
    pub spoiled: i128,
}

impl GoodTotals {
    pub(super) const fn get(&mut self, flow: GoodsFlow, quantity: i128) {
        self.on_hand += quantity;
        match flow {
            GoodsFlow::Produce => self.produced += quantity,
            _ => self.received += quantity,
        }
    }

    pub(super) const fn lose(&mut self, flow: GoodsFlow, quantity: i128) {
        self.on_hand -= quantity;
        match flow {
            GoodsFlow::Consume => self.consumed += quantity,
            GoodsFlow::Spoil => self.spoiled += quantity,
            GoodsFlow::Produce | GoodsFlow::Transfer => self.given += quantity,
        }
    }

    /// Adds all that came and went in a stock.
    pub(super) fn add(&mut self, flows: &GoodsFlows) {
        self.on_hand += i128::from(flows.net().0);
        let [produced, received, given, consumed, spoiled] = flows.columns().map(i128::from);
        self.produced += produced;
        self.received += received;
        self.given += given;
        self.consumed += consumed;
        self.spoiled += spoiled;
    }

    const fn columns(&self) -> [(&'static str, i128); 7] {
        [
            ("units on hand", self.on_hand),
            ("units held", self.held),
            ("units produced", self.produced),
            ("units received", self.received),
            ("units given", self.given),
            ("units consumed", self.consumed),
            ("units spoiled", self.spoiled),
        ]
    }
}

fn same(what: &'static str, good: Good, counted: i128, expected: i128) -> Result<(), LedgerError> {
    if counted == expected {
        return Ok(());
    }
    Err(LedgerError::GoodsUnbalanced {
        what,
        good,
        counted,
        expected,
    })
}

impl Inventory {
    /// Whether of every good what is there is what was produced and neither consumed nor spoiled, and what was
    /// received is what was given; from totals that are kept with every change: for every tick.
    /// [`audit`](Self::audit) counts.
    ///
    /// # Errors
    ///
    /// [`LedgerError::GoodsUnbalanced`].
    pub fn check(&self) -> Result<(), LedgerError> {
        for (number, totals) in (0..).zip(&self.totals) {
            let good = Good(number);
            let left = totals.produced - totals.consumed - totals.spoiled;
            same("units on hand", good, totals.on_hand, left)?;
            same("units received", good, totals.received, totals.given)?;
        }
        Ok(())
    }

    /// Counts all stocks and open holds, compares what they come to with the totals, and every stock with its
    /// flows and its holds: for a cadence.
    ///
    /// # Errors
    ///
    /// [`LedgerError::GoodsUnbalanced`].
    pub fn audit(&self) -> Result<(), LedgerError> {
        self.check()?;
        let mut held = BTreeMap::new();
        for (_, hold) in self.holds.iter() {
            *held.entry((hold.owner, hold.good)).or_insert(0) += i128::from(hold.quantity.0);
        }
        let mut counted = vec![GoodTotals::default(); self.totals.len()];
        for (owner, good, stock) in self.stocks.iter() {
            let flows = &stock.flows;
            let on_hand = i128::from(stock.on_hand.0);
            same("units of a stock", good, on_hand, i128::from(flows.net().0))?;
            let of_holds = held.remove(&(owner, good)).unwrap_or(0);
            same(
                "units held of a stock",
                good,
                i128::from(stock.held.0),
                of_holds,
            )?;
            same(
                "units held beyond a stock",
                good,
                (of_holds - on_hand).max(0),
                0,
            )?;
            let beyond = i128::from(flows.came()) - i128::from(MAX_TURNOVER);
            same("units beyond what is counted", good, beyond.max(0), 0)?;
            let totals = &mut counted[usize::from(good.0)];
            totals.add(flows);
            totals.held += of_holds;
        }
        if let Some((&(_, good), &units)) = held.first_key_value() {
            same("units held without a stock", good, units, 0)?;
        }
        for (number, (counted, kept)) in (0..).zip(counted.iter().zip(&self.totals)) {
            for ((what, counted), (_, kept)) in counted.columns().into_iter().zip(kept.columns()) {
                same(what, Good(number), counted, kept)?;
            }
        }
        Ok(())
    }
}
