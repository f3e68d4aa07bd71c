//! What is held for whom, and whether it is what it should be.

use std::collections::BTreeMap;

use oikos_core::{Quantity, StableId};
use oikos_ledger::{HoldId, Ledger};
use serde::{Deserialize, Serialize};

use super::covers::Cover;
use super::{EscrowError, Venue, limit_of};
use crate::{MarketError, Mechanism, Order, OrderId, Price, Side, TraderId};

/// An order that waits at a venue, as the venue knows it from what was reported of it.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Covered {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub trader: TraderId,
    /// To buy or to sell.
    pub side: Side,
    /// The worst price that it may trade at.
    pub limit: Price,
    /// What is left of it.
    pub quantity: Quantity,
    /// What is held of the buyer's money; nothing for a seller, and for what may cost nothing.
    pub hold: Option<HoldId>,
}

impl Covered {
    pub(super) const fn of(cover: &Cover) -> Self {
        Self {
            order: cover.order,
            trader: cover.trader,
            side: cover.side,
            limit: cover.limit,
            quantity: Quantity(cover.quantity),
            hold: cover.hold,
        }
    }
}

impl<M> Venue<M> {
    /// All orders that wait, by id.
    pub fn orders(&self) -> impl Iterator<Item = Covered> {
        self.covers.sorted().into_iter().map(Covered::of)
    }

    /// An order that waits; none if nothing of it is left.
    #[must_use]
    pub fn order(&self, order: OrderId) -> Option<Covered> {
        let place = self.covers.find(order)?;
        self.covers.get(place).map(Covered::of)
    }

    /// Minor units that the rules want held for what is left of an order to buy; 0 for one to sell, and for one that
    /// does not wait.
    ///
    /// # Errors
    ///
    /// [`EscrowError::TooMuch`], which no order that waits can give.
    pub fn cost(&self, order: OrderId) -> Result<i64, EscrowError> {
        let place = self.covers.find(order);
        match place.and_then(|place| self.covers.get(place)) {
            Some(cover) => self.till.cost(cover.side, cover.limit, cover.quantity),
            None => Ok(0),
        }
    }

    /// Whether a trader may give orders: was admitted and is not gone.
    #[must_use]
    pub fn has(&self, trader: TraderId) -> bool {
        self.till.purse(trader).is_ok()
    }

    /// What is wrong with the orders as the venue knows them, compared with those of the mechanism.
    fn check_orders(&self) -> Result<(), String>
    where
        M: Mechanism,
    {
        let mut theirs: BTreeMap<OrderId, Order> =
            self.mechanism.outstanding().into_iter().collect();
        for ours in self.orders() {
            let order = ours.order;
            let theirs = theirs.remove(&order).map(|theirs| {
                let limit = limit_of(&theirs, self.mechanism.prices());
                (theirs.trader, theirs.side, limit, theirs.quantity)
            });
            if theirs != Some((ours.trader, ours.side, ours.limit, ours.quantity)) {
                return Err(format!("{order} is another to the mechanism, or no more"));
            }
            if !self.has(ours.trader) {
                return Err(format!("{order} is of somebody who may not trade"));
            }
        }
        match theirs.first_key_value() {
            Some((order, _)) => Err(format!("{order} is not covered")),
            None => Ok(()),
        }
    }

    /// Compares the orders that wait with those that the mechanism has, and what the ledger holds for each with what
    /// it may cost. It walks over all of them: for tests and invariants.
    ///
    /// # Errors
    ///
    /// [`EscrowError::WrongHold`], which no sequence of calls can lead to unless somebody else ends the venue's
    /// holds; [`EscrowError::Mechanism`] if the mechanism has other orders than it has reported.
    pub fn check(&self, ledger: &Ledger) -> Result<(), EscrowError>
    where
        M: Mechanism,
    {
        self.check_orders().map_err(|problem| MarketError::Broken {
            mechanism: "venue",
            problem,
        })?;
        for cover in self.covers.sorted() {
            let order = cover.order;
            let expected = self.till.cost(cover.side, cover.limit, cover.quantity)?;
            let hold = cover.hold.and_then(|hold| ledger.hold(hold));
            let is_ours = |hold: &&oikos_ledger::Hold| {
                (hold.credit, hold.reference) == (cover.purse, order.get())
            };
            let held = hold.filter(is_ours).map_or(0, |hold| hold.amount);
            if held != expected || cover.hold.is_some() != (expected > 0) {
                return Err(EscrowError::WrongHold {
                    order,
                    expected,
                    held,
                });
            }
        }
        Ok(())
    }
}
