//! Faults in what is told: events, lists and books that are not as they were.

use oikos::family::LifeSpan;
use oikos::prelude::*;

use crate::audit::Register;
use crate::view::{Census, Day, Event, What};

/// The births of a day, with their parents.
fn births(day: &mut Day) -> impl Iterator<Item = (PersonId, &mut [Option<PersonId>; 2])> {
    day.events
        .iter_mut()
        .filter_map(|event| match &mut event.what {
            What::Birth(newborn) => Some((event.person, &mut newborn.parents)),
            _ => None,
        })
}

pub(super) fn father_long_dead(day: &mut Day, register: &Register) {
    let dead = register.dead_men_of(day.date.plus_days(-301).unwrap());
    for (_, parents) in births(day) {
        parents[1] = dead.first().copied();
    }
}

pub(super) fn posthumous_child_dropped(day: &mut Day, register: &Register) {
    let posthumous = |father: PersonId| !register.is_present(father);
    for (_, parents) in births(day) {
        parents[1] = parents[1].filter(|father| !posthumous(*father));
    }
}

pub(super) fn own_ancestor(census: &mut Census, _: &Register) {
    let grandchild = census.kin.iter().find_map(|(id, row)| {
        let grandmother = census.kin.get(&row.record.mother?)?.record.mother?;
        Some((*id, grandmother))
    });
    if let Some((grandchild, grandmother)) = grandchild {
        let row = census.kin.get_mut(&grandmother);
        row.unwrap().record.father = Some(grandchild);
    }
}

pub(super) fn spouse_counted_twice(census: &mut Census, _: &Register) {
    let open = census
        .unions
        .iter()
        .find(|(_, union)| union.married.is_some());
    let open = open.copied();
    census.unions.extend(open);
}

/// The man's part is lost.
pub(super) fn union_of_one_sex(day: &mut Day, register: &Register) {
    day.events.retain(|event| {
        !(matches!(event.what, What::Union(_) | What::Marriage(_)) && register.is_man(event.person))
    });
}

pub(super) fn the_dead_stay_married(census: &mut Census, _: &Register) {
    let by_death = census
        .unions
        .iter_mut()
        .find(|(_, union)| matches!(union.ended, Some((_, oikos::family::End::Death))));
    if let Some((_, union)) = by_death {
        union.ended = None;
    }
}

pub(super) fn unions_overlap(day: &mut Day, register: &Register) {
    let couple = register.a_couple_and_a_single_man();
    if let Some((woman, man)) = couple {
        let union = |person, other| Event {
            person,
            what: What::Union(other),
        };
        day.events.extend([union(woman, man), union(man, woman)]);
    }
}

pub(super) fn sibling_list_one_sided(census: &mut Census, _: &Register) {
    let row = census.kin.values_mut().find(|row| row.siblings.len() > 1);
    row.unwrap().siblings.pop();
}

pub(super) fn child_of_father_missing(census: &mut Census, _: &Register) {
    let of_man =
        |row: &&mut crate::view::KinRow| row.record.sex == Sex::Male && row.children.len() > 1;
    census
        .kin
        .values_mut()
        .find(of_man)
        .unwrap()
        .children
        .remove(0);
}

pub(super) fn not_symmetric(one: PersonId, other: PersonId, phi: f64) -> f64 {
    if one > other { phi / 2.0 } else { phi }
}

pub(super) fn one_age_off(census: &mut Census, _: &Register) {
    let row = census.people.values_mut().find(|row| row.age == 30);
    if let Some(row) = row {
        row.age += 1;
    }
}

/// Of somebody in no union: the death of a partner is missed by who is left.
pub(super) fn death_not_told(day: &mut Day, register: &Register) {
    let alone = |event: &Event| event.what == What::Death && register.is_single(event.person);
    if let Some(death) = day.events.iter().position(alone) {
        day.events.remove(death);
    }
}

pub(super) fn empty_household(day: &mut Day, _: &Register) {
    day.empty.insert(HouseholdId::FIRST);
}

pub(super) fn shares_not_one(day: &mut Day, _: &Register) {
    for passed in day
        .passed
        .iter_mut()
        .filter(|passed| passed.shares.len() > 1)
    {
        passed.shares.pop();
    }
}

pub(super) fn event_after_death(day: &mut Day, register: &Register) {
    let dead = register.dead_men_of(day.date.plus_days(-5).unwrap());
    let moves = |person: &PersonId| Event {
        person: *person,
        what: What::Move,
    };
    day.events.extend(dead.first().map(moves));
}

pub(super) fn day_lived_twice(score: &mut Score, register: &Register) {
    let (sex, born, died) = register.somebody_who_died();
    let again = LifeSpan {
        sex,
        born_day: born.days(),
        entry_day: died.days(),
        exit_day: died.days(),
    };
    score.exposure.add_life(&again).unwrap();
}

pub(super) fn twin_of_another(day: &mut Day, register: &Register) {
    let mut all: Vec<_> = births(day).collect();
    let of_one = all.windows(2).position(|two| two[0].1[0] == two[1].1[0]);
    if let Some(first) = of_one {
        let mother = all[first].1[0];
        all[first + 1].1[0] = register.another_woman(mother);
    }
}

pub(super) fn blocking_pair(day: &mut Day, _: &Register) {
    day.round.pairs.pop();
}
