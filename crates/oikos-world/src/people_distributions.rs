//! The distribution of [`PeoplePlugin`](crate::PeoplePlugin).

use bevy_ecs::world::World;
use oikos_engine::{Clock, Column, Slots};

use crate::age::Ages;
use crate::distribution::{Distribution, DistributionColumn, DistributionKind, DistributionRow};
use crate::measure::Reading;
use crate::person::{BirthDate, Person, Sex};

/// Years in an age group.
const GROUP_YEARS: u32 = 5;
/// Groups, the last one from 100 on.
const GROUPS: usize = 21;

/// The population pyramid.
pub(crate) const POPULATION_BY_AGE: Distribution = Distribution {
    name: "population_by_age",
    title: "Population by age and sex",
    caption: "People alive by completed age. Filled: at the end. Outlined, where it is shown: at the start.",
    axis: "age",
    axis_unit: "years",
    kind: DistributionKind::Pyramid,
    series: &[
        DistributionColumn::counts("male", "persons", "Men and boys alive."),
        DistributionColumn::counts("female", "persons", "Women and girls alive."),
    ],
    beside: &[],
    read: population_by_age,
};

fn population_by_age(world: &World) -> Vec<DistributionRow> {
    let (Some(clock), Some(people), Some(births), Some(sexes)) = (
        world.get_resource::<Clock>(),
        world.get_resource::<Slots<Person>>(),
        world.get_resource::<Column<BirthDate>>(),
        world.get_resource::<Column<Sex>>(),
    ) else {
        return Vec::new();
    };
    // Not the resource: between ticks that is of the day before.
    let ages = Ages::on(clock.today());
    let mut counts = [[0_i64; 2]; GROUPS];
    for (slot, _) in people.iter() {
        if let (Some(born), Some(sex)) = (births.get(slot), sexes.get(slot)) {
            let group = (ages.completed(*born) / GROUP_YEARS) as usize;
            counts[group.min(GROUPS - 1)][sex.index()] += 1;
        }
    }
    let row = |(group, counts): (u32, &[i64; 2])| DistributionRow {
        from: group * GROUP_YEARS,
        below: (group as usize + 1 < GROUPS).then_some((group + 1) * GROUP_YEARS),
        values: counts.map(Reading::Int).to_vec(),
    };
    (0..).zip(&counts).map(row).collect()
}

#[cfg(test)]
mod tests {
    use oikos_core::StableId;
    use oikos_core::{Seed, date};
    use oikos_engine::{Society, found, set_all};

    use super::*;
    use crate::distribution::Distributions;
    use crate::{PeoplePlugin, PersonId};

    #[test]
    fn everybody_stands_in_the_group_of_their_age_and_sex() {
        let born = [
            (2016, 1, 2),
            (2016, 1, 1),
            (1921, 1, 1),
            (1890, 5, 5),
            (1920, 1, 1),
        ];
        let sexes = [Sex::Male, Sex::Male, Sex::Male, Sex::Female, Sex::Female];
        let populate = move |world: &mut World| {
            found::<Person>(world, 0..5)?;
            let dates: Result<Vec<_>, _> = born.iter().map(|(y, m, d)| date(*y, *m, *d)).collect();
            let dates: Vec<_> = dates?.into_iter().map(BirthDate).collect();
            set_all(world, PersonId::FIRST, &dates)?;
            set_all(world, PersonId::FIRST, &sexes)?;
            Ok(())
        };
        let builder = Society::builder(Seed(1)).start(date(2021, 1, 1)).threads(1);
        let society = builder
            .add_plugins(PeoplePlugin)
            .populate(populate)
            .build()
            .unwrap();
        let all = society.world().resource::<Distributions>();
        let pyramid = all.find("population_by_age").unwrap();
        let rows = (pyramid.read)(society.world());
        assert_eq!(rows.len(), GROUPS);
        let counts = |from: u32| {
            let row = rows.iter().find(|row| row.from == from).unwrap();
            row.values.clone()
        };
        assert_eq!(counts(0), [Reading::Int(1), Reading::Int(0)]);
        assert_eq!(counts(5), [Reading::Int(1), Reading::Int(0)]);
        assert_eq!(counts(95), [Reading::Int(0), Reading::Int(0)]);
        // A man of 100, and women of 101 and 130.
        assert_eq!(counts(100), [Reading::Int(1), Reading::Int(2)]);
        assert_eq!(rows.last().unwrap().below, None);
    }
}
