//! Growth in the long run, and numbers against a projection.

use oikos::family::{FEMALE, Reproduction};
use oikos::prelude::*;

use crate::projection::Projection;
use crate::towns::rates_of;

const REPLICATES: u64 = 20;
const PEOPLE: u64 = 20_000;

fn build(seed: u64, start: (i32, u32, u32), population: Population) -> Society {
    let tables = Tables::us().unwrap();
    let (year, month, day) = start;
    Society::builder(Seed(seed))
        .start(date(year, month, day))
        .tick(Days(1))
        .threads(1)
        .add_plugins(FamilyPlugin::with_rates(rates_of(&tables)).hazards(HazardMode::Thinned))
        .populate(population)
        .build()
        .unwrap()
}

fn living(town: &Society) -> f64 {
    town.slot_order::<Person>().len() as f64
}

/// Mean and standard error of the mean.
pub(crate) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let number = values.len() as f64;
    let mean = values.iter().sum::<f64>() / number;
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    (mean, (squares / (number - 1.0) / number).sqrt())
}

#[test]
fn a_stable_population_grows_at_lotkas_rate() {
    let tables = Tables::us().unwrap();
    let rates = rates_of(&tables);
    // From 2020 on the tables no longer change.
    let year = rates.by_year().at_year(2021);
    let share = 1.0 - rates.male_share();
    let reproduction = Reproduction::new(&year.mortality[FEMALE], &year.fertility, share).unwrap();
    let growth = reproduction.growth().unwrap();
    let replicate = |seed| {
        let population = Population::stable(tables.clone(), PEOPLE).unwrap();
        let mut town = build(seed, (2021, 1, 1), population);
        let start = living(&town);
        town.run(Years(100)).unwrap();
        libm::log(living(&town) / start) / 100.0
    };
    let rates_found: Vec<f64> = (1..=REPLICATES).map(replicate).collect();
    let (mean, error) = mean_and_error(&rates_found);
    println!("growth {mean:.6} a year, s.e. {error:.6}, Lotka {growth:.6}");
    assert!((mean - growth).abs() < 3.0 * error);
}

#[test]
fn numbers_follow_the_projection() {
    let tables = Tables::us().unwrap();
    let rates = rates_of(&tables);
    let start = date(2019, 7, 1).unwrap();
    let years = [10, 50, 100];
    let mut founders = Vec::new();
    let mut found = [const { Vec::new() }; 3];
    for seed in 1..=REPLICATES {
        let mut town = build(seed, (2019, 7, 1), Population::us_2019(PEOPLE).unwrap());
        let weight = 1.0 / REPLICATES as f64;
        let lineage = town.world().resource::<Lineage>();
        founders.extend(
            lineage
                .iter()
                .map(|(_, person)| (person.born, person.sex.index(), weight)),
        );
        for (year, found) in years.into_iter().zip(&mut found) {
            let date = start.plus_years(year).unwrap();
            let days = date.days() - town.today().days();
            town.step_n(days as u32).unwrap();
            found.push(living(&town));
        }
    }
    let mut projection = Projection::new(start, founders, &rates);
    for (year, found) in years.into_iter().zip(&found) {
        projection.run_to(start.plus_years(year).unwrap(), rates.by_year());
        let expected: f64 = projection.people().iter().sum();
        let (mean, error) = mean_and_error(found);
        println!("year {year}: {mean:.1} people, s.e. {error:.1}, projection {expected:.1}");
        assert!((mean - expected).abs() < 3.0 * error, "year {year}");
    }
}
