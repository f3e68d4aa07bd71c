//! What the command line says.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use oikos::prelude::HazardMode;

/// A town that is born, marries, shares homes and dies at the rates of a real country. One tick is a day.
#[derive(Debug, Parser)]
#[command(name = "town")]
pub(crate) struct Args {
    /// People at the start.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=oikos::family::PEOPLE_MAX))]
    pub people: u64,
    /// Years to simulate, from 1 July 2019.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=5_000))]
    pub years: u32,
    /// The seed: another one is another history.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: u64,
    /// Threads; as many as the machine has where it is not said. No result depends on it.
    #[arg(long, value_parser = threads)]
    pub threads: Option<usize>,
    /// A folder with tables of population, mortality and fertility in the place of the bundled ones.
    #[arg(long)]
    pub tables: Option<PathBuf>,
    /// Whether people form unions, share homes and have kin at the start, or only are born, age and die.
    #[arg(long, value_enum, default_value_t = Families::On)]
    pub families: Families,
    /// A file of published figures about families in the place of the bundled one.
    #[arg(long)]
    pub figures: Option<PathBuf>,
    /// A file of the marriages of the past in the place of the bundled one.
    #[arg(long)]
    pub marriages: Option<PathBuf>,
    /// The people at the start: as counted, the stable population of the rates, or what 150 years have left of one.
    #[arg(long, value_enum, default_value_t = Init::Us)]
    pub init: Init,
    /// The folder for tables of results.
    #[arg(long, default_value = "out/town")]
    pub out: PathBuf,
    /// Print a digest every so many years.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub digest_every: Option<u32>,
    /// Shuffle all rows before every tick, to show that no result depends on their order.
    #[arg(long)]
    pub scramble: bool,
    /// How hazards are looked at: everybody daily, or candidates drawn ahead.
    #[arg(long, value_enum, default_value_t = Hazards::Daily)]
    pub hazards: Hazards,
    /// Hold every hazard against its own force: unions, weddings, partings, leaving home.
    #[arg(long)]
    pub score_hazards: bool,
    /// Write the life courses of everybody: persons, events, states.
    #[arg(long)]
    pub life_courses: bool,
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads @ 1..=1024) => Ok(threads),
        _ => Err("give a number from 1 to 1024".to_owned()),
    }
}

/// The people at the start.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Init {
    /// As the population table counts them.
    Us,
    /// The stable population of the rates.
    Stable,
    /// What generations that came and went before the start have left.
    BurnIn,
}

impl Init {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Stable => "stable",
            Self::BurnIn => "burn-in",
        }
    }
}

/// Whether there are families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Families {
    /// Unions, homes, and kin at the start.
    On,
    /// Births and deaths alone.
    Off,
}

impl Families {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

/// How hazards are looked at.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Hazards {
    /// Everybody daily.
    Daily,
    /// Candidates, drawn ahead for a month or a year.
    Thinned,
}

impl Hazards {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Thinned => "thinned",
        }
    }
}

impl From<Hazards> for HazardMode {
    fn from(hazards: Hazards) -> Self {
        match hazards {
            Hazards::Daily => Self::Daily,
            Hazards::Thinned => Self::Thinned,
        }
    }
}
