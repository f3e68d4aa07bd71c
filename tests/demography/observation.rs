//! Lineages counted once more: a walk of its own, which also pools several histories.

use std::collections::BTreeMap;

use oikos::family::{
    DAYS_PER_YEAR, Exposure, FEMALE, LifeSpan, LineageRecord, MOTHER_AGE_MAX, MultipleBirths,
    Origin, PeriodRates, VitalRates, daily_probability,
};
use oikos::prelude::*;

/// Exposure, events and deliveries of one history or of several.
pub(crate) struct Observation {
    pub exposure: Exposure,
    /// Children of each sex.
    pub born: [u64; 2],
    /// Deliveries of one child, of two and of three.
    pub deliveries: [u64; 3],
}

impl Observation {
    pub(crate) fn new(first_year: i32, last_year: i32) -> Self {
        Self {
            exposure: Exposure::new(first_year, last_year).unwrap(),
            born: [0; 2],
            deliveries: [0; 3],
        }
    }

    /// Adds all that happened in a town, from its founding to yesterday.
    pub(crate) fn add(&mut self, town: &Society) {
        let lineage = town.world().resource::<Lineage>();
        let yesterday = town.today().days() - 1;
        let founded = lineage.founded().days();
        let mut deliveries: BTreeMap<(PersonId, Date), u32> = BTreeMap::new();
        for (_, person) in lineage.iter() {
            self.add_life(&person, founded, yesterday);
            if let Some(mother) = person.mother {
                *deliveries.entry((mother, person.born)).or_default() += 1;
                self.born[person.sex.index()] += 1;
            }
        }
        for ((mother, day), children) in deliveries {
            let mother_born = lineage.get(mother).unwrap().born.days();
            let exposure = &mut self.exposure;
            exposure
                .add_delivery(mother_born, day.days(), children)
                .unwrap();
            self.deliveries[children as usize - 1] += 1;
        }
    }

    fn add_life(&mut self, person: &LineageRecord, founded: i32, yesterday: i32) {
        let (sex, born) = (person.sex.index(), person.born.days());
        let first_exposed = match person.origin {
            Origin::Born => born + 1,
            Origin::Founder => founded,
            Origin::Immigrant => person.entered.unwrap().days() + 1,
            Origin::Ancestor => return,
        };
        let died = person.died.map(|(day, _)| day.days());
        let life = LifeSpan {
            sex,
            born_day: born,
            entry_day: first_exposed,
            exit_day: person.exit().map_or(yesterday, Date::days),
        };
        self.exposure.add_life(&life).unwrap();
        if let Some(day) = died {
            self.exposure.add_death(sex, born, day).unwrap();
        }
    }

    /// Against rates, which need not be those of the town.
    pub(crate) fn score(&self, rates: &VitalRates) -> Score {
        let years = self.exposure.years();
        let exposure = self.exposure.clone();
        Score {
            deaths: exposure.compare_deaths(rates.by_year(), years.clone()),
            births: exposure.compare_births(rates.by_year(), rates.multiple_births(), years),
            exposure,
        }
    }

    /// Total fertility over `years`, in which the rates stay as they are, and its standard error.
    pub(crate) fn total_fertility(
        &self,
        years: std::ops::RangeInclusive<i32>,
        rates: &PeriodRates,
        multiple: &MultipleBirths,
    ) -> (f64, f64) {
        let table = &rates.at_year(*years.end()).fertility;
        let [one, two, three] = multiple.children_per_delivery();
        let mean_square = one + 4.0 * two + 9.0 * three;
        let mut variance = 0.0;
        for age in 0..=MOTHER_AGE_MAX {
            let force = table.rate(age) * multiple.deliveries_per_birth();
            let women_days: u64 = years
                .clone()
                .map(|year| self.exposure.days(FEMALE, age, year))
                .sum();
            if force > 0.0 {
                let chance = daily_probability(force, DAYS_PER_YEAR);
                let per_day = chance * mean_square / women_days as f64;
                variance += per_day * DAYS_PER_YEAR * DAYS_PER_YEAR;
            }
        }
        let found = self.exposure.fertility(years).unwrap().tfr();
        (found, variance.sqrt())
    }
}

/// The largest `|z|` of a comparison among groups with enough expected events.
pub(crate) fn largest_z(score: &Score) -> f64 {
    let rows = score.deaths.rows.iter().chain(&score.births.rows);
    rows.filter(|row| row.expected >= oikos::family::EXPECTED_MIN)
        .map(|row| row.z.abs())
        .fold(0.0, f64::max)
}

/// One line on a score.
pub(crate) fn verdict(score: &Score) -> String {
    format!(
        "deaths {:.1} of {:.1} ({}), births {:.1} of {:.1} ({}), largest |z| {:.2}",
        score.deaths.sum_of_squares,
        score.deaths.limit,
        score.deaths.degrees,
        score.births.sum_of_squares,
        score.births.limit,
        score.births.degrees,
        largest_z(score)
    )
}
