//! Activation in random order: the order is itself a draw, and nothing else decides it. Entities from
//! systems.

use bevy_ecs::prelude::*;
use oikos_core::StableId;
use oikos_engine::{AppExt, Collector, Draws, EntitiesMut, Phase, Rows, Tick, draw_stream};
use oikos_testkit::Contract;
use serde::{Deserialize, Serialize};

use super::{grove, small, tree};
use crate::society::{Height, Tree};

draw_stream!(Turn = "activation.turn");

/// Who acted, in order.
#[derive(Resource, Default, Clone, Debug, Serialize, Deserialize)]
struct Acted(Vec<u64>);

fn act(mut trees: Rows<&mut Height>, draws: Draws<Turn>, mut acted: ResMut<Acted>) {
    acted.0.clear();
    trees.for_each_in_random_order(&draws, |who, height| {
        // What each sees depends on how many acted before it.
        height.0 = height.0 % 1_000 * 3 + acted.0.len() as u32;
        acted.0.push(who.id().get());
    });
}

fn plugin(app: &mut bevy_app::App) {
    app.persist::<Acted>("activation.acted", 1);
    app.add_systems(Tick, act.in_set(Phase::Act));
}

#[test]
fn the_order_of_activation_is_drawn_and_ignores_storage() {
    Contract::of(|| grove(200, plugin)).ticks(6).assert();
    let mut wood = grove(200, plugin).build().unwrap();
    let mut orders = Vec::new();
    for _ in 0..3 {
        wood.step().unwrap();
        orders.push(wood.world().resource::<Acted>().0.clone());
    }
    assert!(orders.windows(2).all(|pair| pair[0] != pair[1]));
    for mut order in orders {
        assert!(!order.is_sorted());
        order.sort_unstable();
        assert_eq!(order, (0..200).collect::<Vec<_>>());
    }
}

/// Birds that nest in a tree.
#[derive(Component, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Nest(u32);

fn nest(mut trees: EntitiesMut<Tree>, mut nests: Query<&mut Nest>) {
    let chosen = trees
        .get(tree(2))
        .and_then(|entity| nests.get_mut(entity).ok());
    match chosen {
        Some(mut nest) => nest.0 += 1,
        None => {
            let Some(mut commands) = trees.entity(tree(2)) else {
                return;
            };
            commands.insert(Nest(0));
        }
    }
    assert!(trees.entity(tree(4_000)).is_none(), "nobody has that id");
}

#[test]
fn systems_get_entities_on_demand() {
    let build = || {
        small(|app| {
            app.component::<Tree, Nest>("activation.nest", 1);
            app.add_systems(Tick, nest.in_set(Phase::Act));
        })
    };
    Contract::of(build).ticks(5).assert();
    let mut wood = build().build().unwrap();
    wood.step_n(4).unwrap();
    let world = wood.world();
    let entity = world
        .resource::<oikos_engine::Entities<Tree>>()
        .get(tree(2))
        .unwrap();
    assert_eq!(world.get::<Nest>(entity), Some(&Nest(3)));
}

/// A collector that gives up by panicking.
struct Careless;

impl Collector for Careless {
    fn name(&self) -> &str {
        "careless"
    }
    fn cadence(&self) -> oikos_core::Cadence {
        oikos_core::Cadence::every(oikos_core::Days(1))
    }
    fn collect(&mut self, world: &World) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let now = world.resource::<oikos_engine::Clock>().tick().index();
        assert!(now < 2, "too much to write down");
        Ok(())
    }
}

#[test]
fn a_collector_that_panics_is_named_and_leaves_the_society_unharmed() {
    let mut wood = small(|_| {}).build().unwrap();
    let error = wood
        .run_with(oikos_core::Days(5), &mut [&mut Careless])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("careless") && error.contains("too much"),
        "{error}"
    );
    assert_eq!(wood.tick().index(), 2);
    wood.step_n(3).unwrap();
}

#[test]
fn an_invariant_that_panics_is_named() {
    let always = oikos_core::Cadence::every(oikos_core::Days(1));
    let mut wood = small(|app| {
        app.invariant("careless", always, |_| panic!("what now"));
    })
    .build()
    .unwrap();
    let error = wood.step().unwrap_err().to_string();
    assert!(
        error.contains("careless") && error.contains("what now"),
        "{error}"
    );
    assert_eq!(wood.tick().index(), 0);
}
