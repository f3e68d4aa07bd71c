//! All that is wrong with an operation in the slow model; the least status counts.

use oikos_core::Quantity;
use oikos_ledger::{Fate, GoodsFlow, GoodsOperation, GoodsStatus, MAX_AMOUNT, MAX_TURNOVER};

use super::Model;
use crate::inventory::Fault;
use crate::inventory::book::{GOODS, KINDS};

impl Model {
    /// Everything that is wrong with an operation.
    pub(crate) fn wrongs(&self, operation: &GoodsOperation) -> Vec<GoodsStatus> {
        let mut wrongs = Vec::new();
        let mut found = |is_so: bool, status: GoodsStatus| {
            if is_so {
                wrongs.push(status);
            }
        };
        let quantity = match operation {
            GoodsOperation::Produce(what)
            | GoodsOperation::Consume(what)
            | GoodsOperation::Spoil(what)
            | GoodsOperation::Transfer { what, .. } => Some(what.quantity),
            GoodsOperation::Hold(hold) => Some(hold.quantity),
            GoodsOperation::Take { quantity, .. } | GoodsOperation::Release { quantity, .. } => {
                *quantity
            }
        };
        if let Some(Quantity(quantity)) = quantity {
            found(quantity == 0, GoodsStatus::QuantityZero);
            found(quantity < 0, GoodsStatus::QuantityNegative);
            found(quantity > MAX_AMOUNT, GoodsStatus::QuantityTooLarge);
        }
        if let GoodsOperation::Take { kind, .. } = operation {
            found(kind.0 >= KINDS, GoodsStatus::KindUnknown);
            let other = kind.0 / 2 != GoodsFlow::Transfer as u16;
            found(other, GoodsStatus::KindOtherFlow);
        }
        if let GoodsOperation::Take { hold, .. } | GoodsOperation::Release { hold, .. } = operation
        {
            match self.known(*hold) {
                None => found(true, GoodsStatus::HoldUnknown),
                Some((fate, held)) => {
                    let late = fate == Fate::Expired && !self.is(Fault::HoldAfterExpiry);
                    found(fate == Fate::Posted, GoodsStatus::HoldTaken);
                    found(fate == Fate::Voided, GoodsStatus::HoldReleased);
                    found(late, GoodsStatus::HoldExpired);
                    let above = quantity.is_some_and(|quantity| quantity > held.quantity);
                    found(above, GoodsStatus::QuantityAboveHold);
                }
            }
        }
        if let GoodsOperation::Hold(hold) = operation {
            found(hold.good.0 >= GOODS, GoodsStatus::GoodUnknown);
            let late = hold.expires.is_some_and(|tick| tick.index() <= self.now);
            found(late, GoodsStatus::ExpiryPast);
            let free = self.on_hand(hold.owner, hold.good) - self.held(hold.owner, hold.good);
            found(free < i128::from(hold.quantity.0), GoodsStatus::Short);
        }
        if let Some(way) = self.way(operation) {
            found(way.kind.0 >= KINDS, GoodsStatus::KindUnknown);
            found(
                way.kind.0 / 2 != way.flow as u16,
                GoodsStatus::KindOtherFlow,
            );
            found(way.good.0 >= GOODS, GoodsStatus::GoodUnknown);
            found(way.from == way.to, GoodsStatus::SameOwner);
            let wide = i128::from(way.quantity);
            if let (Some(from), None) = (way.from, way.hold) {
                let held = self.held(from, way.good);
                let held = if self.is(Fault::HeldSold) { 0 } else { held };
                let free = self.on_hand(from, way.good) - held;
                found(free < wide, GoodsStatus::Short);
            }
            if let Some(to) = way.to {
                let flows = self.flows.get(&(to, way.good)).copied().unwrap_or_default();
                let beyond = flows[0] + flows[1] + wide > i128::from(MAX_TURNOVER);
                found(beyond, GoodsStatus::ReceivedOverflow);
            }
        }
        wrongs
    }
}
