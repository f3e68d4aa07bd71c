//! Every model beside what is published about it, in one table.
//!
//! `cargo run --release --example validate`
//!
//! All that the table says is computed from what runs leave: tables, and for the family its lineage. With `--perturb`
//! one rule of each model is broken, and then no row may pass.

#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../money_exchange/model.rs"]
mod money_exchange;

#[path = "../call_auction/model/mod.rs"]
mod call_auction;
#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../double_auction/model/mod.rs"]
mod double_auction;
#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../epidemic/model.rs"]
mod epidemic_model;
#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../kin/model.rs"]
mod kin_model;
#[allow(dead_code, reason = "the example of that name uses all of it")]
#[path = "../sfc/model/mod.rs"]
mod sfc;

mod auctions;
mod family;
mod flows;
mod money;
mod parallel;
mod row;
mod statistics;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use double_auction::schedule;
use row::Row;

/// All models beside published tables and closed forms; the exit code is 0 if all rows pass.
#[derive(Debug, Parser)]
#[command(name = "validate")]
struct Args {
    /// Only the rows of this model.
    #[arg(long)]
    only: Option<Model>,
    /// Break one rule of each model: the exit code is then 0 if all rows fail.
    #[arg(long)]
    perturb: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Model {
    MoneyExchange,
    DoubleAuction,
    CallAuction,
    Sfc,
    Family,
}

type Rows = Result<Vec<Row>, oikos::Error>;

impl Model {
    fn rows(self, perturb: bool) -> Rows {
        match self {
            Self::MoneyExchange => money::rows(perturb),
            Self::DoubleAuction => auctions::double(perturb),
            Self::CallAuction => auctions::call(perturb),
            Self::Sfc => flows::rows(perturb),
            Self::Family => family::rows(perturb),
        }
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("validate: {error}");
            ExitCode::from(2)
        }
    }
}

/// Prints the table as it grows. Gives whether all is as it should be.
fn run(args: &Args) -> Result<bool, oikos::Error> {
    println!("{}", row::head());
    let (mut passed, mut failed) = (0, 0);
    let chosen = |model: &&Model| args.only.is_none_or(|only| only == **model);
    for model in Model::value_variants().iter().filter(chosen) {
        for row in model.rows(args.perturb)? {
            println!("{row}");
            if row.passes() {
                passed += 1;
            } else {
                failed += 1;
            }
        }
    }
    println!("\n{passed} rows pass, {failed} fail");
    if args.perturb {
        println!("one rule of each model is broken: none should pass");
    }
    Ok(if args.perturb { passed } else { failed } == 0)
}
