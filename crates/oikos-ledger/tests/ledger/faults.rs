//! Planted faults: books that are wrong in one way are caught by the invariant that this way breaks, by its
//! number, and by the comparison of the ledger with them.

use oikos_ledger::Ledger;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::books::Books;
use crate::invariants::{Watch, watched};
use crate::script::{self, Raw};

/// One way to be wrong.
#[derive(Debug, Copy, Clone, PartialEq)]
pub(crate) enum Fault {
    /// Some transfers debit and do not credit.
    OneSided,
    /// Any kind of transfer issues.
    SecretIssue,
    /// Transfers go between currencies.
    CurrencyMixed,
    /// What is left of a hold that was posted in part stays pending.
    RestKept,
    /// Limits do not see what is pending.
    LimitIgnoresPending,
    /// A hold can be posted late.
    HoldAfterExpiry,
    /// A hold can be posted twice.
    HoldTwice,
    /// An id is acted upon each time.
    DoublePost,
    /// An id that failed is tried again.
    FailedRetried,
    /// What a chain did before it failed stays.
    PartialChain,
    /// Rows of a batch see what those before them did.
    BatchInOrder,
    /// Sides grow beyond what is counted.
    Wraps,
    /// Closed accounts pay and are paid.
    ClosedPays,
    /// An exchange rounds up for who gets.
    RoundsForCustomer,
    /// The units that rounding leaves over are lost.
    SplitLosesUnit,
    /// Two operations have one number.
    NumberReused,
}

/// Each fault and the invariants of which one at least must name it.
const CAUGHT: &[(Fault, &[&str])] = &[
    (Fault::OneSided, &["L1"]),
    (Fault::SecretIssue, &["L1"]),
    (Fault::CurrencyMixed, &["L2"]),
    (Fault::RestKept, &["L5"]),
    (Fault::LimitIgnoresPending, &["L4"]),
    (Fault::HoldAfterExpiry, &["L5"]),
    (Fault::HoldTwice, &["L5"]),
    (Fault::DoublePost, &["L6"]),
    (Fault::FailedRetried, &["L7"]),
    (Fault::PartialChain, &["L8"]),
    (Fault::BatchInOrder, &["L9"]),
    (Fault::Wraps, &["L11"]),
    (Fault::ClosedPays, &["L12"]),
    (Fault::RoundsForCustomer, &["L13"]),
    (Fault::SplitLosesUnit, &["L14"]),
    (Fault::NumberReused, &["L15"]),
];

/// Scripts from a fixed seed.
pub(crate) fn fixed_scripts(count: usize, deeds: usize) -> Vec<Vec<Raw>> {
    let seed = [7; 32];
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(script::config(1), rng);
    let one = |_| {
        script::scripts(deeds)
            .new_tree(&mut runner)
            .unwrap()
            .current()
    };
    (0..count).map(one).collect()
}

/// The invariants by number that a script breaks.
fn broken(fault: Option<Fault>, script: &[Raw]) -> Vec<String> {
    let mut model = script::new_model(fault);
    let (mut watch, mut all) = (Watch::default(), Vec::new());
    let run = script::run(&mut model, script, |model, deed| {
        all.extend(watched(model, &mut watch, deed).1);
        Ok(())
    });
    run.unwrap();
    all
}

#[test]
fn each_planted_fault_is_caught_by_its_invariant() {
    for (fault, expected) in CAUGHT {
        let scripts = fixed_scripts(60, 150);
        let caught = scripts.iter().any(|script| {
            let broken = broken(Some(*fault), script);
            expected.iter().all(|number| {
                broken
                    .iter()
                    .any(|text| text.starts_with(&format!("{number}:")))
            })
        });
        assert!(caught, "{fault:?} is not caught by {expected:?}");
    }
}

#[test]
fn without_a_fault_no_invariant_is_broken() {
    for script in fixed_scripts(10, 150) {
        assert_eq!(broken(None, &script), [""; 0]);
    }
}

#[test]
fn each_planted_fault_parts_from_the_ledger() {
    for (fault, _) in CAUGHT {
        let parts = fixed_scripts(60, 150).iter().any(|script| {
            let mut ledger: Ledger = script::new_ledger();
            let mut model = script::new_model(Some(*fault));
            let run = script::run(&mut ledger, script, |ledger, deed| {
                let same = ledger.act(deed) == model.act(deed) && ledger.view() == model.view();
                crate::invariants::ensure(same, String::new)
            });
            run.is_err()
        });
        assert!(parts, "{fault:?} does not part from the ledger");
    }
}
