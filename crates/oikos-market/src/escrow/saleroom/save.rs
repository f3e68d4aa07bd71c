//! How a saleroom is read back. Its money and titles are in the books where they move.

use std::collections::BTreeMap;

use oikos_core::{CoreError, Digest, IdMap, TypeKey, digest_of};
use oikos_ledger::{HoldId, Owner};
use serde::{Deserialize, Deserializer, Serializer};

use super::Saleroom;
use super::lot::Goods;
use crate::escrow::EscrowError;
use crate::escrow::till::Till;
use crate::{ListingId, Listings, TraderId};

/// A saleroom as it is stored, before it is checked.
#[derive(Deserialize)]
pub(super) struct Saved {
    till: Till,
    listings: Listings,
    owners: IdMap<TraderId, Owner>,
    goods: BTreeMap<ListingId, Goods>,
    #[serde(deserialize_with = "read_holds")]
    holds: BTreeMap<(ListingId, TraderId), HoldId>,
}

impl TryFrom<Saved> for Saleroom {
    type Error = EscrowError;

    fn try_from(saved: Saved) -> Result<Self, EscrowError> {
        let room = Self {
            till: saved.till,
            listings: saved.listings,
            owners: saved.owners,
            goods: saved.goods,
            holds: saved.holds,
        };
        match room.check_bids() {
            Ok(()) => Ok(room),
            Err(problem) => Err(EscrowError::Saved { problem }),
        }
    }
}

/// Holds as a list: formats such as JSON know no keys of two parts.
pub(super) fn write_holds<S: Serializer>(
    holds: &BTreeMap<(ListingId, TraderId), HoldId>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(holds)
}

fn read_holds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<(ListingId, TraderId), HoldId>, D::Error> {
    let holds = Vec::deserialize(deserializer)?;
    Ok(holds.into_iter().collect())
}

impl Saleroom {
    /// The digest of all that the saleroom's future depends on, its books of money and titles apart.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for more than some hundred million bids.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }
}
