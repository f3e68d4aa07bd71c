//! One rule each, and what cannot be.

use bevy_ecs::prelude::*;
use oikos_engine::{Phase, Slots, Society, Tick, Vocabulary};
use oikos_world::{Household, MoveReason, Moves, Person, Residents, Sex};

use super::village::{
    Order, almshouse, builder, entry, founder, home, housemates, id, is_at_home, step,
};
use crate::Founder;
use crate::homes::{FoundHomes, Guardian, guardian};

/// Woman, man, and their child of five; her mother, who lives alone; and another woman, who lives alone.
pub(super) fn family() -> (Vec<Founder>, FoundHomes) {
    let people = vec![
        founder(60, Sex::Female),
        founder(35, Sex::Female).mother(id(0)),
        founder(36, Sex::Male),
        founder(5, Sex::Female).mother(id(1)).father(id(2)),
        founder(40, Sex::Female),
    ];
    let groups = vec![vec![id(0)], vec![id(1), id(2), id(3)], vec![id(4)]];
    let at_home = Vec::new();
    (people, FoundHomes { groups, at_home })
}

fn town() -> Society {
    let (people, homes) = family();
    let mut town = builder(people, homes).build().unwrap();
    step(&mut town, &[Order::Form(1, 2)]);
    town
}

#[test]
fn who_part_live_apart_and_their_child_stays_with_the_mother() {
    let mut town = town();
    assert_eq!(housemates(&town, 1), [1, 2, 3]);
    step(&mut town, &[Order::Part(1)]);
    assert_eq!(
        (housemates(&town, 1), housemates(&town, 2)),
        (vec![1, 3], vec![2])
    );
    // He moves to another woman, and not to his first wife's home.
    step(&mut town, &[Order::Form(2, 4)]);
    assert_eq!(housemates(&town, 4), [2, 4]);
}

/// Once he stayed with her from whom he parted, because she to whom he was to move was dead.
#[test]
fn who_parts_and_unites_with_somebody_who_dies_that_day_leaves_all_the_same() {
    let mut town = town();
    let day = [Order::Part(1), Order::Form(2, 4), Order::Death(4)];
    step(&mut town, &day);
    assert_eq!(
        (housemates(&town, 1), housemates(&town, 2)),
        (vec![1, 3], vec![2])
    );
}

#[test]
fn an_orphan_moves_to_the_other_parent_then_to_kin_then_to_the_institution() {
    let mut town = town();
    step(&mut town, &[Order::Part(1)]);
    step(&mut town, &[Order::Death(1)]);
    assert_eq!((housemates(&town, 3), entry(&town, 3)), (vec![2, 3], None));
    step(&mut town, &[Order::Death(2)]);
    assert_eq!(housemates(&town, 3), [0, 3]);
    assert_eq!(guardian(town.world(), id(3)), Some(Guardian::Person(id(0))));
    step(&mut town, &[Order::Death(0)]);
    assert_eq!(housemates(&town, 3), [3]);
    let institution = guardian(town.world(), id(3));
    assert_eq!(institution, Some(Guardian::Institution(home(&town, 3))));
    // She comes of age, and nobody takes care of her any more; but she lives there until she leaves.
    step(&mut town, &[]);
    step(&mut town, &[]);
    assert_eq!(guardian(town.world(), id(3)), None);
    assert!(is_at_home(&town, 3));
    step(&mut town, &[Order::Leave(3)]);
    assert!(!is_at_home(&town, 3) && entry(&town, 3).is_none());
    assert_ne!(Some(Guardian::Institution(home(&town, 3))), institution);
}

#[test]
fn a_newborn_goes_where_the_mother_does_and_is_housed_when_she_dies() {
    let mut town = town();
    // She gives birth on the day on which she moves.
    step(&mut town, &[Order::Birth(4, None), Order::Move(4, 0)]);
    assert_eq!(housemates(&town, 5), [0, 4, 5]);
    // Another woman dies on the day of a birth; the father lives on.
    step(&mut town, &[Order::Birth(1, Some(2)), Order::Death(1)]);
    assert_eq!(housemates(&town, 6), [2, 3, 6]);
}

#[test]
fn adult_children_keep_the_dwelling() {
    let people = vec![
        founder(60, Sex::Female),
        founder(30, Sex::Female).mother(id(0)),
        founder(9, Sex::Male).mother(id(0)),
        founder(31, Sex::Male),
    ];
    let homes = FoundHomes {
        groups: vec![vec![id(0), id(1), id(2)]],
        at_home: vec![id(1)],
    };
    let mut town = builder(people, homes).build().unwrap();
    let dwelling = home(&town, 1);
    assert!(is_at_home(&town, 1) && is_at_home(&town, 2) && !is_at_home(&town, 3));
    step(&mut town, &[Order::Death(0)]);
    assert_eq!(home(&town, 1), dwelling);
    assert!(!is_at_home(&town, 1) && is_at_home(&town, 2));
    assert_eq!(entry(&town, 2), Some(Guardian::Person(id(1))));
    // It is her own now: a man moves in.
    step(&mut town, &[Order::Form(3, 1)]);
    assert_eq!(housemates(&town, 1), [1, 2, 3]);
}

#[test]
fn homes_that_cannot_be_are_refused_with_names() {
    let (people, mut homes) = family();
    homes.at_home = vec![id(1)];
    let text = builder(people.clone(), homes.clone())
        .build()
        .err()
        .unwrap();
    assert!(
        text.to_string()
            .contains("person#1 is to live in the parental home"),
        "{text}"
    );
    homes.at_home.clear();
    homes.groups.push(vec![id(2)]);
    let text = builder(people, homes).build().err().unwrap();
    assert!(text.to_string().contains("person#2 is in two"), "{text}");
}

#[test]
fn minors_without_an_adult_begin_in_the_institution() {
    let people = vec![
        founder(10, Sex::Male),
        founder(40, Sex::Female),
        founder(7, Sex::Male),
    ];
    let groups = vec![vec![id(1), id(2)]];
    let at_home = Vec::new();
    let town = builder(people, FoundHomes { groups, at_home })
        .build()
        .unwrap();
    let institution = home(&town, 0);
    assert_eq!(
        guardian(town.world(), id(0)),
        Some(Guardian::Institution(institution))
    );
    assert_eq!(guardian(town.world(), id(2)), Some(Guardian::Person(id(1))));
    assert_eq!(guardian(town.world(), id(1)), None);
}

/// Everybody of sixty moves to the almshouse for life: a plugin of a user's.
fn retire(
    people: Res<Slots<Person>>,
    words: Res<Vocabulary<MoveReason>>,
    mut moves: ResMut<Moves>,
) {
    if people.contains(id(0)) {
        moves.request(id(0), almshouse(), words.find("because").unwrap());
    }
}

#[test]
fn a_users_plugin_moves_people_to_an_institution_for_life() {
    let (people, homes) = family();
    let builder = builder(people, homes).with(|app| {
        app.add_systems(Tick, retire.in_set(Phase::Act));
    });
    let mut town = builder.build().unwrap();
    step(&mut town, &[Order::Form(1, 2)]);
    assert_eq!(home(&town, 0), almshouse());
    // She cannot take in her grandchild there.
    step(&mut town, &[Order::Death(1), Order::Death(2)]);
    assert!(matches!(
        guardian(town.world(), id(3)),
        Some(Guardian::Institution(_))
    ));
    assert_ne!(home(&town, 3), almshouse());
    step(&mut town, &[Order::Death(0)]);
    let residents = town.world().resource::<Residents>();
    assert_eq!(residents.count(almshouse()), 0);
    let open = town.slot_order::<Household>();
    assert!(open.contains(&almshouse()));
}
