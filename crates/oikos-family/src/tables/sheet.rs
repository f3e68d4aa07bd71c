//! Text into cells, with the line of each, and cells into numbers.

use super::error::TableError;

/// One line of a table.
#[derive(Debug)]
pub(crate) struct Row {
    /// Line in the file, from 1.
    pub(crate) line: u64,
    /// Cells without the spaces and the quotation marks around them.
    pub(crate) cells: Vec<String>,
}

/// A file cut into a header and rows.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) file: String,
    pub(crate) header: Row,
    pub(crate) rows: Vec<Row>,
}

impl Sheet {
    /// Cuts a file into cells. Blank lines and lines that start with `#` are left out; a byte order
    /// mark and Windows line ends are taken off.
    pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Self, TableError> {
        let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(file, bytes, &error))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(TableError::Empty { file: file.into() });
        }
        let mut rows = (1_u64..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
            .map(|(line, text)| Row {
                line,
                cells: text.split(',').map(cell).collect(),
            });
        let Some(header) = rows.next() else {
            let line = text.lines().count() as u64 + 1;
            return Err(TableError::MissingHeader {
                file: file.into(),
                line,
            });
        };
        let rows = rows.collect();
        Ok(Self {
            file: file.into(),
            header,
            rows,
        })
    }

    /// Checks that every row has as many cells as the header.
    pub(crate) fn check_columns(&self) -> Result<(), TableError> {
        let expected = self.header.cells.len();
        match self.rows.iter().find(|row| row.cells.len() != expected) {
            None => Ok(()),
            Some(row) => Err(TableError::ColumnCount {
                file: self.file.clone(),
                line: row.line,
                expected: expected as u64,
                found: row.cells.len() as u64,
            }),
        }
    }

    /// The name of a column.
    pub(crate) fn field(&self, column: usize) -> String {
        self.header.cells.get(column).cloned().unwrap_or_default()
    }

    /// The text of a cell; nothing in it where there is none.
    pub(crate) fn text<'a>(&self, row: &'a Row, column: usize) -> &'a str {
        row.cells.get(column).map_or("", String::as_str)
    }

    /// The finite number in a cell, in `low..=high`, which `range` spells out.
    pub(crate) fn number(
        &self,
        row: &Row,
        column: usize,
        (low, high): (f64, f64),
        range: &'static str,
    ) -> Result<f64, TableError> {
        let text = self.text(row, column);
        let (file, line) = (self.file.clone(), row.line);
        let (field, shown) = (self.field(column), text.to_owned());
        match text.parse::<f64>() {
            Err(_) => Err(TableError::NotANumber {
                file,
                line,
                field,
                text: shown,
            }),
            Ok(value) if !value.is_finite() => Err(TableError::NotFinite {
                file,
                line,
                field,
                text: shown,
            }),
            Ok(value) if value < low || value > high => Err(TableError::OutOfRange {
                file,
                line,
                field,
                text: shown,
                range,
            }),
            Ok(value) => Ok(value),
        }
    }

    /// The whole number in a cell, in `low..=high` with `high` below 2^53, which `range` spells
    /// out.
    pub(crate) fn whole(
        &self,
        row: &Row,
        column: usize,
        (low, high): (u64, u64),
        range: &'static str,
    ) -> Result<u64, TableError> {
        let value = self.number(row, column, (low as f64, high as f64), range)?;
        if value.fract().abs() > 0.0 {
            return Err(self.out_of_range(row, column, range));
        }
        Ok(value as u64)
    }

    /// An error about a cell whose number is out of range.
    pub(crate) fn out_of_range(&self, row: &Row, column: usize, range: &'static str) -> TableError {
        TableError::OutOfRange {
            file: self.file.clone(),
            line: row.line,
            field: self.field(column),
            text: self.text(row, column).to_owned(),
            range,
        }
    }

    /// An error about a cell that holds another word than those that are known.
    pub(crate) fn unknown(&self, row: &Row, column: usize, allowed: &'static str) -> TableError {
        TableError::UnknownWord {
            file: self.file.clone(),
            line: row.line,
            field: self.field(column),
            text: self.text(row, column).to_owned(),
            allowed,
        }
    }

    /// An error about a header that is not that of the role.
    pub(crate) fn wrong_header(&self, role: &'static str, expected: &'static str) -> TableError {
        TableError::WrongHeader {
            file: self.file.clone(),
            line: self.header.line,
            role,
            found: self.header.cells.join(","),
            expected,
        }
    }

    /// An error about a row that repeats an earlier one.
    pub(crate) fn duplicate(&self, row: &Row, column: usize, first_line: u64) -> TableError {
        TableError::DuplicateRow {
            file: self.file.clone(),
            line: row.line,
            field: self.field(column),
            first_line,
        }
    }
}

fn cell(text: &str) -> String {
    let text = text.trim();
    let unquoted = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    unquoted.unwrap_or(text).trim().to_owned()
}

fn not_utf8(file: &str, bytes: &[u8], error: &std::str::Utf8Error) -> TableError {
    let byte = error.valid_up_to();
    let line = 1 + bytes.iter().take(byte).filter(|&&b| b == b'\n').count() as u64;
    TableError::NotUtf8 {
        file: file.into(),
        line,
        byte: byte as u64,
    }
}
