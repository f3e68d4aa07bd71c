//! How long people live, and who is born: V20, V28.

use oikos::family::{
    DAYS_PER_YEAR, FertilityTable, Gompertz, LifeTable, MALE_SHARE_AT_BIRTH, MultipleBirths,
    Series, VitalRates,
};
use oikos::prelude::*;

use crate::parallel;
use crate::row::Bound::{Below, Errors, Within};
use crate::row::Row;
use crate::statistics::{distance, mean_and_error, sorted};

const LIVES: usize = 100_000;

/// Level and slope of Gompertz's law with the life expectancy of its closed form, years.
const LAWS: [(f64, f64, f64); 3] = [
    (3e-5, 0.1, 75.370_732),
    (5e-5, 0.095, 73.437_797),
    (1e-4, 0.09, 69.257_909),
];

/// Rates under which men die by one life table; there are no women to give birth.
fn men_who_die_by(table: &LifeTable) -> Result<VitalRates, oikos::Error> {
    let mut tables = Tables::us()?;
    tables.mortality = Series::Timeless([table.clone(), table.clone()]);
    let births = [vec![0.0; 30], vec![0.1]].concat();
    tables.fertility = Series::Timeless(FertilityTable::new(&births)?);
    Ok(VitalRates::new(&tables, MultipleBirths::NONE, 0.5)?)
}

/// Lengths of the lives of boys born on the first day, years, the shortest first. Death comes in the middle of a day.
fn lives(table: &LifeTable) -> Result<Vec<f64>, oikos::Error> {
    let newborn = |world: &mut World| {
        let today = world.resource::<Clock>().today();
        found_people(world, &vec![(BirthDate(today), Sex::Male); LIVES])?;
        Ok(())
    };
    let plugin = FamilyPlugin::with_rates(men_who_die_by(table)?).hazards(HazardMode::Thinned);
    let mut town = Society::builder(Seed(1))
        .start(date(2000, 1, 1))
        .tick(Days(1))
        .threads(1)
        .add_plugins(plugin)
        .populate(newborn)
        .build()?;
    while !town.slot_order::<Person>().is_empty() {
        town.run(Years(1))?;
    }
    let lineage = town.world().resource::<Lineage>();
    let years = lineage.iter().filter_map(|(_, person)| {
        let (died, _) = person.died?;
        Some((f64::from(died.days() - person.born.days()) + 0.5) / DAYS_PER_YEAR)
    });
    Ok(sorted(years.collect()))
}

/// Lives under laws whose life expectancy is known; with `perturb` people die by the rates of half a year later.
pub(super) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let later = if perturb { 0.5 } else { 0.0 };
    let runs = parallel::over(0..LAWS.len() as u64, |at| {
        let (level, slope, _) = LAWS[at as usize];
        let level = level * libm::exp(slope * later);
        lives(&Gompertz::new(level, slope, 0.0)?.life_table(130)?)
    })?;
    let mut rows = Vec::new();
    for ((level, slope, expected), lives) in LAWS.into_iter().zip(runs) {
        let law = Gompertz::new(level, slope, 0.0)?;
        let far = distance(&lives, |age| 1.0 - law.survival(age));
        let name = format!("V20 Gompertz {level:e}, {slope}");
        rows.push(Row::of_mean(
            format!("{name}: life expectancy"),
            "Missov & Lenart 2013",
            (expected, Within(0.18)),
            &lives,
        ));
        rows.push(Row::of_value(
            format!("{name}: distance of ages at death"),
            "99 % point of Smirnov 1948",
            (1.63 / libm::sqrt(LIVES as f64), Below),
            far,
            lives.len(),
        ));
    }
    Ok(rows)
}

/// Boys among those born in a town; with `perturb` 50 of 100 births are boys.
pub(super) fn births(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let mut tables = Tables::us()?;
    // The births of 1960, to have more of them.
    let baby_boom = tables.fertility.get(1960).cloned();
    if let Some(baby_boom) = baby_boom {
        tables.fertility = Series::Timeless(baby_boom);
    }
    let share = if perturb { 0.5 } else { MALE_SHARE_AT_BIRTH };
    let start = date(2019, 7, 1)?;
    let rates = VitalRates::new(&tables, MultipleBirths::NONE, share)?;
    let towns = parallel::over(1..=4, |seed| {
        let plugin = FamilyPlugin::with_rates(rates.clone()).hazards(HazardMode::Thinned);
        let mut town = Society::builder(Seed(seed))
            .start(start)
            .tick(Days(1))
            .threads(1)
            .add_plugins(plugin)
            .populate(Population::counted(tables.clone(), 50_000)?)
            .build()?;
        town.run(Years(20))?;
        let lineage = town.world().resource::<Lineage>();
        let newborn = lineage.iter().filter(|(_, person)| person.born >= start);
        let boy = |sex| if sex == Sex::Male { 1.0 } else { 0.0 };
        Ok(newborn
            .map(|(_, person)| boy(person.sex))
            .collect::<Vec<f64>>())
    })?;
    let boys = towns.concat();
    let (ours, error) = mean_and_error(&boys);
    Ok(vec![Row {
        error: Some(error),
        ..Row::of_value(
            "V28 boys among births",
            "Mathews & Hamilton 2005",
            (105.0 / 205.0, Errors(4.0)),
            ours,
            boys.len(),
        )
    }])
}
