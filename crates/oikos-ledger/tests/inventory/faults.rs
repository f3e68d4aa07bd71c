//! Planted faults: books that are wrong in one way are caught by the invariant that this way breaks, by its number,
//! and by the comparison with the real one.

use oikos_testkit::Invariant::{self, L, M, S};
use oikos_testkit::Runs;
use oikos_testkit::inventory::{
    Book, Checker, Fault, Model, Raw, agrees, check, deed, new_book, raw, script,
};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

const CAUGHT: &[(Fault, Invariant)] = &[
    (Fault::OffByOne, M(12)),
    (Fault::OffByOne, S(8)),
    (Fault::SilentSpoil, S(8)),
    (Fault::HeldSold, M(11)),
    (Fault::HoldAfterExpiry, L(5)),
    (Fault::RestLost, L(5)),
    (Fault::PartialChain, L(8)),
    (Fault::Unpaid, L(8)),
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
    let (mut model, mut checker) = (Model::new(Some(fault)), Checker::default());
    let look = |raw: &Raw| {
        let deed = deed(*raw, &model.view());
        checker.apply(&mut model, &deed).broken
    };
    let all = script.iter().flat_map(look);
    all.map(|broken| broken.invariant).collect()
}

#[test]
fn each_planted_fault_is_caught_by_its_invariant() {
    for (fault, number) in CAUGHT {
        let scripts = fixed_scripts(20, 150);
        let mut broken = scripts.iter().flat_map(|script| broken(*fault, script));
        assert!(
            broken.any(|invariant| invariant == *number),
            "{fault:?} is not caught by {number}"
        );
    }
}

/// What a user's test of their own books would show: a few deeds.
#[test]
fn each_planted_fault_is_shown_by_a_short_script() {
    for (fault, _) in CAUGHT {
        let found = Runs::new(100).check_script(&script(150), |script| {
            check(&mut Model::new(Some(*fault)), script)
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
        Runs::new(20).check_script(&script(150), |script| check(&mut Model::new(None), script));
    println!("{}", done.unwrap());
}

#[test]
fn each_planted_fault_parts_from_the_real_one() {
    for (fault, _) in CAUGHT {
        let parts = fixed_scripts(20, 150)
            .iter()
            .any(|script| agrees(&mut new_book(), &mut Model::new(Some(*fault)), script).is_err());
        assert!(parts, "{fault:?} does not part from the real one");
    }
}
