//! Life courses of a village without a family, read back from its files.

use std::collections::BTreeMap;

use oikos_core::Days;
use oikos_data::{CsvSink, LifeCourses, RunInfo, Sink};
use oikos_engine::bevy_app::App;
use oikos_world::{LifeCourseExt, LifeDomain};

use crate::samples::Folder;
use crate::village;

/// Whoever is born in the village is a native.
pub(crate) const ORIGIN: LifeDomain = LifeDomain {
    name: "origin",
    begins: &[("birth", "native")],
    now: |_, person| (oikos_core::StableId::get(person) < 300).then_some("settler"),
};

fn records(folder: &Folder, table: &str) -> Vec<BTreeMap<String, String>> {
    let text = folder.read(&format!("{table}.csv"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// Mothers come from the births, states from the words of events, and everybody has one spell.
#[test]
fn a_domain_of_a_plugin_is_told_from_the_words_of_events() {
    let origin = |app: &mut App| {
        app.life_domain(ORIGIN);
    };
    let mut society = village::builder(300).with(origin).build().unwrap();
    let folder = Folder::new();
    let mut sink = Box::new(CsvSink::create(folder.path("")).unwrap());
    let run = RunInfo::new(3, society.seed().0).unwrap();
    let mut lives = LifeCourses::into_sink(&society, &run, &mut *sink).unwrap();
    society.run_with(Days(60), &mut [&mut lives]).unwrap();
    lives.finish().unwrap();
    sink.finish().unwrap();

    let (persons, events, states) = (
        records(&folder, "persons"),
        records(&folder, "events"),
        records(&folder, "states"),
    );
    let births: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "birth")
        .collect();
    assert!(births.len() > 100 && persons.len() == 300 + births.len());
    for (person, birth) in persons[300..].iter().zip(births) {
        for (column, told) in [
            ("person", "person"),
            ("mother", "other"),
            ("birth_date", "date"),
        ] {
            assert_eq!(person[column], birth[told], "{person:?}");
        }
        assert_eq!(person["father"], "");
    }
    assert!(
        persons[..300]
            .iter()
            .all(|person| person["mother"].is_empty())
    );
    let died: BTreeMap<_, _> = events
        .iter()
        .filter(|event| event["event"] == "death")
        .map(|event| (event["person"].clone(), event["date"].clone()))
        .collect();
    // Who dies on the day on which they come under observation has no spell.
    let lasting =
        |person: &&BTreeMap<String, String>| died.get(&person["person"]) != Some(&person["date"]);
    let persons: Vec<_> = persons.iter().filter(lasting).collect();
    assert_eq!(states.len(), persons.len());
    let mut spells: Vec<_> = states.iter().collect();
    spells.sort_by_key(|spell| spell["person"].parse::<u64>().unwrap());
    for (spell, person) in spells.into_iter().zip(persons) {
        assert_eq!(spell["person"], person["person"]);
        let is_settler = person["mother"].is_empty();
        assert_eq!(
            spell["state"],
            if is_settler { "settler" } else { "native" }
        );
        assert_eq!(
            (&spell["domain"], &spell["run_id"]),
            (&"origin".to_owned(), &"3".to_owned())
        );
        assert_eq!(spell["from_date"], person["date"]);
        let ended = died.get(&person["person"]).cloned().unwrap_or_default();
        assert_eq!(spell["to_date"], ended);
    }
}
