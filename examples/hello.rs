//! The smallest society: a thousand people for a year, in ten lines.
//!
//! `cargo run --example hello`

use oikos::prelude::*;

fn main() -> Result<(), oikos::Error> {
    let family = FamilyPlugin::new(&Tables::us()?)?;
    let mut town = Society::builder(Seed(1))
        .add_plugins(family)
        .populate(Population::us_2019(1_000)?)
        .build()?;
    town.run(Years(1))?;
    println!("{} people", town.slot_order::<Person>().len());
    println!("digest {}", town.digest()?);
    Ok(())
}
