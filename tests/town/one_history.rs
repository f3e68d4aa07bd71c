//! One history, in both modes of hazards, over every persisted type.

use oikos::engine::FaultPolicy;
use oikos::prelude::*;
use oikos_testkit::Contract;

fn town(mode: HazardMode, people: u64) -> SocietyBuilder {
    let tables = Tables::us().unwrap();
    Society::builder(Seed(3))
        .start(date(2019, 7, 20))
        .tick(Days(1))
        .add_plugins((
            FamilyPlugin::new(&tables).unwrap().hazards(mode),
            OrganisationsPlugin,
        ))
        .populate(Population::counted(tables, people).unwrap())
        .populate(Founding::of("club").with("member", (0..3).flat_map(PersonId::new)))
}

/// Nothing is left out in a sound town: the only state that is empty, so that nothing in it can be flipped.
const UNTRIED: [&str; 1] = ["oikos.disabled-systems"];

#[test]
fn the_town_keeps_its_contract_daily() {
    let report = Contract::of(|| town(HazardMode::Daily, 3_000))
        .ticks(25)
        .assert();
    assert_eq!(report.untried, UNTRIED);
}

#[test]
fn the_town_keeps_its_contract_thinned() {
    let report = Contract::of(|| town(HazardMode::Thinned, 3_000))
        .ticks(25)
        .assert();
    assert_eq!(report.untried, UNTRIED);
}

#[test]
fn another_seed_is_another_history() {
    let digest = |seed| {
        let tables = Tables::us().unwrap();
        let mut town = Society::builder(Seed(seed))
            .add_plugins(FamilyPlugin::new(&tables).unwrap())
            .populate(Population::counted(tables, 500).unwrap())
            .build()
            .unwrap();
        town.run(Months(2)).unwrap();
        town.digest().unwrap()
    };
    assert_ne!(digest(1), digest(2));
}

#[test]
fn a_plugin_that_panics_names_itself_and_leaves_the_town_at_its_last_saved_state() {
    fn careless(clock: Res<Clock>) {
        assert!(clock.tick().index() < 12, "the twelfth day is too much");
    }
    let faulty = |app: &mut App| {
        app.add_systems(Tick, careless.in_set(Phase::Act));
    };
    let mut town = town(HazardMode::Daily, 500)
        .add_plugins(faulty)
        .build()
        .unwrap();
    town.step_n(7).unwrap();
    let saved = town.snapshot().unwrap();
    let digest = town.digest().unwrap();
    let error = town.step_n(30).unwrap_err().to_string();
    assert!(
        error.contains("careless") && error.contains("twelfth day"),
        "{error}"
    );
    assert_eq!(
        (town.tick(), town.digest().unwrap()),
        (saved.tick(), digest)
    );
}

#[test]
fn a_faulty_system_can_be_left_out() {
    fn careless(clock: Res<Clock>) {
        assert!(clock.tick().index() < 12, "the twelfth day is too much");
    }
    let faulty = |app: &mut App| {
        app.add_systems(Tick, careless.in_set(Phase::Act));
    };
    let builder = town(HazardMode::Thinned, 500).add_plugins(faulty);
    let mut left_out = builder.on_fault(FaultPolicy::Disable).build().unwrap();
    let mut without = town(HazardMode::Thinned, 500).build().unwrap();
    left_out.step_n(30).unwrap();
    without.step_n(30).unwrap();
    assert_eq!(left_out.journal().len(), 1);
    assert_eq!(
        left_out.slot_order::<Person>(),
        without.slot_order::<Person>()
    );
}
