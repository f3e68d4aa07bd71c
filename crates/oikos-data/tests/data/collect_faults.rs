//! What is wrong with a plan, and what goes wrong during a run.

use bevy_ecs::prelude::*;
use oikos_core::{Days, Seed, Tick, Ticks};
use oikos_data::{Collect, Collecting, ColumnKind, ColumnSpec, DataError, RowTable, Value};
use oikos_engine::bevy_app::App;
use oikos_engine::{Attribute, Clock, EngineError, NoColumns, Phase, Society, kind};
use oikos_world::{Measure, MeasureExt, MeasureKind, Person, Reading, Sex};

use crate::village::{self, build, builder, daily};

kind! {
    /// Boats, which the village does not have.
    Boat, BoatId = "fishing-boat";
}

#[derive(Attribute, Clone, Copy, Default)]
#[attribute(kind = Person, name = "village.shoe-size")]
struct ShoeSize(u16);

fn int(name: &str) -> ColumnSpec {
    ColumnSpec::new(name, ColumnKind::Int, "1", "")
}

/// The error by which the village refuses the plan. It must not have moved.
fn refused(plan: &Collect) -> DataError {
    let mut society = build(5);
    let error = society.collect(Days(3), plan).unwrap_err();
    assert_eq!(society.tick(), Tick::ZERO);
    error
}

#[test]
fn an_unknown_measure_is_named_with_those_there_are() {
    let error = refused(&Collect::new(0).every(daily(), "t", ["population", "popluation"]));
    assert!(matches!(&error, DataError::UnknownMeasure { measure, .. } if measure == "popluation"));
    let text = error.to_string();
    assert!(
        text.starts_with("table t: no measure is called \"popluation\""),
        "{text}"
    );
    assert!(
        text.contains("are: population, population_male, "),
        "{text}"
    );
    assert!(text.ends_with(", treasure"), "{text}");

    let mut nothing = Society::builder(Seed(1)).build().unwrap();
    let error = nothing.collect(
        Days(1),
        &Collect::new(0).every(daily(), "t", ["population"]),
    );
    assert!(error.unwrap_err().to_string().ends_with("are: none"));
}

#[test]
fn unknown_kinds_and_attributes_are_named() {
    let boats = RowTable::<Boat>::new("boats");
    let error = refused(&Collect::new(0).rows(daily(), boats));
    assert!(
        matches!(
            error,
            DataError::UnknownKind {
                kind: "fishing-boat",
                ..
            }
        ),
        "{error}"
    );

    let shoes = RowTable::<Person>::new("shoes").column(int("size"), |_, row: (Sex, ShoeSize)| {
        Value::Int(i64::from(row.1.0))
    });
    let error = refused(&Collect::new(0).rows(daily(), shoes)).to_string();
    let (column, attribute) = (
        "table shoes, column size: ",
        "attribute \"village.shoe-size\"",
    );
    assert!(
        error.starts_with(column) && error.contains(attribute),
        "{error}"
    );
}

#[test]
fn names_are_checked_before_the_run() {
    let twice = village::plan().every(daily(), "people", ["population"]);
    assert!(matches!(refused(&twice), DataError::DuplicateTable { table } if table == "people"));
    let twice = Collect::new(0).every(daily(), "t", ["population", "population"]);
    assert!(matches!(refused(&twice), DataError::DuplicateColumn { .. }));
    let reserved = Collect::new(0).every(daily(), "run", ["population"]);
    assert!(matches!(refused(&reserved), DataError::NameReserved { .. }));
    let id = RowTable::<Person>::new("t");
    let id = id.column(int("person_id"), |_, _: NoColumns<Person>| Value::Int(0));
    assert!(matches!(
        refused(&Collect::new(0).rows(daily(), id)),
        DataError::DuplicateColumn { .. }
    ));
}

#[test]
fn a_seed_that_no_table_can_hold_is_refused_before_the_run() {
    let mut society = Society::builder(Seed(1 << 63)).build().unwrap();
    let error = society.collect(Days(1), &Collect::new(0)).unwrap_err();
    assert!(matches!(error, DataError::SeedTooLarge { seed } if seed == 1 << 63));
    assert_eq!(society.tick(), Tick::ZERO);
}

/// NaN from the fifth tick on.
fn doubtful(world: &World) -> Reading {
    match world.resource::<Clock>().tick().index() {
        0..5 => Reading::Float(0.5),
        _ => Reading::Float(f64::NAN),
    }
}

fn with_measure(read: fn(&World) -> Reading) -> Society {
    let declare = move |app: &mut App| {
        let (kind, description) = (MeasureKind::Float, "");
        app.measure(Measure {
            name: "doubt",
            unit: "1",
            kind,
            description,
            read,
        });
    };
    builder(50).with(declare).build().unwrap()
}

#[test]
fn a_failing_measure_leaves_the_society_unharmed() {
    let plan = Collect::new(0).every(daily(), "t", ["population", "doubt"]);
    let mut society = with_measure(doubtful);
    let error = society.collect(Days(30), &plan).unwrap_err();
    let named = matches!(
        &error,
        DataError::MeasureNotFinite { measure, tick, value, .. }
            if measure == "doubt" && tick.index() == 5 && value.is_nan()
    );
    assert!(named, "{error}");
    assert_eq!(society.tick().index(), 5);
    society.step_n(25).unwrap();
    let mut stepped = with_measure(doubtful);
    stepped.step_n(30).unwrap();
    assert_eq!(society.digest().unwrap(), stepped.digest().unwrap());
}

#[test]
fn readings_and_cells_of_another_kind_are_refused() {
    let plan = Collect::new(0).every(daily(), "t", ["doubt"]);
    let error = with_measure(|_| Reading::Int(1))
        .collect(Ticks(1), &plan)
        .unwrap_err();
    assert!(
        matches!(error, DataError::WrongKind { got: "int", .. }),
        "{error}"
    );

    let rows = |value: Value<'static>| {
        let table = RowTable::<Person>::new("t");
        let table = table.column(int("a"), move |_, _: Sex| value);
        refused(&Collect::new(0).rows(daily(), table))
    };
    assert!(matches!(
        rows(Value::Label("a")),
        DataError::WrongKind { .. }
    ));
    assert!(matches!(
        rows(Value::Null),
        DataError::NullNotAllowed { .. }
    ));
}

fn stumble(clock: Res<Clock>) -> Result<(), BevyError> {
    match clock.tick().index() {
        7 => Err("a stone in the way".into()),
        _ => Ok(()),
    }
}

#[test]
fn what_ends_the_society_ends_the_run() {
    let fragile = |app: &mut App| {
        app.add_systems(oikos_engine::Tick, stumble.in_set(Phase::Act));
    };
    let mut society = builder(5).with(fragile).build().unwrap();
    let error = society.collect(Days(30), &village::plan()).unwrap_err();
    let DataError::Society(engine) = &error else {
        panic!("{error}");
    };
    assert!(matches!(**engine, EngineError::SystemFailed { .. }));
    assert!(error.to_string().contains("a stone in the way"), "{error}");
}
