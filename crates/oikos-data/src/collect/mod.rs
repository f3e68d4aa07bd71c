//! Collecting: a plan that says what to write down, and a society that runs with it.

mod attributes;
mod collected;
mod life_courses;
mod observer;
mod output;
mod row_table;

use std::sync::Arc;

use oikos_core::{Cadence, Span};
use oikos_engine::{Kind, Society};

pub use attributes::Readable;
pub use collected::Collected;
pub use life_courses::LifeCourses;
pub use row_table::{Member, RowTable};

use crate::error::DataError;
use crate::sink::Sink;
use observer::Observer;
use output::Output;
use row_table::AnyRowTable;

/// What to write down of a run: which tables, when, and of what. It is data; the same plan serves any
/// number of societies, and it is checked against each before the first tick.
///
/// A cadence is due before the first tick and then between ticks: the row of tick t shows the state
/// in which t begins, under the date on which it begins.
#[derive(Clone, Debug)]
pub struct Collect {
    run_id: i64,
    tables: Vec<TablePlan>,
}

#[derive(Clone, Debug)]
struct TablePlan {
    cadence: Cadence,
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Measures { table: String, names: Vec<String> },
    Members(Arc<dyn AnyRowTable>),
}

impl Collect {
    /// A plan without tables, for the run that has this place among others. The seed is the
    /// society's own.
    #[must_use]
    pub fn new(run_id: i64) -> Self {
        let tables = Vec::new();
        Self { run_id, tables }
    }

    /// Adds a table with one row whenever it is due, and a column for each of these measures, which
    /// the society's plugins declared. Where a measure has nothing to say, the cell is missing.
    #[must_use]
    pub fn every<'m>(
        self,
        cadence: Cadence,
        table: &str,
        measures: impl IntoIterator<Item = &'m str>,
    ) -> Self {
        let table = table.to_owned();
        let names = measures.into_iter().map(str::to_owned).collect();
        self.with(cadence, Source::Measures { table, names })
    }

    /// Adds a table with one row for each living member of a kind whenever it is due.
    #[must_use]
    pub fn rows<K: Kind>(self, cadence: Cadence, table: RowTable<K>) -> Self {
        self.with(cadence, Source::Members(Arc::new(table)))
    }

    fn with(mut self, cadence: Cadence, source: Source) -> Self {
        self.tables.push(TablePlan { cadence, source });
        self
    }
}

/// Running a [`Society`] while tables are collected.
///
/// The plan is checked before the first tick, and then refused with [`DataError::SeedTooLarge`],
/// [`DataError::UnknownMeasure`], [`DataError::UnknownKind`], [`DataError::UnknownAttribute`],
/// [`DataError::DuplicateTable`] or an error of [`Schema::observed`](crate::Schema::observed) or
/// [`Table::new`](crate::Table::new); the society has then not moved. During the run,
/// [`DataError::MeasureNotFinite`] and the errors of [`Table::push`](crate::Table::push) end it at
/// the tick where they arise, the society unharmed; it can be run on. [`DataError::Society`] wraps
/// what the engine says.
pub trait Collecting {
    /// Runs for a span of time and keeps the tables in memory.
    ///
    /// # Errors
    ///
    /// Those of [`Collecting`].
    fn collect(&mut self, span: Span, plan: &Collect) -> Result<Collected, DataError>;

    /// Runs for a span of time and hands the rows to a sink in batches, in bounded memory. The sink
    /// is not finished, so that several spans can follow one another into it.
    ///
    /// # Errors
    ///
    /// Those of [`Collecting`] and of [`Sink::write`]. The sink may then hold rows of a run that did
    /// not come to its end: drop it instead of finishing it.
    fn collect_into(
        &mut self,
        span: Span,
        plan: &Collect,
        sink: &mut dyn Sink,
    ) -> Result<(), DataError>;
}

impl Collecting for Society {
    fn collect(&mut self, span: Span, plan: &Collect) -> Result<Collected, DataError> {
        Observer::new(plan, self, Output::Memory)?.run(self, span)
    }

    fn collect_into(
        &mut self,
        span: Span,
        plan: &Collect,
        sink: &mut dyn Sink,
    ) -> Result<(), DataError> {
        let left = Observer::new(plan, self, Output::Sink(sink))?.run(self, span);
        left.map(|_| ())
    }
}
