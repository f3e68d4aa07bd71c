//! What a run prints about families.

use std::io::{self, Write};

use oikos::family::{FamilyFigures, HazardScore, Survey};
use oikos::prelude::*;

use super::args::{Args, Families};

/// How many of those at the start had parents then. Nobody comes to this town or leaves it.
pub(crate) fn at_the_start(out: &mut impl Write, town: &Society) -> io::Result<()> {
    writeln!(out, "the town is closed: nobody comes and nobody leaves")?;
    let lineage = town.world().resource::<Lineage>();
    for (name, of) in ["mothers", "fathers"]
        .into_iter()
        .zip(lineage.parents_of_founders())
    {
        writeln!(
            out,
            "{name} at the start: {} living, {} dead, {} unknown",
            of.living, of.dead, of.unknown
        )?;
    }
    writeln!(out)
}

/// Published figures beside those of the town.
pub(crate) fn survey(
    out: &mut impl Write,
    town: &Society,
    args: &Args,
) -> Result<(), Box<dyn std::error::Error>> {
    if args.families == Families::Off {
        return Ok(());
    }
    let figures = match &args.figures {
        Some(file) => FamilyFigures::load(file)?,
        None => FamilyFigures::us()?,
    };
    writeln!(out, "\n{:<78} published      found      asked", "families")?;
    for row in Survey::of(town.world(), &figures)?.rows {
        let kind = if row.input { "input" } else { "check" };
        let found = row
            .found
            .map_or("-".to_owned(), |found| format!("{found:.1}"));
        writeln!(
            out,
            "{kind} {:<72} {:>9.1} {found:>10} {:>10}",
            row.name, row.published, row.asked
        )?;
    }
    Ok(())
}

/// Every hazard against its own force, where that was asked for.
pub(crate) fn hazards(
    out: &mut impl Write,
    town: &Society,
    args: &Args,
) -> Result<(), Box<dyn std::error::Error>> {
    if !args.score_hazards {
        return Ok(());
    }
    writeln!(
        out,
        "\nhazard by cause                          actual   expected    A/E       z"
    )?;
    for score in HazardScore::all(town.world())? {
        let name = format!("{}: {}", score.event, score.cause);
        writeln!(
            out,
            "{name:<38} {:>8} {:>10.1} {:>6.3} {:>7.2}",
            score.actual, score.expected, score.ratio, score.z
        )?;
    }
    Ok(())
}
