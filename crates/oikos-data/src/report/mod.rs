//! Reports: a page of charts, each with its data.

mod axis;
mod chart;
mod columns;
mod distributions;
mod error;
mod lines;
mod page;
mod paint;
mod palette;
mod plot;
mod points;
mod pyramid;
mod registered;
mod ticks;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use oikos_engine::Society;

pub use chart::Chart;
pub use columns::Values;
pub use distributions::Baseline;
pub use error::ChartError;
pub use points::{Bins, Estimates};
pub use pyramid::Pyramid;
pub use registered::{MakeChart, ReportExt};

use crate::csv_sink;
use crate::error::DataError;
use crate::run_info::RunInfo;
use crate::sink::Sink;
use crate::staging::{self, StagedFile};
use crate::table::Table;
use registered::Charts;

/// A page of charts, tables and text: one HTML file that needs nothing else, no network and no scripts.
///
/// Below each chart are its data, to be read and to be saved as CSV. Colours are those of Okabe and Ito
/// (2008); the page is light or dark as its reader prefers. Charts are drawn by `plotters`, which of the
/// libraries looked at is the most used, brings two small crates of its own and no script, and asks
/// neither for fonts nor for anything of the system. Equal reports give equal bytes.
///
/// A plugin declares distributions with
/// [`DistributionExt::distribution`](oikos_world::DistributionExt::distribution), of which each makes a chart,
/// and registers charts of its own with [`ReportExt::chart`]; [`Report::of`] gathers them:
///
/// ```
/// use std::error::Error;
///
/// use bevy_ecs::world::World;
/// use oikos_core::{Seed, Years};
/// use oikos_data::report::{Chart, Report, ReportExt, Values};
/// use oikos_data::{ColumnKind, ColumnSpec, RunInfo, Schema, Table, Value};
/// use oikos_engine::{Society, bevy_app::App};
/// use oikos_world::{Measures, PeoplePlugin, Reading};
///
/// fn sizes(world: &World, run: &RunInfo) -> Result<Chart, Box<dyn Error + Send + Sync>> {
///     let schema = Schema::new(vec![
///         ColumnSpec::new("sex", ColumnKind::Label, "1", "Sex at birth."),
///         ColumnSpec::new("alive", ColumnKind::Int, "persons", "People alive."),
///     ])?;
///     let mut table = Table::new("people_by_sex", schema, run.clone())?;
///     for (sex, name) in [("male", "population_male"), ("female", "population_female")] {
///         let measure = world.resource::<Measures>().find(name);
///         if let Some(Reading::Int(count)) = measure.map(|measure| (measure.read)(world)) {
///             table.push(&[Value::Label(sex), Value::Int(count)])?;
///         }
///     }
///     let chart = Chart::bars("People by sex", table, "sex", Values::Columns(&["alive"]))?;
///     Ok(chart.caption("People alive at the end of the run."))
/// }
///
/// # fn main() -> Result<(), Box<dyn Error>> {
/// let charts = |app: &mut App| {
///     app.chart("people_by_sex", sizes);
/// };
/// let mut society = Society::builder(Seed(42)).add_plugins(PeoplePlugin).with(charts).build()?;
/// society.run(Years(1))?;
/// let run = RunInfo::new(0, 42)?;
/// let report = Report::of("A village", &run, &society)?.text("Where from", "Nobody lives here.");
/// assert!(report.html()?.contains("People by sex"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    title: String,
    run: RunInfo,
    parts: Vec<Part>,
}

/// What a report holds, from top to bottom.
#[derive(Clone, Debug)]
enum Part {
    Text { heading: String, text: String },
    Chart(Chart),
    Table { heading: String, table: Table },
}

impl Report {
    /// A report without parts on a run, which it names.
    #[must_use]
    pub fn new(title: &str, run: &RunInfo) -> Self {
        Self {
            title: title.to_owned(),
            run: run.clone(),
            parts: Vec::new(),
        }
    }

    /// A report with all the distributions that the society's plugins declared, and then all the charts
    /// that they registered, in their order, of how it stands between two ticks.
    ///
    /// # Errors
    ///
    /// [`ChartError::Failed`] with the name of the first chart that cannot be made.
    pub fn of(title: &str, run: &RunInfo, society: &Society) -> Result<Self, DataError> {
        Self::gathered(title, run, society, None)
    }

    /// As [`Report::of`], with population pyramids as they were outlined over those that are.
    ///
    /// # Errors
    ///
    /// As [`Report::of`].
    pub fn since(
        before: &Baseline,
        title: &str,
        run: &RunInfo,
        society: &Society,
    ) -> Result<Self, DataError> {
        Self::gathered(title, run, society, Some(before))
    }

    fn gathered(
        title: &str,
        run: &RunInfo,
        society: &Society,
        before: Option<&Baseline>,
    ) -> Result<Self, DataError> {
        let world = society.world();
        let distributions = distributions::charts(world, run, before)?;
        let charts = world.get_resource::<Charts>();
        let charts = charts.map_or(Ok(Vec::new()), |charts| charts.make(world, run))?;
        let all = distributions.into_iter().chain(charts);
        Ok(all.fold(Self::new(title, run), Self::chart))
    }

    /// Adds text under a heading; an empty line begins a paragraph.
    #[must_use]
    pub fn text(self, heading: &str, text: &str) -> Self {
        let (heading, text) = (heading.to_owned(), text.to_owned());
        self.with(Part::Text { heading, text })
    }

    /// Adds a chart.
    #[must_use]
    pub fn chart(self, chart: Chart) -> Self {
        self.with(Part::Chart(chart))
    }

    /// Adds a table under a heading, with all of its rows.
    #[must_use]
    pub fn table(self, heading: &str, table: Table) -> Self {
        let heading = heading.to_owned();
        self.with(Part::Table { heading, table })
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The page.
    ///
    /// # Errors
    ///
    /// [`ChartError::NotDrawn`] if the chart library refuses a chart.
    pub fn html(&self) -> Result<String, DataError> {
        page::page(self)
    }

    /// Writes the page to a file, which appears whole or not at all. Folders that are missing are made.
    ///
    /// # Errors
    ///
    /// Those of [`Report::html`]; [`DataError::File`]; [`DataError::PathIsFolder`].
    pub fn write(&self, path: impl Into<PathBuf>) -> Result<(), DataError> {
        let path = path.into();
        let html = self.html()?;
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(DataError::PathIsFolder { path });
        };
        let Some(name) = name.to_str() else {
            let reason = io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8");
            return Err(DataError::file("create", path)(reason));
        };
        // The folder of a mere name is this one, whose own name is empty.
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        staging::prepare_folder(folder)?;
        let (staged, mut file) = StagedFile::create(folder, name)?;
        let written = file.write_all(html.as_bytes());
        written.map_err(DataError::file("write", &path))?;
        staged.sync(&file)?;
        drop(file);
        staged.place()
    }

    /// Hands the tables of all charts and tables to a sink, which is left to be finished. A table that
    /// several of them show is handed over once.
    ///
    /// # Errors
    ///
    /// [`DataError::DuplicateTable`] for two different tables of one name, before any is handed over;
    /// those of [`Sink::write`].
    pub fn write_to(&self, sink: &mut dyn Sink) -> Result<(), DataError> {
        let tables = self.parts.iter().filter_map(|part| match part {
            Part::Text { .. } => None,
            Part::Chart(chart) => Some(chart.table()),
            Part::Table { table, .. } => Some(table),
        });
        let (mut texts, mut once) = (BTreeMap::new(), Vec::new());
        for table in tables {
            let text = (csv_sink::text(table), table.schema());
            match texts.insert(table.name(), text.clone()) {
                None => once.push(table),
                Some(other) if other == text => {}
                Some(_) => {
                    let table = table.name().to_owned();
                    return Err(DataError::DuplicateTable { table });
                }
            }
        }
        once.into_iter().try_for_each(|table| sink.write(table))
    }
}
