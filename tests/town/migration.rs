//! A town with open borders: one history, families whole.

use oikos::family::{
    Arrivals, EmigrationGroup, End, FamilyShape, HeadGroup, MigrationPlugin, MigrationTables,
    Unions,
};
use oikos::prelude::*;
use oikos::world::MigrationCounts;
use oikos_testkit::Contract;

/// Tables invented for these tests, under which many come and many leave.
fn tables(people_a_year: f64) -> MigrationTables {
    let group = |age_from, age_to, rate, with_family| EmigrationGroup {
        age_from,
        age_to,
        rates: [rate, rate],
        with_family,
    };
    let shape = |name: &str, share, adults, children, ages: (u32, u32)| FamilyShape {
        name: name.to_owned(),
        share,
        adults,
        partner_gap: 2,
        children,
        eldest: (4, 9),
        child_gap: 2,
        heads: vec![HeadGroup {
            age_from: ages.0,
            age_to: ages.1,
            shares: [0.5, 0.5],
        }],
    };
    let emigration = vec![group(0, 17, 0.0, 0.0), group(18, 150, 0.8, 0.6)];
    let shapes = vec![
        shape("alone", 0.4, 1, 0, (0, 60)),
        shape("couple with two", 0.3, 2, 2, (28, 40)),
        shape("one with one", 0.3, 1, 1, (24, 40)),
    ];
    MigrationTables::new(emigration, [(2019, people_a_year)].into(), shapes).unwrap()
}

/// A town of families in their homes, with fertility by union and parity.
pub(crate) fn town(mode: HazardMode) -> SocietyBuilder {
    super::families::town(mode, 300, 5).add_plugins(MigrationPlugin::new(tables(400.0)))
}

/// The thinned mode draws candidates anew in the second month.
fn keeps_the_contract(mode: HazardMode, ticks: u32) {
    let report = Contract::of(|| town(mode)).ticks(ticks).assert();
    let tried = [Unions::NAME, "family.migration", "world.migration-counts"];
    let untried = |name: &&str| report.untried.iter().any(|other| other == name);
    assert!(!tried.iter().any(untried), "{report:?}");
}

#[test]
fn migration_keeps_the_contract_daily() {
    keeps_the_contract(HazardMode::Daily, 10);
}

#[test]
fn migration_keeps_the_contract_thinned() {
    keeps_the_contract(HazardMode::Thinned, 33);
}

/// Newcomers are looked at from the day after they came, in both modes: some leave in the month in which they
/// came.
#[test]
fn newcomers_may_leave_again_at_once() {
    for mode in [HazardMode::Daily, HazardMode::Thinned] {
        let mut town = town(mode).build().unwrap();
        town.run(Years(3)).unwrap();
        let lineage = town.world().resource::<Lineage>();
        let stays = lineage.iter().filter_map(|(_, person)| {
            let (entered, (left, _)) = (person.entered?, person.left?);
            Some(left.days() - entered.days())
        });
        let stays: Vec<i32> = stays.collect();
        let soon = stays.iter().filter(|days| **days < 30).count();
        println!(
            "{mode:?}: {} left again, {soon} within 30 days",
            stays.len()
        );
        assert!(stays.iter().all(|days| *days >= 1));
        // Of those who leave at 0.8 a year, 6 % do within 30 days.
        assert!(soon > 10, "{soon}");
        let counts = town.world().resource::<MigrationCounts>();
        assert!(
            counts.departures > 500 && counts.arrivals > 1_000,
            "{counts:?}"
        );
        let unions = town.world().resource::<Unions>().iter();
        let parted = unions.filter(|(_, union)| matches!(union.ended, Some((_, End::Emigration))));
        assert!(parted.count() > 50);
        assert!(town.world().contains_resource::<Arrivals>());
    }
}

/// More immigrants of a scenario come after the others of each day, who stay as they are.
#[test]
fn more_immigrants_change_nobody_who_comes_anyway() {
    let first_day = |people: f64| {
        let family = FamilyPlugin::new(&Tables::us().unwrap()).unwrap();
        let builder = Society::builder(Seed(5)).start(date(2019, 7, 20));
        let plugins = (family, MigrationPlugin::new(tables(people)));
        let mut town = builder.add_plugins(plugins).build().unwrap();
        town.step().unwrap();
        let lineage = town.world().resource::<Lineage>();
        lineage.iter().map(|(_, person)| person).collect::<Vec<_>>()
    };
    let (few, many) = (first_day(2_000.0), first_day(20_000.0));
    assert!(!few.is_empty() && many.len() > 2 * few.len());
    assert_eq!(few, many[..few.len()]);
}
