//! Means of kin by definition, and where their coverage is too low for one.

use oikos_core::{Date, StableId, date};
use oikos_world::{BirthDate, Sex};
use proptest::prelude::*;

use super::*;
use crate::pedigree::{id, lineage, pedigrees};
use crate::{Founder, Lineage};

proptest! {
    /// Everybody in a random pedigree is born within a month, so nobody can be a descendant of a group.
    #[test]
    fn means_are_those_of_the_people_whose_ancestors_are_known(
        people in pedigrees(), asked in prop::collection::vec(0_usize..30, 0..40), maternal: bool,
    ) {
        let lineage = lineage(&people);
        let relations = Relations::new(&lineage);
        let line = if maternal { Line::Maternal } else { Line::Both };
        let found = relations.mean_living_kin(asked.iter().copied().map(id), line);
        let focal: Vec<PersonId> = asked.iter().filter(|row| **row < people.len()).map(|row| id(*row)).collect();
        prop_assert_eq!(found.focal(), focal.len() as u64);
        for kin in Kin::ALL {
            let known = focal.iter().filter(|who| relations.complete(**who, kin.generations_up(), line));
            let known: Vec<_> = known.collect();
            let living = known.iter().map(|who| relations.living_kin(**who).unwrap().get(kin));
            let mean = f64::from(living.sum::<u32>()) / known.len() as f64;
            let coverage = known.len() as f64 / focal.len() as f64;
            if focal.is_empty() {
                prop_assert_eq!((found.coverage(kin), found.mean(kin)), (None, None));
                continue;
            }
            prop_assert_eq!(found.coverage(kin), Some(coverage));
            prop_assert_eq!(found.mean(kin), (coverage >= 0.95).then_some(mean));
        }
    }
}

fn woman(born: Date) -> Founder {
    Founder::new(BirthDate(born), Sex::Female)
}

/// A couple (0, 1) of 1950 and a friend of hers (2), then a hundred children of the couple; of them the first has a
/// child in 2005, and the last is dead. Then, of unknown parents, whoever is given.
fn village(strangers: &[Founder]) -> Lineage {
    let day = |year| date(year, 6, 15).unwrap();
    let couple = [Sex::Female, Sex::Male].map(|sex| Founder::new(BirthDate(day(1950)), sex));
    let mut people = couple.to_vec();
    people.push(woman(day(1950)));
    let child = woman(day(1980)).mother(id(0)).father(id(1));
    people.extend([child; 99]);
    people.push(child.died(day(2000)));
    people.push(woman(day(2005)).mother(id(3)));
    people.extend(strangers);
    Lineage::of_founders(day(2020), &people).unwrap()
}

/// The coverage and the mean of children, of grandchildren and of mothers, of the woman and her friend.
fn told(strangers: &[Founder]) -> [(Option<f64>, Option<f64>); 3] {
    let lineage = village(strangers);
    let focal = [0, 2].map(id);
    let found = Relations::new(&lineage).mean_living_kin(focal, Line::Both);
    [Kin::Children, Kin::Grandchildren, Kin::Mother]
        .map(|kin| (found.coverage(kin), found.mean(kin)))
}

#[test]
fn descendants_are_covered_by_those_of_their_ages_whose_parents_are_known() {
    // The grandchild has no father, and was born too late to be a child of the focal women.
    let share = |known: u32, all: u32| Some(f64::from(known) / f64::from(all));
    let none = (Some(0.0), None);
    let told_at_first = [(Some(1.0), Some(49.5)), (share(99, 100), Some(0.5)), none];
    assert_eq!(told(&[]), told_at_first);
    let stranger = woman(date(1970, 1, 1).unwrap());
    let (children, few) = (share(99, 104), share(99, 105));
    assert_eq!(
        told(&[stranger; 5]),
        [(children, Some(49.5)), (few, None), none]
    );
    assert_eq!(told(&[stranger; 6])[0], (few, None));
    // The dead do not count.
    let dead = stranger.died(date(2010, 1, 1).unwrap());
    assert_eq!(told(&[dead; 6]), told_at_first);
}

#[test]
fn who_is_too_old_or_too_young_is_no_descendant() {
    let at = |year, month, day| [woman(date(year, month, day).unwrap()); 10];
    // Fifteen years and 51 years of 365.2425 days, after 15 June 1950.
    let children = |strangers: &[Founder]| told(strangers)[0].0;
    let grandchildren = |strangers: &[Founder]| told(strangers)[1].0;
    let share = |known: u32, all: u32| Some(f64::from(known) / f64::from(all));
    let (before, within) = (at(1965, 6, 13), at(1965, 6, 14));
    assert_eq!(children(&before), Some(1.0));
    assert_eq!(children(&within), share(99, 109));
    assert_eq!(grandchildren(&before), share(99, 100));
    let (within, after) = (at(2001, 6, 13), at(2001, 6, 14));
    assert_eq!(children(&within), share(99, 109));
    assert_eq!(children(&after), Some(1.0));
    assert_eq!(grandchildren(&after), share(99, 110));
}

#[test]
fn mothers_are_enough_where_the_line_of_mothers_is_asked_for() {
    let lineage = village(&[]);
    let relations = Relations::new(&lineage);
    let grandchild = [id(103)];
    let both = relations.mean_living_kin(grandchild, Line::Both);
    let maternal = relations.mean_living_kin(grandchild, Line::Maternal);
    assert_eq!(
        [both.mean(Kin::Mother), maternal.mean(Kin::Mother)],
        [None, Some(1.0)]
    );
    assert_eq!(maternal.coverage(Kin::Grandparents), Some(1.0));
    let women = relations.mean_living_kin([id(0)], Line::Maternal);
    assert_eq!(women.coverage(Kin::Children), Some(1.0));
    let nobody = relations.mean_living_kin([PersonId::LAST], Line::Both);
    assert_eq!((nobody.focal(), nobody.mean(Kin::Children)), (0, None));
}
