//! Coefficients of kinship in a pedigree: V33.

use oikos::family::{Founder, Kinship, Lineage};
use oikos::prelude::*;

use crate::row::Bound::Within;
use crate::row::Row;

/// People one after the other; parents come before their children.
#[derive(Default)]
struct Pedigree {
    people: Vec<Founder>,
    /// With a broken rule fathers are not on record.
    has_fathers: bool,
}

impl Pedigree {
    fn add(
        &mut self,
        year: i32,
        sex: Sex,
        parents: Option<[PersonId; 2]>,
    ) -> Result<PersonId, oikos::Error> {
        let mut person = Founder::new(BirthDate(date(year, 1, 1)?), sex);
        if let Some([mother, father]) = parents {
            person = person.mother(mother);
            if self.has_fathers {
                person = person.father(father);
            }
        }
        self.people.push(person);
        Ok(PersonId::new(self.people.len() as u64 - 1)?)
    }
}

/// Exact coefficients of relatives through fathers; with `perturb` fathers are not on record.
pub(super) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let mut all = Pedigree {
        has_fathers: !perturb,
        ..Pedigree::default()
    };
    let (man, woman) = (Sex::Male, Sex::Female);
    let [grandmother, grandfather] = [all.add(1900, woman, None)?, all.add(1900, man, None)?];
    let [other_mother, other_father] = [all.add(1900, woman, None)?, all.add(1900, man, None)?];
    let old = Some([grandmother, grandfather]);
    let [first, second] = [all.add(1925, man, old)?, all.add(1926, man, old)?];
    let others = Some([other_mother, other_father]);
    let [bride, sister] = [all.add(1925, woman, others)?, all.add(1926, woman, others)?];
    let [stranger, third] = [all.add(1927, woman, None)?, all.add(1928, woman, None)?];
    // Two brothers have children with two sisters, and one of them with somebody else too.
    let child = all.add(1950, man, Some([bride, first]))?;
    let sibling = all.add(1951, man, Some([bride, first]))?;
    let double = all.add(1951, man, Some([sister, second]))?;
    let half = all.add(1952, man, Some([stranger, first]))?;
    let cousin = all.add(1953, man, Some([third, second]))?;
    let [wife, other_wife] = [all.add(1952, woman, None)?, all.add(1953, woman, None)?];
    let grandchild = all.add(1980, man, Some([wife, half]))?;
    let second_cousin = all.add(1981, woman, Some([other_wife, cousin]))?;
    let lineage = Lineage::of_founders(date(2000, 1, 1)?, &all.people)?;
    let mut kinship = Kinship::new(&lineage);
    let pairs = [
        ("father and child", first, child, 1.0 / 4.0),
        ("full brothers", child, sibling, 1.0 / 4.0),
        ("half-brothers", child, half, 1.0 / 8.0),
        ("uncle and nephew", second, half, 1.0 / 8.0),
        ("first cousins", half, cousin, 1.0 / 16.0),
        ("double first cousins", child, double, 1.0 / 8.0),
        ("second cousins", grandchild, second_cousin, 1.0 / 64.0),
    ];
    let rows = pairs.into_iter().map(|(name, one, other, expected)| {
        Row::of_value(
            format!("V33 kinship of {name}"),
            "Wright 1922",
            (expected, Within(0.0)),
            kinship.kinship(one, other).unwrap_or(f64::NAN),
            1,
        )
    });
    Ok(rows.collect())
}
