//! Money that passes between people who meet at random: how unequal they become although all are alike.
//!
//! `cargo run --release --example money_exchange -- --rule split --saving 50`
//!
//! Each sweep is a tick in which as many pairs meet as there are people. Money is in a ledger and only moves; what
//! theory says of its distribution stands in `docs/models/money_exchange.md`.

mod model;
#[allow(dead_code, reason = "`validate` uses all of it")]
#[path = "../validate/statistics.rs"]
mod statistics;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use oikos::core::Ratio;
use oikos::prelude::*;

use model::{Exchange, Rule};

/// People who meet in pairs and give each other money: who has how much at the start and at the end.
#[derive(Debug, Parser)]
#[command(name = "money_exchange")]
struct Args {
    /// What happens when two meet.
    #[arg(long, default_value = "split")]
    rule: Meeting,
    /// Percent of their money that both set aside before the rest is split.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i32).range(0..=99))]
    saving: i32,
    /// People.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(2..=10_000_000))]
    agents: u64,
    /// Sweeps: in each as many pairs meet as there are people.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    sweeps: u32,
    /// The seed: another one is another history.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
    /// A folder for the table of who has what.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Meeting {
    /// All that both have is put together and cut at a random place.
    Split,
    /// One pays the other up to twice the mean, if they have it.
    Transfer,
    /// One pays the other a coin; all begin with ten.
    Coin,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("money_exchange: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), oikos::Error> {
    let saving = Ratio::percent(args.saving);
    let (rule, mean, decimals) = match args.rule {
        Meeting::Split => (Rule::Split { saving }, 1_000_000, 6),
        Meeting::Transfer => (Rule::Transfer, 1_000_000, 6),
        Meeting::Coin => (Rule::Coin, 10, 0),
    };
    let exchange = Exchange {
        rule,
        mean,
        decimals,
        agents: args.agents,
        ..Exchange::default()
    };
    let tables = model::run(Seed(args.seed), exchange, args.sweeps)?;
    if let Some(folder) = &args.out {
        let mut sink = Box::new(CsvSink::create(folder)?);
        tables.write_to(&mut *sink)?;
        sink.finish()?;
    }
    let money = tables.table("wealth")?.column("money")?.minor_units()?;
    let agents = args.agents as usize;
    let wealth = money[money.len() - agents..].iter();
    let wealth = statistics::sorted(wealth.map(|minor| *minor as f64 / mean as f64).collect());
    println!("{agents} agents after {} sweeps", args.sweeps);
    println!("Gini {:.4}", statistics::gini(&wealth));
    println!(
        "coefficient of variation {:.4}",
        statistics::variation(&wealth)
    );
    println!("of 100 agents  money / mean  exponential");
    for percent in [1, 10, 25, 50, 75, 90, 99] {
        let share = f64::from(percent) / 100.0;
        let at = ((agents as f64 * share) as usize).min(agents - 1);
        let expected = -libm::log1p(-share);
        println!(
            "{percent:10} have  up to {:6.3}  {expected:11.3}",
            wealth[at]
        );
    }
    Ok(())
}
