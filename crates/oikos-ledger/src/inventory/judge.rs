//! What an operation on goods comes to, or what is wrong with it.

use oikos_core::Quantity;

use super::status::usable;
use super::{
    Good, GoodsFlow, GoodsHold, GoodsKind, GoodsMove, GoodsOperation, GoodsStatus, Inventory,
};
use crate::transfer::{MAX_AMOUNT, MAX_TURNOVER};
use crate::{HoldId, Owner};

/// An operation that may be carried out, with all that follows from it.
#[derive(Debug, Copy, Clone)]
pub(super) enum Step {
    /// Goods come, move or go.
    Flow {
        flow: GoodsFlow,
        kind: GoodsKind,
        good: Good,
        from: Option<Owner>,
        to: Option<Owner>,
        quantity: i64,
        reference: u64,
        /// What is taken from, as it was.
        hold: Option<(HoldId, GoodsHold)>,
    },
    /// A quantity is set aside.
    Hold(GoodsHold),
    /// So much of a hold, here as it was, is freed.
    Release(HoldId, GoodsHold, i64),
}

const fn check_quantity(quantity: Quantity) -> Result<(), GoodsStatus> {
    match quantity.0 {
        0 => Err(GoodsStatus::QuantityZero),
        ..0 => Err(GoodsStatus::QuantityNegative),
        1..=MAX_AMOUNT => Ok(()),
        _ => Err(GoodsStatus::QuantityTooLarge),
    }
}

impl Inventory {
    /// What an operation comes to, or the first thing that is wrong with it.
    pub(super) fn judge(&self, operation: &GoodsOperation) -> Result<Step, GoodsStatus> {
        match operation {
            GoodsOperation::Produce(what) => self.judge_move(what, GoodsFlow::Produce, None),
            GoodsOperation::Consume(what) => self.judge_move(what, GoodsFlow::Consume, None),
            GoodsOperation::Spoil(what) => self.judge_move(what, GoodsFlow::Spoil, None),
            GoodsOperation::Transfer { what, to } => {
                self.judge_move(what, GoodsFlow::Transfer, Some(*to))
            }
            GoodsOperation::Hold(hold) => {
                self.check_good(hold.good)?;
                check_quantity(hold.quantity)?;
                if hold.expires.is_some_and(|tick| tick <= self.now) {
                    return Err(GoodsStatus::ExpiryPast);
                }
                self.check_free(hold.owner, hold.good, hold.quantity.0)?;
                Ok(Step::Hold(*hold))
            }
            GoodsOperation::Take {
                hold,
                kind,
                to,
                quantity,
            } => {
                self.check_kind(*kind, GoodsFlow::Transfer)?;
                let (held, quantity) = self.judge_hold(*hold, *quantity)?;
                if held.owner == *to {
                    return Err(GoodsStatus::SameOwner);
                }
                self.check_room(*to, held.good, quantity)?;
                Ok(Step::Flow {
                    flow: GoodsFlow::Transfer,
                    kind: *kind,
                    good: held.good,
                    from: Some(held.owner),
                    to: Some(*to),
                    quantity,
                    reference: held.reference,
                    hold: Some((*hold, held)),
                })
            }
            GoodsOperation::Release { hold, quantity } => {
                let (held, quantity) = self.judge_hold(*hold, *quantity)?;
                Ok(Step::Release(*hold, held, quantity))
            }
        }
    }

    fn judge_move(
        &self,
        what: &GoodsMove,
        flow: GoodsFlow,
        to: Option<Owner>,
    ) -> Result<Step, GoodsStatus> {
        self.check_kind(what.kind, flow)?;
        self.check_good(what.good)?;
        check_quantity(what.quantity)?;
        if to == Some(what.owner) {
            return Err(GoodsStatus::SameOwner);
        }
        let (from, to) = match flow {
            GoodsFlow::Produce => (None, Some(what.owner)),
            _ => (Some(what.owner), to),
        };
        let quantity = what.quantity.0;
        if let Some(from) = from {
            self.check_free(from, what.good, quantity)?;
        }
        if let Some(to) = to {
            self.check_room(to, what.good, quantity)?;
        }
        Ok(Step::Flow {
            flow,
            kind: what.kind,
            good: what.good,
            from,
            to,
            quantity,
            reference: what.reference,
            hold: None,
        })
    }

    /// An open hold, and how much of it is meant.
    fn judge_hold(
        &self,
        id: HoldId,
        quantity: Option<Quantity>,
    ) -> Result<(GoodsHold, i64), GoodsStatus> {
        quantity.map_or(Ok(()), check_quantity)?;
        usable(self.holds.fate(id).ok_or(GoodsStatus::HoldUnknown)?)?;
        let held = *self.holds.get(id).ok_or(GoodsStatus::HoldUnknown)?;
        let quantity = quantity.unwrap_or(held.quantity);
        if quantity > held.quantity {
            return Err(GoodsStatus::QuantityAboveHold);
        }
        Ok((held, quantity.0))
    }

    fn check_kind(&self, kind: GoodsKind, flow: GoodsFlow) -> Result<(), GoodsStatus> {
        match self.kinds.mark(kind.0) {
            None => Err(GoodsStatus::KindUnknown),
            Some(mark) if mark != flow as u8 => Err(GoodsStatus::KindOtherFlow),
            Some(_) => Ok(()),
        }
    }

    fn check_good(&self, good: Good) -> Result<(), GoodsStatus> {
        let known = self.goods.mark(good.0);
        known.map(|_| ()).ok_or(GoodsStatus::GoodUnknown)
    }

    fn check_free(&self, owner: Owner, good: Good, quantity: i64) -> Result<(), GoodsStatus> {
        let free = self.stocks.get(owner, good).free();
        if free.0 < quantity {
            Err(GoodsStatus::Short)
        } else {
            Ok(())
        }
    }

    /// Whether what the owner ever got stays within what is counted: then no column and no stock leaves it.
    fn check_room(&self, owner: Owner, good: Good, quantity: i64) -> Result<(), GoodsStatus> {
        let came = self.stocks.get(owner, good).flows.came();
        if came > MAX_TURNOVER - quantity {
            Err(GoodsStatus::ReceivedOverflow)
        } else {
            Ok(())
        }
    }
}
