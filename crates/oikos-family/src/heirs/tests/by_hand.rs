//! Families made by hand, and the heirs that the law names.

use oikos_core::{Ratio, StableId};

use super::{MAN, WOMAN, child, dead, rules};
use crate::FamilyError;
use crate::heirs::*;
use crate::pedigree::{Member, Pedigree, id, lineage};

/// The parts of an estate, as text: `4: 1/2, 6: 1/2`.
fn told(shares: &[Share]) -> String {
    let told = shares
        .iter()
        .map(|share| format!("{}: {}", share.heir.get(), share.part));
    told.collect::<Vec<_>>().join(", ")
}

fn heirs(rule: &dyn Intestacy, people: &Pedigree, person: usize, spouses: &[usize]) -> String {
    let spouses: Vec<_> = spouses.iter().map(|row| id(*row)).collect();
    let shares = rule.heirs(&Deceased {
        lineage: &lineage(people),
        person: id(person),
        spouses: &spouses,
    });
    told(&shares.unwrap())
}

/// The father 0 dies; his wife 1 lives. Of their children 2 lives, the elder daughter 3 is dead and left 5
/// and 6, and 4 is dead without children. 7 is the wife of the dead.
fn large() -> Pedigree {
    vec![
        MAN,
        WOMAN,
        child(1, 0, WOMAN),
        dead(child(1, 0, WOMAN)),
        dead(child(1, 0, MAN)),
        Member {
            mother: Some(3),
            ..WOMAN
        },
        Member {
            mother: Some(3),
            ..MAN
        },
        WOMAN,
    ]
}

#[test]
fn the_dead_are_represented_where_the_rule_says_so() {
    let people = large();
    let stirpes = SpouseAndStirpes::default();
    assert_eq!(
        heirs(&stirpes, &people, 0, &[1]),
        "1: 1/2, 2: 1/4, 5: 1/8, 6: 1/8"
    );
    assert_eq!(heirs(&stirpes, &people, 0, &[]), "2: 1/2, 5: 1/4, 6: 1/4");
    // Two wives share alike.
    let two = "1: 1/4, 2: 1/4, 5: 1/8, 6: 1/8, 7: 1/4";
    assert_eq!(heirs(&stirpes, &people, 0, &[1, 7, 7]), two);

    let capita = PerCapita::default();
    assert_eq!(heirs(&capita, &people, 0, &[1]), "1: 1/2, 2: 1/2");
    assert_eq!(heirs(&capita, &people, 3, &[]), "5: 1/2, 6: 1/2");

    let forced = ForcedHeirship::default();
    assert_eq!(
        heirs(&forced, &people, 0, &[1]),
        "1: 1/4, 2: 3/8, 5: 3/16, 6: 3/16"
    );

    let absolute = Primogeniture::new(Preference::Absolute);
    assert_eq!(heirs(&absolute, &people, 0, &[1]), "2: 1/1");
}

#[test]
fn the_eldest_line_comes_first() {
    let mut people = large();
    // The eldest dies: in her place nobody, so her sister's line before the brother's.
    people[2].dead = true;
    let [absolute, male] = [Preference::Absolute, Preference::Male].map(Primogeniture::new);
    assert_eq!(heirs(&absolute, &people, 0, &[]), "5: 1/1");
    assert_eq!(heirs(&male, &people, 0, &[]), "6: 1/1");
    // A living son comes after his elder sisters' lines, or before all of them.
    people[4].dead = false;
    assert_eq!(heirs(&absolute, &people, 0, &[]), "5: 1/1");
    assert_eq!(heirs(&male, &people, 0, &[]), "4: 1/1");
    // Without descendants: the father's children before the mother's, no ancestor, and the spouse last.
    assert_eq!(heirs(&absolute, &people, 4, &[7]), "5: 1/1");
    assert_eq!(heirs(&absolute, &people, 1, &[7]), "5: 1/1");
    assert_eq!(heirs(&absolute, &people, 7, &[1]), "1: 1/1");
    assert_eq!(heirs(&absolute, &people, 7, &[]), "");
}

/// Nobody's children: 0 and 1 had 4, 5 and 6; 2 and 3 had 7 and 8. 9, who died, is a child of 4 and 7; 10 is
/// a half-sister, of 4 alone. 11 is a cousin, of the dead 5; 12 another, of 8.
fn collaterals() -> Pedigree {
    vec![
        WOMAN,
        MAN,
        WOMAN,
        MAN,
        child(0, 1, WOMAN),
        dead(child(0, 1, WOMAN)),
        child(0, 1, MAN),
        child(2, 3, MAN),
        child(2, 3, WOMAN),
        child(4, 7, MAN),
        Member {
            mother: Some(4),
            ..WOMAN
        },
        Member {
            mother: Some(5),
            ..WOMAN
        },
        Member {
            mother: Some(8),
            ..WOMAN
        },
        WOMAN,
    ]
}

#[test]
fn without_spouse_and_children_the_nearest_ancestors_and_theirs() {
    let mut people = collaterals();
    let rule = SpouseAndStirpes::default();
    assert_eq!(heirs(&rule, &people, 9, &[13]), "13: 1/1");
    assert_eq!(heirs(&rule, &people, 9, &[]), "4: 1/2, 7: 1/2");
    people[4].dead = true;
    assert_eq!(heirs(&rule, &people, 9, &[]), "7: 1/1");
    people[7].dead = true;
    assert_eq!(heirs(&rule, &people, 9, &[]), "10: 1/1");
    people[10].dead = true;
    assert_eq!(
        heirs(&rule, &people, 9, &[]),
        "0: 1/4, 1: 1/4, 2: 1/4, 3: 1/4"
    );
    for grandparent in &mut people[..4] {
        grandparent.dead = true;
    }
    // The lines of the grandparents' children: 4 and 7 have none; 11 is in the place of 5.
    assert_eq!(heirs(&rule, &people, 9, &[]), "6: 1/3, 8: 1/3, 11: 1/3");
    let nearer = SpouseAndStirpes { generations: 1 };
    assert_eq!(heirs(&nearer, &people, 9, &[]), "");
    // A dead spouse is none.
    assert_eq!(heirs(&rule, &people, 9, &[4]), "6: 1/3, 8: 1/3, 11: 1/3");
}

#[test]
fn the_french_spouse_and_parents() {
    let mut people = collaterals();
    let rule = ForcedHeirship::default();
    assert_eq!(heirs(&rule, &people, 9, &[13]), "4: 1/4, 7: 1/4, 13: 1/2");
    people[4].dead = true;
    assert_eq!(heirs(&rule, &people, 9, &[13]), "7: 1/4, 13: 3/4");
    people[7].dead = true;
    assert_eq!(heirs(&rule, &people, 9, &[13]), "13: 1/1");
    assert_eq!(heirs(&rule, &people, 9, &[]), "10: 1/1");
}

fn willed(
    people: &Pedigree,
    person: usize,
    spouses: &[usize],
    will: &[(usize, i64, i64)],
) -> Result<String, FamilyError> {
    let spouses: Vec<_> = spouses.iter().map(|row| id(*row)).collect();
    let share = |(row, above, below): &(usize, i64, i64)| Share {
        heir: id(*row),
        part: Ratio::new(*above, *below).unwrap(),
    };
    let will: Vec<_> = will.iter().map(share).collect();
    let lineage = lineage(people);
    let estate = Deceased {
        lineage: &lineage,
        person: id(person),
        spouses: &spouses,
    };
    let shares = ForcedHeirship::default().heirs_with_will(&estate, &will)?;
    Ok(told(&shares))
}

#[test]
fn a_will_disposes_of_the_free_part() {
    let people = large();
    // Two children count: the daughter who lives, and the one who is represented. A third is free.
    let all = willed(&people, 0, &[1], &[(7, 1, 1)]).unwrap();
    assert_eq!(all, "2: 1/3, 5: 1/6, 6: 1/6, 7: 1/3");
    // Half of that third; the spouse has the other half, which is less than a quarter.
    let half = willed(&people, 0, &[1], &[(7, 1, 2)]).unwrap();
    assert_eq!(half, "1: 1/6, 2: 1/3, 5: 1/6, 6: 1/6, 7: 1/6");
    // A child may be preferred; what is left to the dead stays undisposed.
    let child = willed(&people, 0, &[], &[(2, 1, 2), (3, 1, 2)]).unwrap();
    assert_eq!(child, "2: 7/12, 5: 5/24, 6: 5/24");
    // Without children a quarter is the spouse's; without both all is free.
    let family = collaterals();
    assert_eq!(
        willed(&family, 9, &[13], &[(11, 1, 1)]).unwrap(),
        "11: 3/4, 13: 1/4"
    );
    assert_eq!(willed(&family, 9, &[], &[(11, 1, 1)]).unwrap(), "11: 1/1");
    assert_eq!(
        willed(&family, 9, &[], &[(11, 1, 2)]).unwrap(),
        "4: 1/4, 7: 1/4, 11: 1/2"
    );
    // What nobody inherits escheats.
    assert_eq!(willed(&people, 7, &[], &[(2, 1, 2)]).unwrap(), "2: 1/2");
}

#[test]
fn a_will_that_leaves_too_much_or_nothing_is_refused() {
    let people = large();
    for will in [&[(7, 0, 1)][..], &[(7, -1, 2)], &[(7, 2, 3), (2, 1, 2)]] {
        let error = willed(&people, 0, &[], will).unwrap_err();
        assert!(matches!(error, FamilyError::Will { .. }), "{error}");
    }
    let error = willed(&people, 0, &[], &[(99, 1, 1)]).unwrap_err();
    assert_eq!(error, FamilyError::NoSuchPerson { id: 99, people: 8 });
}

#[test]
fn strangers_to_the_lineage_are_refused() {
    let lineage = lineage(&large());
    for (person, spouses) in [(99, vec![]), (0, vec![id(99)])] {
        for rule in rules() {
            let error = rule.heirs(&Deceased {
                lineage: &lineage,
                person: id(person),
                spouses: &spouses,
            });
            let expected = FamilyError::NoSuchPerson { id: 99, people: 8 };
            assert_eq!(error, Err(expected));
        }
    }
}
