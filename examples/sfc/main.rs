//! Economies in which every payment comes from somewhere and goes somewhere: models SIM and PC of Godley and Lavoie
//! (2007), as people and firms.
//!
//! `cargo run --release --example sfc -- --model pc --consumers 200 --spread 200`
//!
//! The path of the whole is that of the published equations; the matrix of the last year is drawn up from the ledger,
//! and every row and column of it sums to zero.

#[allow(dead_code, reason = "`validate` uses all of it")]
mod model;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use oikos::core::Ratio;
use oikos::prelude::*;

use model::Economy;

/// Stock-flow consistent models SIM and PC: sums over all people by year, and the flows of the last.
#[derive(Debug, Parser)]
#[command(name = "sfc")]
struct Args {
    /// Which of them.
    #[arg(long, default_value = "sim")]
    model: Which,
    /// People.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    consumers: u64,
    /// Firms.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    makers: u64,
    /// By how many thousandths the share of income that somebody consumes may differ from the mean.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=400))]
    spread: i64,
    /// Years.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    years: u32,
    /// In model PC, the year from which on the rate of interest is 3.5 percent and not 2.5.
    #[arg(long)]
    rise: Option<u32>,
    /// The seed: another one is another history.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
    /// A folder for the tables of people and of flows.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Which {
    /// Money of the government alone.
    Sim,
    /// Money of a central bank, and bills.
    Pc,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sfc: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), oikos::Error> {
    let mut economy = match args.model {
        Which::Sim => Economy::sim(args.consumers),
        Which::Pc => Economy::pc(args.consumers)?,
    };
    economy.makers = args.makers;
    economy.spread = args.spread;
    if let (Some(bills), Some(year)) = (&mut economy.bills, args.rise) {
        bills.later = Some((year, Ratio::new(35, 1_000)?));
    }
    let tables = model::run(Seed(args.seed), economy, args.years)?;
    if let Some(folder) = &args.out {
        let mut sink = Box::new(CsvSink::create(folder)?);
        sink.write(&tables.consumers)?;
        sink.write(&tables.flows)?;
        sink.finish()?;
    }
    println!("year      wages   interest      taxes  consumption      money      bills");
    let names = [
        "wages",
        "interest",
        "taxes",
        "consumption",
        "money",
        "bills",
    ];
    let people = args.consumers as usize;
    for year in 0..args.years as usize {
        print!("{:4}", year + 1);
        for (name, width) in names.iter().zip([11, 11, 11, 13, 11, 11]) {
            let cells = tables.consumers.column(name)?.minor_units()?;
            let sum: i64 = cells[year * people..][..people].iter().sum();
            print!("{:width$.3}", sum as f64 / 1e6);
        }
        println!();
    }
    if let Some(matrix) = &tables.last {
        println!("\nflows of the last year\n\n{matrix}");
    }
    Ok(())
}
