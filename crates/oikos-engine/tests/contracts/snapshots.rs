//! Snapshots: whole or refused with nothing changed; and the order of rows, which is no state.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use oikos_core::{Cadence, Span, StableId};
use oikos_engine::{AppExt, EngineError, Slots, Snapshot, Society};

use super::small;
use crate::society::{Tree, builder};

fn aged() -> Society {
    let mut society = builder(400).build().unwrap();
    society.step_n(30).unwrap();
    society
}

/// Asserts that a snapshot is refused and changes nothing; returns why.
fn refused(society: &mut Society, snapshot: Snapshot) -> EngineError {
    let before = (society.tick(), society.digest().unwrap());
    let order = society.slot_order::<Tree>();
    let error = society.restore(&Arc::new(snapshot)).unwrap_err();
    assert_eq!((society.tick(), society.digest().unwrap()), before);
    assert_eq!(society.slot_order::<Tree>(), order);
    error
}

#[test]
fn cut_off_sections_are_refused_with_their_names_and_change_nothing() {
    let mut society = aged();
    let saved = society.snapshot().unwrap();
    society.step_n(2).unwrap();
    let sections = saved
        .sections()
        .iter()
        .filter(|section| !section.bytes.is_empty());
    for section in sections {
        for cut in [1, section.bytes.len() / 2, section.bytes.len()] {
            let bytes = section.bytes[..section.bytes.len() - cut].to_vec();
            match refused(
                &mut society,
                saved.with_section(&section.name, bytes).unwrap(),
            ) {
                EngineError::Decode { name, .. } => {
                    // Where rows are missing, a column with too many values may say so.
                    assert!(name == section.name || section.name == "tree", "{name}");
                }
                other => panic!("{other}"),
            }
        }
        let mut longer = section.bytes.clone();
        longer.push(0);
        refused(
            &mut society,
            saved.with_section(&section.name, longer).unwrap(),
        );
    }
}

#[test]
fn a_changed_byte_anywhere_is_refused_with_nothing_changed_or_seen_by_the_digest() {
    let mut society = aged();
    let saved = society.snapshot().unwrap();
    let digest = society.digest().unwrap();
    let (mut refused, mut seen) = (0, 0);
    for section in saved.sections() {
        // The head of the table of slots is the next id: as much memory as a changed byte says.
        let head = if section.name == "tree" { 8 } else { 0 };
        for position in (head..section.bytes.len()).step_by(7) {
            let mut bytes = section.bytes.clone();
            bytes[position] ^= 1 << (position % 8);
            let changed = Arc::new(saved.with_section(&section.name, bytes).unwrap());
            match society.restore(&changed) {
                Err(_) => {
                    refused += 1;
                    assert_eq!(
                        society.digest().unwrap(),
                        digest,
                        "{} {position}",
                        section.name
                    );
                }
                Ok(()) => {
                    seen += 1;
                    assert_ne!(
                        society.digest().unwrap(),
                        digest,
                        "{} {position}",
                        section.name
                    );
                    society.restore(&saved).unwrap();
                    assert_eq!(society.digest().unwrap(), digest);
                }
            }
        }
    }
    assert!(
        refused > 100 && seen > 500,
        "{refused} refused, {seen} seen"
    );
}

#[test]
fn rows_that_contradict_each_other_are_refused() {
    let mut society = aged();
    let saved = society.snapshot().unwrap();
    let table = &saved
        .sections()
        .iter()
        .find(|section| section.name == "tree")
        .unwrap()
        .bytes;
    let with = |at: usize, value: u64| {
        let mut bytes = table.clone();
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        saved.with_section("tree", bytes).unwrap()
    };
    let second = u64::from_le_bytes(table[24..32].try_into().unwrap());
    for (at, value, says) in [
        (8, second, "stands in two rows"),
        (8, u64::MAX, "not below the next id"),
        (0, 3, "not below the next id"),
        (0, u64::MAX, "out of range"),
    ] {
        let text = refused(&mut society, with(at, value)).to_string();
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn a_snapshot_of_another_build_is_refused_with_what_differs() {
    #[derive(Resource, Default, serde::Serialize, serde::Deserialize)]
    struct More(u8);
    let mut society = small(|_| {}).build().unwrap();
    let mut other = small(|app| {
        app.persist::<More>("more", 1);
    })
    .build()
    .unwrap();
    let saved = other.snapshot().unwrap();
    match refused(&mut society, (*saved).clone()) {
        EngineError::OtherBuild { differences } => {
            assert!(
                differences
                    .iter()
                    .any(|line| line.contains("persisted more 1")),
                "{differences:?}"
            );
        }
        other => panic!("{other}"),
    }
    let unknown = saved.with_section("less", Vec::new()).unwrap_err();
    assert!(matches!(unknown, EngineError::UnknownType { name } if name == "less"));
}

#[test]
fn an_entity_or_component_of_the_dead_is_refused() {
    use oikos_engine::Entities;
    #[derive(Component, serde::Serialize, serde::Deserialize)]
    struct Nest(u8);
    let mut society = small(|app| {
        app.component::<Tree, Nest>("nest", 1);
    })
    .populate(|world: &mut World| {
        let entity = Entities::<Tree>::entity(world, super::tree(4)).unwrap();
        world.entity_mut(entity).insert(Nest(1));
        Ok(())
    })
    .build()
    .unwrap();
    let saved = society.snapshot().unwrap();
    for name in ["nest", "tree.entities"] {
        let section = saved
            .sections()
            .iter()
            .find(|section| section.name == name)
            .unwrap();
        let mut bytes = section.bytes.clone();
        bytes[0] = 5;
        let text = refused(&mut society, saved.with_section(name, bytes).unwrap()).to_string();
        assert!(text.contains("tree#5 is not alive"), "{text}");
    }
}

#[test]
fn compaction_keeps_the_digest_and_fills_the_holes() {
    let mut society = aged();
    let digest = society.digest().unwrap();
    let slots = society.world().resource::<Slots<Tree>>();
    let (living, before) = (slots.len(), slots.slots());
    assert!(before > living, "nobody died, so there is nothing to fill");
    society.compact().unwrap();
    let slots = society.world().resource::<Slots<Tree>>();
    assert_eq!((slots.len(), slots.slots()), (living, living));
    assert!(
        society
            .slot_order::<Tree>()
            .windows(2)
            .all(|pair| pair[0].get() < pair[1].get())
    );
    assert_eq!(society.digest().unwrap(), digest);

    let mut plain = aged();
    plain.step_n(10).unwrap();
    society.step_n(10).unwrap();
    assert_eq!(society.digest().unwrap(), plain.digest().unwrap());
}

fn section<'a>(saved: &'a Snapshot, name: &str) -> &'a [u8] {
    let mut sections = saved.sections().iter();
    &sections.find(|section| section.name == name).unwrap().bytes
}

#[test]
fn a_clock_beyond_the_calendar_is_refused() {
    let mut society = aged();
    let saved = society.snapshot().unwrap();
    let mut clock = section(&saved, "oikos.clock").to_vec();
    // The tick stands last: the date follows from it and is not saved.
    let tick = clock.len() - 4;
    assert_eq!(clock[tick..], society.tick().index().to_le_bytes());
    clock[tick..].copy_from_slice(&u32::MAX.to_le_bytes());
    let forged = saved.with_section("oikos.clock", clock).unwrap();
    let text = refused(&mut society, forged).to_string();
    assert!(text.contains("oikos.clock"), "{text}");
}

#[test]
fn timers_of_impossible_ids_and_timers_twice_are_refused() {
    let build = || {
        super::small(|app| {
            app.timers::<Tree, u8>("alarms", 1);
        })
    };
    let mut society = build().build().unwrap();
    let saved = society.snapshot().unwrap();
    let forged = |alarms: &[(u32, u64, u64, u8)]| {
        let mut bytes = (alarms.len() as u64).to_le_bytes().to_vec();
        for (tick, tree, number, alarm) in alarms {
            bytes.extend(tick.to_le_bytes());
            bytes.extend(tree.to_le_bytes());
            bytes.extend(number.to_le_bytes());
            bytes.push(*alarm);
        }
        saved.with_section("alarms", bytes).unwrap()
    };
    society
        .restore(&Arc::new(forged(&[(3, 1, 0, 9), (3, 1, 1, 9)])))
        .unwrap();
    society.restore(&saved).unwrap();
    for (alarms, says) in [
        (vec![(3, u64::MAX, 0, 9)], "alarms"),
        (vec![(3, 1, 0, 9), (3, 1, 0, 8)], "two timers"),
    ] {
        let text = refused(&mut society, forged(&alarms)).to_string();
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn digests_of_another_history_are_forgotten_with_it() {
    let every_tick = || Cadence::every(Span::Ticks(1));
    let build = || small(|_| {}).digest(every_tick()).build().unwrap();
    let (mut one, mut other) = (build(), build());
    one.step_n(5).unwrap();
    other.step_n(8).unwrap();
    one.restore(&other.snapshot().unwrap()).unwrap();
    one.step().unwrap();
    let ticks: Vec<u32> = one.digests().iter().map(|(tick, _)| tick.index()).collect();
    assert_eq!(ticks, [9]);
}
