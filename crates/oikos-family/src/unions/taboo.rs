//! Who may not form a union with whom.

use oikos_world::PersonId;

use crate::kinship::Relations;
use crate::lineage::Lineage;

/// Steps from one person up to a common ancestor and down to the other, up to which they are too close.
const TOO_CLOSE: u32 = 3;

/// Whether two people are too close kin for a union: lineal kin up to great-grandparents, full or half
/// siblings, aunt or uncle and nephew or niece. First cousins may.
pub(super) fn too_close(lineage: &Lineage, one: PersonId, other: PersonId) -> bool {
    let relation = Relations::new(lineage).relation(one, other, TOO_CLOSE);
    one == other || relation.is_some_and(|found| found.up_a + found.up_b <= TOO_CLOSE)
}

#[cfg(test)]
mod tests {
    use oikos_core::{StableId, date};
    use oikos_world::{BirthDate, Sex};

    use super::*;
    use crate::Founder;

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
}
