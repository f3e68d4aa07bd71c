//! The mothers and fathers of those who were born in the past.

use oikos_core::{Draw, Stream, Tick};

use super::couples::{Past, PastUnion};
use super::lives::Life;
use crate::demography::parity::{BIRTH_INTERVAL_MIN_DAYS, RelativeRisks};
use crate::error::FamilyError;
use crate::lineage::NOBODY;
use crate::unions::GESTATION_DAYS;
use crate::{
    DAYS_PER_YEAR, End, FathersOutsideUnions, FertilityTable, MOTHER_AGE_MAX, MultipleBirths,
};

/// Women looked at for one child.
const LOOKS: usize = 64;

/// What tells who bore whom.
pub(super) struct Bearing<'a> {
    pub(super) risks: &'a RelativeRisks,
    pub(super) multiple: &'a MultipleBirths,
    pub(super) outside: FathersOutsideUnions,
    pub(super) stream: &'a Stream,
}

impl Past {
    /// Finds the parents of everybody who was born in a calendar year, in the order of birth.
    ///
    /// The age of the mother is drawn from fertility times women of each age then; among the women of that age
    /// everybody who lived and had not borne for the least interval counts by relative risk. Whose mother
    /// cannot be found that way has none that is known.
    pub(super) fn bear(
        &mut self,
        [first, next]: [i32; 2],
        fertility: &FertilityTable,
        gap: f64,
        bearing: &Bearing<'_>,
    ) -> Result<(), FamilyError> {
        let ages = self.women_by_age(i32::midpoint(first, next), fertility);
        let total: f64 = ages.iter().sum();
        let from = self.lives.partition_point(|life| life.born < first);
        let to = self.lives.partition_point(|life| life.born < next);
        let mut child = from;
        while child < to {
            let mut draw = bearing.stream.at(child as u64, Tick::ZERO);
            let born = self.lives[child].born;
            let mother = self.mother(born, &ages, total, bearing, &mut draw)?;
            let Some(mother) = mother else {
                child += 1;
                continue;
            };
            let father = self.father(mother, born, gap, bearing, &mut draw);
            let children = self.twins(child, to, bearing, &mut draw);
            for row in child..child + children {
                let life = &mut self.lives[row];
                (life.born, life.mother) = (born, mother);
                life.father = father.unwrap_or(NOBODY);
            }
            let life = &mut self.lives[mother as usize];
            (life.last_delivery, life.last_child) = (born, child as u32);
            life.children = life.children.saturating_add(children as u16);
            child += children;
        }
        Ok(())
    }

    /// Births that women of each age are to have, by their number on a day.
    fn women_by_age(&self, day: i32, fertility: &FertilityTable) -> Vec<f64> {
        let ages = 0..=MOTHER_AGE_MAX;
        ages.map(|age| match fertility.rate(age) {
            rate if rate > 0.0 => {
                let of_age = self.women_of(age, day);
                let alive = |row: &&u32| self.life(**row).died > day;
                rate * of_age.iter().filter(alive).count() as f64
            }
            _ => 0.0,
        })
        .collect()
    }

    /// The women, dead or alive, who had or would have had a completed age on a day.
    fn women_of(&self, age: u32, day: i32) -> &[u32] {
        let days = |years: u32| (f64::from(years) * DAYS_PER_YEAR) as i32;
        let from = self
            .women_born
            .partition_point(|born| *born <= day - days(age + 1));
        let to = self
            .women_born
            .partition_point(|born| *born <= day - days(age));
        &self.women[from..to]
    }

    fn mother(
        &self,
        born: i32,
        ages: &[f64],
        total: f64,
        bearing: &Bearing<'_>,
        draw: &mut Draw,
    ) -> Result<Option<u32>, FamilyError> {
        let mut share = draw.unit() * total;
        let at = ages.iter().position(|births| {
            share -= births;
            share < 0.0
        });
        let women = at.map_or(&[][..], |age| self.women_of(age as u32, born));
        let risks = bearing.risks;
        let highest = |risks: &[f64]| risks.iter().copied().fold(0.0, f64::max);
        let highest = highest(&risks.by_union()) * highest(&risks.by_parity());
        let mut last = None;
        for _ in 0..if women.is_empty() { 0 } else { LOOKS } {
            let woman = women[draw.below(women.len() as u64)? as usize];
            let life = self.life(woman);
            let rested = born - life.last_delivery >= BIRTH_INTERVAL_MIN_DAYS as i32;
            if life.died <= born || !rested {
                continue;
            }
            last = Some(woman);
            let union = self.union_at(woman, born).filter(|union| union.on(born));
            let status = union.map_or(0, |union| 1 + usize::from(union.wed <= born));
            let risk = risks.of(status, usize::from(life.children));
            if draw.unit() * highest < risk {
                return Ok(Some(woman));
            }
        }
        Ok(last)
    }

    /// The partner of the mother, the one who died while she was pregnant, or a single man.
    fn father(
        &mut self,
        mother: u32,
        born: i32,
        gap: f64,
        bearing: &Bearing<'_>,
        draw: &mut Draw,
    ) -> Option<u32> {
        let his = |union: &&PastUnion| {
            let over = union.ended <= born;
            let late = || union.end == End::Death && born - union.ended <= GESTATION_DAYS;
            !over || late()
        };
        if let Some(union) = self.union_at(mother, born).filter(his) {
            return Some(union.partners[1]);
        }
        match bearing.outside {
            FathersOutsideUnions::ByAgeGap => {
                if let Some(father) = self.father_before(mother, born) {
                    return Some(father);
                }
                self.find_man(mother, born, gap, draw).map(|man| man.row)
            }
            FathersOutsideUnions::Unknown => None,
        }
    }

    /// The father of the last child of a mother, if he lives and is in no union on a day.
    pub(super) fn father_before(&self, mother: u32, day: i32) -> Option<u32> {
        let last = self.life(mother).last_child;
        let father = self.lives.get(last as usize)?.father;
        let alive = self.lives.get(father as usize)?.died > day;
        let free = self
            .union_at(father, day)
            .is_none_or(|union| !union.on(day));
        (alive && free).then_some(father)
    }

    /// How many of those who follow were born together with a child: they are taken to be its twins if the day
    /// can be made the same without making anybody older by a year.
    fn twins(&self, child: usize, to: usize, bearing: &Bearing<'_>, draw: &mut Draw) -> usize {
        let [single, twins, _] = bearing.multiple.children_per_delivery();
        let share = draw.unit();
        let wanted = 1 + usize::from(share >= single) + usize::from(share >= single + twins);
        let age = |life: &Life, born: i32| self.completed(if life.lives() { born } else { 0 });
        let born = self.lives[child].born;
        let same = |row: &usize| {
            let life = &self.lives[*row];
            age(life, life.born) == age(life, born)
        };
        let after = (child + 1..to.min(child + wanted)).take_while(same);
        1 + after.count()
    }

    /// Completed years on the day on which the past ends.
    fn completed(&self, born: i32) -> Option<i32> {
        let date = |day: i32| oikos_core::Date::from_days(day).ok();
        let (born, today) = (date(born)?, date(self.today)?);
        let birthday = (born.month(), born.day()) <= (today.month(), today.day());
        Some(today.year() - born.year() - i32::from(!birthday))
    }
}
