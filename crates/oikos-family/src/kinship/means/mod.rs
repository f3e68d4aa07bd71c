//! Mean numbers of living kin of a group, and for how many of it all that is counted is known.

#[cfg(test)]
mod tests;

use oikos_world::PersonId;

use super::by_age::{COVERAGE_MIN, PARENT_AGES};
use super::{Kin, Line, Relations};
use crate::DAYS_PER_YEAR;
use crate::lineage::NOBODY;

/// Mean numbers of living kin of some people, by kind, with the coverage of each: for what share of the people all
/// is known that the count goes through. Where that is below 95 %, there is no mean.
///
/// Kin that are found through ancestors are known where all these ancestors are recorded (as
/// [`Relations::complete`] says for [`Kin::generations_up`]), and the mean is that of the people of whom they are. Of
/// children, grandchildren and great-grandchildren no ancestor tells: they are known by having parents, and the
/// coverage is the share of those with known parents among the living who may be such descendants, born when one of
/// the people was from 15 to 50 years old, or a descendant of theirs was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KinMeans {
    focal: u64,
    /// Of how many people the kin of a kind are known, and how many of these kin live.
    known: [u64; Kin::ALL.len()],
    kin: [u64; Kin::ALL.len()],
    /// Of descendants by generation: the share of those who may be, whose parents are known.
    descendants: [f64; 3],
}

impl KinMeans {
    /// Number of people whose kin were counted.
    #[must_use]
    pub const fn focal(&self) -> u64 {
        self.focal
    }

    /// The coverage of a kind of kin, 0 to 1; `None` of nobody.
    #[must_use]
    pub fn coverage(&self, kin: Kin) -> Option<f64> {
        match kin.generations_down() {
            Some(generations) => (self.focal > 0).then(|| self.descendants[generations - 1]),
            None => ratio(self.known[kin as usize], self.focal),
        }
    }

    /// The mean number of living kin of a kind; `None` where the [coverage](Self::coverage) is below 0.95.
    #[must_use]
    pub fn mean(&self, kin: Kin) -> Option<f64> {
        let enough = self.coverage(kin)? >= COVERAGE_MIN;
        ratio(self.kin[kin as usize], self.known[kin as usize]).filter(|_| enough)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Kin {
    /// Of descendants, how many generations they are below.
    const fn generations_down(self) -> Option<usize> {
        match self {
            Self::Children => Some(1),
            Self::Grandchildren => Some(2),
            Self::GreatGrandchildren => Some(3),
            _ => None,
        }
    }
}

impl Relations<'_> {
    /// Mean numbers of living kin of these people, each of whom counts as often as they are given, with the coverage
    /// of each kind. Ids that nobody has had are left out.
    ///
    /// [`Line::Maternal`] asks for mothers alone where it asks whether kin are known: in models without fathers.
    #[must_use]
    pub fn mean_living_kin(
        &self,
        focal: impl IntoIterator<Item = PersonId>,
        line: Line,
    ) -> KinMeans {
        let mut means = KinMeans {
            focal: 0,
            known: [0; Kin::ALL.len()],
            kin: [0; Kin::ALL.len()],
            descendants: [1.0; 3],
        };
        let mut born: Option<[i32; 2]> = None;
        for person in focal {
            let (Some(counts), Some(record)) = (
                self.living_kin(person),
                self.lineage.record(self.row(person)),
            ) else {
                continue;
            };
            means.focal += 1;
            let [first, last] = born.unwrap_or([record.born(); 2]);
            born = Some([first.min(record.born()), last.max(record.born())]);
            for kin in Kin::ALL {
                if self.complete(person, kin.generations_up(), line) {
                    means.known[kin as usize] += 1;
                    means.kin[kin as usize] += u64::from(counts.get(kin));
                }
            }
        }
        if let Some(born) = born {
            means.descendants = self.descendants_known(born, line);
        }
        means
    }

    /// Of the living who may be children, grandchildren and great-grandchildren of people born in a range of days, the
    /// shares whose parents are known; 1 where there can be nobody.
    fn descendants_known(&self, [first, last]: [i32; 2], line: Line) -> [f64; 3] {
        let years = |years: u32| (f64::from(years) * DAYS_PER_YEAR) as i32;
        let youngest = first.saturating_add(years(*PARENT_AGES.start()));
        // Until the day before a parent is a year older than the oldest.
        let oldest = years(*PARENT_AGES.end() + 1);
        let until = [1, 2, 3].map(|generations: i32| last.saturating_add(generations * oldest));
        let (mut all, mut known) = ([0_u64; 3], [0_u64; 3]);
        for row in 0..self.lineage.len() as u32 {
            let Some(record) = self.lineage.record(row).filter(|it| it.is_present()) else {
                continue;
            };
            let [mother, father] = record.parents();
            let has_parents = mother != NOBODY && (line == Line::Maternal || father != NOBODY);
            for (generation, until) in until.into_iter().enumerate() {
                let may_be = (youngest..until).contains(&record.born());
                all[generation] += u64::from(may_be);
                known[generation] += u64::from(may_be && has_parents);
            }
        }
        [0, 1, 2].map(|generation| ratio(known[generation], all[generation]).unwrap_or(1.0))
    }
}
