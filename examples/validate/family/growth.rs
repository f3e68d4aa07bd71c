//! How populations grow under constant rates: V22, V23.

use oikos::family::Leslie;
use oikos::prelude::*;

use crate::kin_model::{Schedule, society};
use crate::parallel;
use crate::row::Bound::Within;
use crate::row::Row;

const LESLIE: &str = "Leslie 1945";
const LOTKA: &str = "Euler-Lotka";
const WOMEN: u64 = 200_000;

/// The rows; with `perturb` fertility is higher and mortality half as high.
pub(super) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let more = if perturb { 1.3 } else { 1.0 };
    let matrix = Leslie::new(vec![0.0, 4.0 * more, 3.0], vec![0.5, 0.25])?;
    let stable = matrix.stable()?;
    let exactly =
        |what: String, target, ours| Row::of_value(what, LESLIE, (target, Within(1e-12)), ours, 1);
    let mut rows = vec![exactly(
        "V22 growth of a step".to_owned(),
        1.5,
        stable.factor,
    )];
    for (class, (target, ours)) in [0.72, 0.24, 0.04]
        .into_iter()
        .zip(&stable.shares)
        .enumerate()
    {
        rows.push(exactly(
            format!("V22 share of class {class}"),
            target,
            *ours,
        ));
    }
    let net = matrix.net_reproduction();
    rows.push(exactly("V22 net reproduction".to_owned(), 2.375, net));
    rows.extend(stable_women(perturb)?);
    Ok(rows)
}

fn schedule(gross_reproduction: f64, perturb: bool) -> Result<Schedule, oikos::Error> {
    Ok(if perturb {
        Schedule::at_mortality(2.5e-5, 1.3 * gross_reproduction)?
    } else {
        Schedule::new(gross_reproduction)?
    })
}

/// Women alone, of known rates: what the matrix says, and how many there are after a hundred years and fifty more.
fn stable_women(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let known = [
        (0.85, -0.005_941, 0.843_63, 27.69),
        (1.0211, 0.000_468, 1.013_44, 27.54),
    ];
    let found = parallel::over(0..2, |at| {
        let schedule = schedule(known[at as usize].0, perturb)?;
        let mut women = society(Seed(1), &schedule, WOMEN, 50)?;
        let number = |women: &Society| women.slot_order::<Person>().len() as f64;
        let before = number(&women);
        women.run(Years(100))?;
        Ok(libm::log(number(&women) / before) / 100.0)
    })?;
    let mut rows = Vec::new();
    for ((gross, rate, net, age), simulated) in known.into_iter().zip(found) {
        let matrix = schedule(gross, perturb)?.matrix;
        let row = |what: &str, target, within, ours, n| {
            let name = format!("V23 {gross} daughters: {what}");
            Row::of_value(name, LOTKA, (target, Within(within)), ours, n)
        };
        let of_matrix = matrix.stable()?.rate();
        rows.push(row("growth of the matrix", rate, 5e-7, of_matrix, 1));
        rows.push(row(
            "net reproduction",
            net,
            5e-6,
            matrix.net_reproduction(),
            1,
        ));
        rows.push(row(
            "age of mothers",
            age,
            5e-3,
            matrix.mean_age_of_mothers()?,
            1,
        ));
        rows.push(row(
            "growth of 200,000 women",
            rate,
            8e-4,
            simulated,
            WOMEN as usize,
        ));
    }
    Ok(rows)
}
