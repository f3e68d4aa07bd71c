//! Planted faults: books that are wrong in one way are caught by the invariant that this way breaks, by its
//! number, and by the comparison of the ledger with them.

use oikos_testkit::ledger::{
    Checker, Fault, Raw, agrees, check, new_ledger, new_model, raw, run, script,
};
use oikos_testkit::{Invariant, Runs};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Each fault and the invariant that names it.
const CAUGHT: &[(Fault, u8)] = &[
    (Fault::OneSided, 1),
    (Fault::SecretIssue, 1),
    (Fault::CurrencyMixed, 2),
    (Fault::RestKept, 5),
    (Fault::LimitIgnoresPending, 4),
    (Fault::HoldAfterExpiry, 5),
    (Fault::HoldTwice, 5),
    (Fault::DoublePost, 6),
    (Fault::FailedRetried, 7),
    (Fault::PartialChain, 8),
    (Fault::BatchInOrder, 9),
    (Fault::Wraps, 11),
    (Fault::ClosedPays, 12),
    (Fault::RoundsForCustomer, 13),
    (Fault::SplitLosesUnit, 14),
    (Fault::NumberReused, 15),
];

/// So many scripts of so many deeds, from a fixed seed.
pub(crate) fn fixed_scripts(count: usize, deeds: usize) -> Vec<Vec<Raw>> {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(7),
        ..Config::default()
    });
    let long = proptest::collection::vec(raw(), deeds);
    let one = |_| long.new_tree(&mut runner).unwrap().current();
    (0..count).map(one).collect()
}

/// The numbers that a script breaks, with a fault.
fn broken(fault: Fault, script: &[Raw]) -> Vec<Invariant> {
    let (mut model, mut checker) = (new_model(Some(fault)), Checker::default());
    let mut all = Vec::new();
    let done = run(&mut model, script, |model, deed| {
        let (_, broken) = checker.apply(model, deed);
        all.extend(broken.into_iter().map(|broken| broken.invariant));
        Ok::<_, String>(())
    });
    done.unwrap();
    all
}

#[test]
fn each_planted_fault_is_caught_by_its_invariant() {
    for (fault, number) in CAUGHT {
        let scripts = fixed_scripts(60, 150);
        let mut broken = scripts.iter().flat_map(|script| broken(*fault, script));
        let caught = broken.any(|invariant| invariant == Invariant::L(*number));
        assert!(caught, "{fault:?} is not caught by L{number}");
    }
}

/// What a user's test of their own books would show: a few deeds.
#[test]
fn each_planted_fault_is_shown_by_a_short_script() {
    for (fault, _) in CAUGHT {
        let found = Runs::new(100).check_script(&script(150), |script| {
            check(&mut new_model(Some(*fault)), script)
        });
        let failure = found.unwrap_err();
        let oikos_testkit::Failure::Found { broken, script, .. } = &failure else {
            panic!("{failure}");
        };
        println!("{fault:?}: {} deeds, {broken}", script.len());
        assert!(script.len() <= 20, "{fault:?}: {failure}");
    }
}

#[test]
fn without_a_fault_no_invariant_is_broken() {
    let done =
        Runs::new(20).check_script(&script(150), |script| check(&mut new_model(None), script));
    println!("{}", done.unwrap());
}

#[test]
fn each_planted_fault_parts_from_the_ledger() {
    for (fault, _) in CAUGHT {
        let parts = fixed_scripts(60, 150)
            .iter()
            .any(|script| agrees(&mut new_ledger(), &mut new_model(Some(*fault)), script).is_err());
        assert!(parts, "{fault:?} does not part from the ledger");
    }
}
