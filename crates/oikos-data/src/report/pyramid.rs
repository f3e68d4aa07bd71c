//! Population pyramids.

use super::axis::Scale;
use super::chart::{Chart, titles};
use super::columns::{Groups, Series, check_columns, spaced};
use super::error::ChartError;
use super::lines::one_in_each;
use super::palette::{Colour, INK};
use super::plot::{Plot, Shape};
use crate::error::DataError;
use crate::table::Table;

/// How far a bar reaches from the middle of its group, whose room is 1: neighbours nearly touch.
const HALF_BAR: f64 = 0.45;

/// The columns of a population pyramid.
#[derive(Clone, Copy, Debug)]
pub struct Pyramid<'a> {
    /// The groups, from the bottom up, in the order of their first rows.
    pub groups: &'a str,
    /// Counts to the left of the middle.
    pub left: &'a str,
    /// Counts to the right of it.
    pub right: &'a str,
    /// When they were counted, at one moment or two: the last is filled, the first outlined.
    pub at: &'a str,
}

impl Chart {
    /// A population pyramid: bars back to back for groups of ages one above the other, at one or two
    /// moments.
    ///
    /// # Errors
    ///
    /// Those of [`Chart::bars`], [`ChartError::TooManyMoments`], [`ChartError::Negative`].
    pub fn pyramid(title: &str, table: Table, columns: Pyramid<'_>) -> Result<Self, DataError> {
        let ages = table.column(columns.groups)?;
        let sides = [table.column(columns.left)?, table.column(columns.right)?];
        check_columns(&table, sides)?;
        let moments = Groups::of(table.column(columns.at)?);
        if moments.names.len() > 2 {
            let (table, column) = (table.name().to_owned(), columns.at.to_owned());
            return Err(ChartError::TooManyMoments { table, column }.into());
        }
        let groups = Groups::of(ages);
        let mut plot = Plot::new(Scale::BackToBack, Scale::Names(groups.names.clone()));
        // The last one first, so that the outline of the other is painted over its bars.
        let moments = moments.names.iter().zip(moments.rows()).rev();
        for (place, (moment, rows)) in moments.enumerate() {
            for (number, (column, sign)) in sides.into_iter().zip([-1.0, 1.0]).enumerate() {
                let name = format!("{}, {moment}", spaced(&column.spec().name));
                let rows = rows.clone();
                let side = Series { name, column, rows };
                let bars = counts(&table, &groups, &side)?;
                let bars: Vec<_> = bars.map(|(group, count)| (group, sign * count)).collect();
                if place == 0 {
                    fill(&mut plot, &bars, Colour::of_series(number));
                    plot.legend(Colour::of_series(number), false, &side.name);
                } else {
                    outline(&mut plot, &bars);
                }
            }
            if place > 0 {
                plot.legend(INK, true, moment);
            }
        }
        let (upwards, across) = titles(ages, sides);
        Ok(Self::new(title, table, plot, (across, upwards)))
    }
}

/// The groups of a side that have a count.
fn counts(
    table: &Table,
    groups: &Groups,
    side: &Series<'_>,
) -> Result<impl Iterator<Item = (f64, f64)>, DataError> {
    for (row, value) in side.values() {
        if let Some(value) = value.filter(|value| *value < 0.0) {
            let (table, column) = (table.name().to_owned(), side.column.spec().name.clone());
            return Err(ChartError::Negative {
                table,
                row,
                column,
                value,
            }
            .into());
        }
    }
    let counts = one_in_each(table, groups, side)?.into_iter();
    Ok(counts.filter_map(|(group, count)| Some((group, count?))))
}

fn fill(plot: &mut Plot, bars: &[(f64, f64)], colour: Colour) {
    for (group, end) in bars {
        let (from, to) = ((0.0, group - HALF_BAR), (*end, group + HALF_BAR));
        plot.shapes.push(Shape::Bar { from, to, colour });
    }
}

/// One line around each run of groups that follow one another.
fn outline(plot: &mut Plot, bars: &[(f64, f64)]) {
    for run in bars.chunk_by(|one, next| next.0 - one.0 < 1.5) {
        let edges = run
            .iter()
            .flat_map(|(group, end)| [(*end, group - 0.5), (*end, group + 0.5)]);
        let first = run.first().map(|(group, _)| (0.0, group - 0.5));
        let last = run.last().map(|(group, _)| (0.0, group + 0.5));
        let through = first.into_iter().chain(edges).chain(last).collect();
        plot.shapes.push(Shape::Line {
            through,
            colour: INK,
        });
    }
}
