//! Random pedigrees for the tests of kin and heirs, as plain lists.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::{Date, StableId, date};
use oikos_world::{BirthDate, PersonId, Sex};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::lineage::ParentsAges;
use crate::{Founder, Lineage};

/// One person: a plain list of these is the slow model of a lineage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) mother: Option<usize>,
    pub(crate) father: Option<usize>,
    pub(crate) male: bool,
    pub(crate) dead: bool,
}

/// A pedigree, parents before their children.
pub(crate) type Pedigree = Vec<Member>;

/// At most so many people: no line is then too long for exact coefficients.
const PEOPLE_MAX: usize = 24;

pub(crate) fn pedigrees() -> impl Strategy<Value = Pedigree> {
    let parent = || prop::option::weighted(0.85, any::<Index>());
    let sibling = prop::option::weighted(0.4, any::<Index>());
    let member = (any::<bool>(), any::<bool>(), parent(), parent(), sibling);
    let drawn = prop::collection::vec(member, 1..=PEOPLE_MAX);
    (prop::bool::weighted(0.3), drawn).prop_map(|(planted, drawn)| {
        let mut people = if planted {
            double_cousins()
        } else {
            Pedigree::new()
        };
        let room = PEOPLE_MAX - people.len();
        for (male, dead, mother, father, sibling) in drawn.into_iter().take(room) {
            // Of the last few, so that lines are long and relatives marry.
            let pick = |index: Option<Index>, from: Vec<usize>| {
                let late = &from[from.len().saturating_sub(5)..];
                index.filter(|_| !late.is_empty()).map(|i| *i.get(late))
            };
            let of_sex = |male| {
                let all = 0..people.len();
                all.filter(|row| people[*row].male == male).collect()
            };
            let (mother, father) = match pick(sibling, (0..people.len()).collect()) {
                Some(sibling) => (people[sibling].mother, people[sibling].father),
                None => (pick(mother, of_sex(false)), pick(father, of_sex(true))),
            };
            people.push(Member {
                mother,
                father,
                male,
                dead,
            });
        }
        people
    })
}

/// Two couples, whose children marry crosswise and have a child each: rare by chance.
fn double_cousins() -> Pedigree {
    let couples = [None, None, None, None, Some((0, 1)), Some((2, 3))];
    let theirs = [Some((0, 1)), Some((2, 3)), Some((4, 5)), Some((6, 7))];
    let parents = couples.into_iter().chain(theirs).enumerate();
    let member = |(row, parents): (usize, Option<(usize, usize)>)| Member {
        mother: parents.map(|(mother, _)| mother),
        father: parents.map(|(_, father)| father),
        male: row % 2 == 1,
        dead: false,
    };
    parents.map(member).collect()
}

pub(crate) fn id(row: usize) -> PersonId {
    PersonId::new(row as u64).unwrap()
}

pub(crate) fn today() -> Date {
    date(2019, 7, 1).unwrap()
}

/// The lineage of a pedigree: everybody is born a day after the one before.
pub(crate) fn lineage(people: &[Member]) -> Lineage {
    let founders: Vec<Founder> = people.iter().enumerate().map(founder).collect();
    of_any_ages(&founders)
}

/// A lineage of founders whose parents may have been of any age at their birth.
pub(crate) fn of_any_ages(founders: &[Founder]) -> Lineage {
    let mut lineage = Lineage::default();
    let founded = lineage.found(today(), founders, ParentsAges::OfTables);
    founded.unwrap();
    lineage
}

fn founder((row, member): (usize, &Member)) -> Founder {
    let born = today().plus_days(row as i32 - 100).unwrap();
    let sex = if member.male { Sex::Male } else { Sex::Female };
    let mut founder = Founder::new(BirthDate(born), sex);
    if let Some(mother) = member.mother {
        founder = founder.mother(id(mother));
    }
    if let Some(father) = member.father {
        founder = founder.father(id(father));
    }
    if member.dead {
        founder = founder.died(today().plus_days(-1).unwrap());
    }
    founder
}

impl Member {
    pub(crate) fn parents(&self) -> impl Iterator<Item = usize> + use<> {
        [self.mother, self.father].into_iter().flatten()
    }

    pub(crate) fn is_child_of(&self, parent: usize) -> bool {
        self.parents().any(|known| known == parent)
    }
}

/// A person and their ancestors with the fewest generations up, by definition.
pub(crate) fn above(people: &[Member], of: usize) -> BTreeMap<usize, u32> {
    let mut all = BTreeMap::from([(of, 0)]);
    for parent in people[of].parents() {
        for (ancestor, up) in above(people, parent) {
            let nearest = all.entry(ancestor).or_insert(up + 1);
            *nearest = (*nearest).min(up + 1);
        }
    }
    all
}

/// Somebody's children.
pub(crate) fn children(people: &[Member], of: usize) -> BTreeSet<usize> {
    let all = people.iter().enumerate();
    all.filter(|(_, member)| member.is_child_of(of))
        .map(|(row, _)| row)
        .collect()
}
