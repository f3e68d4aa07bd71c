//! Heirs of random families keep the rules that all rules share; heirs of families made by hand are those
//! that the law names.

mod by_hand;

use std::cell::Cell;

use oikos_core::{Ratio, StableId};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::pedigree::{Member, Pedigree, above, id, lineage, pedigrees};

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

const fn dead(member: Member) -> Member {
    Member {
        dead: true,
        ..member
    }
}

const fn child(mother: usize, father: usize, member: Member) -> Member {
    Member {
        mother: Some(mother),
        father: Some(father),
        ..member
    }
}

fn rules() -> Vec<Box<dyn Intestacy>> {
    vec![
        Box::new(SpouseAndStirpes::default()),
        Box::new(PerCapita::default()),
        Box::new(ForcedHeirship::default()),
        Box::new(Primogeniture::new(Preference::Absolute)),
        Box::new(Primogeniture::new(Preference::Male)),
    ]
}

fn sum(shares: &[Share]) -> Ratio {
    let add = |sum: Ratio, share: &Share| (sum + share.part).unwrap();
    shares.iter().fold(Ratio::ZERO, add)
}

fn check(people: &Pedigree, person: usize, shares: &[Share]) {
    assert!(shares.iter().all(|share| share.part > Ratio::ZERO));
    // In the order of ids, each once.
    assert!(shares.is_sorted_by(|a, b| a.heir < b.heir));
    for share in shares {
        let heir = share.heir.get() as usize;
        assert!(!people[heir].dead && heir != person, "{share:?}");
    }
}

/// Whether anybody alive could inherit: a spouse, a descendant, or a descendant of the grandparents and
/// nearer ancestors, or these themselves.
fn has_kin(people: &Pedigree, person: usize, spouses: &[usize], ancestors_inherit: bool) -> bool {
    let own = above(people, person);
    let near = own.iter().filter(|(_, up)| **up <= 2);
    let near: Vec<usize> = near.map(|(row, _)| *row).collect();
    (0..people.len()).any(|row| {
        let of = above(people, row);
        let descends = near
            .iter()
            .any(|ancestor| *ancestor != row && of.contains_key(ancestor));
        let is_ancestor = near.contains(&row) && ancestors_inherit;
        let counts = descends || is_ancestor || spouses.contains(&row);
        !people[row].dead && row != person && counts
    })
}

#[test]
fn shares_sum_to_one_and_only_the_living_inherit() {
    let strategy = (pedigrees(), any::<u64>(), any::<[prop::sample::Index; 3]>());
    let (escheats, represented, spouses_seen) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(1_000)
    };
    let run = TestRunner::new(config).run(&strategy, |(people, number, picks)| {
        let lineage = lineage(&people);
        let [person, first, second] = picks.map(|index| index.index(people.len()));
        let spouses = &[first, second][..(number % 3) as usize];
        let ids: Vec<_> = spouses.iter().map(|row| id(*row)).collect();
        let estate = Deceased {
            lineage: &lineage,
            person: id(person),
            spouses: &ids,
        };
        for (place, rule) in rules().into_iter().enumerate() {
            let shares = rule.heirs(&estate).unwrap();
            check(&people, person, &shares);
            let expected = has_kin(&people, person, spouses, place < 3);
            assert_eq!(shares.is_empty(), !expected, "rule {place}");
            if expected {
                assert_eq!(sum(&shares), Ratio::ONE, "rule {place}");
            }
            escheats.set(escheats.get() + u32::from(!expected));
            let own_child = |share: &Share| {
                let member = &people[share.heir.get() as usize];
                member.is_child_of(person)
            };
            let grand = shares.iter().any(|share| {
                let up = above(&people, share.heir.get() as usize)
                    .get(&person)
                    .copied();
                up > Some(1) && !own_child(share)
            });
            represented.set(represented.get() + u32::from(grand));
            let spouse = shares.iter().any(|share| ids.contains(&share.heir));
            spouses_seen.set(spouses_seen.get() + u32::from(spouse));
        }
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
    let counts = [escheats.get(), represented.get(), spouses_seen.get()];
    assert!(counts.into_iter().all(|count| count >= 100), "{counts:?}");
}
