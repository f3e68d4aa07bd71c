//! Living kin of women: the family's systems and queries against Caswell's matrices.
//!
//! The model is that of the example. A cell is held against its expectation where so many kin are expected that
//! a sum of them is nearly normal; cells that are 0 or 1 by definition are held exactly.

use oikos::family::MaternalKin;
use oikos::prelude::*;

#[path = "../../examples/kin/model.rs"]
mod model;

use model::{AGES, Schedule, Table};

const POPULATIONS: u64 = 40;
const WOMEN: u64 = 40_000;
const YEARS: u32 = 200;
/// Cells with fewer are too far from normal: a cell has a z where so many kin are expected in all populations together.
const EXPECTED_MIN: f64 = 50.0;

/// The squares of the z of all cells.
fn squares(gross_reproduction: f64) -> Vec<f64> {
    let schedule = Schedule::new(gross_reproduction).unwrap();
    let table = |seed| {
        let society = model::society(Seed(seed), &schedule, WOMEN, YEARS).unwrap();
        model::ask(&society).unwrap()
    };
    let tables: Vec<Table> = (1..=POPULATIONS).map(table).collect();
    let mut squares = Vec::new();
    for kin in MaternalKin::ALL {
        for (at, age) in AGES.into_iter().enumerate() {
            let found = model::compare(&tables, kin, at);
            let expected = schedule.kin.living(kin, age).unwrap();
            let women: u32 = tables
                .iter()
                .map(|table| table[kin as usize][at].women)
                .sum();
            let label = kin.label();
            assert!((found.coverage - 1.0).abs() < 1e-12, "{label} at {age}");
            let constant = expected < 1e-9 || (age == 0 && kin == MaternalKin::Mother);
            if constant {
                assert!(
                    (found.mean - expected).abs() < 1e-12,
                    "{label} at {age}: {}",
                    found.mean
                );
            } else if expected * f64::from(women) >= EXPECTED_MIN {
                let z = (found.mean - expected) / found.error;
                println!(
                    "{gross_reproduction} {label:14} {age:2}: {:.5} (s.e. {:.5}), matrices {expected:.5}, z {z:.2}",
                    found.mean, found.error
                );
                assert!(z.abs() < 4.5, "{label} at {age}: z {z}");
                squares.push(z * z);
            }
        }
    }
    squares
}

fn holds(gross_reproduction: f64) {
    let squares = squares(gross_reproduction);
    let mean = squares.iter().sum::<f64>() / squares.len() as f64;
    println!(
        "{gross_reproduction}: {} cells, mean z^2 {mean:.3}",
        squares.len()
    );
    assert!(squares.len() >= 24, "{} cells", squares.len());
    assert!((0.6..=1.5).contains(&mean), "mean z^2 {mean}");
}

#[test]
fn women_below_replacement_have_the_kin_of_the_matrices() {
    holds(0.85);
}

#[test]
fn women_above_replacement_have_the_kin_of_the_matrices() {
    holds(1.0211);
}

/// What is not on record is not counted as if it were: a short history covers few women.
#[test]
fn a_short_history_covers_few() {
    let schedule = Schedule::new(1.0).unwrap();
    let society = model::society(Seed(1), &schedule, 1_000, 30).unwrap();
    let tables = [model::ask(&society).unwrap()];
    let coverage = |kin, at| model::compare(&tables, kin, at).coverage;
    assert!((coverage(MaternalKin::Daughters, 1) - 1.0).abs() < 1e-12);
    assert!(coverage(MaternalKin::Daughters, 2) < 1e-12);
    assert!(coverage(MaternalKin::Sisters, 0) < 0.95 && coverage(MaternalKin::Cousins, 0) < 1e-12);
}
