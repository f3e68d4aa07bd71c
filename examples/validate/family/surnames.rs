//! Surnames die out, V27: a small plugin on a kind of its own, in which a tick is a generation.
//!
//! Each man has a Poisson number of sons (Watson & Galton 1875, J. Anthropol. Inst. 4: 138-144). The
//! chance that his name dies out is the smallest root of `q = exp(R0 (q - 1))`.

use oikos::core::child_subject;
use oikos::engine::AppExt;
use oikos::prelude::*;
use oikos::serde::{Deserialize, Serialize};

kind! {
    /// A man who hands down his surname.
    pub(crate) Man, ManId = "man";
}

draw_stream!(pub(crate) Sons = "surnames.sons");

/// His surname.
#[derive(Attribute, Clone, Copy, Default)]
#[attribute(kind = Man)]
struct Surname(u32);

/// Sons of a man, on average.
#[derive(Resource, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
struct MeanSons(f64);

/// Surnames that will not die out any more.
#[derive(Resource, Default, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
struct Survivors(u32);

const LINES: u32 = 100_000;

/// A name with so many men survives: with `R0` of 1.1 all of them fail with a chance of `0.824^60`.
const MEN_MAX: u32 = 60;

fn generation(
    mut men: Rows<&Surname>,
    mean: Res<MeanSons>,
    draws: Draws<Sons>,
    mut survivors: ResMut<Survivors>,
    mut births: ResMut<Births<Man>>,
    mut deaths: ResMut<Deaths<Man>>,
) {
    let mut sizes = vec![0_u32; LINES as usize];
    for (_, surname) in men.iter() {
        sizes[surname.0 as usize] += 1;
    }
    let survive = |size: &&u32| **size > MEN_MAX;
    survivors.0 += sizes.iter().filter(survive).count() as u32;
    for (father, surname) in men.iter() {
        deaths.request(father.id(), 0);
        if survive(&&sizes[surname.0 as usize]) {
            continue;
        }
        for son in 0..poisson(draws.of(father).unit(), mean.0) {
            let subject = child_subject(father.subject(), son);
            let born = births.request(father.id().get(), son, subject);
            let _ = born.with(*surname);
        }
    }
}

/// The smallest number whose cumulative Poisson chance exceeds a uniform draw.
fn poisson(uniform: f64, mean: f64) -> u32 {
    let mut chance = libm::exp(-mean);
    let mut below = chance;
    let mut number = 0;
    while uniform >= below && chance > 0.0 {
        number += 1;
        chance *= mean / f64::from(number);
        below += chance;
    }
    number
}

/// The share of names that die out.
pub(crate) fn share_extinct(mean_sons: f64) -> Result<f64, oikos::Error> {
    let first_men = |world: &mut World| {
        let men = found::<Man>(world, 0..u64::from(LINES))?;
        let names: Vec<_> = (0..LINES).map(Surname).collect();
        set_all(world, men[0].id(), &names)?;
        Ok(())
    };
    let mut society = Society::builder(Seed(1))
        .start(date(1000, 1, 1))
        .tick(Years(25))
        .threads(1)
        .with(move |app: &mut App| {
            app.kind::<Man>()
                .attribute::<Surname>()
                .insert_resource(MeanSons(mean_sons))
                .param::<MeanSons>("surnames.mean-sons")
                .persist::<Survivors>("surnames.survivors", 1)
                .add_systems(Tick, generation.in_set(Phase::Live));
        })
        .populate(first_men)
        .build()?;
    while !society.slot_order::<Man>().is_empty() {
        society.step()?;
    }
    let survivors = society.world().resource::<Survivors>().0;
    Ok(1.0 - f64::from(survivors) / f64::from(LINES))
}
