//! What the driver sees to between ticks, and what a death and a roll-back take with them: timers, the
//! order of rows, digests at their cadence; and what the fingerprint of a build names.

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{Cadence, Digest, Span, Tick as Moment};
use oikos_engine::{
    AppExt, Births, Build, Clock, Deaths, Draws, FaultPolicy, Phase, Slots, Society, Tick, Timers,
    draw_stream,
};
use serde::{Deserialize, Serialize};

use super::{small, tree};
use crate::society::Tree;

type Felling = Timers<Tree, String>;

/// Trees of which tree 1 falls in the first tick; the timers of `marked` are long due by the end.
fn with_timers(marked: &'static [u64]) -> Society {
    let mark = move |clock: Res<Clock>, mut timers: ResMut<Felling>| {
        for id in marked.iter().filter(|_| clock.tick() == Moment::ZERO) {
            timers.schedule(Moment::new(900), tree(*id), "felled".to_owned());
            timers.schedule(Moment::new(901), tree(*id), "sawn".to_owned());
        }
    };
    let storm = |clock: Res<Clock>, mut deaths: ResMut<Deaths<Tree>>| {
        if clock.tick() == Moment::new(1) {
            deaths.request(tree(1), 0);
        }
    };
    let wood = small(move |app: &mut App| {
        app.timers::<Tree, String>("felling", 1);
        app.add_systems(Tick, (mark.in_set(Phase::Act), storm.in_set(Phase::Live)));
    });
    wood.build().unwrap()
}

fn timers(wood: &Society) -> (usize, Digest) {
    let by_type = wood.digest_by_type().unwrap();
    let digest = by_type.iter().find(|(name, _)| name == "felling").unwrap();
    (wood.world().resource::<Felling>().len(), digest.1)
}

#[test]
fn a_death_cancels_the_timers_of_the_dead_at_once() {
    let (mut both, mut survivor) = (with_timers(&[1, 2]), with_timers(&[2]));
    both.step().unwrap();
    survivor.step().unwrap();
    assert_eq!((timers(&both).0, timers(&survivor).0), (4, 2));
    assert_ne!(timers(&both).1, timers(&survivor).1);
    both.step().unwrap();
    survivor.step().unwrap();
    assert!(both.get::<crate::society::Height>(tree(1)).is_none());
    assert_eq!(timers(&both), timers(&survivor));
    assert_eq!(timers(&both).0, 2);
}

/// Trees 0 and 1 fall in the first tick, and one seed takes the place of one of them in the second.
fn untidy(clock: Res<Clock>, mut births: ResMut<Births<Tree>>, mut deaths: ResMut<Deaths<Tree>>) {
    match clock.tick().index() {
        0 => {
            deaths.request(tree(0), 0);
            deaths.request(tree(1), 0);
        }
        1 => {
            births.request(4, 0, 40);
        }
        _ => {}
    }
}

/// Whether rows are in the order of ids, and no slot is free.
fn tidy(wood: &Society) -> (bool, bool) {
    let slots = wood.world().resource::<Slots<Tree>>();
    (
        wood.slot_order::<Tree>().is_sorted(),
        slots.slots() == slots.len(),
    )
}

#[test]
fn rows_are_compacted_at_their_cadence_and_not_before() {
    // Where nothing is said that is each new year: after the 366 days of 2000.
    for (cadence, at) in [(Some(Span::Ticks(7)), 7), (None, 366)] {
        let mut wood = small(|app| {
            app.add_systems(Tick, untidy.in_set(Phase::Live));
        });
        if let Some(span) = cadence {
            wood = wood.compact(Cadence::every(span));
        }
        let mut wood = wood.build().unwrap();
        wood.step_n(at - 1).unwrap();
        assert_eq!(
            wood.slot_order::<Tree>()[0],
            tree(5),
            "the lowest slot first"
        );
        assert_eq!(tidy(&wood), (false, false), "tick {at}");
        let digest = wood.digest_by_type().unwrap();
        wood.step().unwrap();
        assert_eq!(tidy(&wood), (true, true), "tick {at}");
        let clock = |(name, _): &&(String, Digest)| name != "oikos.clock";
        let now = wood.digest_by_type().unwrap();
        assert!(digest.iter().filter(clock).eq(now.iter().filter(clock)));
    }
}

/// The tick at which the system fails.
const FATAL: u32 = 5;

fn fails(clock: Res<Clock>) -> Result<(), BevyError> {
    if clock.tick().index() == FATAL {
        Err("the well is dry".into())
    } else {
        Ok(())
    }
}

fn each_tick() -> Cadence {
    Cadence::every(Span::Ticks(1))
}

fn ticks(digests: &[(Moment, Digest)]) -> Vec<u32> {
    digests.iter().map(|(tick, _)| tick.index()).collect()
}

#[test]
fn a_roll_back_takes_the_later_digests_with_it() {
    let wood = || {
        let plugin = |app: &mut App| {
            app.add_systems(Tick, fails.in_set(Phase::Act));
        };
        small(plugin).digest(each_tick())
    };
    let mut checked = wood()
        .checkpoint(Cadence::every(Span::Ticks(3)))
        .build()
        .unwrap();
    for _ in 0..2 {
        checked.step_n(20).unwrap_err();
        assert_eq!(ticks(checked.digests()), [1, 2, 3]);
    }
    assert_eq!(checked.digests()[2].1, checked.digest().unwrap());

    let mut from_genesis = wood().build().unwrap();
    from_genesis.step_n(20).unwrap_err();
    assert_eq!(ticks(from_genesis.digests()), [0; 0]);

    let mut left_out = wood().on_fault(FaultPolicy::Disable).build().unwrap();
    left_out.step_n(8).unwrap();
    assert_eq!(ticks(left_out.digests()), [1, 2, 3, 4, 5, 6, 7, 8]);

    let mut gone_back = wood().build().unwrap();
    gone_back.step_n(2).unwrap();
    let saved = gone_back.snapshot().unwrap();
    gone_back.step_n(2).unwrap();
    gone_back.restore(&saved).unwrap();
    assert_eq!(ticks(gone_back.digests()), [1, 2]);
}

draw_stream!(Rain = "upkeep.rain");
draw_stream!(Hail = "upkeep.hail");

#[derive(Resource, Default, Serialize, Deserialize)]
struct Total(u64);

fn sow() {}
fn reap() {}

/// Builds that differ in one line each: the first has `left`, the second `right`.
fn differ_in(left: fn(&mut App), right: fn(&mut App), lines: [&str; 2]) {
    let build = |plugin: fn(&mut App)| small(plugin).build().unwrap().build_info().clone();
    let (first, again, second) = (build(left), build(left), build(right));
    assert_eq!(first, again, "{lines:?}: one build");
    let only = |these: &Build, those: &Build| -> Vec<String> {
        let missing = these
            .lines
            .iter()
            .filter(|line| !those.lines.contains(line));
        missing.cloned().collect()
    };
    let found = [only(&first, &second), only(&second, &first)].concat();
    assert_eq!(found.len(), 2, "{found:?}");
    for (found, expected) in found.iter().zip(lines) {
        assert!(found.starts_with(expected), "{found}, not {expected}");
    }
    assert_ne!(first.fingerprint, second.fingerprint, "{lines:?}");
}

#[test]
fn the_fingerprint_names_all_that_makes_a_build() {
    fn input(app: &mut App) {
        app.input::<bool>("rain", 1);
    }
    fn another_input(app: &mut App) {
        app.input::<bool>("hail", 1);
    }
    fn newer_input(app: &mut App) {
        app.input::<bool>("rain", 2);
    }
    differ_in(input, another_input, ["input rain 1", "input hail 1"]);
    differ_in(input, newer_input, ["input rain 1", "input rain 2"]);

    fn system(app: &mut App) {
        app.add_systems(Tick, sow.in_set(Phase::Act));
    }
    fn another_system(app: &mut App) {
        app.add_systems(Tick, reap.in_set(Phase::Act));
    }
    fn another_phase(app: &mut App) {
        app.add_systems(Tick, sow.in_set(Phase::Settle));
    }
    differ_in(system, another_system, ["system Act ", "system Act "]);
    differ_in(system, another_phase, ["system Act ", "system Settle "]);

    fn plugin(app: &mut App) {
        app.plugin_version("weather", "1.0.0");
    }
    fn newer_plugin(app: &mut App) {
        app.plugin_version("weather", "1.0.1");
    }
    let lines = ["plugin weather 1.0.0", "plugin weather 1.0.1"];
    differ_in(plugin, newer_plugin, lines);

    fn persisted(app: &mut App) {
        app.persist::<Total>("total", 1);
    }
    fn newer_type(app: &mut App) {
        app.persist::<Total>("total", 2);
    }
    fn another_name(app: &mut App) {
        app.persist::<Total>("sum", 1);
    }
    let first = "persisted total 1 ";
    differ_in(persisted, newer_type, [first, "persisted total 2 "]);
    differ_in(persisted, another_name, [first, "persisted sum 1 "]);
}

#[test]
fn the_fingerprint_names_streams() {
    // Closures of one function have one name as systems, whatever they draw from.
    fn weather(hail: bool, app: &mut App) {
        if hail {
            app.add_systems(Tick, (|_: Draws<Hail>| {}).in_set(Phase::Act));
        } else {
            app.add_systems(Tick, (|_: Draws<Rain>| {}).in_set(Phase::Act));
        }
    }
    let lines = ["stream upkeep.rain", "stream upkeep.hail"];
    differ_in(|app| weather(false, app), |app| weather(true, app), lines);
}
