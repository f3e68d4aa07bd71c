//! Growth and stable populations beside sums over small slices of age.

use super::reproduction::first_moment;
use super::*;
use crate::demography::fertility::MALE_SHARE_AT_BIRTH;
use crate::demography::period::PeriodRates;
use crate::tables::Tables;
use crate::{FEMALE, FertilityTable, MALE};

fn of_year(year: i32) -> (Reproduction, [LifeTable; 2]) {
    let rates = PeriodRates::new(&Tables::us().unwrap()).unwrap();
    let year = rates.at_year(year);
    let women = &year.mortality[FEMALE];
    let share = 1.0 - MALE_SHARE_AT_BIRTH;
    let reproduction = Reproduction::new(women, &year.fertility, share).unwrap();
    (reproduction, year.mortality.clone())
}

/// The slow model sums over a thousand slices of each year of age, at their middle.
fn in_slices(table: &LifeTable, weight: impl Fn(f64, u32) -> f64) -> f64 {
    let slices = 1000;
    let mut sum = 0.0;
    for age in 0..=table.last_age() + 30 {
        let force = table.force(age);
        let start = alive_discounted(table, age, 0.0);
        for slice in 0..slices {
            let within = (f64::from(slice) + 0.5) / f64::from(slices);
            let alive = start * libm::exp(-force * within);
            sum += alive * weight(f64::from(age) + within, age) / f64::from(slices);
        }
    }
    sum
}

#[test]
fn growth_solves_the_equation_in_small_slices() {
    for year in [1940, 1960, 2017] {
        let (reproduction, tables) = of_year(year);
        let rate = reproduction.growth().unwrap();
        let births = |age: u32| reproduction.daughters.get(age as usize).copied();
        let density = |x: f64, age| libm::exp(-rate * x) * births(age).unwrap_or(0.0);
        let women = &tables[FEMALE];
        let sum = in_slices(women, density);
        assert!((sum - 1.0).abs() < 1e-6, "{year}: {sum}");
        let mean = in_slices(women, |x, age| x * density(x, age));
        let found = reproduction.mean_age_of_mothers().unwrap();
        assert!((mean - found).abs() < 1e-5, "{year}: {mean} {found}");
        let net = in_slices(women, |_, age| births(age).unwrap_or(0.0));
        assert!((net - reproduction.net()).abs() < 1e-6);
    }
    let (reproduction, _) = of_year(2017);
    assert!((reproduction.gross() - 1.7655 / 2.05).abs() < 1e-3);
    assert!(reproduction.growth().unwrap() < 0.0 && of_year(1960).0.growth().unwrap() > 0.0);
}

#[test]
fn both_ways_to_the_first_moment_meet() {
    for decay in [-1.01e-4, -0.99e-4, 1e-9, 0.99e-4, 1.01e-4, 0.02] {
        let slices = 100_000;
        let at = |slice: u32| (f64::from(slice) + 0.5) / f64::from(slices);
        let sum: f64 = (0..slices).map(|i| at(i) * libm::exp(-decay * at(i))).sum();
        let slow = sum / f64::from(slices);
        assert!((first_moment(decay) - slow).abs() < 1e-10, "{decay}");
    }
}

#[test]
fn constant_rates_grow_by_their_difference() {
    // With one force of death and one birth rate from age 5 to 65, r solves
    // f (e^-5k - e^-66k) / k = 1 with k = r + mu.
    let table = LifeTable::from_rates(&[0.02; 101]).unwrap();
    let mut births = vec![0.0; 5];
    births.resize(66, 0.1);
    let fertility = FertilityTable::new(&births).unwrap();
    let reproduction = Reproduction::new(&table, &fertility, 0.5).unwrap();
    let k = reproduction.growth().unwrap() + 0.02;
    let sum = 0.05 * (libm::exp(-5.0 * k) - libm::exp(-66.0 * k)) / k;
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
}

#[test]
fn stable_population_in_small_slices() {
    for growth in [-0.006, 0.0, 0.02] {
        let (_, tables) = of_year(2017);
        let found = stable_population(growth, &tables, MALE_SHARE_AT_BIRTH).unwrap();
        let discount = |x: f64| libm::exp(-growth * x);
        let [men, women] = [MALE, FEMALE].map(|sex| {
            let teens = |x: f64, age| if age == 17 { discount(x) } else { 0.0 };
            let table = &tables[sex];
            (
                in_slices(table, |x, _| discount(x)),
                in_slices(table, teens),
            )
        });
        let total = men.0 * MALE_SHARE_AT_BIRTH + women.0 * (1.0 - MALE_SHARE_AT_BIRTH);
        assert!((found.birth_rate * total - 1.0).abs() < 1e-6);
        let share = men.1 * MALE_SHARE_AT_BIRTH / total;
        assert!((found.shares[17][MALE] / share - 1.0).abs() < 1e-6);
        let deaths: f64 = (0_u32..)
            .zip(&found.shares)
            .map(|(age, share)| {
                (0..2)
                    .map(|sex| share[sex] * tables[sex].force(age))
                    .sum::<f64>()
            })
            .sum();
        assert!((deaths - found.death_rate).abs() < 1e-12, "{deaths}");
    }
}

#[test]
fn stationary_population_is_the_life_table() {
    let (_, tables) = of_year(2017);
    let found = stable_population(0.0, &tables, 0.5).unwrap();
    let both = (tables[MALE].expectation(0) + tables[FEMALE].expectation(0)) / 2.0;
    assert!((found.birth_rate * both - 1.0).abs() < 1e-12);
    let years = tables[FEMALE].person_years();
    for age in [0, 40, 119] {
        assert!((found.shares[age][FEMALE] - years[age] / both / 2.0).abs() < 1e-15);
        let alive = tables[FEMALE].survivors()[age];
        assert!((found.densities[age][FEMALE] - alive / both / 2.0).abs() < 1e-15);
    }
}

#[test]
fn bad_inputs_are_refused() {
    let (_, tables) = of_year(2017);
    assert!(stable_population(-9.0, &tables, 0.5).is_err());
    assert!(stable_population(f64::NAN, &tables, 0.5).is_err());
    assert!(stable_population(0.0, &tables, 1.5).is_err());
    let fertility = FertilityTable::new(&[vec![0.0; 20], vec![0.1]].concat()).unwrap();
    assert!(Reproduction::new(&tables[FEMALE], &fertility, 0.0).is_err());
}
