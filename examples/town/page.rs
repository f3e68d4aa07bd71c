//! The page of charts that a run leaves behind.

use oikos::data::report::{Baseline, Chart, Estimates, Report, Values};
use oikos::data::{ColumnKind, ColumnSpec, DataError, RunInfo, Schema, Table, Value};
use oikos::prelude::*;

/// The charts of plugins, then those of the town, from its tables of years, deaths and births.
pub(crate) fn report(
    town: &Society,
    start: &Baseline,
    run: &RunInfo,
    yearly: &Table,
    [deaths, births]: [&Table; 2],
) -> Result<Report, oikos::Error> {
    Ok(Report::since(start, "A town", run, town)?
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
