//! How many living kin a woman has: counted in a simulation, and computed by matrices.
//!
//! `cargo run --release --example kin -- --daughters 0.85`
//!
//! A society of women alone lives by the births and deaths of the family's plugin, a year a tick. Its lineage is
//! asked for mothers, sisters, aunts and cousins of women aged 0, 20, 40 and 60, and the answers stand beside
//! those of the matrices of Caswell (2019).

mod model;

use std::process::ExitCode;

use clap::Parser;
use oikos::family::MaternalKin;
use oikos::prelude::*;

use model::{AGES, Schedule, Table};

/// Living kin of women: simulated, and by the matrices of Caswell (2019).
#[derive(Debug, Parser)]
#[command(name = "kin")]
struct Args {
    /// Daughters of a woman who lives to old age: the gross reproduction rate.
    #[arg(long, default_value_t = 0.85, value_parser = daughters)]
    daughters: f64,
    /// Women at the start of each population.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1_000..=1_000_000))]
    women: u64,
    /// Independent populations: standard errors come from their spread.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(2..=1_000))]
    populations: u64,
    /// Years before the women are asked. All kin are on record after 175.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    years: u32,
    /// The seed of the first population; the others have those after it.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
}

fn daughters(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(daughters) if (0.2..=4.0).contains(&daughters) => Ok(daughters),
        _ => Err("give a number from 0.2 to 4".to_owned()),
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kin: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), oikos::Error> {
    let schedule = Schedule::new(args.daughters)?;
    let mut tables = Vec::new();
    for seed in (args.seed..).take(args.populations as usize) {
        let society = model::society(Seed(seed), &schedule, args.women, args.years)?;
        tables.push(model::ask(&society)?);
    }
    println!(
        "{} populations of {} women, {} years, {} daughters in a whole life",
        args.populations, args.women, args.years, args.daughters
    );
    println!(
        "living kin of a woman: simulated (standard error), matrices; all known of % of the women\n"
    );
    print(&schedule, &tables);
    Ok(())
}

fn print(schedule: &Schedule, tables: &[Table]) {
    print!("{:16}", "");
    for age in AGES {
        print!("{:<33}", format!("age {age}"));
    }
    println!();
    for kin in MaternalKin::ALL {
        print!("{:16}", kin.label());
        for (at, age) in AGES.into_iter().enumerate() {
            let found = model::compare(tables, kin, at);
            let expected = schedule.kin.living(kin, age).unwrap_or_default();
            // Counts that miss many say nothing.
            let simulated = if found.coverage < 0.95 {
                "-".to_owned()
            } else {
                format!("{:.4} ({:.4})", found.mean, found.error)
            };
            let coverage = format!("{:.0}%", 100.0 * found.coverage);
            print!("{simulated:15} {expected:7.5} {coverage:>5}    ");
        }
        println!();
    }
}
