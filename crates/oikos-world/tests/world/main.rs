//! What the vocabulary promises, over societies that do nothing but what a test asks for.

#![expect(clippy::unwrap_used, reason = "a test")]

mod books;
mod estates;
mod household_scripts;
mod households;
mod move_events;
mod network_generators;
mod network_homophily;
mod network_lists;
mod network_scripts;
mod networks;
mod organisations;

use std::error::Error;

use bevy_app::App;
use bevy_ecs::prelude::*;
use oikos_core::{Seed, StableId};
use oikos_engine::{
    AppExt, Births, Clock, Deaths, Due, Phase, Society, SocietyBuilder, Tick, found,
};
use oikos_world::{
    BirthDate, Household, HouseholdId, HouseholdsPlugin, MoveReason, Moves, Person, PersonId,
    Residents, Sex,
};
use serde::{Deserialize, Serialize};

/// What a test asks a village for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// A child of a mother.
    Birth(PersonId),
    /// A birth without a mother.
    Foundling,
    /// A death.
    Death(PersonId),
    /// A move for the first or the second reason.
    Move(PersonId, HouseholdId, usize),
    /// A household of these people, for the first or the second reason.
    Found(PersonId, Vec<PersonId>, usize),
    /// Somebody joins somebody else, for the first or the second reason.
    Join(PersonId, PersonId, usize),
    /// Households become one.
    Merge(Vec<HouseholdId>),
}

const ORDER: &str = "village.order";
const REASONS: [&str; 2] = ["love", "work"];

fn obey(
    (orders, clock): (Res<Due<Order>>, Res<Clock>),
    words: Res<oikos_engine::Vocabulary<MoveReason>>,
    mut births: ResMut<Births<Person>>,
    mut deaths: ResMut<Deaths<Person>>,
    mut households: ResMut<Births<Household>>,
    mut moves: ResMut<Moves>,
    residents: Res<Residents>,
) {
    let today = clock.today();
    let why = |reason: &usize| words.find(REASONS[*reason]).unwrap();
    for (number, order) in (0..).zip(orders.iter()) {
        match order {
            Order::Birth(mother) => {
                let birth = births.request(mother.get(), number, 1_000 + u64::from(number));
                let _ = birth.with(BirthDate(today)).with(Sex::Male);
            }
            Order::Foundling => {
                let birth = births.request(u64::MAX, number, 2_000);
                let _ = birth.with(BirthDate(today)).with(Sex::Female);
            }
            Order::Death(person) => deaths.request(*person, 0),
            Order::Move(person, to, reason) => moves.request(*person, *to, why(reason)),
            Order::Found(founder, people, reason) => {
                let people = people.iter().copied();
                moves.found(&mut households, *founder, people, why(reason));
            }
            Order::Join(person, whom, reason) => moves.join(*person, *whom, why(reason)),
            Order::Merge(households) => moves.merge(&residents, households, why(&0)),
        }
    }
}

fn village(app: &mut App) {
    app.add_plugins(HouseholdsPlugin);
    for reason in REASONS {
        app.word::<MoveReason>(reason);
    }
    app.input::<Order>(ORDER, 1);
    app.add_systems(Tick, obey.in_set(Phase::Act));
}

/// So many people, who live in households of these sizes and then alone.
pub(crate) fn builder(people: u64, sizes: &[u64]) -> SocietyBuilder {
    let mut groups = Vec::new();
    let mut next = 0;
    for size in sizes {
        groups.push((next..next + size).map(person).collect());
        next += size;
    }
    let populate = move |world: &mut World| -> Result<(), Box<dyn Error + Send + Sync>> {
        found::<Person>(world, 0..people)?;
        Ok(())
    };
    Society::builder(Seed(3))
        .threads(1)
        .add_plugins(village)
        .populate(populate)
        .populate(oikos_world::FoundHouseholds(groups))
}

/// Gives orders and runs a tick.
pub(crate) fn step(society: &mut Society, orders: &[Order]) {
    let now = society.tick();
    for order in orders {
        society.submit(ORDER, now, order).unwrap();
    }
    society.step().unwrap();
}

pub(crate) fn person(id: u64) -> PersonId {
    PersonId::new(id).unwrap()
}

pub(crate) fn household(id: u64) -> HouseholdId {
    HouseholdId::new(id).unwrap()
}

/// Who lives in a household.
pub(crate) fn residents(society: &Society, of: u64) -> Vec<u64> {
    let residents = society.world().resource::<Residents>();
    residents.of(household(of)).map(StableId::get).collect()
}
