//! Goods of a venue in an inventory book: what is reserved is held there, for the order, under its number.

mod desk;

use std::collections::BTreeMap;

use oikos_core::{CoreError, Digest, IdMap, Quantity, StableId, TypeKey, digest_of};
use oikos_ledger::{Good, GoodsFlow, GoodsHold, GoodsKind, HoldId, Inventory, Owner};
use serde::{Deserialize, Serialize};

use super::{Covered, EscrowError, GoodsError};
use crate::{OrderId, Side, TraderId};

pub use self::desk::StallDesk;

/// What is reserved for an order.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Reserved {
    hold: HoldId,
    quantity: i64,
}

/// Where a [`Venue`](super::Venue) that trades one good finds it in an [`Inventory`]: whose stocks its traders sell
/// from and buy for, and which holds are for which orders. [`at`](Self::at) makes it the
/// [`GoodsBook`](super::GoodsBook) of a [`Desk`](super::Desk).
///
/// What somebody else has taken from a hold or released is not there any more when the venue releases it, and needs no
/// release; a sale of it is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stall {
    good: Good,
    kind: GoodsKind,
    owners: IdMap<TraderId, Owner>,
    reserved: BTreeMap<OrderId, Reserved>,
}

impl Stall {
    /// A stall for a good, whose sales are transfers of this kind.
    ///
    /// # Errors
    ///
    /// [`EscrowError::Ledger`] for a good that was never declared, [`EscrowError::NoSaleKind`] for a kind that is not
    /// one of transfers.
    pub fn new(good: Good, kind: GoodsKind, inventory: &Inventory) -> Result<Self, EscrowError> {
        inventory.totals(good)?;
        if inventory.flow_of(kind) != Some(GoodsFlow::Transfer) {
            return Err(EscrowError::NoSaleKind { number: kind.0 });
        }
        Ok(Self {
            good,
            kind,
            owners: IdMap::new(),
            reserved: BTreeMap::new(),
        })
    }

    /// What is traded.
    #[must_use]
    pub const fn good(&self) -> Good {
        self.good
    }

    /// Says whose stock a trader sells from and buys for. Several may have one; a trader keeps it.
    ///
    /// # Errors
    ///
    /// [`GoodsError::OpenAlready`] with another owner.
    pub fn open(&mut self, trader: TraderId, owner: Owner) -> Result<(), GoodsError> {
        match self.owners.get(trader) {
            Some(&other) if other != owner => Err(GoodsError::OpenAlready {
                trader,
                owner: other,
            }),
            _ => {
                self.owners.insert(trader, owner);
                Ok(())
            }
        }
    }

    /// The stall beside its inventory book.
    pub const fn at<'a>(&'a mut self, inventory: &'a mut Inventory) -> StallDesk<'a> {
        StallDesk {
            stall: self,
            inventory,
        }
    }

    fn owner(&self, trader: TraderId) -> Result<Owner, GoodsError> {
        let owner = self.owners.get(trader).copied();
        owner.ok_or(GoodsError::Unknown { trader })
    }

    /// Compares what the inventory book holds for each order to sell with what is left of it. It walks over all
    /// of them: for tests and invariants.
    ///
    /// # Errors
    ///
    /// [`EscrowError::WrongReserve`], which no sequence of calls of the venue can lead to unless somebody else ends
    /// the holds.
    pub fn check(
        &self,
        inventory: &Inventory,
        orders: impl Iterator<Item = Covered>,
    ) -> Result<(), EscrowError> {
        let sells = orders.filter(|order| order.side == Side::Sell);
        let mut left: BTreeMap<OrderId, Covered> =
            sells.map(|order| (order.order, order)).collect();
        for (&order, reserved) in &self.reserved {
            let covered = left.remove(&order);
            let owner = covered.and_then(|covered| self.owners.get(covered.trader));
            let is_ours = |hold: &&GoodsHold| {
                let reference = order.get();
                (hold.good, Some(&hold.owner), hold.reference) == (self.good, owner, reference)
            };
            let hold = inventory.hold(reserved.hold).filter(is_ours);
            let held = hold.map_or(Quantity(0), |hold| hold.quantity);
            let expected = covered.map_or(Quantity(0), |covered| covered.quantity);
            if held != expected || held.0 != reserved.quantity {
                return Err(EscrowError::WrongReserve {
                    order,
                    expected,
                    held,
                });
            }
        }
        match left.first_key_value() {
            None => Ok(()),
            Some((&order, covered)) => Err(EscrowError::WrongReserve {
                order,
                expected: covered.quantity,
                held: Quantity(0),
            }),
        }
    }

    /// The digest of all that the stall's future depends on, its inventory book apart.
    ///
    /// # Errors
    ///
    /// [`CoreError::DigestTooLong`] for more than some hundred million orders.
    pub fn digest(&self, key: &TypeKey, id: u64) -> Result<Digest, CoreError> {
        digest_of(key, id, self)
    }
}
