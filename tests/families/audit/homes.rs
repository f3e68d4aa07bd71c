//! F8: everybody lives somewhere, children with those who take care of them, couples together.

use std::collections::{BTreeMap, BTreeSet};

use oikos::family::Guardian;
use oikos::prelude::*;

use super::Finding;
use super::register::{Ending, Register, ensure};
use crate::view::{Census, Day};

/// F8: a household in which nobody has lived since yesterday is closed.
pub(super) fn f08_empty_households_close(before: &BTreeSet<HouseholdId>, day: &Day) -> Finding {
    let stays = day.empty.iter().find(|home| before.contains(home));
    ensure(stays.is_none(), || {
        format!(
            "F08 {} is empty and stays open on {}",
            stays.unwrap(),
            day.date
        )
    })
}

/// F8: each person is in one household, and it says so.
pub(super) fn f08_everybody_has_one_home(census: &Census) -> Finding {
    let mut homes: BTreeMap<PersonId, HouseholdId> = BTreeMap::new();
    for (home, residents) in &census.residents {
        for person in residents {
            let other = homes.insert(*person, *home);
            ensure(other.is_none(), || {
                format!("F08 {person} lives in two households, {home} and {other:?}")
            })?;
        }
    }
    for (person, row) in &census.people {
        let listed = homes.remove(person);
        ensure(row.home.is_some() && row.home == listed, || {
            format!(
                "F08 {person} lives in {:?} and is listed in {listed:?}",
                row.home
            )
        })?;
    }
    ensure(homes.is_empty(), || {
        format!("F08 those are listed who are not here: {homes:?}")
    })
}

/// F8: minors live with a parent or a guardian; couples live together, and who parted apart.
pub(super) fn f08_minors_and_couples(register: &Register, census: &Census) -> Finding {
    let home = |person: PersonId| census.people.get(&person).and_then(|row| row.home);
    let in_institution = |person| home(person).is_some_and(|it| census.institutions.contains(&it));
    for (person, row) in &census.people {
        let Some(someone) = register.people.get(person) else {
            return Err(format!("F06 {person} is here and never came"));
        };
        let with = |other: PersonId| home(other).is_some() && home(other) == row.home;
        if someone.age < 18 && someone.spells.is_empty() {
            let with_parent = someone.parents.into_iter().flatten().any(with);
            let with_guardian = match row.guardian {
                Some(Guardian::Person(guardian)) => {
                    let of_age = register.people.get(&guardian).map_or(0, |it| it.age) >= 18;
                    register.is_present(guardian) && of_age && with(guardian)
                }
                Some(Guardian::Institution(institution)) => row.home == Some(institution),
                None => false,
            };
            ensure(with_parent || with_guardian, || {
                format!(
                    "F08 the minor {person} lives without parent or guardian: {:?}",
                    row.guardian
                )
            })?;
        }
        if in_institution(*person) {
            continue;
        }
        for spell in &someone.spells {
            let (together, other) = (with(spell.other), spell.other);
            let now = someone.open().map(|open| open.other) == Some(other);
            let apart = now && !together && !in_institution(other);
            ensure(!apart, || {
                format!("F08 {person} and {other} are a couple and live apart")
            })?;
            let parted = matches!(spell.ended, Some((_, Ending::Divorce | Ending::Separation)));
            ensure(now || !parted || !together, || {
                format!("F08 {person} and {other} parted and live together")
            })?;
        }
    }
    Ok(())
}
