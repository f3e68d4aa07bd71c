//! The collector that carries out a plan.

use std::error::Error;
use std::sync::Arc;

use bevy_ecs::world::World;
use oikos_core::{Cadence, Span, Tick};
use oikos_engine::{Clock, Collector, Society};
use oikos_world::{Measure, MeasureKind, Measures, Reading};

use super::collected::Collected;
use super::output::{Output, RowWriter};
use super::row_table::AnyRowTable;
use super::{Collect, Source, TablePlan};
use crate::error::DataError;
use crate::run_info::RunInfo;
use crate::schema::{ColumnKind, ColumnSpec, Schema};
use crate::table::Table;
use crate::value::Value;

/// A plan that was checked against a society, with the rows that it has made so far.
pub(super) struct Observer<'s> {
    tables: Vec<ObservedTable>,
    output: Output<'s>,
}

struct ObservedTable {
    cadence: Cadence,
    observed: Observed,
    table: Table,
}

/// What the rows of a table are made of.
enum Observed {
    Measures(Vec<Measure>),
    Members(Arc<dyn AnyRowTable>),
}

impl<'s> Observer<'s> {
    /// Checks the whole plan, so that a run does not fail at its end for what was wrong before it.
    pub(super) fn new(
        plan: &Collect,
        society: &Society,
        output: Output<'s>,
    ) -> Result<Self, DataError> {
        let run = RunInfo::new(plan.run_id, society.seed().0)?;
        let mut tables: Vec<ObservedTable> = Vec::with_capacity(plan.tables.len());
        for table in &plan.tables {
            let observed = ObservedTable::new(table, society.world(), run.clone())?;
            let name = observed.table.name();
            if tables.iter().any(|other| other.table.name() == name) {
                let table = name.to_owned();
                return Err(DataError::DuplicateTable { table });
            }
            tables.push(observed);
        }
        Ok(Self { tables, output })
    }

    /// Runs the society and looks at it; all that is left goes to the sink.
    pub(super) fn run(mut self, society: &mut Society, span: Span) -> Result<Collected, DataError> {
        let outcome = society.run_with(span, &mut [&mut self]);
        outcome.map_err(DataError::society)?;
        for observed in &mut self.tables {
            self.output.finish(&mut observed.table)?;
        }
        let tables = self.tables.into_iter();
        Ok(Collected::new(
            tables.map(|observed| observed.table).collect(),
        ))
    }
}

impl Collector for Observer<'_> {
    fn name(&self) -> &str {
        "tables"
    }

    /// Each table has a cadence of its own.
    fn cadence(&self) -> Cadence {
        Cadence::every(Span::Ticks(1))
    }

    fn collect(&mut self, world: &World) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(clock) = world.get_resource::<Clock>() else {
            return Ok(());
        };
        for observed in &mut self.tables {
            if observed.cadence.due(clock.calendar(), clock.tick()) {
                observed.observe(world, clock, &mut self.output)?;
            }
        }
        Ok(())
    }
}

impl ObservedTable {
    fn new(plan: &TablePlan, world: &World, run: RunInfo) -> Result<Self, DataError> {
        let (name, observed, columns) = match &plan.source {
            Source::Measures { table, names } => {
                let measures = find_measures(table, names, world)?;
                let columns = measures.iter().map(measure_column).collect();
                (table.as_str(), Observed::Measures(measures), columns)
            }
            Source::Members(rows) => {
                let columns = rows.columns(world)?;
                (rows.name(), Observed::Members(rows.clone()), columns)
            }
        };
        Ok(Self {
            cadence: plan.cadence,
            table: Table::new(name, Schema::observed(columns)?, run)?,
            observed,
        })
    }

    fn observe(
        &mut self,
        world: &World,
        clock: &Clock,
        output: &mut Output<'_>,
    ) -> Result<(), DataError> {
        match &self.observed {
            Observed::Members(members) => {
                members.observe(world, &mut RowWriter::new(&mut self.table, output, clock))
            }
            Observed::Measures(measures) => {
                let (table, tick) = (self.table.name(), clock.tick());
                let row = measures
                    .iter()
                    .map(|measure| read(measure, world, table, tick));
                let row = row.collect::<Result<Vec<_>, _>>()?;
                RowWriter::new(&mut self.table, output, clock).push(&row)
            }
        }
    }
}

fn find_measures(table: &str, names: &[String], world: &World) -> Result<Vec<Measure>, DataError> {
    let declared = world
        .get_resource::<Measures>()
        .map_or(&[][..], Measures::all);
    let find = |name: &String| {
        let found = declared.iter().find(|measure| measure.name == name);
        found.copied().ok_or_else(|| DataError::UnknownMeasure {
            table: table.to_owned(),
            measure: name.clone(),
            known: declared
                .iter()
                .map(|measure| measure.name.to_owned())
                .collect(),
        })
    };
    names.iter().map(find).collect()
}

/// Any measure may have nothing to say.
fn measure_column(measure: &Measure) -> ColumnSpec {
    let kind = match measure.kind {
        MeasureKind::Int => ColumnKind::Int,
        MeasureKind::Float => ColumnKind::Float,
        MeasureKind::Decimal { scale } => ColumnKind::Decimal { scale },
    };
    ColumnSpec::new(measure.name, kind, measure.unit, measure.description).nullable()
}

fn read(
    measure: &Measure,
    world: &World,
    table: &str,
    tick: Tick,
) -> Result<Value<'static>, DataError> {
    Ok(match ((measure.read)(world), measure.kind) {
        (Reading::Missing, _) => Value::Null,
        (Reading::Int(minor), MeasureKind::Decimal { .. }) => Value::Decimal(minor),
        (Reading::Int(count), _) => Value::Int(count),
        (Reading::Float(value), _) if !value.is_finite() => {
            return Err(DataError::MeasureNotFinite {
                table: table.to_owned(),
                measure: measure.name.to_owned(),
                tick,
                value,
            });
        }
        (Reading::Float(value), _) => Value::Float(value),
    })
}
