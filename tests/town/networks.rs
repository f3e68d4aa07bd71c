//! Networks of kin and of housemates, which are kept in step, beside what the records say by definition.

use std::collections::BTreeMap;

use oikos::engine::EngineError;
use oikos::family::{KinNetworkPlugin, KinTie, LineageRecord, NearKin, Unions};
use oikos::prelude::*;
use oikos::world::{
    Edits, HouseholdChanges, HouseholdNetworkPlugin, Housemates, MigrationCounts, Network,
    NetworkStep,
};
use oikos_testkit::Contract;

use crate::{families, migration};

/// What happened, so that the test can show that it did.
#[derive(Resource, Default, Debug)]
struct Happened {
    births: usize,
    deaths: usize,
    moves: usize,
}

fn note(
    people: Res<Changes<Person>>,
    homes: Res<HouseholdChanges>,
    mut happened: ResMut<Happened>,
) {
    happened.births += people.born.len();
    happened.deaths += people.died.len();
    happened.moves += homes.moved.len();
}

fn networks(builder: SocietyBuilder) -> SocietyBuilder {
    builder
        .add_plugins((KinNetworkPlugin, HouseholdNetworkPlugin))
        .with(|app| {
            app.derived::<Happened>(None);
            app.add_systems(Tick, note.in_set(NetworkStep::Follow).in_set(Phase::Live));
        })
}

type Pairs<T> = BTreeMap<(PersonId, PersonId), T>;

/// Each pair of people looked at by itself.
fn pairs<T>(people: &[PersonId], tie: impl Fn(PersonId, PersonId) -> Option<T>) -> Pairs<T> {
    let mut pairs = Pairs::new();
    for (place, older) in people.iter().enumerate() {
        for younger in &people[place + 1..] {
            if let Some(tie) = tie(*older, *younger) {
                pairs.insert((*older, *younger), tie);
            }
        }
    }
    pairs
}

/// What two people are to each other.
fn kin(
    of: (&LineageRecord, &LineageRecord),
    ids: (PersonId, PersonId),
    partners: bool,
) -> Vec<&'static str> {
    let (older, younger) = of;
    let parents = |of: &LineageRecord| [of.mother, of.father];
    let mut names = Vec::new();
    if parents(younger).contains(&Some(ids.0)) {
        names.push("parent and child");
    }
    let same = |one: Option<PersonId>, other| one.is_some() && one == other;
    match (
        same(older.mother, younger.mother),
        same(older.father, younger.father),
    ) {
        (true, true) => names.push("full siblings"),
        (false, false) => {}
        _ => names.push("half-siblings"),
    }
    if partners {
        names.push("partners");
    }
    names
}

/// Compares both networks with the records; how many ties of each kind there are.
fn compare(town: &Society) -> BTreeMap<&'static str, usize> {
    let world = town.world();
    let mut people = town.slot_order::<Person>();
    people.sort_unstable();
    let lineage = world.resource::<Lineage>();
    let records: BTreeMap<_, _> = people
        .iter()
        .map(|id| (*id, lineage.get(*id).unwrap()))
        .collect();
    let lasting = world
        .resource::<Unions>()
        .iter()
        .filter(|(_, union)| union.ended.is_none());
    let couples: BTreeMap<_, _> = lasting
        .flat_map(|(_, union)| {
            let [one, other] = union.partners;
            [(one, other), (other, one)]
        })
        .collect();
    let expected = pairs(&people, |older, younger| {
        let partners = couples.get(&older) == Some(&younger);
        let names = kin(
            (&records[&older], &records[&younger]),
            (older, younger),
            partners,
        );
        (!names.is_empty()).then_some(names)
    });
    let network = world.resource::<Network<NearKin>>();
    let found = network
        .iter()
        .map(|(from, to, tie)| ((from, to), tie.names().collect()));
    assert_eq!(
        found.collect::<Pairs<Vec<_>>>(),
        expected,
        "{}",
        town.today()
    );
    let home = |person| town.get::<Residence>(person).unwrap().0.unwrap();
    let homes: BTreeMap<_, _> = people.iter().map(|id| (*id, home(*id))).collect();
    let together = pairs(&people, |one, other| {
        (homes[&one] == homes[&other]).then_some(())
    });
    let network = world.resource::<Network<Housemates>>();
    let found = network.iter().map(|(from, to, ())| ((from, to), ()));
    assert_eq!(found.collect::<Pairs<()>>(), together, "{}", town.today());
    let mut counts = BTreeMap::from([("housemates", together.len())]);
    for name in expected.values().flatten() {
        *counts.entry(*name).or_default() += 1;
    }
    counts
}

#[test]
fn networks_of_kin_and_housemates_are_what_the_records_say() {
    let mut town = networks(families::town(HazardMode::Thinned, 500, 7))
        .build()
        .unwrap();
    let mut counts = compare(&town);
    println!("at the start: {counts:?}");
    let mut unions = 0;
    for _ in 0..120 {
        town.run(Months(1)).unwrap();
        counts = compare(&town);
        unions = town.world().resource::<Unions>().len();
    }
    let happened = town.world().resource::<Happened>();
    println!("after ten years: {counts:?}; {happened:?}, {unions} unions");
    let kinds = [
        "parent and child",
        "full siblings",
        "half-siblings",
        "partners",
        "housemates",
    ];
    assert!(kinds.iter().all(|kind| counts[kind] >= 20), "{counts:?}");
    assert!(happened.births >= 30 && happened.deaths >= 30 && happened.moves >= 100);
    // Made anew they are the same.
    let ties = |town: &Society| {
        town.world()
            .resource::<Network<NearKin>>()
            .iter()
            .collect::<Vec<_>>()
    };
    let before = ties(&town);
    let saved = town.snapshot().unwrap();
    town.restore(&saved).unwrap();
    assert_eq!(ties(&town), before);
    compare(&town);
}

#[test]
fn networks_follow_those_who_come_and_leave() {
    let mut town = networks(migration::town(HazardMode::Thinned))
        .build()
        .unwrap();
    for _ in 0..12 {
        town.run(Months(1)).unwrap();
        compare(&town);
    }
    let MigrationCounts {
        arrivals,
        departures,
    } = *town.world().resource::<MigrationCounts>();
    assert!(
        arrivals >= 100 && departures >= 100,
        "{arrivals} {departures}"
    );
}

/// A society whose systems read the networks has one history.
#[test]
fn networks_keep_the_contract() {
    /// Whoever has many kin and housemates dies on the day that their number says.
    fn read(
        kin: Res<Network<NearKin>>,
        homes: Res<Network<Housemates>>,
        clock: Res<Clock>,
        living: Res<Slots<Person>>,
        mut deaths: ResMut<Deaths<Person>>,
    ) {
        for (_, who) in living.iter() {
            let half = kin
                .neighbours(who.id())
                .filter(|(_, tie)| tie.is(KinTie::HALF_SIBLINGS));
            let ties = kin.degree(who.id()) + 7 * homes.degree(who.id()) + half.count();
            if (ties as u64 + who.id().get()).is_multiple_of(50 + u64::from(clock.tick().index())) {
                deaths.request(who.id(), 0);
            }
        }
    }
    let build = || {
        networks(families::town(HazardMode::Thinned, 300, 3)).with(|app| {
            app.add_systems(Tick, read.in_set(Phase::Act));
        })
    };
    Contract::of(build).ticks(12).assert();
}

#[test]
fn ties_that_follow_from_nothing_are_found() {
    fn befriend(clock: Res<Clock>, mut edits: ResMut<Edits<NearKin>>) -> Result<(), BevyError> {
        let id = |number| PersonId::new(number);
        if clock.tick().index() == 3 {
            for other in 400..450 {
                edits.connect(id(0)?, id(other)?, KinTie::PARTNERS)?;
                edits.connect(id(other)?, id(other + 250)?, KinTie::PARTNERS)?;
            }
        }
        Ok(())
    }
    let builder = networks(families::town(HazardMode::Thinned, 500, 7)).with(|app| {
        app.add_systems(Tick, befriend.in_set(Phase::Act));
    });
    match builder.build().unwrap().run(Years(1)).unwrap_err() {
        EngineError::InvariantBroken { detail, .. } => {
            assert!(detail.contains("family.near-kin"), "{detail}");
        }
        other => panic!("{other}"),
    }
}
