//! What a run prints.

use std::io::{self, Write};
use std::time::Duration;

use oikos::data::Table;
use oikos::family::{Comparison, EXPECTED_MIN, Exposure, LifeTable, SEXES, VitalRates};
use oikos::prelude::*;

/// Population, births and deaths: at the genesis, and at the end if time has passed.
pub(crate) fn genesis_and_end(
    out: &mut impl Write,
    town: &Society,
    yearly: &Table,
) -> io::Result<()> {
    let rows: Vec<Vec<_>> = yearly.rows().map(Iterator::collect).collect();
    writeln!(
        out,
        "date        population      male    female    births    deaths"
    )?;
    for (row, values) in rows.iter().enumerate() {
        let decade = row % 10 == 0 || row + 1 == rows.len();
        if let (true, [_, _, _, oikos::data::Value::Date(day), counts @ ..]) = (decade, &values[..])
        {
            print_row(out, *day, counts)?;
        }
    }
    writeln!(out, "seed {}, {} threads", town.seed().0, town.threads())
}

fn print_row(out: &mut impl Write, day: i32, counts: &[oikos::data::Value<'_>]) -> io::Result<()> {
    let count = |at: usize| match counts.get(at) {
        Some(oikos::data::Value::Int(count)) => *count,
        _ => 0,
    };
    let date = Date::from_days(day).map_or_else(|_| day.to_string(), |date| date.to_string());
    let (male, female, births, deaths) = (count(0), count(1), count(2), count(3));
    writeln!(
        out,
        "{date} {:>11} {male:>9} {female:>9} {births:>9} {deaths:>9}",
        male + female
    )
}

/// Events against what the tables lead to expect, and what the events amount to.
pub(crate) fn score(
    out: &mut impl Write,
    town: &Society,
    score: &Score,
    elapsed: Duration,
) -> io::Result<()> {
    comparison(out, "deaths", &score.deaths)?;
    comparison(out, "births by age of mother", &score.births)?;
    let world = town.world();
    let rates = world.resource::<VitalRates>();
    let years = score.exposure.years();
    let last = rates.by_year().at_year(*years.end());
    for (sex, name) in SEXES.into_iter().enumerate() {
        let observed = observed_life_table(&score.exposure, sex);
        let observed = observed.map_or("-".to_owned(), |table| {
            format!("{:.2}", table.expectation(0))
        });
        let table = last.mortality[sex].expectation(0);
        writeln!(out, "e0 {name:<6} {observed:>6} years, table {table:.2}")?;
    }
    let observed = score.exposure.fertility(years);
    let observed = observed.map_or("-".to_owned(), |table| format!("{:.3}", table.tfr()));
    writeln!(
        out,
        "TFR {observed:>12} children, table {:.3}",
        last.fertility.tfr()
    )?;
    speed(out, town, score, elapsed)
}

/// Up to the highest open age group in which somebody died.
fn observed_life_table(exposure: &Exposure, sex: usize) -> Option<LifeTable> {
    let open_ages = [100, 95, 90, 85, 80];
    open_ages
        .into_iter()
        .find_map(|age| exposure.life_table(sex, exposure.years(), age).ok())
}

fn comparison(out: &mut impl Write, title: &str, comparison: &Comparison) -> io::Result<()> {
    if comparison.rows.is_empty() {
        return writeln!(out, "\n{title}: none, and none expected");
    }
    writeln!(
        out,
        "\n{title:<24} actual   expected    A/E   95 % interval       z"
    )?;
    for row in &comparison.rows {
        let age = match (row.age_from, row.age_to) {
            (from, to) if from == to => format!("{from}"),
            (from, oikos::family::AGE_MAX) => format!("{from}+"),
            (from, to) => format!("{from}-{to}"),
        };
        writeln!(
            out,
            "{:<6} {age:>8} {:>15} {:>10.1} {:>6.3} {:>8.3}-{:<8.3} {:>6.2}",
            SEXES[row.sex],
            row.actual,
            row.expected,
            row.ratio,
            row.ratio_low,
            row.ratio_high,
            row.z
        )?;
    }
    if comparison.degrees == 0 {
        return writeln!(
            out,
            "no group with {EXPECTED_MIN} expected events: too little happened to be compared"
        );
    }
    let verdict = if comparison.agrees() {
        "agrees"
    } else {
        "DOES NOT AGREE"
    };
    writeln!(
        out,
        "sum of z squared {:.1} over {} groups, 99.99 % point {:.1}: {verdict}",
        comparison.sum_of_squares, comparison.degrees, comparison.limit
    )
}

fn speed(out: &mut impl Write, town: &Society, score: &Score, elapsed: Duration) -> io::Result<()> {
    let ages = 0..=oikos::family::AGE_MAX;
    let cells = ages.flat_map(|age| score.exposure.years().map(move |year| (age, year)));
    let (mut days, mut events) = (0, 0);
    for (age, year) in cells {
        days += (0..2)
            .map(|sex| score.exposure.days(sex, age, year))
            .sum::<u64>();
        events += (0..2)
            .map(|sex| score.exposure.deaths(sex, age, year))
            .sum::<u64>();
        events += score.exposure.births(age, year);
    }
    let seconds = elapsed.as_secs_f64();
    writeln!(
        out,
        "\n{seconds:.2} s for {} ticks: {:.0} events/s, {:.1} M person-ticks/s, {:.2} M person-years/s",
        town.tick().index(),
        events as f64 / seconds,
        days as f64 / seconds / 1e6,
        days as f64 / 365.2425 / seconds / 1e6,
    )
}

/// The digests at their cadence, then that of the end.
pub(crate) fn digests(
    out: &mut impl Write,
    town: &Society,
) -> Result<(), Box<dyn std::error::Error>> {
    let order = town.slot_order::<Person>();
    let moved = order
        .iter()
        .enumerate()
        .filter(|(at, id)| order.get(at + 1).is_some_and(|next| next < *id));
    writeln!(
        out,
        "order of rows: {} of {} are followed by one of lower id",
        moved.count(),
        order.len()
    )?;
    for (tick, digest) in town.digests() {
        let year = town.clock().calendar().date(*tick)?.year();
        writeln!(out, "digest {year} {digest}")?;
    }
    writeln!(out, "digest {}", town.digest()?)?;
    Ok(())
}
