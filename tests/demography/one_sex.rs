//! A population of women alone, and the rate at which it grows in the long run.
//!
//! Mortality by Gompertz's law, daughters spread normally around 28: the schedule of Caswell's matrices of
//! kin (2019, Demographic Research 41: 679-712), of which the rates of growth are known.

use oikos::core::Date;
use oikos::family::{
    FertilityTable, Gompertz, Leslie, LifeTable, MultipleBirths, Reproduction, Series, VitalRates,
};
use oikos::prelude::*;

const WOMEN: f64 = 200_000.0;
const YEARS: u32 = 150;
const LAST_AGE: u32 = 110;

/// Daughters of women by completed age: so many in a whole life.
fn daughters(gross_reproduction: f64) -> Vec<f64> {
    let weight = |age: u32| {
        let z = (f64::from(age) + 0.5 - 28.0) / 5.0;
        if (15..=50).contains(&age) {
            libm::exp(-z * z / 2.0)
        } else {
            0.0
        }
    };
    let total: f64 = (0..=LAST_AGE).map(weight).sum();
    let rate = |age| gross_reproduction * weight(age) / total;
    (0..=LAST_AGE).map(rate).collect()
}

fn life_table() -> LifeTable {
    let law = Gompertz::new(5e-5, 0.095, 0.0).unwrap();
    law.life_table(LAST_AGE).unwrap()
}

/// The schedule as a matrix of years of age.
fn matrix(daughters: &[f64]) -> Leslie {
    let survival = life_table().probabilities()[..LAST_AGE as usize]
        .iter()
        .map(|q| 1.0 - q)
        .collect();
    Leslie::new(daughters.to_vec(), survival).unwrap()
}

/// Women in the stable numbers of the matrix, their birthdays spread evenly over each year of age.
fn stable_women(today: Date, shares: &[f64]) -> Vec<(BirthDate, Sex)> {
    let mut women = Vec::new();
    for (age, share) in (0_u32..).zip(shares) {
        let youngest = today.years_before(age).unwrap().days();
        let oldest = today.years_before(age + 1).unwrap().days() + 1;
        let number = (share * WOMEN).round() as i64;
        for at in 0..number {
            let days = i64::from(youngest - oldest + 1) * (2 * at + 1) / (2 * number);
            let born = Date::from_days(oldest + days as i32).unwrap();
            women.push((BirthDate(born), Sex::Female));
        }
    }
    women
}

/// Growth per year of 200,000 women over 150 years of days.
fn growth(seed: u64, daughters: &[f64]) -> f64 {
    let mut tables = Tables::us().unwrap();
    tables.mortality = Series::Timeless([life_table(), life_table()]);
    tables.fertility = Series::Timeless(FertilityTable::new(daughters).unwrap());
    let rates = VitalRates::new(&tables, MultipleBirths::NONE, 0.0).unwrap();
    let shares = matrix(daughters).stable().unwrap().shares;
    let founders = move |world: &mut World| {
        let today = world.resource::<Clock>().today();
        found_people(world, &stable_women(today, &shares))?;
        Ok(())
    };
    let mut town = Society::builder(Seed(seed))
        .start(date(2000, 1, 1))
        .tick(Days(1))
        .threads(1)
        .add_plugins(FamilyPlugin::with_rates(rates).hazards(HazardMode::Thinned))
        .populate(founders)
        .build()
        .unwrap();
    let living = |town: &Society| town.slot_order::<Person>().len() as f64;
    let start = living(&town);
    assert!((start / WOMEN - 1.0).abs() < 1e-3, "{start} founders");
    town.run(Years(YEARS)).unwrap();
    libm::log(living(&town) / start) / f64::from(YEARS)
}

fn grows_at(gross_reproduction: f64, rate: f64) {
    let daughters = daughters(gross_reproduction);
    let of_matrix = matrix(&daughters).stable().unwrap().rate();
    let tables = FertilityTable::new(&daughters).unwrap();
    let lotka = Reproduction::new(&life_table(), &tables, 1.0).unwrap();
    let lotka = lotka.growth().unwrap();
    let found = growth(1, &daughters);
    println!(
        "GRR {gross_reproduction}: {found:.6} a year, matrix {of_matrix:.6} ({rate}), Lotka {lotka:.6}"
    );
    assert!((of_matrix - rate).abs() < 5e-7);
    for expected in [rate, lotka] {
        assert!((found - expected).abs() < 0.0008, "{found}, not {expected}");
    }
}

#[test]
fn women_below_replacement_dwindle_at_the_known_rate() {
    grows_at(0.85, -0.005_941);
}

#[test]
fn women_above_replacement_grow_at_the_known_rate() {
    grows_at(1.0211, 0.000_468);
}
