//! Who marries whom, and when: V14, V26.

use oikos::core::{Draw, Stream, Tick};
use oikos::family::{CoaleMcNeil, stable_matching};
use oikos::prelude::Seed;

use crate::parallel;
use crate::row::Bound::{Below, Errors, Within};
use crate::row::Row;
use crate::statistics::{distance, mean, mean_and_error, sorted};

const DRAWS: u64 = 20;

/// Complete lists of so many others, each in a random order.
fn lists(number: u32, draw: &mut Draw) -> Vec<Vec<u32>> {
    let list = |_| {
        let mut all: Vec<u32> = (0..number).collect();
        draw.shuffle(&mut all);
        all
    };
    (0..number).map(list).collect()
}

/// The place of each number in each list, from 1.
fn ranks(lists: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let rank = |list: &Vec<u32>| {
        let mut ranks = vec![0; list.len()];
        for (rank, who) in (1..).zip(list) {
            ranks[*who as usize] = rank;
        }
        ranks
    };
    lists.iter().map(rank).collect()
}

/// Of a matching by random lists: mean rank of partners for proposers and receivers, and how many pairs would rather
/// have each other.
fn matching(number: u32, seed: u64, perturb: bool) -> Result<[f64; 3], oikos::Error> {
    let stream = Stream::new(Seed(seed), "validate.matching");
    let mut draw = stream.at(u64::from(number), Tick::ZERO);
    let (own, others) = (lists(number, &mut draw), lists(number, &mut draw));
    let matching = stable_matching(&own, &others)?;
    let partners: Vec<usize> = if perturb {
        (0..number as usize).collect()
    } else {
        let of = matching.of_proposers.iter().flatten();
        of.map(|receiver| *receiver as usize).collect()
    };
    let (own, others) = (ranks(&own), ranks(&others));
    let mut of_receiver = vec![0; partners.len()];
    let (mut for_proposers, mut for_receivers) = (Vec::new(), Vec::new());
    for (proposer, receiver) in partners.iter().enumerate() {
        of_receiver[*receiver] = proposer;
        for_proposers.push(own[proposer][*receiver] as f64);
        for_receivers.push(others[*receiver][proposer] as f64);
    }
    let mut blocking = 0;
    for (proposer, receiver) in partners.iter().enumerate() {
        for (other, theirs) in of_receiver.iter().enumerate() {
            let would = own[proposer][other] < own[proposer][*receiver];
            blocking += u32::from(would && others[other][proposer] < others[other][*theirs]);
        }
    }
    Ok([
        mean(&for_proposers),
        mean(&for_receivers),
        f64::from(blocking),
    ])
}

/// Stable matchings of random lists; with `perturb` everybody is matched with the one of the same number.
pub(super) fn matchings(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let mut rows = Vec::new();
    for (number, for_proposers, for_receivers) in [(100, 5.117, 19.35), (1_000, 7.485, 133.6)] {
        let found = parallel::over(1..=DRAWS, |seed| matching(number, seed, perturb))?;
        let column = |at: usize| -> Vec<f64> { found.iter().map(|row| row[at]).collect() };
        let source = "Wilson 1972; Gale & Shapley 1962";
        let row = |what: &str, (target, within), at| {
            let name = format!("V14 stable matching of {number}: {what}");
            Row::of_mean(name, source, (target, Within(within)), &column(at))
        };
        rows.push(row(
            "rank for proposers",
            (for_proposers, 0.15 * for_proposers),
            0,
        ));
        rows.push(row(
            "rank for receivers",
            (for_receivers, 0.15 * for_receivers),
            1,
        ));
        rows.push(row("blocking pairs", (0.0, 0.0), 2));
    }
    Ok(rows)
}

const MARRIAGES: u64 = 100_000;

/// The published curve of first marriages by age from the first one on (Coale & McNeil 1972).
fn published(age: f64) -> f64 {
    0.1946 * libm::exp(-0.174 * (age - 6.06) - libm::exp(-0.2881 * (age - 6.06)))
}

/// The shares of the published curve up to ages a hundredth of a year apart, from -10 years on.
fn cumulated() -> Vec<f64> {
    let step = 0.01;
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for at in 0..21_000 {
        let age = -10.0 + step * f64::from(at);
        sum += step / 6.0
            * (published(age) + 4.0 * published(age + step / 2.0) + published(age + step));
        sums.push(sum);
    }
    sums.iter().map(|part| part / sum).collect()
}

/// Ages at first marriage, drawn; with `perturb` from a schedule whose mean is a year higher and whose deviation is
/// half a year lower.
pub(super) fn first_marriages(perturb: bool) -> Result<Vec<Row>, oikos::Error> {
    let (later, closer) = if perturb { (1.0, 0.5) } else { (0.0, 0.0) };
    let schedule = CoaleMcNeil::new(11.358 + later, 6.582 - closer, 1.0)?;
    let stream = Stream::new(Seed(1), "validate.first-marriages");
    let age = |who| schedule.age_at(stream.at(who, Tick::ZERO).unit());
    let ages = sorted(
        (0..MARRIAGES)
            .map(age)
            .filter(|age| age.is_finite())
            .collect(),
    );
    let squares: Vec<f64> = ages
        .iter()
        .map(|age| (age - 11.358) * (age - 11.358))
        .collect();
    // The deviation, and its error by that of the variance.
    let (variance, error) = mean_and_error(&squares);
    let deviation = libm::sqrt(variance);
    let shares = cumulated();
    let by = |age: f64| {
        let at = libm::round((age + 10.0) * 100.0).clamp(0.0, 21_000.0);
        shares[at as usize]
    };
    let source = "Coale & McNeil 1972";
    Ok(vec![
        Row::of_value(
            "V26 first marriages: mode",
            source,
            (7.81, Within(0.005)),
            schedule.mode(),
            1,
        ),
        Row::of_mean(
            "V26 first marriages: mean age",
            source,
            (11.358, Errors(3.0)),
            &ages,
        ),
        Row {
            error: Some(error / (2.0 * deviation)),
            ..Row::of_value(
                "V26 first marriages: deviation",
                source,
                (6.582, Errors(3.0)),
                deviation,
                ages.len(),
            )
        },
        Row::of_value(
            "V26 first marriages: distance of ages",
            "99 % point of Smirnov 1948",
            (1.63 / libm::sqrt(MARRIAGES as f64), Below),
            distance(&ages, by),
            ages.len(),
        ),
    ])
}
