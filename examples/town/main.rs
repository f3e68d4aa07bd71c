//! A town that is born, ages and dies at the rates of a real country.
//!
//! `cargo run --release --example town -- --people 10000 --years 50 --seed 1`

mod args;
mod output;
mod page;
mod report;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use oikos::prelude::*;

use args::{Args, Init};

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even this cannot be said, the exit code says it.
            let _ = writeln!(std::io::stderr(), "town: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let mut town = build(args)?;
    let output = output::Output::create(args, &town)?;
    let started = stopwatch();
    let yearly = output.run(&mut town, args.years, &progress(args.years))?;
    let elapsed = stopwatch_since(started);
    let score = Score::of(town.world())?;
    output.finish(&yearly, score.as_ref(), &town)?;
    let mut report = Vec::new();
    report::genesis_and_end(&mut report, &town, &yearly)?;
    if let Some(score) = &score {
        report::score(&mut report, &town, score, elapsed)?;
    }
    report::digests(&mut report, &town)?;
    print(&report)
}

/// Prints, and takes it calmly when nobody reads to the end.
fn print(report: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    match out.write_all(report).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

fn build(args: &Args) -> Result<Society, oikos::Error> {
    let tables = match &args.tables {
        Some(directory) => Tables::load_dir(directory)?,
        None => Tables::us()?,
    };
    for name in &tables.ignored {
        let _ = writeln!(
            std::io::stderr(),
            "town: {name} has the header of no table and is ignored"
        );
    }
    let family = FamilyPlugin::new(&tables)?.hazards(args.hazards.into());
    let population = match args.init {
        Init::Us => Population::counted(tables, args.people)?,
        Init::Stable => Population::stable(tables, args.people)?,
    };
    let mut builder = Society::builder(Seed(args.seed))
        .start(date(2019, 7, 1))
        .tick(Days(1))
        .add_plugins(family)
        .populate(population);
    if let Some(threads) = args.threads {
        builder = builder.threads(threads);
    }
    if let Some(years) = args.digest_every {
        builder = builder.digest(Cadence::every(Years(years)));
    }
    if args.scramble {
        builder = builder.scramble(args.seed);
    }
    Ok(builder.build()?)
}

/// On a terminal only.
fn progress(years: u32) -> ProgressBar {
    let bar = ProgressBar::new(u64::from(years));
    let style = ProgressStyle::with_template("{elapsed} {bar:40} year {pos} of {len}, {eta} left");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

#[expect(
    clippy::disallowed_types,
    reason = "a stopwatch for the report, never state"
)]
type Stopwatch = std::time::Instant;

fn stopwatch() -> Stopwatch {
    Stopwatch::now()
}

fn stopwatch_since(start: Stopwatch) -> Duration {
    start.elapsed()
}
