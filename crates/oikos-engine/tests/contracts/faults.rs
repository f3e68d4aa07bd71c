//! C8: faults are contained. A failure is named, and the society is back where it was saved.

use std::error::Error;

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{Cadence, Date, Span, Tick as Moment, Unit};
use oikos_engine::{
    AppExt, Births, Clock, Collector, Deaths, EngineError, Entities, FaultPolicy, Phase, Rows,
    Slot, SocietyBuilder, Tick,
};
use serde::{Deserialize, Serialize};

use super::{refusal, small, tree};
use crate::society::{Height, Tree};

/// The tick at which systems fail.
const FATAL: u32 = 5;

fn grow(mut trees: Rows<&mut Height>) {
    trees.par_for_each(|_, height| height.0 += 1);
}

fn err(clock: Res<Clock>, mut trees: Rows<&mut Height>) -> Result<(), BevyError> {
    trees.for_each(|_, height| height.0 += 10);
    if clock.tick().index() == FATAL {
        Err("the well is dry".into())
    } else {
        Ok(())
    }
}

fn panicking(clock: Res<Clock>, mut trees: Rows<&mut Height>) {
    trees.for_each(|_, height| height.0 += 10);
    assert_ne!(clock.tick().index(), FATAL, "the well is poisoned");
}

fn wood<M>(fault: impl IntoScheduleConfigs<bevy_ecs::system::ScheduleSystem, M>) -> SocietyBuilder {
    small(|app| {
        app.add_systems(Tick, (grow.in_set(Phase::Act), fault.in_set(Phase::Settle)));
    })
}

fn assert_named_and_restored(builder: SocietyBuilder, name: &str, says: &str) {
    let mut society = builder.build().unwrap();
    society.step_n(3).unwrap();
    society.snapshot().unwrap();
    let saved = society.digest().unwrap();
    let error = society.step_n(20).unwrap_err();
    match &error {
        EngineError::SystemFailed {
            system,
            phase,
            tick,
            reason,
            restored,
        } => {
            assert!(system.contains(name), "{system}");
            assert!(reason.contains(says), "{reason}");
            assert_eq!(
                (&**phase, tick.index(), restored.index()),
                ("Settle", FATAL, 3)
            );
        }
        other => panic!("{other}"),
    }
    assert_eq!(
        (society.tick().index(), society.digest().unwrap()),
        (3, saved)
    );
    // It can be tried again, and comes to the same.
    assert_eq!(
        society.step_n(20).unwrap_err().to_string(),
        error.to_string()
    );
    assert_eq!(society.digest().unwrap(), saved);
}

#[test]
fn a_system_that_returns_an_error_is_named_and_the_society_is_as_it_was_saved() {
    assert_named_and_restored(wood(err), "err", "the well is dry");
}

#[test]
fn a_system_that_panics_is_named_and_the_society_is_as_it_was_saved() {
    assert_named_and_restored(wood(panicking), "panicking", "the well is poisoned");
}

#[test]
fn a_failure_falls_back_to_the_last_checkpoint() {
    let mut society = wood(err)
        .checkpoint(Cadence::every(Span::Ticks(2)))
        .build()
        .unwrap();
    society.step_n(20).unwrap_err();
    assert_eq!(society.tick().index(), 4);
}

#[test]
fn disabling_journals_the_system_and_the_history_is_that_of_the_same_input_by_hand() {
    for fault in [wood(err), wood(panicking)] {
        let mut society = fault.on_fault(FaultPolicy::Disable).build().unwrap();
        society.step_n(9).unwrap();
        // 5 ticks with the failing system, 4 without.
        assert_eq!(society.get::<Height>(tree(0)), Some(Height(9 + 50)));
        let [entry] = society.journal() else {
            panic!("{:?}", society.journal())
        };
        assert_eq!(
            (&*entry.kind, entry.due.index()),
            ("oikos.disable-system", FATAL)
        );

        let mut by_hand = wood(err).build().unwrap();
        if society.build_info() != by_hand.build_info() {
            by_hand = wood(panicking).build().unwrap();
        }
        by_hand.replay(society.journal().to_vec()).unwrap();
        by_hand.step_n(9).unwrap();
        assert_eq!(by_hand.digest().unwrap(), society.digest().unwrap());
    }
}

fn careless(_: &mut App) {
    panic!("no axe");
}

#[test]
fn a_plugin_that_panics_while_it_is_added_names_itself() {
    let text = refusal(small(|_| {}).add_plugins(careless));
    assert!(
        text.contains("careless") && text.contains("no axe"),
        "{text}"
    );
}

#[test]
fn a_population_that_fails_or_panics_is_an_error() {
    let failing = small(|_| {}).populate(|_: &mut World| Err("no seeds".into()));
    let text = failing.build().err().unwrap().to_string();
    assert!(text.contains("no seeds"), "{text}");
    let panicking = small(|_| {}).populate(|_: &mut World| panic!("no soil"));
    assert!(
        panicking
            .build()
            .err()
            .unwrap()
            .to_string()
            .contains("no soil")
    );
}

/// Fails at the third look.
struct Camera(u32);

impl Collector for Camera {
    fn name(&self) -> &str {
        "camera"
    }
    fn cadence(&self) -> Cadence {
        Cadence::every(Span::Ticks(1))
    }
    fn collect(&mut self, _: &World) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.0 += 1;
        if self.0 == 3 {
            Err("the film is full".into())
        } else {
            Ok(())
        }
    }
}

#[test]
fn a_collectors_error_leaves_the_society_unharmed() {
    let plain = |ticks| {
        let mut society = small(|app| {
            app.add_systems(Tick, grow.in_set(Phase::Act));
        });
        society = society.start(Date::new(2001, 1, 1));
        let mut society = society.build().unwrap();
        society.step_n(ticks).unwrap();
        society
    };
    let mut society = plain(0);
    let mut camera = Camera(0);
    match society
        .run_with(Span::Days(9), &mut [&mut camera])
        .unwrap_err()
    {
        EngineError::Collector {
            collector, tick, ..
        } => {
            // It looked before the first tick too.
            assert_eq!((&*collector, tick.index()), ("camera", 2));
        }
        other => panic!("{other}"),
    }
    assert_eq!(society.digest().unwrap(), plain(2).digest().unwrap());
    society.step_n(7).unwrap();
    assert_eq!(society.digest().unwrap(), plain(9).digest().unwrap());
}

#[test]
fn a_broken_invariant_is_named_and_falls_back() {
    fn low(world: &World) -> Result<(), String> {
        let highest = world.resource::<oikos_engine::Column<Height>>().as_slice()[0].0;
        if highest < 30 {
            Ok(())
        } else {
            Err(format!("a tree is {highest} high"))
        }
    }
    let builder = small(|app| {
        app.add_systems(Tick, grow.in_set(Phase::Act));
        app.invariant("low trees", Cadence::calendar(Unit::Month), low);
    });
    let mut society = builder.build().unwrap();
    society.run(Span::Months(1)).unwrap_err();
    assert_eq!(society.tick(), Moment::ZERO);
    match society.run(Span::Months(1)).unwrap_err() {
        EngineError::InvariantBroken {
            invariant,
            tick,
            detail,
            restored,
        } => {
            assert_eq!((&*invariant, tick.index()), ("low trees", 31));
            assert_eq!((&*detail, restored), ("a tree is 31 high", Moment::ZERO));
        }
        other => panic!("{other}"),
    }
}

#[derive(Component, Serialize, Deserialize)]
struct Nest(u32);

#[derive(Resource, Default)]
struct Litter;

/// What a tick leaves lying about when a later system fails: entities and resources of no one.
fn litter(world: &mut World) {
    world.spawn(Nest(0));
    world.insert_resource(Litter);
    let entity = Entities::<Tree>::entity(world, tree(1)).unwrap();
    world.entity_mut(entity).insert(Nest(3));
}

#[test]
fn what_a_failed_tick_left_in_the_world_is_gone() {
    let mut society = wood(err).with(|app| {
        app.component::<Tree, Nest>("nest", 1);
        let at_the_end = |clock: Res<Clock>| clock.tick().index() == FATAL;
        app.add_systems(Tick, litter.run_if(at_the_end).in_set(Phase::Act));
    });
    society = society.checkpoint(Cadence::every(Span::Ticks(1)));
    let mut society = society.build().unwrap();
    society.step_n(20).unwrap_err();
    assert_eq!(society.tick().index(), FATAL);
    society.snapshot().unwrap();
    assert!(!society.world().contains_resource::<Litter>());
    assert_eq!(
        society.world().resource::<Entities<Tree>>().iter().count(),
        0
    );
}

#[derive(Resource, Default, Serialize, Deserialize)]
struct Count(u32);

/// Asks for a change by commands, and fails unless an input told it not to.
fn counting(mut commands: Commands, calm: Res<oikos_engine::Due<bool>>) -> Result<(), BevyError> {
    commands.queue(|world: &mut World| world.resource_mut::<Count>().0 += 1);
    if calm.iter().any(|calm| *calm) {
        Ok(())
    } else {
        Err("not calm".into())
    }
}

#[test]
fn the_commands_of_a_failed_system_are_dropped_with_its_tick() {
    let mut society = wood(counting)
        .with(|app| {
            app.persist::<Count>("count", 1).input::<bool>("calm", 1);
        })
        .build()
        .unwrap();
    society.step().unwrap_err();
    society.step().unwrap_err();
    society.submit("calm", Moment::ZERO, &true).unwrap();
    society.step().unwrap();
    assert_eq!(society.world().resource::<Count>().0, 1);
}

/// Asks for one column twice, which bevy can only panic at.
fn greedy(mut trees: Rows<(&Height, &mut Height)>) {
    trees.for_each(|_, _| {});
}

#[test]
fn a_system_whose_parameters_contradict_each_other_is_an_error_of_the_build() {
    let twice = |app: &mut bevy_app::App| {
        app.add_systems(Tick, greedy.in_set(Phase::Act));
    };
    let text = small(twice).build().err().unwrap().to_string();
    assert!(
        text.contains("parameters") && text.contains("greedy"),
        "{text}"
    );
}

/// Two births that nobody can tell apart.
fn twins_without_numbers(mut births: ResMut<Births<Tree>>) {
    births.request(1, 1, 1);
    births.request(1, 1, 2);
}

fn death_of_nobody(mut deaths: ResMut<Deaths<Tree>>) {
    deaths.request(tree(0), 0);
    deaths.request(tree(999), 0);
}

fn seeds_of_nobody(mut births: ResMut<Births<Tree>>) {
    let _ = births.request(7, 0, 1).with(crate::society::Seeds(1));
}

/// Asks for a birth as it should.
fn sowing(mut births: ResMut<Births<Tree>>, mut deaths: ResMut<Deaths<Tree>>) {
    births.request(5, 0, 5);
    deaths.request(tree(0), 1);
}

fn with_faulty_requests<M>(
    faulty: impl IntoScheduleConfigs<bevy_ecs::system::ScheduleSystem, M>,
) -> SocietyBuilder {
    small(|app| {
        app.add_systems(
            Tick,
            (sowing.in_set(Phase::Decide), faulty.in_set(Phase::Act)),
        );
    })
}

#[test]
fn a_request_that_cannot_be_met_is_the_fault_of_the_system_that_asked() {
    let all = [
        (
            with_faulty_requests(twins_without_numbers),
            "twins_without_numbers",
            "ordinal 1",
        ),
        (
            with_faulty_requests(death_of_nobody),
            "death_of_nobody",
            "tree#999 was never born",
        ),
        (
            with_faulty_requests(seeds_of_nobody),
            "seeds_of_nobody",
            "not registered",
        ),
    ];
    for (builder, name, says) in all {
        let mut society = builder.build().unwrap();
        match society.step().unwrap_err() {
            EngineError::SystemFailed { system, reason, .. } => {
                assert!(system.contains(name), "{system}");
                assert!(reason.contains(says), "{reason}");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn who_asked_for_what_cannot_be_met_is_left_out() {
    let builder = with_faulty_requests(twins_without_numbers);
    let mut society = builder.on_fault(FaultPolicy::Disable).build().unwrap();
    society.step_n(3).unwrap();
    assert_eq!(society.journal().len(), 1);
    assert_eq!(society.slot_order::<Tree>().len(), 5 - 1 + 3);
}

#[test]
fn births_asked_for_too_late_are_the_fault_of_who_asked() {
    let late = |app: &mut App| {
        app.add_systems(Tick, sowing.in_set(Phase::Observe));
    };
    let text = small(late).build().unwrap().step().unwrap_err().to_string();
    assert!(
        text.contains("sowing") && text.contains("is back at"),
        "{text}"
    );
}

/// Fails whenever the library's own system for births and deaths runs.
fn burnt(_: &mut World, _: &[(crate::society::TreeId, Slot)]) {
    panic!("the wood burns");
}

#[test]
fn a_system_of_the_library_is_never_left_out() {
    let faulty = |app: &mut App| {
        app.on_death::<Tree>(burnt);
        app.add_systems(Tick, sowing.in_set(Phase::Act));
    };
    let builder = small(faulty).on_fault(FaultPolicy::Disable);
    let mut society = builder.build().unwrap();
    let text = society.step().unwrap_err().to_string();
    assert!(text.contains("the wood burns"), "{text}");
    assert!(society.journal().is_empty());
}

#[test]
fn a_system_that_is_none_or_the_librarys_own_cannot_be_left_out_by_an_input() {
    let mut society = wood(err).build().unwrap();
    let own = society
        .build_info()
        .lines
        .iter()
        .find(|line| line.contains("apply_changes"));
    let own = own.unwrap().rsplit(' ').next().unwrap().to_owned();
    for name in ["nobody".to_owned(), own] {
        let error = society
            .submit("oikos.disable-system", Moment::ZERO, &name)
            .unwrap_err();
        assert!(
            matches!(&error, EngineError::CannotLeaveOut { system, .. } if *system == name),
            "{error}"
        );
    }
    assert!(society.journal().is_empty());
}

#[test]
fn the_last_day_of_the_calendar_is_said_to_be_the_reason() {
    let mut society = small(|_| {})
        .start(Date::new(9999, 12, 30))
        .build()
        .unwrap();
    let text = society.step_n(9).unwrap_err().to_string();
    assert!(
        text.contains("9999") && text.contains("is back at"),
        "{text}"
    );
    assert_eq!(society.tick(), Moment::ZERO);
}

#[test]
fn more_threads_than_can_be_started_are_refused() {
    let text = small(|_| {})
        .threads(5_000)
        .build()
        .err()
        .unwrap()
        .to_string();
    assert!(text.contains("5000 threads"), "{text}");
}

/// Reads a column that nobody registered.
fn unregistered(mut trees: Rows<&crate::society::Seeds>) {
    trees.for_each(|_, _| {});
}

#[test]
fn an_unregistered_column_is_said_to_be_one() {
    let faulty = |app: &mut bevy_app::App| {
        app.add_systems(Tick, unregistered.in_set(Phase::Act));
    };
    let text = small(faulty)
        .build()
        .unwrap()
        .step()
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("app.attribute") && text.contains("unregistered"),
        "{text}"
    );
}
