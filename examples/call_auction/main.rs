//! A market that is called out once a day, at the one price at which most trades.
//!
//! `cargo run --release --example call_auction -- --market flat_supply --buyers-margin 30`
//!
//! The buyers and sellers are those of `double_auction`. Who tells the truth gains all that can be gained; a margin
//! is what one side keeps back, and costs all.

mod model;
#[allow(dead_code, reason = "`validate` uses all of it")]
#[path = "../double_auction/model/schedule.rs"]
mod schedule;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use oikos::core::Ratio;
use oikos::prelude::*;

use model::Rules;
use schedule::Schedule;

/// A call auction: trades, prices and efficiency, day by day.
#[derive(Debug, Parser)]
#[command(name = "call_auction")]
struct Args {
    /// What units are worth and cost.
    #[arg(long, default_value = "linear")]
    market: Market,
    /// Percent of a value that buyers keep back.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..=99))]
    buyers_margin: i32,
    /// Percent of the way from a cost to the highest price that sellers add.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..=99))]
    sellers_margin: i32,
    /// Days.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    days: u32,
    /// The seed: another one is another history.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
    /// A folder for the table of trades.
    #[arg(long)]
    out: Option<PathBuf>,
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
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("call_auction: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), oikos::Error> {
    let schedule = match args.market {
        Market::Linear => Schedule::linear(),
        Market::FlatSupply => Schedule::flat_supply(),
        Market::FlatDemand => Schedule::flat_demand(),
    };
    let market = schedule.equilibrium();
    let margins = [args.buyers_margin, args.sellers_margin].map(Ratio::percent);
    let trades = model::run(Seed(args.seed), Rules { schedule, margins }, args.days)?;
    if let Some(folder) = &args.out {
        let mut sink = Box::new(CsvSink::create(folder)?);
        sink.write(&trades)?;
        sink.finish()?;
    }
    let [lowest, highest] = market.prices;
    let (units, surplus) = (market.quantity, market.surplus);
    println!("in theory {units} units trade at {lowest} to {highest}, and all gain {surplus}");
    println!("day  trades  price  efficiency");
    let column = |name| trades.column(name).and_then(|column| column.ints());
    let (days, prices) = (column("tick")?, column("price")?);
    let (values, costs) = (column("value")?, column("cost")?);
    for day in 0..i64::from(args.days) {
        let of_day: Vec<usize> = (0..days.len()).filter(|row| days[*row] == day).collect();
        let gained: i64 = of_day.iter().map(|row| values[*row] - costs[*row]).sum();
        let price = of_day
            .first()
            .map_or("-".to_owned(), |row| prices[*row].to_string());
        let efficiency = gained as f64 / surplus as f64;
        println!("{day:3}  {:6}  {price:>5}  {efficiency:10.4}", of_day.len());
    }
    Ok(())
}
