//! F2, F4 and F5: descent, children, siblings, and coefficients of kinship.

use std::collections::{BTreeMap, BTreeSet};

use oikos::family::Sibling;
use oikos::prelude::*;

use super::Finding;
use super::register::{Register, ensure};
use crate::view::Census;

/// F2: by the parents that are told of, nobody descends from themselves; and ancestors are those.
pub(super) fn f02_nobody_is_their_own_ancestor(register: &Register, census: &Census) -> Finding {
    for (person, row) in &census.kin {
        let mut above = BTreeSet::new();
        let mut level = vec![*person];
        for generation in 0.. {
            let records = level.iter().filter_map(|id| census.kin.get(id));
            let parents: BTreeSet<PersonId> = records
                .flat_map(|row| [row.record.mother, row.record.father])
                .flatten()
                .collect();
            ensure(
                !parents.contains(person) && generation <= census.kin.len(),
                || format!("F02 {person} is an ancestor of {person}"),
            )?;
            if generation < 5 {
                above.extend(&parents);
            }
            if parents.is_empty() {
                break;
            }
            level = parents.into_iter().collect();
        }
        ensure(above == row.ancestors, || {
            format!(
                "F02 the ancestors of {person} are {:?}, and not {above:?}",
                row.ancestors
            )
        })?;
        // F1 and F4 rest on the same parents.
        let known = register.people.get(person).map(|it| it.parents);
        let told = [row.record.mother, row.record.father];
        ensure(known == Some(told), || {
            format!("F04 the parents of {person} are {told:?}, and were {known:?} at birth")
        })?;
    }
    Ok(())
}

/// F4: children are those who have somebody as a parent; siblings share one parent or two, and both say so.
pub(super) fn f04_children_and_siblings(register: &Register, census: &Census) -> Finding {
    let mut children: BTreeMap<PersonId, Vec<PersonId>> = BTreeMap::new();
    for (person, someone) in &register.people {
        for parent in someone.parents.into_iter().flatten() {
            children.entry(parent).or_default().push(*person);
        }
    }
    for (person, row) in &census.kin {
        let own = children.get(person).cloned().unwrap_or_default();
        ensure(row.children == own, || {
            format!(
                "F04 the children of {person} are {:?}, and not {own:?}",
                row.children
            )
        })?;
        let parents = register
            .people
            .get(person)
            .map_or([None; 2], |it| it.parents);
        let of_parents = parents
            .into_iter()
            .flatten()
            .filter_map(|it| children.get(&it));
        let others: BTreeSet<PersonId> = of_parents.flatten().copied().collect();
        let sibling = |other: &PersonId| {
            let theirs = register.people[other].parents;
            let shared = (0..2).filter(|at| parents[*at].is_some() && parents[*at] == theirs[*at]);
            let kind = if shared.count() == 2 {
                Sibling::Full
            } else {
                Sibling::Half
            };
            (*other, kind)
        };
        let others: Vec<_> = others
            .iter()
            .filter(|other| *other != person)
            .map(sibling)
            .collect();
        ensure(row.siblings == others, || {
            format!(
                "F04 the siblings of {person} are {:?}, and not {others:?}",
                row.siblings
            )
        })?;
        let one_sided = row.siblings.iter().find(|(other, kind)| {
            let theirs = census.kin.get(other).map(|row| &row.siblings);
            !theirs.is_some_and(|theirs| theirs.contains(&(*person, *kind)))
        });
        ensure(one_sided.is_none(), || {
            format!("F04 {person} has a sibling who does not: {one_sided:?}")
        })?;
    }
    Ok(())
}

/// Malécot's definition: who was born later is replaced by their parents.
struct Definition<'a> {
    register: &'a Register,
    known: BTreeMap<(PersonId, PersonId), f64>,
}

impl Definition<'_> {
    fn phi(&mut self, one: Option<PersonId>, other: Option<PersonId>) -> f64 {
        let (Some(one), Some(other)) = (one, other) else {
            return 0.0;
        };
        let key = (one.min(other), one.max(other));
        if let Some(phi) = self.known.get(&key) {
            return *phi;
        }
        let register = self.register;
        let of = |id: PersonId| (register.people[&id].born, id);
        let (young, old) = if of(one) > of(other) {
            (one, other)
        } else {
            (other, one)
        };
        let [mother, father] = register.people[&young].parents;
        let phi = if one == other {
            (1.0 + self.phi(mother, father)) / 2.0
        } else {
            (self.phi(mother, Some(old)) + self.phi(father, Some(old))) / 2.0
        };
        self.known.insert(key, phi);
        phi
    }
}

/// F5: coefficients are those of the definition, exactly, in both orders.
pub(super) fn f05_coefficients(
    register: &Register,
    mut coefficient: impl FnMut(PersonId, PersonId) -> Option<f64>,
) -> Finding {
    let known = BTreeMap::new();
    let mut definition = Definition { register, known };
    let all: Vec<PersonId> = register.people.keys().copied().collect();
    for (at, one) in all.iter().enumerate() {
        for other in &all[at..] {
            let phi = definition.phi(Some(*one), Some(*other));
            let found = [coefficient(*one, *other), coefficient(*other, *one)];
            ensure(found == [Some(phi); 2], || {
                format!(
                    "F05 the coefficient of {one} and {other} is {found:?}, and by definition {phi}"
                )
            })?;
        }
    }
    Ok(())
}

/// F5: inbreeding is the coefficient of the parents.
pub(super) fn f05_inbreeding(
    register: &Register,
    mut inbreeding: impl FnMut(PersonId) -> Option<f64>,
) -> Finding {
    let known = BTreeMap::new();
    let mut definition = Definition { register, known };
    for (person, someone) in &register.people {
        let [mother, father] = someone.parents;
        let (phi, found) = (definition.phi(mother, father), inbreeding(*person));
        ensure(found == Some(phi), || {
            format!("F05 the inbreeding of {person} is {found:?}, and by definition {phi}")
        })?;
    }
    Ok(())
}
