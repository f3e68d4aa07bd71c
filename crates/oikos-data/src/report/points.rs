//! Points with intervals, and histograms.

use super::axis::{Bounds, Scale, drawable};
use super::chart::{Chart, titles};
use super::columns::{Along, Series, Values, axis_title, cell, check_columns};
use super::error::ChartError;
use super::palette::Colour;
use super::plot::{Plot, Shape};
use crate::error::DataError;
use crate::table::Table;

/// The columns of points with intervals.
#[derive(Clone, Copy, Debug)]
pub struct Estimates<'a> {
    /// The points.
    pub value: &'a str,
    /// The lower ends of their intervals. Where one end is missing, there is no interval.
    pub low: &'a str,
    /// The upper ends of their intervals.
    pub high: &'a str,
    /// The column that tells series apart, if there are several.
    pub by: Option<&'a str>,
    /// What the points are held against: a line across, 1 for ratios.
    pub reference: Option<f64>,
}

/// The columns of a histogram.
#[derive(Clone, Copy, Debug)]
pub struct Bins<'a> {
    /// Where the bins begin: numbers.
    pub from: &'a str,
    /// Where they end, that value excluded.
    pub to: &'a str,
    /// How many are in them.
    pub count: &'a str,
}

impl Chart {
    /// Points with intervals over `x`, which is what it is for [`Chart::lines`].
    ///
    /// # Errors
    ///
    /// Those of [`Chart::lines`].
    pub fn points(
        title: &str,
        table: Table,
        x: &str,
        columns: Estimates<'_>,
    ) -> Result<Self, DataError> {
        let Estimates {
            value: values,
            low,
            high,
            by,
            reference,
        } = columns;
        let (x, value) = (table.column(x)?, table.column(values)?);
        let ends = [table.column(low)?, table.column(high)?];
        check_columns(&table, [value].into_iter().chain(ends))?;
        let series = match by {
            Some(by) => Series::find(&table, Values::Split { values, by })?,
            None => Series::find(&table, Values::Columns(&[values]))?,
        };
        let along = Along::of(x, table.len());
        let x_scale = match &along.scale {
            Scale::Number => Scale::Apart,
            other => other.clone(),
        };
        let mut plot = Plot::new(x_scale, Scale::Number);
        plot.reference = reference.and_then(drawable);
        // Side by side, so that the intervals of several series do not hide one another.
        let (step, middle) = (
            step_aside(&along, table.len()),
            (series.len() as f64 - 1.0) / 2.0,
        );
        for (number, series) in series.iter().enumerate() {
            let (aside, colour) = ((number as f64 - middle) * step, Colour::of_series(number));
            for (row, value) in series.values() {
                let Some(x) = along.place(row) else { continue };
                estimate(
                    &mut plot,
                    x + aside,
                    value,
                    ends.map(|end| cell(end, row)),
                    colour,
                );
            }
            plot.legend(colour, false, &series.name);
        }
        let titles = titles(x, [value]);
        Ok(Self::new(title, table, plot, titles))
    }

    /// A histogram: the areas of its bars are in proportion to the counts, so bins may differ in width.
    ///
    /// # Errors
    ///
    /// [`DataError::UnknownColumn`], [`DataError::ReadAsOtherKind`] for columns that are no numbers,
    /// [`ChartError::MixedUnits`] if the two ends have two units, [`ChartError::EmptyBin`].
    pub fn histogram(title: &str, table: Table, columns: Bins<'_>) -> Result<Self, DataError> {
        let ends = [table.column(columns.from)?, table.column(columns.to)?];
        let count = table.column(columns.count)?;
        check_columns(&table, ends)?;
        check_columns(&table, [count])?;
        let mut plot = Plot::new(Scale::Number, Scale::Number);
        let colour = Colour::of_series(0);
        for row in 0..table.len() {
            let [Some(from), Some(to)] = ends.map(|end| cell(end, row)) else {
                continue;
            };
            if to <= from {
                let table = table.name().to_owned();
                return Err(ChartError::EmptyBin {
                    table,
                    row,
                    from,
                    to,
                }
                .into());
            }
            let density = cell(count, row).map(|count| count / (to - from));
            if let Some(density) = density.and_then(drawable) {
                let (from, to) = ((from, 0.0), (to, density));
                plot.shapes.push(Shape::Bar { from, to, colour });
            }
        }
        let across = axis_title([ends[0]]);
        let upwards = format!("{} / {}", count.spec().unit, ends[0].spec().unit);
        Ok(Self::new(title, table, plot, (across, upwards)))
    }
}

/// How far the points of one series are from those of the next.
fn step_aside(along: &Along, rows: usize) -> f64 {
    if matches!(along.scale, Scale::Names(_)) {
        return 0.15;
    }
    let places = Bounds::of((0..rows).filter_map(|row| along.place(row)));
    places.map_or(0.0, |places| (places.high - places.low) / 120.0)
}

fn estimate(plot: &mut Plot, x: f64, value: Option<f64>, ends: [Option<f64>; 2], colour: Colour) {
    let Some(value) = value else { return };
    if let [Some(low), Some(high)] = ends {
        let through = vec![(x, low), (x, high)];
        plot.shapes.push(Shape::Line { through, colour });
    }
    plot.shapes.push(Shape::Dot {
        at: (x, value),
        colour,
    });
}
