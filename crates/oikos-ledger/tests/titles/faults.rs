//! Planted faults: a register that is wrong in one way is caught by the invariant that this way breaks, by its number,
//! and by the comparison with the real one.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::invariants::{Watch, watched};
use crate::model::Model;
use crate::register::{Register, new_titles};
use crate::script::{self, Raw};

/// One way to be wrong.
#[derive(Debug, Copy, Clone, PartialEq)]
pub(crate) enum Fault {
    /// A lien goes when one buys all.
    LienLost,
    /// Who receives gets another share than who gives loses, at times.
    ShareOffByOne,
    /// What one has not got can be sold.
    SoldTwice,
    /// What is held can be given otherwise.
    HeldSold,
    /// A hold lasts one tick too long.
    HoldAfterExpiry,
    /// Liens are paid by age, whatever their rank.
    LiensByAge,
    /// A fall of value is not told.
    SilentValue,
    /// What a chain did before it failed stays.
    PartialChain,
    /// What was not paid for stays delivered.
    Unpaid,
}

const CAUGHT: &[(Fault, &str)] = &[
    (Fault::LienLost, "liens"),
    (Fault::ShareOffByOne, "shares"),
    (Fault::SoldTwice, "shares"),
    (Fault::HeldSold, "held"),
    (Fault::HoldAfterExpiry, "held"),
    (Fault::LiensByAge, "order"),
    (Fault::SilentValue, "S5"),
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
fn each_planted_fault_parts_from_the_register() {
    for (fault, _) in CAUGHT {
        let parts = fixed_scripts(20, 150).iter().any(|script| {
            let (mut titles, mut model) = (new_titles(), Model::new(Some(*fault)));
            script.iter().any(|raw| {
                let deed = script::deed(*raw, &titles.view());
                let same = titles.act(&deed) == model.act(&deed)
                    && titles.view() == model.view()
                    && titles.entries() == model.entries();
                !same
            })
        });
        assert!(parts, "{fault:?} does not part from the register");
    }
}
