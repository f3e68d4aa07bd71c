//! Who may not form a union with whom.

use oikos_world::PersonId;

use crate::lineage::{Lineage, NOBODY};

/// Whether two people are too close kin for a union: lineal kin up to great-grandparents, full or half
/// siblings, aunt or uncle and nephew or niece. First cousins may.
///
/// Asked for each man whom a woman may meet: it reads no more ancestors than it takes.
pub(super) fn too_close(lineage: &Lineage, one: PersonId, other: PersonId) -> bool {
    let (Some(one), Some(other)) = (lineage.row(one), lineage.row(other)) else {
        return one == other;
    };
    // Parents stand before their children, so of the two only the first can be an ancestor.
    let (first, second) = (one.min(other), one.max(other));
    let parents = |row: u32| lineage.parent_rows(row);
    let (above, aboves) = (parents(first), parents(second));
    if first == second || aboves.contains(&first) || meet(&above, &aboves) {
        return true;
    }
    let grandparents = aboves.map(parents);
    let of_second = grandparents.as_flattened();
    let of_first = above.map(parents);
    let great = |grandparent: &u32| *grandparent > first && parents(*grandparent).contains(&first);
    of_second.contains(&first)
        || meet(&above, of_second)
        || meet(of_first.as_flattened(), &aboves)
        || known(of_second).any(great)
}

fn known(rows: &[u32]) -> impl Iterator<Item = &u32> {
    rows.iter().filter(|row| **row != NOBODY)
}

/// Whether somebody is among both.
fn meet(some: &[u32], others: &[u32]) -> bool {
    known(some).any(|row| others.contains(row))
}

#[cfg(test)]
mod tests {
    use oikos_core::{StableId, date};
    use oikos_world::{BirthDate, Sex};

    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::Founder;
    use crate::kinship::Relations;
    use crate::pedigree::{self, Pedigree};

    /// A couple (0, 1), their children (2, 3), a half-sister of these (5, with 4), a grandchild (7, by 2 and
    /// 6), a great-grandchild (9, by 7 and 8), and a cousin of 7 (10, by 3 and 8).
    fn lineage() -> Lineage {
        let id = |id| PersonId::new(id).unwrap();
        let person = |year: i32, sex| Founder::new(BirthDate(date(year, 1, 1).unwrap()), sex);
        let child =
            |year, sex, mother, father| person(year, sex).mother(id(mother)).father(id(father));
        let (woman, man) = (Sex::Female, Sex::Male);
        let people = [
            person(1900, woman),
            person(1900, man),
            child(1922, woman, 0, 1),
            child(1924, man, 0, 1),
            person(1905, woman),
            child(1930, woman, 4, 1),
            person(1920, man),
            child(1945, woman, 2, 6),
            person(1944, man),
            child(1970, woman, 7, 8),
            person(1926, woman),
            child(1950, man, 10, 3),
        ];
        Lineage::of_founders(date(2000, 1, 1).unwrap(), &people).unwrap()
    }

    #[test]
    fn close_kin_are_too_close_and_cousins_are_not() {
        let lineage = lineage();
        let close = |one, other| {
            let [one, other] = [one, other].map(|id| PersonId::new(id).unwrap());
            let forth = too_close(&lineage, one, other);
            assert_eq!(forth, too_close(&lineage, other, one));
            forth
        };
        let kin = [
            (0, 0),
            (0, 2),
            (0, 7),
            (0, 9),
            (2, 3),
            (3, 5),
            (3, 7),
            (5, 7),
            (5, 11),
        ];
        for (one, other) in kin {
            assert!(close(one, other), "{one} and {other}");
        }
        for (one, other) in [(0, 1), (2, 6), (7, 11), (9, 11), (4, 3), (8, 11)] {
            assert!(!close(one, other), "{one} and {other}");
        }
    }

    /// Beside the relation that the pedigree shows.
    #[test]
    fn who_is_too_close_stands_at_most_three_steps_away() {
        let mut close = 0;
        for people in sampled(300) {
            let lineage = pedigree::lineage(&people);
            let relations = Relations::new(&lineage);
            for one in 0..people.len() {
                for other in 0..people.len() {
                    let (a, b) = (pedigree::id(one), pedigree::id(other));
                    let relation = relations.relation(a, b, 3);
                    let near = relation.is_some_and(|found| found.up_a + found.up_b <= 3);
                    close += u32::from(near);
                    assert_eq!(too_close(&lineage, a, b), near || a == b, "{a} and {b}");
                }
            }
        }
        assert!(close > 10_000, "{close}");
    }

    fn sampled(number: usize) -> Vec<Pedigree> {
        let mut runner = TestRunner::deterministic();
        let sample = || {
            pedigree::pedigrees()
                .new_tree(&mut runner)
                .unwrap()
                .current()
        };
        std::iter::repeat_with(sample).take(number).collect()
    }
}
