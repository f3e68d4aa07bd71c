//! Siblings, generations and relations beside their definition over the plain list of parents.

use std::collections::{BTreeMap, BTreeSet};

use oikos_world::PersonId;

use super::over_pedigrees;
use crate::kinship::{Generations, Relation, Relations, Sibling};
use crate::pedigree::{Member, above, children, id, lineage};

#[test]
fn siblings_and_children_are_those_of_the_definition() {
    over_pedigrees(
        &["half-siblings", "full siblings", "unknown parents"],
        |people, seen| {
            let lineage = lineage(people);
            let relations = Relations::new(&lineage);
            let all = 0..people.len();
            for a in all.clone() {
                let member = &people[a];
                let found: BTreeSet<_> = relations.children(id(a)).collect();
                let expected: BTreeSet<_> = children(people, a).into_iter().map(id).collect();
                assert_eq!(found, expected);
                assert!(relations.children(id(a)).is_sorted());
                let shared = |b: usize| {
                    let same = |x: Option<usize>, y: Option<usize>| x.is_some() && x == y;
                    let other = &people[b];
                    usize::from(same(member.mother, other.mother))
                        + usize::from(same(member.father, other.father))
                };
                let kinds = [None, Some(Sibling::Half), Some(Sibling::Full)];
                let found: BTreeMap<_, _> = relations.siblings(id(a)).collect();
                for b in all.clone().filter(|b| *b != a) {
                    assert_eq!(found.get(&id(b)).copied(), kinds[shared(b)], "{a} {b}");
                    match shared(b) {
                        1 => seen("half-siblings"),
                        2 => seen("full siblings"),
                        _ => {}
                    }
                }
                assert!(!found.contains_key(&id(a)));
                if member.parents().count() < 2 {
                    seen("unknown parents");
                }
            }
        },
    );
}

#[test]
fn generations_are_those_of_the_definition() {
    over_pedigrees(&["five generations"], |people, seen| {
        let lineage = lineage(people);
        let relations = Relations::new(&lineage);
        let tables: Vec<_> = (0..people.len()).map(|row| above(people, row)).collect();
        for a in 0..people.len() {
            for depth in [0, 1, 2, 5, u32::MAX] {
                let sorted = |mut kin: Vec<(u32, PersonId)>| {
                    kin.retain(|(up, _)| (1..=depth).contains(up));
                    kin.sort_unstable();
                    kin
                };
                let up = tables[a].iter().map(|(row, up)| (*up, id(*row)));
                let down =
                    (0..people.len()).filter_map(|row| Some((*tables[row].get(&a)?, id(row))));
                let told = |found: Generations<'_>| -> Vec<_> {
                    found.map(|(who, generation)| (generation, who)).collect()
                };
                let (up, down) = (sorted(up.collect()), sorted(down.collect()));
                assert_eq!(told(relations.ancestors(id(a), depth)), up);
                assert_eq!(told(relations.descendants(id(a), depth)), down);
                if up.iter().any(|(up, _)| *up > 4) {
                    seen("five generations");
                }
            }
        }
    });
}

/// The relation by its definition: all pairs of lines compared.
fn slow_relation(
    people: &[Member],
    tables: &[BTreeMap<usize, u32>],
    (a, b): (usize, usize),
    generations: u32,
) -> Option<Relation> {
    let (of_a, of_b) = (&tables[a], &tables[b]);
    let both = of_a
        .iter()
        .filter_map(|(row, up)| Some((*row, *up, *of_b.get(row)?)));
    let both: Vec<_> = both
        .filter(|(_, up_a, up_b)| *up_a.max(up_b) <= generations)
        .collect();
    let key = |up_a: u32, up_b: u32| {
        let senior = if a < b { up_a } else { up_b };
        (up_a + up_b, up_a.abs_diff(up_b), senior)
    };
    let least = both.iter().map(|(_, up_a, up_b)| key(*up_a, *up_b)).min()?;
    let nearest = both
        .iter()
        .filter(|(_, up_a, up_b)| key(*up_a, *up_b) == least);
    let nearest: Vec<_> = nearest.collect();
    let (_, up_a, up_b) = **nearest.first()?;
    let has_child = |table: &BTreeMap<usize, u32>, up: u32, x: usize, y: usize| {
        let line = table.iter().filter(|(_, own)| **own + 1 == up);
        line.map(|(row, _)| people[*row])
            .any(|member| x != y && member.is_child_of(x) && member.is_child_of(y))
    };
    let full = nearest.iter().any(|(x, _, _)| {
        nearest
            .iter()
            .any(|(y, _, _)| has_child(of_a, up_a, *x, *y) && has_child(of_b, up_b, *x, *y))
    });
    let common = nearest.len() as u32;
    (a != b).then_some(Relation {
        up_a,
        up_b,
        common,
        full,
    })
}

#[test]
fn relations_are_those_of_the_definition_and_turn_round() {
    over_pedigrees(
        &[
            "double cousins",
            "half-cousins",
            "second cousins",
            "descendants",
            "strangers",
        ],
        |people, seen| {
            let lineage = lineage(people);
            let relations = Relations::new(&lineage);
            let tables: Vec<_> = (0..people.len()).map(|row| above(people, row)).collect();
            for a in 0..people.len() {
                for b in 0..people.len() {
                    for generations in [0, 1, 2, 4, u32::MAX] {
                        let found = relations.relation(id(a), id(b), generations);
                        let expected = slow_relation(people, &tables, (a, b), generations);
                        assert_eq!(found, expected, "{a} {b}");
                        let turned = relations.relation(id(b), id(a), generations);
                        let turned = turned.map(|relation| Relation {
                            up_a: relation.up_b,
                            up_b: relation.up_a,
                            ..relation
                        });
                        assert_eq!(turned, found, "{b} {a}");
                    }
                    match relations.relation(id(a), id(b), 4) {
                        Some(Relation {
                            up_a: 2,
                            up_b: 2,
                            common: 4,
                            ..
                        }) => seen("double cousins"),
                        Some(Relation {
                            up_a: 2,
                            up_b: 2,
                            full: false,
                            ..
                        }) => seen("half-cousins"),
                        Some(Relation {
                            up_a: 3..,
                            up_b: 3..,
                            ..
                        }) => seen("second cousins"),
                        Some(Relation { up_a: 0, .. }) => seen("descendants"),
                        None => seen("strangers"),
                        _ => {}
                    }
                }
            }
        },
    );
}
