//! Kin by kind, and how many of them live.

use oikos_core::Date;
use oikos_world::PersonId;

use super::generations::{downward, next, upward};
use super::{Relations, Sibling, sibling_rows};
use crate::lineage::{Lineage, NOBODY, Record, person};

/// Kinds of kin. Whoever is kin in several ways is of each of these kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kin {
    /// The mother.
    Mother,
    /// The father.
    Father,
    /// Parents' parents.
    Grandparents,
    /// Grandparents' parents.
    GreatGrandparents,
    /// Children.
    Children,
    /// Children's children.
    Grandchildren,
    /// Grandchildren's children.
    GreatGrandchildren,
    /// Those with the same mother and the same father.
    FullSiblings,
    /// Those with the same mother or the same father.
    HalfSiblings,
    /// Children of siblings, full and half.
    NiecesAndNephews,
    /// Siblings of parents, full and half.
    AuntsAndUncles,
    /// Children of aunts and uncles: first cousins, full and half.
    Cousins,
}

impl Kin {
    /// All, from the mother on.
    pub const ALL: [Self; 12] = [
        Self::Mother,
        Self::Father,
        Self::Grandparents,
        Self::GreatGrandparents,
        Self::Children,
        Self::Grandchildren,
        Self::GreatGrandchildren,
        Self::FullSiblings,
        Self::HalfSiblings,
        Self::NiecesAndNephews,
        Self::AuntsAndUncles,
        Self::Cousins,
    ];

    /// The label in output.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Grandparents => "grandparents",
            Self::GreatGrandparents => "great-grandparents",
            Self::Children => "children",
            Self::Grandchildren => "grandchildren",
            Self::GreatGrandchildren => "great-grandchildren",
            Self::FullSiblings => "full siblings",
            Self::HalfSiblings => "half-siblings",
            Self::NiecesAndNephews => "nieces and nephews",
            Self::AuntsAndUncles => "aunts and uncles",
            Self::Cousins => "cousins",
        }
    }

    /// How many generations of ancestors must be known to know all of this kind: what
    /// [`Relations::complete`] is asked with.
    #[must_use]
    pub const fn generations_up(self) -> u32 {
        match self {
            Self::Children | Self::Grandchildren | Self::GreatGrandchildren => 0,
            Self::Mother | Self::Father => 1,
            Self::FullSiblings | Self::HalfSiblings | Self::NiecesAndNephews => 1,
            Self::Grandparents | Self::AuntsAndUncles | Self::Cousins => 2,
            Self::GreatGrandparents => 3,
        }
    }

    /// The rows of these kin of a row, ascending.
    fn rows(self, lineage: &Lineage, of: u32) -> Vec<u32> {
        let up = |kin: Self| next(lineage, &kin.rows(lineage, of), upward);
        let down = |kin: Self| next(lineage, &kin.rows(lineage, of), downward);
        let [mother, father] = lineage.parent_rows(of);
        let mut rows = match self {
            Self::Mother => vec![mother],
            Self::Father => vec![father],
            Self::Grandparents => next(lineage, &[mother, father], upward),
            Self::GreatGrandparents => up(Self::Grandparents),
            Self::Children => next(lineage, &[of], downward),
            Self::Grandchildren => down(Self::Children),
            Self::GreatGrandchildren => down(Self::Grandchildren),
            Self::FullSiblings => siblings(lineage, of, |sibling| sibling == Sibling::Full),
            Self::HalfSiblings => siblings(lineage, of, |sibling| sibling == Sibling::Half),
            Self::NiecesAndNephews => next(lineage, &siblings(lineage, of, |_| true), downward),
            Self::AuntsAndUncles => {
                let mut rows = siblings(lineage, mother, |_| true);
                rows.extend(siblings(lineage, father, |_| true));
                rows
            }
            Self::Cousins => down(Self::AuntsAndUncles),
        };
        // Where parents are siblings, one is one's own cousin in name; nobody means that.
        rows.retain(|row| *row != NOBODY && *row != of);
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

fn siblings(lineage: &Lineage, of: u32, counts: impl Fn(Sibling) -> bool) -> Vec<u32> {
    let siblings = sibling_rows(lineage, of).into_iter();
    let chosen = siblings.filter(|(_, sibling)| counts(*sibling));
    chosen.map(|(row, _)| row).collect()
}

/// How many living kin somebody has, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct KinCounts([u32; Kin::ALL.len()]);

impl KinCounts {
    /// The living kin of a kind.
    #[must_use]
    pub const fn get(&self, kin: Kin) -> u32 {
        self.0[kin as usize]
    }
}

/// Through whom ancestors are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Through mothers and fathers.
    Both,
    /// Through mothers alone: for models in which fathers are not known.
    Maternal,
}

impl Relations<'_> {
    /// The kin of a kind, alive or dead, in the order of their ids.
    pub fn kin(&self, of: PersonId, kin: Kin) -> impl Iterator<Item = PersonId> + use<> {
        let rows = kin.rows(self.lineage, self.row(of)).into_iter();
        rows.filter_map(person)
    }

    /// How many living kin somebody has; `None` for an id that nobody has had. The dead may be asked about. Means over
    /// people, with what share of them all kin are known of: [`Self::mean_living_kin`].
    #[must_use]
    pub fn living_kin(&self, focal: PersonId) -> Option<KinCounts> {
        self.count_kin(focal, Record::is_present)
    }

    /// How many kin somebody had who lived at the end of a past day: born on it or before, and neither dead nor
    /// gone by it. Who came later lived elsewhere, and counts. `None` for an id that nobody has had; somebody who
    /// was not born then has kin too.
    #[must_use]
    pub fn living_kin_on(&self, focal: PersonId, day: Date) -> Option<KinCounts> {
        self.count_kin(focal, |kin| kin.lived_on(day.days()))
    }

    fn count_kin(&self, focal: PersonId, counts: impl Fn(&Record) -> bool) -> Option<KinCounts> {
        let row = self.lineage.row(focal)?;
        let counts = |row: &&u32| self.lineage.record(**row).is_some_and(&counts);
        Some(KinCounts(Kin::ALL.map(|kin| {
            let rows = kin.rows(self.lineage, row);
            rows.iter().filter(counts).count() as u32
        })))
    }

    /// Whether all ancestors of somebody are recorded for so many generations up, so that a count of kin
    /// through them misses nobody: statistics say for how many that holds. False for an id that nobody has
    /// had. Whether all fathers of children are known, no ancestor tells.
    #[must_use]
    pub fn complete(&self, focal: PersonId, generations: u32, line: Line) -> bool {
        let mut level = vec![self.row(focal)];
        for _ in 0..generations {
            let parents = level.iter().map(|row| self.lineage.parent_rows(*row));
            level = match line {
                Line::Both => parents.flatten().collect(),
                Line::Maternal => parents.map(|[mother, _]| mother).collect(),
            };
            level.sort_unstable();
            level.dedup();
            if level.contains(&NOBODY) {
                return false;
            }
        }
        self.lineage.row(focal).is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pedigree::{id, lineage, pedigrees, today};

    proptest! {
        /// Everybody is born a day after the one before, and whoever died did so yesterday.
        #[test]
        fn kin_of_a_past_day_are_those_born_by_then_and_not_dead(
            people in pedigrees(), days_ago in 0_i32..110,
        ) {
            let lineage = lineage(&people);
            let relations = Relations::new(&lineage);
            let day = today().plus_days(-days_ago).unwrap();
            for focal in (0..people.len()).map(id) {
                let counts = relations.living_kin_on(focal, day).unwrap();
                for kin in Kin::ALL {
                    let lived = |other: &PersonId| {
                        let record = lineage.get(*other).unwrap();
                        record.born <= day && record.died.is_none_or(|(died, _)| died > day)
                    };
                    let expected = relations.kin(focal, kin).filter(lived).count() as u32;
                    prop_assert_eq!(counts.get(kin), expected);
                }
            }
            let now = people.len() as i32 - 100;
            let last = today().plus_days(now.max(0)).unwrap();
            prop_assert_eq!(relations.living_kin_on(id(0), last), relations.living_kin(id(0)));
            prop_assert_eq!(relations.living_kin_on(id(people.len()), day), None);
        }
    }
}
