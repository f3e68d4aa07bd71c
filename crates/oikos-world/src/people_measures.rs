//! The measures of [`PeoplePlugin`](crate::PeoplePlugin).

use bevy_ecs::world::World;
use oikos_engine::{Clock, Column, Slots};

use crate::life_event::VitalCounts;
use crate::measure::{Measure, MeasureKind, Reading};
use crate::person::{BirthDate, Person, Sex};

/// Days of a mean Gregorian year: 146,097 days in 400 years.
const DAYS_PER_YEAR: f64 = 365.2425;

/// In the order in which they are declared.
pub(crate) const ALL: [Measure; 6] = [
    persons("population", "People alive.", |world| {
        world
            .get_resource::<Slots<Person>>()
            .map_or(Reading::Missing, |people| count(people.len() as u64))
    }),
    persons("population_male", "Males alive.", |world| {
        of_sex(world, Sex::Male)
    }),
    persons("population_female", "Females alive.", |world| {
        of_sex(world, Sex::Female)
    }),
    Measure {
        name: "mean_age",
        unit: "years",
        kind: MeasureKind::Float,
        description: "Mean age of the living: days since birth over 365.2425.",
        read: mean_age_years,
    },
    persons("births_total", "Births since genesis.", |world| {
        world
            .get_resource()
            .map_or(Reading::Missing, |counts: &VitalCounts| {
                count(counts.births)
            })
    }),
    persons("deaths_total", "Deaths since genesis.", |world| {
        world
            .get_resource()
            .map_or(Reading::Missing, |counts: &VitalCounts| {
                count(counts.deaths)
            })
    }),
];

const fn persons(
    name: &'static str,
    description: &'static str,
    read: fn(&World) -> Reading,
) -> Measure {
    Measure {
        name,
        unit: "persons",
        kind: MeasureKind::Int,
        description,
        read,
    }
}

fn count(persons: u64) -> Reading {
    i64::try_from(persons).map_or(Reading::Missing, Reading::Int)
}

fn of_sex(world: &World, sex: Sex) -> Reading {
    let (Some(people), Some(sexes)) = (
        world.get_resource::<Slots<Person>>(),
        world.get_resource::<Column<Sex>>(),
    ) else {
        return Reading::Missing;
    };
    let alike = people
        .iter()
        .filter(|(slot, _)| sexes.get(*slot) == Some(&sex));
    count(alike.count() as u64)
}

/// The sum is one of whole days, so it does not depend on the order of the rows; the two roundings, at
/// the product and at the quotient, are the same everywhere.
fn mean_age_years(world: &World) -> Reading {
    let (Some(clock), Some(people), Some(births)) = (
        world.get_resource::<Clock>(),
        world.get_resource::<Slots<Person>>(),
        world.get_resource::<Column<BirthDate>>(),
    ) else {
        return Reading::Missing;
    };
    if people.is_empty() {
        return Reading::Missing;
    }
    // Not `Ages::today`: between ticks that is the day before.
    let today = i64::from(clock.today().days());
    let born = people.iter().filter_map(|(slot, _)| births.get(slot));
    let days: i64 = born
        .map(|born| (today - i64::from(born.0.days())).max(0))
        .sum();
    Reading::Float(days as f64 / (people.len() as f64 * DAYS_PER_YEAR))
}

#[cfg(test)]
mod tests {
    use bevy_ecs::system::ResMut;
    use bevy_ecs::world::World;
    use oikos_core::{Seed, StableId, date};
    use oikos_engine::bevy_app::App;
    use oikos_engine::bevy_ecs::schedule::IntoScheduleConfigs;
    use oikos_engine::{Births, Deaths, Phase, Society, SocietyBuilder, Tick, found, set_all};

    use super::*;
    use crate::measure::Measures;
    use crate::person::{PeoplePlugin, PersonId};

    /// Three twins a day, and the two oldest die.
    fn turnover(
        mut births: ResMut<Births<Person>>,
        mut deaths: ResMut<Deaths<Person>>,
        clock: bevy_ecs::system::Res<Clock>,
    ) {
        let today = u64::from(clock.tick().index());
        for twin in 0..3 {
            let born = births.request(0, twin, 1_000 + today * 3 + u64::from(twin));
            let _ = born.with(BirthDate(clock.today())).with(Sex::Male);
        }
        for oldest in [2 * today, 2 * today + 1] {
            deaths.request(PersonId::new(oldest).unwrap(), 0);
        }
    }

    fn town(births: Vec<(BirthDate, Sex)>) -> SocietyBuilder {
        let start = date(2001, 1, 1);
        let systems = |app: &mut App| {
            app.add_systems(Tick, turnover.in_set(Phase::Act));
        };
        let people = move |world: &mut World| {
            found::<Person>(world, (0..births.len()).map(|subject| subject as u64))?;
            let (dates, sexes): (Vec<_>, Vec<_>) = births.into_iter().unzip();
            set_all(world, PersonId::FIRST, &dates)?;
            set_all(world, PersonId::FIRST, &sexes)?;
            Ok(())
        };
        Society::builder(Seed(1))
            .start(start)
            .threads(1)
            .add_plugins(PeoplePlugin)
            .with(systems)
            .populate(people)
    }

    fn read(society: &Society, name: &str) -> Reading {
        let measure = society.world().resource::<Measures>().find(name).copied();
        (measure.unwrap().read)(society.world())
    }

    fn four() -> Vec<(BirthDate, Sex)> {
        let born = |year| BirthDate(date(year, 1, 1).unwrap());
        vec![
            (born(1601), Sex::Male),
            (born(1601), Sex::Female),
            (born(2001), Sex::Male),
            (born(2001), Sex::Male),
        ]
    }

    #[test]
    fn the_living_are_counted_and_their_ages_averaged() {
        let society = town(four()).build().unwrap();
        assert_eq!(read(&society, "population"), Reading::Int(4));
        assert_eq!(read(&society, "population_male"), Reading::Int(3));
        assert_eq!(read(&society, "population_female"), Reading::Int(1));
        // Four Gregorian centuries are 400 years to the day.
        assert_eq!(read(&society, "mean_age"), Reading::Float(200.0));
        assert_eq!(
            read(&town(Vec::new()).build().unwrap(), "mean_age"),
            Reading::Missing
        );
    }

    #[test]
    fn births_and_deaths_are_counted_and_the_counts_saved() {
        let mut society = town(four()).build().unwrap();
        assert_eq!(read(&society, "births_total"), Reading::Int(0));
        society.step_n(2).unwrap();
        let saved = society.snapshot().unwrap();
        society.step_n(3).unwrap();
        let now = |society: &Society| {
            ["population", "births_total", "deaths_total"].map(|name| read(society, name))
        };
        assert_eq!(now(&society), [4 + 15 - 10, 15, 10].map(Reading::Int));
        society.restore(&saved).unwrap();
        assert_eq!(now(&society), [4 + 6 - 4, 6, 4].map(Reading::Int));
    }

    /// The age is that of the day which begins, not of the tick that is over.
    #[test]
    fn ages_are_of_today() {
        let mut society = town(four()).build().unwrap();
        society.step_n(2).unwrap();
        // The two oldest are dead, as are the next two; six were born on 1 and 2 January.
        assert_eq!(
            read(&society, "mean_age"),
            Reading::Float(9.0 / (6.0 * DAYS_PER_YEAR))
        );
    }
}
