//! What cannot be charted.

use std::error::Error;

use thiserror::Error;

/// What can go wrong between a table and a chart. Rows are counted from 0.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChartError {
    /// Columns of several units on one axis.
    #[error(
        "table {table}: {column} is in {unit}, which cannot share an axis with {other_unit}; draw a \
         chart for each unit"
    )]
    MixedUnits {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its unit.
        unit: String,
        /// The unit of the columns before it.
        other_unit: String,
    },
    /// More series than colours that can be told apart.
    #[error("table {table}: {series} series for {colours} colours; draw fewer, or several charts")]
    TooManySeries {
        /// The table.
        table: String,
        /// Series asked for.
        series: usize,
        /// The most that a chart can have.
        colours: usize,
    },
    /// A pyramid of more than two moments.
    #[error("table {table}: {column} has more than two values; a pyramid shows one or two")]
    TooManyMoments {
        /// The table.
        table: String,
        /// The column that tells the moments apart.
        column: String,
    },
    /// Two bars in one place.
    #[error(
        "table {table}, row {row}: a second value of {series} for {group}; leave rows out or split \
         the values by another column"
    )]
    SecondValue {
        /// The table.
        table: String,
        /// The row.
        row: usize,
        /// The series.
        series: String,
        /// The group of bars.
        group: String,
    },
    /// A count below zero.
    #[error("table {table}, row {row}, column {column}: {value} cannot be counted; give 0 or more")]
    Negative {
        /// The table.
        table: String,
        /// The row.
        row: usize,
        /// The column.
        column: String,
        /// What stands there.
        value: f64,
    },
    /// A bin of a histogram that ends before it has begun.
    #[error("table {table}, row {row}: the bin from {from} to {to} is empty; let it end above")]
    EmptyBin {
        /// The table.
        table: String,
        /// The row.
        row: usize,
        /// Where the bin begins.
        from: f64,
        /// Where it ends.
        to: f64,
    },
    /// Two charts under one name.
    #[error("two charts are called {name:?}; rename one of them")]
    DuplicateChart {
        /// The name.
        name: String,
    },
    /// A plugin's chart that could not be made.
    #[error("the chart {name:?} could not be made: {source}")]
    Failed {
        /// The name of the chart.
        name: String,
        /// What its function said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The chart library refused something.
    #[error("the chart {title:?} could not be drawn: {reason}")]
    NotDrawn {
        /// The title of the chart.
        title: String,
        /// What the library said.
        reason: String,
    },
}
