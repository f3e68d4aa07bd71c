//! The smallest society: a thousand people for a year.
//!
//! `cargo run --example hello`

use oikos::prelude::*;

fn main() -> Result<(), oikos::Error> {
    let people = Population::us_2019(1_000)?;
    let family = FamilyPlugin::new(&Tables::us()?)?;
    let mut town = Society::builder(Seed(1))
        .add_plugins(family)
        .populate(people)
        .build()?;
    town.run(Years(1))?;
    println!(
        "{} people on {}",
        town.slot_order::<Person>().len(),
        town.today()
    );
    println!("digest {}", town.digest()?);
    Ok(())
}
