//! Numbers, read as deeds that mostly make sense.

use super::book::{Deed, GOODS, KINDS, View, hold_id, kind, owner};
use crate::raw::{Numbers, Raw};
use oikos_core::{Quantity, Tick};
use oikos_ledger::{
    Good, GoodsFlow, GoodsHold, GoodsKind, GoodsMove, GoodsOperation, HoldId, MAX_AMOUNT, Owner,
};

/// Reads one number as many.
struct From(Numbers);

impl From {
    const fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }

    fn owner(&mut self) -> Owner {
        owner(self.below(5))
    }

    fn quantity(&mut self) -> Quantity {
        Quantity(match self.below(60) {
            0 => 0,
            1 => -(self.below(50) as i64),
            2 => MAX_AMOUNT - self.below(3) as i64,
            3 => [MAX_AMOUNT + 1, i64::MAX, i64::MIN][self.below(3) as usize],
            4..16 => 60 + self.below(200) as i64,
            _ => 1 + self.below(40) as i64,
        })
    }

    fn kind(&mut self, flow: GoodsFlow) -> GoodsKind {
        match self.below(30) {
            0 => GoodsKind(KINDS),
            1 => GoodsKind(self.below(u64::from(KINDS)) as u16),
            _ => kind(flow, self.below(2) as u16),
        }
    }

    fn good(&mut self) -> Good {
        let number = if self.below(60) == 0 {
            u64::from(GOODS)
        } else {
            self.below(u64::from(GOODS))
        };
        Good(number as u16)
    }

    fn what(&mut self, flow: GoodsFlow) -> GoodsMove {
        GoodsMove {
            kind: self.kind(flow),
            good: self.good(),
            owner: self.owner(),
            quantity: self.quantity(),
            reference: self.below(4),
        }
    }

    /// Mostly one of the last holds.
    fn hold(&mut self, view: &View) -> HoldId {
        let made = view.holds.len() as u64;
        hold_id(match self.below(20) {
            0 => made + self.below(2),
            1..4 => self.below(made.max(1)),
            _ => made.saturating_sub(1 + self.below(8)),
        })
    }

    fn part(&mut self) -> Option<Quantity> {
        (self.below(3) > 0).then(|| Quantity(self.quantity().0 / 3 + 1))
    }

    fn operation(&mut self, view: &View) -> GoodsOperation {
        match self.below(100) {
            0..24 => GoodsOperation::Produce(self.what(GoodsFlow::Produce)),
            24..48 => GoodsOperation::Transfer {
                what: self.what(GoodsFlow::Transfer),
                to: self.owner(),
            },
            48..56 => GoodsOperation::Consume(self.what(GoodsFlow::Consume)),
            56..62 => GoodsOperation::Spoil(self.what(GoodsFlow::Spoil)),
            62..76 => {
                let soon = Tick::new(view.now + self.below(6) as u32);
                GoodsOperation::Hold(GoodsHold {
                    good: self.good(),
                    owner: self.owner(),
                    quantity: self.quantity(),
                    reference: self.below(4),
                    expires: (self.below(3) > 0).then_some(soon),
                })
            }
            76..91 => GoodsOperation::Take {
                hold: self.hold(view),
                kind: self.kind(GoodsFlow::Transfer),
                to: self.owner(),
                quantity: self.part(),
            },
            _ => GoodsOperation::Release {
                hold: self.hold(view),
                quantity: self.part(),
            },
        }
    }
}

/// Reads a raw deed against what there is.
#[must_use]
pub fn deed(raw: Raw, view: &View) -> Deed {
    let mut from = From(Numbers(raw.1));
    match raw.0 {
        0..180 => Deed::Apply(from.operation(view)),
        180..230 => {
            let count = from.below(6);
            let operations = (0..count).map(|_| from.operation(view)).collect();
            match from.below(4) {
                0 => Deed::Pay(operations, from.below(2) == 0),
                _ => Deed::Chain(operations),
            }
        }
        230..254 => Deed::Advance(view.now + from.below(3) as u32),
        _ => Deed::Advance(view.now.saturating_sub(1)),
    }
}
