//! Planted faults: a venue that makes one mistake is caught by the check that has its number.

use oikos_core::StableId;
use oikos_ledger::{Operation, Transfer};
use oikos_market::{Fill, GoodsStep, OrderId, Report, Side};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::checker::{Number, violations};
use crate::tally::Tally;
use crate::world::{Answer, MODES, Message, World, fees, purse_of, scripts, trader};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// What a buyer saves at a better price stays held.
    SurplusNotReleased,
    /// Who died keeps the orders that rest.
    DeadOrderLeft,
    /// A trade is paid twice.
    DoublePost,
    /// The order that came pays its own price.
    TakerPriced,
    /// What is left of an order after it took several others is not held for.
    SweepResidueLost,
    /// Of a trade the money moves, but not the goods.
    PartialChain,
    /// The seller gets the fee as well.
    FeeNotTaken,
}

/// Traders 0 to 3 have purses of their own.
fn own_purses(fill: &Fill) -> bool {
    fill.buyer < trader(4) && fill.seller < trader(4)
}

fn post(world: &mut World, debit: u64, credit: u64, amount: i64) {
    let transfer = Transfer {
        kind: world.venue.rules().trade,
        debit: purse_of(debit),
        credit: purse_of(credit),
        amount,
        reference: 0,
    };
    // Where there is no money for the mistake, it is not made.
    let _ = world.ledger.post(&transfer);
}

/// Does to the books what a venue with the fault would have done beside what is right.
fn spoil(fault: Fault, world: &mut World, message: &Message, reports: &[Report]) {
    let mut fills = reports.iter().filter_map(|report| match report {
        Report::Fill(fill) if own_purses(fill) => Some(*fill),
        _ => None,
    });
    let submitted = match message {
        Message::Submit(order) => order.kind.limit().map(|limit| (order.side, limit)),
        _ => None,
    };
    match (fault, fills.next(), submitted) {
        (Fault::SurplusNotReleased, Some(fill), Some((Side::Buy, limit))) => {
            let surplus = (limit.0 - fill.price.0) * fill.quantity.0;
            let rules = *world.venue.rules();
            let transfer = Transfer {
                kind: rules.trade,
                debit: rules.account,
                credit: purse_of(fill.buyer.get()),
                amount: surplus,
                reference: fill.buy.get(),
            };
            let expires = None;
            let _ = world.ledger.apply(&Operation::Hold { transfer, expires });
        }
        (Fault::DoublePost, Some(fill), _) => {
            post(world, fill.seller.get(), fill.buyer.get(), fill.value());
        }
        (Fault::TakerPriced, Some(fill), Some((Side::Buy, limit))) => {
            let more = (limit.0 - fill.price.0) * fill.quantity.0;
            post(world, fill.seller.get(), fill.buyer.get(), more);
        }
        (Fault::SweepResidueLost, Some(fill), Some((Side::Buy, _))) => {
            let hold = world
                .ledger
                .holds()
                .find(|(_, hold)| hold.reference == fill.buy.get());
            if let Some((hold, _)) = hold {
                world.ledger.apply(&Operation::VoidHold { hold }).unwrap();
            }
        }
        (Fault::PartialChain, Some(fill), _) => {
            let (order, quantity) = (OrderId::LAST, fill.quantity.0);
            let (seller, buyer) = (fill.buyer, fill.seller);
            let trader = seller;
            // Back to where they were; the buyer's shelf is full enough, else nothing is spoiled.
            if world
                .shelves
                .carry_out(GoodsStep::Reserve {
                    order,
                    trader,
                    quantity,
                })
                .is_ok()
            {
                let back = GoodsStep::Deliver {
                    order,
                    seller,
                    buyer,
                    quantity,
                };
                world.shelves.carry_out(back).unwrap();
            }
        }
        (Fault::FeeNotTaken, Some(fill), _) => {
            let rules = *world.venue.rules();
            let fee = rules.fees.payment(&fill).unwrap().fee;
            let transfer = Transfer {
                kind: rules.fee,
                debit: purse_of(fill.seller.get()),
                credit: rules.account,
                amount: fee,
                reference: 0,
            };
            let _ = world.ledger.post(&transfer);
        }
        _ => {}
    }
}

/// One message at a venue with a fault.
fn apply(
    fault: Option<Fault>,
    world: &mut World,
    message: &Message,
    reports: &mut Vec<Report>,
) -> Answer {
    if fault == Some(Fault::DeadOrderLeft) && matches!(message, Message::Withdraw(_)) {
        return Ok(None);
    }
    let answer = world.apply(message, reports)?;
    if let Some(fault) = fault {
        spoil(fault, world, message, reports);
    }
    Ok(answer)
}

/// What the first message that breaks anything breaks.
fn first_broken(fault: Option<Fault>) -> Option<Vec<(Number, String)>> {
    let mut runner = TestRunner::deterministic();
    let strategy = scripts(60..120);
    (0..200).find_map(|index| {
        let script = strategy.new_tree(&mut runner).unwrap().current();
        let fees = fees(7, 25);
        let mut world = World::new(MODES[index % 4], fees, 30);
        let mut tally = Tally::new(fees);
        script.iter().find_map(|message| {
            let named = match *message {
                Message::Cancel(number) | Message::Amend(number, ..) => world.id(number),
                _ => world.id(usize::MAX),
            };
            let mut reports = Vec::new();
            let answer = apply(fault, &mut world, message, &mut reports);
            if let Ok(receipt) = &answer {
                tally.follow(message, named, *receipt, &reports);
            }
            let broken = violations(&world, &tally, message, &answer, &reports);
            (!broken.is_empty()).then_some(broken)
        })
    })
}

fn caught_by(fault: Fault, number: Number) {
    let broken = first_broken(Some(fault)).unwrap_or_else(|| panic!("{fault:?} is not caught"));
    let numbers: Vec<Number> = broken.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [number], "{fault:?}: {}", broken[0].1);
}

#[test]
fn a_venue_without_fault_breaks_nothing() {
    if let Some(broken) = first_broken(None) {
        panic!("{}", broken[0].1);
    }
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
fn a_trade_paid_at_the_takers_price_is_caught() {
    caught_by(Fault::TakerPriced, 12);
}

#[test]
fn a_lost_residue_of_a_sweep_is_caught() {
    caught_by(Fault::SweepResidueLost, 11);
}

#[test]
fn a_chain_applied_in_part_is_caught() {
    caught_by(Fault::PartialChain, 12);
}

#[test]
fn a_fee_that_is_not_taken_is_caught() {
    caught_by(Fault::FeeNotTaken, 12);
}
