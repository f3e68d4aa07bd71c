//! Money that passes from hand to hand: V1, V2, V4; and the Gini coefficient itself, V5.

use oikos::core::{Ratio, Stream, Tick};
use oikos::data::Collected;
use oikos::prelude::Seed;

use crate::money_exchange::{Exchange, Rule, Winner, run};
use crate::parallel;
use crate::row::Bound::{Below, Errors, Within};
use crate::row::Row;
use crate::statistics::{distance, gini, sorted, top, variation};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=30;
const YAKOVENKO: &str = "Dragulescu & Yakovenko 2000";
const CHAKRABARTI: &str = "Chakraborti & Chakrabarti 2000";

/// What all have at the end of a run, over the mean, in ascending order.
fn wealth(tables: &Collected, exchange: &Exchange) -> Result<Vec<f64>, oikos::Error> {
    let money = tables.table("wealth")?.column("money")?.minor_units()?;
    let last = money.len() - exchange.agents as usize;
    let relative = |minor: &i64| *minor as f64 / exchange.mean as f64;
    Ok(sorted(money[last..].iter().map(relative).collect()))
}

/// What all have at the end, for each seed.
fn ends(exchange: Exchange, sweeps: u32) -> Result<Vec<Vec<f64>>, oikos::Error> {
    parallel::over(SEEDS, |seed| {
        wealth(&run(Seed(seed), exchange, sweeps)?, &exchange)
    })
}

fn of_each(ends: &[Vec<f64>], statistic: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    ends.iter().map(|wealth| statistic(wealth)).collect()
}

/// The rows, those of a society in which the richer of two always wins if `perturb`.
pub(crate) fn rows(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let winner = if perturb {
        Winner::Richer
    } else {
        Winner::Drawn
    };
    let with = |rule| Exchange {
        rule,
        winner,
        ..Exchange::default()
    };
    let mut rows = Vec::new();
    let split = with(Exchange::default().rule);
    let ends_of_split = ends(split, 50)?;
    rows.extend(exponential("V1 split", &ends_of_split));
    rows.extend(exponential(
        "V1 transfer",
        &ends(with(Rule::Transfer), 200)?,
    ));
    let coins = Exchange {
        mean: 10,
        decimals: 0,
        ..with(Rule::Coin)
    };
    rows.extend(geometric(&ends(coins, 4_000)?));
    for (percent, expected) in [(25, 0.375), (50, 0.2734), (75, 0.1762), (90, 0.1062)] {
        let saving = Ratio::percent(percent);
        let ends = ends(with(Rule::Split { saving }), 200)?;
        let name = format!("V4 saving {percent}%: Gini");
        let target = (expected, Within(0.005));
        rows.push(Row::of_mean(
            name,
            CHAKRABARTI,
            target,
            &of_each(&ends, gini),
        ));
    }
    rows.extend(code(perturb));
    Ok(rows)
}

/// Exponential: the share of the upper p is p (1 - ln p).
fn exponential(name: &str, ends: &[Vec<f64>]) -> Vec<Row> {
    let mean = |what: &str, target, within, values: Vec<f64>| {
        Row::of_mean(
            format!("{name}: {what}"),
            YAKOVENKO,
            (target, Within(within)),
            &values,
        )
    };
    let pooled = sorted(ends.concat());
    let far = distance(&pooled, |money| -libm::expm1(-money));
    let share = |p: f64| p * (1.0 - libm::log(p));
    let upper = |of: usize| of_each(ends, |wealth| top(wealth, wealth.len() / of));
    vec![
        mean("Gini", 0.5, 0.006, of_each(ends, gini)),
        mean(
            "coefficient of variation",
            1.0,
            0.015,
            of_each(ends, variation),
        ),
        mean("share of the upper 20%", share(0.2), 0.006, upper(5)),
        mean("share of the upper 10%", share(0.1), 0.006, upper(10)),
        mean("share of the upper 1%", share(0.01), 0.006, upper(100)),
        Row::of_value(
            format!("{name}: distance to the exponential"),
            YAKOVENKO,
            (0.03, Below),
            far,
            pooled.len(),
        ),
    ]
}

/// Geometric, with a mean of T = 10 coins.
fn geometric(ends: &[Vec<f64>]) -> Vec<Row> {
    let none = |wealth: &[f64]| {
        let none = wealth.iter().filter(|coins| **coins < 0.05).count();
        none as f64 / wealth.len() as f64
    };
    let row = |what: &str, target, within, values: Vec<f64>| {
        let name = format!("V2 unit coin: {what}");
        Row::of_mean(name, YAKOVENKO, (target, Within(within)), &values)
    };
    vec![
        row(
            "share without a coin",
            1.0 / 11.0,
            0.006,
            of_each(ends, none),
        ),
        row("Gini", 11.0 / 21.0, 0.006, of_each(ends, gini)),
        row(
            "coefficient of variation",
            libm::sqrt(1.1),
            0.018,
            of_each(ends, variation),
        ),
    ]
}

/// The Gini coefficient of known values and distributions; broken, the upper tenth of the values is lost.
fn code(perturb: bool) -> Vec<Row> {
    let fixed = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0];
    let pairs = fixed
        .iter()
        .flat_map(|a: &f64| fixed.map(|b| (a - b).abs()));
    let definition = pairs.sum::<f64>() / (2.0 * 11.0 * fixed.iter().sum::<f64>());
    let broken = |mut ascending: Vec<f64>| {
        if perturb {
            let keep = ascending.len() * 9 / 10;
            ascending.truncate(keep);
        }
        gini(&ascending)
    };
    let stream = Stream::new(Seed(1), "validate.gini");
    let batches = |draw: fn(&mut oikos::core::Draw) -> f64, tick| -> Vec<f64> {
        let batch = |subject| {
            let mut luck = stream.at(subject, Tick::new(tick));
            broken(sorted((0..10_000).map(|_| draw(&mut luck)).collect()))
        };
        (0..30).map(batch).collect()
    };
    let exponential = batches(|draw| draw.exponential(), 0);
    let lognormal = batches(|draw| libm::exp(0.8 * draw.normal()), 1);
    let of_lognormal = libm::erf(0.4);
    let ours = broken(sorted(fixed.to_vec()));
    let source = "definition";
    vec![
        Row::of_value(
            "V5 Gini of eleven digits",
            source,
            (definition, Within(1e-12)),
            ours,
            11,
        ),
        Row::of_mean(
            "V5 Gini of Exp(1)",
            "closed form",
            (0.5, Errors(3.0)),
            &exponential,
        ),
        Row::of_mean(
            "V5 Gini of the log-normal, sigma 0.8",
            "closed form",
            (of_lognormal, Errors(3.0)),
            &lognormal,
        ),
    ]
}
