//! An epidemic against closed forms: the final size where all meet alike, chains within households.
//!
//! The model is that of the example.

use std::collections::BTreeMap;

use oikos::prelude::*;
use oikos_testkit::Contract;

use crate::growth::mean_and_error;

#[path = "../../examples/epidemic/model.rs"]
mod model;

use model::{Health, Infection, chain, count, household_sizes, town};

/// The chance that a chain goes on like this, so many being infectious and so many susceptible: each of the
/// susceptible escapes each of the infectious with the chance `escape` (Reed & Frost, in Abbey 1952, Human
/// Biology 24: 201-233).
fn chains(susceptible: usize, infectious: usize, escape: f64) -> Vec<(Vec<usize>, f64)> {
    let all_escape = libm::pow(escape, infectious as f64);
    let mut all = Vec::new();
    for infected in 0..=susceptible {
        let spared = susceptible - infected;
        let chance = choose(susceptible, infected)
            * libm::pow(1.0 - all_escape, infected as f64)
            * libm::pow(all_escape, spared as f64);
        if infected == 0 {
            all.push((vec![infectious], chance));
            continue;
        }
        for (mut later, so_on) in chains(spared, infected, escape) {
            later.insert(0, infectious);
            all.push((later, chance * so_on));
        }
    }
    all
}

fn choose(from: usize, number: usize) -> f64 {
    (0..number)
        .map(|at| (from - at) as f64 / (at + 1) as f64)
        .product()
}

/// The largest distance of these shares from their chances, in standard errors.
fn worst(
    found: &BTreeMap<Vec<usize>, u32>,
    expected: &[(Vec<usize>, f64)],
    households: f64,
) -> f64 {
    let z = |(chain, chance): &(Vec<usize>, f64)| {
        let number = f64::from(found.get(chain).copied().unwrap_or(0));
        (number - households * chance).abs() / libm::sqrt(households * chance * (1.0 - chance))
    };
    let known: u32 = expected
        .iter()
        .filter_map(|(chain, _)| found.get(chain))
        .sum();
    assert!(
        (f64::from(known) - households).abs() < 0.5,
        "chains that cannot be"
    );
    expected.iter().map(z).fold(0.0, f64::max)
}

/// What happens in so many households of a size of whom one person each is infected at the start.
fn outbreaks(size: usize, escape: f64, days: u32, households: usize) -> Vec<Vec<usize>> {
    let infection = Infection {
        in_town: 0.0,
        at_home: 1.0 - escape,
        days,
    };
    let town = town(
        Seed(size as u64),
        infection,
        vec![size; households],
        households,
    );
    let mut town = town.threads(1).build().unwrap();
    run_out(&mut town).unwrap();
    let homes = town.slot_order::<Household>().into_iter();
    homes.map(|home| chain(&town, home)).collect()
}

fn tally(outbreaks: Vec<Vec<usize>>) -> BTreeMap<Vec<usize>, u32> {
    let mut found = BTreeMap::new();
    for chain in outbreaks {
        *found.entry(chain).or_insert(0) += 1;
    }
    found
}

const HOUSEHOLDS: usize = 20_000;

/// Runs until nobody is infectious.
fn run_out(town: &mut Society) -> Result<(), oikos::Error> {
    while count(town)[Health::Infectious as usize] > 0 {
        town.step()?;
    }
    Ok(())
}

/// Who is infectious for a day infects a generation a day.
#[test]
fn chains_in_households_are_those_of_reed_and_frost() {
    for size in 2..=5 {
        for escape in [0.8, 0.5] {
            let expected = chains(size - 1, 1, escape);
            let sum: f64 = expected.iter().map(|(_, chance)| chance).sum();
            assert!((sum - 1.0).abs() < 1e-12);
            let found = tally(outbreaks(size, escape, 1, HOUSEHOLDS));
            let worst = worst(&found, &expected, HOUSEHOLDS as f64);
            println!(
                "size {size}, escape {escape}: {} chains, largest |z| {worst:.2}",
                expected.len()
            );
            assert!(worst < 4.0, "size {size}, escape {escape}: {worst}");
        }
    }
}

/// Over how many days an infection is spread changes when people fall ill, not how many.
#[test]
fn sizes_of_outbreaks_do_not_depend_on_the_days_of_being_infectious() {
    for size in 2..=5 {
        let mut expected: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
        for (chain, chance) in chains(size - 1, 1, 0.6) {
            *expected.entry(vec![chain.iter().sum()]).or_insert(0.0) += chance;
        }
        let expected: Vec<_> = expected.into_iter().collect();
        let sizes = outbreaks(size, 0.6, 4, HOUSEHOLDS).into_iter();
        let found = tally(sizes.map(|chain| vec![chain.iter().sum()]).collect());
        let worst = worst(&found, &expected, HOUSEHOLDS as f64);
        println!("size {size}: {found:?}, largest |z| {worst:.2}");
        assert!(worst < 4.0, "size {size}: {worst}");
    }
}

const PEOPLE: usize = 5_000;
const RUNS: u64 = 200;

#[test]
fn where_all_meet_alike_an_epidemic_has_its_final_size() {
    let infection = Infection {
        in_town: 2.0,
        at_home: 0.0,
        days: 3,
    };
    let share = |seed| {
        let town = town(Seed(seed), infection, vec![1; PEOPLE], 1);
        let mut town = town.threads(1).build().unwrap();
        run_out(&mut town).unwrap();
        let [susceptible, ..] = count(&town);
        (PEOPLE - susceptible) as f64 / PEOPLE as f64
    };
    let shares: Vec<f64> = (1..=RUNS).map(share).collect();
    let large: Vec<f64> = shares
        .iter()
        .copied()
        .filter(|share| *share > 0.2)
        .collect();
    let (mean, error) = mean_and_error(&large);
    let minor = 1.0 - large.len() as f64 / RUNS as f64;
    let expected = model::well_mixed(2.0);
    println!(
        "final size {mean:.4}, s.e. {error:.4}, expected {expected:.4}; {minor:.3} stay small"
    );
    assert!((expected - 0.796_812).abs() < 1e-6);
    assert!((mean - expected).abs() < 4.0 * error, "{mean}");
    // The first one infects a Poisson number: as lines of descent die out, 0.203188.
    let spread = libm::sqrt(0.203_188 * (1.0 - 0.203_188) / RUNS as f64);
    assert!((minor - 0.203_188).abs() < 4.0 * spread, "{minor}");
}

#[test]
fn an_epidemic_is_one_history() {
    let build = || {
        let infection = Infection {
            in_town: 1.5,
            at_home: 0.3,
            days: 3,
        };
        let sizes = household_sizes(Seed(5), 300, &[1, 2, 1, 1]).unwrap();
        town(Seed(5), infection, sizes, 5)
    };
    Contract::of(build).ticks(20).assert();
}
