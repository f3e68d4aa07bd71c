//! Who shares a household at the start.

use std::collections::BTreeSet;
use std::error::Error;

use bevy_ecs::world::World;
use oikos_core::{Date, StableId, Stream};
use oikos_engine::{Clock, Column, DrawStream, Slot, Slots};
use oikos_world::{Ages, BirthDate, Person, PersonId};

use super::founding::kinsfolk;
use super::kinsfolk::Kinsfolk;
use super::open::{Host, OpenHomes, find_host};
use super::sharer::Sharer;
use super::sharing::{SharingChances, SharingDraws, disposition};
use crate::lineage::Lineage;

/// Lets those who would live alone share as they do on any day, in the order of their ids: groups of one may be
/// joined to others. Tells who shares, or waits for others. Nothing changes in a society without homes.
pub(crate) fn share_at_start(
    world: &World,
    groups: &mut Vec<Vec<PersonId>>,
    at_home: &[PersonId],
) -> Result<Vec<PersonId>, Box<dyn Error + Send + Sync>> {
    let Some(chances) = world.get_resource::<SharingChances>() else {
        return Ok(Vec::new());
    };
    let clock = world.resource::<Clock>();
    let people = world.resource::<Slots<Person>>();
    let stream = Stream::new(clock.seed(), SharingDraws::NAME);
    let ages = Ages::on(clock.today());
    let mut start = Start::new(kinsfolk(world)?, groups, at_home);
    let alone = start.groups.iter().filter(|group| group.len() == 1);
    let alone: BTreeSet<PersonId> = alone.flatten().copied().collect();
    for person in alone {
        let (Some(who), Some(born)) = (people.find(person), start.kinsfolk.born(person)) else {
            continue;
        };
        let age = ages.completed(BirthDate(born));
        let mut draw = disposition(&stream, who.subject());
        if chances.shares(age, &mut draw) && !start.kinsfolk.is_minor(person) {
            start.move_together(person, born, age);
        }
    }
    let sharers = start.sharers.into_iter().collect();
    groups.retain(|group| !group.is_empty());
    Ok(sharers)
}

/// Marks those who share, when all have homes.
pub(crate) fn mark_sharers(world: &mut World, sharers: &[PersonId]) {
    if sharers.is_empty() {
        return;
    }
    let marks = marks_of(world, sharers);
    let mut column = world.resource_mut::<Column<Sharer>>();
    for (slot, mark) in marks {
        if let Some(cell) = column.get_mut(slot) {
            *cell = mark;
        }
    }
    OpenHomes::rebuild(world);
}

fn marks_of(world: &World, sharers: &[PersonId]) -> Vec<(Slot, Sharer)> {
    let (people, chances) = (
        world.resource::<Slots<Person>>(),
        world.resource::<SharingChances>(),
    );
    let lineage = world.get_resource::<Lineage>();
    let stream = Stream::new(world.resource::<Clock>().seed(), SharingDraws::NAME);
    let mark = |person: &PersonId| {
        let born = lineage?.get(*person)?.born;
        let subject = people.find(*person)?.subject();
        let slot = people.slot(*person)?;
        Some((slot, Sharer::of(chances, &stream, subject, born)))
    };
    sharers.iter().filter_map(mark).collect()
}

/// The groups of people who will live together, while those who are alone join others.
struct Start<'a> {
    kinsfolk: Kinsfolk<'a>,
    groups: &'a mut Vec<Vec<PersonId>>,
    /// The place of everybody's group, by their number; [`NOWHERE`] for who is in none.
    group_of: Vec<u32>,
    at_home: BTreeSet<PersonId>,
    sharers: BTreeSet<PersonId>,
    open: OpenHomes,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Start<'a> {
    fn new(
        kinsfolk: Kinsfolk<'a>,
        groups: &'a mut Vec<Vec<PersonId>>,
        at_home: &[PersonId],
    ) -> Self {
        let last = groups.iter().flatten().map(|person| person.get()).max();
        let mut group_of = vec![NOWHERE; last.map_or(0, |last| last as usize + 1)];
        for (place, group) in (0..).zip(groups.iter()) {
            for person in group {
                group_of[person.get() as usize] = place;
            }
        }
        Self {
            kinsfolk,
            groups,
            group_of,
            at_home: at_home.iter().copied().collect(),
            sharers: BTreeSet::new(),
            open: OpenHomes::default(),
        }
    }

    fn group(&self, person: PersonId) -> Option<u32> {
        let group = self.group_of.get(person.get() as usize).copied();
        group.filter(|group| *group != NOWHERE)
    }

    /// Whether somebody has a household that is neither their parents' nor shared with others who do.
    fn keeps_house(&self, person: PersonId) -> bool {
        let group = self
            .group(person)
            .and_then(|group| self.groups.get(group as usize));
        let shared = self.sharers.contains(&person);
        group.is_some_and(|group| !self.at_home.contains(&person) && (!shared || group.len() == 1))
            && !self.kinsfolk.is_minor(person)
    }

    fn move_together(&mut self, person: PersonId, born: Date, age: u32) {
        let Some(from) = self.group(person) else {
            return;
        };
        // Somebody may have joined them meanwhile.
        if self.groups[from as usize].len() > 1 {
            return;
        }
        let host = find_host(
            &self.kinsfolk,
            &self.open,
            (person, born, age),
            |other| self.group(other),
            |child| self.keeps_house(child),
        );
        let (whom, shares) = match host {
            Some(Host::Child(child)) => (child, false),
            Some(Host::Sharer(other)) => (other, true),
            None => (person, true),
        };
        if shares {
            self.sharers.insert(person);
        }
        let to = self.group(whom).unwrap_or(from);
        if to != from {
            self.groups[from as usize].clear();
            self.groups[to as usize].push(person);
            self.group_of[person.get() as usize] = to;
        }
        self.settle(to);
    }

    /// Sees to it that the marks in a group are right.
    fn settle(&mut self, group: u32) {
        let people = &self.groups[group as usize];
        let marked = people.iter().filter(|person| self.sharers.contains(person));
        let sharers = marked.filter_map(|person| Some((self.kinsfolk.born(*person)?, *person)));
        let sharers: Vec<(Date, PersonId)> = sharers.collect();
        match (sharers.as_slice(), people.as_slice()) {
            ([last], [_, _, ..]) => {
                self.sharers.remove(&last.1);
                self.open.remove(*last);
            }
            _ => self.open.enter(&sharers),
        }
    }
}
