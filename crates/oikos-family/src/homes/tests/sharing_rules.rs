//! Who returns to parents, who shares a household, and with whom.

use oikos_engine::SocietyBuilder;
use oikos_world::Sex;

use super::village::{
    Order, builder, founder, home, housemates, id, is_at_home, is_sharer, sharing_builder, step,
};
use crate::Founder;
use crate::homes::{FoundHomes, SharingChances};

/// A couple without a union, then a daughter of hers of 40, another woman, three men and a woman of her age in one
/// household.
fn sharers() -> (Vec<Founder>, FoundHomes) {
    let people = vec![
        founder(70, Sex::Female),
        founder(72, Sex::Male),
        founder(40, Sex::Female).mother(id(0)),
        founder(41, Sex::Female),
        founder(42, Sex::Male),
        founder(43, Sex::Male),
        founder(44, Sex::Male),
        founder(45, Sex::Female),
    ];
    let groups = vec![vec![id(0), id(1)], (2..8).map(id).collect()];
    let at_home = Vec::new();
    (people, FoundHomes { groups, at_home })
}

/// All of them share if they are alone.
pub(super) fn sharing_town() -> SocietyBuilder {
    let (people, homes) = sharers();
    sharing_builder(people, homes, SharingChances::new(1.0, 1.0).unwrap())
}

/// Whoever leaves a household for one of their own is alone then, and the others join whom they may.
#[test]
fn who_is_alone_shares_and_four_at_most() {
    let mut town = sharing_town().build().unwrap();
    for person in 2..7 {
        step(&mut town, &[Order::Leave(person)]);
    }
    // The first waits for the second, then there is room for two more; the fifth is alone, and so is the sixth, who is
    // left behind on the same day.
    assert_eq!(housemates(&town, 2), [2, 3, 4, 5]);
    assert_eq!(housemates(&town, 6), [6, 7]);
    // A place becomes free: whoever is alone next comes there.
    step(&mut town, &[Order::Death(5)]);
    assert_eq!(housemates(&town, 2), [2, 3, 4]);
    step(&mut town, &[Order::Death(7)]);
    assert_eq!(housemates(&town, 2), [2, 3, 4, 6]);
    assert!(
        [2, 3, 4, 6]
            .into_iter()
            .all(|person| is_sharer(&town, person))
    );
}

#[test]
fn who_shares_leaves_for_a_union_and_the_old_move_to_a_child() {
    let mut town = sharing_town().build().unwrap();
    step(&mut town, &[Order::Leave(2)]);
    step(&mut town, &[Order::Leave(4)]);
    assert_eq!(housemates(&town, 2), [2, 4]);
    // Neither has a home of their own: they found one, and the flat is no more.
    let flat = home(&town, 2);
    step(&mut town, &[Order::Form(2, 4)]);
    assert_eq!(housemates(&town, 2), [2, 4]);
    assert_ne!(home(&town, 2), flat);
    assert!(!is_sharer(&town, 2) && !is_sharer(&town, 4));
    // Her mother is left alone.
    step(&mut town, &[Order::Death(1)]);
    assert_eq!(housemates(&town, 0), [0, 2, 4]);
    assert!(!is_sharer(&town, 0) && !is_at_home(&town, 2));
    // He moves out, and the two women stay.
    step(&mut town, &[Order::Part(2)]);
    assert_eq!(housemates(&town, 0), [0, 2]);
}

#[test]
fn who_comes_back_lives_at_home_again_with_children_and_never_with_a_former_partner() {
    let people = vec![
        founder(60, Sex::Female),
        founder(61, Sex::Male),
        founder(30, Sex::Female).mother(id(0)).father(id(1)),
        founder(6, Sex::Male).mother(id(2)),
        founder(31, Sex::Male),
        founder(28, Sex::Female).mother(id(0)).father(id(1)),
    ];
    let groups = vec![vec![id(0), id(5)], vec![id(1)], vec![id(2), id(3)]];
    let at_home = vec![id(5)];
    let mut town = builder(people, FoundHomes { groups, at_home })
        .build()
        .unwrap();
    step(&mut town, &[Order::Return(2)]);
    assert_eq!(housemates(&town, 0), [0, 2, 3, 5]);
    assert!(is_at_home(&town, 2) && is_at_home(&town, 3));
    step(&mut town, &[Order::Leave(2)]);
    assert_eq!(housemates(&town, 2), [2, 3]);
    assert!(!is_at_home(&town, 2));
    // He was her partner, and lives with her sister at their mother's: so she goes to the father.
    step(&mut town, &[Order::Form(2, 4)]);
    step(&mut town, &[Order::Part(2)]);
    step(&mut town, &[Order::Move(4, 0)]);
    assert_eq!(housemates(&town, 0), [0, 4, 5]);
    step(&mut town, &[Order::Return(2)]);
    assert_eq!(housemates(&town, 1), [1, 2, 3]);
    // Who lives with a parent stays, and who has none who lives, too.
    step(&mut town, &[Order::Return(2), Order::Return(4)]);
    assert_eq!(
        (housemates(&town, 1), housemates(&town, 4)),
        (vec![1, 2, 3], vec![0, 4, 5])
    );
}
