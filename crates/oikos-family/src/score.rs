//! Rates in against rates out: what a society did, beside what its tables lead to expect.

use bevy_ecs::world::World;
use oikos_core::Date;
use oikos_engine::Clock;

use crate::demography::compare::Comparison;
use crate::demography::lexis::{Exposure, LifeSpan};
use crate::error::FamilyError;
use crate::lineage::{Lineage, LineageRecord, Origin};
use crate::vital::VitalRates;

/// Exposure and events of a society, with what its rates lead to expect.
#[derive(Clone, Debug)]
pub struct Score {
    /// Person-days and events by age, sex and calendar year.
    pub exposure: Exposure,
    /// Deaths by age group and sex.
    pub deaths: Comparison,
    /// Births by the mothers' age group.
    pub births: Comparison,
}

impl Score {
    /// Of all that happened so far; `None` before the first tick.
    ///
    /// # Errors
    /// [`FamilyError::NoFamily`] without a [`FamilyPlugin`](crate::FamilyPlugin); [`FamilyError`] for lives
    /// that the calendar cannot hold.
    pub fn of(world: &World) -> Result<Option<Self>, FamilyError> {
        let lineage = world.get_resource::<Lineage>();
        let lineage = lineage.ok_or(FamilyError::NoFamily)?;
        let rates = world.get_resource::<VitalRates>();
        let rates = rates.ok_or(FamilyError::NoFamily)?;
        // The last day that was lived: today has not begun.
        let last = world.resource::<Clock>().today().days() - 1;
        let founded = lineage.founded();
        if last < founded.days() {
            return Ok(None);
        }
        let exposure = exposure(lineage, last)?;
        let years = exposure.years();
        let deaths = exposure.compare_deaths(rates.by_year(), years.clone());
        let births = exposure.compare_births(rates.by_year(), rates.multiple_births(), years);
        Ok(Some(Self {
            exposure,
            deaths,
            births,
        }))
    }

    /// Whether births and deaths are such as the rates would bring about: the sums of squares below
    /// their 99.99 % points, and no group four standard deviations away.
    #[must_use]
    pub fn agrees(&self) -> bool {
        [&self.deaths, &self.births].into_iter().all(|comparison| {
            let counted = |row: &&crate::ComparisonRow| row.expected >= crate::EXPECTED_MIN;
            comparison.agrees()
                && comparison
                    .rows
                    .iter()
                    .filter(counted)
                    .all(|row| row.z.abs() < 4.0)
        })
    }
}

/// Everybody's days and events, from the founding or their arrival to the day `last`.
fn exposure(lineage: &Lineage, last: i32) -> Result<Exposure, FamilyError> {
    let founded = lineage.founded();
    let year = |day: i32| Date::from_days(day).map_or(i32::MAX, |date| date.year());
    let mut exposure = Exposure::new(founded.year(), year(last))?;
    let mut delivery: Option<(LineageRecord, i32, u32)> = None;
    for (_, person) in lineage.iter() {
        let born = person.born.days();
        let entry = match person.origin {
            Origin::Born => born + 1,
            Origin::Founder => founded.days(),
            // Who came within a tick is looked at from the next one on, as newborns are.
            Origin::Immigrant => person.entered.map_or(born, Date::days) + 1,
            Origin::Ancestor => continue,
        };
        let day = |of: Option<(Date, _)>| of.map(|(date, _)| date.days());
        let (died, left) = (day(person.died), day(person.left));
        let sex = person.sex.index();
        exposure.add_life(&LifeSpan {
            sex,
            born_day: born,
            entry_day: entry,
            exit_day: died.or(left).unwrap_or(last),
        })?;
        if let Some(entered) = person.entered {
            exposure.add_immigration(sex, born, entered.days())?;
        }
        if let Some(left) = left {
            exposure.add_emigration(sex, born, left)?;
        }
        if let Some(day) = died {
            exposure.add_death(sex, born, day)?;
        }
        let (Origin::Born, Some(mother)) = (person.origin, person.mother) else {
            continue;
        };
        // Ids are allotted by mother within a day, so the children of a delivery follow each other.
        delivery = match delivery {
            Some((child, mother_born, children))
                if child.mother == Some(mother) && child.born == person.born =>
            {
                Some((child, mother_born, children + 1))
            }
            before => {
                add_delivery(&mut exposure, before)?;
                let mother_born = lineage
                    .get(mother)
                    .map_or(born, |record| record.born.days());
                Some((person, mother_born, 1))
            }
        };
    }
    add_delivery(&mut exposure, delivery)?;
    Ok(exposure)
}

fn add_delivery(
    exposure: &mut Exposure,
    delivery: Option<(LineageRecord, i32, u32)>,
) -> Result<(), FamilyError> {
    match delivery {
        Some((child, mother_born, children)) => {
            exposure.add_delivery(mother_born, child.born.days(), children)
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_without_a_family_has_no_score_and_says_why() {
        let text = Score::of(&World::new())
            .err()
            .map(|error| error.to_string());
        assert!(text.is_some_and(|text| text.contains("FamilyPlugin")));
    }
}
