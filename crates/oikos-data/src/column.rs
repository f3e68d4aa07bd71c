//! The cells of one column, side by side.

use std::collections::BTreeMap;

use crate::date;
use crate::error::DataError;
use crate::schema::{ColumnKind, ColumnSpec};
use crate::value::Value;

/// Labels are numbered by `u16`; whoever needs more has free text.
const LABELS_MAX: usize = 1 << 16;

/// A column's cells by kind. A missing cell holds a zero, an empty text or label number 0.
#[derive(Clone, Debug)]
enum Cells {
    Int(Vec<i64>),
    Float(Vec<f64>),
    Text(Vec<String>),
    Date(Vec<i32>),
    Label(Labels),
    Decimal(Vec<i64>),
    Bool(Vec<bool>),
}

/// Labels as numbers, in order of first use.
#[derive(Clone, Debug, Default)]
struct Labels {
    codes: Vec<u16>,
    names: Vec<String>,
    codes_by_name: BTreeMap<String, u16>,
}

impl Labels {
    fn push(&mut self, name: &str) {
        let code = match self.codes_by_name.get(name) {
            Some(code) => *code,
            None => self.add(name),
        };
        self.codes.push(code);
    }

    /// Numbers a new label. The check before each push leaves room for it, so the cast is exact.
    fn add(&mut self, name: &str) -> u16 {
        let code = self.names.len() as u16;
        self.names.push(name.to_owned());
        self.codes_by_name.insert(name.to_owned(), code);
        code
    }

    fn name(&self, row: usize) -> Option<&str> {
        self.names
            .get(usize::from(*self.codes.get(row)?))
            .map(String::as_str)
    }
}

/// One column of a table: its cells and, where some may be missing, which are there.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    cells: Cells,
    present: Option<Vec<bool>>,
}

/// Which cell is being checked, so that an error can name it.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'a str,
    pub(crate) row: u64,
    pub(crate) spec: &'a ColumnSpec,
}

impl Column {
    pub(crate) fn new(spec: &ColumnSpec) -> Self {
        let cells = match spec.kind {
            ColumnKind::Int => Cells::Int(Vec::new()),
            ColumnKind::Float => Cells::Float(Vec::new()),
            ColumnKind::Text => Cells::Text(Vec::new()),
            ColumnKind::Date => Cells::Date(Vec::new()),
            ColumnKind::Label => Cells::Label(Labels::default()),
            ColumnKind::Decimal { .. } => Cells::Decimal(Vec::new()),
            ColumnKind::Bool => Cells::Bool(Vec::new()),
        };
        Self {
            cells,
            present: spec.nullable.then(Vec::new),
        }
    }

    /// Says whether the value may be pushed; changes nothing.
    pub(crate) fn check(&self, place: Place<'_>, value: Value<'_>) -> Result<(), DataError> {
        let Place { table, row, spec } = place;
        let (table, column) = (|| table.to_owned(), || spec.name.clone());
        if !value.fits(spec.kind) {
            let (expected, got) = (spec.kind, value.word());
            let (table, column) = (table(), column());
            return Err(DataError::WrongKind {
                table,
                row,
                column,
                expected,
                got,
            });
        }
        match (value, &self.cells) {
            (Value::Null, _) if self.present.is_none() => Err(DataError::NullNotAllowed {
                table: table(),
                row,
                column: column(),
            }),
            (Value::Float(value), _) if !value.is_finite() => Err(DataError::NotFinite {
                table: table(),
                row,
                column: column(),
                value,
            }),
            (Value::Date(days), _) if !(date::FIRST_DAY..=date::LAST_DAY).contains(&days) => {
                Err(DataError::DateOutOfRange {
                    table: table(),
                    row,
                    column: column(),
                    days,
                })
            }
            (Value::Label(name), Cells::Label(labels))
                if labels.names.len() == LABELS_MAX && !labels.codes_by_name.contains_key(name) =>
            {
                Err(DataError::TooManyLabels {
                    table: table(),
                    row,
                    column: column(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Appends a value that [`Column::check`] has passed.
    pub(crate) fn push(&mut self, value: Value<'_>) {
        if let Some(present) = &mut self.present {
            present.push(value != Value::Null);
        }
        match (&mut self.cells, value) {
            (Cells::Int(cells), Value::Int(value)) => cells.push(value),
            (Cells::Float(cells), Value::Float(value)) => cells.push(value),
            (Cells::Text(cells), Value::Text(value)) => cells.push(value.to_owned()),
            (Cells::Date(cells), Value::Date(value)) => cells.push(value),
            (Cells::Label(labels), Value::Label(value)) => labels.push(value),
            (Cells::Decimal(cells), Value::Decimal(value)) => cells.push(value),
            (Cells::Bool(cells), Value::Bool(value)) => cells.push(value),
            (cells, _) => cells.push_blank(),
        }
    }

    pub(crate) fn value(&self, row: usize) -> Option<Value<'_>> {
        if let Some(present) = &self.present
            && !*present.get(row)?
        {
            return Some(Value::Null);
        }
        match &self.cells {
            Cells::Int(cells) => cells.get(row).copied().map(Value::Int),
            Cells::Float(cells) => cells.get(row).copied().map(Value::Float),
            Cells::Text(cells) => cells.get(row).map(|text| Value::Text(text)),
            Cells::Date(cells) => cells.get(row).copied().map(Value::Date),
            Cells::Label(labels) => labels.name(row).map(Value::Label),
            Cells::Decimal(cells) => cells.get(row).copied().map(Value::Decimal),
            Cells::Bool(cells) => cells.get(row).copied().map(Value::Bool),
        }
    }

    /// Drops the cells and keeps the labels, whose numbers stay as they were.
    pub(crate) fn clear(&mut self) {
        if let Some(present) = &mut self.present {
            present.clear();
        }
        match &mut self.cells {
            Cells::Int(cells) | Cells::Decimal(cells) => cells.clear(),
            Cells::Float(cells) => cells.clear(),
            Cells::Text(cells) => cells.clear(),
            Cells::Date(cells) => cells.clear(),
            Cells::Label(labels) => labels.codes.clear(),
            Cells::Bool(cells) => cells.clear(),
        }
    }
}

impl Cells {
    fn push_blank(&mut self) {
        match self {
            Self::Int(cells) | Self::Decimal(cells) => cells.push(0),
            Self::Float(cells) => cells.push(0.0),
            Self::Text(cells) => cells.push(String::new()),
            Self::Date(cells) => cells.push(0),
            Self::Label(labels) => labels.codes.push(0),
            Self::Bool(cells) => cells.push(false),
        }
    }
}

/// One column of a [`Table`](crate::Table), to read. Slices have one entry per row; where
/// [`present`](ColumnView::present) says a cell is missing, its entry has no meaning.
#[derive(Clone, Copy, Debug)]
pub struct ColumnView<'a> {
    pub(crate) table: &'a str,
    pub(crate) spec: &'a ColumnSpec,
    pub(crate) column: &'a Column,
}

impl<'a> ColumnView<'a> {
    /// The name, kind, unit and meaning of the column.
    pub fn spec(&self) -> &'a ColumnSpec {
        self.spec
    }

    /// Which cells have a value; `None` if the column is not nullable and all have.
    pub fn present(&self) -> Option<&'a [bool]> {
        self.column.present.as_deref()
    }

    /// One cell, or `None` past the last row.
    pub fn value(&self, row: usize) -> Option<Value<'a>> {
        self.column.value(row)
    }

    /// The cells of a [`ColumnKind::Int`] column.
    ///
    /// # Errors
    ///
    /// [`DataError::ReadAsOtherKind`], as all the accessors by kind.
    pub fn ints(&self) -> Result<&'a [i64], DataError> {
        match &self.column.cells {
            Cells::Int(cells) => Ok(cells),
            _ => Err(self.read_as("int")),
        }
    }

    /// The cells of a [`ColumnKind::Float`] column.
    ///
    /// # Errors
    ///
    /// [`DataError::ReadAsOtherKind`].
    pub fn floats(&self) -> Result<&'a [f64], DataError> {
        match &self.column.cells {
            Cells::Float(cells) => Ok(cells),
            _ => Err(self.read_as("float")),
        }
    }

    /// The cells of a [`ColumnKind::Text`] column.
    ///
    /// # Errors
    ///
    /// [`DataError::ReadAsOtherKind`].
    pub fn texts(&self) -> Result<&'a [String], DataError> {
        match &self.column.cells {
            Cells::Text(cells) => Ok(cells),
            _ => Err(self.read_as("text")),
        }
    }

    /// The cells of a [`ColumnKind::Date`] column, in days since 1970-01-01.
    ///
    /// # Errors
    ///
    /// [`DataError::ReadAsOtherKind`].
    pub fn days(&self) -> Result<&'a [i32], DataError> {
        match &self.column.cells {
            Cells::Date(cells) => Ok(cells),
            _ => Err(self.read_as("date")),
        }
    }

    /// The cells of a [`ColumnKind::Label`] column as numbers, and the names that they number.
    ///
    /// # Errors
    ///
    /// [`DataError::ReadAsOtherKind`].
    pub fn labels(&self) -> Result<(&'a [u16], &'a [String]), DataError> {
        match &self.column.cells {
            Cells::Label(labels) => Ok((&labels.codes, &labels.names)),
            _ => Err(self.read_as("label")),
        }
    }

    /// The cells of a [`ColumnKind::Decimal`] column, in minor units.
    ///
    /// # Errors
    ///
    /// [`DataError::ReadAsOtherKind`].
    pub fn minor_units(&self) -> Result<&'a [i64], DataError> {
        match &self.column.cells {
            Cells::Decimal(cells) => Ok(cells),
            _ => Err(self.read_as("decimal")),
        }
    }

    /// The cells of a [`ColumnKind::Bool`] column.
    ///
    /// # Errors
    ///
    /// [`DataError::ReadAsOtherKind`].
    pub fn bools(&self) -> Result<&'a [bool], DataError> {
        match &self.column.cells {
            Cells::Bool(cells) => Ok(cells),
            _ => Err(self.read_as("bool")),
        }
    }

    pub(crate) fn read_as(&self, asked: &'static str) -> DataError {
        DataError::ReadAsOtherKind {
            table: self.table.to_owned(),
            column: self.spec.name.clone(),
            kind: self.spec.kind,
            asked,
        }
    }
}
