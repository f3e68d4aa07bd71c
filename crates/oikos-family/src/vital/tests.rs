//! The year's rates from its first day on, and the sexes of the newborn.

use std::collections::BTreeMap;

use bevy_ecs::world::World;
use oikos_core::{Cadence, Date, Seed, Span, date};
use oikos_engine::Society;
use oikos_world::{BirthDate, Sex};

use super::*;
use crate::{
    FertilityTable, Force, HazardMode, LifeTable, Lineage, MultipleBirths, Series, Tables,
    found_people,
};

/// Men and women of 30 on 20 December 2000, so many of each.
fn town(mode: HazardMode, rates: VitalRates, of_each: usize) -> Society {
    let people = move |world: &mut World| {
        let born = BirthDate(date(1970, 6, 1)?);
        for sex in Sex::ALL {
            found_people(world, &vec![(born, sex); of_each])?;
        }
        Ok(())
    };
    Society::builder(Seed(1))
        .start(date(2000, 12, 20))
        .threads(1)
        // Each new year, as by default, compaction would make the year's forces anew.
        .compact(Cadence::every(Span::Years(9)))
        .add_plugins(FamilyPlugin::with_rates(rates).hazards(mode))
        .populate(people)
        .build()
        .unwrap()
}

fn mortality(q: f64) -> [LifeTable; 2] {
    let table = LifeTable::new(vec![q; 101]).unwrap();
    [table.clone(), table]
}

fn fertility(rate: f64) -> FertilityTable {
    FertilityTable::new(&[vec![0.0; 20], vec![rate; 20]].concat()).unwrap()
}

const NEVER: f64 = 1e-12;

/// Rates under which nothing happens until the last day of 2000, and much from the first of 2001 on.
fn from_new_year_on() -> VitalRates {
    let mut tables = Tables::us().unwrap();
    let years = |of: [f64; 2]| [2000, 2001].into_iter().zip(of);
    let deaths = years([NEVER, 0.9999]).map(|(year, q)| (year, mortality(q)));
    let births = years([NEVER, 5.0]).map(|(year, rate)| (year, fertility(rate)));
    tables.mortality = Series::ByYear(deaths.collect());
    tables.fertility = Series::ByYear(births.collect());
    VitalRates::new(&tables, MultipleBirths::NONE, 0.5).unwrap()
}

#[test]
fn the_rates_of_a_year_hold_from_its_first_day_on() {
    for mode in [HazardMode::Daily, HazardMode::Thinned] {
        let mut town = town(mode, from_new_year_on(), 2_000);
        let in_force = |town: &Society| town.world().resource::<ForcesNow>().death(Sex::Male, 30);
        let of = |q: f64| Force::per_year(mortality(q)[0].force(30)).unwrap();
        town.step_n(12).unwrap();
        assert_eq!(town.today(), date(2001, 1, 1).unwrap());
        assert_eq!(in_force(&town), of(NEVER), "{mode:?}");
        town.step_n(3).unwrap();
        assert_eq!(in_force(&town), of(0.9999), "{mode:?}");
        let (mut deaths, mut births) = (BTreeMap::new(), BTreeMap::new());
        for (_, record) in town.world().resource::<Lineage>().iter() {
            if let Some((died, _)) = record.died {
                *deaths.entry(died).or_insert(0) += 1;
            }
            if record.mother.is_some() {
                *births.entry(record.born).or_insert(0) += 1;
            }
        }
        for (name, days) in [("deaths", deaths), ("births", births)] {
            let first: Option<(&Date, &i32)> = days.iter().next();
            let (day, number) = first.unwrap();
            assert_eq!(*day, date(2001, 1, 1).unwrap(), "{mode:?}: {name}");
            // 2.5 % of 4,000 and 1.4 % of 2,000 a day.
            assert!(*number > 10, "{mode:?}: {number} {name}");
        }
    }
}

#[test]
fn rates_after_a_load_are_those_of_the_year() {
    let mut later = town(HazardMode::Daily, from_new_year_on(), 10);
    let saved = later.snapshot().unwrap();
    let in_force = |town: &Society| town.world().resource::<ForcesNow>().delivery(30).to_f64();
    assert!(in_force(&later) < 1e-6);
    later.step_n(13).unwrap();
    assert!(in_force(&later) > 4.9);
    later.restore(&saved).unwrap();
    assert!(in_force(&later) < 1e-6);
}

#[test]
fn the_share_of_boys_among_the_newborn_is_the_one_asked_for() {
    let mut tables = Tables::us().unwrap();
    tables.mortality = Series::Timeless(mortality(NEVER));
    tables.fertility = Series::Timeless(fertility(3.0));
    for share in [0.0, 0.25, 1.0] {
        let rates = VitalRates::new(&tables, MultipleBirths::NONE, share).unwrap();
        let mut town = town(HazardMode::Daily, rates, 400);
        town.step_n(200).unwrap();
        let lineage = town.world().resource::<Lineage>();
        let born = lineage.iter().filter(|(_, record)| record.mother.is_some());
        let sexes: Vec<Sex> = born.map(|(_, record)| record.sex).collect();
        let boys = sexes.iter().filter(|sex| **sex == Sex::Male).count() as f64;
        let births = sexes.len() as f64;
        assert!(births > 500.0, "{births}");
        // Exactly none and all; else within four standard deviations.
        let tolerance = 4.0 * (share * (1.0 - share) / births).sqrt();
        assert!(
            (boys / births - share).abs() <= tolerance,
            "{share}: {boys} of {births}"
        );
    }
}
