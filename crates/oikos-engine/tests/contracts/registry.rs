//! C6: nothing is forgotten. What no save would contain is refused with its name.

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_engine::{AppExt, Entities, Phase, Tick};
use serde::{Deserialize, Serialize};

use super::{refusal, small, tree};
use crate::society::Tree;

#[derive(Resource, Default, Serialize, Deserialize)]
struct Purse(u32);

#[derive(Resource, Default, Serialize, Deserialize)]
struct Chest(u32);

#[derive(Component, Serialize, Deserialize)]
struct Nest(u32);

#[derive(Resource, Default, Serialize, Deserialize)]
struct Switch(bool);

/// Asserts that a step lets something in that the next snapshot refuses, with this text.
fn refused_at_snapshot(plugin: impl FnOnce(&mut App), part: &str) {
    let mut society = small(plugin).build().unwrap();
    society.snapshot().unwrap();
    society.step().unwrap();
    let text = society.snapshot().unwrap_err().to_string();
    assert!(text.contains(part), "{text}");
}

#[test]
fn an_unregistered_resource_is_refused_at_build() {
    let text = refusal(small(|app| {
        app.insert_resource(Purse(1));
    }));
    assert!(
        text.contains("registry::Purse") && text.contains("app.persist"),
        "{text}"
    );
}

#[test]
fn an_unregistered_resource_is_refused_at_a_snapshot() {
    fn insert(world: &mut World) {
        world.insert_resource(Purse(1));
    }
    refused_at_snapshot(
        |app| {
            app.add_systems(Tick, insert.in_set(Phase::Act));
        },
        "registry::Purse",
    );
}

#[test]
fn an_unregistered_component_is_refused_at_build_and_at_a_snapshot() {
    fn give(world: &mut World) {
        let entity = Entities::<Tree>::entity(world, tree(2)).unwrap();
        world.entity_mut(entity).insert(Nest(1));
    }
    let text = refusal(small(|_| {}).populate(|world: &mut World| {
        give(world);
        Ok(())
    }));
    assert!(
        text.contains("registry::Nest") && text.contains("app.component"),
        "{text}"
    );
    refused_at_snapshot(
        |app| {
            app.add_systems(Tick, give.in_set(Phase::Act));
        },
        "registry::Nest",
    );
}

#[test]
fn an_entity_without_an_id_is_refused_at_build_and_at_a_snapshot() {
    fn spawn(mut commands: Commands) {
        commands.spawn(Nest(1));
    }
    let text = refusal(small(|app| {
        app.component::<Tree, Nest>("nest", 1);
        app.world_mut().spawn(Nest(1));
    }));
    assert!(
        text.contains("registry::Nest") && text.contains("carries no id"),
        "{text}"
    );
    refused_at_snapshot(
        |app| {
            app.component::<Tree, Nest>("nest", 1);
            app.add_systems(Tick, spawn.in_set(Phase::Act));
        },
        "carries no id",
    );
}

#[test]
fn an_entity_with_the_id_of_another_is_refused() {
    let text = refusal(small(|_| {}).populate(|world: &mut World| {
        world.spawn(tree(1));
        Ok(())
    }));
    assert!(text.contains("carries no id"), "{text}");
}

oikos_engine::kind! {
    /// A fox.
    pub Fox, FoxId = "fox";
}

#[test]
fn a_component_on_the_entities_of_another_kind_is_refused() {
    let text = refusal(
        small(|app| {
            app.kind::<Fox>().component::<Fox, Nest>("nest", 1);
        })
        .populate(|world: &mut World| {
            let entity = Entities::<Tree>::entity(world, tree(0)).unwrap();
            world.entity_mut(entity).insert(Nest(1));
            Ok(())
        }),
    );
    assert!(
        text.contains("registry::Nest") && text.contains("the kind that carries it"),
        "{text}"
    );
}

#[test]
fn two_types_under_one_name_are_refused_with_both() {
    let text = refusal(small(|app| {
        app.persist::<Purse>("money", 1)
            .persist::<Chest>("money", 1);
    }));
    for part in ["`money`", "registry::Purse", "registry::Chest"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
}

#[test]
fn two_inputs_under_one_name_are_refused_with_both() {
    let text = refusal(small(|app| {
        app.input::<u8>("order", 1).input::<u16>("order", 1);
    }));
    assert!(
        text.contains("`order`") && text.contains("u8") && text.contains("u16"),
        "{text}"
    );
}

#[test]
fn one_type_under_one_name_may_be_registered_by_many_plugins() {
    let plugin = |app: &mut App| {
        app.kind::<Tree>()
            .persist::<Purse>("purse", 1)
            .component::<Tree, Nest>("nest", 1);
    };
    let society = small(plugin).with(plugin).build().unwrap();
    assert_eq!(
        society
            .types()
            .iter()
            .filter(|info| info.name == "purse")
            .count(),
        1
    );
}

#[test]
fn a_registered_resource_that_is_not_there_is_refused() {
    let text = refusal(small(|app| {
        app.persist::<Purse>("purse", 1);
        app.world_mut().remove_resource::<Purse>();
    }));
    assert!(
        text.contains("`purse`") && text.contains("does not hold it"),
        "{text}"
    );
}

#[test]
fn a_kind_that_nobody_registered_is_refused() {
    use crate::society::Height;
    let builder = oikos_engine::Society::builder(oikos_core::Seed(1));
    let text = refusal(builder.with(|app| {
        app.attribute::<Height>()
            .map::<Tree, u8>("map", 1)
            .param::<Switch>("switch");
    }));
    assert_eq!(
        text.matches("kind `tree` is not registered").count(),
        2,
        "{text}"
    );
}

#[derive(oikos_engine::Attribute, Clone, Copy, Default)]
#[attribute(kind = Tree)]
struct Nothing([u8; 0]);

#[test]
fn an_attribute_that_holds_nothing_is_refused() {
    let text = refusal(small(|app| {
        app.attribute::<Nothing>();
    }));
    assert!(text.contains("Nothing` holds nothing"), "{text}");
}

#[test]
fn one_type_with_two_versions_is_refused() {
    let text = refusal(small(|app| {
        app.persist::<Purse>("purse", 1)
            .persist::<Purse>("purse", 2);
        app.input::<u8>("gift", 3).input::<u8>("gift", 4);
    }));
    for says in [
        "`purse` is registered as version 1 and as version 2",
        "version 3 and as version 4",
    ] {
        assert!(text.contains(says), "{text}");
    }
}

/// Follows from nothing, and cannot be made anew once a tick has run.
#[derive(Resource, Default)]
struct Glass;

fn shatter(world: &mut World) {
    let tick = world
        .get_resource::<oikos_engine::Clock>()
        .map(|clock| clock.tick().index());
    assert_eq!(tick.unwrap_or(0), 0, "the glass is broken");
}

#[test]
fn state_that_cannot_be_made_anew_is_named_and_the_society_goes_back() {
    let builder = small(|app| {
        app.derived::<Glass>(Some(shatter));
    });
    let every_tick = oikos_core::Cadence::every(oikos_core::Span::Ticks(1));
    let mut society = builder.compact(every_tick).build().unwrap();
    // Rows out of their places, so that there is something to move.
    society.scramble(1).unwrap();
    let text = society.step_n(2).unwrap_err().to_string();
    assert!(
        text.contains("Glass") && text.contains("the glass is broken"),
        "{text}"
    );
    assert_eq!(society.tick(), oikos_core::Tick::ZERO);
}

#[derive(Resource, Default, Deserialize)]
struct Shy;

impl Serialize for Shy {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("it does not want to be seen")
    }
}

#[test]
fn a_type_that_panics_when_it_is_saved_is_named() {
    let builder = small(|app| {
        app.persist::<Shy>("shy", 1);
    });
    let text = builder.build().err().unwrap().to_string();
    assert!(
        text.contains("`shy`") && text.contains("does not want to be seen"),
        "{text}"
    );
}
