//! Kin by age held against a count over the plain list of parents, and its coverage.

use oikos_core::{Date, Seed, date};
use oikos_engine::Society;
use oikos_world::{Distributions, Sex};

use super::*;
use crate::{FamilyPlugin, Founder, Tables, found_kin};

const START: (i32, u32, u32) = (2020, 6, 1);

/// A person of the plain list.
#[derive(Clone, Copy)]
struct Member {
    born: i32,
    sex: Sex,
    parents: [Option<usize>; 2],
    died: bool,
}

/// Four generations of couples, each with two or three children, who marry those of the next couple. Of the
/// first, the parents are not known; every third person who can be dead is.
fn people(couples: usize) -> Vec<Member> {
    let mut all = Vec::new();
    let mut add = |born: i32, sex, parents, died| {
        all.push(Member {
            born,
            sex,
            parents,
            died,
        });
        all.len() - 1
    };
    let mut generation: Vec<[usize; 2]> = (0..couples)
        .map(|couple| {
            [Sex::Female, Sex::Male]
                .map(|sex| add(1925 + (couple % 5) as i32, sex, [None; 2], couple % 3 > 0))
        })
        .collect();
    for step in 1..4 {
        let mut children = Vec::new();
        for (number, [mother, father]) in generation.iter().enumerate() {
            let parents = [Some(*mother), Some(*father)];
            let born = 1925 + step * 27 + (number % 5) as i32;
            let of = |child: i32, sex| (born + child, sex, parents);
            let daughter = of(0, Sex::Female);
            let son = of(2, Sex::Male);
            let pair = [daughter, son]
                .map(|(born, sex, parents)| add(born, sex, parents, number % 7 == 6));
            if number % 2 == 0 {
                add(born + 4, Sex::Female, parents, false);
            }
            children.push(pair);
        }
        // Daughters marry the sons of the couple after.
        let sons: Vec<usize> = children
            .iter()
            .map(|pair| pair[1])
            .cycle()
            .skip(1)
            .take(children.len())
            .collect();
        generation = children
            .iter()
            .zip(sons)
            .map(|(pair, son)| [pair[0], son])
            .collect();
    }
    all
}

fn founders(all: &[Member], known: bool) -> Vec<Founder> {
    let day = |year| date(year, 3, 1).unwrap();
    let founder = |member: &Member| {
        let mut founder = Founder::new(BirthDate(day(member.born)), member.sex);
        let [mother, father] = member.parents.map(|parent| parent.filter(|_| known));
        if let (Some(mother), Some(father)) = (mother, father) {
            let id = |row: usize| PersonId::new(row as u64).unwrap();
            founder = founder.mother(id(mother)).father(id(father));
        }
        if member.died {
            founder = founder.died(Date::new(2019, 1, 1).unwrap());
        }
        founder
    };
    all.iter().map(founder).collect()
}

fn society(founders: Vec<Founder>) -> Society {
    let (year, month, day) = START;
    let builder = Society::builder(Seed(1))
        .start(date(year, month, day))
        .threads(1);
    let builder = builder.add_plugins(FamilyPlugin::new(&Tables::us().unwrap()).unwrap());
    let populate = move |world: &mut World| {
        found_kin(world, &founders)?;
        Ok(())
    };
    builder.populate(populate).build().unwrap()
}

fn read(society: &Society, name: &str) -> Vec<DistributionRow> {
    let all = society.world().resource::<Distributions>();
    (all.find(name).unwrap().read)(society.world())
}

/// Numbers of living kin by definition, in the order of the series.
fn slow(all: &[Member], focal: usize) -> [u64; SERIES] {
    let [mother, father] = all[focal].parents;
    let of = |parent: Option<usize>| parent.map_or([None; 2], |parent| all[parent].parents);
    let grandparents = [of(mother), of(father)].concat();
    let lives = |row: &usize| !all[*row].died;
    let counted = |rows: Vec<usize>| rows.iter().filter(|row| lives(row)).count() as u64;
    let others = |shared: &dyn Fn(&Member) -> bool| {
        let all = all
            .iter()
            .enumerate()
            .filter(|(row, member)| *row != focal && shared(member));
        all.map(|(row, _)| row).collect::<Vec<_>>()
    };
    let same = |own: Option<usize>, other: Option<usize>| own.is_some() && own == other;
    [
        counted(mother.into_iter().collect()),
        counted(of(mother)[0].into_iter().collect()),
        counted(grandparents.into_iter().flatten().collect()),
        counted(others(&|member| same(mother, member.parents[0]))),
        counted(others(&|member| {
            same(mother, member.parents[0]) || same(father, member.parents[1])
        })),
        counted(others(&|member| member.parents.contains(&Some(focal)))),
    ]
}

#[test]
fn means_are_those_of_the_plain_list_and_empty_where_too_few_are_known() {
    let all = people(60);
    let society = society(founders(&all, true));
    let rows = read(&society, LIVING_KIN_BY_AGE.name);
    assert_eq!(rows.len(), GROUPS);
    let known = |row: usize, through: Option<(u32, Line)>| match through {
        None => true,
        Some((1, Line::Both)) | Some((1, Line::Maternal)) => all[row].parents[0].is_some(),
        _ => all[row]
            .parents
            .iter()
            .all(|parent| parent.is_some_and(|parent| all[parent].parents[0].is_some())),
    };
    let (mut empty, mut full) = (0, 0);
    for (group, row) in rows.iter().enumerate() {
        let age = |member: &Member| (START.0 - member.born) as usize;
        let focal: Vec<usize> = (0..all.len())
            .filter(|row| !all[*row].died && (age(&all[*row]) / 5).min(GROUPS - 1) == group)
            .collect();
        assert_eq!(row.values[11], Reading::Int(focal.len() as i64));
        for (series, through) in THROUGH.into_iter().enumerate() {
            let complete: Vec<_> = focal.iter().filter(|row| known(**row, through)).collect();
            let share = complete.len() as f64 / focal.len().max(1) as f64;
            let sum: u64 = complete.iter().map(|row| slow(&all, **row)[series]).sum();
            let expected = match share >= 0.95 && !focal.is_empty() {
                true => Reading::Float(sum as f64 / complete.len() as f64),
                false => Reading::Missing,
            };
            if series < 5 {
                assert_eq!(row.values[series], expected, "{group} {series}");
            } else if row.values[series] != Reading::Missing {
                assert_eq!(row.values[series], expected, "{group} children");
            }
            empty += u32::from(!focal.is_empty() && row.values[series] == Reading::Missing);
            full += u32::from(matches!(row.values[series], Reading::Float(mean) if mean > 0.0));
        }
    }
    assert!(empty > 8 && full > 12, "{empty} {full}");
    let coverage = |age: u32| rows[(age / 5) as usize].values[6];
    assert_eq!(
        (coverage(10), coverage(90)),
        (Reading::Float(1.0), Reading::Float(0.0))
    );
}

/// A society of strangers says nothing of their kin, and of women's children nothing either.
#[test]
fn founders_without_kin_have_no_means() {
    let all = people(60);
    let society = society(founders(&all, false));
    for row in read(&society, LIVING_KIN_BY_AGE.name) {
        let means = &row.values[..SERIES];
        // Those below the age of parents have no children for certain.
        let childless = row.below.is_some_and(|below| below <= *PARENT_AGES.start());
        let expected = if childless && row.values[11] != Reading::Int(0) {
            Reading::Float(0.0)
        } else {
            Reading::Missing
        };
        assert!(
            means[..5].iter().all(|mean| *mean == Reading::Missing),
            "{row:?}"
        );
        assert_eq!(means[5], expected, "{row:?}");
    }
    for row in read(&society, "completed_parity") {
        assert_eq!(row.values, [Reading::Missing, Reading::Float(0.0)]);
    }
}

#[test]
fn a_sample_is_of_those_whose_ids_draw_it_whoever_else_there_is() {
    let society = society(founders(&people(5), true));
    let clock = society.clock();
    let of = |people: usize| {
        let sample = Sample::of(clock, people);
        (0..40_000)
            .filter(|id| sample.has(PersonId::new(*id).unwrap()))
            .collect::<Vec<u64>>()
    };
    assert_eq!(of(FOCAL_MAX).len(), 40_000);
    let (half, quarter) = (of(2 * FOCAL_MAX), of(4 * FOCAL_MAX));
    // Four standard deviations of a binomial count.
    assert!(
        (half.len() as f64 - 20_000.0).abs() < 400.0,
        "{}",
        half.len()
    );
    assert!(
        (quarter.len() as f64 - 10_000.0).abs() < 347.0,
        "{}",
        quarter.len()
    );
    assert!(quarter.iter().all(|id| half.binary_search(id).is_ok()));
}
