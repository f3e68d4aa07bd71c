//! Planted faults: a book that makes one mistake is caught by the check that has its number.

use oikos_testkit::market::book::{Fault, MODES, Naive, look, rules, run, script};
use oikos_testkit::{Failure, Invariant, Runs};
use proptest::sample::select;

/// Scripts that are tried.
const SCRIPTS: u32 = 400;

/// A book with the fault breaks this number, and the smallest script that shows it is short.
fn caught_by(fault: Fault, number: u8) {
    let strategy = (select(&MODES[..]), script(120));
    let found = Runs::new(SCRIPTS).check(&strategy, |(mode, script)| {
        let mut book = Naive::new(rules(*mode), Some(fault));
        let broken = run(&mut book, script, |step| step.check(number).err());
        broken.map_or(Ok(script.len() as u64), Err)
    });
    match found {
        Err(Failure::Found { broken, script, .. }) => {
            assert_eq!(broken.invariant, Invariant::M(number));
            println!("{fault:?} breaks M{number}: {:?}", script.1);
        }
        other => panic!("{fault:?} is not caught: {other:?}"),
    }
}

#[test]
fn a_book_without_fault_breaks_nothing() {
    let strategy = (select(&MODES[..]), script(120));
    let done = Runs::new(SCRIPTS).check(&strategy, |(mode, script)| {
        look(&mut Naive::new(rules(*mode), None), script)
    });
    println!("{}", done.unwrap());
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
