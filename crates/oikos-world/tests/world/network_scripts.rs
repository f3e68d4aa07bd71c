//! Random edits, births, deaths, saves and shuffles beside a slow model, and one history whatever the storage.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::StableId;
use oikos_engine::{Draws, Rows};
use oikos_engine::{Phase, Society, Tick, bevy_ecs::prelude::*, draw_stream};
use oikos_testkit::Contract;
use oikos_world::{EdgeList, Edits, Network, PersonId, Sex};
use proptest::prelude::*;

use super::networks::{Friendship, Order, Trust, builder, step};
use super::person;

const PEOPLE: u64 = 6;

/// What the village should be.
#[derive(Default)]
struct Model {
    living: BTreeSet<u64>,
    ever: u64,
    friends: BTreeSet<(u64, u64)>,
    trust: BTreeMap<(u64, u64), i16>,
}

fn pair(one: PersonId, other: PersonId) -> (u64, u64) {
    let (one, other) = (one.get(), other.get());
    (one.min(other), one.max(other))
}

impl Model {
    fn step(&mut self, orders: &[Order]) {
        let mut mothers: Vec<(u64, usize)> = Vec::new();
        let (mut befriended, mut parted) = (BTreeSet::new(), BTreeSet::new());
        let mut trusted = BTreeMap::<(u64, u64), i16>::new();
        let mut distrusted = BTreeSet::new();
        for (number, order) in orders.iter().enumerate() {
            match order {
                Order::Birth(mother) => mothers.push((mother.get(), number)),
                Order::Death(person) => {
                    self.living.remove(&person.get());
                }
                Order::Befriend(one, other) => {
                    befriended.insert(pair(*one, *other));
                }
                Order::Part(one, other) => {
                    parted.insert(pair(*one, *other));
                }
                Order::Trust(one, other, value) => {
                    let key = (one.get(), other.get());
                    let old = trusted.get(&key).copied().unwrap_or(*value);
                    let lower = if value.to_le_bytes() < old.to_le_bytes() {
                        *value
                    } else {
                        old
                    };
                    trusted.insert(key, lower);
                }
                Order::Distrust(one, other) => {
                    distrusted.insert((one.get(), other.get()));
                }
                Order::Late => {}
            }
        }
        mothers.sort_unstable();
        for (mother, _) in mothers {
            befriended.insert((mother, self.ever));
            self.living.insert(self.ever);
            self.ever += 1;
        }
        let lives =
            |(one, other): &(u64, u64)| self.living.contains(one) && self.living.contains(other);
        self.friends.retain(|pair| !parted.contains(pair));
        self.friends.extend(befriended);
        self.friends.retain(lives);
        self.trust.retain(|pair, _| !distrusted.contains(pair));
        self.trust.extend(trusted);
        self.trust.retain(|pair, _| lives(pair));
    }

    fn assert_same(&self, village: &Society) {
        let friends = village.world().resource::<Network<Friendship>>();
        let found: Vec<_> = friends
            .iter()
            .map(|(one, other, ())| (one.get(), other.get()))
            .collect();
        assert_eq!(found, self.friends.iter().copied().collect::<Vec<_>>());
        assert_eq!(friends.len(), self.friends.len());
        let trust = village.world().resource::<Network<Trust>>();
        let found: Vec<_> = trust
            .iter()
            .map(|(one, other, value)| ((one.get(), other.get()), value))
            .collect();
        assert_eq!(found, self.trust.clone().into_iter().collect::<Vec<_>>());
        for one in 0..self.ever {
            let of_one = |(low, high): &(u64, u64)| match (*low == one, *high == one) {
                (true, _) => Some(*high),
                (_, true) => Some(*low),
                _ => None,
            };
            let mut expected: Vec<u64> = self.friends.iter().filter_map(of_one).collect();
            expected.sort_unstable();
            let found: Vec<u64> = friends
                .neighbours(person(one))
                .map(|(other, ())| other.get())
                .collect();
            assert_eq!(found, expected, "friends of person#{one}");
            let sources = self
                .trust
                .keys()
                .filter(|(_, to)| *to == one)
                .map(|(from, _)| *from);
            let found = trust.sources(person(one)).map(StableId::get);
            assert_eq!(
                found.collect::<Vec<_>>(),
                sources.collect::<Vec<_>>(),
                "who trusts person#{one}"
            );
        }
    }
}

/// An order by numbers, resolved against who there was when it is given: some are dead.
type Wish = (u8, u16, u16, i16);

fn order((what, one, other, value): &Wish, model: &Model) -> Option<Order> {
    let living: Vec<u64> = model.living.iter().copied().collect();
    let (one, other) = (u64::from(*one) % model.ever, u64::from(*other) % model.ever);
    let alive = living.get(one as usize % living.len().max(1)).copied();
    let (one, other) = (person(one), person(other));
    let two = one != other;
    Some(match what {
        0 => Order::Birth(person(alive?)),
        1 => Order::Death(person(alive?)),
        2..=5 if two => Order::Befriend(one, other),
        6..=7 => Order::Part(one, other),
        8..=10 if two => Order::Trust(one, other, value % 600),
        11 => Order::Distrust(one, other),
        _ => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn a_village_is_tied_as_the_slow_model_says(
        days in prop::collection::vec(
            (prop::collection::vec((0..12_u8, any::<u16>(), any::<u16>(), any::<i16>()), 0..12), any::<bool>()),
            1..14,
        ),
        salt in any::<u64>(),
    ) {
        let mut village = builder(PEOPLE).build().unwrap();
        let mut model = Model { living: (0..PEOPLE).collect(), ever: PEOPLE, ..Model::default() };
        for (wishes, resume) in &days {
            let mut orders: Vec<Order> = wishes.iter().filter_map(|wish| order(wish, &model)).collect();
            // A mother who dies on the day of a birth has borne, which the model need not know.
            let dying: Vec<_> = orders.iter().filter_map(|order| match order {
                Order::Death(person) => Some(*person),
                _ => None,
            }).collect();
            orders.retain(|order| !matches!(order, Order::Birth(mother) if dying.contains(mother)));
            village.scramble(salt).unwrap();
            step(&mut village, &orders).unwrap();
            model.step(&orders);
            model.assert_same(&village);
            if *resume {
                let digest = village.digest().unwrap();
                let saved = village.snapshot().unwrap();
                let mut other = builder(PEOPLE).build().unwrap();
                other.restore(&saved).unwrap();
                // The digest that was kept up to date is that of the ties alone.
                prop_assert_eq!(other.digest().unwrap(), digest);
                model.assert_same(&other);
                village = other;
            }
        }
    }
}

draw_stream!(Meeting = "village.meeting");

/// Some meet and become friends or trust each other; others part.
fn mingle(
    mut people: Rows<&Sex>,
    draws: Draws<Meeting>,
    mut friends: ResMut<Edits<Friendship>>,
    mut trust: ResMut<Edits<Trust>>,
) -> Result<(), BevyError> {
    let mut all = Vec::new();
    people.for_each(|who, _| all.push(who));
    for who in &all {
        let mut draw = draws.of(*who);
        // Not from the order of rows, which is nobody's business.
        let other = person(draw.below(24)?);
        if other == who.id() {
            continue;
        }
        match draw.below(3)? {
            0 => friends.connect(who.id(), other, ())?,
            1 => trust.connect(who.id(), other, draw.next_u32() as i16)?,
            _ => friends.disconnect(who.id(), other),
        }
    }
    Ok(())
}

#[test]
fn a_network_keeps_its_contract() {
    let mingling = || {
        let start = [(0, 1), (5, 2), (9, 23)].map(|(one, other)| (person(one), person(other), ()));
        builder(24)
            .populate(EdgeList::<Friendship>::new("start", start))
            .with(|app| {
                app.add_systems(Tick, mingle.in_set(Phase::Act));
            })
    };
    let report = Contract::of(mingling).ticks(12).assert();
    assert!(report.flipped > 100, "{report:?}");
    assert!(
        report.untried.iter().all(|name| !name.contains("village")),
        "{report:?}"
    );
}
