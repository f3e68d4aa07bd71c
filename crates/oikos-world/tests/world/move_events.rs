//! Moves are life events, and sizes of households are counted.

use oikos_core::StableId;
use oikos_engine::{Society, Vocabulary};
use oikos_world::{Cause, Distributions, LifeEventKind, LifeEvents, Reading, WorldError};

use super::{Order, builder, household, person, step};

/// The life events of the last tick: kind, person, cause.
fn events(society: &Society) -> Vec<(String, u64, Option<String>)> {
    let world = society.world();
    let kinds = world.resource::<Vocabulary<LifeEventKind>>();
    let causes = world.resource::<Vocabulary<Cause>>();
    let told = world.resource::<LifeEvents>().events().iter().map(|event| {
        (
            kinds.name(event.kind).unwrap().to_owned(),
            event.person.get(),
            event
                .cause
                .and_then(|cause| causes.name(cause))
                .map(str::to_owned),
        )
    });
    told.collect()
}

fn moved(person: u64, why: &str) -> (String, u64, Option<String>) {
    ("move".to_owned(), person, Some(why.to_owned()))
}

#[test]
fn each_move_is_a_life_event_with_its_reason_as_the_cause_after_births_and_deaths() {
    let mut village = builder(6, &[2]).build().unwrap();
    let orders = [
        Order::Move(person(5), household(0), 1),
        Order::Found(person(3), vec![person(4), person(3)], 0),
        Order::Birth(person(1)),
        // Who stays does not move, nor does who dies.
        Order::Move(person(1), household(0), 0),
        Order::Death(person(2)),
        Order::Move(person(2), household(0), 0),
    ];
    step(&mut village, &orders);
    let found = events(&village);
    assert_eq!(found[0].0, "birth");
    assert_eq!(found[1], ("death".to_owned(), 2, found[1].2.clone()));
    assert_eq!(
        found[2..],
        [moved(3, "love"), moved(4, "love"), moved(5, "work")]
    );
    step(&mut village, &[]);
    assert_eq!(events(&village), []);
}

#[test]
fn households_are_counted_by_size_without_those_that_are_empty() {
    let mut village = builder(14, &[9, 2, 1]).build().unwrap();
    let sizes = |society: &Society| -> Vec<Reading> {
        let all = society.world().resource::<Distributions>();
        let rows = (all.find("household_sizes").unwrap().read)(society.world());
        assert_eq!((rows[0].from, rows[6].below), (1, None));
        rows.iter().map(|row| row.values[0]).collect()
    };
    let expected = |counts: [i64; 7]| counts.map(Reading::Int).to_vec();
    assert_eq!(sizes(&village), expected([3, 1, 0, 0, 0, 0, 1]));
    // The household of the one who moves in is empty until it closes a tick later.
    step(&mut village, &[Order::Move(person(11), household(1), 0)]);
    assert_eq!(sizes(&village), expected([2, 0, 1, 0, 0, 0, 1]));
}

#[test]
fn what_is_declared_twice_stops_the_build() {
    use oikos_engine::bevy_app::App;
    use oikos_world::{LifeCourseExt, LifeDomain};
    let domain = LifeDomain {
        name: "work",
        begins: &[],
        now: |_, _| None,
    };
    let twice = move |app: &mut App| {
        app.life_domain(domain).life_domain(domain);
        app.parentage(|_, _| [None; 2]).parentage(|_, _| [None; 2]);
    };
    let text = builder(1, &[])
        .with(twice)
        .build()
        .map(drop)
        .unwrap_err()
        .to_string();
    let says = WorldError::DuplicateParentage.to_string();
    assert!(text.contains("`work`") && text.contains(&says), "{text}");
}
