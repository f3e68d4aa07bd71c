//! Where tables go.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::DataError;
use crate::run_info::RunInfo;
use crate::schema::Schema;
use crate::table::Table;

/// Takes the tables of one run, in batches, and makes them last.
///
/// The batches of a table are told by its name; a sink keeps none of them in memory longer than it
/// must. A batch may be empty: the table then exists with its columns and no rows. It is `Send`
/// because a society hands over rows from a thread of its own.
pub trait Sink: Send {
    /// Appends the rows of `table` to what was written under its name.
    ///
    /// # Errors
    ///
    /// [`DataError::SchemaChanged`] or [`DataError::RunMismatch`] if the batch does not belong
    /// here; the sink is then as it was. Whatever stops the sink from writing gives it up: every
    /// later call fails too, so that no table is left with a hole.
    fn write(&mut self, table: &Table) -> Result<(), DataError>;

    /// Completes the output. A sink that is dropped instead leaves nothing behind.
    ///
    /// # Errors
    ///
    /// Whatever stops the sink from completing.
    fn finish(self: Box<Self>) -> Result<(), DataError>;
}

/// What the sinks over a folder share: which run it holds, the open table files by table name, and
/// whether it was given up.
pub(crate) struct FolderState<F> {
    pub(crate) folder: PathBuf,
    pub(crate) run: Option<RunInfo>,
    pub(crate) tables: BTreeMap<String, OpenTable<F>>,
    broken: bool,
}

/// A table that is being written, with the schema of its first batch.
pub(crate) struct OpenTable<F> {
    pub(crate) schema: Schema,
    pub(crate) file: F,
}

impl<F> FolderState<F> {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            run: None,
            tables: BTreeMap::new(),
            broken: false,
        }
    }

    /// Fails if an earlier batch may have been written in part.
    pub(crate) fn check_whole(&self) -> Result<(), DataError> {
        if self.broken {
            return Err(DataError::SinkBroken {
                folder: self.folder.clone(),
            });
        }
        Ok(())
    }

    /// Writes a batch with `append`, opening the file of a new table with `open` first.
    pub(crate) fn write(
        &mut self,
        table: &Table,
        open: impl FnOnce(&Path, &Table) -> Result<F, DataError>,
        append: impl FnOnce(&mut F, &Table) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        self.check_whole()?;
        self.check_belongs(table)?;
        let outcome = self.write_checked(table, open, append);
        self.broken = outcome.is_err();
        outcome
    }

    fn check_belongs(&self, table: &Table) -> Result<(), DataError> {
        if let Some(run) = &self.run
            && run != table.run()
        {
            return Err(DataError::RunMismatch {
                table: table.name().to_owned(),
                expected: run.to_string(),
                got: table.run().to_string(),
            });
        }
        match self.tables.get(table.name()) {
            Some(open) if open.schema != *table.schema() => Err(DataError::SchemaChanged {
                table: table.name().to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn write_checked(
        &mut self,
        table: &Table,
        open: impl FnOnce(&Path, &Table) -> Result<F, DataError>,
        append: impl FnOnce(&mut F, &Table) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        if let Some(open_table) = self.tables.get_mut(table.name()) {
            return append(&mut open_table.file, table);
        }
        let mut file = open(&self.folder, table)?;
        append(&mut file, table)?;
        self.run.get_or_insert_with(|| table.run().clone());
        let schema = table.schema().clone();
        self.tables
            .insert(table.name().to_owned(), OpenTable { schema, file });
        Ok(())
    }
}
