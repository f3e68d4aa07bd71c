//! A wood: trees that grow, seed and fall. Small, but it uses rows, draws, births, deaths and timers.

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{Prob, Seed, Span, child_subject};
use oikos_engine::{
    AppExt, Attribute, Births, Deaths, Draws, Phase, Rows, Society, SocietyBuilder, Tick,
    draw_stream, found, kind,
};

kind! {
    /// A tree.
    pub Tree, TreeId = "tree";
}

draw_stream!(pub Storm = "wood.storm");
draw_stream!(pub Seeding = "wood.seeding");

/// Height in millimetres.
#[derive(Attribute, Clone, Copy, Default, Debug, PartialEq, Eq)]
#[attribute(kind = Tree)]
pub(crate) struct Height(pub u32);

/// Seeds borne so far.
#[derive(Attribute, Clone, Copy, Default, Debug, PartialEq, Eq)]
#[attribute(kind = Tree)]
pub(crate) struct Seeds(pub u16);

fn grow(mut trees: Rows<&mut Height>) {
    trees.par_for_each(|_, height| height.0 += 3);
}

fn storm(mut trees: Rows<&Height>, draws: Draws<Storm>, mut deaths: ResMut<Deaths<Tree>>) {
    let odds = Prob::from_f64(0.01).unwrap();
    let fallen = trees.par_collect(|who, _, fallen| {
        if draws.chance(who, odds) {
            fallen.push(who.id());
        }
    });
    for id in fallen {
        deaths.request(id, 0);
    }
}

fn seed(mut trees: Rows<&mut Seeds>, draws: Draws<Seeding>, mut births: ResMut<Births<Tree>>) {
    let odds = Prob::from_f64(0.012).unwrap();
    trees.for_each(|who, seeds| {
        if draws.chance(who, odds) {
            let subject = child_subject(who.subject(), u32::from(seeds.0));
            let _ = births
                .request(oikos_core::StableId::get(who.id()), 0, subject)
                .with(Height(1));
            seeds.0 += 1;
        }
    });
}

pub(crate) fn wood(app: &mut App) {
    app.kind::<Tree>()
        .attribute::<Height>()
        .attribute::<Seeds>();
    app.add_systems(
        Tick,
        (grow.in_set(Phase::Act), (storm, seed).in_set(Phase::Live)),
    );
}

pub(crate) fn builder(trees: u64) -> SocietyBuilder {
    Society::builder(Seed(7))
        .tick(Span::Days(1))
        .threads(2)
        .add_plugins(wood)
        .populate(move |world: &mut World| {
            found::<Tree>(world, 0..trees)?;
            Ok(())
        })
}

#[test]
fn a_society_runs_and_its_digest_ignores_threads_scrambling_and_saving() {
    let mut plain = builder(9_000).build().unwrap();
    plain.step_n(60).unwrap();
    let digest = plain.digest().unwrap();
    assert_ne!(plain.slot_order::<Tree>().len(), 9_000);

    let mut one = builder(9_000).threads(1).build().unwrap();
    one.step_n(60).unwrap();
    assert_eq!(one.digest().unwrap(), digest, "one thread");

    let mut scrambled = builder(9_000).scramble(5).build().unwrap();
    scrambled.step_n(60).unwrap();
    assert_ne!(scrambled.slot_order::<Tree>(), plain.slot_order::<Tree>());
    assert_eq!(scrambled.digest().unwrap(), digest, "scrambled");

    let mut first = builder(9_000).build().unwrap();
    first.step_n(23).unwrap();
    let saved = first.snapshot().unwrap();
    let mut second = builder(9_000).build().unwrap();
    second.restore(&saved).unwrap();
    assert_eq!(second.digest().unwrap(), first.digest().unwrap());
    second.step_n(37).unwrap();
    assert_eq!(second.digest().unwrap(), digest, "saved and loaded");
}
