//! The figures that go in come out: a town of 20,000 for 50 years, ten times.

use std::collections::BTreeMap;

use oikos::family::{FamilyFigures, Score, Survey};
use oikos::prelude::*;

use super::families::town;

const PEOPLE: u64 = 20_000;
const YEARS: u32 = 50;
const SEEDS: u64 = 10;

/// How far the mean of all seeds may lie from what was published. Set before the first run.
const TOLERANCES: [(&str, f64); 6] = [
    ("median age at first marriage men", 0.75),
    ("median age at first marriage women", 0.75),
    ("never married at 40", 3.0),
    ("first marriage lasts at least 10 years", 2.0),
    ("first marriage lasts at least 20 years", 2.0),
    ("women with at least one birth by 40", 2.0),
];

#[test]
fn the_figures_come_back() {
    let figures = FamilyFigures::us().unwrap();
    let mut surveys = Vec::new();
    let mut scores = Pooled::default();
    for seed in 1..=SEEDS {
        let mut town = town(HazardMode::Thinned, PEOPLE, seed).build().unwrap();
        town.run(Years(YEARS)).unwrap();
        surveys.push(Survey::of(town.world(), &figures).unwrap());
        scores.add(&Score::of(town.world()).unwrap().unwrap(), seed);
    }
    scores.assert();
    let mut missed = Vec::new();
    for (at, row) in surveys[0].rows.iter().enumerate() {
        let found: Vec<f64> = surveys
            .iter()
            .filter_map(|survey| survey.rows[at].found)
            .collect();
        if found.is_empty() {
            // A survey of one day cannot tell it: see `homes`.
            continue;
        }
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        let squares = found
            .iter()
            .map(|it| (it - mean) * (it - mean))
            .sum::<f64>();
        let spread = (squares / (found.len() as f64 - 1.0) / found.len() as f64).sqrt();
        let kind = if row.input { "input" } else { "check" };
        println!(
            "{kind} {:72} published {:5.1} {:8} found {mean:6.2} (s.e. {spread:.2})",
            row.name, row.published, row.unit
        );
        let tolerance = TOLERANCES.iter().find(|(name, _)| *name == row.name);
        if let Some((_, tolerance)) = tolerance
            && (mean - row.published).abs() > *tolerance
        {
            missed.push(row.name.clone());
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

/// Births and deaths of all seeds, by group, against the tables.
#[derive(Default)]
struct Pooled(BTreeMap<(bool, usize, u32), (f64, f64)>);

impl Pooled {
    fn add(&mut self, score: &Score, seed: u64) {
        for (deaths, comparison) in [(true, &score.deaths), (false, &score.births)] {
            assert!(comparison.agrees(), "seed {seed}: {comparison:?}");
            for row in &comparison.rows {
                let cell = self.0.entry((deaths, row.sex, row.age_from)).or_default();
                *cell = (cell.0 + row.actual as f64, cell.1 + row.expected);
            }
        }
    }

    fn assert(&self) {
        for (group, (actual, expected)) in &self.0 {
            let z = (actual - expected) / expected.sqrt();
            assert!(
                z.abs() < 4.0 || *expected < 5.0,
                "{group:?}: {actual} of {expected}"
            );
        }
    }
}
