//! Lines, and groups of bars.

use std::collections::BTreeSet;

use super::axis::Scale;
use super::chart::{Chart, titles};
use super::columns::{Along, Groups, Series, Values};
use super::error::ChartError;
use super::palette::Colour;
use super::plot::{Plot, Shape};
use crate::error::DataError;
use crate::table::Table;

/// How much of the room of a group its bars take.
const BARS_SHARE: f64 = 0.8;

impl Chart {
    /// Lines over `x`: a date, a number, or names in the order of their first rows. They go through
    /// the rows in order.
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownColumn`]; [`DataError::ReadAsOtherKind`] for values that are no numbers;
    /// [`ChartError::TooManySeries`], [`ChartError::MixedUnits`].
    pub fn lines(title: &str, table: Table, x: &str, y: Values<'_>) -> Result<Self, DataError> {
        let (x, series) = (table.column(x)?, Series::find(&table, y)?);
        let along = Along::of(x, table.len());
        let mut plot = Plot::new(along.scale.clone(), Scale::Number);
        for (number, series) in series.iter().enumerate() {
            let colour = Colour::of_series(number);
            let places = series.values().map(|(row, y)| along.place(row).zip(y));
            plot.line_with_gaps(&places.collect::<Vec<_>>(), colour);
            plot.legend(colour, true, &series.name);
        }
        let titles = titles(x, series.iter().map(|series| series.column));
        Ok(Self::new(title, table, plot, titles))
    }

    /// A group of bars, one of each series, for each value of `groups`, in the order of their first
    /// rows.
    ///
    /// # Errors
    ///
    /// Those of [`Chart::lines`]; [`ChartError::SecondValue`] for two rows of one series and group.
    pub fn bars(title: &str, table: Table, groups: &str, y: Values<'_>) -> Result<Self, DataError> {
        let (x, series) = (table.column(groups)?, Series::find(&table, y)?);
        let groups = Groups::of(x);
        let mut plot = Plot::new(Scale::Names(groups.names.clone()), Scale::Number);
        let width = BARS_SHARE / series.len().max(1) as f64;
        for (number, series) in series.iter().enumerate() {
            let colour = Colour::of_series(number);
            let aside = number as f64 * width - BARS_SHARE / 2.0;
            for (group, value) in one_in_each(&table, &groups, series)? {
                if let Some(value) = value {
                    let (from, to) = ((group + aside, 0.0), (group + aside + width, value));
                    plot.shapes.push(Shape::Bar { from, to, colour });
                }
            }
            plot.legend(colour, false, &series.name);
        }
        let titles = titles(x, series.iter().map(|series| series.column));
        Ok(Self::new(title, table, plot, titles))
    }
}

/// The groups of a series by number, with its value in each.
pub(super) fn one_in_each(
    table: &Table,
    groups: &Groups,
    series: &Series<'_>,
) -> Result<Vec<(f64, Option<f64>)>, DataError> {
    let mut taken = BTreeSet::new();
    let mut values = Vec::with_capacity(series.rows.len());
    for (row, value) in series.values() {
        let Some(&group) = groups.numbers.get(row) else {
            continue;
        };
        if !taken.insert(group) {
            let group = groups.names.get(group).cloned();
            return Err(DataError::Chart(ChartError::SecondValue {
                table: table.name().to_owned(),
                row,
                series: series.name.clone(),
                group: group.unwrap_or_default(),
            }));
        }
        values.push((group as f64, value));
    }
    Ok(values)
}
