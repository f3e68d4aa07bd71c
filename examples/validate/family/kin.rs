//! How many living kin a woman has: V24.

use oikos::family::MaternalKin;
use oikos::prelude::Seed;

use crate::kin_model::{AGES, Schedule, Table, ask, compare, society};
use crate::parallel;
use crate::row::Bound::Errors;
use crate::row::Row;

const POPULATIONS: u64 = 40;
const WOMEN: u64 = 20_000;
const YEARS: u32 = 200;

/// Living kin at 0, 20, 40 and 60 with 0.85 daughters in a whole life, in the order of [`MaternalKin::ALL`]: computed
/// by matrices before this model.
const LIVING: [(MaternalKin, [f64; 4]); 8] = [
    (MaternalKin::Mother, [1.0, 0.95494, 0.71037, 0.14069]),
    (
        MaternalKin::Grandmother,
        [0.89196, 0.49533, 0.04610, 0.00006],
    ),
    (MaternalKin::Daughters, [0.0, 0.04261, 0.84205, 0.84065]),
    (MaternalKin::Granddaughters, [0.0, 0.0, 0.00473, 0.49306]),
    (MaternalKin::Sisters, [0.40675, 0.84362, 0.82631, 0.71442]),
    (MaternalKin::Nieces, [0.00015, 0.10596, 0.64546, 0.70650]),
    (MaternalKin::Aunts, [0.84045, 0.79867, 0.59173, 0.16534]),
    (MaternalKin::Cousins, [0.32256, 0.69291, 0.69465, 0.59538]),
];

/// Rows of women of 20, 40 and 60 where there is a kin of one in a hundred of them or more; with `perturb` fertility is
/// three tenths higher and mortality half as high.
pub(super) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let schedule = if perturb {
        Schedule::at_mortality(2.5e-5, 1.3 * 0.85)?
    } else {
        Schedule::new(0.85)?
    };
    let tables: Vec<Table> = parallel::over(1..=POPULATIONS, |seed| {
        ask(&society(Seed(seed), &schedule, WOMEN, YEARS)?)
    })?;
    let mut rows = Vec::new();
    for (kin, expected) in LIVING {
        for (at, age) in AGES.into_iter().enumerate().skip(1) {
            if expected[at] < 0.01 {
                continue;
            }
            let found = compare(&tables, kin, at);
            let women: u32 = tables
                .iter()
                .map(|table| table[kin as usize][at].women)
                .sum();
            rows.push(Row {
                error: Some(found.error),
                ..Row::of_value(
                    format!("V24 living {} at {age}", kin.label()),
                    "Caswell 2019",
                    // Of so many rows together none is off by chance.
                    (expected[at], Errors(4.0)),
                    found.mean,
                    women as usize,
                )
            });
        }
    }
    Ok(rows)
}
