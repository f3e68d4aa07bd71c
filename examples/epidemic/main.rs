//! An epidemic in a town of households, beside one in which everybody meets everybody alike.
//!
//! `cargo run --release --example epidemic -- --in-town 1.3 --at-home 0.3`
//!
//! In town an infection is a hazard that rises with the share of the infectious; at home it is drawn for each pair
//! of people. Both are in `model.rs`, a plugin that knows no more of the library than any user's.

mod model;

use std::process::ExitCode;

use clap::Parser;
use oikos::prelude::*;

use model::Infection;

/// An epidemic in a town of households: who was infected, day by day and by size of household.
#[derive(Debug, Parser)]
#[command(name = "epidemic")]
struct Args {
    /// People.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(100..=2_000_000))]
    people: u64,
    /// How many people somebody infects outside the household while nobody is immune.
    #[arg(long, default_value_t = 1.3, value_parser = in_town)]
    in_town: f64,
    /// The chance that somebody infects a given housemate.
    #[arg(long, default_value_t = 0.3, value_parser = at_home)]
    at_home: f64,
    /// Days for which somebody is infectious.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    days: u32,
    /// Households in which somebody is infected at the start, at most as many as there are.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    infected: u64,
    /// The seed: another one is another history.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
}

fn in_town(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if (0.0..=20.0).contains(&number) => Ok(number),
        _ => Err("give a number from 0 to 20".to_owned()),
    }
}

fn at_home(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(chance) if (0.0..=1.0).contains(&chance) => Ok(chance),
        _ => Err("give a chance from 0 to 1".to_owned()),
    }
}

/// Of 100 households, how many have 1, 2, 3, ... people: an illustration.
const SIZES: [u64; 6] = [28, 35, 15, 13, 6, 3];

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("epidemic: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let infection = Infection {
        in_town: args.in_town,
        at_home: args.at_home,
        days: args.days,
    };
    let (seed, people) = (Seed(args.seed), args.people as usize);
    let sizes = model::household_sizes(seed, people, &SIZES)?;
    let (infected, households) = (args.infected, sizes.len());
    if infected > households as u64 {
        return Err(format!(
            "--infected {infected} is more than the {households} households of this town: give at most as many"
        )
        .into());
    }
    let mut town = model::town(seed, infection, sizes, infected as usize).build()?;
    println!("day  susceptible  infectious  recovered");
    let mut day = 0;
    loop {
        let [susceptible, infectious, recovered] = model::count(&town);
        println!("{day:3}  {susceptible:11}  {infectious:10}  {recovered:9}");
        if infectious == 0 {
            break;
        }
        for _ in 0..7 {
            town.step()?;
        }
        day += 7;
    }
    print_by_size(&town);
    let [susceptible, ..] = model::count(&town);
    let found = 100.0 * (people - susceptible) as f64 / people as f64;
    let alone = 100.0 * model::well_mixed(args.in_town);
    println!("\n{found:.1}% of all people were infected.");
    println!(
        "Without households, where all meet alike, a large epidemic would have infected {alone:.1}%."
    );
    Ok(())
}

fn print_by_size(town: &Society) {
    println!(
        "\nhousehold of  households  infected in  people infected  infected at home after another"
    );
    for size in 1..=SIZES.len() {
        let residents = town.world().resource::<Residents>();
        let households = town.slot_order::<Household>();
        let of_size = households
            .into_iter()
            .filter(|home| residents.count(*home) == size);
        let chains: Vec<Vec<usize>> = of_size.map(|home| model::chain(town, home)).collect();
        let seen = chains.iter().filter(|chain| !chain.is_empty()).count();
        let infected: usize = chains.iter().flatten().sum();
        let first: usize = chains.iter().filter_map(|chain| chain.first()).sum();
        let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
        println!(
            "{size:12}  {:10}  {:10.1}%  {:14.1}%  {:29.1}%",
            chains.len(),
            share(seen, chains.len()),
            share(infected, size * chains.len()),
            share(infected - first, infected),
        );
    }
}
