//! Unions that may not be are refused with the error that is for them, and leave everything as it was.

use oikos::prelude::*;

use super::clan::{Household, person};
use super::town::{Order, Seen, Setting, step};

/// A clan of 21 and one family: 21 a woman, 22 her husband, 23 their child of a few years.
fn town() -> Society {
    let household = Household {
        woman: 30,
        gap: 3,
        children: 1,
        grandmother: false,
        other_woman: false,
        married: true,
    };
    let setting = Setting {
        seed: 4,
        thinned: false,
        matching: 0,
        begins: 3,
        households: vec![household],
        years: 1,
    };
    let mut town = setting.builder().build().unwrap();
    step(&mut town, &[Order::Unite(person(21), person(22), true)]).unwrap();
    town
}

/// Orders that may not be carried out, and what is said to each.
const REFUSED: [(u64, u64, &str); 12] = [
    // A woman with herself.
    (11, 11, "person#11 cannot form a union with itself"),
    // A sister and her brother, half-siblings, a mother and her son.
    (13, 14, "person#14 is too close kin"),
    (19, 20, "person#20 is too close kin"),
    (12, 20, "person#20 is too close kin"),
    // The dead.
    (17, 6, "person#6 has died or left"),
    (0, 15, "person#0 has died or left"),
    // Somebody who is married, and a wedding of the two once more.
    (21, 15, "person#21 is in a union already"),
    (22, 11, "person#22 is in a union already"),
    (21, 22, "person#21 is in a union already"),
    // A child.
    (23, 15, "person#23 is too young"),
    // Nobody.
    (11, 999_999, "nobody has had the id person#999999"),
    // Two women.
    (11, 12, "person#12 is of the sex of the other one"),
];

/// What was asked for is written down.
const INPUTS: &str = "oikos.inputs";

#[test]
fn unions_that_may_not_be_are_refused_by_name_and_change_nothing() {
    for (one, other, says) in REFUSED {
        let order = Order::Unite(person(one), person(other), true);
        let (mut town, mut twin) = (town(), town());
        step(&mut town, &[order]).unwrap();
        step(&mut twin, &[]).unwrap();
        let seen = town.world().resource::<Seen>();
        let said = seen.asked.iter().find(|(asked, _)| *asked == order);
        let text = said
            .and_then(|(_, refused)| refused.clone())
            .unwrap_or_default();
        assert!(text.contains(says), "{one} and {other}: {text:?}");
        let states = [&town, &twin].map(|town| town.digest_by_type().unwrap());
        let differs = states[0]
            .iter()
            .zip(&states[1])
            .filter(|(here, there)| here != there);
        let differs: Vec<_> = differs.map(|((name, _), _)| name.as_str()).collect();
        assert_eq!(differs, [INPUTS], "{says}");
    }
}

#[test]
fn a_parting_of_somebody_in_no_union_is_refused() {
    let mut town = town();
    let part = Order::Part(person(11));
    step(&mut town, &[part]).unwrap();
    let seen = town.world().resource::<Seen>();
    let (_, refused) = &seen.asked[0];
    assert!(
        refused
            .as_deref()
            .unwrap()
            .contains("person#11 is in no union"),
        "{refused:?}"
    );
}

#[test]
fn two_who_cohabit_marry_when_it_is_asked_for() {
    let mut town = town();
    let spouse = |town: &Society| town.world().resource::<Unions>().spouse(person(11));
    step(&mut town, &[Order::Unite(person(11), person(15), false)]).unwrap();
    assert_eq!(spouse(&town), None);
    step(&mut town, &[Order::Marry(person(15), person(11))]).unwrap();
    assert_eq!(spouse(&town), Some(person(15)));
    for (one, other, says) in [
        (11, 15, "person#11 is married to the other one already"),
        (12, 13, "person#12 is in no union with the other one"),
        (17, 6, "person#6 has died or left"),
        (11, 999_999, "nobody has had the id person#999999"),
    ] {
        step(&mut town, &[Order::Marry(person(one), person(other))]).unwrap();
        let (_, refused) = &town.world().resource::<Seen>().asked[0];
        let text = refused.as_deref().unwrap_or_default();
        assert!(text.contains(says), "{text:?}");
    }
}

/// What may be is done on the same day: a parting and two unions, of which one person is in the parted one.
#[test]
fn what_is_asked_for_is_done_on_that_day() {
    let mut town = town();
    let unions = |town: &Society| {
        let unions = town.world().resource::<Unions>();
        [21, 22, 11, 14].map(|who| unions.partner(person(who)).map(StableId::get))
    };
    assert_eq!(unions(&town), [Some(22), Some(21), None, None]);
    let marry = |one, other| Order::Unite(person(one), person(other), true);
    step(
        &mut town,
        &[Order::Part(person(21)), marry(11, 22), marry(14, 15)],
    )
    .unwrap();
    assert_eq!(unions(&town), [None, Some(11), Some(22), Some(15)]);
    let spouse = town.world().resource::<Unions>().spouse(person(11));
    assert_eq!(spouse, Some(person(22)));
    // Of two unions of one person on a day the second is refused.
    step(&mut town, &[marry(21, 13), marry(21, 16)]).unwrap();
    let seen = town.world().resource::<Seen>();
    let text = seen.asked[1].1.as_deref().unwrap();
    assert!(
        text.contains("person#21 is asked for in another union"),
        "{text}"
    );
}
