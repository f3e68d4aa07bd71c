//! F1 and F12: who can be whose parent, and deliveries.

use std::collections::BTreeMap;

use oikos::prelude::*;
use oikos::world::Arrival;

use super::Finding;
use super::register::{Ending, Register, Someone, completed_years, ensure};
use crate::view::{Census, Day, Newcomer, What};

/// The youngest mother or father.
const PARENT_AGE_MIN: u32 = 12;
/// The longest time between a father's death and the birth of his child.
const GESTATION_DAYS_MAX: i32 = 300;
/// The time in which a child that is born to a widow is her late partner's.
pub(in super::super) const GESTATION_DAYS: i32 = 268;
/// The least time between two deliveries.
const INTERVAL_DAYS: i32 = 274;

fn fits(register: &Register, child: PersonId, newcomer: &Newcomer) -> Finding {
    for (parent, sex) in newcomer.parents.into_iter().zip([Sex::Female, Sex::Male]) {
        let Some(parent) = parent else { continue };
        let Some(known) = register.people.get(&parent) else {
            return Err(format!("F01 {parent}, a parent of {child}, is unknown"));
        };
        ensure(known.sex == sex, || {
            format!("F01 {parent} is not the {sex:?} parent of {child}")
        })?;
        let old = known.born < newcomer.born
            && completed_years(known.born, newcomer.born) >= PARENT_AGE_MIN;
        ensure(old, || {
            format!("F01 {parent} was below {PARENT_AGE_MIN} when {child} was born")
        })?;
    }
    Ok(())
}

/// F1: a child has a mother who lives, and a father who lived at the conception; both old enough. The father is the
/// mother's partner; the late one, or one who left, if that was since the conception.
pub(super) fn f01_parents(register: &Register, child: PersonId, newborn: &Newcomer) -> Finding {
    let today = register.date;
    ensure(newborn.born == today, || {
        format!(
            "F01 {child} is born on {} and came on {today}",
            newborn.born
        )
    })?;
    fits(register, child, newborn)?;
    let [Some(mother), father] = newborn.parents else {
        return Err(format!("F01 {child} has no mother"));
    };
    let present = register.is_present(mother);
    ensure(present, || {
        format!("F01 {mother} is dead when {child} is born")
    })?;
    if let Some(gone) = father.and_then(|father| register.people[&father].exit) {
        let days = today.days() - gone.days();
        ensure(days <= GESTATION_DAYS_MAX, || {
            format!("F01 the father of {child} was dead or gone at the conception, for {days} days")
        })?;
    }
    let expected = partner_at_conception(&register.people[&mother], today);
    ensure(expected.is_none() || father == expected, || {
        format!("F01 the father of {child} is {father:?}, and her mother's partner {expected:?}")
    })
}

/// Children are born before unions are formed: whom she unites with today is not his father.
fn partner_at_conception(mother: &Someone, today: oikos::core::Date) -> Option<PersonId> {
    let mut spells = mother.spells.iter().rev();
    let spell = spells.find(|spell| spell.from < today)?;
    let his = match spell.ended {
        None => true,
        Some((day, Ending::Death | Ending::Emigration)) => {
            today.days() - day.days() <= GESTATION_DAYS
        }
        Some(_) => false,
    };
    his.then_some(spell.other)
}

/// F1 of those who come from elsewhere with their parents.
pub(super) fn f01_parents_who_came(
    register: &Register,
    person: PersonId,
    newcomer: &Newcomer,
) -> Finding {
    ensure(newcomer.born < register.date, || {
        format!("F01 {person} comes before being born")
    })?;
    fits(register, person, newcomer)
}

/// F12: children of one delivery share mother, father and day; deliveries of a woman keep their distance.
pub(super) fn f12_deliveries(register: &Register, day: &Day) -> Finding {
    let delivered: BTreeMap<PersonId, u64> = day.delivered.iter().copied().collect();
    let mut by_mother: BTreeMap<u64, Vec<(PersonId, Newcomer)>> = BTreeMap::new();
    for event in &day.events {
        let What::Birth(newborn) = &event.what else {
            continue;
        };
        let (child, mother) = (event.person, newborn.parents[0]);
        let by = delivered.get(&child).copied();
        ensure(by.is_some() && mother.map(StableId::get) == by, || {
            format!("F12 {child} was delivered by {by:?} and has the mother {mother:?}")
        })?;
        by_mother
            .entry(by.unwrap())
            .or_default()
            .push((child, *newborn));
    }
    let births = day.delivered.iter().filter(|(_, by)| *by != Arrival::CAUSE);
    let told: usize = by_mother.values().map(Vec::len).sum();
    ensure(births.count() == told, || {
        format!(
            "F12 {told} births are told of, and others were delivered on {}",
            day.date
        )
    })?;
    for (mother, children) in by_mother {
        let (first, twin) = (children[0], children[children.len() - 1]);
        ensure(
            first.1.parents == twin.1.parents && children.len() <= 3,
            || format!("F12 the twins of person#{mother} differ in their parents: {children:?}"),
        )?;
        let before = register
            .children(PersonId::new(mother).unwrap())
            .into_iter();
        let last = before.map(|child| register.people[&child].born).max();
        let interval = last.map(|last| day.date.days() - last.days());
        ensure(interval.is_none_or(|days| days >= INTERVAL_DAYS), || {
            format!("F12 person#{mother} gave birth {interval:?} days after the last time")
        })?;
    }
    Ok(())
}

/// F12: a woman has borne the children whom she has.
pub(super) fn f12_parity(register: &Register, census: &Census) -> Finding {
    for (person, row) in &census.people {
        let children = register.children(*person).len();
        let borne = usize::from(row.borne);
        ensure(row.sex == Sex::Male || borne == children, || {
            format!("F12 {person} bore {borne} children and has {children}")
        })?;
    }
    Ok(())
}
