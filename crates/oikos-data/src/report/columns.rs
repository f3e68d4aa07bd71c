//! Columns of a table, as what is drawn.

use std::collections::BTreeMap;

use super::axis::{Scale, drawable};
use super::error::ChartError;
use super::palette;
use crate::column::ColumnView;
use crate::csv_sink;
use crate::error::DataError;
use crate::schema::{ColumnKind, ColumnSpec};
use crate::table::Table;
use crate::value::Value;

/// Which values of a table are drawn, as which series. A chart has at most six series.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// Each of these columns is a series that has the column's name.
    Columns(&'a [&'a str]),
    /// The values of one column are split into series by another, whose values are their names:
    /// `persons` by `sex`.
    Split {
        /// The column that is drawn.
        values: &'a str,
        /// The column that tells the series apart.
        by: &'a str,
    },
}

/// Some rows of a column.
pub(super) struct Series<'t> {
    pub(super) name: String,
    pub(super) column: ColumnView<'t>,
    pub(super) rows: Vec<usize>,
}

impl<'t> Series<'t> {
    /// The series that are meant, and the columns that they are from.
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownColumn`], [`DataError::ReadAsOtherKind`] for columns that hold no numbers,
    /// [`ChartError::TooManySeries`], [`ChartError::MixedUnits`].
    pub(super) fn find(table: &'t Table, values: Values<'_>) -> Result<Vec<Self>, DataError> {
        let series = match values {
            Values::Columns(names) => {
                let whole = |name: &&str| {
                    Ok::<_, DataError>(Self {
                        name: spaced(name),
                        column: table.column(name)?,
                        rows: (0..table.len()).collect(),
                    })
                };
                names.iter().map(whole).collect::<Result<Vec<_>, _>>()?
            }
            Values::Split { values, by } => {
                let column = table.column(values)?;
                let groups = Groups::of(table.column(by)?);
                let names = groups.names.iter().cloned();
                let rows = groups.rows();
                names
                    .zip(rows)
                    .map(|(name, rows)| Self { name, column, rows })
                    .collect()
            }
        };
        check_series(table, series.len())?;
        check_columns(table, series.iter().map(|series| series.column))?;
        Ok(series)
    }

    /// The rows with their values; `None` is a gap.
    pub(super) fn values(&self) -> impl Iterator<Item = (usize, Option<f64>)> {
        self.rows.iter().map(|row| (*row, cell(self.column, *row)))
    }
}

fn check_series(table: &Table, series: usize) -> Result<(), DataError> {
    let colours = palette::SERIES.len();
    if series > colours {
        let table = table.name().to_owned();
        return Err(ChartError::TooManySeries {
            table,
            series,
            colours,
        }
        .into());
    }
    Ok(())
}

/// Refuses columns that hold no numbers or have several units.
pub(super) fn check_columns<'t>(
    table: &Table,
    columns: impl IntoIterator<Item = ColumnView<'t>>,
) -> Result<(), DataError> {
    let mut first: Option<&ColumnSpec> = None;
    for column in columns {
        let spec = column.spec();
        if !is_number(spec.kind) {
            return Err(column.read_as("a number"));
        }
        let first = *first.get_or_insert(spec);
        if first.unit != spec.unit {
            return Err(DataError::Chart(ChartError::MixedUnits {
                table: table.name().to_owned(),
                column: spec.name.clone(),
                unit: spec.unit.clone(),
                other_unit: first.unit.clone(),
            }));
        }
    }
    Ok(())
}

pub(super) const fn is_number(kind: ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Int | ColumnKind::Float | ColumnKind::Decimal { .. }
    )
}

/// A cell as it is drawn; `None` leaves a gap.
pub(super) fn cell(column: ColumnView<'_>, row: usize) -> Option<f64> {
    let scale = match column.spec().kind {
        ColumnKind::Decimal { scale } => (0..scale).fold(1.0, |power, _| power * 10.0),
        _ => 1.0,
    };
    let value = match column.value(row)? {
        Value::Int(value) => value as f64,
        Value::Decimal(minor) => minor as f64 / scale,
        Value::Float(value) => value,
        Value::Date(days) => f64::from(days),
        _ => return None,
    };
    drawable(value)
}

/// Where the rows are along an axis: names in the order in which they come, or numbers.
pub(super) struct Along {
    pub(super) scale: Scale,
    places: Vec<Option<f64>>,
}

impl Along {
    /// Numbers and dates lie where they are; other columns are names.
    pub(super) fn of(column: ColumnView<'_>, rows: usize) -> Self {
        let scale = match column.spec().kind {
            ColumnKind::Date => Scale::Date,
            kind if is_number(kind) => Scale::Number,
            _ => {
                let groups = Groups::of(column);
                let places = groups.numbers.iter().map(|number| Some(*number as f64));
                let places = places.collect();
                return Self {
                    scale: Scale::Names(groups.names),
                    places,
                };
            }
        };
        let places = (0..rows).map(|row| cell(column, row)).collect();
        Self { scale, places }
    }

    /// Where a row is; `None` if its cell is missing.
    pub(super) fn place(&self, row: usize) -> Option<f64> {
        self.places.get(row).copied().flatten()
    }
}

/// The different cells of a column, in the order of their first rows, as text.
pub(super) struct Groups {
    pub(super) names: Vec<String>,
    /// For each row, the number of its name.
    pub(super) numbers: Vec<usize>,
}

impl Groups {
    pub(super) fn of(column: ColumnView<'_>) -> Self {
        let (mut names, mut numbers) = (Vec::new(), Vec::new());
        let mut found = BTreeMap::new();
        for row in 0.. {
            let Some(value) = column.value(row) else {
                break;
            };
            let name = csv_sink::plain_text(value, column.spec().kind);
            let number = *found.entry(name).or_insert_with_key(|name| {
                names.push(name.clone());
                names.len() - 1
            });
            numbers.push(number);
        }
        Self { names, numbers }
    }

    /// The rows of each name.
    pub(super) fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new(); self.names.len()];
        for (row, number) in self.numbers.iter().enumerate() {
            if let Some(rows) = rows.get_mut(*number) {
                rows.push(row);
            }
        }
        rows
    }
}

/// What the axis of some columns of one unit is called: the one column, or what they share.
pub(super) fn axis_title<'t>(columns: impl IntoIterator<Item = ColumnView<'t>>) -> String {
    let mut specs = columns.into_iter().map(|column| column.spec());
    let Some(first) = specs.next() else {
        return String::new();
    };
    let is_alone = specs.all(|spec| spec.name == first.name);
    match (is_alone, first.unit.as_str()) {
        (true, unit) if unit == "1" || unit == first.name => spaced(&first.name),
        (true, unit) => format!("{} ({unit})", spaced(&first.name)),
        (false, "1") => String::new(),
        (false, unit) => unit.to_owned(),
    }
}

/// The name of a column as people write it.
pub(super) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}
