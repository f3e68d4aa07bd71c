//! Planted faults: a book that makes one mistake is caught by the check that has its number.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::checker::{Number, violations};
use crate::naive::{Fault, Naive};
use crate::venue::{MODES, rules, run, scripts};

/// Scripts that are tried.
const SCRIPTS: usize = 400;

/// What the first step that breaks anything breaks, when a book with this fault goes through random scripts.
fn first_broken(fault: Option<Fault>) -> Option<Vec<(Number, String)>> {
    let mut runner = TestRunner::deterministic();
    let strategy = scripts(60..120);
    (0..SCRIPTS).find_map(|index| {
        let script = strategy.new_tree(&mut runner).unwrap().current();
        let mut book = Naive::new(rules(MODES[index % 4]), fault);
        run(&mut book, &script, |step| {
            let broken = violations(step);
            (!broken.is_empty()).then_some(broken)
        })
    })
}

fn caught_by(fault: Fault, number: Number) {
    let broken = first_broken(Some(fault)).unwrap_or_else(|| panic!("{fault:?} is not caught"));
    let numbers: Vec<Number> = broken.iter().map(|(number, _)| *number).collect();
    assert!(
        numbers.contains(&number),
        "{fault:?} breaks {numbers:?}: {}",
        broken[0].1
    );
}

#[test]
fn a_book_without_fault_breaks_nothing() {
    if let Some(broken) = first_broken(None) {
        panic!("{}", broken[0].1);
    }
}

#[test]
fn a_self_trade_is_caught() {
    caught_by(Fault::SelfTrade, 5);
}

#[test]
fn a_residue_that_faces_an_own_order_is_caught() {
    caught_by(Fault::OwnResidueRests, 5);
}

#[test]
fn a_dead_order_that_is_left_is_caught() {
    caught_by(Fault::DeadOrderLeft, 11);
}

#[test]
fn a_place_kept_after_an_increase_is_caught() {
    caught_by(Fault::PlaceKeptAfterIncrease, 3);
}

#[test]
fn a_partial_fill_that_loses_its_place_is_caught() {
    caught_by(Fault::PartialFillLosesPlace, 3);
}

#[test]
fn last_come_first_served_is_caught() {
    caught_by(Fault::LastComeFirstServed, 3);
}

#[test]
fn a_worse_price_before_a_better_one_is_caught() {
    caught_by(Fault::WorseFirst, 3);
}

#[test]
fn an_immediate_order_that_rests_is_caught() {
    caught_by(Fault::ImmediateOrCancelRests, 7);
}

#[test]
fn a_fill_or_kill_order_filled_in_part_is_caught() {
    caught_by(Fault::FillOrKillPartlyFills, 7);
}

#[test]
fn a_maker_that_takes_is_caught() {
    caught_by(Fault::PostOnlyTakes, 7);
}

#[test]
fn a_trade_at_the_takers_price_is_caught() {
    caught_by(Fault::TakerPriced, 2);
}

#[test]
fn a_phantom_best_price_after_a_cancel_is_caught() {
    caught_by(Fault::PhantomBest, 9);
}

#[test]
fn a_lost_residue_of_a_sweep_is_caught() {
    caught_by(Fault::SweepResidueLost, 4);
}

#[test]
fn a_change_that_does_not_match_is_caught() {
    caught_by(Fault::AmendDoesNotMatch, 6);
}

#[test]
fn a_crossed_book_is_caught() {
    caught_by(Fault::AmendDoesNotMatch, 1);
}

#[test]
fn cancelling_a_closed_order_is_caught() {
    caught_by(Fault::ClosedCancelled, 8);
}

#[test]
fn a_cancel_that_drops_the_next_is_caught() {
    caught_by(Fault::CancelDropsNext, 10);
}
