//! Everybody lives in exactly one household.

use oikos_core::{Span, StableId};
use oikos_engine::{EngineError, Phase, Rows, Slots, Society, Tick, bevy_ecs::prelude::*, found};
use oikos_world::{
    EdgeList, FoundHouseholds, Household, Neighbours, Network, NetworkExt, Person, Residence,
    Residents, found_households,
};

use super::{Order, builder, household, person, residents, step};

fn households(society: &Society) -> Vec<u64> {
    let ids = society.slot_order::<Household>().into_iter();
    ids.map(StableId::get).collect()
}

#[test]
fn a_newborn_lives_with_its_mother() {
    let mut village = builder(3, &[2]).build().unwrap();
    step(&mut village, &[Order::Birth(person(1))]);
    assert_eq!(residents(&village, 0), [0, 1, 3]);
    assert_eq!(
        village.get::<Residence>(person(3)),
        Some(Residence(Some(household(0))))
    );
}

#[test]
fn somebody_born_into_no_household_is_an_error_that_says_what_to_do() {
    let mut village = builder(3, &[]).build().unwrap();
    let now = village.tick();
    village
        .submit("village.order", now, &Order::Foundling)
        .unwrap();
    let text = village.step().unwrap_err().to_string();
    assert!(
        text.contains("person#3") && text.contains("`Residence`"),
        "{text}"
    );
}

#[test]
fn a_household_that_is_founded_has_its_people_at_once_and_one_left_empty_closes() {
    let mut village = builder(4, &[2, 1, 1]).build().unwrap();
    let together = Order::Found(person(2), vec![person(2), person(3)], 0);
    step(&mut village, &[together]);
    assert_eq!(residents(&village, 3), [2, 3]);
    assert_eq!(households(&village), [0, 1, 2, 3]);
    step(&mut village, &[]);
    assert_eq!(households(&village), [0, 3]);
}

#[test]
fn of_two_moves_that_with_the_first_reason_is_made_whoever_asks_first() {
    let by_love = Order::Move(person(0), household(2), 0);
    let by_work = Order::Move(person(0), household(1), 1);
    for orders in [[by_love.clone(), by_work.clone()], [by_work, by_love]] {
        let mut village = builder(3, &[]).build().unwrap();
        step(&mut village, &orders);
        assert_eq!(residents(&village, 2), [0, 2]);
        assert_eq!(residents(&village, 1), [1]);
    }
}

#[test]
fn who_joins_somebody_goes_where_that_one_goes() {
    let mut village = builder(5, &[2, 2]).build().unwrap();
    // 0 joins 2, who joins 4, who founds a household; 1 stays.
    let orders = [
        Order::Join(person(0), person(2), 0),
        Order::Join(person(2), person(4), 0),
        Order::Found(person(4), vec![person(4)], 1),
    ];
    step(&mut village, &orders);
    assert_eq!(residents(&village, 3), [0, 2, 4]);
    // Who joins the dead stays; of two who join one another one does.
    let round = [
        Order::Join(person(1), person(3), 0),
        Order::Join(person(3), person(1), 0),
        Order::Join(person(0), person(4), 0),
        Order::Death(person(4)),
    ];
    step(&mut village, &round);
    assert_eq!(
        (residents(&village, 0), residents(&village, 1)),
        (vec![1, 3], vec![])
    );
    assert_eq!(residents(&village, 3), [0, 2]);
}

#[test]
fn households_are_merged_into_the_first() {
    let mut village = builder(5, &[2, 2]).build().unwrap();
    let all = [2, 0, 2, 1].map(household).to_vec();
    step(&mut village, &[Order::Merge(all)]);
    assert_eq!(residents(&village, 2), [0, 1, 2, 3, 4]);
    step(&mut village, &[Order::Merge(Vec::new())]);
    assert_eq!(households(&village), [2]);
}

#[test]
fn a_child_of_a_mother_who_dies_on_the_day_lives_where_she_did() {
    let mut village = builder(3, &[2]).build().unwrap();
    step(
        &mut village,
        &[Order::Birth(person(1)), Order::Death(person(1))],
    );
    assert_eq!(residents(&village, 0), [0, 3]);
}

#[test]
fn households_are_measured_without_institutions() {
    use oikos_world::{Measures, Reading, found_institution};
    let home = |world: &mut World| {
        found_institution(world, &[person(5), person(6)])?;
        Ok(())
    };
    let mut village = builder(7, &[3, 1]).populate(home).build().unwrap();
    village.step().unwrap();
    let read = |name| {
        let measures = village.world().resource::<Measures>();
        (measures.find(name).unwrap().read)(village.world())
    };
    // 3, 1, 1 at home, and 2 in the institution.
    assert_eq!(read("households"), Reading::Int(3));
    assert_eq!(read("mean_household_size"), Reading::Float(5.0 / 3.0));
    assert_eq!(read("one_person_households"), Reading::Float(200.0 / 3.0));
}

#[test]
fn the_dead_live_nowhere_and_do_not_move() {
    let mut village = builder(3, &[2]).build().unwrap();
    let away = Order::Move(person(1), household(1), 0);
    step(&mut village, &[Order::Death(person(1)), away]);
    assert_eq!(residents(&village, 0), [0]);
    assert_eq!(residents(&village, 1), [2]);
}

#[test]
fn who_moves_to_a_household_that_closes_today_stays() {
    let mut village = builder(2, &[]).build().unwrap();
    step(&mut village, &[Order::Death(person(0))]);
    step(&mut village, &[Order::Move(person(1), household(0), 0)]);
    assert_eq!(residents(&village, 1), [1]);
    assert_eq!(households(&village), [1]);
}

#[test]
fn an_institution_stays_when_nobody_is_left() {
    use oikos_engine::{Vocabulary, set_all};
    use oikos_world::{HouseholdKind, HouseholdType};
    let home = |world: &mut World| {
        let words = world.resource::<Vocabulary<HouseholdKind>>();
        let institution = words.find(HouseholdType::INSTITUTION).unwrap();
        found::<Household>(world, [77])?;
        set_all(world, household(2), &[HouseholdType(institution)])?;
        Ok(())
    };
    let mut village = builder(2, &[]).populate(home).build().unwrap();
    village.step().unwrap();
    assert_eq!(households(&village), [0, 1, 2]);
    step(&mut village, &[Order::Move(person(1), household(2), 0)]);
    step(&mut village, &[Order::Move(person(1), household(0), 0)]);
    village.step().unwrap();
    assert_eq!(households(&village), [0, 2]);
}

/// Writes the column behind the back of the index: a plugin's fault.
fn squat(mut people: Rows<&mut Residence>) {
    people.for_each(|_, residence| residence.0 = Some(household(0)));
}

#[test]
fn a_residence_written_without_a_move_is_found() {
    let builder = builder(3, &[]).with(|app| {
        app.add_systems(Tick, squat.in_set(Phase::Act));
    });
    let mut village = builder.build().unwrap();
    match village.run(Span::Years(1)).unwrap_err() {
        EngineError::InvariantBroken {
            invariant, detail, ..
        } => {
            assert!(invariant.contains("household"), "{invariant}");
            assert!(detail.contains("person#1"), "{detail}");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn households_that_cannot_be_founded_change_nothing() {
    let mut world = World::new();
    let text = found_households(&mut world, &[]).unwrap_err().to_string();
    assert!(text.contains("household"), "{text}");
    for (groups, says) in [
        (vec![vec![0, 1], vec![1]], "person#1 is in two"),
        (vec![vec![0], vec![]], "nobody in it"),
        (vec![vec![0, 9]], "person#9 is not alive"),
    ] {
        let groups = groups
            .iter()
            .map(|group| group.iter().copied().map(person).collect());
        let more = FoundHouseholds(groups.collect());
        let text = builder(3, &[])
            .populate(more)
            .build()
            .err()
            .unwrap()
            .to_string();
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn the_index_is_made_anew_after_a_load() {
    let mut village = builder(5, &[2, 2]).build().unwrap();
    step(
        &mut village,
        &[Order::Found(person(0), vec![person(0), person(4)], 1)],
    );
    let saved = village.snapshot().unwrap();
    let mut other = builder(5, &[2, 2]).build().unwrap();
    other.restore(&saved).unwrap();
    for id in 0..4 {
        assert_eq!(residents(&other, id), residents(&village, id), "{id}");
    }
    let empty: Vec<_> = other.world().resource::<Residents>().empty().collect();
    assert_eq!(empty, [household(2)]);
    assert_eq!(other.world().resource::<Slots<Person>>().len(), 5);
}

#[test]
fn households_have_neighbours_until_they_close() {
    let street = [(0, 1), (1, 2)].map(|(one, other)| (household(one), household(other), ()));
    let mut village = builder(4, &[2, 1, 1])
        .add_plugins(|app: &mut bevy_app::App| {
            app.network::<Neighbours>();
        })
        .populate(EdgeList::<Neighbours>::new("street", street))
        .build()
        .unwrap();
    let next_to = |village: &Society, of| -> Vec<u64> {
        let street = village.world().resource::<Network<Neighbours>>();
        let ids = street
            .neighbours(household(of))
            .map(|(other, ())| other.get());
        ids.collect()
    };
    assert_eq!(next_to(&village, 1), [0, 2]);
    step(&mut village, &[Order::Move(person(3), household(1), 0)]);
    step(&mut village, &[]);
    assert_eq!(next_to(&village, 1), [0]);
    assert!(next_to(&village, 2).is_empty());
}
