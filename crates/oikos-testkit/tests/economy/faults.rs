//! Planted faults: what is done to an economy behind its back, or declared wrongly, is caught by its number.

use oikos_ledger::{Operation, Transfer, Use, Uses};
use oikos_market::OrderBook;
use oikos_testkit::economy::{Deed, Economy, Payment, script};
use oikos_testkit::{Broken, Failure, Invariant, Runs};

use crate::markets::book;

/// What the smallest script breaks when the economy is spoiled before each deed.
fn broken_by(spoil: impl Fn(&mut Economy<OrderBook>, usize)) -> Invariant {
    let found = Runs::new(300).check_script(&script(80), |script| {
        let mut economy = Economy::new(book());
        for (number, deed) in script.iter().enumerate() {
            spoil(&mut economy, number);
            economy.act(deed)?;
        }
        economy.act(&Deed::Close { price: 3 })?;
        Ok::<u64, Broken>(script.len() as u64)
    });
    match found {
        Err(Failure::Found { broken, script, .. }) => {
            println!("{broken}: {script:?}");
            assert!(script.len() <= 6, "{script:?}");
            broken.invariant
        }
        other => panic!("nothing was caught: {other:?}"),
    }
}

/// The uses are right but for one kind.
fn declared(what: Payment, as_use: Use) -> Invariant {
    broken_by(|economy, _| {
        let uses = std::mem::take(&mut economy.uses);
        economy.uses = uses.count(economy.kind_of(what), as_use);
    })
}

#[test]
fn s9_a_flow_counted_as_income_only_is_caught() {
    assert_eq!(declared(Payment::Purchase, Use::Income), Invariant::S(9));
    assert_eq!(declared(Payment::Machine, Use::Income), Invariant::S(9));
}

#[test]
fn s9_income_counted_as_expenditure_only_is_caught() {
    assert_eq!(declared(Payment::Wage, Use::Final), Invariant::S(9));
    assert_eq!(declared(Payment::Gift, Use::Final), Invariant::S(9));
    assert_eq!(declared(Payment::Pension, Use::Final), Invariant::S(9));
}

#[test]
fn s9_a_flow_that_nobody_declared_is_caught() {
    let none = broken_by(|economy, _| economy.uses = Uses::new().producer(oikos_ledger::Sector(1)));
    assert_eq!(none, Invariant::S(9));
}

#[test]
fn s9_materials_counted_as_final_are_caught() {
    // The three sums agree, but are more than what was bought for use.
    assert_eq!(declared(Payment::Materials, Use::Final), Invariant::S(9));
}

#[test]
fn m11_a_hold_that_is_for_no_order_is_caught() {
    let found = broken_by(|economy, _| {
        let rules = *economy.venue.rules();
        let transfer = Transfer {
            kind: rules.trade,
            debit: rules.account,
            credit: oikos_core::StableId::FIRST,
            amount: 1,
            reference: 0,
        };
        let expires = None;
        let _ = economy.ledger.apply(&Operation::Hold { transfer, expires });
    });
    assert_eq!(found, Invariant::M(11));
}

#[test]
fn m11_a_hold_that_is_gone_while_its_order_waits_is_caught() {
    let found = broken_by(|economy, _| {
        let first = economy.ledger.holds().next().map(|(hold, _)| hold);
        if let Some(hold) = first {
            economy.ledger.apply(&Operation::VoidHold { hold }).unwrap();
        }
    });
    assert_eq!(found, Invariant::M(11));
}

#[test]
fn l2_what_is_moved_and_not_told_is_caught() {
    let found = broken_by(|economy, number| {
        if number == 1 {
            economy.ledger.record(oikos_ledger::Recording::Off);
        }
    });
    assert_eq!(found, Invariant::L(2));
}
