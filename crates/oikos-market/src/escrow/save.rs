//! How a venue is stored and read back. Its money and goods are in the books where they move, and what is left of
//! orders its mechanism knows; so of orders only the holds are stored.

use std::collections::BTreeMap;

use oikos_core::{CoreError, Digest, TypeKey, digest_of};
use oikos_ledger::HoldId;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::covers::{Cover, Covers};
use super::till::Till;
use super::{EscrowError, Venue, check_prices, limit_of};
use crate::{Mechanism, OrderId};

/// A venue as it is stored.
#[derive(Serialize)]
#[serde(rename = "Saved")]
struct Saving<'a, M> {
    till: &'a Till,
    mechanism: &'a M,
    /// What is held for which order.
    holds: BTreeMap<OrderId, HoldId>,
}

/// A venue as it is read back, before it is checked.
#[derive(Deserialize)]
struct Saved<M> {
    till: Till,
    mechanism: M,
    holds: BTreeMap<OrderId, HoldId>,
}

impl<M: Mechanism> Saved<M> {
    /// The venue, if what is stored is one.
    fn read(mut self) -> Result<Venue<M>, EscrowError> {
        let prices = check_prices(&self.mechanism)?;
        let mut covers = Covers::default();
        for (order, known) in self.mechanism.outstanding() {
            let limit = limit_of(&known, prices);
            let quantity = known.quantity.0;
            let Ok(purse) = self.till.purse(known.trader) else {
                return Err(wrong(format!("{order} is of somebody who may not trade")));
            };
            let cost = self.till.cost(known.side, limit, quantity)?;
            let hold = self.holds.remove(&order);
            if hold.is_some() != (cost > 0) {
                return Err(wrong(format!("{order} has no hold, or one too many")));
            }
            let new = covers.insert(Cover {
                order,
                trader: known.trader,
                purse,
                limit,
                quantity,
                hold,
                side: known.side,
                is_touched: false,
            });
            if quantity <= 0 || new.is_none() {
                return Err(wrong(format!("{order} waits twice, or nothing of it does")));
            }
        }
        match self.holds.first_key_value() {
            Some((order, _)) => Err(wrong(format!("{order} does not wait, and has a hold"))),
            None => Ok(Venue {
                till: self.till,
                mechanism: self.mechanism,
                covers,
                scratch: None,
            }),
        }
    }
}

impl<M: Serialize> Venue<M> {
    /// The digest of all that the venue's future depends on, its books of money and goods apart.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for more than some hundred million orders.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }
}

fn wrong(problem: impl Into<String>) -> EscrowError {
    let problem = problem.into();
    EscrowError::Saved { problem }
}

impl<M: Serialize> Serialize for Venue<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let held = |cover: &Cover| Some((cover.order, cover.hold?));
        let saving = Saving {
            till: &self.till,
            mechanism: &self.mechanism,
            holds: self.covers.iter().filter_map(held).collect(),
        };
        saving.serialize(serializer)
    }
}

impl<'de, M: Mechanism + Deserialize<'de>> Deserialize<'de> for Venue<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::deserialize(deserializer)?;
        saved.read().map_err(D::Error::custom)
    }
}
