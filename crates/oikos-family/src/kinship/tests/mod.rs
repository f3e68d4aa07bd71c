//! Kin held against a slow model, the plain list of parents, and against textbooks.

mod kin;
mod relations;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use oikos_core::StableId;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::pedigree::{Member, Pedigree, id, lineage, pedigrees};

/// Woman, man, dead or alive: a member without parents.
const WOMAN: Member = Member {
    mother: None,
    father: None,
    male: false,
    dead: false,
};
const MAN: Member = Member {
    male: true,
    ..WOMAN
};

fn child(of: (usize, usize), member: Member) -> Member {
    Member {
        mother: Some(of.0),
        father: Some(of.1),
        ..member
    }
}

/// Runs a check over random pedigrees. It says what it met; each of these things it must have met in at least
/// a hundredth of them.
fn over_pedigrees(must: &[&str], check: impl Fn(&Pedigree, &mut dyn FnMut(&str))) {
    let cases = 1_000;
    let counts: RefCell<BTreeMap<&str, u32>> = RefCell::default();
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    let run = TestRunner::new(config).run(&pedigrees(), |people| {
        let mut met = BTreeSet::new();
        check(&people, &mut |what| {
            met.extend(must.iter().copied().find(|name| *name == what));
        });
        for what in met {
            *counts.borrow_mut().entry(what).or_default() += 1;
        }
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
    let counts = counts.into_inner();
    for what in must {
        let count = counts.get(what).copied().unwrap_or(0);
        assert!(count >= cases / 100, "only {count} pedigrees have {what}");
    }
}

/// The coefficient by its recursive definition, with all pairs worked out.
fn recursive(people: &[Member]) -> Vec<Vec<f64>> {
    let mut phi = vec![vec![0.0; people.len()]; people.len()];
    for (row, member) in people.iter().enumerate() {
        let with = |older: usize| {
            let parents = member.parents().map(|parent| phi[parent][older]);
            // An empty `sum` is −0.
            0.5 * parents.fold(0.0, |sum, phi| sum + phi)
        };
        let with_older: Vec<f64> = (0..row).map(with).collect();
        for (older, coefficient) in with_older.into_iter().enumerate() {
            phi[row][older] = coefficient;
            phi[older][row] = coefficient;
        }
        let inbreeding = match (member.mother, member.father) {
            (Some(mother), Some(father)) => phi[mother][father],
            _ => 0.0,
        };
        phi[row][row] = 0.5 * (1.0 + inbreeding);
    }
    phi
}

#[test]
fn coefficients_are_those_of_the_definition_bit_for_bit() {
    over_pedigrees(&["inbreeding", "one unknown parent"], |people, seen| {
        let lineage = lineage(people);
        let expected = recursive(people);
        // One that is asked everything, and one for each question, in which nothing is kept.
        let mut kept = Kinship::new(&lineage);
        for a in (0..people.len()).rev() {
            for b in 0..people.len() {
                let expected = expected[a][b].to_bits();
                let found = kept.kinship(id(a), id(b)).map(f64::to_bits);
                assert_eq!(found, Some(expected), "{a} {b}");
                let fresh = Kinship::new(&lineage).kinship(id(b), id(a));
                assert_eq!(fresh.map(f64::to_bits), Some(expected), "{b} {a}");
            }
            let inbreeding = kept.inbreeding(id(a)).unwrap();
            assert_eq!(
                (0.5 * (1.0 + inbreeding)).to_bits(),
                expected[a][a].to_bits()
            );
            if inbreeding > 0.0 {
                seen("inbreeding");
            }
            if people[a].mother.is_some() != people[a].father.is_some() {
                seen("one unknown parent");
            }
        }
    });
}

/// Two couples, 0 × 1 and 2 × 3, with children 4 and 6 of the first, 5 and 7 of the second; 8 is a half-sister
/// of 4. The children marry: 4 × 5 and 6 × 7; 9 and 10 are double first cousins. 11 and 12 marry in; 13
/// and 14 are first cousins through 9 and its sister 15.
fn family() -> Pedigree {
    vec![
        WOMAN,
        MAN,
        WOMAN,
        MAN,
        child((0, 1), WOMAN),
        child((2, 3), MAN),
        child((0, 1), WOMAN),
        child((2, 3), MAN),
        Member {
            mother: Some(0),
            ..WOMAN
        },
        child((4, 5), WOMAN),
        child((6, 7), MAN),
        MAN,
        MAN,
        child((9, 11), WOMAN),
        child((15, 12), MAN),
        child((4, 5), WOMAN),
    ]
}

/// The family with 15 before her child, and what follows from it: 16 and 17 are children of the cousins 13 and
/// 14 with strangers, so second cousins; 20 is a child of full siblings.
fn ordered() -> Pedigree {
    let mut people = family();
    let sister = people.pop().unwrap();
    people.insert(10, sister);
    let moved = |row: usize| {
        if row == 15 {
            10
        } else {
            row + usize::from(row >= 10)
        }
    };
    for member in &mut people {
        member.mother = member.mother.map(moved);
        member.father = member.father.map(moved);
    }
    people.extend([MAN, WOMAN]);
    people.extend([child((14, 16), WOMAN), child((17, 15), MAN)]);
    people.push(child((4, 5), MAN));
    people.push(child((9, 20), WOMAN));
    people
}

#[test]
fn coefficients_of_the_textbook() {
    let people = ordered();
    let lineage = lineage(&people);
    let mut kinship = Kinship::new(&lineage);
    let table = [
        ("self", 0, 0, 0.5),
        ("parent and child", 0, 4, 0.25),
        ("full siblings", 4, 6, 0.25),
        ("half-siblings", 4, 8, 0.125),
        ("aunt and niece", 6, 9, 0.125),
        ("grandparent", 0, 9, 0.125),
        ("double first cousins", 9, 11, 0.125),
        ("first cousins", 14, 15, 0.0625),
        ("second cousins", 18, 19, 0.015_625),
        ("strangers", 0, 2, 0.0),
        // The child of siblings: F = 1/4, and ½ (1 + F) with herself.
        ("child of siblings", 21, 21, 0.625),
        ("child of siblings and her mother", 21, 9, 0.375),
    ];
    for (name, a, b, expected) in table {
        let found = kinship.kinship(id(a), id(b)).map(f64::to_bits);
        assert_eq!(found, Some(f64::to_bits(expected)), "{name}");
    }
    assert_eq!(kinship.inbreeding(id(21)), Some(0.25));
}

#[test]
fn relations_have_their_english_names() {
    let lineage = lineage(&ordered());
    let relations = Relations::new(&lineage);
    let table = [
        (4, 0, "parent"),
        (0, 4, "child"),
        (9, 0, "grandparent"),
        (14, 0, "great-grandparent"),
        (0, 18, "great-great-grandchild"),
        (4, 6, "sibling"),
        (4, 8, "half-sibling"),
        (9, 6, "aunt or uncle"),
        (9, 8, "half-aunt or half-uncle"),
        (6, 9, "niece or nephew"),
        (14, 6, "great-aunt or great-uncle"),
        (9, 11, "first cousin"),
        (14, 11, "first cousin once removed"),
        (18, 11, "first cousin twice removed"),
        (18, 19, "second cousin"),
    ];
    for (a, b, name) in table {
        let relation = relations.relation(id(a), id(b), 4).unwrap();
        assert_eq!(relation.name(), name, "{a} {b}");
    }
    let cousins = relations.relation(id(9), id(11), 4).unwrap();
    assert_eq!((cousins.common, cousins.full), (4, true));
    assert_eq!((cousins.degree(), cousins.removal()), (Some(1), 0));
    assert_eq!(relations.relation(id(4), id(0), 4).unwrap().degree(), None);
    // 18 and 0 are four generations apart.
    assert_eq!(relations.relation(id(18), id(0), 3), None);
    let far = |up_a, up_b| {
        let (common, full) = (1, false);
        let relation = Relation {
            up_a,
            up_b,
            common,
            full,
        };
        relation.name()
    };
    assert_eq!(far(12, 15), "half-11th cousin 3 times removed");
    assert_eq!(far(22, 22), "half-21st cousin");
    assert_eq!(far(4, 1), "half-great-great-aunt or half-great-great-uncle");
}

#[test]
fn of_ids_that_nobody_has_had_there_is_nothing_to_tell() {
    let lineage = lineage(&ordered());
    let relations = Relations::new(&lineage);
    let mut kinship = Kinship::new(&lineage);
    for nobody in [22, u64::from(u32::MAX), 1 << 32, PersonId::MAX] {
        let nobody = PersonId::new(nobody).unwrap();
        assert_eq!(relations.parents(nobody), [None, None]);
        assert_eq!(relations.children(nobody).count(), 0);
        assert_eq!(relations.siblings(nobody).count(), 0);
        assert_eq!(relations.ancestors(nobody, 9).count(), 0);
        assert_eq!(relations.descendants(nobody, 9).count(), 0);
        assert_eq!(relations.relation(nobody, id(0), 9), None);
        assert_eq!(relations.relation(id(0), nobody, 9), None);
        assert_eq!(relations.living_kin(nobody), None);
        assert_eq!(relations.kin(nobody, Kin::Cousins).count(), 0);
        assert!(!relations.complete(nobody, 0, Line::Both));
        assert_eq!(kinship.kinship(nobody, nobody), None);
        assert_eq!(kinship.kinship(id(0), nobody), None);
        assert_eq!(kinship.inbreeding(nobody), None);
    }
    assert_eq!(relations.relation(id(4), id(4), 9), None);
}
