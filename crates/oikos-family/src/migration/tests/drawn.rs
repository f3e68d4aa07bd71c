//! Families that are drawn from the example tables, and those that are refused.

use std::collections::BTreeMap;

use oikos_core::{Seed, Stream, Tick, date};

use super::*;

/// Far from the end of February, so that gaps of ages are those of dates.
fn today() -> Date {
    date(2020, 6, 15).unwrap()
}

/// Completed years on the day before.
fn age(born: Date) -> i32 {
    today().plus_days(-1).unwrap().completed_years_since(born)
}

#[test]
fn families_have_the_shapes_shares_and_ages_of_the_tables() {
    const FAMILIES: u64 = 20_000;
    let (tables, stream) = (example(), Stream::new(Seed(1), "families"));
    let mut shapes: BTreeMap<&str, f64> = BTreeMap::new();
    for number in 0..FAMILIES {
        let mut draw = stream.at(number, Tick::ZERO);
        let family = tables.family(today(), &mut draw).unwrap();
        family.check(today()).unwrap();
        let leap_day = date(2020, 2, 29).unwrap();
        let other = tables.family(leap_day, &mut stream.at(number, Tick::ZERO));
        other.unwrap().check(leap_day).unwrap();
        let ages: Vec<i32> = family
            .members
            .iter()
            .map(|member| age(member.born))
            .collect();
        let sexes: Vec<Sex> = family.members.iter().map(|member| member.sex).collect();
        let shape = match (ages.len(), family.couple.is_some()) {
            (1, false) => {
                assert!((0..=40).contains(&ages[0]));
                "alone"
            }
            (2, true) => {
                assert_eq!(ages[1] - ages[0], 3);
                assert!((17..=70).contains(&ages[0]), "{ages:?}");
                "couple"
            }
            (5, true) => {
                assert_eq!(ages[1] - ages[0], -2);
                assert!((25..=47).contains(&ages[0]), "{ages:?}");
                assert!((6..=8).contains(&ages[2]));
                assert_eq!([ages[2] - ages[3], ages[3] - ages[4]], [3, 3]);
                let couple = family.couple.unwrap();
                let younger = family.members[0].born.max(family.members[1].born);
                let of_age = younger.plus_years(15).unwrap();
                let before = family.members[2].born.plus_years(-1).unwrap();
                assert_eq!(couple.since, before.max(of_age));
                let parents = |of: &Newcomer| [of.mother, of.father];
                assert!(
                    family.members[2..]
                        .iter()
                        .all(|child| parents(child) == [Some(0), Some(1)])
                );
                "family"
            }
            (2, false) => {
                assert!((20..=50).contains(&ages[0]) && (0..=5).contains(&ages[1]));
                let parent = [family.members[1].father, family.members[1].mother];
                assert_eq!(parent[sexes[0].index()], Some(0));
                assert_eq!(parent[1 - sexes[0].index()], None);
                "parent"
            }
            other => panic!("{other:?}"),
        };
        *shapes.entry(shape).or_default() += 1.0;
        if family.couple.is_some() {
            assert_eq!(sexes[..2], [Sex::Female, Sex::Male]);
        }
        for parent in [Sex::Male, Sex::Female] {
            *shapes
                .entry(match (shape, sexes[0] == parent) {
                    ("parent", true) if parent == Sex::Male => "fathers alone",
                    _ => continue,
                })
                .or_default() += 1.0;
        }
    }
    let shares = [
        ("alone", 0.5),
        ("couple", 0.2),
        ("family", 0.2),
        ("parent", 0.1),
        ("fathers alone", 0.02),
    ];
    for (shape, share) in shares {
        let deviation = (share * (1.0 - share) * FAMILIES as f64).sqrt();
        let z = (shapes[shape] - share * FAMILIES as f64) / deviation;
        assert!(z.abs() < 4.0, "{shape}: {z}");
    }
}

/// A woman of 30, a man of 31 and their child of 5.
fn three() -> NewFamily {
    let born = |years: i32| today().plus_years(-years).unwrap();
    let member = |years, sex, mother, father| Newcomer {
        born: born(years),
        sex,
        mother,
        father,
    };
    NewFamily {
        members: vec![
            member(30, Sex::Female, None, None),
            member(31, Sex::Male, None, None),
            member(5, Sex::Male, Some(0), Some(1)),
        ],
        couple: Some(Couple {
            partners: [0, 1],
            since: born(6),
            married: true,
        }),
    }
}

#[test]
fn families_that_cannot_be_are_refused() {
    assert_eq!(three().check(today()), Ok(()));
    type Change = fn(&mut NewFamily);
    let cases: [(Change, u64, &str); 14] = [
        (|f| f.members[1].sex = Sex::Female, 2, "woman as father"),
        (
            |f| {
                (f.members[1].sex, f.members[2].father) = (Sex::Female, None);
            },
            1,
            "of a woman and a man",
        ),
        (
            |f| f.couple.as_mut().unwrap().since = today().plus_years(-16).unwrap(),
            0,
            "too young",
        ),
        (
            |f| {
                f.members[2].born = today().plus_years(-16).unwrap();
                f.members[0].born = today().plus_years(-40).unwrap();
                let couple = f.couple.as_mut().unwrap();
                (couple.partners, couple.since) = ([0, 2], today());
            },
            2,
            "too close kin",
        ),
        (|f| f.members.clear(), 0, "somebody in it"),
        (
            |f| f.members[2].born = today(),
            2,
            "before the day of arrival",
        ),
        (
            |f| f.members[0].born = f.members[2].born,
            2,
            "not younger than its parents",
        ),
        (
            |f| f.members[0].mother = Some(2),
            0,
            "before it in the list",
        ),
        (
            |f| f.members[2].mother = Some(2),
            2,
            "before it in the list",
        ),
        (|f| f.members[2].mother = Some(1), 2, "man as mother"),
        (|f| f.members[2].father = Some(0), 2, "woman as father"),
        (
            |f| f.couple.as_mut().unwrap().partners = [0, 3],
            3,
            "not in the family",
        ),
        (
            |f| f.couple.as_mut().unwrap().partners = [1, 1],
            1,
            "with itself",
        ),
        (
            |f| f.couple.as_mut().unwrap().since = today().plus_days(1).unwrap(),
            0,
            "in the future",
        ),
    ];
    for (change, at, says) in cases {
        let mut family = three();
        change(&mut family);
        let error = family.check(today()).unwrap_err();
        assert!(
            matches!(error, FamilyError::Newcomer { member, .. } if member == at),
            "{error}"
        );
        assert!(error.to_string().contains(says), "{error}");
    }
}
