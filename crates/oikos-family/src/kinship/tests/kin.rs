//! Kin by kind, and what ancestors must be known, beside their definition over the plain list of parents.

use std::collections::BTreeSet;

use super::over_pedigrees;
use crate::kinship::{Kin, Line, Relations};
use crate::pedigree::{Member, children, id, lineage};

/// By definition, from parents alone.
fn slow_kin(people: &[Member], of: usize, kin: Kin) -> BTreeSet<usize> {
    let up = |of: &BTreeSet<usize>| -> BTreeSet<usize> {
        of.iter().flat_map(|row| people[*row].parents()).collect()
    };
    let down = |of: &BTreeSet<usize>| -> BTreeSet<usize> {
        of.iter().flat_map(|row| children(people, *row)).collect()
    };
    let siblings = |of: usize| -> BTreeSet<usize> {
        let parents: BTreeSet<usize> = people[of].parents().collect();
        let mut siblings = down(&parents);
        siblings.remove(&of);
        siblings
    };
    let member = &people[of];
    let is_full = |other: &usize| {
        let other = &people[*other];
        member.parents().count() == 2
            && (member.mother, member.father) == (other.mother, other.father)
    };
    let me = BTreeSet::from([of]);
    let mut aunts: BTreeSet<usize> = member.parents().flat_map(siblings).collect();
    // Nobody is an own aunt, not even a daughter whose father is her mother's.
    aunts.remove(&of);
    let mut found = match kin {
        Kin::Mother => member.mother.into_iter().collect(),
        Kin::Father => member.father.into_iter().collect(),
        Kin::Grandparents => up(&up(&me)),
        Kin::GreatGrandparents => up(&up(&up(&me))),
        Kin::Children => down(&me),
        Kin::Grandchildren => down(&down(&me)),
        Kin::GreatGrandchildren => down(&down(&down(&me))),
        Kin::FullSiblings => siblings(of).into_iter().filter(is_full).collect(),
        Kin::HalfSiblings => siblings(of).into_iter().filter(|s| !is_full(s)).collect(),
        Kin::NiecesAndNephews => down(&siblings(of)),
        Kin::AuntsAndUncles => aunts,
        Kin::Cousins => down(&aunts),
    };
    found.remove(&of);
    found
}

#[test]
fn kin_are_those_of_the_definition() {
    let others = ["dead kin", "complete", "mothers known"].into_iter();
    let must: Vec<_> = Kin::ALL.map(Kin::label).into_iter().chain(others).collect();
    over_pedigrees(&must, |people, seen| {
        let lineage = lineage(people);
        let relations = Relations::new(&lineage);
        for of in 0..people.len() {
            let counts = relations.living_kin(id(of)).unwrap();
            for kin in Kin::ALL {
                let expected = slow_kin(people, of, kin);
                let living = expected.iter().filter(|row| !people[**row].dead).count();
                let expected: Vec<_> = expected.into_iter().map(id).collect();
                assert_eq!(relations.kin(id(of), kin).collect::<Vec<_>>(), expected);
                assert_eq!(counts.get(kin) as usize, living, "{of} {kin:?}");
                if living > 0 {
                    seen(kin.label());
                }
                if living < expected.len() {
                    seen("dead kin");
                }
            }
            for generations in 0..4 {
                let known = |line: Line| {
                    let mut level = BTreeSet::from([of]);
                    (0..generations).all(|_| {
                        let wanted = if line == Line::Both { 2 } else { 1 };
                        let parents = |row: &usize| match line {
                            Line::Both => people[*row].parents().collect(),
                            Line::Maternal => Vec::from_iter(people[*row].mother),
                        };
                        let all = level.iter().all(|row| parents(row).len() == wanted);
                        level = level.iter().flat_map(parents).collect();
                        all
                    })
                };
                for line in [Line::Both, Line::Maternal] {
                    let complete = relations.complete(id(of), generations, line);
                    assert_eq!(complete, known(line), "{of} {generations} {line:?}");
                    if complete && generations == 2 {
                        seen(if line == Line::Both {
                            "complete"
                        } else {
                            "mothers known"
                        });
                    }
                }
            }
        }
    });
}
