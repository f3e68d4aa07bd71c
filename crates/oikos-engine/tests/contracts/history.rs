//! C2 and C6: one history, whatever the storage, the threads and the saves; and the kit that finds
//! whoever breaks it.

use std::sync::atomic::{AtomicU32, Ordering};

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{Digest, Span, TypeKey};
use oikos_engine::{AppExt, Births, Phase, Rows, SocietyBuilder, State, Tick};
use oikos_testkit::{Contract, Coverage, Violation, assert_digest, check_digest, script};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{grove, small};
use crate::society::{Height, Tree, builder};

#[test]
fn a_wood_keeps_its_contract() {
    let report = Contract::of(|| builder(300)).ticks(30).assert();
    assert_eq!((report.ticks, report.resumed), (30, 30));
    assert_eq!(report.scrambled, ["tree"]);
    assert!(report.flipped > 40, "{report:?}");
    assert_eq!(report.untried, ["oikos.disabled-systems"]);
}

/// What the first tree in storage has is given to all: an order that storage decides.
fn follow_the_first(mut trees: Rows<&mut Height>) {
    let first = trees
        .iter()
        .next()
        .map_or(0, |(who, height)| height.0 + who.subject() as u32);
    trees.for_each(|_, height| height.0 = first + height.0 / 2);
}

#[test]
fn an_order_dependent_system_is_caught_and_named() {
    let planted = || {
        small(|app| {
            app.add_systems(Tick, follow_the_first.in_set(Phase::Settle));
        })
    };
    match Contract::of(planted).ticks(12).check() {
        Err(Violation::Diverged {
            check,
            system,
            phase,
            types,
            ..
        }) => {
            assert_eq!((check, &*phase), ("scramble", "Settle"));
            assert!(system.contains("follow_the_first"), "{system}");
            assert!(
                types.iter().any(|name| name.ends_with("Height")),
                "{types:?}"
            );
        }
        other => panic!("{other:?}"),
    }
}

/// Sows as many seeds as the first tree in storage says: what it does shows when births are applied.
fn sow_like_the_first(mut trees: Rows<&Height>, mut births: ResMut<Births<Tree>>) {
    let first = trees.iter().next().map_or(0, |(who, _)| who.subject());
    births.request(0, 0, first);
}

#[test]
fn an_order_dependent_request_is_blamed_on_who_asked() {
    let planted = || {
        small(|app| {
            app.add_systems(Tick, sow_like_the_first.in_set(Phase::Decide));
        })
    };
    match Contract::of(planted).ticks(12).check() {
        Err(Violation::Diverged { system, types, .. }) => {
            assert!(system.contains("sow_like_the_first"), "{system}");
            assert!(types[0].contains("Births<tree>"), "{types:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[derive(Resource, Default, serde::Serialize, serde::Deserialize)]
struct Total(u64);

fn forgetful() -> SocietyBuilder {
    let mut calls = 0;
    small(move |app| {
        app.persist::<Total>("total", 1);
        let count = move |mut total: ResMut<Total>| {
            calls += 1;
            total.0 += calls;
        };
        app.add_systems(Tick, count.in_set(Phase::Decide));
    })
}

#[test]
fn a_counter_in_a_capturing_closure_is_caught_and_named() {
    match Contract::of(forgetful).ticks(12).check() {
        Err(Violation::Diverged {
            check,
            tick,
            system,
            phase,
            types,
        }) => {
            assert_eq!((check, &*phase), ("save and load", "Decide"));
            assert_eq!(tick.index(), 1);
            assert!(system.contains("forgetful"), "{system}");
            assert_eq!(types, ["total"]);
        }
        other => panic!("{other:?}"),
    }
    let text = Contract::of(forgetful)
        .ticks(12)
        .check()
        .unwrap_err()
        .to_string();
    assert!(text.contains("captured variable"), "{text}");
}

static CALLS: AtomicU32 = AtomicU32::new(0);

fn count_calls(mut total: ResMut<Total>) {
    total.0 += u64::from(CALLS.fetch_add(1, Ordering::Relaxed));
}

#[test]
fn a_static_is_caught_by_running_twice() {
    let planted = || {
        small(|app| {
            app.persist::<Total>("total", 1)
                .add_systems(Tick, count_calls.in_set(Phase::Act));
        })
    };
    match Contract::of(planted).ticks(3).check() {
        Err(Violation::Diverged {
            check: "twice",
            system,
            ..
        }) => {
            assert!(system.contains("count_calls"), "{system}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_contract_that_shuffles_nothing_says_so() {
    for trees in [0, 1] {
        let found = Contract::of(|| grove(trees, |_| {})).ticks(5).check();
        match found {
            Err(Violation::NotScrambled {
                most_rows,
                ticks: 5,
            }) => {
                assert_eq!(most_rows, trees as usize);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Rows are compacted each year: where a tick is one, they are in order again after each.
#[test]
fn a_contract_of_years_shuffles_too() {
    let yearly = || grove(20, |_| {}).tick(Span::Years(1));
    let report = Contract::of(yearly).ticks(5).assert();
    assert_eq!(report.scrambled, ["tree"]);
}

/// A state whose digest forgets the second number.
#[derive(Resource, Default)]
struct Careless([u8; 2]);

impl State for Careless {
    fn save(&self, out: &mut Vec<u8>) {
        out.extend(self.0);
    }
    fn load(bytes: &[u8]) -> Result<Self, String> {
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| "not two bytes".to_owned())
    }
    fn digest(&self, key: &TypeKey) -> Digest {
        key.row(0).cell(0, u32::from(self.0[0]))
    }
}

#[test]
fn a_digest_that_misses_a_byte_is_caught_and_named() {
    let planted = || {
        small(|app| {
            app.state::<Careless>("careless", 1);
        })
    };
    match Contract::of(planted).ticks(9).check() {
        Err(Violation::Unseen { name, byte: 1, .. }) => assert_eq!(name, "careless"),
        other => panic!("{other:?}"),
    }
}

/// A state that cannot read anything but what it has.
#[derive(Resource, Default)]
struct Brittle;

impl State for Brittle {
    fn save(&self, out: &mut Vec<u8>) {
        out.push(7);
    }
    fn load(bytes: &[u8]) -> Result<Self, String> {
        assert_eq!(bytes, [7], "brittle");
        Ok(Self)
    }
    fn digest(&self, key: &TypeKey) -> Digest {
        key.row(0).cell(0, 7)
    }
}

#[test]
fn a_load_that_panics_is_caught_and_named() {
    let planted = || {
        small(|app: &mut App| {
            app.state::<Brittle>("brittle", 1);
        })
    };
    match Contract::of(planted).ticks(9).check() {
        Err(Violation::LoadPanicked { name, byte: 0, .. }) => assert_eq!(name, "brittle"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn random_lives_equal_those_of_the_slow_twin() {
    const CASES: u32 = 400;
    let mut runner = TestRunner::deterministic();
    let strategy = script::<Tree>();
    let mut met = [0; 4];
    let mut total = Coverage::default();
    for _ in 0..CASES {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        let coverage = case
            .run()
            .unwrap_or_else(|violation| panic!("{violation}\n{case:?}"));
        let seen = [
            coverage.reused_slots,
            coverage.births_and_deaths,
            coverage.newborn_deaths,
            coverage.double_deaths,
        ];
        for (met, seen) in met.iter_mut().zip(seen) {
            *met += u32::from(seen > 0);
        }
        total += coverage;
    }
    let rare = "slot reuse, births with deaths, newborn deaths, double deaths";
    assert!(
        met.iter().all(|cases| *cases * 100 >= CASES),
        "{rare}: {met:?} of {CASES}"
    );
    assert!(
        total.loads > CASES / 2 && total.void_deaths > CASES / 2,
        "{total:?}"
    );
}

/// The history of 300 trees over 40 ticks. It changes only when draws, digests or the wood change.
const WOOD: &str = "16b37ba79fb607e68f3e8c5cd9283727";

#[test]
fn the_history_of_the_wood_is_the_one_written_down() {
    let mut wood = builder(300).build().unwrap();
    wood.step_n(40).unwrap();
    assert_digest(&wood, WOOD);
    wood.step().unwrap();
    let text = check_digest(&wood, WOOD).unwrap_err().to_string();
    assert!(
        text.contains("changelog") && text.contains(&wood.digest().unwrap().to_string()),
        "{text}"
    );
}
