//! Comma-separated files.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::DataError;
use crate::run_info::RunInfo;
use crate::schema::{ColumnKind, Schema};
use crate::sink::{FolderState, Sink};
use crate::staging::{self, StagedFile};
use crate::table::Table;
use crate::value::{self, Value};

/// The file that says which run a folder holds.
const RUN_FILE: &str = "run.csv";

/// Writes each table to `NAME.csv`, its schema to `NAME.schema.csv` (`column, kind, unit,
/// description, nullable`) and the run to `run.csv` (`key, value`), in one folder.
///
/// The form is RFC 4180 in UTF-8 with line feeds. A float has the fewest digits that read back as
/// the same `f64`, with a point or an exponent; a decimal has all the digits of its scale; a date is
/// ISO 8601; a bool is `true` or `false`. A missing cell is an empty field and an empty text is
/// `""`: readers that look at the quotes tell them apart, others take both as missing. Only in a
/// table of one column is a missing cell `""` too, because an empty line would be no row.
///
/// `run.csv` is removed first and placed last: where it stands, the tables of the run are whole.
pub struct CsvSink {
    state: FolderState<CsvTable>,
}

/// The two files of a table. Writers come before the staged files, so that they are closed when a
/// dropped sink removes them.
struct CsvTable {
    rows: CsvFile,
    schema: CsvFile,
}

struct CsvFile {
    writer: BufWriter<File>,
    staged: StagedFile,
}

impl CsvSink {
    /// A sink over a folder, which is made if it is missing.
    ///
    /// # Errors
    ///
    /// [`DataError::File`] if the folder cannot be made or written to, [`DataError::PathIsFolder`]
    /// if `run.csv` is a folder in it.
    pub fn create(folder: impl Into<PathBuf>) -> Result<Self, DataError> {
        let folder = folder.into();
        staging::prepare_folder(&folder)?;
        staging::check_target(&folder, RUN_FILE)?;
        Ok(Self {
            state: FolderState::new(folder),
        })
    }
}

impl Sink for CsvSink {
    fn write(&mut self, table: &Table) -> Result<(), DataError> {
        self.state.write(table, CsvTable::create, |file, table| {
            file.rows.write(|out| write_rows(out, table))
        })
    }

    fn finish(self: Box<Self>) -> Result<(), DataError> {
        self.state.check_whole()?;
        let FolderState {
            folder,
            run,
            tables,
            ..
        } = self.state;
        let Some(run) = run else { return Ok(()) };
        let run_file =
            CsvFile::create_with(&folder, RUN_FILE, |out| write_run(out, &run))?.close()?;
        let mut staged = Vec::new();
        for table in tables.into_values() {
            staged.push(table.file.rows.close()?);
            staged.push(table.file.schema.close()?);
        }
        remove_if_there(&folder.join(RUN_FILE))?;
        staged.into_iter().try_for_each(StagedFile::place)?;
        run_file.place()
    }
}

fn remove_if_there(path: &Path) -> Result<(), DataError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(DataError::file("replace", path)(error))
        }
        _ => Ok(()),
    }
}

impl CsvTable {
    fn create(folder: &Path, table: &Table) -> Result<Self, DataError> {
        let (rows_name, schema_name) = (
            format!("{}.csv", table.name()),
            format!("{}.schema.csv", table.name()),
        );
        // Making a file checks its own name; the second is checked here, before the first is made.
        staging::check_target(folder, &schema_name)?;
        let schema = table.schema();
        Ok(Self {
            rows: CsvFile::create_with(folder, &rows_name, |out| write_header(out, schema))?,
            schema: CsvFile::create_with(folder, &schema_name, |out| write_schema(out, schema))?,
        })
    }
}

impl CsvFile {
    fn create_with(
        folder: &Path,
        name: &str,
        content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<Self, DataError> {
        let (staged, file) = StagedFile::create(folder, name)?;
        let mut created = Self {
            writer: BufWriter::with_capacity(1 << 16, file),
            staged,
        };
        created.write(content)?;
        Ok(created)
    }

    fn write(
        &mut self,
        content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), DataError> {
        content(&mut self.writer).map_err(DataError::file("write", self.staged.target()))
    }

    /// Puts the content on the disk and closes the file; it still has its temporary name.
    fn close(mut self) -> Result<StagedFile, DataError> {
        self.write(Write::flush)?;
        self.staged.sync(self.writer.get_ref())?;
        Ok(self.staged)
    }
}

fn write_run(out: &mut impl Write, run: &RunInfo) -> io::Result<()> {
    write_line(out, ["key", "value"])?;
    run.entries()
        .iter()
        .try_for_each(|(key, value)| write_line(out, [&**key, value]))
}

fn write_header(out: &mut impl Write, schema: &Schema) -> io::Result<()> {
    write_line(
        out,
        schema.columns().iter().map(|column| column.name.as_str()),
    )
}

fn write_schema(out: &mut impl Write, schema: &Schema) -> io::Result<()> {
    write_line(out, ["column", "kind", "unit", "description", "nullable"])?;
    for column in schema.columns() {
        let (kind, nullable) = (column.kind.to_string(), column.nullable.to_string());
        write_line(
            out,
            [
                &*column.name,
                &*kind,
                &*column.unit,
                &*column.description,
                &*nullable,
            ],
        )?;
    }
    Ok(())
}

fn write_line<'a>(
    out: &mut impl Write,
    fields: impl IntoIterator<Item = &'a str>,
) -> io::Result<()> {
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        write_text(out, field)?;
    }
    out.write_all(b"\n")
}

fn write_rows(out: &mut impl Write, table: &Table) -> io::Result<()> {
    let kinds: Vec<_> = table
        .schema()
        .columns()
        .iter()
        .map(|column| column.kind)
        .collect();
    for row in table.rows() {
        for (index, (value, kind)) in row.zip(&kinds).enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            match value {
                Value::Null if kinds.len() == 1 => write_text(out, "")?,
                _ => write_cell(out, value, *kind)?,
            }
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// The rows of a table below their header, as they stand in its file.
#[cfg(feature = "report")]
pub(crate) fn text(table: &Table) -> String {
    in_memory(|out| {
        write_header(out, table.schema())?;
        write_rows(out, table)
    })
}

/// A cell as it stands in a file, without the quotes; nothing for a missing one.
#[cfg(feature = "report")]
pub(crate) fn plain_text(value: Value<'_>, kind: ColumnKind) -> String {
    match value {
        Value::Text(text) | Value::Label(text) => text.to_owned(),
        _ => in_memory(|out| write_cell(out, value, kind)),
    }
}

/// What is written, which is UTF-8. Memory refuses nothing.
#[cfg(feature = "report")]
fn in_memory(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    let _ = write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn write_cell(out: &mut impl Write, value: Value<'_>, kind: ColumnKind) -> io::Result<()> {
    match (value, kind) {
        (Value::Decimal(minor), ColumnKind::Decimal { scale }) => {
            value::write_decimal(out, minor, scale)
        }
        (Value::Null, _) => Ok(()),
        (Value::Int(number) | Value::Decimal(number), _) => write!(out, "{number}"),
        // Debug and not Display: it is as exact, and 1e300 stays short and 2.0 stays a float.
        (Value::Float(number), _) => write!(out, "{number:?}"),
        (Value::Text(text) | Value::Label(text), _) => write_text(out, text),
        (Value::Date(days), _) => value::write_date(out, days),
        (Value::Bool(value), _) => write!(out, "{value}"),
    }
}

/// Writes a field with the quotes that RFC 4180, section 2, asks for, and around an empty text.
fn write_text(out: &mut impl Write, text: &str) -> io::Result<()> {
    if !text.is_empty() && !text.contains([',', '"', '\n', '\r']) {
        return out.write_all(text.as_bytes());
    }
    out.write_all(b"\"")?;
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.write_all(b"\"\"")?;
        }
        out.write_all(part.as_bytes())?;
    }
    out.write_all(b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> String {
        let mut out = Vec::new();
        write_text(&mut out, text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn fields_are_quoted_where_rfc_4180_asks_for_it() {
        assert_eq!(quoted("plain text"), "plain text");
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(quoted("\""), "\"\"\"\"");
        assert_eq!(quoted("two\nlines"), "\"two\nlines\"");
        assert_eq!(quoted("\r"), "\"\r\"");
    }

    #[test]
    fn floats_are_short_and_stay_floats() {
        let cell = |number| {
            let mut out = Vec::new();
            write_cell(&mut out, Value::Float(number), ColumnKind::Float).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(cell(0.1), "0.1");
        assert_eq!(cell(2.0), "2.0");
        assert_eq!(cell(-0.0), "-0.0");
        assert_eq!(cell(1e300), "1e300");
        assert_eq!(cell(5e-324), "5e-324");
        assert_eq!(cell(0.1 + 0.2), "0.30000000000000004");
    }
}
