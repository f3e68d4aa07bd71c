//! Planted faults: statements that are wrong in one way are caught by the invariant that this way breaks, by its
//! number, and by the comparison with the real ones.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::invariants::broken;
use crate::model::Model;
use crate::script::{self, Next, Raw};
use crate::truth;
use crate::view::View;
use crate::world::World;

/// One way to be wrong.
#[derive(Debug, Copy, Clone, PartialEq)]
pub(crate) enum Fault {
    /// A transfer is left out, and what is missing at the end is made up.
    Plugged,
    /// What is received at times counts in another sector.
    WrongSector,
    /// What was not paid for is a flow.
    RevaluationAsFlow,
    /// A transfer is left out.
    LeftOut,
    /// Of a flow, at times only one half is entered.
    HalfFlow,
    /// A period begins with something else than the last ended with.
    StaleOpening,
    /// What spoils is not told.
    SpoilUntold,
}

const CAUGHT: &[(Fault, &str)] = &[
    (Fault::Plugged, "S5 stock"),
    (Fault::Plugged, "S5 flow"),
    (Fault::WrongSector, "S5 sum"),
    (Fault::WrongSector, "S5 flow"),
    (Fault::WrongSector, "S4 column"),
    (Fault::RevaluationAsFlow, "S5 revaluation"),
    (Fault::LeftOut, "S5 sum"),
    (Fault::HalfFlow, "S4 row"),
    (Fault::StaleOpening, "S5 opening"),
    (Fault::SpoilUntold, "S8"),
];

/// Scripts from a fixed seed.
pub(crate) fn fixed_scripts(count: usize, deeds: usize) -> Vec<Vec<Raw>> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut one = || {
        script::scripts(deeds)
            .new_tree(&mut runner)
            .unwrap()
            .current()
    };
    (0..count).map(|_| one()).collect()
}

/// The invariants that a model with a fault breaks, and whether it parts from the real statements.
fn run(fault: Option<Fault>, script: &[Raw]) -> (Vec<String>, bool) {
    let mut world = World::new();
    let mut model = Model::new(&world.prices, fault);
    let (mut before, mut all, mut parts) = (View::default(), Vec::new(), false);
    for &raw in script {
        match script::next(raw, &world) {
            Next::Do(deed) => world.act(&deed),
            Next::Follow => world.follow(),
            Next::Drain => {
                world.follow();
                world.drain();
            }
            Next::Close(prices) => {
                let real = world.close(&prices).unwrap();
                world.drain();
                let view = model.close(&world.known, &world.raw, &prices);
                all.extend(broken(&before, &view, &truth::read(&world)));
                parts |= view != real;
                before = view;
                world.raw = Default::default();
            }
        }
    }
    (all, parts)
}

#[test]
fn each_planted_fault_is_caught_by_its_invariant() {
    for (fault, number) in CAUGHT {
        let runs = fixed_scripts(4, 300).into_iter();
        let (broken, parts): (Vec<_>, Vec<_>) =
            runs.map(|script| run(Some(*fault), &script)).unzip();
        let starts = |text: &String| text.starts_with(&format!("{number}:"));
        let caught = broken.iter().flatten().any(starts);
        assert!(caught, "{fault:?} is not caught by {number}");
        assert!(
            parts.contains(&true),
            "{fault:?} does not part from the real statements"
        );
    }
}

#[test]
fn without_a_fault_no_invariant_is_broken() {
    for script in fixed_scripts(4, 300) {
        assert_eq!(run(None, &script), (Vec::new(), false));
    }
}
