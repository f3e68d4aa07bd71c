//! The tables that a run leaves behind.

use std::error::Error;
use std::path::PathBuf;

use indicatif::ProgressBar;
use oikos::data::report::Baseline;
use oikos::data::{
    ColumnKind, ColumnSpec, CsvSink, LifeCourses, RunInfo, Schema, Sink, Table, Value,
};
use oikos::engine::Collector;
use oikos::family::{Comparison, Origin, SEXES};
use oikos::prelude::*;

use super::args::Args;
use super::page;

/// Where the tables go. Made before the run, so that a folder that cannot be written to costs nothing.
pub(crate) struct Output {
    sink: CsvSink,
    page: PathBuf,
    start: Baseline,
    run: RunInfo,
    life_courses: bool,
}

impl Output {
    pub(crate) fn create(args: &Args, town: &Society) -> Result<Self, oikos::Error> {
        let tables = args.tables.as_ref();
        let run = RunInfo::new(0, args.seed)?
            .with("people", args.people)?
            .with("years", args.years)?
            .with("families", args.families.name())?
            .with("init", args.init.name())?
            .with("hazards", args.hazards.name())?
            .with(
                "tables",
                tables.map_or("bundled".into(), |folder| folder.to_string_lossy()),
            )?
            .with("build", town.build_info().fingerprint)?
            .with("digest_of_start", town.digest()?)?;
        Ok(Self {
            sink: CsvSink::create(&args.out)?,
            page: args.out.join("report.html"),
            start: Baseline::of(town),
            run,
            life_courses: args.life_courses,
        })
    }

    /// Runs the town and notes its people each year.
    pub(crate) fn run(
        &mut self,
        town: &mut Society,
        years: u32,
        progress: &ProgressBar,
    ) -> Result<Table, oikos::Error> {
        let mut yearly = Yearly::new(self.run.clone(), progress.clone())?;
        if self.life_courses {
            let mut lives = LifeCourses::of(town, &self.run)?;
            town.run_with(Years(years), &mut [&mut yearly, &mut lives])?;
            for table in lives.finish()?.iter() {
                self.sink.write(table)?;
            }
        } else {
            town.run_with(Years(years), &mut [&mut yearly])?;
        }
        progress.finish_and_clear();
        Ok(yearly.table)
    }

    /// Writes all tables and the page; only now do they appear in the folder.
    pub(crate) fn finish(
        mut self,
        yearly: &Table,
        score: Option<&Score>,
        town: &Society,
    ) -> Result<(), oikos::Error> {
        let clock = town.clock();
        self.sink.write(yearly)?;
        self.sink.write(&digests(town, &self.run)?)?;
        let deaths = score.map(|score| &score.deaths);
        let deaths = compared("deaths", deaths, &self.run, clock)?;
        let births = score.map(|score| &score.births);
        let births = compared("births", births, &self.run, clock)?;
        self.sink.write(&deaths)?;
        self.sink.write(&births)?;
        Box::new(self.sink).finish()?;
        page::report(town, &self.start, &self.run, yearly, [&deaths, &births])?.write(self.page)?;
        Ok(())
    }
}

/// People, births and deaths at each anniversary of the start.
struct Yearly {
    table: Table,
    progress: ProgressBar,
}

impl Yearly {
    fn new(run: RunInfo, progress: ProgressBar) -> Result<Self, oikos::Error> {
        let count = |name, text| ColumnSpec::new(name, ColumnKind::Int, "persons", text);
        let schema = Schema::observed(vec![
            count("male", "Men and boys alive."),
            count("female", "Women and girls alive."),
            count("births_total", "Children born since the start."),
            count("deaths_total", "People who died since the start."),
        ])?;
        Ok(Self {
            table: Table::new("population", schema, run)?,
            progress,
        })
    }
}

impl Collector for Yearly {
    fn name(&self) -> &str {
        "population"
    }

    fn cadence(&self) -> Cadence {
        Cadence::every(Years(1))
    }

    fn collect(&mut self, world: &World) -> Result<(), Box<dyn Error + Send + Sync>> {
        let lineage = world.resource::<Lineage>();
        let mut alive = [0; 2];
        let (mut births, mut deaths) = (0, 0);
        let lived = lineage.iter().filter(|(_, person)| person.origin.lived());
        for (_, person) in lived {
            births += i64::from(person.origin == Origin::Born);
            match person.died {
                Some(_) => deaths += 1,
                None => alive[person.sex.index()] += 1,
            }
        }
        let clock = world.resource::<Clock>();
        let [male, female] = alive;
        let row = [male, female, births, deaths].map(Value::Int);
        self.table
            .push_at(clock.tick().index(), clock.today().days(), &row)?;
        self.progress.inc(u64::from(clock.tick().index() > 0));
        Ok(())
    }
}

/// The digests that were asked for, and that of the end.
fn digests(town: &Society, run: &RunInfo) -> Result<Table, oikos::Error> {
    let digest = ColumnSpec::new(
        "digest",
        ColumnKind::Text,
        "1",
        "Digest of all state: the same exactly when the history is.",
    );
    let mut table = Table::new("digests", Schema::observed(vec![digest])?, run.clone())?;
    let end = (town.tick(), town.digest()?);
    for (tick, digest) in town.digests().iter().chain([&end]) {
        let day = town.clock().calendar().date(*tick)?.days();
        table.push_at(tick.index(), day, &[Value::Text(&digest.to_string())])?;
    }
    Ok(table)
}

/// Events from the start until now against what the tables lead to expect, as a table.
fn compared(
    events: &str,
    comparison: Option<&Comparison>,
    run: &RunInfo,
    clock: &Clock,
) -> Result<Table, oikos::Error> {
    let number = |name, unit, text| ColumnSpec::new(name, ColumnKind::Float, unit, text);
    let age = |name, text| ColumnSpec::new(name, ColumnKind::Int, "years", text);
    let schema = Schema::observed(vec![
        ColumnSpec::new(
            "sex",
            ColumnKind::Label,
            "1",
            "Sex; of births, the mother's.",
        ),
        age("age_from", "First completed age of the group."),
        age("age_to", "Last completed age of the group."),
        ColumnSpec::new("actual", ColumnKind::Int, events, "Events that happened."),
        number(
            "expected",
            events,
            "Events that the rates lead to expect, given the exposure.",
        ),
        number("ratio", "1", "Actual over expected.").nullable(),
        number("ratio_low", "1", "Lower end of its 95 % interval.").nullable(),
        number("ratio_high", "1", "Upper end of its 95 % interval.").nullable(),
        number("z", "1", "Deviation from expected in standard deviations.").nullable(),
    ])?;
    let mut table = Table::new(events, schema, run.clone())?;
    for row in comparison
        .into_iter()
        .flat_map(|comparison| &comparison.rows)
    {
        let float = |value: f64| {
            if value.is_finite() {
                Value::Float(value)
            } else {
                Value::Null
            }
        };
        let cells = [
            Value::Label(SEXES[row.sex]),
            Value::Int(i64::from(row.age_from)),
            Value::Int(i64::from(row.age_to)),
            Value::Int(row.actual as i64),
            Value::Float(row.expected),
            float(row.ratio),
            float(row.ratio_low),
            float(row.ratio_high),
            float(row.z),
        ];
        table.push_at(clock.tick().index(), clock.today().days(), &cells)?;
    }
    Ok(table)
}
