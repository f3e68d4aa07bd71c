//! Distributions that plugins declared, as charts.

use bevy_ecs::world::World;
use oikos_engine::{Clock, Society};
use oikos_world::{
    Distribution, DistributionColumn, DistributionKind, DistributionRow, Distributions,
    MeasureKind, Reading,
};

use super::chart::Chart;
use super::columns::{Values, spaced};
use super::error::ChartError;
use super::points::Bins;
use super::pyramid::Pyramid;
use crate::error::DataError;
use crate::run_info::RunInfo;
use crate::schema::{ColumnKind, ColumnSpec, Schema};
use crate::table::Table;
use crate::value::Value;

/// The population pyramids of a society at one moment, to be outlined on a later report: make it before the
/// run and give it to [`Report::since`](super::Report::since).
#[derive(Clone, Debug)]
pub struct Baseline {
    tick: u32,
    day: i32,
    pyramids: Vec<(&'static str, Vec<DistributionRow>)>,
}

impl Baseline {
    /// Of a society as it stands between two ticks.
    #[must_use]
    pub fn of(society: &Society) -> Self {
        let world = society.world();
        let pyramids = declared(world).iter();
        let pyramids = pyramids.filter(|known| known.kind == DistributionKind::Pyramid);
        Self {
            tick: society.tick().index(),
            day: society.today().days(),
            pyramids: pyramids
                .map(|pyramid| (pyramid.name, (pyramid.read)(world)))
                .collect(),
        }
    }
}

fn declared(world: &World) -> &[Distribution] {
    let distributions = world.get_resource::<Distributions>();
    distributions.map_or(&[], Distributions::all)
}

/// Charts of all distributions, in their order.
pub(super) fn charts(
    world: &World,
    run: &RunInfo,
    since: Option<&Baseline>,
) -> Result<Vec<Chart>, DataError> {
    let chart = |distribution: &Distribution| {
        chart(distribution, world, run, since).map_err(|source| {
            DataError::Chart(ChartError::Failed {
                name: distribution.name.to_owned(),
                source: Box::new(source),
            })
        })
    };
    declared(world).iter().map(chart).collect()
}

fn chart(
    distribution: &Distribution,
    world: &World,
    run: &RunInfo,
    since: Option<&Baseline>,
) -> Result<Chart, DataError> {
    let names = Names::of(distribution);
    let mut table = Table::new(
        distribution.name,
        schema(distribution, &names)?,
        run.clone(),
    )?;
    let clock = world.resource::<Clock>();
    if let Some(since) = since.filter(|since| since.day < clock.today().days()) {
        let before = since.pyramids.iter();
        for (_, rows) in before.filter(|(name, _)| *name == distribution.name) {
            push(&mut table, distribution, since.tick, since.day, rows)?;
        }
    }
    let rows = (distribution.read)(world);
    let (tick, day) = (clock.tick().index(), clock.today().days());
    push(&mut table, distribution, tick, day, &rows)?;
    let across = format!("{} ({})", spaced(distribution.axis), distribution.axis_unit);
    let series: Vec<_> = distribution
        .series
        .iter()
        .map(|series| series.name)
        .collect();
    let title = distribution.title;
    let chart = match distribution.kind {
        DistributionKind::Pyramid => {
            let columns = Pyramid {
                groups: distribution.axis,
                left: series.first().copied().unwrap_or_default(),
                right: series.get(1).copied().unwrap_or_default(),
                at: "date",
            };
            return Ok(Chart::pyramid(title, table, columns)?
                .y_axis(&across)
                .caption(distribution.caption));
        }
        DistributionKind::Histogram => {
            let columns = Bins {
                from: &names.from,
                to: &names.below,
                count: series.first().copied().unwrap_or_default(),
            };
            Chart::histogram(title, table, columns)?
        }
        DistributionKind::Lines => {
            Chart::lines(title, table, &names.from, Values::Columns(&series))?
        }
        DistributionKind::Bars => {
            Chart::bars(title, table, distribution.axis, Values::Columns(&series))?
        }
    };
    Ok(chart.x_axis(&across).caption(distribution.caption))
}

/// What the columns of the classes are called, beside that of their labels.
struct Names {
    from: String,
    below: String,
}

impl Names {
    fn of(distribution: &Distribution) -> Self {
        Self {
            from: format!("{}_from", distribution.axis),
            below: format!("{}_below", distribution.axis),
        }
    }
}

fn schema(distribution: &Distribution, names: &Names) -> Result<Schema, DataError> {
    let unit = distribution.axis_unit;
    let number = |name, text| ColumnSpec::new(name, ColumnKind::Int, unit, text);
    let mut columns = vec![
        ColumnSpec::new(distribution.axis, ColumnKind::Label, unit, "The class."),
        number(&names.from, "The lowest value in the class."),
        number(&names.below, "What the class stays below.").nullable(),
    ];
    let all = distribution.series.iter().chain(distribution.beside);
    columns.extend(all.map(column));
    Schema::observed(columns)
}

/// Any reading may be missing.
fn column(column: &DistributionColumn) -> ColumnSpec {
    let kind = match column.kind {
        MeasureKind::Int => ColumnKind::Int,
        MeasureKind::Float => ColumnKind::Float,
        MeasureKind::Decimal { scale } => ColumnKind::Decimal { scale },
    };
    ColumnSpec::new(column.name, kind, column.unit, column.description).nullable()
}

fn push(
    table: &mut Table,
    distribution: &Distribution,
    tick: u32,
    day: i32,
    rows: &[DistributionRow],
) -> Result<(), DataError> {
    for row in rows {
        let label = Distribution::label(row);
        let below = row
            .below
            .map_or(Value::Null, |below| Value::Int(i64::from(below)));
        let mut cells = vec![Value::Label(&label), Value::Int(i64::from(row.from)), below];
        let mut columns = distribution.series.iter().chain(distribution.beside);
        cells.extend(row.values.iter().map(|reading| {
            let kind = columns.next().map(|column| column.kind);
            match (*reading, kind) {
                (Reading::Missing, _) => Value::Null,
                (Reading::Int(minor), Some(MeasureKind::Decimal { .. })) => Value::Decimal(minor),
                (Reading::Int(count), _) => Value::Int(count),
                (Reading::Float(value), _) => Value::Float(value),
            }
        }));
        table.push_at(tick, day, &cells)?;
    }
    Ok(())
}
