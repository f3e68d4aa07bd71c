//! Who is tied to whom: edits, deaths, edge lists, saves.

use oikos_core::{Seed, Span, StableId};
use oikos_engine::{
    AppExt, Births, Changes, Deaths, Due, EngineError, LiveStep, Phase, Society, SocietyBuilder,
    Tick, bevy_ecs::prelude::*, found,
};
use oikos_world::{
    Edits, Graph, Network, NetworkError, NetworkExt, PeoplePlugin, Person, PersonId, Tie,
};
use serde::{Deserialize, Serialize};

use super::person;

/// Undirected, and says nothing more.
pub(crate) struct Friendship;

impl Tie for Friendship {
    const NAME: &'static str = "village.friendship";
    type Of = Person;
    type Value = ();
    const DIRECTED: bool = false;
}

/// Directed, with a number.
pub(crate) struct Trust;

impl Tie for Trust {
    const NAME: &'static str = "village.trust";
    type Of = Person;
    type Value = i16;
    const DIRECTED: bool = true;
}

/// Undirected, with a float.
struct Closeness;

impl Tie for Closeness {
    const NAME: &'static str = "village.closeness";
    type Of = Person;
    type Value = f32;
    const DIRECTED: bool = false;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    Birth(PersonId),
    Death(PersonId),
    Befriend(PersonId, PersonId),
    Part(PersonId, PersonId),
    Trust(PersonId, PersonId, i16),
    Distrust(PersonId, PersonId),
    /// Behind the point at which edits are made.
    Late,
}

const ORDER: &str = "village.order";

fn obey(
    orders: Res<Due<Order>>,
    clock: Res<oikos_engine::Clock>,
    mut births: ResMut<Births<Person>>,
    mut deaths: ResMut<Deaths<Person>>,
    mut friends: ResMut<Edits<Friendship>>,
    mut trust: ResMut<Edits<Trust>>,
) -> Result<(), BevyError> {
    for (number, order) in (0..).zip(orders.iter()) {
        match order {
            Order::Birth(mother) => {
                let birth = births.request(mother.get(), number, 1_000 + u64::from(number));
                let _ = birth
                    .with(oikos_world::BirthDate(clock.today()))
                    .with(oikos_world::Sex::Male);
            }
            Order::Death(person) => deaths.request(*person, 0),
            Order::Befriend(one, other) => friends.connect(*one, *other, ())?,
            Order::Part(one, other) => friends.disconnect(*one, *other),
            Order::Trust(one, other, value) => trust.connect(*one, *other, *value)?,
            Order::Distrust(one, other) => trust.disconnect(*one, *other),
            Order::Late => {}
        }
    }
    Ok(())
}

/// Newborns and their mothers are friends.
fn welcome(
    people: Res<Changes<Person>>,
    mut friends: ResMut<Edits<Friendship>>,
) -> Result<(), BevyError> {
    for born in &people.born {
        friends.connect(PersonId::new(born.cause)?, PersonId::new(born.id)?, ())?;
    }
    Ok(())
}

fn dawdle(
    orders: Res<Due<Order>>,
    mut friends: ResMut<Edits<Friendship>>,
) -> Result<(), BevyError> {
    if orders.iter().any(|order| matches!(order, Order::Late)) {
        friends.connect(person(0), person(1), ())?;
    }
    Ok(())
}

fn village(app: &mut bevy_app::App) {
    app.add_plugins(PeoplePlugin)
        .network::<Friendship>()
        .network::<Trust>()
        .network::<Trust>()
        .input::<Order>(ORDER, 1)
        .add_systems(
            Tick,
            (
                obey.in_set(Phase::Act),
                welcome.in_set(LiveStep::React).in_set(Phase::Live),
                dawdle.in_set(Phase::Observe),
            ),
        );
}

pub(crate) fn builder(people: u64) -> SocietyBuilder {
    let populate = move |world: &mut World| {
        found::<Person>(world, 0..people)?;
        Ok(())
    };
    let builder = Society::builder(Seed(3)).threads(1).add_plugins(village);
    builder.populate(populate)
}

pub(crate) fn step(society: &mut Society, orders: &[Order]) -> Result<(), EngineError> {
    let now = society.tick();
    for order in orders {
        society.submit(ORDER, now, order)?;
    }
    society.step()
}

pub(crate) fn friends(society: &Society, of: u64) -> Vec<u64> {
    let network = society.world().resource::<Network<Friendship>>();
    let friends: Vec<u64> = network
        .neighbours(person(of))
        .map(|(id, ())| id.get())
        .collect();
    assert_eq!(network.degree(person(of)), friends.len());
    friends
}

fn text(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text += &source.to_string();
        next = source.source();
    }
    text
}

#[test]
fn friends_know_each_other_and_trust_leads_one_way() {
    let mut village = builder(4).build().unwrap();
    let orders = [
        Order::Befriend(person(2), person(0)),
        Order::Befriend(person(2), person(3)),
        Order::Trust(person(3), person(1), -7),
    ];
    step(&mut village, &orders).unwrap();
    assert_eq!(
        (friends(&village, 0), friends(&village, 2)),
        (vec![2], vec![0, 3])
    );
    let trust = village.world().resource::<Network<Trust>>();
    assert_eq!(trust.get(person(3), person(1)), Some(-7));
    assert!(!trust.contains(person(1), person(3)));
    assert_eq!(trust.sources(person(1)).collect::<Vec<_>>(), [person(3)]);
    assert_eq!((trust.len(), trust.is_empty()), (1, false));
    let graph = trust.graph(&[person(1), person(3)]);
    assert_eq!(graph, Graph::new(2, &[(0, 1)]).unwrap());
}

#[test]
fn connecting_goes_before_disconnecting_and_the_lower_bytes_win_whoever_asks_first() {
    let orders = [
        Order::Part(person(0), person(1)),
        Order::Befriend(person(1), person(0)),
        Order::Trust(person(0), person(1), 9),
        Order::Distrust(person(0), person(1)),
        Order::Trust(person(0), person(1), 4),
    ];
    for turned in [false, true] {
        let mut orders = orders.clone();
        if turned {
            orders.reverse();
        }
        let mut village = builder(2).build().unwrap();
        step(&mut village, &orders).unwrap();
        assert_eq!(friends(&village, 0), [1]);
        let trust = village.world().resource::<Network<Trust>>();
        assert_eq!(trust.get(person(0), person(1)), Some(4));
    }
}

#[test]
fn newborns_can_be_tied_at_once_and_the_dead_are_not() {
    let mut village = builder(3).build().unwrap();
    step(&mut village, &[Order::Befriend(person(1), person(2))]).unwrap();
    let orders = [
        Order::Birth(person(1)),
        Order::Death(person(2)),
        Order::Befriend(person(0), person(2)),
    ];
    step(&mut village, &orders).unwrap();
    assert_eq!(friends(&village, 1), [3]);
    assert_eq!(
        (friends(&village, 0), friends(&village, 2)),
        (vec![], vec![])
    );
}

#[test]
fn edits_that_cannot_be_are_errors_that_say_why() {
    for (order, says) in [
        (
            Order::Befriend(person(1), person(1)),
            "person#1 cannot be tied to itself",
        ),
        (
            Order::Befriend(person(1), person(9)),
            "person#9 was never born",
        ),
        (
            Order::Late,
            "1 edits of `village.friendship` were asked for after",
        ),
    ] {
        let mut village = builder(2).build().unwrap();
        let error = step(&mut village, &[order]).unwrap_err();
        assert!(text(&error).contains(says), "{}", text(&error));
        assert_eq!(friends(&village, 1), []);
    }
    let mut edits = Edits::<Closeness>::default();
    edits.connect(person(0), person(1), 0.5).unwrap();
    let error = edits.connect(person(0), person(1), f32::NAN).unwrap_err();
    assert!(matches!(error, NetworkError::BadValue { .. }), "{error}");
    assert_eq!(edits.len(), 1);
}

/// A network with a tie of somebody who was never there: a plugin's fault.
#[test]
fn a_tie_of_nobody_is_found() {
    let mut village = builder(3).build().unwrap();
    step(&mut village, &[Order::Befriend(person(0), person(1))]).unwrap();
    let saved = village.snapshot().unwrap();
    // Two rows, of which the first has one tie, to 1.
    let bytes = [2_u32, 1, 0, 1].map(u32::to_le_bytes).concat();
    let section = |saved: &oikos_engine::Snapshot| {
        let mut sections = saved.sections().iter();
        sections
            .find(|section| section.name == Friendship::NAME)
            .unwrap()
            .bytes
            .clone()
    };
    assert_eq!(section(&saved), bytes);
    let bytes = [7_u32, 1, 0, 0, 0, 0, 0, 0, 6]
        .map(u32::to_le_bytes)
        .concat();
    let changed = saved.with_section(Friendship::NAME, bytes).unwrap();
    village.restore(&std::sync::Arc::new(changed)).unwrap();
    match village.run(Span::Years(1)).unwrap_err() {
        EngineError::InvariantBroken { detail, .. } => {
            assert!(detail.contains("person#6 is tied"), "{detail}");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn bytes_that_are_no_network_change_nothing() {
    let mut village = builder(3).build().unwrap();
    step(&mut village, &[Order::Befriend(person(0), person(1))]).unwrap();
    let saved = village.snapshot().unwrap();
    let whole = village.digest().unwrap();
    for (words, says) in [
        (&[][..], "the head is cut off"),
        (&[2, 1], "the lengths of the rows are cut off"),
        (&[2, 2, 0, 1], "a row goes on behind the last tie"),
        (&[2, 0, 0, 1], "there are ties behind the last row"),
        (&[2, 1, 0, 0], "a tie leads from 0 to 0"),
        (&[2, 0, 1, 0], "a tie leads from 1 to 0"),
        (&[3, 2, 0, 0, 2, 1], "the ties of 0 are not in order"),
        (&[3, 1, 0, 0, 1], "the number of rows"),
        (&[2, 1, 0, u32::MAX], "the number of rows"),
        (&[u32::MAX, 1, 0, 1], "the lengths of the rows are cut off"),
    ] {
        let bytes = words
            .iter()
            .flat_map(|word: &u32| word.to_le_bytes())
            .collect();
        let changed = saved.with_section(Friendship::NAME, bytes).unwrap();
        let error = village.restore(&std::sync::Arc::new(changed)).unwrap_err();
        assert!(text(&error).contains(says), "{}", text(&error));
        assert_eq!(village.digest().unwrap(), whole);
    }
}
