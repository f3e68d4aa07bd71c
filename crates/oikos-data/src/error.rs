//! The one error of this crate.

use std::io;
use std::path::PathBuf;

use oikos_core::Tick;
use oikos_engine::EngineError;
use thiserror::Error;

use crate::schema::ColumnKind;

/// What can go wrong between a society and a file.
///
/// Rows are counted from 0 within the table that refused one. Every call that returns an error
/// from a table or a schema has changed nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A table or column name that other languages could not use as it is.
    #[error(
        "the {what} name {name:?} is not snake_case: begin with a-z, go on with a-z, 0-9 and single \
         underscores, do not end with one"
    )]
    NameNotSnakeCase {
        /// `"table"` or `"column"`.
        what: &'static str,
        /// The refused name.
        name: String,
    },
    /// A table name that a sink needs for itself.
    #[error("the table name {name:?} is taken by the file that describes the run; choose another")]
    NameReserved {
        /// The refused name.
        name: String,
    },
    /// A schema without columns.
    #[error("a schema needs at least one column")]
    NoColumns,
    /// Two columns of one schema share a name.
    #[error("the column {column:?} appears twice in one schema; rename one of them")]
    DuplicateColumn {
        /// The repeated name.
        column: String,
    },
    /// A column that does not say what it is measured in.
    #[error("the column {column:?} has no unit; use \"1\" for a pure number")]
    UnitMissing {
        /// The column without a unit.
        column: String,
    },
    /// More decimals than an `i64` of minor units can hold.
    #[error("the column {column:?} has {scale} decimals; at most 18 fit an i64 of minor units")]
    ScaleTooLarge {
        /// The column.
        column: String,
        /// The refused number of decimals.
        scale: u8,
    },
    /// A tick whose life events nobody took down.
    #[error(
        "life courses have been taken down up to {next} and the society is at {now}; give \
         `LifeCourses` to every run of it, from the tick at which it was made"
    )]
    LifeCoursesGap {
        /// The tick whose events come next.
        next: Tick,
        /// The tick that the society runs next.
        now: Tick,
    },
    /// A seed that the `i64` column `seed` cannot hold.
    #[error("the seed {seed} does not fit the i64 column `seed`; choose one below 2^63")]
    SeedTooLarge {
        /// The refused seed.
        seed: u64,
    },
    /// Two values under one key of a run.
    #[error("the run has a `{key}` already; give the other one another name")]
    RunKeyTaken {
        /// The key.
        key: String,
    },
    /// A row with too many or too few values.
    #[error("table {table}, row {row}: {got} values for {expected} columns; give one for each")]
    ValueCount {
        /// The table.
        table: String,
        /// The row that was refused.
        row: u64,
        /// Values expected.
        expected: u64,
        /// Values given.
        got: u64,
    },
    /// A value of another kind than its column.
    #[error(
        "table {table}, row {row}, column {column}: a value of kind {got} where the schema says {expected}"
    )]
    WrongKind {
        /// The table.
        table: String,
        /// The row that was refused.
        row: u64,
        /// The column.
        column: String,
        /// The kind in the schema.
        expected: ColumnKind,
        /// The kind of the value.
        got: &'static str,
    },
    /// A missing value in a column that has none.
    #[error(
        "table {table}, row {row}, column {column}: a missing value; declare the column nullable or give one"
    )]
    NullNotAllowed {
        /// The table.
        table: String,
        /// The row that was refused.
        row: u64,
        /// The column.
        column: String,
    },
    /// NaN or an infinity.
    #[error(
        "table {table}, row {row}, column {column}: {value} is not finite; make the column nullable and \
         push Null if there is no value"
    )]
    NotFinite {
        /// The table.
        table: String,
        /// The row that was refused.
        row: u64,
        /// The column.
        column: String,
        /// The refused value.
        value: f64,
    },
    /// A date outside the years 1 to 9999, beyond which ISO 8601 has no agreed form.
    #[error(
        "table {table}, row {row}, column {column}: day {days} since 1970-01-01 is outside the years 0001 to 9999"
    )]
    DateOutOfRange {
        /// The table.
        table: String,
        /// The row that was refused.
        row: u64,
        /// The column.
        column: String,
        /// The refused day, counted from 1970-01-01.
        days: i32,
    },
    /// A label column that is used for free text.
    #[error(
        "table {table}, row {row}, column {column}: more than 65536 different labels; use a text column"
    )]
    TooManyLabels {
        /// The table.
        table: String,
        /// The row that was refused.
        row: u64,
        /// The column.
        column: String,
    },
    /// A row by tick and date for a table without the four leading columns.
    #[error(
        "table {table} does not begin with run_id, seed, tick and date; build its schema with Schema::observed"
    )]
    NotObserved {
        /// The table.
        table: String,
    },
    /// A column that the table does not have.
    #[error("table {table} has no column {column:?}")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The name asked for.
        column: String,
    },
    /// A column read as something that it is not.
    #[error("table {table}, column {column}: it holds {kind} and cannot be read as {asked}")]
    ReadAsOtherKind {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What the column holds.
        kind: ColumnKind,
        /// What was asked for.
        asked: &'static str,
    },
    /// A second batch of a table whose columns are not those of the first.
    #[error(
        "table {table}: this batch has another schema than the first one; write it under another name"
    )]
    SchemaChanged {
        /// The table.
        table: String,
    },
    /// A table of another run than those the sink holds.
    #[error(
        "table {table}: it belongs to run {got} and the sink holds run {expected}; use a sink for each run"
    )]
    RunMismatch {
        /// The table.
        table: String,
        /// The run of the sink, as `run_id/seed/version`.
        expected: String,
        /// The run of the table, as `run_id/seed/version`.
        got: String,
    },
    /// A sink that already failed to write and so holds part of a batch.
    #[error(
        "the output in {folder} was given up after an earlier error; fix its cause and run again"
    )]
    SinkBroken {
        /// The folder of the sink.
        folder: PathBuf,
    },
    /// A folder stands where a file has to go.
    #[error("{path} is a folder and the output needs a file of this name; move it away")]
    PathIsFolder {
        /// The path.
        path: PathBuf,
    },
    /// The operating system refused something.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was tried, as a verb.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// Why it was refused.
        source: io::Error,
    },
    /// The Parquet encoder refused something.
    #[cfg(feature = "parquet")]
    #[error("cannot write {path} as Parquet: {source}")]
    Parquet {
        /// The path.
        path: PathBuf,
        /// Why it was refused.
        source: parquet::errors::ParquetError,
    },
    /// The arrays of a batch do not fit together.
    #[cfg(feature = "parquet")]
    #[error("cannot lay out {path} as Arrow arrays: {source}")]
    Arrow {
        /// The path of the file that the batch was for.
        path: PathBuf,
        /// Why it was refused.
        source: arrow_schema::ArrowError,
    },
    /// A chart that cannot be made.
    #[cfg(feature = "report")]
    #[error(transparent)]
    Chart(#[from] crate::report::ChartError),
    /// Two tables of one plan or of one report share a name.
    #[error("two tables are called {table:?}; rename one of them")]
    DuplicateTable {
        /// The repeated name.
        table: String,
    },
    /// A table that was not collected.
    #[error("no table is called {table:?}; there are: {}", list(.known))]
    UnknownTable {
        /// The name asked for.
        table: String,
        /// The tables that there are, in their order.
        known: Vec<String>,
    },
    /// A measure that no plugin declared.
    #[error(
        "table {table}: no measure is called {measure:?}; declared by the society's plugins are: {}",
        list(.known)
    )]
    UnknownMeasure {
        /// The table that was to have it.
        table: String,
        /// The name asked for.
        measure: String,
        /// The measures that there are, in the order in which plugins declared them.
        known: Vec<String>,
    },
    /// A measure that read NaN or an infinity.
    #[error(
        "table {table}: the measure {measure:?} read {value} at {tick}; let it read Missing where \
         there is nothing to say"
    )]
    MeasureNotFinite {
        /// The table.
        table: String,
        /// The measure.
        measure: String,
        /// The tick that was to run next.
        tick: Tick,
        /// What it read.
        value: f64,
    },
    /// A table over the members of a kind that the society does not have.
    #[error("table {table}: the society has no kind {kind:?}; add the plugin that brings it")]
    UnknownKind {
        /// The table.
        table: String,
        /// The kind, by its name.
        kind: &'static str,
    },
    /// A column that is made from an attribute that the society does not have.
    #[error(
        "table {table}, column {column}: the society has no attribute {attribute:?}; add the plugin that brings it"
    )]
    UnknownAttribute {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The attribute, by its name.
        attribute: &'static str,
    },
    /// The society could not run on.
    #[error("the society could not be run to the end: {0}")]
    Society(#[source] Box<EngineError>),
    /// A statistic of fewer values than it needs.
    #[error("the {statistic} needs at least {needed} values and was given {got}")]
    TooFewValues {
        /// The statistic.
        statistic: &'static str,
        /// Values needed.
        needed: u64,
        /// Values given.
        got: u64,
    },
    /// A statistic of NaN or an infinity, or one that is itself too large for an `f64`.
    #[error("the {statistic} met {value}, which is not finite; leave such values out or rescale")]
    StatisticNotFinite {
        /// The statistic.
        statistic: &'static str,
        /// The value met.
        value: f64,
    },
    /// A probability outside 0 to 1.
    #[error("{value} is not a probability; give one from 0 to 1")]
    NotAProbability {
        /// The refused value.
        value: f64,
    },
    /// More successes than trials.
    #[error("{successes} successes in {trials} trials; count again")]
    MoreSuccessesThanTrials {
        /// Successes.
        successes: u64,
        /// Trials.
        trials: u64,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}

impl DataError {
    /// Takes over an engine's error; what a collector said comes out as it was.
    pub(crate) fn society(error: EngineError) -> Self {
        match error {
            EngineError::Collector {
                collector,
                tick,
                source,
            } => match source.downcast::<Self>() {
                Ok(said) => *said,
                Err(source) => Self::Society(Box::new(EngineError::Collector {
                    collector,
                    tick,
                    source,
                })),
            },
            other => Self::Society(Box::new(other)),
        }
    }

    /// Wraps an error of the operating system with what was tried and where.
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}
