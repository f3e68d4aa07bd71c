//! Timers, maps, entities, vocabularies: what goes by the ids of the living.

use bevy_ecs::prelude::*;
use oikos_core::{StableId, Tick as Moment};
use oikos_engine::{
    AppExt, Births, Clock, Deaths, Entities, KindMap, Phase, Society, SocietyBuilder, Tick, Timers,
    Topic, Vocabulary, Word,
};
use oikos_testkit::Contract;
use serde::{Deserialize, Serialize};

use super::{small, tree};
use crate::society::{Height, Tree, TreeId};

#[derive(Resource, Default, Serialize, Deserialize)]
struct Rung(Vec<(u32, u64, String)>);

fn set(mut timers: ResMut<Timers<Tree, String>>, clock: Res<Clock>) {
    if clock.tick().index() != 0 {
        return;
    }
    for (at, id, event) in [
        (4, 3, "late"),
        (2, 3, "b"),
        (2, 1, "z"),
        (2, 3, "a"),
        (3, 2, "never"),
        (9, 2, "x"),
    ] {
        timers.schedule(Moment::new(at), tree(id), event.to_owned());
    }
}

fn ring(mut timers: ResMut<Timers<Tree, String>>, clock: Res<Clock>, mut rung: ResMut<Rung>) {
    let tick = clock.tick();
    rung.0.extend(
        timers
            .take_due(tick)
            .into_iter()
            .map(|(id, event)| (tick.index(), id.get(), event)),
    );
}

/// Tree 2 dies in tick 1.
fn fell(mut deaths: ResMut<Deaths<Tree>>, clock: Res<Clock>) {
    if clock.tick().index() == 1 {
        deaths.request(tree(2), 0);
    }
}

fn clockwork() -> SocietyBuilder {
    small(|app| {
        app.timers::<Tree, String>("timers", 1)
            .persist::<Rung>("rung", 1);
        let systems = (
            set.in_set(Phase::Decide),
            ring.in_set(Phase::Inputs),
            fell.in_set(Phase::Live),
        );
        app.add_systems(Tick, systems);
    })
}

#[test]
fn timers_ring_in_the_order_of_tick_subject_and_setting_and_never_for_the_dead() {
    let mut society = clockwork().build().unwrap();
    society.step().unwrap();
    assert_eq!(society.world().resource::<Timers<Tree, String>>().len(), 6);
    society.step_n(9).unwrap();
    let expected = [(2, 1, "z"), (2, 3, "b"), (2, 3, "a"), (4, 3, "late")];
    let expected = expected.map(|(tick, id, event)| (tick, id, event.to_owned()));
    assert_eq!(society.world().resource::<Rung>().0, expected);
    assert!(
        society
            .world()
            .resource::<Timers<Tree, String>>()
            .is_empty()
    );
}

#[test]
fn timers_survive_saving() {
    Contract::of(clockwork).ticks(8).assert();
}

#[test]
fn cancelled_timers_do_not_ring() {
    let mut timers = Timers::<Tree, u8>::default();
    for (at, id) in [(1, 1), (2, 2), (3, 1)] {
        timers.schedule(Moment::new(at), tree(id), at as u8);
    }
    timers.cancel(tree(1));
    assert_eq!(timers.take_due(Moment::new(9)), [(tree(2), 2)]);
}

#[derive(Component, Serialize, Deserialize, Clone, PartialEq, Debug)]
struct Nest(String);

/// Gives odd trees a nest and a mark, adds to all nests, and lets a tree be born and one die each tick.
fn nests(world: &mut World) {
    let tick = world.resource::<Clock>().tick().index();
    let young = tree(u64::from(tick) + 3);
    if let Some(entity) = Entities::<Tree>::entity(world, young) {
        world.entity_mut(entity).insert(Nest(format!("of {tick}")));
        world
            .resource_mut::<KindMap<Tree, String>>()
            .insert(young, format!("mark {tick}"));
    }
    let _ = world
        .resource_mut::<Births<Tree>>()
        .request(u64::MAX, 0, u64::from(tick) + 1000);
    world
        .resource_mut::<Deaths<Tree>>()
        .request(tree(u64::from(tick)), 0);
}

fn add(mut nests: Query<(&TreeId, &mut Nest)>) {
    for (id, mut nest) in &mut nests {
        nest.0.push_str(&format!(" +{}", id.get()));
    }
}

fn nesting() -> SocietyBuilder {
    small(|app| {
        app.component::<Tree, Nest>("nest", 1)
            .map::<Tree, String>("marks", 1);
        app.add_systems(Tick, (nests.in_set(Phase::Act), add.in_set(Phase::Settle)));
    })
}

fn nest_of(society: &Society, id: u64) -> Option<Nest> {
    let entity = society.world().resource::<Entities<Tree>>().get(tree(id))?;
    society.world().get::<Nest>(entity).cloned()
}

#[test]
fn entities_come_on_demand_and_go_at_death_with_their_marks() {
    let mut society = nesting().build().unwrap();
    society.step_n(4).unwrap();
    // Trees 3 to 6 were given a nest in ticks 0 to 3; tree 3 died at the end of tick 3.
    assert_eq!(nest_of(&society, 3), None);
    assert_eq!(nest_of(&society, 4), Some(Nest("of 1 +4 +4 +4".to_owned())));
    let entities = society.world().resource::<Entities<Tree>>();
    let ids: Vec<u64> = entities.iter().map(|(id, _)| id.get()).collect();
    assert_eq!(ids, [4, 5, 6]);
    let marks: Vec<u64> = society
        .world()
        .resource::<KindMap<Tree, String>>()
        .ids()
        .map(StableId::get)
        .collect();
    assert_eq!(marks, [4, 5, 6]);
    assert_eq!(
        society
            .world()
            .iter_entities()
            .filter(|entity| entity.contains::<Nest>())
            .count(),
        3
    );
}

#[test]
fn entities_components_and_maps_survive_saving() {
    let report = Contract::of(nesting).ticks(8).assert();
    assert!(!report.untried.contains(&"nest".to_owned()), "{report:?}");
}

#[test]
fn the_dead_and_the_unborn_have_no_entity() {
    let mut society = nesting().populate(|world: &mut World| {
        assert!(Entities::<Tree>::entity(world, tree(99)).is_none());
        Ok(())
    });
    society = society.threads(1);
    society.build().unwrap();
}

struct Birds;

impl Topic for Birds {
    const NAME: &'static str = "birds";
}

/// Learns a bird each tick.
fn learn(mut birds: ResMut<Vocabulary<Birds>>, clock: Res<Clock>) {
    birds
        .word(&format!("bird {}", clock.tick().index() / 2))
        .unwrap();
}

fn aviary() -> SocietyBuilder {
    small(|app| {
        let crow: Word<Birds> = app.word("crow");
        assert_eq!((crow.number(), app.word::<Birds>("rook").number()), (0, 1));
        assert_eq!(app.word::<Birds>("crow"), crow);
        app.add_systems(Tick, learn.in_set(Phase::Act));
    })
}

#[test]
fn words_keep_their_numbers_through_learning_and_saving() {
    let mut society = aviary().build().unwrap();
    society.step_n(5).unwrap();
    let birds = society.world().resource::<Vocabulary<Birds>>();
    let names: Vec<&str> = birds.iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["crow", "rook", "bird 0", "bird 1", "bird 2"]);
    let word = birds.find("bird 1").unwrap();
    assert_eq!(
        (birds.name(word), birds.find("gull")),
        (Some("bird 1"), None)
    );
    assert_eq!(birds.name(Word::from_number(5)), None);
    Contract::of(aviary).ticks(6).assert();
}

/// An entity without any component of its own.
fn touch(world: &mut World) {
    if world.resource::<Clock>().tick().index() == 2 {
        Entities::<Tree>::entity(world, tree(1)).unwrap();
    }
}

fn raise(ids: Query<&TreeId>, mut trees: oikos_engine::Rows<&mut Height>) {
    for id in &ids {
        trees.get(*id).unwrap().0 += 1;
    }
}

#[test]
fn an_entity_without_components_survives_saving() {
    let plain = || {
        small(|app| {
            app.add_systems(
                Tick,
                (touch.in_set(Phase::Act), raise.in_set(Phase::Settle)),
            );
        })
    };
    Contract::of(plain).ticks(6).assert();
}
