//! What the town is made of.

use std::io::Write;

use oikos::family::{
    FamilyFigures, HomesPlugin, MarriageHistory, PeriodRates, RelativeRisks, UnionsPlugin,
};
use oikos::prelude::*;

use super::args::{Args, Families, Init};

/// Generations come and go for so many years where the people are burnt in.
const BURN_IN_YEARS: u32 = 150;

pub(crate) fn build(args: &Args) -> Result<Society, oikos::Error> {
    let tables = match &args.tables {
        Some(directory) => Tables::load_dir(directory)?,
        None => Tables::us()?,
    };
    for name in &tables.ignored {
        let _ = writeln!(
            std::io::stderr(),
            "town: {name} has the header of no table and is ignored"
        );
    }
    let mut builder = Society::builder(Seed(args.seed))
        .start(date(2019, 7, 1))
        .tick(Days(1));
    builder = match args.families {
        Families::On => with_families(builder, args, tables)?,
        Families::Off => {
            let family = FamilyPlugin::new(&tables)?.hazards(args.hazards.into());
            builder.add_plugins(family).populate(people(args, tables)?)
        }
    };
    if args.score_hazards {
        builder = builder.with(|app| {
            app.score_hazards();
        });
    }
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

/// Ages and sexes of the people at the start.
fn people(args: &Args, tables: Tables) -> Result<Population, oikos::Error> {
    Ok(match args.init {
        Init::Us | Init::BurnIn => Population::counted(tables, args.people)?,
        Init::Stable => Population::stable(tables, args.people)?,
    })
}

/// Births by union and parity, unions, homes, and people who have kin when it begins.
fn with_families(
    builder: SocietyBuilder,
    args: &Args,
    tables: Tables,
) -> Result<SocietyBuilder, oikos::Error> {
    let figures = match &args.figures {
        Some(file) => FamilyFigures::load(file).map_err(oikos::family::FamilyError::from)?,
        None => FamilyFigures::us().map_err(oikos::family::FamilyError::from)?,
    };
    let latest = PeriodRates::new(&tables)?
        .at_year(i32::MAX)
        .fertility
        .clone();
    let risks = RelativeRisks::fitted(&figures, &latest)?;
    let family = FamilyPlugin::new(&tables)?.relative_risks(risks);
    let unions = UnionsPlugin::new(&figures, &tables)?;
    let people = people(args, tables)?;
    let hazards = args.hazards.into();
    let builder = match args.init {
        Init::Us | Init::Stable => {
            let history = match &args.marriages {
                Some(file) => MarriageHistory::load(file)?,
                None => MarriageHistory::us()?,
            };
            builder.populate(people.with_families(&figures, &history)?)
        }
        Init::BurnIn => {
            let plugins = (family.clone(), unions.clone());
            let past = move |builder: SocietyBuilder| {
                let (family, unions) = plugins.clone();
                builder.add_plugins((family.hazards(HazardMode::Thinned), unions))
            };
            builder.populate(people.burned_in(BURN_IN_YEARS, past))
        }
    };
    let homes = HomesPlugin::new(&figures)?;
    Ok(builder.add_plugins((family.hazards(hazards), unions, homes)))
}
