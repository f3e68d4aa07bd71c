//! Inputs: the only way in, journalled, applied at their tick, replayed to the same history.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use oikos_core::Tick as Moment;
use oikos_engine::{
    AppExt, Clock, Due, EngineError, FaultPolicy, JournalEntry, Phase, Society, Tick,
};

use super::small;
use crate::society::wood as woodland;

/// What was read, with the tick.
#[derive(Resource, Default, serde::Serialize, serde::Deserialize)]
struct Read(Vec<(u32, u32)>);

fn read(due: Res<Due<u32>>, clock: Res<Clock>, mut read: ResMut<Read>) {
    read.0
        .extend(due.iter().map(|number| (clock.tick().index(), *number)));
}

fn society() -> Society {
    let builder = small(|app| {
        app.input::<u32>("number", 1)
            .input::<String>("text", 1)
            .persist::<Read>("read", 1);
        app.add_plugins(woodland)
            .add_systems(Tick, read.in_set(Phase::Inputs));
    });
    builder.build().unwrap()
}

fn seen(society: &Society) -> &[(u32, u32)] {
    &society.world().resource::<Read>().0
}

fn at(tick: u32) -> Moment {
    Moment::new(tick)
}

#[test]
fn inputs_apply_at_their_tick_in_the_order_of_their_numbers() {
    let mut society = society();
    let numbers = [(3, 30), (1, 10), (3, 31), (0, 1)];
    for (number, (tick, value)) in numbers.into_iter().enumerate() {
        assert_eq!(
            society.submit("number", at(tick), &value).unwrap(),
            number as u64
        );
    }
    society
        .submit("text", at(3), &"no number".to_owned())
        .unwrap();
    society.step_n(6).unwrap();
    assert_eq!(seen(&society), [(0, 1), (1, 10), (3, 30), (3, 31)]);
    assert_eq!(society.journal().len(), 5);
}

#[test]
fn a_late_an_unknown_and_an_unreadable_input_change_nothing() {
    let mut society = society();
    society.step_n(4).unwrap();
    let before = society.digest().unwrap();
    match society.submit("number", at(3), &1_u32).unwrap_err() {
        EngineError::InputTooLate { kind, due, now } => {
            assert_eq!((&*kind, due, now), ("number", at(3), at(4)));
        }
        other => panic!("{other}"),
    }
    let unknown = society.submit("song", at(9), &1_u32).unwrap_err();
    assert!(
        matches!(&unknown, EngineError::UnknownInput { kind } if kind == "song"),
        "{unknown}"
    );
    let unreadable = society.submit("number", at(9), &1_u64).unwrap_err();
    assert!(matches!(&unreadable, EngineError::Decode { name, .. } if name == "number"));
    assert_eq!(society.digest().unwrap(), before);
    assert!(society.journal().is_empty());
}

#[test]
fn one_bad_entry_of_a_journal_keeps_all_of_it_out() {
    let mut society = society();
    let entry = |sequence, kind: &str| JournalEntry {
        sequence,
        due: at(2),
        kind: kind.to_owned(),
        bytes: vec![1, 0, 0, 0],
    };
    let gap = society
        .replay([entry(0, "number"), entry(2, "number")])
        .unwrap_err();
    assert!(
        matches!(
            gap,
            EngineError::JournalGap {
                sequence: 2,
                expected: 1
            }
        ),
        "{gap}"
    );
    society
        .replay([entry(0, "number"), entry(1, "song")])
        .unwrap_err();
    assert!(society.journal().is_empty());
    society
        .replay([entry(0, "number"), entry(1, "number")])
        .unwrap();
    society.step_n(3).unwrap();
    assert_eq!(seen(&society), [(2, 1), (2, 1)]);
}

#[test]
fn a_replayed_journal_gives_the_same_digest() {
    let mut live = society();
    for tick in 0..20 {
        live.submit("number", at(tick + tick % 3), &(tick * 7))
            .unwrap();
        live.step().unwrap();
    }
    live.step_n(3).unwrap();
    let mut replayed = society();
    replayed.replay(live.journal().to_vec()).unwrap();
    replayed.step_n(23).unwrap();
    assert_eq!(seen(&live).len(), 20);
    assert_eq!(replayed.digest().unwrap(), live.digest().unwrap());
}

#[test]
fn inputs_after_a_snapshot_apply_again_after_a_restore() {
    let mut society = society();
    society.submit("number", at(7), &70_u32).unwrap();
    society.step_n(4).unwrap();
    let saved = society.snapshot().unwrap();
    society.submit("number", at(5), &50_u32).unwrap();
    society.step_n(2).unwrap();
    society.submit("number", at(6), &60_u32).unwrap();
    society.step_n(4).unwrap();
    let (digest, read) = (society.digest().unwrap(), seen(&society).to_vec());
    assert_eq!(read, [(5, 50), (6, 60), (7, 70)]);

    society.restore(&saved).unwrap();
    assert_eq!(seen(&society), []);
    society.step_n(6).unwrap();
    assert_eq!(
        (society.digest().unwrap(), seen(&society)),
        (digest, &*read)
    );
    assert_eq!(society.journal().len(), 3);
}

#[test]
fn an_input_that_waits_is_in_the_snapshot() {
    let mut first = society();
    first.submit("number", at(7), &70_u32).unwrap();
    first.step_n(4).unwrap();
    let mut second = society();
    second
        .restore(&Arc::new((*first.snapshot().unwrap()).clone()))
        .unwrap();
    assert_eq!(second.submit("number", at(7), &71_u32).unwrap(), 1);
    second.step_n(4).unwrap();
    assert_eq!(seen(&second), [(7, 70), (7, 71)]);
}

#[test]
fn the_state_of_another_history_does_not_take_over_this_ones_inputs() {
    let (mut ours, mut theirs) = (society(), society());
    for value in [1_u32, 2] {
        ours.submit("number", at(7), &value).unwrap();
    }
    theirs.submit("number", at(3), &9_u32).unwrap();
    let saved = theirs.snapshot().unwrap();
    ours.restore(&saved).unwrap();
    assert!(ours.journal().is_empty());
    ours.step_n(9).unwrap();
    theirs.step_n(9).unwrap();
    assert_eq!(seen(&ours), [(3, 9)]);
    assert_eq!(ours.digest().unwrap(), theirs.digest().unwrap());
}

/// Fails at tick 10 unless it is left out.
fn trip(clock: Res<Clock>) {
    assert_ne!(clock.tick().index(), 10, "a stone in the way");
}

/// A society that trips, resumed at tick 3 from one that was given one input, and given two more.
fn resumed(policy: FaultPolicy) -> Society {
    let build = || {
        let builder = small(|app| {
            app.input::<u32>("number", 1).persist::<Read>("read", 1);
            app.add_systems(Tick, (read.in_set(Phase::Inputs), trip.in_set(Phase::Act)));
        });
        builder.on_fault(policy).build().unwrap()
    };
    let mut first = build();
    first.submit("number", at(0), &1_u32).unwrap();
    first.step_n(3).unwrap();
    let mut resumed = build();
    resumed.restore(&first.snapshot().unwrap()).unwrap();
    assert_eq!(resumed.submit("number", at(5), &2_u32).unwrap(), 1);
    assert_eq!(resumed.submit("number", at(12), &3_u32).unwrap(), 2);
    resumed
}

#[test]
fn inputs_given_after_a_resume_outlive_a_fault() {
    let mut society = resumed(FaultPolicy::Disable);
    society.step_n(12).unwrap();
    assert_eq!(seen(&society), [(0, 1), (5, 2), (12, 3)]);
    let numbers: Vec<u64> = society
        .journal()
        .iter()
        .map(|entry| entry.sequence)
        .collect();
    assert_eq!(numbers, [1, 2, 3]);

    let mut society = resumed(FaultPolicy::Stop);
    society.step_n(12).unwrap_err();
    assert_eq!((society.tick(), society.journal().len()), (at(3), 2));
    society.step_n(6).unwrap();
    assert_eq!(seen(&society), [(0, 1), (5, 2)]);
}
