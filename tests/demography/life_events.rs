//! What plugins hear of births and deaths, and what one more person or one more death changes.

use std::collections::BTreeMap;

use oikos::engine::AppExt;
use oikos::family::Series;
use oikos::prelude::*;
use oikos::world::{Cause, LifeEventKind};
use serde::{Deserialize, Serialize};

use crate::towns::{Setting, rates_of, town};

const MODES: [HazardMode; 2] = [HazardMode::Daily, HazardMode::Thinned];

/// Rates of the United States with the fertility of 1960.
fn baby_boom() -> Tables {
    let mut tables = Tables::us().unwrap();
    tables.fertility = Series::Timeless(tables.fertility.get(1960).unwrap().clone());
    tables
}

fn builder(people: u64, mode: HazardMode) -> SocietyBuilder {
    let tables = baby_boom();
    let setting = Setting {
        people,
        years: 0,
        mode,
    };
    town(7, &tables, rates_of(&tables), setting)
}

/// Births and deaths that a system early in the next tick has heard of.
#[derive(Resource, Default, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Heard {
    births: u64,
    deaths: u64,
}

fn listen(
    life: Res<LifeEvents>,
    clock: Res<Clock>,
    words: Res<Vocabulary<LifeEventKind>>,
    mut heard: ResMut<Heard>,
) {
    if life.tick().next().ok() != Some(clock.tick()) {
        return;
    }
    for event in life.events() {
        match words.name(event.kind) {
            Some(LifeEvents::BIRTH) => heard.births += 1,
            Some(LifeEvents::DEATH) => heard.deaths += 1,
            _ => {}
        }
    }
}

fn with_listener(mode: HazardMode) -> Society {
    let builder = builder(20_000, mode).with(|app| {
        app.persist::<Heard>("validation.heard", 1)
            .add_systems(Tick, listen.in_set(Phase::Inputs));
    });
    builder.build().unwrap()
}

/// The lineage's births and deaths before a date.
fn known(lineage: &Lineage, date: Date) -> Heard {
    let births = lineage
        .iter()
        .filter(|(_, p)| p.mother.is_some() && p.born < date);
    let deaths = lineage
        .iter()
        .filter(|(_, p)| p.died.is_some_and(|(died, _)| died < date));
    Heard {
        births: births.count() as u64,
        deaths: deaths.count() as u64,
    }
}

#[test]
fn what_happened_outlives_a_save() {
    for mode in MODES {
        let mut town = with_listener(mode);
        for _ in 0..40 {
            let yesterday = town.today();
            town.step().unwrap();
            let saved = town.snapshot().unwrap();
            // From here on in another society, which has seen nothing of this.
            town = with_listener(mode);
            town.restore(&saved).unwrap();
            let world = town.world();
            let lineage = world.resource::<Lineage>();
            let causes = world.resource::<Vocabulary<Cause>>();
            for event in world.resource::<LifeEvents>().events() {
                let record = lineage.get(event.person).unwrap();
                match event.cause {
                    Some(cause) => {
                        assert_eq!(record.died, Some((yesterday, cause)));
                        assert_eq!(causes.name(cause), Some("life table"));
                    }
                    None => assert_eq!((record.mother, record.born), (event.other, yesterday)),
                }
            }
            assert_eq!(*world.resource::<Heard>(), known(lineage, yesterday));
        }
        let heard = town.world().resource::<Heard>();
        println!("{mode:?}: heard of {heard:?}");
        assert!(heard.births > 0 && heard.deaths > 0);
    }
}

/// A life, told by descent: the founder's number, then at each step the child's number.
type Lives = BTreeMap<Vec<u64>, (Sex, Date, Option<Date>)>;

fn lives(town: &Society) -> Lives {
    let mut descent: BTreeMap<PersonId, (Vec<u64>, u64)> = BTreeMap::new();
    let mut lives = Lives::new();
    for (id, person) in town.world().resource::<Lineage>().iter() {
        let name = match person.mother {
            None => vec![id.get()],
            Some(mother) => {
                let (name, children) = descent.get_mut(&mother).unwrap();
                *children += 1;
                [name.as_slice(), &[*children]].concat()
            }
        };
        lives.insert(
            name.clone(),
            (person.sex, person.born, person.died.map(|(day, _)| day)),
        );
        descent.insert(id, (name, 0));
    }
    lives
}

const FOUNDERS: u64 = 2_000;

fn thirty_years(builder: SocietyBuilder) -> Lives {
    let mut town = builder.build().unwrap();
    town.run(Years(30)).unwrap();
    lives(&town)
}

#[test]
fn one_more_founder_changes_no_other_life() {
    let one_more = |world: &mut World| {
        found_people(world, &[(BirthDate(date(1999, 3, 5)?), Sex::Female)])?;
        Ok(())
    };
    for mode in MODES {
        let without = thirty_years(builder(FOUNDERS, mode));
        let mut with = thirty_years(builder(FOUNDERS, mode).populate(one_more));
        let all = with.len();
        with.retain(|name, _| name[0] != FOUNDERS);
        println!(
            "{mode:?}: {} lives, {} of the founder's line",
            all,
            all - with.len()
        );
        // She has children, whose ids come in between those of others.
        assert!(all - with.len() > 1);
        assert_eq!(with, without);
    }
}

/// Somebody who dies on a day.
#[derive(Resource, Default, Clone, Copy, Serialize, Deserialize)]
struct Planted {
    person: u64,
    tick: u32,
}

fn strike(
    planted: Res<Planted>,
    clock: Res<Clock>,
    causes: Res<Vocabulary<Cause>>,
    mut deaths: ResMut<Deaths<Person>>,
) {
    if let (true, Ok(person), Some(cause)) = (
        clock.tick().index() == planted.tick,
        PersonId::new(planted.person),
        causes.find("planted"),
    ) {
        deaths.request(person, u32::from(cause.number()));
    }
}

fn with_planted(mode: HazardMode, planted: Planted) -> SocietyBuilder {
    builder(FOUNDERS, mode).with(move |app| {
        app.word::<Cause>("planted");
        app.insert_resource(planted)
            .param::<Planted>("validation.planted")
            .add_systems(Tick, strike.in_set(Phase::Act));
    })
}

#[test]
fn one_more_death_takes_only_the_children_not_yet_born() {
    for mode in MODES {
        let without = thirty_years(builder(FOUNDERS, mode));
        // The founder with most descendants: her death must show.
        let line = |founder: u64| without.keys().filter(|name| name[0] == founder).count();
        let person = (0..FOUNDERS).max_by_key(|founder| line(*founder)).unwrap();
        let tick = 2_000;
        let day = date(2019, 7, 1).unwrap().plus_days(tick).unwrap();
        let planted = Planted {
            person,
            tick: tick as u32,
        };
        let with = thirty_years(with_planted(mode, planted));
        let mut expected = without.clone();
        expected.get_mut(&vec![person]).unwrap().2 = Some(day);
        // A child that was born still lives as it would have, and so do all its own.
        let own_child = |name: &Vec<u64>| without[&name[..2]].1;
        expected.retain(|name, _| name[0] != person || name.len() == 1 || own_child(name) <= day);
        println!(
            "{mode:?}: {} lives, {} with the death",
            without.len(),
            with.len()
        );
        assert!(with.len() < without.len());
        assert_eq!(with, expected);
    }
}
