//! Rates in against rates out, over ten seeds and in both modes.

use oikos::family::{FEMALE, MALE, SEXES};
use oikos::prelude::*;

use crate::observation::{Observation, verdict};
use crate::towns::{SEEDS, Setting, history, rates_of};

/// The life expectancy of the pooled runs lies so close to the tables', years.
const EXPECTATION_TOLERANCE_YEARS: f64 = 0.13;

fn ten_seeds(mode: HazardMode) {
    let tables = Tables::us().unwrap();
    let rates = rates_of(&tables);
    let setting = Setting {
        people: 100_000,
        years: 30,
        mode,
    };
    let mut pooled = Observation::new(2019, 2049);
    let mut failures = Vec::new();
    for seed in SEEDS {
        let town = history(seed, &tables, rates.clone(), setting);
        let score = Score::of(town.world()).unwrap().unwrap();
        println!("{mode:?} seed {seed}: {}", verdict(&score));
        if !score.agrees() {
            failures.push(format!("seed {seed}: {}", verdict(&score)));
        }
        pooled.add(&town);
    }
    let score = pooled.score(&rates);
    println!("{mode:?} pooled: {}", verdict(&score));
    if !score.agrees() {
        failures.push(format!("pooled: {}", verdict(&score)));
    }
    // The tables no longer change after 2017 and 2020.
    let last = rates.by_year().at_year(2049);
    for sex in [MALE, FEMALE] {
        let observed = pooled.exposure.life_table(sex, 2019..=2049, 100).unwrap();
        let (found, expected) = (observed.expectation(0), last.mortality[sex].expectation(0));
        println!(
            "{mode:?} e0 {}: {found:.3}, table {expected:.3}",
            SEXES[sex]
        );
        assert!((found - expected).abs() < EXPECTATION_TOLERANCE_YEARS);
    }
    let (found, error) =
        pooled.total_fertility(2020..=2049, rates.by_year(), rates.multiple_births());
    let expected = last.fertility.tfr();
    println!("{mode:?} TFR {found:.4}, table {expected:.4}, s.e. {error:.4}");
    assert!((found - expected).abs() < 3.0 * error);
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn ten_seeds_agree_daily() {
    ten_seeds(HazardMode::Daily);
}

#[test]
fn ten_seeds_agree_thinned() {
    ten_seeds(HazardMode::Thinned);
}
