//! A village in which nothing happens but what a test asks for.

use bevy_app::App;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use oikos_core::{Days, Seed, StableId, date};
use oikos_engine::{
    AppExt, Births, Changes, Clock, Column, Deaths, Due, LiveStep, Phase, Slots, Society,
    SocietyBuilder, Tick, Vocabulary, Word,
};
use oikos_world::{
    BirthDate, Cause, HouseholdId, MoveReason, Moves, Person, PersonId, PersonMap, Residence,
    Residents, Sex, found_institution,
};
use serde::{Deserialize, Serialize};

use crate::hazards::{HazardExt, Occurrence, Occurrences};
use crate::homes::care::take_care;
use crate::homes::{
    FoundHomes, Guardian, HomeForces, HomesPlugin, LeavingForce, LeavingHome, ParentalHome,
    ReturningForce, ReturningHome, Sharer, SharingChances,
};
use crate::lineage::{Fathers, Lineage};
use crate::unions::{End, UnionEvent, UnionEvents, UnionStatus, UnionStep, Unions};
use crate::{
    FamilyPlugin, FertilityTable, Force, Founder, LifeTable, MultipleBirths, Series, Tables,
    VitalRates, found_kin,
};

/// What a test asks for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Order {
    /// A child of a mother and a father, by their numbers.
    Birth(u64, Option<u64>),
    Death(u64),
    /// Two form a union.
    Form(u64, u64),
    /// Somebody's union ends.
    Part(u64),
    Leave(u64),
    /// Somebody wants to live with a parent again.
    Return(u64),
    /// Somebody moves to where somebody else lives, for a reason of the test's.
    Move(u64, u64),
    /// Somebody moves to the test's institution.
    Retire(u64),
}

const ORDER: &str = "village.order";
const WHY: &str = "because";

pub(super) fn id(number: u64) -> PersonId {
    PersonId::new(number).unwrap()
}

/// The test's own institution is founded first.
pub(super) fn almshouse() -> HouseholdId {
    HouseholdId::new(0).unwrap()
}

/// What orders are read against.
#[derive(SystemParam)]
struct Known<'w> {
    clock: Res<'w, Clock>,
    lineage: Res<'w, Lineage>,
    slots: Res<'w, Slots<Person>>,
    words: Res<'w, Vocabulary<MoveReason>>,
    homes: Res<'w, Column<Residence>>,
}

/// What orders change.
#[derive(SystemParam)]
struct Asked<'w> {
    births: ResMut<'w, Births<Person>>,
    deaths: ResMut<'w, Deaths<Person>>,
    fathers: ResMut<'w, Fathers>,
    unions: ResMut<'w, Unions>,
    events: ResMut<'w, UnionEvents>,
    leaving: ResMut<'w, Occurrences<LeavingHome>>,
    returning: ResMut<'w, Occurrences<ReturningHome>>,
    moves: ResMut<'w, Moves>,
}

fn obey(orders: Res<Due<Order>>, known: Known, mut asked: Asked) {
    let Known {
        clock,
        lineage,
        slots,
        words,
        homes,
    } = known;
    let today = clock.today();
    let home = |person: u64| homes.get(slots.slot(id(person)).unwrap()).unwrap().0;
    let why = words.find(WHY).unwrap();
    for (number, order) in (0..).zip(orders.iter()) {
        match *order {
            Order::Birth(mother, father) => {
                let birth = asked
                    .births
                    .request(mother, number, 1_000 + u64::from(number));
                let _ = birth.with(BirthDate(today)).with(Sex::Female);
                if let Some(father) = father {
                    asked
                        .fathers
                        .set(&lineage, id(mother), id(father), today)
                        .unwrap();
                }
            }
            Order::Death(person) => asked.deaths.request(id(person), 0),
            Order::Form(one, other) => {
                let union = asked.unions.form([id(one), id(other)], today).unwrap();
                asked.events.0.push(UnionEvent::Formed(union));
            }
            Order::Part(person) => {
                let (union, _) = asked.unions.current(id(person)).unwrap();
                asked.unions.end(union, today, End::Separation).unwrap();
                asked
                    .events
                    .0
                    .push(UnionEvent::Ended(union, End::Separation));
            }
            Order::Leave(person) => asked.leaving.push(Occurrence {
                who: slots.find(id(person)).unwrap(),
                cause: Word::<Cause>::from_number(0),
            }),
            Order::Return(person) => asked.returning.push(Occurrence {
                who: slots.find(id(person)).unwrap(),
                cause: Word::<Cause>::from_number(0),
            }),
            Order::Move(person, to) => asked.moves.request(id(person), home(to).unwrap(), why),
            Order::Retire(person) => asked.moves.request(id(person), almshouse(), why),
        }
    }
}

fn end_unions(changes: Res<Changes<Person>>, clock: Res<Clock>, mut unions: ResMut<Unions>) {
    for died in &changes.died {
        if let Some((union, _)) = unions.current(id(died.id)) {
            unions.end(union, clock.today(), End::Death).unwrap();
        }
    }
}

fn village(app: &mut App, sharing: SharingChances) {
    app.state::<Unions>(Unions::NAME, 1)
        .attribute::<UnionStatus>()
        .transient::<UnionEvents>()
        .hazard_event::<LeavingHome>()
        .hazard_event::<ReturningHome>()
        .input::<Order>(ORDER, 1);
    let forces = HomeForces {
        leaving: LeavingForce::new(Force::ZERO),
        returning: ReturningForce::new(Force::ZERO),
    };
    app.add_plugins(HomesPlugin::with(forces, sharing));
    app.word::<MoveReason>(WHY);
    app.add_systems(Tick, obey.in_set(UnionStep).in_set(Phase::Live));
    let end_unions = end_unions.before(take_care).in_set(LiveStep::React);
    app.add_systems(Tick, end_unions.in_set(Phase::Live));
}

/// Nobody is born or dies by the rates.
fn rates() -> VitalRates {
    let mut tables = Tables::us().unwrap();
    let life = LifeTable::new(vec![1e-12; 101]).unwrap();
    let never = FertilityTable::new(&[vec![0.0; 20], vec![1e-12; 20]].concat()).unwrap();
    tables.mortality = Series::Timeless([life.clone(), life]);
    tables.fertility = Series::Timeless(never);
    VitalRates::new(&tables, MultipleBirths::NONE, 0.5).unwrap()
}

/// Days of a tick: childhood passes in nine of them.
pub(super) const TICK_DAYS: u32 = 731;

/// A village of these people in these homes, and an institution without people. Nobody shares a household.
pub(super) fn builder(people: Vec<Founder>, homes: FoundHomes) -> SocietyBuilder {
    sharing_builder(people, homes, SharingChances::NOBODY)
}

/// The seed of villages.
pub(super) const SEED: u64 = 5;

/// A village in which people share households with these chances.
pub(super) fn sharing_builder(
    people: Vec<Founder>,
    homes: FoundHomes,
    sharing: SharingChances,
) -> SocietyBuilder {
    let populate = move |world: &mut World| {
        found_kin(world, &people)?;
        found_institution(world, &[])?;
        Ok(())
    };
    Society::builder(Seed(SEED))
        .start(date(2000, 1, 1))
        .tick(Days(TICK_DAYS))
        .threads(1)
        .add_plugins((FamilyPlugin::with_rates(rates()), move |app: &mut App| {
            village(app, sharing);
        }))
        .populate(populate)
        .populate(homes)
}

/// Gives orders and runs a tick.
pub(super) fn step(society: &mut Society, orders: &[Order]) {
    let now = society.tick();
    for order in orders {
        society.submit(ORDER, now, order).unwrap();
    }
    society.step().unwrap();
}

pub(super) fn home(society: &Society, person: u64) -> HouseholdId {
    society.get::<Residence>(id(person)).unwrap().0.unwrap()
}

/// Those who share the household of somebody, themselves included.
pub(super) fn housemates(society: &Society, person: u64) -> Vec<u64> {
    let residents = society.world().resource::<Residents>();
    let there = residents.of(home(society, person));
    there.map(StableId::get).collect()
}

pub(super) fn is_at_home(society: &Society, person: u64) -> bool {
    society.get::<ParentalHome>(id(person)).unwrap().0
}

/// Whether somebody shares, or waits for others who do.
pub(super) fn is_sharer(society: &Society, person: u64) -> bool {
    society
        .get::<Sharer>(id(person))
        .is_some_and(|mark| mark.shares())
}

/// Who takes care of somebody, or did while they grew up where they live.
pub(super) fn entry(society: &Society, person: u64) -> Option<Guardian> {
    let guardians = society.world().resource::<PersonMap<Guardian>>();
    guardians.get(id(person)).copied()
}

/// Somebody of an age.
pub(super) fn founder(age: i32, sex: Sex) -> Founder {
    Founder::new(BirthDate(date(2000 - age, 1, 1).unwrap()), sex)
}
