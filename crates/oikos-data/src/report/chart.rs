//! Charts: what they are made from, and what they say about it.

use super::columns::{Values, axis_title, is_number};
use super::palette;
use super::plot::Plot;
use crate::column::ColumnView;
use crate::error::DataError;
use crate::schema::ColumnKind;
use crate::table::Table;

/// A chart with the table that it shows.
///
/// Axes are titled after columns and their units. A missing cell leaves a gap, as does a number beyond
/// 10^300; a table without anything to show makes a chart that says "no data". Every row that there is
/// is drawn: thin out a long table first.
#[derive(Clone, Debug)]
pub struct Chart {
    pub(super) title: String,
    pub(super) caption: String,
    pub(super) x_title: String,
    pub(super) y_title: String,
    pub(super) table: Table,
    pub(super) plot: Plot,
}

impl Chart {
    pub(super) fn new(title: &str, table: Table, plot: Plot, titles: (String, String)) -> Self {
        Self {
            title: title.to_owned(),
            caption: String::new(),
            x_title: titles.0,
            y_title: titles.1,
            table,
            plot,
        }
    }

    /// What the chart shows, in a sentence or two; of reference values, where they are from.
    #[must_use]
    pub fn caption(mut self, caption: &str) -> Self {
        caption.clone_into(&mut self.caption);
        self
    }

    /// Titles the axis across, with its unit, in the place of what its column is called.
    #[must_use]
    pub fn x_axis(mut self, title: &str) -> Self {
        title.clone_into(&mut self.x_title);
        self
    }

    /// Titles the axis upwards, with its unit, in the place of what its columns are called.
    #[must_use]
    pub fn y_axis(mut self, title: &str) -> Self {
        title.clone_into(&mut self.y_title);
        self
    }

    /// The table that is shown.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Charts of a table over time, such as [`Collecting::collect`](crate::Collecting::collect) makes
    /// of measures: all columns of numbers behind the date, a chart for each unit, in the order of
    /// the columns, and another one where there are too many lines.
    ///
    /// # Errors
    ///
    /// [`DataError::NotObserved`] for a table without the four leading columns of
    /// [`Schema::observed`](crate::Schema::observed).
    pub fn over_time(title: &str, table: &Table) -> Result<Vec<Self>, DataError> {
        if !table.schema().is_observed() {
            return Err(DataError::NotObserved {
                table: table.name().to_owned(),
            });
        }
        let mut units: Vec<(&str, Vec<&str>)> = Vec::new();
        let specs = table.columns().skip(4).map(|column| column.spec());
        for spec in specs.filter(|spec| is_number(spec.kind)) {
            match units.iter_mut().find(|(unit, _)| *unit == spec.unit) {
                Some((_, names)) => names.push(&spec.name),
                None => units.push((&spec.unit, vec![&spec.name])),
            }
        }
        let charts = units
            .iter()
            .flat_map(|(_, names)| names.chunks(palette::SERIES.len()));
        charts
            .map(|names| Self::lines(title, table.clone(), "date", Values::Columns(names)))
            .collect()
    }
}

/// The titles of the axes: of `x` across and of the columns upwards.
pub(super) fn titles<'t>(
    x: ColumnView<'t>,
    y: impl IntoIterator<Item = ColumnView<'t>>,
) -> (String, String) {
    let x_title = match x.spec().kind {
        // A date says so itself, and its unit would be days.
        ColumnKind::Date => String::new(),
        _ => axis_title([x]),
    };
    (x_title, axis_title(y))
}
