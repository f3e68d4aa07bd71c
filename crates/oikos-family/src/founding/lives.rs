//! The lives behind a population: those who live, and those who died before it was counted.

use oikos_core::{Date, Draw, Stream, Tick};
use oikos_world::Sex;

use crate::demography::period::PeriodRates;
use crate::error::FamilyError;
use crate::lineage::NOBODY;

/// First year of birth that is looked at: mothers of those born in [`KIN_SINCE`] may be as old as 50.
pub(super) const FIRST_YEAR: i32 = 1870;

/// First year of birth of those whose parents are looked for.
pub(super) const KIN_SINCE: i32 = 1920;

/// Whoever died at a lower age left no descendants, and is not looked at.
const ADULT_AGE: u32 = 15;

/// Of whom no day is known, or will come.
pub(super) const NEVER: i32 = i32::MAX;

/// One life. Days are days since 1 January 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) born: i32,
    /// [`NEVER`] for the living.
    pub(super) died: i32,
    pub(super) mother: u32,
    pub(super) father: u32,
    /// The latest union, by its number; [`NOBODY`] before the first.
    pub(super) union: u32,
    /// The eldest of the last delivery, whose day follows; [`NOBODY`] before the first.
    pub(super) last_child: u32,
    pub(super) last_delivery: i32,
    pub(super) children: u16,
    pub(super) female: bool,
}

impl Life {
    pub(super) const fn new(born: i32, died: i32, sex: Sex) -> Self {
        Self {
            born,
            died,
            mother: NOBODY,
            father: NOBODY,
            union: NOBODY,
            last_child: NOBODY,
            last_delivery: i32::MIN / 2,
            children: 0,
            female: matches!(sex, Sex::Female),
        }
    }

    pub(super) const fn lives(&self) -> bool {
        self.died == NEVER
    }

    pub(super) const fn sex(&self) -> Sex {
        if self.female { Sex::Female } else { Sex::Male }
    }
}

/// Calendar years, and the days on which they begin.
pub(super) fn first_day(year: i32) -> Result<i32, FamilyError> {
    Ok(oikos_core::date(year, 1, 1)?.days())
}

/// Everybody by day of birth: those who live, and as many dead as these leave behind by the life tables of their
/// years.
///
/// From the living of a year of birth, the tables of all years since then tell how many of them reached
/// [`ADULT_AGE`] (reverse survival); the others died, each on a day drawn from the same tables. Years of birth
/// of which too few live are taken to have been as large as the last ones of which enough do.
pub(super) fn lives(
    living: &[(i32, Sex)],
    today: Date,
    rates: &PeriodRates,
    stream: &Stream,
) -> Result<Vec<Life>, FamilyError> {
    let mut lives: Vec<Life> = living
        .iter()
        .map(|(born, sex)| Life::new(*born, NEVER, *sex))
        .collect();
    for sex in Sex::ALL {
        let mut of_year = vec![0_u32; (today.year() - FIRST_YEAR + 1).max(0) as usize];
        for (born, _) in living.iter().filter(|(_, of)| *of == sex) {
            let year = Date::from_days(*born)?.year() - FIRST_YEAR;
            if let Some(count) = usize::try_from(year)
                .ok()
                .and_then(|at| of_year.get_mut(at))
            {
                *count += 1;
            }
        }
        let mut large = Cohorts::new(&of_year);
        // The youngest first, so that the size of the old cohorts is known.
        for year in (FIRST_YEAR..=today.year() - ADULT_AGE as i32).rev() {
            let survival = survival(year, sex, today, rates);
            let dead = large.dead(year, *survival.last().unwrap_or(&0.0));
            let mut draw = stream.at(subject(year, sex), Tick::ZERO);
            let whole = libm::floor(dead);
            let dead = whole as u64 + u64::from(draw.unit() < dead - whole);
            for _ in 0..dead {
                lives.push(died(year, sex, today, &survival, &mut draw)?);
            }
        }
    }
    // Those of one day in the order in which they came: the living as they were given, then the dead.
    lives.sort_by_key(|life| life.born);
    Ok(lives)
}

fn subject(year: i32, sex: Sex) -> u64 {
    (year - FIRST_YEAR) as u64 * 2 + sex.index() as u64
}

/// Sizes of cohorts at [`ADULT_AGE`].
struct Cohorts {
    living: Vec<f64>,
    /// Size of the last cohorts of which enough live, and over how many it was taken.
    known: (f64, u32),
}

/// Years of birth on either side over which the living are averaged.
const AROUND: usize = 2;

/// Where a smaller share lives, a cohort's size is not told from it.
const SURVIVAL_MIN: f64 = 0.2;

/// Cohorts over which the size of the older ones is taken.
const KNOWN: u32 = 10;

impl Cohorts {
    fn new(of_year: &[u32]) -> Self {
        let around = |at: usize| {
            let from = at.saturating_sub(AROUND);
            let to = (at + AROUND).min(of_year.len() - 1);
            let sum: u32 = of_year[from..=to].iter().sum();
            f64::from(sum) / (to - from + 1) as f64
        };
        Self {
            living: (0..of_year.len()).map(around).collect(),
            known: (0.0, 0),
        }
    }

    /// How many of a cohort reached [`ADULT_AGE`] and have died.
    fn dead(&mut self, year: i32, survival: f64) -> f64 {
        let living = self
            .living
            .get((year - FIRST_YEAR) as usize)
            .copied()
            .unwrap_or(0.0);
        if survival >= SURVIVAL_MIN {
            let size = living / survival;
            let (mean, cohorts) = self.known;
            let cohorts = (cohorts + 1).min(KNOWN);
            self.known = (mean + (size - mean) / f64::from(cohorts), cohorts);
            size - living
        } else {
            self.known.0 * (1.0 - survival)
        }
    }
}

/// Shares of those born in the middle of a year who live at each birthday from [`ADULT_AGE`], and today, of those
/// who reached the first.
fn survival(year: i32, sex: Sex, today: Date, rates: &PeriodRates) -> Vec<f64> {
    let mut shares = vec![1.0];
    let mut share = 1.0;
    for of in year + ADULT_AGE as i32..today.year() {
        let age = (of - year) as u32;
        let table = &rates.at_year(of).mortality[sex.index()];
        share *= libm::exp(-table.force(age));
        shares.push(share);
    }
    shares
}

/// Somebody who reached [`ADULT_AGE`] and died before today.
fn died(
    year: i32,
    sex: Sex,
    today: Date,
    survival: &[f64],
    draw: &mut Draw,
) -> Result<Life, FamilyError> {
    let (first, next) = (first_day(year)?, first_day(year + 1)?);
    let born = draw.range(i64::from(first)..=i64::from(next) - 1)? as i32;
    let last = survival.last().copied().unwrap_or(0.0);
    // Between 1 and the share that lives today: the share that lived when this one died.
    let share = last + (1.0 - last) * (1.0 - draw.unit());
    let years = survival.partition_point(|lived| *lived >= share);
    let days = (f64::from(ADULT_AGE) + years as f64 - 1.0 + draw.unit()) * crate::DAYS_PER_YEAR;
    let died = (born + days as i32).clamp(born + 1, today.days() - 1);
    Ok(Life::new(born, died, sex))
}

#[cfg(test)]
mod tests {
    use oikos_core::{Seed, date};

    use super::*;
    use crate::Tables;

    #[test]
    fn as_many_died_as_the_tables_say() {
        let rates = PeriodRates::new(&Tables::us().unwrap()).unwrap();
        let today = date(2019, 7, 1).unwrap();
        // A thousand women of each year of birth from 1930 on.
        let living: Vec<(i32, Sex)> = (1930..2019)
            .flat_map(|year| {
                let first = first_day(year).unwrap();
                (0..1000).map(move |of| (first + of % 365, Sex::Female))
            })
            .collect();
        let stream = Stream::new(Seed(1), "test");
        let all = lives(&living, today, &rates, &stream).unwrap();
        assert!(all.is_sorted_by_key(|life| life.born));
        assert_eq!(all.iter().filter(|life| life.lives()).count(), living.len());
        assert!(all.iter().all(|life| life.female || !life.lives()));
        for year in [1935, 1950, 1980] {
            let of_year = |life: &&Life| {
                life.female
                    && (first_day(year).unwrap()..first_day(year + 1).unwrap()).contains(&life.born)
            };
            let dead: Vec<_> = all
                .iter()
                .filter(of_year)
                .filter(|life| !life.lives())
                .collect();
            let shares = survival(year, Sex::Female, today, &rates);
            let expected = 1000.0 / shares.last().unwrap() - 1000.0;
            assert!(
                (dead.len() as f64 - expected).abs() < 2.0,
                "{year}: {}",
                dead.len()
            );
            let before_50 = dead
                .iter()
                .filter(|life| f64::from(life.died - life.born) < 50.0 * 365.2425)
                .count();
            if year < 1960 {
                let died = (1.0 - shares[35]) / (1.0 - shares.last().unwrap());
                let expected = died * dead.len() as f64;
                let spread = 4.0 * libm::sqrt(expected);
                assert!(
                    (before_50 as f64 - expected).abs() < spread,
                    "{year}: {before_50} of {expected}"
                );
            }
        }
    }
}
