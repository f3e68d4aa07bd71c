//! The order of a tick: phases, sub-steps, rounds, orders, conditions, ambiguities.

use bevy_app::App;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::SystemSet;
use oikos_engine::{AppExt, Clock, LiveStep, Phase, Society, SocietyBuilder, Tick};

use super::{refusal, small};

#[derive(Resource, Default, serde::Serialize, serde::Deserialize)]
struct Log(Vec<String>);

#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Own {
    Harvest,
    Labour,
    Credit,
    Dawn,
}

macro_rules! writers {
    ($($name:ident),*) => {$(
        fn $name(mut log: ResMut<Log>) {
            log.0.push(stringify!($name).to_owned());
        }
    )*};
}
writers!(first, second, third, fourth, fifth);

fn logging(plugin: impl FnOnce(&mut App)) -> SocietyBuilder {
    small(|app| {
        app.persist::<Log>("log", 1);
        plugin(app);
    })
}

fn log(society: &Society) -> String {
    society.world().resource::<Log>().0.join(" ")
}

/// What one tick logs.
fn one_tick(plugin: impl FnOnce(&mut App)) -> String {
    let mut society = logging(plugin).build().unwrap();
    society.step().unwrap();
    log(&society)
}

#[test]
fn phases_run_in_their_order_whatever_the_order_of_adding() {
    let said = one_tick(|app| {
        app.add_systems(Tick, fifth.in_set(Phase::Observe));
        app.add_systems(
            Tick,
            (second.in_set(Phase::Act), first.in_set(Phase::Inputs)),
        );
        app.add_systems(
            Tick,
            (fourth.in_set(LiveStep::React), third.in_set(Phase::Live)),
        );
    });
    assert_eq!(said, "first second third fourth fifth");
}

#[test]
fn systems_of_a_phase_run_in_the_order_in_which_plugins_added_them() {
    fn one(app: &mut App) {
        app.add_systems(Tick, (fourth, first).in_set(Phase::Act));
    }
    fn two(app: &mut App) {
        app.add_systems(Tick, (third, second).in_set(Phase::Act));
    }
    let run = |builder: SocietyBuilder| {
        let mut society = builder.build().unwrap();
        society.step().unwrap();
        log(&society)
    };
    assert_eq!(
        run(logging(|_| {}).add_plugins((one, two))),
        "fourth first third second"
    );
    assert_eq!(
        run(logging(|_| {}).add_plugins((two, one))),
        "third second fourth first"
    );
}

#[test]
fn declared_orders_come_before_the_order_of_adding() {
    let said = one_tick(|app| {
        app.add_systems(
            Tick,
            (first.after(third), second, third.after(fourth), fourth).in_set(Phase::Act),
        );
        app.add_systems(Tick, fifth.before(first).in_set(Phase::Act));
    });
    assert_eq!(said, "second fourth third fifth first");
    let chained = one_tick(|app| {
        app.add_systems(Tick, (third, second, first).chain().in_set(Phase::Act));
    });
    assert_eq!(chained, "third second first");
}

#[test]
fn own_phases_and_steps_run_as_often_as_they_have_rounds() {
    let said = one_tick(|app| {
        app.phases(|phases| {
            phases.insert_after(Phase::Act, Own::Harvest, 2)?;
            phases.insert_first(Own::Dawn, 1)?;
            phases.add_step(Own::Harvest, Own::Labour, 3)?;
            phases.add_step(Own::Harvest, Own::Credit, 1)
        });
        app.add_systems(
            Tick,
            (third.in_set(Own::Credit), second.in_set(Own::Labour)),
        );
        app.add_systems(Tick, (fourth.in_set(Own::Dawn), first.in_set(Own::Harvest)));
        app.add_systems(Tick, fifth.in_set(Phase::Clear));
    });
    let round = "first second second second third";
    assert_eq!(said, format!("fourth {round} {round} fifth"));
}

#[test]
fn unusable_phases_are_refused() {
    let text = refusal(logging(|app| {
        app.phases(|phases| phases.insert_after(Own::Credit, Own::Harvest, 1));
        app.phases(|phases| phases.insert_first(Own::Labour, 0));
        app.phases(|phases| phases.insert_first(Phase::Live, 1));
        app.phases(|phases| phases.add_step(Own::Dawn, Own::Labour, 1));
    }));
    for part in [
        "Credit",
        "no such phase to come after",
        "at least one round",
        "declared twice",
        "Dawn",
    ] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
}

#[test]
fn a_system_without_a_phase_is_refused_with_its_name() {
    let text = refusal(logging(|app| {
        app.add_systems(Tick, (first, second.in_set(Phase::Act)));
    }));
    assert!(
        text.contains("schedule::first") && text.contains("in no phase"),
        "{text}"
    );
    assert!(!text.contains("schedule::second"), "{text}");
}

#[test]
fn a_system_in_two_phases_is_refused_with_both() {
    let text = refusal(logging(|app| {
        app.add_systems(Tick, first.in_set(Phase::Settle).in_set(Phase::Perceive));
    }));
    for part in ["schedule::first", "in both Perceive and Settle"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
}

#[test]
fn a_circle_of_orders_is_refused_with_its_systems() {
    let text = refusal(logging(|app| {
        app.add_systems(
            Tick,
            (first.before(second), second.before(third)).in_set(Phase::Act),
        );
        app.add_systems(Tick, (third.before(first), fourth).in_set(Phase::Act));
    }));
    for part in ["schedule::first", "schedule::second", "schedule::third"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    assert!(!text.contains("schedule::fourth"), "{text}");
}

#[test]
fn an_order_against_the_phases_is_refused() {
    let text = refusal(logging(|app| {
        app.add_systems(Tick, first.in_set(Phase::Settle).before(second));
        app.add_systems(Tick, second.in_set(Phase::Act));
    }));
    assert!(
        text.contains("first") && text.contains("second") && text.contains("against"),
        "{text}"
    );
}

#[test]
fn systems_in_other_schedules_are_refused() {
    let text = refusal(logging(|app| {
        app.add_systems(bevy_app::Update, first);
    }));
    assert!(
        text.contains("Update") && text.contains("never runs"),
        "{text}"
    );
}

#[test]
fn run_conditions_of_systems_and_sets_hold() {
    let even = |clock: Res<Clock>| clock.tick().index().is_multiple_of(2);
    let builder = logging(|app| {
        app.configure_sets(Tick, Own::Labour.in_set(Phase::Act).run_if(even));
        app.add_systems(Tick, (first.run_if(even), second).in_set(Phase::Act));
        app.add_systems(Tick, third.in_set(Own::Labour));
    });
    let mut society = builder.build().unwrap();
    society.step_n(3).unwrap();
    assert_eq!(
        log(&society),
        "first second third second first second third"
    );
}

#[test]
fn ambiguous_systems_are_listed_with_both_names_and_what_they_share() {
    let society = |ordered: bool| {
        logging(move |app| {
            if ordered {
                app.add_systems(Tick, (first, second).chain().in_set(Phase::Act));
            } else {
                app.add_systems(Tick, (first, second).in_set(Phase::Act));
            }
            app.add_systems(Tick, third.in_set(Phase::Settle));
        })
        .build()
        .unwrap()
    };
    assert_eq!(society(true).ambiguities(), []);
    let society = society(false);
    let [ambiguity] = society.ambiguities() else {
        panic!("{:?}", society.ambiguities())
    };
    assert!(ambiguity.first.ends_with("first") && ambiguity.second.ends_with("second"));
    assert!(
        ambiguity.to_string().contains("schedule::Log"),
        "{ambiguity}"
    );
}

#[test]
fn systems_in_schedules_of_bevys_own_that_never_run_are_refused() {
    let text = refusal(logging(|app| {
        app.add_systems(bevy_app::First, first);
    }));
    assert!(
        text.contains("First") && text.contains("never runs"),
        "{text}"
    );
}

#[test]
fn rounds_are_part_of_the_build() {
    let of = |rounds| {
        let builder = logging(|app| {
            app.phases(|phases| phases.add_step(Phase::Clear, Own::Labour, rounds));
        });
        builder.build().unwrap().build_info().fingerprint
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(7));
}

/// A system that stands in two phases under one name.
fn twice(offset: u32) -> impl FnMut(ResMut<Log>, Res<Clock>) {
    move |mut log: ResMut<Log>, clock: Res<Clock>| {
        assert!(offset == 0 || clock.tick().index() < 2, "too late");
        log.0.push(offset.to_string());
    }
}

#[test]
fn of_two_systems_of_one_name_only_the_faulty_one_is_left_out() {
    let builder = logging(|app| {
        app.add_systems(Tick, twice(0).in_set(Phase::Act));
        app.add_systems(Tick, twice(1).in_set(Phase::Settle));
    });
    let builder = builder.on_fault(oikos_engine::FaultPolicy::Disable);
    let mut society = builder.build().unwrap();
    society.step_n(4).unwrap();
    assert_eq!(log(&society), "0 1 0 1 0 0");
    assert_eq!(society.journal().len(), 1);
}
