//! What a run came to, in memory.

use crate::error::DataError;
use crate::sink::Sink;
use crate::table::Table;

/// The tables of one run, in the order of its plan.
#[derive(Clone, Debug)]
pub struct Collected {
    tables: Vec<Table>,
}

impl Collected {
    pub(super) fn new(tables: Vec<Table>) -> Self {
        Self { tables }
    }

    /// A table by name.
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownTable`], which lists the names that there are.
    pub fn table(&self, name: &str) -> Result<&Table, DataError> {
        let found = self.iter().find(|table| table.name() == name);
        found.ok_or_else(|| DataError::UnknownTable {
            table: name.to_owned(),
            known: self.iter().map(|table| table.name().to_owned()).collect(),
        })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }

    /// Hands all of them to a sink, which is left to be finished.
    ///
    /// # Errors
    ///
    /// As [`Sink::write`], at the first table that the sink refuses.
    pub fn write_to(&self, sink: &mut dyn Sink) -> Result<(), DataError> {
        self.iter().try_for_each(|table| sink.write(table))
    }
}
