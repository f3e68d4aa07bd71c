//! Where rows go while a society runs: into memory, or on to a sink.

use oikos_engine::Clock;

use crate::error::DataError;
use crate::sink::Sink;
use crate::table::Table;
use crate::value::Value;

/// Rows that a table holds back on the way to a sink: a megabyte or two for a dozen columns.
const ROWS_PER_BATCH: usize = 1 << 14;

/// What becomes of the rows of a table.
pub(super) enum Output<'s> {
    /// They stay in it.
    Memory,
    /// They go to a sink in batches.
    Sink(&'s mut dyn Sink),
}

impl Output<'_> {
    /// Hands the table over once it holds `rows`.
    fn flush_from(&mut self, rows: usize, table: &mut Table) -> Result<(), DataError> {
        match self {
            Self::Sink(sink) if table.len() >= rows => {
                sink.write(table)?;
                table.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Hands the table over once it holds a batch.
    pub(super) fn batch(&mut self, table: &mut Table) -> Result<(), DataError> {
        self.flush_from(ROWS_PER_BATCH, table)
    }

    /// Hands over what is left. A table without rows is handed over too, so that it is known.
    pub(super) fn finish(&mut self, table: &mut Table) -> Result<(), DataError> {
        self.flush_from(0, table)
    }
}

/// Writes the rows of one table at one tick.
pub(super) struct RowWriter<'a, 's> {
    table: &'a mut Table,
    output: &'a mut Output<'s>,
    tick: u32,
    day: i32,
}

impl<'a, 's> RowWriter<'a, 's> {
    pub(super) fn new(table: &'a mut Table, output: &'a mut Output<'s>, clock: &Clock) -> Self {
        Self {
            table,
            output,
            tick: clock.tick().index(),
            day: clock.today().days(),
        }
    }

    /// Appends a row behind run, seed, tick and date.
    pub(super) fn push(&mut self, values: &[Value<'_>]) -> Result<(), DataError> {
        self.table.push_at(self.tick, self.day, values)?;
        self.output.batch(self.table)
    }
}
