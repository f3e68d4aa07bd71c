//! A town that is born, ages and dies at the rates of a real country.
//!
//! `cargo run --release --example town -- --people 10000 --years 50 --seed 1`

mod args;
mod output;
mod report;

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
            eprintln!("town: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let mut town = build(args)?;
    let output = output::Output::create(&args.out, args.seed)?;
    let started = stopwatch();
    let yearly = output.run(&mut town, args.years, &progress(args.years))?;
    let elapsed = stopwatch_since(started);
    report::genesis_and_end(&town, &yearly);
    let score = Score::of(town.world())?;
    if let Some(score) = &score {
        report::score(&town, score, elapsed)?;
    }
    output.finish(yearly, score.as_ref())?;
    report::digests(&town)?;
    Ok(())
}

fn build(args: &Args) -> Result<Society, oikos::Error> {
    let tables = match &args.tables {
        Some(directory) => Tables::load_dir(directory)?,
        None => Tables::us()?,
    };
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
