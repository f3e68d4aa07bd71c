//! Names against their definition, word for word, and files with every fault.

use oikos_core::{Seed, StableId, Stream, Tick, child_subject};
use oikos_world::{BirthDate, PersonId, Sex};
use proptest::prelude::*;

use super::*;
use crate::Founder;
use crate::pedigree::{Pedigree, id, lineage, of_any_ages, pedigrees, today};
use crate::tables::TableError;

const FILE: &str = "list,name,weight\nmale,Tom,1\nmale,Tim,3\nfemale,Ann,1\nfemale,Eve,1\n\
                    female,Ida,1\nfamily,Hill,1\nfamily,Dale,1\nfamily,Lake,2\n";

fn names() -> Names {
    Names::read("names.csv", FILE.as_bytes()).unwrap()
}

/// The slow model: what the documentation says, by recursion.
fn slow_subject(people: &Pedigree, row: usize) -> u64 {
    match people[row].mother {
        None => row as u64,
        Some(mother) => {
            let older = (0..row).filter(|other| people[*other].mother == Some(mother));
            child_subject(slow_subject(people, mother), older.count() as u32)
        }
    }
}

fn slow_family(people: &Pedigree, row: usize) -> u64 {
    match people[row].father.or(people[row].mother) {
        Some(parent) => slow_family(people, parent),
        None => {
            let stream = Stream::new(Seed(7), "family.names.family");
            let mut draw = stream.at(slow_subject(people, row), Tick::ZERO);
            draw.below(4).unwrap()
        }
    }
}

proptest! {
    #[test]
    fn names_are_what_they_are_said_to_be(people in pedigrees()) {
        let (names, lineage) = (names(), lineage(&people));
        for row in 0..people.len() {
            let name = names.of(Seed(7), &lineage, id(row)).unwrap();
            let family = ["Hill", "Dale", "Lake", "Lake"][slow_family(&people, row) as usize];
            prop_assert_eq!(name.family, family);
            let stream = Stream::new(Seed(7), "family.names.given");
            let mut draw = stream.at(slow_subject(&people, row), Tick::ZERO);
            let given = if people[row].male {
                ["Tom", "Tim", "Tim", "Tim"][draw.below(4).unwrap() as usize]
            } else {
                ["Ann", "Eve", "Ida"][draw.below(3).unwrap() as usize]
            };
            prop_assert_eq!(name.given, given);
            prop_assert_eq!(name.to_string(), format!("{given} {family}"));
        }
    }

    /// Somebody who has no children and comes last in the lineage: without them nobody is called otherwise.
    #[test]
    fn one_more_birth_renames_nobody(people in pedigrees(), seed in any::<u64>()) {
        let (names, with) = (names(), lineage(&people));
        let without = lineage(&people[..people.len() - 1]);
        for row in 0..people.len() - 1 {
            let of = |lineage| names.of(Seed(seed), lineage, id(row));
            prop_assert_eq!(of(&with), of(&without));
        }
    }
}

/// A birth in the middle moves the ids of all born after it, and names do not care.
#[test]
fn the_ids_of_those_born_later_do_not_matter() {
    let born = |days| BirthDate(today().plus_days(days).unwrap());
    let mother = |id| PersonId::new(id).unwrap();
    let founders = [
        Founder::new(born(-9_000), Sex::Female),
        Founder::new(born(-9_000), Sex::Female),
    ];
    let child = Founder::new(born(-100), Sex::Male).mother(mother(1));
    let other = Founder::new(born(-200), Sex::Female).mother(mother(0));
    let short = [founders.to_vec(), vec![child]].concat();
    let long = [founders.to_vec(), vec![other, child]].concat();
    let [short, long] = [short, long].map(|people| Lineage::of_founders(today(), &people).unwrap());
    let names = Names::us().unwrap();
    for seed in (0..50).map(Seed) {
        assert_eq!(
            names.of(seed, &short, mother(2)),
            names.of(seed, &long, mother(3))
        );
    }
}

#[test]
fn founders_draw_in_proportion_to_the_weights() {
    let men = vec![Founder::new(BirthDate(today()), Sex::Male); 40_000];
    let lineage = Lineage::of_founders(today(), &men).unwrap();
    let names = names();
    let all: Vec<Name<'_>> = (0..40_000)
        .map(|row| names.of(Seed(3), &lineage, id(row)).unwrap())
        .collect();
    let tims = all.iter().filter(|name| name.given == "Tim").count() as f64;
    let lakes = all.iter().filter(|name| name.family == "Lake").count() as f64;
    // Standard deviations of 87 and 100.
    assert!((tims - 30_000.0).abs() < 4.0 * 87.0, "{tims}");
    assert!((lakes - 20_000.0).abs() < 4.0 * 100.0, "{lakes}");
}

#[test]
fn a_line_of_a_hundred_thousand_generations_has_a_name() {
    const DEEP: i32 = 100_000;
    let founder = |row: i32| {
        let founder = Founder::new(
            BirthDate(today().plus_days(row - DEEP).unwrap()),
            Sex::Female,
        );
        match row {
            0 => founder,
            row => founder.mother(PersonId::new(row as u64 - 1).unwrap()),
        }
    };
    let people: Vec<Founder> = (0..DEEP).map(founder).collect();
    let lineage = of_any_ages(&people);
    let names = names();
    let family = |row| names.of(Seed(1), &lineage, id(row)).map(|name| name.family);
    assert_eq!(family(DEEP as usize - 1), family(0));
    assert!(family(0).is_some());
    assert_eq!(family(DEEP as usize), None);
}

#[test]
fn the_bundled_names_are_sound() {
    assert!(Names::us().is_ok());
}

#[test]
fn files_of_names_with_a_fault_are_refused_by_line() {
    let line = |text: &str| format!("{FILE}{text}\n");
    for (text, says) in [
        (FILE.replace("list,name", "sort,name"), "line 1: header"),
        (line("dog,Rex,1"), "line 10, field list: \"dog\""),
        (line("male,,1"), "line 10, field name: \"\""),
        (
            line("male,Max,0"),
            "line 10, field weight: 0 is out of range",
        ),
        (
            line("male,Max,1.5"),
            "line 10, field weight: 1.5 is out of range",
        ),
        (line("male,Max,many"), "line 10, field weight: \"many\""),
        (line("male,Max"), "line 10: 2 columns"),
        (
            line("male,Tom,2"),
            "line 10, field name: the same row stands in line 2",
        ),
        (
            FILE.replace("family", "male"),
            "the list family has no names",
        ),
    ] {
        let error = Names::read("mine.csv", text.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("mine.csv") && error.contains(says),
            "{error}"
        );
    }
    let missing = Names::load(std::path::Path::new("/nowhere/names.csv"));
    assert!(matches!(missing, Err(TableError::NotFound { .. })));
}
