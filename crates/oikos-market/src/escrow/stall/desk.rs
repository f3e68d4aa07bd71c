//! Steps of goods as operations of an inventory book.

use oikos_core::{Quantity, StableId};
use oikos_ledger::{GoodsHold, GoodsOperation, GoodsRefusal, HoldId, Inventory, LedgerError};

use super::{Reserved, Stall};
use crate::escrow::{EscrowError, GoodsBook, GoodsError, GoodsStep};
use crate::{OrderId, TraderId};

/// A [`Stall`] beside its inventory book: what goods a venue settles in.
#[derive(Debug)]
pub struct StallDesk<'a> {
    pub(super) stall: &'a mut Stall,
    pub(super) inventory: &'a mut Inventory,
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
                let hold = HoldId::new(draft.next_hold).map_err(LedgerError::from)?;
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
        if let Some(GoodsOperation::Hold(hold)) = refusal.operation {
            let (asked, stock) = (hold.quantity.0, self.inventory.stock(hold.owner, hold.good));
            let free = stock.free().0;
            if asked > free {
                return GoodsError::Short {
                    trader,
                    free,
                    asked,
                };
            }
        }
        GoodsError::Refused { order, refusal }
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
