//! The page of charts that a run leaves behind.

use oikos::data::report::{Chart, Estimates, Pyramid, Report, Values};
use oikos::data::{ColumnKind, ColumnSpec, DataError, RunInfo, Schema, Table, Value};
use oikos::prelude::*;

/// Five years each, the last one open.
const AGE_GROUPS: usize = 21;

/// The charts of plugins, then those of the town, from its tables of years, deaths and births.
pub(crate) fn report(
    town: &Society,
    run: &RunInfo,
    yearly: &Table,
    [deaths, births]: [&Table; 2],
) -> Result<Report, oikos::Error> {
    Ok(Report::of("A town", run, town)?
        .chart(population(town, run)?)
        .chart(vital_events(yearly)?)
        .chart(
            against_expected("Deaths by age, actual over expected", deaths)?.caption(
                "Deaths over those that the life table leads to expect, with 95 % intervals.",
            ),
        )
        .chart(
            against_expected("Births by age of mother, actual over expected", births)?.caption(
                "Births over those that the fertility table leads to expect, with 95 % intervals.",
            ),
        ))
}

/// The people by age and sex, at the start and now.
fn population(town: &Society, run: &RunInfo) -> Result<Chart, oikos::Error> {
    let persons = |name, text| ColumnSpec::new(name, ColumnKind::Int, "persons", text);
    let schema = Schema::observed(vec![
        ColumnSpec::new("age_group", ColumnKind::Label, "years", "Completed ages."),
        persons("male", "Men and boys alive."),
        persons("female", "Women and girls alive."),
    ])?;
    let mut table = Table::new("population_by_age", schema, run.clone())?;
    let lineage = town.world().resource::<Lineage>();
    let founders = lineage.iter().filter(|(_, person)| person.mother.is_none());
    let living = lineage.iter().filter(|(_, person)| person.exit().is_none());
    let start = lineage.founded();
    let ages = |date: Date, counts: &mut [[i64; 2]; AGE_GROUPS], born: Date, sex: Sex| {
        let age = date.completed_years_since(born).max(0) as usize;
        counts[(age / 5).min(AGE_GROUPS - 1)][sex.index()] += 1;
    };
    let (mut at_start, mut now) = ([[0; 2]; AGE_GROUPS], [[0; 2]; AGE_GROUPS]);
    founders.for_each(|(_, person)| ages(start, &mut at_start, person.born, person.sex));
    living.for_each(|(_, person)| ages(town.today(), &mut now, person.born, person.sex));
    if start < town.today() {
        push_ages(&mut table, 0, start, &at_start)?;
    }
    push_ages(&mut table, town.tick().index(), town.today(), &now)?;
    let columns = Pyramid {
        groups: "age_group",
        left: "male",
        right: "female",
        at: "date",
    };
    Ok(Chart::pyramid("Population by age and sex", table, columns)?
        .x_axis("males and females (persons)")
        .y_axis("age (years)")
        .caption("Filled: the end of the run. Outlined: its start."))
}

fn push_ages(
    table: &mut Table,
    tick: u32,
    date: Date,
    counts: &[[i64; 2]; AGE_GROUPS],
) -> Result<(), DataError> {
    for (group, [male, female]) in counts.iter().enumerate() {
        let first = 5 * group;
        let ages = match group {
            _ if group + 1 == AGE_GROUPS => format!("{first}+"),
            _ => format!("{first}-{}", first + 4),
        };
        let row = [Value::Label(&ages), Value::Int(*male), Value::Int(*female)];
        table.push_at(tick, date.days(), &row)?;
    }
    Ok(())
}

/// Births and deaths in each year, from what the years began with.
fn vital_events(yearly: &Table) -> Result<Chart, DataError> {
    let persons = |name, text| ColumnSpec::new(name, ColumnKind::Int, "persons", text);
    let schema = Schema::new(vec![
        ColumnSpec::new("date", ColumnKind::Date, "days", "When the year ended."),
        persons("births", "Children born in it."),
        persons("deaths", "People who died in it."),
    ])?;
    let mut table = Table::new("vital_events", schema, yearly.run().clone())?;
    let days = yearly.column("date")?.days()?;
    let births = yearly.column("births_total")?.ints()?;
    let deaths = yearly.column("deaths_total")?.ints()?;
    let years = births.windows(2).zip(deaths.windows(2)).zip(&days[1..]);
    for ((births, deaths), day) in years {
        let [births, deaths] = [births, deaths].map(|total| Value::Int(total[1] - total[0]));
        table.push(&[Value::Date(*day), births, deaths])?;
    }
    let events = Values::Columns(&["births", "deaths"]);
    let chart = Chart::lines("Births and deaths", table, "date", events)?;
    Ok(chart
        .x_axis("year that ends")
        .y_axis("persons a year")
        .caption("Births and deaths in each year of the run."))
}

fn against_expected(title: &str, table: &Table) -> Result<Chart, DataError> {
    let columns = Estimates {
        value: "ratio",
        low: "ratio_low",
        high: "ratio_high",
        by: Some("sex"),
        reference: Some(1.0),
    };
    let chart = Chart::points(title, table.clone(), "age_from", columns)?;
    Ok(chart
        .x_axis("first age of the group (years)")
        .y_axis("actual over expected"))
}
