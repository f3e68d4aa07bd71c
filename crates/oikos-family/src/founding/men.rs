//! Men for women who enter unions or bear children in the past.

use oikos_core::Draw;

use super::couples::{Past, bucket};
use super::lives::{Life, NEVER};
use crate::lineage::NOBODY;
use crate::{AgeGap, DAYS_PER_YEAR, UNION_AGE_MIN};

/// Looks at single men of one year of birth, before the next year's are looked at.
const LOOKS: usize = 16;

/// Years of birth looked at on either side.
const YEARS_AROUND: i32 = 8;

/// A single man, and where he stands among those of his year of birth.
pub(super) struct SingleMan {
    pub(super) row: u32,
    pub(super) year: usize,
    pub(super) place: usize,
}

impl Past {
    /// The father of a woman's last child, where the two have not lived together yet and he is single.
    pub(super) fn parent_of_her_child(&self, woman: u32, day: i32) -> Option<SingleMan> {
        let row = self.father_before(woman, day)?;
        let known = self
            .union_at(woman, NEVER - 1)
            .is_some_and(|union| union.partners[1] == row);
        let year = bucket(self.life(row).born);
        let place = self.single_men[year].iter().position(|man| *man == row)?;
        (!known).then_some(SingleMan { row, year, place })
    }

    /// A single man who lives on a day and is no close kin of a woman, of an age drawn for her.
    pub(super) fn find_man(
        &mut self,
        woman: u32,
        day: i32,
        mean_gap: f64,
        draw: &mut Draw,
    ) -> Option<SingleMan> {
        let youngest = day - (f64::from(UNION_AGE_MIN) * DAYS_PER_YEAR) as i32;
        let wanted = bucket(birth_of_man(
            self.life(woman).born,
            mean_gap,
            youngest,
            draw,
        )) as i32;
        let around = (1..=YEARS_AROUND).flat_map(|far| [wanted - far, wanted + far]);
        for year in std::iter::once(wanted).chain(around) {
            let Ok(year) = usize::try_from(year) else {
                continue;
            };
            for _ in 0..LOOKS {
                let Some(men) = self.single_men.get_mut(year).filter(|men| !men.is_empty()) else {
                    break;
                };
                let place = draw.below(men.len() as u64).ok()? as usize;
                let row = men[place];
                let life = &self.lives[row as usize];
                if life.died <= day {
                    men.swap_remove(place);
                    continue;
                }
                let free = self.unions.get(life.union as usize);
                let free = free.is_none_or(|union| union.ended <= day);
                if free && life.born <= youngest && !self.close_kin(woman, row) {
                    return Some(SingleMan { row, year, place });
                }
            }
        }
        None
    }

    /// Whether two people are too close kin for a union, as far as their ancestors are known: at most three
    /// steps apart, as [`crate::unions`] has it.
    fn close_kin(&self, one: u32, other: u32) -> bool {
        let above = [one, other].map(|row| self.above(row));
        above[0].iter().any(|(ancestor, up)| {
            let other = above[1].iter().find(|(row, _)| row == ancestor);
            other.is_some_and(|(_, down)| up + down <= 3)
        })
    }

    /// Somebody and all known ancestors up to three generations, with the generations up.
    fn above(&self, row: u32) -> Vec<(u32, u32)> {
        let mut above = vec![(row, 0)];
        let mut at = 0;
        while let Some((row, up)) = above.get(at).copied() {
            at += 1;
            if up < 3 {
                let Life { mother, father, .. } = *self.life(row);
                let known = [mother, father].into_iter().filter(|row| *row != NOBODY);
                above.extend(known.map(|parent| (parent, up + 1)));
            }
        }
        above
    }
}

/// A day of birth drawn for the man of a woman: the gap between them is normal, cut off where he would be too young.
/// Whoever is drawn too young is drawn again, and not made as old as he must be: many would be of just that age.
fn birth_of_man(born: i32, mean_gap: f64, youngest: i32, draw: &mut Draw) -> i32 {
    for _ in 0..LOOKS {
        let gap = (mean_gap + AgeGap::ASSUMED.sd() * draw.normal()) * DAYS_PER_YEAR;
        let born = born - gap as i32;
        if born <= youngest {
            return born;
        }
    }
    youngest
}

#[cfg(test)]
mod tests {
    use oikos_core::{Seed, Stream, Tick};

    use super::*;

    /// Men for women of 16 who are two years older on average: a third of those drawn would be too young.
    #[test]
    fn men_are_as_old_as_a_normal_law_cut_off_says_and_not_many_just_old_enough() {
        let (sd, years) = (AgeGap::ASSUMED.sd(), |years: f64| {
            (years * DAYS_PER_YEAR) as i32
        });
        let (woman, youngest) = (years(-16.0), years(-f64::from(UNION_AGE_MIN)));
        let stream = Stream::new(Seed(1), "men");
        let (mut in_first_year, men) = (0, 20_000);
        for man in 0..men {
            let mut draw = stream.at(man, Tick::ZERO);
            let born = birth_of_man(woman, 2.0, youngest, &mut draw);
            assert!(born <= youngest);
            in_first_year += u32::from(born > youngest - years(1.0));
        }
        // Gaps from -1 to 0 among those from -1 on.
        let above = |gap: f64| 0.5 * libm::erfc((gap - 2.0) / sd / libm::sqrt(2.0));
        let share = (above(-1.0) - above(0.0)) / above(-1.0);
        let error = libm::sqrt(share * (1.0 - share) / men as f64);
        let found = f64::from(in_first_year) / men as f64;
        assert!((found - share).abs() < 4.0 * error, "{found} {share}");
    }
}
