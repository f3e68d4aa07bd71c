//! Planted faults: a book that is wrong in one way is caught by the invariant that this way breaks, by its number,
//! and by the comparison with the real one.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::book::{Book, new_book};
use crate::invariants::{Watch, watched};
use crate::model::Model;
use crate::script::{self, Raw};

/// One way to be wrong.
#[derive(Debug, Copy, Clone, PartialEq)]
pub(crate) enum Fault {
    /// Who receives gets one less at times.
    OffByOne,
    /// What spoils is not told.
    SilentSpoil,
    /// What is held is sold once more.
    HeldSold,
    /// A hold can be taken late.
    HoldAfterExpiry,
    /// What is left of a hold of which part was taken is neither held nor kept as its rest.
    RestLost,
    /// What a chain did before it failed stays.
    PartialChain,
    /// What was not paid for stays delivered.
    Unpaid,
}

const CAUGHT: &[(Fault, &str)] = &[
    (Fault::OffByOne, "M12"),
    (Fault::OffByOne, "S8"),
    (Fault::SilentSpoil, "S8"),
    (Fault::HeldSold, "M11"),
    (Fault::HoldAfterExpiry, "L5"),
    (Fault::RestLost, "L5"),
    (Fault::PartialChain, "L8"),
    (Fault::Unpaid, "L8"),
];

/// Scripts from a fixed seed.
pub(crate) fn fixed_scripts(count: usize, deeds: usize) -> Vec<Vec<Raw>> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(script::config(1), rng);
    let mut one = || {
        script::scripts(deeds)
            .new_tree(&mut runner)
            .unwrap()
            .current()
    };
    (0..count).map(|_| one()).collect()
}

/// The invariants by number that a script breaks.
fn broken(fault: Option<Fault>, script: &[Raw]) -> Vec<String> {
    let (mut model, mut watch) = (Model::new(fault), Watch::default());
    let look = |raw: &Raw| {
        let deed = script::deed(*raw, &model.view());
        watched(&mut model, &mut watch, &deed).2
    };
    script.iter().flat_map(look).collect()
}

#[test]
fn each_planted_fault_is_caught_by_its_invariant() {
    for (fault, number) in CAUGHT {
        let caught = fixed_scripts(20, 150).iter().any(|script| {
            let broken = broken(Some(*fault), script);
            broken
                .iter()
                .any(|text| text.starts_with(&format!("{number}:")))
        });
        assert!(caught, "{fault:?} is not caught by {number}");
    }
}

#[test]
fn without_a_fault_no_invariant_is_broken() {
    for script in fixed_scripts(10, 150) {
        assert_eq!(broken(None, &script), [""; 0]);
    }
}

#[test]
fn each_planted_fault_parts_from_the_book() {
    for (fault, _) in CAUGHT {
        let parts = fixed_scripts(20, 150).iter().any(|script| {
            let (mut book, mut model) = (new_book(), Model::new(Some(*fault)));
            script.iter().any(|raw| {
                let deed = script::deed(*raw, &book.view());
                let same = book.act(&deed) == model.act(&deed)
                    && book.view() == model.view()
                    && book.entries() == model.entries();
                !same
            })
        });
        assert!(parts, "{fault:?} does not part from the book");
    }
}
