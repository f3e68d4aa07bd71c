//! Days lived and events by sex, completed age and calendar year: the Lexis squares.

#[cfg(test)]
mod tests;

use oikos_core::is_leap_year;

use crate::demography::calendar::{Birthday, first_day, year_of};
use crate::error::FamilyError;
use crate::tables::AGE_MAX;
use std::ops::RangeInclusive;

/// Rows by age, the last one open.
const AGES: usize = AGE_MAX as usize + 1;

/// Most calendar years observed at once.
const YEARS_MAX: i32 = 10_000;

/// The days through which somebody is observed, all as days since 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LifeSpan {
    /// Index into [`SEXES`](crate::SEXES).
    pub sex: usize,
    /// Day of birth.
    pub born_day: i32,
    /// First day exposed: the first on which they are alive when the tick of the day starts. For
    /// somebody born within a tick, the day after birth.
    pub entry_day: i32,
    /// Last day exposed, the day of death or of leaving included. Before `entry_day` there is no exposure.
    pub exit_day: i32,
}

/// A calendar year observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Year {
    /// Day number of 1 January.
    first_day: i64,
    /// Day number of the next 1 January.
    end_day: i64,
    leap: bool,
}

/// Person-days, deaths, deliveries and births by sex, completed age and calendar year.
///
/// Somebody is exposed on each day on which they are alive when the tick of the day starts, the day
/// of death included; so a chance per day times the days exposed is the number of events expected.
/// Ages are counted in calendar anniversaries; those above 150 count as 150. All sums are of whole
/// numbers, so the order in which lives are added does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    first_year: i32,
    years: Vec<Year>,
    days: Vec<[u64; 2]>,
    deaths: Vec<[u64; 2]>,
    immigrations: Vec<[u64; 2]>,
    emigrations: Vec<[u64; 2]>,
    deliveries: Vec<u64>,
    births: Vec<u64>,
}

impl Exposure {
    /// Nothing observed yet in the calendar years `first_year..=last_year`.
    ///
    /// # Errors
    /// When the years run backwards or are more than 10,000.
    pub fn new(first_year: i32, last_year: i32) -> Result<Self, FamilyError> {
        let count = i64::from(last_year) - i64::from(first_year) + 1;
        if !(1..=i64::from(YEARS_MAX)).contains(&count) {
            return Err(FamilyError::Years {
                first_year,
                last_year,
                max: YEARS_MAX,
            });
        }
        let year = |year: i32| {
            let first_day = first_day(year);
            let leap = is_leap_year(year);
            Year {
                first_day,
                end_day: first_day + 365 + i64::from(leap),
                leap,
            }
        };
        let cells = count as usize * AGES;
        Ok(Self {
            first_year,
            years: (first_year..=last_year).map(year).collect(),
            days: vec![[0; 2]; cells],
            deaths: vec![[0; 2]; cells],
            immigrations: vec![[0; 2]; cells],
            emigrations: vec![[0; 2]; cells],
            deliveries: vec![0; cells],
            births: vec![0; cells],
        })
    }

    /// First and last calendar year observed.
    #[must_use]
    pub fn years(&self) -> RangeInclusive<i32> {
        self.first_year..=self.first_year + (self.years.len() as i32 - 1)
    }

    /// Adds the days of one life.
    ///
    /// # Errors
    /// When the sex is unknown, the life is observed before birth or outside the years.
    pub fn add_life(&mut self, life: &LifeSpan) -> Result<(), FamilyError> {
        let &LifeSpan {
            sex,
            born_day: born,
            entry_day: entry,
            exit_day: exit,
        } = life;
        check_sex(sex)?;
        if exit < entry {
            return Ok(());
        }
        check_order(born, entry)?;
        let (first, last) = (self.year_row(entry)?, self.year_row(exit)?);
        let birthday = Birthday::new(born);
        let (from, to) = (i64::from(entry), i64::from(exit) + 1);
        for (row, year) in self.years.iter().enumerate().take(last + 1).skip(first) {
            let (start, end) = (from.max(year.first_day), to.min(year.end_day));
            let turn = year.first_day + birthday.days_after_new_year(year.leap);
            let turn = turn.clamp(start, end);
            // The age reached in this year; its first days may still be of the age before.
            let age = self.first_year + row as i32 - birthday.year;
            if turn > start {
                self.days[cell(row, age - 1)][sex] += (turn - start) as u64;
            }
            self.days[cell(row, age)][sex] += (end - turn) as u64;
        }
        Ok(())
    }

    /// Counts a death.
    ///
    /// # Errors
    /// When the sex is unknown, or the day lies before birth or outside the years.
    pub fn add_death(&mut self, sex: usize, born_day: i32, day: i32) -> Result<(), FamilyError> {
        check_sex(sex)?;
        let cell = self.cell_on(born_day, day)?;
        self.deaths[cell][sex] += 1;
        Ok(())
    }

    /// Counts somebody who comes from elsewhere.
    ///
    /// # Errors
    /// As [`Self::add_death`].
    pub fn add_immigration(
        &mut self,
        sex: usize,
        born_day: i32,
        day: i32,
    ) -> Result<(), FamilyError> {
        check_sex(sex)?;
        let cell = self.cell_on(born_day, day)?;
        self.immigrations[cell][sex] += 1;
        Ok(())
    }

    /// Counts somebody who leaves for good.
    ///
    /// # Errors
    /// As [`Self::add_death`].
    pub fn add_emigration(
        &mut self,
        sex: usize,
        born_day: i32,
        day: i32,
    ) -> Result<(), FamilyError> {
        check_sex(sex)?;
        let cell = self.cell_on(born_day, day)?;
        self.emigrations[cell][sex] += 1;
        Ok(())
    }

    /// Counts a delivery of one child or several.
    ///
    /// # Errors
    /// When there are no children or more than 255, or the day lies before the mother's birth or
    /// outside the years.
    pub fn add_delivery(
        &mut self,
        mother_born_day: i32,
        day: i32,
        children: u32,
    ) -> Result<(), FamilyError> {
        if !(1..=255).contains(&children) {
            return Err(FamilyError::Children { children });
        }
        let cell = self.cell_on(mother_born_day, day)?;
        self.deliveries[cell] += 1;
        self.births[cell] += u64::from(children);
        Ok(())
    }

    /// Person-days of a sex at a completed age in a calendar year; 0 where nothing was observed.
    #[must_use]
    pub fn days(&self, sex: usize, age: u32, year: i32) -> u64 {
        self.by_sex(&self.days, sex, age, year)
    }

    /// Deaths of a sex at a completed age in a calendar year.
    #[must_use]
    pub fn deaths(&self, sex: usize, age: u32, year: i32) -> u64 {
        self.by_sex(&self.deaths, sex, age, year)
    }

    /// People of a sex who came from elsewhere at a completed age in a calendar year.
    #[must_use]
    pub fn immigrations(&self, sex: usize, age: u32, year: i32) -> u64 {
        self.by_sex(&self.immigrations, sex, age, year)
    }

    /// People of a sex who left for good at a completed age in a calendar year.
    #[must_use]
    pub fn emigrations(&self, sex: usize, age: u32, year: i32) -> u64 {
        self.by_sex(&self.emigrations, sex, age, year)
    }

    /// Deliveries at a completed age of the mother in a calendar year.
    #[must_use]
    pub fn deliveries(&self, age: u32, year: i32) -> u64 {
        self.find(age, year)
            .and_then(|cell| self.deliveries.get(cell))
            .copied()
            .unwrap_or(0)
    }

    /// Children born at a completed age of the mother in a calendar year.
    #[must_use]
    pub fn births(&self, age: u32, year: i32) -> u64 {
        self.find(age, year)
            .and_then(|cell| self.births.get(cell))
            .copied()
            .unwrap_or(0)
    }

    fn by_sex(&self, counts: &[[u64; 2]], sex: usize, age: u32, year: i32) -> u64 {
        let pair = self.find(age, year).and_then(|cell| counts.get(cell));
        pair.and_then(|pair| pair.get(sex)).copied().unwrap_or(0)
    }

    /// The cell of an age and a year, if both are observed.
    fn find(&self, age: u32, year: i32) -> Option<usize> {
        let observed = self.years().contains(&year) && age <= AGE_MAX;
        observed.then(|| cell((year - self.first_year) as usize, age as i32))
    }

    fn year_row(&self, day: i32) -> Result<usize, FamilyError> {
        let year = year_of(day);
        if self.years().contains(&year) {
            return Ok((year - self.first_year) as usize);
        }
        let (first_year, last_year) = self.years().into_inner();
        Err(FamilyError::OutsideYears {
            day,
            first_year,
            last_year,
        })
    }

    fn cell_on(&self, born: i32, day: i32) -> Result<usize, FamilyError> {
        check_order(born, day)?;
        Ok(cell(self.year_row(day)?, Birthday::new(born).age_on(day)))
    }
}

fn cell(year_row: usize, age: i32) -> usize {
    year_row * AGES + (age.max(0) as usize).min(AGES - 1)
}

fn check_sex(sex: usize) -> Result<(), FamilyError> {
    if sex < 2 {
        Ok(())
    } else {
        Err(FamilyError::Sex { sex: sex as u32 })
    }
}

fn check_order(born: i32, day: i32) -> Result<(), FamilyError> {
    if day < born {
        Err(FamilyError::BeforeBirth { day, born })
    } else {
        Ok(())
    }
}
