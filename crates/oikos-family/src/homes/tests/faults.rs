//! Faults that are planted, and what the invariants say of them.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemState;
use oikos_engine::{
    AppExt, Attribute, Clock, Column, Phase, Slots, SocietyBuilder, Tick, Vocabulary,
};
use oikos_world::{MoveReason, Person, PersonMap, Relocation, Residence};

use super::rules::family;
use super::sharing_rules::sharing_town;
use super::village::{Order, builder, id};
use crate::homes::open::OpenHomes;
use crate::homes::{Guardian, ParentalHome, Sharer};
use crate::unions::{End, Unions};

/// A fault that is planted at the end of each tick.
#[derive(Resource, Default)]
struct Planted(Option<fn(&mut World)>);

fn plant(world: &mut World) {
    if let Some(fault) = world.resource::<Planted>().0 {
        fault(world);
    }
}

/// What the invariants say of a town in which `fault` is planted after these orders were carried out.
fn caught(builder: SocietyBuilder, orders: &[Order], fault: fn(&mut World)) -> String {
    let builder = builder.with(move |app| {
        app.derived::<Planted>(None);
        app.insert_resource(Planted(Some(fault)));
        app.add_systems(Tick, plant.in_set(Phase::Observe));
    });
    let mut town = builder.build().unwrap();
    let now = town.tick();
    for order in orders {
        town.submit("village.order", now, order).unwrap();
    }
    town.step_n(3).unwrap_err().to_string()
}

fn unite(world: &mut World, one: u64, other: u64, end: bool) {
    let today = world.resource::<Clock>().today();
    let mut unions = world.resource_mut::<Unions>();
    if unions.is_empty() {
        let union = unions.form([id(one), id(other)], today).unwrap();
        if end {
            unions.end(union, today, End::Separation).unwrap();
        }
    }
}

fn set<A: Attribute<Kind = Person>>(world: &mut World, person: u64, value: A) {
    let slot = world.resource::<Slots<Person>>().slot(id(person)).unwrap();
    *world.resource_mut::<Column<A>>().get_mut(slot).unwrap() = value;
}

type Fault = fn(&mut World);

/// What is said of a fault, and after which orders it is planted.
type Case<'a> = (&'a str, &'a [Order], Fault);

#[test]
fn planted_faults_are_caught() {
    let orphaned = [Order::Death(0), Order::Death(1), Order::Death(2)];
    let faults: [Case<'_>; 7] = [
        (
            "person#1 and person#2 parted and live together",
            &[],
            |world| {
                unite(world, 1, 2, true);
            },
        ),
        (
            "person#2 and person#4 are in a union and live apart",
            &[],
            |world| {
                unite(world, 4, 2, false);
            },
        ),
        // A dead guardian.
        (
            "person#3 is a minor who lives with no parent",
            &orphaned,
            |world| {
                let dead = Guardian::Person(id(0));
                world
                    .resource_mut::<PersonMap<Guardian>>()
                    .insert(id(3), dead);
            },
        ),
        // An orphan left alone.
        (
            "person#3 is a minor who lives with no parent",
            &orphaned,
            |world| {
                world.resource_mut::<PersonMap<Guardian>>().remove(id(3));
            },
        ),
        // A child in two households: by the column in one, by the index in another.
        ("takes person#3 for a resident", &[], |world| {
            let slot = world.resource::<Slots<Person>>().slot(id(4)).unwrap();
            let other = *world.resource::<Column<Residence>>().get(slot).unwrap();
            set(world, 3, other);
        }),
        (
            "person#4 lives in the parental home, but with no parent",
            &[],
            |world| {
                set(world, 4, ParentalHome(true));
            },
        ),
        ("the index of wards is wrong", &[], |world| {
            let guardian = Guardian::Person(id(1));
            world
                .resource_mut::<PersonMap<Guardian>>()
                .insert(id(3), guardian);
        }),
    ];
    for (says, orders, fault) in faults {
        let (people, homes) = family();
        let text = caught(builder(people, homes), orders, fault);
        assert!(text.contains(says), "{text}");
    }
}

fn relocate(world: &mut World, person: u64, to: u64) {
    let slot = world.resource::<Slots<Person>>().slot(id(to)).unwrap();
    let home = world.resource::<Column<Residence>>().get(slot).unwrap().0;
    let why = world.resource::<Vocabulary<MoveReason>>().find("because");
    let mut system = SystemState::<Relocation>::new(world);
    let mut relocation = system.get_mut(world).unwrap();
    relocation.relocate(id(person), home.unwrap(), why.unwrap());
}

fn mark(world: &mut World, people: impl Iterator<Item = u64>) {
    for person in people {
        set(world, person, Sharer::FOREVER);
    }
}

#[test]
fn faults_of_returning_and_sharing_are_caught() {
    let faults: [Case<'_>; 3] = [
        // Somebody returns to the home of a mother who has died.
        (
            "person#1 lives in the parental home, but with no parent",
            &[Order::Death(0)],
            |world| set(world, 1, ParentalHome(true)),
        ),
        // A child is left behind by a mother who moves.
        (
            "person#3 is a minor who lives with no parent",
            &[Order::Death(2)],
            |world| relocate(world, 1, 4),
        ),
        ("person#3 shares a household, but", &[], |world| {
            mark(world, 3..4);
        }),
    ];
    for (says, orders, fault) in faults {
        let (people, homes) = family();
        let text = caught(builder(people, homes), orders, fault);
        assert!(text.contains(says), "{text}");
    }
    // Four share, and two others; the two old ones live by themselves.
    let leave = [2, 3, 4, 5, 6].map(Order::Leave);
    let faults: [(&str, Fault); 5] = [
        ("person#2 is one of 5 who share a household", |world| {
            relocate(world, 6, 2);
        }),
        ("person#2 and person#4 parted and live together", |world| {
            unite(world, 2, 4, true);
        }),
        (
            "person#0 shares a household with nobody who does",
            |world| {
                mark(world, 0..1);
            },
        ),
        ("person#2 shares a household, but", |world| {
            unite(world, 2, 3, false);
        }),
        (
            "the index of households that can be joined is wrong",
            |world| {
                world.insert_resource(OpenHomes::default());
            },
        ),
    ];
    for (says, fault) in faults {
        let text = caught(sharing_town(), &leave, fault);
        assert!(text.contains(says), "{text}");
    }
}

/// A town whose people nobody gave homes says so on the first day.
#[test]
fn a_town_without_homes_says_so() {
    let forget: fn(&mut World) = |world| {
        world.insert_resource(crate::homes::guardians::Orphanage::default());
    };
    let (people, homes) = family();
    let text = caught(builder(people, homes), &[], forget);
    assert!(text.contains("FoundHomes"), "{text}");
}
