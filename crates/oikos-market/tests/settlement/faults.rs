//! Planted faults: a venue that makes one mistake is caught by the check that has its number.

use oikos_core::{Quantity, StableId};
use oikos_ledger::{GoodsMove, GoodsOperation, Operation, Transfer};
use oikos_market::{Bazaar, CallAuction, Fill, PostedPrice, Rationing, Report};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::checker::{Number, violations};
use crate::markets::Market;
use crate::tally::Tally;
use crate::world::{
    Answer, HOUSEHOLDS, Message, World, fees, household, owner_of, prices, purse_of, scripts,
};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// What a buyer saves at a better price stays held.
    SurplusNotReleased,
    /// Who died keeps the orders that wait.
    DeadOrderLeft,
    /// A trade is paid twice.
    DoublePost,
    /// The buyer pays their own limit.
    TakerPriced,
    /// What is left of an order is not held for.
    ResidueLost,
    /// Of a trade the money moves, but not the goods.
    PartialChain,
    /// The seller gets the fee as well.
    FeeNotTaken,
    /// A seller's goods are free though the order waits.
    GoodsNotHeld,
    /// First come is first served where all should get a share.
    RationedByTime,
}

fn transfer<M>(world: &World<M>, debit: u64, credit: u64, amount: i64) -> Transfer {
    let rules = world.market.venue.rules();
    let purse = |number| match number {
        HOUSEHOLDS => rules.account,
        _ => purse_of(number),
    };
    Transfer {
        kind: rules.trade,
        debit: purse(debit),
        credit: purse(credit),
        amount,
        reference: 0,
    }
}

/// A trade between two households whose buyer's limit was above the price.
fn saving(before: &Tally, reports: &[Report]) -> Option<(Fill, i64)> {
    reports.iter().find_map(|report| match report {
        Report::Fill(fill) if household(fill.buyer) != household(fill.seller) => {
            let limit = before.orders.get(&fill.buy)?.limit?;
            Some((*fill, (limit.0 - fill.price.0) * fill.quantity.0))
        }
        _ => None,
    })
}

/// Does to the books what a venue with the fault would have done beside what is right. Where there is no money or no
/// goods for the mistake, it is not made.
fn spoil<M: Market>(fault: Fault, world: &mut World<M>, before: &Tally, reports: &[Report]) {
    let Some((fill, surplus)) = saving(before, reports) else {
        return;
    };
    let (buyer, seller) = (household(fill.buyer), household(fill.seller));
    match fault {
        Fault::SurplusNotReleased => {
            let transfer = transfer(world, HOUSEHOLDS, buyer, surplus);
            let expires = None;
            let _ = world.ledger.apply(&Operation::Hold { transfer, expires });
        }
        Fault::DoublePost => {
            let again = transfer(world, seller, buyer, fill.value());
            let _ = world.ledger.post(&again);
        }
        Fault::TakerPriced => {
            let more = transfer(world, seller, buyer, surplus);
            let _ = world.ledger.post(&more);
        }
        Fault::ResidueLost => {
            let mut holds = world.ledger.holds();
            let hold = holds.find(|(_, hold)| hold.reference == fill.buy.get());
            let hold = hold.map(|(hold, _)| hold);
            drop(holds);
            if let Some(hold) = hold {
                world.ledger.apply(&Operation::VoidHold { hold }).unwrap();
            }
        }
        Fault::PartialChain => {
            let what = GoodsMove {
                kind: world
                    .inventory
                    .kind("sold", oikos_ledger::GoodsFlow::Transfer)
                    .unwrap(),
                good: world.market.stall.good(),
                owner: owner_of(buyer),
                quantity: fill.quantity,
                reference: 0,
            };
            let to = owner_of(seller);
            let _ = world
                .inventory
                .apply(&GoodsOperation::Transfer { what, to });
        }
        Fault::FeeNotTaken => {
            let fee = world.market.venue.rules().fees.payment(&fill).unwrap().fee;
            let back = transfer(world, seller, HOUSEHOLDS, fee);
            let _ = world.ledger.post(&back);
        }
        Fault::GoodsNotHeld => {
            let mut holds = world.inventory.holds();
            let hold = holds.next().map(|(hold, _)| hold);
            drop(holds);
            if let Some(hold) = hold {
                let quantity = Some(Quantity(1));
                let release = GoodsOperation::Release { hold, quantity };
                world.inventory.apply(&release).unwrap();
            }
        }
        Fault::DeadOrderLeft | Fault::RationedByTime => {}
    }
}

/// One message at a venue with a fault.
fn apply<M: Market>(
    fault: Option<Fault>,
    world: &mut World<M>,
    before: &Tally,
    message: &Message,
    reports: &mut Vec<Report>,
) -> Answer {
    if fault == Some(Fault::DeadOrderLeft) && matches!(message, Message::Withdraw(_)) {
        return Ok(None);
    }
    let answer = world.apply(message, reports)?;
    if let Some(fault) = fault {
        spoil(fault, world, before, reports);
    }
    Ok(answer)
}

/// What the first message that breaks anything breaks.
fn first_broken<M: Market>(fault: Option<Fault>) -> Option<Vec<(Number, String)>> {
    let mut runner = TestRunner::deterministic();
    let strategy = scripts(80..160);
    (0..100).find_map(|variant| {
        let script = strategy.new_tree(&mut runner).unwrap().current();
        let (fees, mut rule) = (fees(7, 25), M::rationing(variant));
        if fault == Some(Fault::RationedByTime) {
            rule = Some(Rationing::ProRata);
        }
        let mut world = World::new(M::variant(prices(), variant), fees);
        let mut tally = Tally::new(fees);
        script.iter().find_map(|message| {
            let (mut reports, before) = (Vec::new(), tally.clone());
            let answer = apply(fault, &mut world, &before, message, &mut reports);
            let Ok(receipt) = &answer else { return None };
            tally.follow(message, *receipt, &reports);
            let told = (message, &answer, &reports[..]);
            let broken = violations(&world, (&before, &tally), rule, told);
            (!broken.is_empty()).then_some(broken)
        })
    })
}

fn caught_by(fault: Fault, number: Number) {
    let mut markets = vec![first_broken::<CallAuction>(Some(fault))];
    // Only an auction rations, and of posted prices no buyer's order stays.
    if fault != Fault::RationedByTime {
        markets.push(first_broken::<Bazaar>(Some(fault)));
    }
    if !matches!(fault, Fault::RationedByTime | Fault::ResidueLost) {
        markets.push(first_broken::<PostedPrice>(Some(fault)));
    }
    for broken in markets {
        let broken = broken.unwrap_or_else(|| panic!("{fault:?} is not caught"));
        let numbers: Vec<Number> = broken.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [number], "{fault:?}: {}", broken[0].1);
    }
}

#[test]
fn venues_without_fault_break_nothing() {
    let outcomes = [
        first_broken::<CallAuction>(None),
        first_broken::<PostedPrice>(None),
        first_broken::<Bazaar>(None),
    ];
    let broken = outcomes.into_iter().flatten().next();
    assert_eq!(broken, None);
}

#[test]
fn a_surplus_that_is_not_released_is_caught() {
    caught_by(Fault::SurplusNotReleased, 11);
}

#[test]
fn a_dead_persons_order_that_is_left_is_caught() {
    caught_by(Fault::DeadOrderLeft, 11);
}

#[test]
fn a_double_post_is_caught() {
    caught_by(Fault::DoublePost, 12);
}

#[test]
fn a_trade_paid_at_the_buyers_limit_is_caught() {
    caught_by(Fault::TakerPriced, 12);
}

#[test]
fn a_lost_residue_is_caught() {
    caught_by(Fault::ResidueLost, 11);
}

#[test]
fn a_chain_applied_in_part_is_caught() {
    caught_by(Fault::PartialChain, 12);
}

#[test]
fn a_fee_that_is_not_taken_is_caught() {
    caught_by(Fault::FeeNotTaken, 12);
}

#[test]
fn goods_that_are_not_held_are_caught() {
    caught_by(Fault::GoodsNotHeld, 11);
}

#[test]
fn rationing_that_is_not_exact_is_caught() {
    caught_by(Fault::RationedByTime, 102);
}
