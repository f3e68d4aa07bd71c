//! Tables of what a society did, and the sinks that write them down.
//!
//! A [`Table`] is filled row by row, checked against its [`Schema`] at each push, and handed to a
//! [`Sink`]: [`CsvSink`] always, `ParquetSink` with the feature `parquet`; with the feature `report`,
//! `report::Report` shows tables as charts on a page. The files are read by
//! Python, R and Julia as they are: ids are `i64`, money is an exact decimal whose unit names the
//! currency, enumerations are labels, dates are dates, and every column has a unit.
//!
//! ```
//! use oikos_data::{ColumnKind, ColumnSpec, RunInfo, Schema, Table, Value};
//!
//! # fn main() -> Result<(), oikos_data::DataError> {
//! let schema = Schema::observed(vec![
//!     ColumnSpec::new("persons", ColumnKind::Int, "persons", "People alive at the end of the tick."),
//!     ColumnSpec::new("wages", ColumnKind::Decimal { scale: 2 }, "USD", "Wages paid in the tick."),
//! ])?;
//! let mut population = Table::new("population", schema, RunInfo::new(0, 42)?)?;
//! population.push_at(0, 18_078, &[Value::Int(25), Value::Decimal(312_550)])?;
//! assert_eq!(population.column("persons")?.ints()?, [25]);
//! # Ok(())
//! # }
//! ```
//!
//! Tables of a society are collected while it runs: a [`Collect`] says which tables, when, and of what,
//! and [`Collecting`] runs the society with it, into memory or straight into a sink.
//!
//! ```
//! use oikos_core::{Cadence, Seed, Unit, Years};
//! use oikos_data::{Collect, Collecting};
//! use oikos_engine::Society;
//! use oikos_world::PeoplePlugin;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut society = Society::builder(Seed(42)).add_plugins(PeoplePlugin).build()?;
//! let yearly = Cadence::calendar(Unit::Year);
//! let plan = Collect::new(0).every(yearly, "people", ["population", "mean_age", "births_total"]);
//! let tables = society.collect(Years(10), &plan)?;
//! assert_eq!(tables.table("people")?.column("population")?.ints()?, [0; 11]);
//! # Ok(())
//! # }
//! ```
//!
//! # Invariants
//!
//! - It is output only: nothing here is read back into a society, and there is no reader of files.
//! - Collecting looks at a society and changes nothing in it: its history is the same without.
//! - What is collected does not depend on threads or on where the society stores whom.
//! - A row is in a table whole or not at all; a refused row, schema or batch changes nothing.
//! - No NaN, no infinity and no date without a four-digit ISO 8601 form ever reaches a table.
//! - Rows stay in the order in which they were pushed, tables in the order of their batches.
//! - A file appears under its own name only when the sink finishes, and whole. A sink that is
//!   dropped or fails leaves none; what a killed process leaves ends in `.partial`.
//! - Equal tables give equal bytes, pages of charts included: no clock, no host name and no path is written.
//! - It starts no thread and knows no measure of its own: plugins declare them.
//! - It does not lock: one sink writes to a folder at a time, and files of an earlier run with the
//!   same names are replaced.

mod collect;
mod column;
mod csv_sink;
mod date;
mod error;
#[cfg(feature = "parquet")]
mod parquet_sink;
#[cfg(feature = "report")]
pub mod report;
mod run_info;
mod schema;
mod sink;
mod staging;
pub mod stats;
mod table;
mod value;

pub use collect::{Collect, Collected, Collecting, LifeCourses, Member, Readable, RowTable};
pub use column::ColumnView;
pub use csv_sink::CsvSink;
pub use error::DataError;
#[cfg(feature = "parquet")]
pub use parquet_sink::ParquetSink;
pub use run_info::RunInfo;
pub use schema::{ColumnKind, ColumnSpec, Schema};
pub use sink::Sink;
pub use table::Table;
pub use value::Value;
