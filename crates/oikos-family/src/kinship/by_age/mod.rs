//! Living kin by age, and for how many of the people asked about all of them are known.

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use bevy_ecs::world::World;
use oikos_core::{StableId, Stream, Tick};
use oikos_engine::{Clock, Column, Slots};
use oikos_world::{
    Ages, BirthDate, Distribution, DistributionColumn, DistributionKind, DistributionRow, Person,
    PersonId, Reading,
};

use super::{Line, Relations};
use crate::lineage::Lineage;

/// A mean is given where all kin through whom it is counted are known for this share of people at least.
pub(crate) const COVERAGE_MIN: f64 = 0.95;
/// About so many people are asked about where there are more.
const FOCAL_MAX: usize = 20_000;
/// Years in an age group.
const GROUP_YEARS: u32 = 5;
/// Groups, the last one from 95 on.
const GROUPS: usize = 20;
/// Ages at which people have children, as far as the coverage of children goes.
pub(crate) const PARENT_AGES: RangeInclusive<u32> = 15..=50;

const SERIES: usize = 6;

/// Mean numbers of living kin of the living, by their age.
pub(crate) const LIVING_KIN_BY_AGE: Distribution = Distribution {
    name: "living_kin_by_age",
    title: "Living kin by age",
    caption: "Mean numbers of living kin. A mean is missing where the kin through whom it is counted are known \
              for fewer than 95 % of the people of the age; the table has these shares. Siblings are full and half.",
    axis: "age",
    axis_unit: "years",
    kind: DistributionKind::Lines,
    series: &[
        mean("mother", "Mothers alive."),
        mean("maternal_grandmother", "Mothers' mothers alive."),
        mean("grandparents", "Parents' parents alive."),
        mean("maternal_siblings", "Mothers' other children alive."),
        mean("siblings", "Parents' other children alive."),
        mean("children", "Children alive."),
    ],
    beside: &[
        share("mother_known", "Whose mother is known."),
        share(
            "maternal_grandmother_known",
            "Whose mother's mother is known.",
        ),
        share("grandparents_known", "Whose grandparents are all known."),
        share("parents_known", "Whose parents are both known."),
        share(
            "children_known",
            "Of the living who may be children of the age group, those whose parents are both known.",
        ),
        DistributionColumn::counts("focal_people", "persons", "People asked about."),
    ],
    read: living_kin_by_age,
};

const fn mean(name: &'static str, description: &'static str) -> DistributionColumn {
    DistributionColumn::means(name, "persons", description)
}

const fn share(name: &'static str, description: &'static str) -> DistributionColumn {
    DistributionColumn::means(name, "1", description)
}

/// For each series through which ancestors it is counted; children are counted downwards.
const THROUGH: [Option<(u32, Line)>; SERIES] = [
    Some((1, Line::Maternal)),
    Some((2, Line::Maternal)),
    Some((2, Line::Both)),
    Some((1, Line::Maternal)),
    Some((1, Line::Both)),
    None,
];

/// What is counted of an age group.
#[derive(Clone, Copy, Default)]
struct Group {
    focal: u64,
    /// By series: those whose kin are all known, and the living kin of these.
    known: [u64; SERIES],
    kin: [u64; SERIES],
}

fn living_kin_by_age(world: &World) -> Vec<DistributionRow> {
    let (Some(clock), Some(lineage), Some(people), Some(births)) = (
        world.get_resource::<Clock>(),
        world.get_resource::<Lineage>(),
        world.get_resource::<Slots<Person>>(),
        world.get_resource::<Column<BirthDate>>(),
    ) else {
        return Vec::new();
    };
    let ages = Ages::on(clock.today());
    let sample = Sample::of(clock, people.len());
    let mut groups = [Group::default(); GROUPS];
    for (slot, who) in people.iter() {
        let Some(born) = births.get(slot).filter(|_| sample.has(who.id())) else {
            continue;
        };
        let group = (ages.completed(*born) / GROUP_YEARS) as usize;
        groups[group.min(GROUPS - 1)].add(lineage, who.id());
    }
    let known = ParentsKnown::of(world);
    (0..)
        .zip(&groups)
        .map(|(group, counts)| counts.row(group, &known))
        .collect()
}

/// Everybody, or a sample that depends on their ids alone.
struct Sample {
    stream: Stream,
    below: u64,
}

impl Sample {
    fn of(clock: &Clock, people: usize) -> Self {
        let share = FOCAL_MAX as f64 / people.max(1) as f64;
        Self {
            stream: Stream::new(clock.seed(), "family.kin-sample"),
            below: crate::threshold(share),
        }
    }

    fn has(&self, person: PersonId) -> bool {
        let draw = self.stream.at(person.get(), Tick::ZERO).next_u64();
        self.below == u64::MAX || draw < self.below
    }
}

impl Group {
    fn add(&mut self, lineage: &Lineage, focal: PersonId) {
        let kin = living_kin(lineage, focal);
        let relations = Relations::new(lineage);
        self.focal += 1;
        for (series, through) in THROUGH.into_iter().enumerate() {
            let known = |(generations, line)| relations.complete(focal, generations, line);
            if through.is_none_or(known) {
                self.known[series] += 1;
                self.kin[series] += kin[series];
            }
        }
    }

    fn row(&self, group: u32, parents: &ParentsKnown) -> DistributionRow {
        let from = group * GROUP_YEARS;
        let is_last = group as usize + 1 == GROUPS;
        let below = (!is_last).then_some(from + GROUP_YEARS);
        let children = parents.of_children(from..=below.map_or(u32::MAX, |below| below - 1), true);
        let coverage = |series: usize| match THROUGH.get(series) {
            Some(None) => children,
            _ => ratio(self.known[series], self.focal),
        };
        let means = (0..SERIES).map(|series| {
            let enough = coverage(series).is_some_and(|share| share >= COVERAGE_MIN);
            let mean = ratio(self.kin[series], self.known[series]);
            reading(mean.filter(|_| enough))
        });
        // In the order of the columns beside: mother, grandmother, grandparents, parents, children.
        let shares = [0, 1, 2, 4, 5].map(|series| reading(coverage(series)));
        let focal = Reading::Int(i64::try_from(self.focal).unwrap_or(i64::MAX));
        let values = means.chain(shares).chain([focal]).collect();
        DistributionRow {
            from,
            below,
            values,
        }
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn reading(value: Option<f64>) -> Reading {
    value.map_or(Reading::Missing, Reading::Float)
}

/// The living kin of somebody, by series.
fn living_kin(lineage: &Lineage, focal: PersonId) -> [u64; SERIES] {
    let relations = Relations::new(lineage);
    let lives = |person: &PersonId| {
        lineage
            .get(*person)
            .is_some_and(|record| record.died.is_none())
    };
    let counted = |people: &mut dyn Iterator<Item = PersonId>| people.filter(lives).count() as u64;
    let parents = relations.parents(focal);
    let [mother, _] = parents;
    let mut grandparents: Vec<PersonId> = parents
        .into_iter()
        .flatten()
        .flat_map(|parent| relations.parents(parent))
        .flatten()
        .collect();
    grandparents.sort_unstable();
    grandparents.dedup();
    let grandmother = mother.and_then(|mother| relations.parents(mother)[0]);
    let of_mother = mother
        .into_iter()
        .flat_map(|mother| relations.children(mother));
    [
        counted(&mut mother.into_iter()),
        counted(&mut grandmother.into_iter()),
        counted(&mut grandparents.into_iter()),
        counted(&mut of_mother.filter(|child| *child != focal)),
        counted(&mut relations.siblings(focal).map(|(sibling, _)| sibling)),
        counted(&mut relations.children(focal)),
    ]
}

/// The living by completed age: how many, how many with a known mother, and with both parents known.
///
/// No ancestor tells whether all children of somebody are recorded; the children do, by having parents.
pub(crate) struct ParentsKnown {
    by_age: Vec<[u64; 3]>,
}

impl ParentsKnown {
    pub(crate) fn of(world: &World) -> Self {
        let mut by_age = Vec::new();
        if let (Some(clock), Some(lineage)) = (
            world.get_resource::<Clock>(),
            world.get_resource::<Lineage>(),
        ) {
            let ages = Ages::on(clock.today());
            for (_, person) in lineage.iter().filter(|(_, person)| person.died.is_none()) {
                let age = ages.completed(BirthDate(person.born)) as usize;
                if by_age.len() <= age {
                    by_age.resize(age + 1, [0; 3]);
                }
                let mother = person.mother.is_some();
                let both = mother && person.father.is_some();
                let add = [1, u64::from(mother), u64::from(both)];
                for (count, more) in by_age[age].iter_mut().zip(add) {
                    *count += more;
                }
            }
        }
        Self { by_age }
    }

    /// Of those whom people of these ages may have had at [`PARENT_AGES`], the share whose mothers are known,
    /// or `both` parents. 1 where there can be nobody.
    pub(crate) fn of_children(&self, ages: RangeInclusive<u32>, both: bool) -> Option<f64> {
        let Some(oldest) = ages.end().checked_sub(*PARENT_AGES.start()) else {
            return Some(1.0);
        };
        let youngest = ages.start().saturating_sub(*PARENT_AGES.end()) as usize;
        let beyond = self.by_age.len().min((oldest as usize).saturating_add(1));
        let children = self
            .by_age
            .get(youngest.min(beyond)..beyond)
            .unwrap_or_default();
        let sum = |column: usize| children.iter().map(|counts| counts[column]).sum();
        let known: u64 = sum(if both { 2 } else { 1 });
        Some(ratio(known, sum(0)).unwrap_or(1.0))
    }
}
