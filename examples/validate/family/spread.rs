//! An epidemic where all meet alike: its final size.

use oikos::prelude::*;

use crate::epidemic_model::{Health, Infection, count, town, well_mixed};
use crate::parallel;
use crate::row::Bound::Errors;
use crate::row::Row;

const PEOPLE: usize = 5_000;
const RUNS: u64 = 100;

/// The rows; with `perturb` everybody infects a fifth more.
pub(super) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let infection = Infection {
        in_town: if perturb { 2.4 } else { 2.0 },
        at_home: 0.0,
        days: 3,
    };
    let shares = parallel::over(1..=RUNS, |seed| {
        let builder = town(Seed(seed), infection, vec![1; PEOPLE], 1);
        let mut town = builder.threads(1).build()?;
        while count(&town)[Health::Infectious as usize] > 0 {
            town.step()?;
        }
        let [susceptible, ..] = count(&town);
        Ok((PEOPLE - susceptible) as f64 / PEOPLE as f64)
    })?;
    let large: Vec<f64> = shares.into_iter().filter(|share| *share > 0.2).collect();
    Ok(vec![Row::of_mean(
        "Epidemic, each infects two: final size of large ones",
        "Kermack & McKendrick 1927",
        (well_mixed(2.0), Errors(4.0)),
        &large,
    )])
}
