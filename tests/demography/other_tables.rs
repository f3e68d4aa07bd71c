//! The same check for other rates than those of the day: history's, read from a folder, and invented
//! ones that change over time.

use std::collections::BTreeMap;

use oikos::family::{
    FEMALE, FertilityTable, Gompertz, LifeTable, MALE, PopulationGroup, SEXES, Series,
};
use oikos::prelude::*;

use crate::observation::{Observation, verdict};
use crate::towns::{Setting, history, rates_of, scratch_folder};

/// Each life expectancy lies so close to the table's, years.
const EXPECTATION_TOLERANCE_YEARS: f64 = 0.25;

fn agree(
    name: &str,
    tables: &Tables,
    setting: Setting,
    seeds: std::ops::RangeInclusive<u64>,
) -> Observation {
    let rates = rates_of(tables);
    let mut pooled = Observation::new(2019, 2049);
    for seed in seeds {
        let town = history(seed, tables, rates.clone(), setting);
        let score = Score::of(town.world()).unwrap().unwrap();
        println!(
            "{name}, {:?} seed {seed}: {}",
            setting.mode,
            verdict(&score)
        );
        assert!(score.agrees());
        pooled.add(&town);
    }
    let score = pooled.score(&rates);
    println!("{name}, {:?} pooled: {}", setting.mode, verdict(&score));
    assert!(score.agrees());
    pooled
}

/// Writes the life tables of one year as `age,qx_male,qx_female`.
fn mortality_file(tables: &[LifeTable; 2]) -> String {
    let mut text = "# For a test.\nage,qx_male,qx_female\n".to_owned();
    for (age, male) in tables[MALE].probabilities().iter().enumerate() {
        let female = tables[FEMALE].probability(age as u32);
        text += &format!("{age},{male},{female}\n");
    }
    text
}

/// Writes the fertility of one year in five-year groups.
fn fertility_file(table: &FertilityTable) -> String {
    let mut text = "age_from,age_to,births_per_1000_women\n".to_owned();
    for from in (10..50).step_by(5) {
        text += &format!("{from},{},{}\n", from + 4, table.rate(from) * 1000.0);
    }
    text
}

/// Mortality of 1950 and fertility of 1960, by way of files.
fn mid_century() -> Tables {
    let us = Tables::us().unwrap();
    let folder = scratch_folder("mid-century");
    let mortality = mortality_file(us.mortality.get(1950).unwrap());
    let fertility = fertility_file(us.fertility.get(1960).unwrap());
    let mut people = "age_from,age_to,male,female\n".to_owned();
    for group in &us.population {
        let [male, female] = group.people;
        people += &format!("{},{},{male},{female}\n", group.age_from, group.age_to);
    }
    for (name, text) in [
        ("mortality_1950.csv", mortality),
        ("fertility_1960.csv", fertility),
        ("people.csv", people),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let tables = Tables::load_dir(&folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(tables.mortality.get(1950), us.mortality.get(1950));
    assert_eq!(tables.population, us.population);
    tables
}

fn setting(mode: HazardMode) -> Setting {
    Setting {
        people: 100_000,
        years: 30,
        mode,
    }
}

#[test]
fn mid_century_rates_from_a_folder() {
    let tables = mid_century();
    let seeds = [(HazardMode::Thinned, 1..=3), (HazardMode::Daily, 1..=1)];
    for (mode, seeds) in seeds {
        let pooled = agree("1950/1960", &tables, setting(mode), seeds);
        let rates = rates_of(&tables);
        for sex in [MALE, FEMALE] {
            let observed = pooled.exposure.life_table(sex, 2019..=2049, 100).unwrap();
            let table = rates.by_year().at_year(2019).mortality[sex].expectation(0);
            let found = observed.expectation(0);
            println!("{mode:?} e0 {}: {found:.3}, table {table:.3}", SEXES[sex]);
            assert!((found - table).abs() < EXPECTATION_TOLERANCE_YEARS);
        }
        let multiple = rates.multiple_births();
        let (found, error) = pooled.total_fertility(2019..=2049, rates.by_year(), multiple);
        let expected = rates.by_year().at_year(2019).fertility.tfr();
        println!("{mode:?} TFR {found:.4}, table {expected:.4}, s.e. {error:.4}");
        assert!((found - expected).abs() < 3.0 * error);
    }
}

/// A country whose mortality falls to a third and whose births move to later ages within 25 years.
fn invented() -> Tables {
    let law = |a: f64, b: f64, c: f64| Gompertz::new(a, b, c).unwrap().life_table(110).unwrap();
    let before = [law(3e-4, 0.085, 0.004), law(2e-4, 0.09, 0.003)];
    let after = [law(1e-4, 0.085, 0.001), law(3e-5, 0.1, 0.001)];
    let bump = |peak: f64, width: f64, height: f64| {
        let rate = |age: u32| {
            let z = (f64::from(age) - peak) / width;
            if (13..=54).contains(&age) {
                height * libm::exp(-z * z / 2.0)
            } else {
                0.0
            }
        };
        FertilityTable::new(&(0..=54).map(rate).collect::<Vec<_>>()).unwrap()
    };
    let group = |age_from, age_to, people| PopulationGroup {
        age_from,
        age_to,
        people,
    };
    Tables {
        population: vec![
            group(0, 2, [50, 40]),
            group(3, 17, [200, 210]),
            group(18, 18, [90, 80]),
            group(19, 44, [300, 340]),
            group(45, 79, [180, 200]),
            group(80, 110, [10, 15]),
        ],
        mortality: Series::ByYear(BTreeMap::from([(2020, before), (2045, after)])),
        fertility: Series::ByYear(BTreeMap::from([
            (2018, bump(22.0, 4.0, 0.3)),
            (2040, bump(33.0, 6.0, 0.12)),
        ])),
        ignored: Vec::new(),
    }
}

#[test]
fn invented_rates_that_change_every_year() {
    let tables = invented();
    agree("invented", &tables, setting(HazardMode::Thinned), 1..=3);
    agree("invented", &tables, setting(HazardMode::Daily), 1..=1);
}
