//! C1: a draw depends on the seed, the stream, the subject and the tick, and on nothing else.

use bevy_ecs::prelude::*;
use oikos_core::{Seed, StableId, Stream, Tick as Moment, child_subject};
use oikos_engine::{
    AppExt, Attribute, Births, Draws, KindMap, Phase, Rows, Society, Tick, draw_stream,
};

use super::{refusal, small};
use crate::society::{Height, Tree};

draw_stream!(pub Luck = "test.luck");

/// Everything that the tree drew, as a hash.
#[derive(Attribute, Clone, Copy, Default, Debug, PartialEq, Eq)]
#[attribute(kind = Tree)]
struct Drawn(u64);

fn draw(mut trees: Rows<&mut Drawn>, draws: Draws<Luck>) {
    trees.par_for_each(|who, drawn| {
        let word = draws.of(who).next_u64();
        drawn.0 = drawn.0.rotate_left(7) ^ word;
    });
}

/// Tree 0 bears a child each tick; tree 2 bears one more where the switch is on.
#[derive(Resource, Default, serde::Serialize, serde::Deserialize)]
struct Extra(bool);

fn bear(extra: Res<Extra>, mut births: ResMut<Births<Tree>>, clock: Res<oikos_engine::Clock>) {
    let number = clock.tick().index();
    births.request(7, 0, child_subject(7, number));
    if extra.0 && number == 3 {
        births.request(2, 0, child_subject(2, number));
    }
}

fn wood(extra: bool) -> Society {
    let builder = small(move |app| {
        app.attribute::<Drawn>().persist::<Extra>("extra", 1);
        app.insert_resource(Extra(extra));
        app.add_systems(Tick, (draw.in_set(Phase::Act), bear.in_set(Phase::Live)));
    });
    builder.build().unwrap()
}

#[test]
fn one_extra_birth_changes_nobody_elses_draws() {
    let (mut plain, mut more) = (wood(false), wood(true));
    plain.step_n(12).unwrap();
    more.step_n(12).unwrap();
    let by_subject = |society: &Society| {
        let slots = society.world().resource::<oikos_engine::Slots<Tree>>();
        let drawn = slots.iter().map(|(_, who)| {
            (
                who.subject(),
                (who.id().get(), society.get::<Drawn>(who.id()).unwrap()),
            )
        });
        drawn.collect::<std::collections::BTreeMap<_, _>>()
    };
    let (plain, more) = (by_subject(&plain), by_subject(&more));
    assert_eq!(more.len(), plain.len() + 1);
    let moved = plain
        .iter()
        .filter(|(subject, (id, _))| more[*subject].0 != *id)
        .count();
    assert!(
        moved > 5,
        "the extra birth shifted no ids, so nothing is shown"
    );
    for (subject, (_, drawn)) in &plain {
        assert_eq!(more[subject].1, *drawn, "subject {subject}");
    }
}

#[test]
fn a_systems_draws_are_those_of_the_stream_of_its_name() {
    let mut society = wood(false);
    society.step().unwrap();
    let stream = Stream::new(Seed(7), "test.luck");
    for id in 0..5 {
        let expected = stream.at(id, Moment::ZERO).next_u64();
        assert_eq!(society.get::<Drawn>(super::tree(id)), Some(Drawn(expected)));
    }
}

mod elsewhere {
    oikos_engine::draw_stream!(pub(super) Luck = "test.luck");
}

#[test]
fn a_stream_that_two_types_declare_is_refused_with_both_names() {
    fn other(_: Draws<elsewhere::Luck>) {}
    let text = refusal(small(|app| {
        app.attribute::<Drawn>();
        app.add_systems(Tick, (draw, other).in_set(Phase::Act));
    }));
    for part in ["`test.luck`", "draws::Luck", "draws::elsewhere::Luck"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
}

#[test]
fn a_stream_that_one_type_declares_may_have_many_users() {
    fn again(_: Draws<Luck>) {}
    let society = small(|app| {
        app.attribute::<Drawn>().map::<Tree, u8>("unused", 1);
        app.add_systems(Tick, (draw, again).in_set(Phase::Act));
    });
    let society = society.build().unwrap();
    assert!(society.world().resource::<KindMap<Tree, u8>>().is_empty());
    assert_eq!(society.get::<Height>(super::tree(0)), Some(Height(0)));
    let lines = &society.build_info().lines;
    assert_eq!(
        lines
            .iter()
            .filter(|line| *line == "stream test.luck")
            .count(),
        1
    );
}
