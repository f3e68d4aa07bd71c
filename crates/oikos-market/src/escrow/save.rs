//! How a venue is stored and read back. Its money and goods are in the books where they move.

use oikos_core::{CoreError, Digest, IdMap, TypeKey, digest_of};
use oikos_ledger::HoldId;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{EscrowError, Member, Venue, VenueRules};
use crate::book::slot_of;
use crate::{OrderBook, OrderId, Side, TraderId};

/// A venue as it is stored.
#[derive(Serialize, Deserialize)]
struct Saved {
    rules: VenueRules,
    book: OrderBook,
    members: IdMap<TraderId, Member>,
    /// What is held for which order, in the order in which they will trade.
    holds: Vec<(OrderId, HoldId)>,
}

impl Saved {
    fn of(venue: &Venue) -> Self {
        let buys = venue.book.orders(Side::Buy).map(|resting| resting.order);
        let holds = buys.filter_map(|order| Some((order, venue.hold_of(order)?)));
        Self {
            rules: venue.rules,
            book: venue.book.clone(),
            members: venue.members.clone(),
            holds: holds.collect(),
        }
    }

    /// The venue, if what is stored is one.
    fn read(self) -> Result<Venue, EscrowError> {
        if self.book.rules() != self.rules.book {
            return Err(wrong("its book has other rules"));
        }
        let mut venue = Venue::with_book(self.rules, self.book)?;
        venue.members = self.members;
        let mut holds = self.holds.into_iter();
        for side in [Side::Buy, Side::Sell] {
            for resting in venue.book.orders(side) {
                let order = resting.order;
                if !venue.has(resting.trader) {
                    return Err(wrong(format!("{order} is of somebody who may not trade")));
                }
                if venue.cost(order)? == 0 {
                    continue;
                }
                let hold = holds.next().filter(|(held, _)| *held == order);
                let Some((_, hold)) = hold else {
                    return Err(wrong(format!("nothing is held for {order}")));
                };
                let slot = slot_of(order) as usize;
                if venue.holds.len() <= slot {
                    venue.holds.resize(slot + 1, None);
                }
                venue.holds[slot] = Some(hold);
            }
        }
        match holds.next() {
            Some((order, _)) => Err(wrong(format!("{order} does not rest, and has a hold"))),
            None => Ok(venue),
        }
    }
}

impl Venue {
    /// The digest of all that the venue's future depends on, its books of money and goods apart.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for a book of more than some hundred million orders.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }
}

fn wrong(problem: impl Into<String>) -> EscrowError {
    let problem = problem.into();
    EscrowError::Saved { problem }
}

impl Serialize for Venue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Saved::of(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Venue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::deserialize(deserializer)?;
        saved.read().map_err(D::Error::custom)
    }
}
