//! Life courses of a town with unions and moves: what they say is what lineage and book say, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use oikos::core::{Date, StableId};
use oikos::data::{Collected, CsvSink, LifeCourses, RunInfo, Sink, Value};
use oikos::family::{End, Unions};
use oikos::prelude::*;
use oikos::world::LifeDomains;

use crate::unions::unions;

/// Once a month everybody whose number is due moves in with the next one.
fn restless(
    clock: Res<Clock>,
    words: Res<Vocabulary<MoveReason>>,
    mut people: Rows<&Residence>,
    mut moves: ResMut<Moves>,
) {
    let (today, why) = (u64::from(clock.tick().index()), words.find("whim").unwrap());
    let homes: BTreeMap<PersonId, _> = people
        .iter()
        .map(|(who, home)| (who.id(), home.0))
        .collect();
    let ids: Vec<_> = homes.keys().copied().collect();
    for pair in ids
        .windows(2)
        .filter(|pair| pair[0].get() % 97 == today % 97)
    {
        if let Some(home) = homes[&pair[1]] {
            moves.request(pair[0], home, why);
        }
    }
}

fn homes(app: &mut App) {
    app.add_plugins(HouseholdsPlugin);
    app.word::<MoveReason>("whim");
    app.add_systems(oikos::prelude::Tick, restless.in_set(Phase::Act));
}

fn town() -> Society {
    let tables = Tables::us().unwrap();
    Society::builder(Seed(7))
        .start(date(2019, 7, 20))
        .threads(1)
        .add_plugins((FamilyPlugin::new(&tables).unwrap(), unions(), homes))
        .populate(Population::counted(tables, 3_000).unwrap())
        .populate(FoundHouseholds::default())
        .build()
        .unwrap()
}

fn lives(years: u32) -> (Society, Collected) {
    let mut town = town();
    let run = RunInfo::new(0, 7).unwrap();
    let mut lives = LifeCourses::of(&town, &run).unwrap();
    // Two runs, one after the other.
    town.run_with(Years(1), &mut [&mut lives]).unwrap();
    town.run_with(Years(years - 1), &mut [&mut lives]).unwrap();
    let tables = lives.finish().unwrap();
    (town, tables)
}

/// The rows of a table, from a column on.
fn rows<'a>(tables: &'a Collected, name: &str, from: usize) -> Vec<Vec<Value<'a>>> {
    let table = tables.table(name).unwrap();
    table.rows().map(|row| row.skip(from).collect()).collect()
}

type Event = (i64, i32, String, Option<i64>);

fn number(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Int(number) => Some(number),
        _ => None,
    }
}

fn day(value: Value<'_>) -> i32 {
    match value {
        Value::Date(day) => day,
        other => panic!("{other:?} is no date"),
    }
}

fn label(value: Value<'_>) -> String {
    match value {
        Value::Label(label) => label.to_owned(),
        other => panic!("{other:?} is no label"),
    }
}

/// What lineage and book say: person, day, event, other.
fn told(town: &Society) -> BTreeSet<Event> {
    let mut events = BTreeSet::new();
    let lineage = town.world().resource::<Lineage>();
    let id = |person: PersonId| person.get() as i64;
    let mut add = |who: PersonId, date: Date, what: &str, other: Option<PersonId>| {
        let new = events.insert((id(who), date.days(), what.to_owned(), other.map(id)));
        assert!(new, "{who} {what}");
    };
    for (person, record) in lineage.iter() {
        if let Some(mother) = record.mother {
            add(person, record.born, "birth", Some(mother));
        }
        if let Some((date, _)) = record.died {
            add(person, date, "death", None);
        }
    }
    for (_, union) in town.world().resource::<Unions>().iter() {
        for person in union.partners {
            let other = union.partner_of(person);
            add(person, union.formed, "union", other);
            if let Some(wedding) = union.married {
                add(person, wedding, "marriage", other);
            }
            let Some((date, end)) = union.ended else {
                continue;
            };
            let died = lineage.get(person).unwrap().died.map(|(day, _)| day);
            match (end, union.married) {
                (End::Divorce, _) => add(person, date, "divorce", other),
                (End::Separation, _) => add(person, date, "separation", other),
                (End::Death, _) if died == Some(date) => {}
                (End::Death, Some(_)) => add(person, date, "widowhood", other),
                (End::Death, None) => add(person, date, "bereavement", other),
                (other, _) => panic!("{other:?}"),
            }
        }
    }
    events
}

#[test]
fn events_are_those_of_lineage_and_book_and_spells_follow_one_another() {
    let (town, tables) = lives(8);
    let mut found = BTreeSet::new();
    let mut moves = 0;
    for row in rows(&tables, "events", 3) {
        let [date, person, event, other, cause] = row[..] else {
            panic!("{row:?}");
        };
        let event = label(event);
        if event == "move" {
            assert_eq!(cause, Value::Label("whim"));
            moves += 1;
        } else {
            let known = (number(person).unwrap(), day(date), event, number(other));
            assert!(found.insert(known.clone()), "{known:?} twice");
        }
    }
    assert_eq!(found, told(&town));
    let count = |what: &str| found.iter().filter(|event| event.2 == what).count();
    let counts = [
        "birth",
        "death",
        "union",
        "marriage",
        "separation",
        "divorce",
        "widowhood",
        "bereavement",
    ]
    .map(|what| (what, count(what)));
    println!("{counts:?}, {moves} moves");
    assert!(counts.iter().all(|(_, count)| *count > 0) && moves > 10_000);
    persons_are_those_of_the_lineage(&town, &tables);
    spells_cover_each_life(&town, &tables);
}

fn persons_are_those_of_the_lineage(town: &Society, tables: &Collected) {
    let lineage = town.world().resource::<Lineage>();
    let persons = rows(tables, "persons", 3);
    assert_eq!(persons.len(), lineage.len());
    let id = |person: Option<PersonId>| {
        person.map_or(Value::Null, |person| Value::Int(person.get() as i64))
    };
    let mut fathers = 0;
    for row in persons {
        let person = PersonId::new(number(row[1]).unwrap() as u64).unwrap();
        let record = lineage.get(person).unwrap();
        let entered = if record.mother.is_some() {
            record.born
        } else {
            lineage.founded()
        };
        let expected = [
            Value::Date(entered.days()),
            row[1],
            Value::Label(record.sex.label()),
            Value::Date(record.born.days()),
            id(record.mother),
            id(record.father),
        ];
        assert_eq!(row, expected);
        fathers += u32::from(record.father.is_some());
    }
    assert!(fathers > 20, "{fathers}");
}

/// First day, day after the last, state.
type Spell = (i32, Option<i32>, String);

fn spells_cover_each_life(town: &Society, tables: &Collected) {
    let lineage = town.world().resource::<Lineage>();
    let mut spells: BTreeMap<(i64, String), Vec<Spell>> = BTreeMap::new();
    for row in rows(tables, "states", 2) {
        let [person, domain, state, from, to] = row[..] else {
            panic!("{row:?}");
        };
        let to = (to != Value::Null).then(|| day(to));
        let of = spells
            .entry((number(person).unwrap(), label(domain)))
            .or_default();
        of.push((day(from), to, label(state)));
    }
    let domains = town.world().resource::<LifeDomains>().all();
    assert_eq!(domains.len(), 2);
    for domain in domains {
        for (person, record) in lineage.iter() {
            let key = (person.get() as i64, domain.name.to_owned());
            let of = spells.remove(&key).unwrap_or_default();
            let entered = if record.mother.is_some() {
                record.born
            } else {
                lineage.founded()
            };
            let died = record.died.map(|(day, _)| day.days());
            if died == Some(entered.days()) {
                assert!(of.is_empty());
                continue;
            }
            assert_eq!(of[0].0, entered.days(), "{person}");
            assert_eq!(of[of.len() - 1].1, died, "{person}");
            for pair in of.windows(2) {
                assert_eq!(pair[0].1, Some(pair[1].0), "{person}: {of:?}");
                assert_ne!(pair[0].2, pair[1].2, "{person}: {of:?}");
            }
            assert!(
                of.iter()
                    .all(|(from, to, _)| to.is_none_or(|to| *from < to))
            );
            // The events lead to the state that the person is in.
            let now = (domain.now)(town.world(), person);
            assert!(
                died.is_some() || now == of.last().map(|(.., state)| state.as_str()),
                "{person}"
            );
        }
    }
    assert!(spells.is_empty());
}

#[test]
fn a_sink_gets_the_same_rows_as_they_come() {
    let folder = std::env::temp_dir().join(format!("oikos-lives-{}", std::process::id()));
    let [at_once, at_the_end] = ["stream", "memory"].map(|name| folder.join(name));
    let (_, tables) = lives(2);
    let mut sink = CsvSink::create(&at_the_end).unwrap();
    tables.write_to(&mut sink).unwrap();
    Box::new(sink).finish().unwrap();
    let mut sink = CsvSink::create(&at_once).unwrap();
    let mut town = town();
    let run = RunInfo::new(0, 7).unwrap();
    let mut lives = LifeCourses::into_sink(&town, &run, &mut sink).unwrap();
    town.run_with(Years(2), &mut [&mut lives]).unwrap();
    lives.finish().unwrap();
    Box::new(sink).finish().unwrap();
    for table in ["persons", "events", "states"] {
        let read =
            |folder: &std::path::Path| std::fs::read(folder.join(format!("{table}.csv"))).unwrap();
        assert!(read(&at_once) == read(&at_the_end), "{table}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn ticks_that_nobody_took_down_are_an_error_that_says_so() {
    let mut town = town();
    let mut lives = LifeCourses::of(&town, &RunInfo::new(0, 7).unwrap()).unwrap();
    town.run_with(Days(2), &mut [&mut lives]).unwrap();
    town.step().unwrap();
    let refused = town.run_with(Days(2), &mut [&mut lives]);
    let mut text = String::new();
    let mut source: Option<&dyn std::error::Error> = refused.as_ref().err().map(|error| error as _);
    while let Some(error) = source {
        text = format!("{text} {error}");
        source = error.source();
    }
    assert!(
        text.contains("up to tick 2") && text.contains("at tick 4"),
        "{text}"
    );
}
