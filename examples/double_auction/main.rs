//! A pit in which buyers and sellers call prices out: how much of what could be gained is, by traders who know
//! nothing, and how prices settle when they learn.
//!
//! `cargo run --release --example double_auction -- --traders learning --market smith --days 10`
//!
//! Money is held and goods are reserved for every quote, and a trade moves both, in a venue of `oikos::market`.

#[allow(dead_code, reason = "`validate` uses all of it")]
mod model;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use oikos::prelude::*;

use model::schedule::Schedule;
use model::{Rules, Strategy};

/// A continuous double auction: trades, prices and efficiency, day by day.
#[derive(Debug, Parser)]
#[command(name = "double_auction")]
struct Args {
    /// How prices are called.
    #[arg(long, default_value = "constrained")]
    traders: Traders,
    /// What units are worth and cost.
    #[arg(long, default_value = "linear")]
    market: Market,
    /// Days of trading.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    days: u32,
    /// Turns a day: in each, somebody drawn may call a price.
    #[arg(long, default_value_t = 6_000, value_parser = clap::value_parser!(u32).range(1..))]
    turns: u32,
    /// The seed: another one is another history.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
    /// A folder for the table of trades.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Traders {
    /// Any price at which the caller does not lose.
    Constrained,
    /// Any price.
    Unconstrained,
    /// A margin that each learns.
    Learning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Market {
    /// Six buyers and six sellers of four units: values from 190 to 10, costs from 10 to 190.
    Linear,
    /// The same, but every unit costs 60.
    FlatSupply,
    /// The same, but every unit is worth 140.
    FlatDemand,
    /// Eleven buyers and eleven sellers of a unit, as in the first test of Smith (1962).
    Smith,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("double_auction: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), oikos::Error> {
    let schedule = match args.market {
        Market::Linear => Schedule::linear(),
        Market::FlatSupply => Schedule::flat_supply(),
        Market::FlatDemand => Schedule::flat_demand(),
        Market::Smith => Schedule::smith(),
    };
    let strategy = match args.traders {
        Traders::Constrained => Strategy::Random { constrained: true },
        Traders::Unconstrained => Strategy::Random { constrained: false },
        Traders::Learning => Strategy::Learning { rate: None },
    };
    let market = schedule.equilibrium();
    let rules = Rules {
        strategy,
        turns: args.turns,
        schedule,
    };
    let trades = model::run(Seed(args.seed), rules, args.days)?;
    if let Some(folder) = &args.out {
        let mut sink = Box::new(CsvSink::create(folder)?);
        sink.write(&trades)?;
        sink.finish()?;
    }
    let [lowest, highest] = market.prices;
    let (units, surplus) = (market.quantity, market.surplus);
    println!("in theory {units} units trade at {lowest} to {highest}, and all gain {surplus}");
    println!("day  trades  mean price  efficiency");
    let column = |name| trades.column(name).and_then(|column| column.ints());
    let (days, prices) = (column("tick")?, column("price")?);
    let (values, costs) = (column("value")?, column("cost")?);
    for day in 0..i64::from(args.days) {
        let of_day: Vec<usize> = (0..days.len()).filter(|row| days[*row] == day).collect();
        let paid: i64 = of_day.iter().map(|row| prices[*row]).sum();
        let gained: i64 = of_day.iter().map(|row| values[*row] - costs[*row]).sum();
        let mean = paid as f64 / of_day.len().max(1) as f64;
        let efficiency = gained as f64 / market.surplus as f64;
        println!(
            "{day:3}  {:6}  {mean:10.2}  {efficiency:10.4}",
            of_day.len()
        );
    }
    Ok(())
}
