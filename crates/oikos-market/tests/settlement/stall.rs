//! A stall: reserved goods are held in an inventory book, step by step as any book of goods does it.

use std::collections::BTreeMap;

use oikos_core::{Quantity, StableId, TypeKey};
use oikos_ledger::{
    GoodsFlow, GoodsMove, GoodsOperation, Inventory, LedgerError, Owner, OwnerKind,
};
use oikos_market::{EscrowError, GoodsBook, GoodsError, GoodsStep, OrderId, Stall, TraderId};
use oikos_testkit::Runs;
use proptest::prelude::*;

use crate::world::trader;

const HAS: i64 = 20;

fn owner(id: u64) -> Owner {
    let kind = OwnerKind(0);
    Owner { kind, id }
}

fn order(number: u64) -> OrderId {
    OrderId::new(number).unwrap()
}

/// Traders 0 to 3, of whom the last two have one stock.
fn stall() -> (Stall, Inventory) {
    let mut inventory = Inventory::new();
    let good = inventory.good("bread").unwrap();
    let kind = inventory.kind("made", GoodsFlow::Produce).unwrap();
    let sale = inventory.kind("sold", GoodsFlow::Transfer).unwrap();
    for id in 0..3 {
        let made = GoodsMove {
            kind,
            good,
            owner: owner(id),
            quantity: Quantity(HAS),
            reference: 0,
        };
        inventory.apply(&GoodsOperation::Produce(made)).unwrap();
    }
    let mut stall = Stall::new(good, sale, &inventory).unwrap();
    for who in 0..4 {
        stall.open(trader(who), owner(who.min(2))).unwrap();
    }
    (stall, inventory)
}

fn of(step: &GoodsStep) -> (OrderId, TraderId) {
    match *step {
        GoodsStep::Reserve { order, trader, .. } | GoodsStep::Release { order, trader, .. } => {
            (order, trader)
        }
        GoodsStep::Deliver { order, seller, .. } => (order, seller),
    }
}

/// What a stall should do: free units by owner, reserved ones by order.
#[derive(Debug, Clone, PartialEq, Default)]
struct Model {
    free: BTreeMap<u64, i64>,
    reserved: BTreeMap<OrderId, i64>,
}

impl Model {
    fn carry_out(&mut self, step: &GoodsStep) -> bool {
        let ((order, who), owner) = (of(step), |who: TraderId| who.get().min(2));
        let (from, to, quantity, sign) = match *step {
            GoodsStep::Reserve { quantity, .. } => (owner(who), None, quantity, 1),
            GoodsStep::Release { quantity, .. } => (owner(who), Some(owner(who)), quantity, -1),
            GoodsStep::Deliver {
                buyer, quantity, ..
            } => (owner(who), Some(owner(buyer)), quantity, -1),
        };
        let reserved = self.reserved.entry(order).or_default();
        *reserved += sign * quantity;
        let is_left = *reserved >= 0;
        if *reserved == 0 {
            self.reserved.remove(&order);
        }
        match to {
            Some(to) => *self.free.get_mut(&to).unwrap() += quantity,
            None => *self.free.get_mut(&from).unwrap() -= quantity,
        }
        is_left && self.free.values().all(|free| *free >= 0)
    }
}

fn steps() -> impl Strategy<Value = Vec<GoodsStep>> {
    // An order is of the trader with the same remainder.
    let step = (0..8_u64, 0..4_u64, 1..9_i64, 0..3_u8).prop_map(|(number, to, quantity, what)| {
        let (order, who) = (order(number), trader(number % 4));
        match what {
            0 => GoodsStep::Reserve {
                order,
                trader: who,
                quantity,
            },
            1 => GoodsStep::Release {
                order,
                trader: who,
                quantity,
            },
            _ => GoodsStep::Deliver {
                order,
                seller: who,
                buyer: trader(to),
                quantity,
            },
        }
    });
    proptest::collection::vec(step, 1..4)
}

proptest! {
    #![proptest_config(Runs::new(400).config())]
    /// All steps and the payment, or nothing: as the slow model says, and to the digest.
    #[test]
    fn equals_a_plain_count(script in proptest::collection::vec((steps(), 0..5_u8), 1..60)) {
        let (mut stall, mut inventory) = stall();
        let free = (0..3).map(|id| (id, HAS)).collect();
        let mut model = Model { free, ..Model::default() };
        let key = TypeKey::new("stall.test");
        for (steps, luck) in script {
            let before = (inventory.digest(&key), stall.clone());
            let mut after = model.clone();
            let passes = steps.iter().all(|step| after.carry_out(step));
            let pays = luck > 0;
            let mut payments = 0;
            let outcome = stall.at(&mut inventory).settle(&steps, &mut || {
                payments += 1;
                let budget = 0;
                if pays { Ok(()) } else { Err(EscrowError::BudgetTooSmall { budget, cost: 1 }) }
            });
            prop_assert_eq!(payments, u8::from(passes), "{:?}", outcome);
            prop_assert_eq!(outcome.is_ok(), passes && pays, "{:?}", outcome);
            if outcome.is_ok() {
                model = after;
            } else {
                prop_assert_eq!((inventory.digest(&key), stall.clone()), before);
            }
            for (id, free) in &model.free {
                let stock = inventory.stock(owner(*id), stall.good());
                prop_assert_eq!(stock.free(), Quantity(*free));
            }
            let held = inventory.holds().map(|(_, hold)| (order(hold.reference), hold.quantity.0));
            prop_assert_eq!(held.collect::<BTreeMap<_, _>>(), model.reserved.clone());
            let text = serde_json::to_string(&stall).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Stall>(&text).unwrap(), &stall);
        }
        inventory.audit().unwrap();
    }
}

fn reserve(order: OrderId, trader: TraderId, quantity: i64) -> GoodsStep {
    GoodsStep::Reserve {
        order,
        trader,
        quantity,
    }
}

#[test]
fn what_a_stall_cannot_have_is_refused() {
    let (mut stall, mut inventory) = stall();
    let good = oikos_ledger::Good(9);
    let sale = inventory.kind("sold", GoodsFlow::Transfer).unwrap();
    let error = EscrowError::Ledger(LedgerError::NoSuchGood { good });
    assert_eq!(Stall::new(good, sale, &inventory), Err(error));
    let made = inventory.kind("made", GoodsFlow::Produce).unwrap();
    let number = made.0;
    let error = EscrowError::NoSaleKind { number };
    assert_eq!(Stall::new(stall.good(), made, &inventory), Err(error));
    let (trader, other) = (trader(0), owner(0));
    let error = GoodsError::OpenAlready {
        trader,
        owner: other,
    };
    assert_eq!(stall.open(trader, owner(1)), Err(error));
    assert_eq!(stall.open(trader, owner(0)), Ok(()));
    let (order, trader) = (order(1), crate::world::trader(9));
    let error = EscrowError::from(GoodsError::Unknown { trader });
    let mut never = || panic!("nothing is paid");
    let steps = [reserve(order, trader, 1)];
    assert_eq!(
        stall.at(&mut inventory).settle(&steps, &mut never),
        Err(error)
    );
    let (trader, asked) = (crate::world::trader(0), 3);
    let release = GoodsStep::Release {
        order,
        trader,
        quantity: asked,
    };
    let reserved = 0;
    let error = EscrowError::from(GoodsError::NotReserved {
        order,
        trader,
        reserved,
        asked,
    });
    assert_eq!(
        stall.at(&mut inventory).settle(&[release], &mut never),
        Err(error)
    );
    let huge = reserve(order, trader, i64::MAX);
    let (free, asked) = (HAS, i64::MAX);
    let short = EscrowError::from(GoodsError::Short {
        trader,
        free,
        asked,
    });
    let refused = stall.at(&mut inventory).settle(&[huge], &mut never);
    assert_eq!(refused, Err(short));
    let again = [reserve(order, trader, 1), huge];
    let overflow = GoodsError::Overflow {
        trader,
        quantity: asked,
    };
    let refused = stall.at(&mut inventory).settle(&again, &mut never);
    assert_eq!(refused, Err(overflow.into()));
}
