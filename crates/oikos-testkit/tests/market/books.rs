//! Mistakes of continuous markets, as a checker sees them that knows nothing but what is asked and reported.

use oikos_market::{PriceRange, SelfTrade};
use oikos_testkit::market::book::{Fault, Naive, rules};
use oikos_testkit::market::{Message, Style, agrees, check, script};
use oikos_testkit::{Failure, Invariant, Runs};

fn prices() -> PriceRange {
    PriceRange::new(-1_000, 1_000).unwrap()
}

fn naive(fault: Option<Fault>) -> Naive {
    Naive::new(rules(SelfTrade::CancelTaker), fault)
}

/// The smallest script that shows a mistake.
fn smallest(fault: Fault) -> (Invariant, Vec<Message>) {
    let found = Runs::new(400).check_script(&script(prices(), 80), |script| {
        check(&mut naive(Some(fault)), Style::Continuous, script)
    });
    match found {
        Err(Failure::Found { broken, script, .. }) => (broken.invariant, script),
        other => panic!("{fault:?} is not caught: {other:?}"),
    }
}

fn caught_by(fault: Fault, number: u8) {
    let (invariant, script) = smallest(fault);
    println!("{fault:?} breaks {invariant}: {script:?}");
    assert_eq!(invariant, Invariant::M(number), "{fault:?}: {script:#?}");
    assert!(script.len() <= 6, "{fault:?}: {script:#?}");
}

#[test]
fn a_book_without_a_mistake_breaks_nothing() {
    let done = Runs::new(3_000).check_script(&script(prices(), 80), |script| {
        check(&mut naive(None), Style::Continuous, script)
    });
    let done = done.unwrap();
    println!("{done}");
    assert!(done.events >= 100_000, "{done}");
}

#[test]
fn each_mistake_is_caught_by_its_number_with_a_minimal_script() {
    caught_by(Fault::SelfTrade, 5);
    caught_by(Fault::DeadOrderLeft, 11);
    caught_by(Fault::ImmediateOrCancelRests, 7);
    caught_by(Fault::FillOrKillPartlyFills, 7);
    caught_by(Fault::TakerPriced, 2);
    caught_by(Fault::SweepResidueLost, 4);
    caught_by(Fault::PartialFillLosesPlace, 3);
    caught_by(Fault::LastComeFirstServed, 3);
    caught_by(Fault::PostOnlyTakes, 7);
    caught_by(Fault::ClosedCancelled, 8);
    caught_by(Fault::CancelDropsNext, 10);
    caught_by(Fault::OwnResidueRests, 1);
    caught_by(Fault::WorseFirst, 3);
}

#[test]
fn each_mistake_that_can_be_asked_for_parts_from_the_right_book() {
    // A mechanism has no amendments, and shows no best price.
    let hidden = [
        Fault::PlaceKeptAfterIncrease,
        Fault::AmendDoesNotMatch,
        Fault::PhantomBest,
    ];
    for fault in Fault::ALL
        .into_iter()
        .filter(|fault| !hidden.contains(fault))
    {
        let found = Runs::new(400).check_script(&script(prices(), 80), |script| {
            agrees(naive(Some(fault)), naive(None), script)
        });
        let found = found.unwrap_err();
        let broken = found.broken().map(|broken| broken.invariant);
        assert_eq!(broken, Some(Invariant::M(13)), "{fault:?}: {found}");
    }
}
