//! The least ledger there is: what each has in a purse, and who was paid out of the estates of the dead.

use std::collections::BTreeMap;

use oikos::family::InheritancePlugin;
use oikos::prelude::*;
use oikos::world::{Estate, Estates, Share};
use serde::{Deserialize, Serialize};

/// What everybody has, in cents, and what fell to the treasury.
#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) struct Purses {
    pub(super) of: BTreeMap<PersonId, i64>,
    pub(super) treasury: i64,
}

/// An estate that was passed on.
#[derive(Clone, Debug)]
pub(super) struct Passed {
    pub(super) deceased: PersonId,
    pub(super) cents: i64,
    pub(super) shares: Vec<Share>,
    pub(super) paid: Vec<(PersonId, i64)>,
    pub(super) escheat: i64,
}

/// Those of this tick.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct PassedToday(pub(super) Vec<Passed>);

pub(super) fn purses(app: &mut App) {
    app.add_plugins(InheritancePlugin::new());
    app.persist::<Purses>("families.purses", 1);
    app.derived::<PassedToday>(None);
    app.add_systems(Tick, begin.in_set(Phase::Inputs));
    let pass = pass_on.in_set(Estate::Distribute);
    app.add_systems(Tick, pass.in_set(Phase::Settle));
}

/// Founders have what nobody else has.
pub(super) fn fill(world: &mut World) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let people = world.resource::<Slots<Person>>().iter();
    let of = people.map(|(_, who)| (who.id(), 1_000 + 7 * who.id().get() as i64));
    let purses = Purses {
        of: of.collect(),
        treasury: 0,
    };
    world.insert_resource(purses);
    Ok(())
}

fn begin(mut passed: ResMut<PassedToday>) {
    passed.0.clear();
}

fn pass_on(estates: Res<Estates>, mut purses: ResMut<Purses>, mut passed: ResMut<PassedToday>) {
    for (deceased, estate) in estates.due() {
        let cents = purses.of.remove(&deceased).unwrap_or_default();
        let Some(split) = estate.split(cents) else {
            continue;
        };
        for (heir, part) in &split.heirs {
            *purses.of.entry(*heir).or_default() += part;
        }
        purses.treasury += split.escheat;
        passed.0.push(Passed {
            deceased,
            cents,
            shares: estate.heirs().unwrap_or_default().to_vec(),
            paid: split.heirs,
            escheat: split.escheat,
        });
    }
}
