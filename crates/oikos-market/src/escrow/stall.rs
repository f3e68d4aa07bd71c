//! Goods of a venue in an inventory book: what is reserved is held there, for the order, under its number.

use std::collections::BTreeMap;

use oikos_core::{CoreError, Digest, IdMap, Quantity, StableId, TypeKey, digest_of};
use oikos_ledger::{
    Good, GoodsFlow, GoodsHold, GoodsKind, GoodsOperation, GoodsRefusal, GoodsStatus, HoldId,
    Inventory, Owner,
};
use serde::{Deserialize, Serialize};

use super::{Covered, EscrowError, GoodsBook, GoodsError, GoodsStep};
use crate::{OrderId, Side, TraderId};

/// What is reserved for an order.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Reserved {
    hold: HoldId,
    quantity: i64,
}

/// Where a [`Venue`](super::Venue) that trades one good finds it in an [`Inventory`]: whose stocks its traders sell
/// from and buy for, and which holds are for which orders. [`at`](Self::at) makes it the [`GoodsBook`] of a
/// [`Desk`](super::Desk).
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

/// A [`Stall`] beside its inventory book: what goods a venue settles in.
#[derive(Debug)]
pub struct StallDesk<'a> {
    stall: &'a mut Stall,
    inventory: &'a mut Inventory,
}

/// Steps as operations of the inventory book.
struct Draft {
    operations: Vec<GoodsOperation>,
    /// Which order each is for.
    orders: Vec<(OrderId, TraderId)>,
    /// The number of the first hold that they make, and of the next.
    first_hold: u64,
    next_hold: u64,
    /// What was reserved before, of what has changed.
    before: Vec<(OrderId, Option<Reserved>)>,
}

impl StallDesk<'_> {
    fn draft(&mut self, draft: &mut Draft, step: &GoodsStep) -> Result<(), EscrowError> {
        let (order, trader) = match *step {
            GoodsStep::Reserve { order, trader, .. } | GoodsStep::Release { order, trader, .. } => {
                (order, trader)
            }
            GoodsStep::Deliver { order, seller, .. } => (order, seller),
        };
        let owner = self.stall.owner(trader)?;
        let old = self.stall.reserved.get(&order).copied();
        let mut add = |operation| {
            draft.operations.push(operation);
            draft.orders.push((order, trader));
        };
        let new = match *step {
            GoodsStep::Reserve { quantity, .. } => {
                if let Some(Reserved { hold, .. }) = old {
                    let quantity = None;
                    add(GoodsOperation::Release { hold, quantity });
                }
                let before = old.map_or(0, |old| old.quantity);
                let overflow = GoodsError::Overflow { trader, quantity };
                let quantity = before.checked_add(quantity).ok_or(overflow)?;
                add(GoodsOperation::Hold(GoodsHold {
                    good: self.stall.good,
                    owner,
                    quantity: Quantity(quantity),
                    reference: order.get(),
                    expires: None,
                }));
                let hold = HoldId::new(draft.next_hold).map_err(oikos_ledger::LedgerError::from)?;
                draft.next_hold += 1;
                Some(Reserved { hold, quantity })
            }
            GoodsStep::Deliver {
                buyer, quantity, ..
            } => {
                let (old, left) = less(old, order, trader, quantity)?;
                let (hold, kind, to) = (old.hold, self.stall.kind, self.stall.owner(buyer)?);
                let quantity = Some(Quantity(quantity));
                add(if to == owner {
                    GoodsOperation::Release { hold, quantity }
                } else {
                    GoodsOperation::Take {
                        hold,
                        kind,
                        to,
                        quantity,
                    }
                });
                left
            }
            GoodsStep::Release { quantity, .. } => {
                let (old, left) = less(old, order, trader, quantity)?;
                let hold = old.hold;
                let held = self.inventory.hold(hold);
                let held = held.map_or(0, |held| held.quantity.0);
                let quantity = if held >= old.quantity || hold.get() >= draft.first_hold {
                    quantity
                } else {
                    // Somebody else has taken some of it.
                    quantity.min(held - left.map_or(0, |left| left.quantity))
                };
                if quantity > 0 {
                    let quantity = Some(Quantity(quantity));
                    add(GoodsOperation::Release { hold, quantity });
                }
                left
            }
        };
        draft.before.push((order, old));
        match new {
            Some(new) => self.stall.reserved.insert(order, new),
            None => self.stall.reserved.remove(&order),
        };
        Ok(())
    }

    /// The refusal of an operation, in the words of a venue.
    fn refused(&self, draft: &Draft, refusal: GoodsRefusal) -> GoodsError {
        let place = draft.orders.get(refusal.step as usize);
        let Some(&(order, trader)) = place else {
            let order = OrderId::LAST;
            return GoodsError::Refused { order, refusal };
        };
        match refusal.operation {
            Some(GoodsOperation::Hold(hold)) if refusal.status == GoodsStatus::Short => {
                let (asked, stock) = (hold.quantity.0, self.inventory.stock(hold.owner, hold.good));
                let free = stock.free().0;
                GoodsError::Short {
                    trader,
                    free,
                    asked,
                }
            }
            _ => GoodsError::Refused { order, refusal },
        }
    }
}

/// What is reserved for an order, and what is left of it after so much.
fn less(
    old: Option<Reserved>,
    order: OrderId,
    trader: TraderId,
    asked: i64,
) -> Result<(Reserved, Option<Reserved>), GoodsError> {
    let reserved = old.map_or(0, |old| old.quantity);
    match old {
        Some(old) if (1..=reserved).contains(&asked) => {
            let quantity = reserved - asked;
            let left = Reserved { quantity, ..old };
            Ok((old, (quantity > 0).then_some(left)))
        }
        _ => Err(GoodsError::NotReserved {
            order,
            trader,
            reserved,
            asked,
        }),
    }
}

impl GoodsBook for StallDesk<'_> {
    fn settle(
        &mut self,
        steps: &[GoodsStep],
        pay: &mut dyn FnMut() -> Result<(), EscrowError>,
    ) -> Result<(), EscrowError> {
        let first_hold = self.inventory.next_hold()?.get();
        let mut draft = Draft {
            operations: Vec::with_capacity(steps.len()),
            orders: Vec::with_capacity(steps.len()),
            first_hold,
            next_hold: first_hold,
            before: Vec::with_capacity(steps.len()),
        };
        let drafted = steps
            .iter()
            .try_for_each(|step| self.draft(&mut draft, step));
        let outcome = drafted.and_then(|()| match draft.operations[..] {
            [] => pay(),
            _ => self
                .inventory
                .chain_then(&draft.operations, |_| pay().map_err(Stop::Error))
                .map_err(|stop| match stop {
                    Stop::Error(error) => error,
                    Stop::Refusal(refusal) => self.refused(&draft, refusal).into(),
                }),
        });
        if outcome.is_err() {
            for (order, old) in draft.before.into_iter().rev() {
                match old {
                    Some(old) => self.stall.reserved.insert(order, old),
                    None => self.stall.reserved.remove(&order),
                };
            }
        }
        outcome
    }
}

/// Why goods and money do not change hands: one of the two refuses.
enum Stop {
    Refusal(GoodsRefusal),
    Error(EscrowError),
}

impl From<GoodsRefusal> for Stop {
    fn from(refusal: GoodsRefusal) -> Self {
        Self::Refusal(refusal)
    }
}
