//! A town that is born, ages and dies at the rates of a real country.
//!
//! `cargo run --release --example town -- --people 10000 --years 50 --seed 1`

mod args;
mod families;
mod output;
mod page;
mod report;
mod society;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use oikos::prelude::*;

use args::Args;

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
    let mut town = society::build(args)?;
    let mut output = output::Output::create(args, &town)?;
    let started = stopwatch();
    let yearly = output.run(&mut town, args.years, &progress(args.years))?;
    let elapsed = stopwatch_since(started);
    let score = Score::of(town.world())?;
    output.finish(&yearly, score.as_ref(), &town)?;
    let mut report = Vec::new();
    families::at_the_start(&mut report, &town)?;
    report::genesis_and_end(&mut report, &town, &yearly)?;
    if let Some(score) = &score {
        report::score(&mut report, &town, score, elapsed)?;
    }
    families::survey(&mut report, &town, args)?;
    families::hazards(&mut report, &town, args)?;
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
