//! Families that arrive: in the lineage, the book of unions, the households and the counts.

use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::ResMut;
use oikos_core::{Seed, date};
use oikos_engine::{Births, Phase, Tick, Vocabulary};
use oikos_world::{
    Arrival, BirthDate, LifeEventKind, LifeEvents, Measures, MigrationCounts, Person, PersonId,
    Reading, Residence, Residents, VitalCounts,
};

use super::*;
use crate::{ChildrenBorn, LineageRecord, MaritalStatus, Origin, UnionSince, UnionStatus, Unions};

fn records(society: &Society) -> Vec<(PersonId, LineageRecord)> {
    society.world().resource::<Lineage>().iter().collect()
}

/// Of each mother or lone father, the children; parents first.
fn families(society: &Society) -> Vec<(LineageRecord, Vec<PersonId>)> {
    let lineage = society.world().resource::<Lineage>();
    let heads = records(society).into_iter();
    let heads = heads.filter(|(id, _)| lineage.children(*id).next().is_some());
    heads
        .map(|(id, record)| (record, lineage.children(id).collect()))
        .collect()
}

#[test]
fn those_who_arrive_are_recorded_with_their_kin_and_counted_once() {
    for mode in MODES {
        let society = scripted(mode, 0.0, false, ARRIVED);
        let world = society.world();
        let all = records(&society);
        assert!(all.len() > 200);
        for (id, record) in &all {
            assert_eq!(
                (record.origin, record.died, record.left),
                (Origin::Immigrant, None, None)
            );
            let entered = record.entered.unwrap();
            assert!(entered >= date(2019, 12, 22).unwrap() && entered < society.today());
            assert_eq!(society.get::<BirthDate>(*id), Some(BirthDate(record.born)));
            for parent in [record.mother, record.father].into_iter().flatten() {
                assert!(parent < *id);
                let parent = all[oikos_core::StableId::get(parent) as usize].1;
                assert_eq!(parent.entered, record.entered);
            }
        }
        // Three children of each parent, who stand in the parity of the mothers.
        for (parent, children) in families(&society) {
            assert_eq!(children.len(), 3, "{parent:?}");
        }
        for (id, record) in all.iter().filter(|(_, of)| of.sex == Sex::Female) {
            let borne = if record.mother.is_none() && record.father.is_none() {
                3
            } else {
                0
            };
            assert_eq!(society.get::<ChildrenBorn>(*id), Some(ChildrenBorn(borne)));
        }
        let people = all.len() as u64;
        let counts = *world.resource::<MigrationCounts>();
        assert_eq!(
            counts,
            MigrationCounts {
                arrivals: people,
                departures: 0
            }
        );
        assert_eq!(*world.resource::<VitalCounts>(), VitalCounts::default());
        let measure = world.resource::<Measures>().find("arrivals_total").unwrap();
        assert_eq!((measure.read)(world), Reading::Int(people as i64));
        // The day of a script's last arrivals is that of the last events.
        let word = world
            .resource::<Vocabulary<LifeEventKind>>()
            .find(LifeEvents::IMMIGRATION);
        let events = world.resource::<LifeEvents>().events();
        let today: Vec<PersonId> = events.iter().map(|event| event.person).collect();
        assert!(
            events
                .iter()
                .all(|event| Some(event.kind) == word && event.other.is_none())
        );
        let last = date(2019, 12, 31).unwrap();
        let came = all
            .iter()
            .filter(|(_, of)| of.entered == Some(last))
            .map(|(id, _)| *id);
        assert!(came.eq(today));
    }
}

#[test]
fn couples_arrive_in_unions_of_their_own_date() {
    let society = scripted(HazardMode::Daily, 0.0, false, ARRIVED);
    let unions = society.world().resource::<Unions>();
    let mut married = [0; 2];
    for (_, union) in unions.iter() {
        let [woman, man] = union.partners;
        let record = society.world().resource::<Lineage>().get(woman).unwrap();
        let entered = record.entered.unwrap();
        // Some form a union here: their children are not theirs together.
        if union.formed >= entered {
            continue;
        }
        assert_eq!(union.formed, entered.plus_years(-21).unwrap());
        assert!(
            union.married.is_none_or(|day| day == union.formed) || union.married >= Some(entered)
        );
        if union.ended.is_some() || union.married.is_some_and(|day| day >= entered) {
            continue;
        }
        let is_married = union.married.is_some();
        married[usize::from(is_married)] += 1;
        let status = [UnionStatus::Cohabiting, UnionStatus::Married][usize::from(is_married)];
        let in_law = [MaritalStatus::NeverMarried, MaritalStatus::Married][usize::from(is_married)];
        for partner in [woman, man] {
            assert_eq!(society.get::<UnionStatus>(partner), Some(status));
            assert_eq!(
                society.get::<UnionSince>(partner),
                Some(UnionSince(union.formed))
            );
            assert_eq!(society.get::<MaritalStatus>(partner), Some(in_law));
        }
    }
    assert!(married.iter().all(|number| *number > 10), "{married:?}");
}

#[test]
fn families_share_a_new_household() {
    let society = scripted(HazardMode::Thinned, 0.0, true, ARRIVED);
    let residents = society.world().resource::<Residents>();
    let home = |id: PersonId| society.get::<Residence>(id).unwrap().0.unwrap();
    let all = records(&society);
    for (id, record) in &all {
        for parent in [record.mother, record.father].into_iter().flatten() {
            assert_eq!(home(*id), home(parent));
        }
        let sizes = [residents.count(home(*id)), residents.len()];
        assert!(
            (4..=5).contains(&sizes[0]) && sizes[1] == all.len(),
            "{sizes:?}"
        );
    }
}

#[test]
fn who_was_not_admitted_does_not_arrive() {
    fn intrude(mut births: ResMut<Births<Person>>) {
        let birth = births.request(Arrival::CAUSE, 0, 1);
        let _ = birth.with(BirthDate(Date::EPOCH)).with(Sex::Male);
    }
    for open in [false, true] {
        let plugin = move |app: &mut bevy_app::App| {
            app.add_plugins(FamilyPlugin::with_rates(still()));
            if open {
                app.add_plugins(MigrationPlugin::new(Script { with_family: 0.0 }));
            }
            app.add_systems(Tick, intrude.in_set(Phase::Act));
        };
        let start = date(2021, 1, 1);
        let mut society = Society::builder(Seed(1))
            .start(start)
            .with(plugin)
            .build()
            .unwrap();
        let said = society.step().unwrap_err().to_string();
        assert!(
            said.contains("intrude") && said.contains("Arrivals::admit"),
            "{said}"
        );
    }
}
