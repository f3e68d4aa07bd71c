//! Rates recovered from what was observed: forces, life tables and fertility.

use crate::demography::chance::{DAYS_PER_YEAR, force_from_days};
use crate::demography::fertility::{FertilityTable, MOTHER_AGE_MAX};
use crate::demography::lexis::Exposure;
use crate::demography::life_table::LifeTable;
use crate::error::FamilyError;
use crate::tables::AGE_MAX;
use crate::{FEMALE, SEXES};
use std::ops::RangeInclusive;

impl Exposure {
    /// The force of mortality per year of a sex over a range of ages and calendar years:
    /// `-ln(1 - D / N) / d` from `D` deaths in `N` person-days, with `d` the length of a day in
    /// years.
    ///
    /// # Errors
    /// When the sex is unknown or nobody was observed.
    pub fn force(
        &self,
        sex: usize,
        ages: RangeInclusive<u32>,
        years: RangeInclusive<i32>,
    ) -> Result<f64, FamilyError> {
        let name = SEXES.get(sex).ok_or(FamilyError::Sex { sex: sex as u32 })?;
        let age = *ages.start();
        let days = self.sum(ages.clone(), years.clone(), |age, year| {
            self.days(sex, age, year)
        });
        let deaths = self.sum(ages, years, |age, year| self.deaths(sex, age, year));
        if days == 0 {
            return Err(FamilyError::NoExposure { sex: name, age });
        }
        Ok(force_from_days(deaths as f64, days as f64, DAYS_PER_YEAR))
    }

    /// The life table of a sex over a range of calendar years, with one force for all ages from
    /// `open_age` on.
    ///
    /// # Errors
    /// When the sex is unknown, an age below `open_age` was not observed, or nobody died from
    /// `open_age` on.
    pub fn life_table(
        &self,
        sex: usize,
        years: RangeInclusive<i32>,
        open_age: u32,
    ) -> Result<LifeTable, FamilyError> {
        let open_age = open_age.min(AGE_MAX);
        let mut forces = (0..open_age)
            .map(|age| self.force(sex, age..=age, years.clone()))
            .collect::<Result<Vec<_>, _>>()?;
        forces.push(self.force(sex, open_age..=AGE_MAX, years)?);
        LifeTable::from_rates(&forces)
    }

    /// Children born per woman and year by completed age of the mother, over a range of calendar
    /// years. Ages at which no woman was observed have none.
    ///
    /// The force of delivery is estimated as that of death, and each delivery counts its children.
    ///
    /// # Errors
    /// When no child was born at ages 5..=65.
    pub fn fertility(&self, years: RangeInclusive<i32>) -> Result<FertilityTable, FamilyError> {
        let rate = |age: u32| {
            let sum = |count: &dyn Fn(u32, i32) -> u64| self.sum(age..=age, years.clone(), count);
            let deliveries = sum(&|age, year| self.deliveries(age, year)) as f64;
            if deliveries <= 0.0 {
                return 0.0;
            }
            let days = sum(&|age, year| self.days(FEMALE, age, year)) as f64;
            let births = sum(&|age, year| self.births(age, year)) as f64;
            force_from_days(deliveries, days, DAYS_PER_YEAR) * births / deliveries
        };
        let rates: Vec<f64> = (0..=MOTHER_AGE_MAX).map(rate).collect();
        FertilityTable::new(&rates)
    }

    /// Sums a count over ages and over those calendar years that are observed.
    pub(crate) fn sum(
        &self,
        ages: RangeInclusive<u32>,
        years: RangeInclusive<i32>,
        count: impl Fn(u32, i32) -> u64,
    ) -> u64 {
        let years = self.observed_in(years);
        ages.map(|age| years.clone().map(|year| count(age, year)).sum::<u64>())
            .sum()
    }

    /// The part of a range of years that is observed.
    pub(crate) fn observed_in(&self, years: RangeInclusive<i32>) -> RangeInclusive<i32> {
        let (first, last) = self.years().into_inner();
        first.max(*years.start())..=last.min(*years.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MALE;
    use crate::demography::calendar::first_day;
    use crate::demography::lexis::LifeSpan;

    /// People born on 1 January 2000 and observed through 2000 and 2001, some of whom die.
    fn cohort(people: i32, deaths_by_year: [i32; 2]) -> Exposure {
        let mut exposure = Exposure::new(2000, 2002).unwrap();
        let born_day = first_day(2000) as i32;
        let years = [first_day(2001) as i32, first_day(2002) as i32];
        for person in 0..people {
            let first = person < deaths_by_year[0];
            let exit_day = years[usize::from(!first)] - 1;
            let life = LifeSpan {
                sex: MALE,
                born_day,
                entry_day: born_day,
                exit_day,
            };
            exposure.add_life(&life).unwrap();
            if person < deaths_by_year[0] + deaths_by_year[1] {
                exposure.add_death(MALE, born_day, exit_day).unwrap();
            }
        }
        exposure
    }

    #[test]
    fn forces_are_deaths_over_days() {
        let exposure = cohort(100, [20, 40]);
        let force = exposure.force(MALE, 0..=0, 2000..=2000).unwrap();
        let expected = -libm::log(1.0 - 20.0 / 36_600.0) * 365.2425;
        assert!((force - expected).abs() < 1e-12, "{force}");
        let both = exposure.force(MALE, 0..=5, 1990..=2010).unwrap();
        let expected = -libm::log(1.0 - 60.0 / (36_600.0 + 80.0 * 365.0)) * 365.2425;
        assert!((both - expected).abs() < 1e-12, "{both}");
        let table = exposure.life_table(MALE, 2000..=2001, 1).unwrap();
        assert_eq!(table.last_age(), 1);
        assert!((table.force(0) - force).abs() < 1e-12);
    }

    #[test]
    fn what_was_not_observed_is_an_error() {
        let exposure = cohort(10, [2, 0]);
        let nobody = exposure.force(FEMALE, 0..=0, 2000..=2001).unwrap_err();
        assert_eq!(
            nobody,
            FamilyError::NoExposure {
                sex: "female",
                age: 0
            }
        );
        assert!(exposure.force(MALE, 0..=0, 2005..=2009).is_err());
        assert!(exposure.force(5, 0..=0, 2000..=2001).is_err());
        assert!(exposure.life_table(MALE, 2000..=2001, 3).is_err());
        assert!(exposure.life_table(MALE, 2000..=2001, 1).is_err());
        assert!(exposure.fertility(2000..=2001).is_err());
    }

    #[test]
    fn fertility_counts_children() {
        let mut exposure = Exposure::new(2021, 2021).unwrap();
        let (born_day, entry_day) = (first_day(2000) as i32, first_day(2021) as i32);
        for _ in 0..10 {
            let life = LifeSpan {
                sex: FEMALE,
                born_day,
                entry_day,
                exit_day: entry_day + 364,
            };
            exposure.add_life(&life).unwrap();
        }
        exposure.add_delivery(born_day, entry_day + 3, 2).unwrap();
        let table = exposure.fertility(2021..=2021).unwrap();
        let expected = -libm::log(1.0 - 1.0 / 3650.0) * 365.2425 * 2.0;
        assert!((table.rate(21) - expected).abs() < 1e-12);
        assert!((table.tfr() - expected).abs() < 1e-12);
    }
}
