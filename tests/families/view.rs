//! What an observer sees of a town: what happened on a day, and who is where at its end. Public queries alone.

use std::collections::{BTreeMap, BTreeSet};

use oikos::core::Date;
use oikos::family::{
    ChildrenBorn, Guardian, LineageRecord, MatchingRound, Sibling, Union, UnionId, guardian,
};
use oikos::prelude::*;
use oikos::world::{HouseholdType, LifeEventKind};

use super::purses::{Passed, PassedToday, Purses};
use super::town::{Order, Seen};

/// Something that happened to somebody, as the log of life events has it; who was born or came, as the lineage does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Birth(Newcomer),
    Death,
    Arrival(Newcomer, Option<Couple>),
    Departure,
    Union(PersonId),
    Marriage(PersonId),
    Separation,
    Divorce,
    Widowhood,
    Bereavement,
    Move,
}

/// Who was born or came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Newcomer {
    pub(super) sex: Sex,
    pub(super) born: Date,
    pub(super) parents: [Option<PersonId>; 2],
}

/// With whom somebody came, since when, and whether they are married.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Couple {
    pub(super) other: PersonId,
    pub(super) since: Date,
    pub(super) married: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) person: PersonId,
    pub(super) what: What,
}

/// What happened on a day.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) tick: u32,
    pub(super) events: Vec<Event>,
    /// Newborns with the number of the mother who delivered them.
    pub(super) delivered: Vec<(PersonId, u64)>,
    pub(super) round: MatchingRound,
    pub(super) subjects: BTreeMap<PersonId, u64>,
    pub(super) asked: Vec<(Order, Option<String>)>,
    pub(super) passed: Vec<Passed>,
    pub(super) purses: BTreeMap<PersonId, i64>,
    pub(super) treasury: i64,
    /// Private households in which nobody lives.
    pub(super) empty: BTreeSet<HouseholdId>,
    /// How many people there are.
    pub(super) people: usize,
}

/// The record of somebody who was born or came.
fn newcomer(record: &LineageRecord) -> Newcomer {
    Newcomer {
        sex: record.sex,
        born: record.born,
        parents: [record.mother, record.father],
    }
}

fn what(town: &Society, event: &LifeEvent, kind: &str) -> Option<What> {
    let world = town.world();
    let of = || world.resource::<Lineage>().get(event.person);
    Some(match kind {
        LifeEvents::BIRTH => What::Birth(Newcomer {
            // The event says who the mother is; the lineage is asked for the father alone.
            parents: [event.other, of()?.father],
            ..newcomer(&of()?)
        }),
        LifeEvents::DEATH => What::Death,
        LifeEvents::IMMIGRATION => {
            let unions = world.resource::<Unions>();
            let couple = unions.of(event.person).last().map(|(_, union)| Couple {
                other: union.partner_of(event.person).unwrap_or(event.person),
                since: union.formed,
                married: union.married.is_some(),
            });
            What::Arrival(newcomer(&of()?), couple)
        }
        LifeEvents::EMIGRATION => What::Departure,
        "union" => What::Union(event.other?),
        "marriage" => What::Marriage(event.other?),
        "separation" => What::Separation,
        "divorce" => What::Divorce,
        "widowhood" => What::Widowhood,
        "bereavement" => What::Bereavement,
        _ => What::Move,
    })
}

impl Day {
    /// The day that has just gone by.
    pub(super) fn of(town: &Society) -> Self {
        let world = town.world();
        let (life, seen) = (world.resource::<LifeEvents>(), world.resource::<Seen>());
        let words = world.resource::<Vocabulary<LifeEventKind>>();
        let events = life.events().iter().filter_map(|event| {
            let what = what(town, event, words.name(event.kind)?)?;
            let person = event.person;
            Some(Event { person, what })
        });
        let residents = world.resource::<Residents>();
        let private = |home: &HouseholdId| !is_institution(town, *home);
        let purses = world.resource::<Purses>();
        Self {
            date: Date::from_days(town.today().days() - 1).unwrap(),
            tick: life.tick().index(),
            events: events.collect(),
            delivered: seen.delivered.clone(),
            round: seen.round.clone(),
            subjects: seen.subjects.iter().copied().collect(),
            asked: seen.asked.clone(),
            passed: world.resource::<PassedToday>().0.clone(),
            purses: purses.of.clone(),
            treasury: purses.treasury,
            empty: residents.empty().filter(private).collect(),
            people: world.resource::<Slots<Person>>().len(),
        }
    }
}

fn is_institution(town: &Society, home: HouseholdId) -> bool {
    let kind = town.get::<HouseholdType>(home).map(|kind| kind.0);
    let words = town
        .world()
        .resource::<Vocabulary<oikos::world::HouseholdKind>>();
    kind.is_some() && kind == words.find(HouseholdType::INSTITUTION)
}

/// Somebody who lives in the town.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) sex: Sex,
    /// Completed years, as the society counts them.
    pub(super) age: u32,
    pub(super) home: Option<HouseholdId>,
    pub(super) status: UnionStatus,
    pub(super) marital: MaritalStatus,
    pub(super) guardian: Option<Guardian>,
    pub(super) borne: u16,
}

/// Everybody who ever lived, as kin.
#[derive(Clone, Debug)]
pub(super) struct KinRow {
    pub(super) record: LineageRecord,
    pub(super) children: Vec<PersonId>,
    pub(super) siblings: Vec<(PersonId, Sibling)>,
    /// Ancestors of five generations.
    pub(super) ancestors: BTreeSet<PersonId>,
}

/// Who is where at the end of a day.
#[derive(Clone, Debug)]
pub(super) struct Census {
    pub(super) date: Date,
    pub(super) people: BTreeMap<PersonId, Row>,
    pub(super) kin: BTreeMap<PersonId, KinRow>,
    pub(super) unions: Vec<(UnionId, Union)>,
    pub(super) residents: BTreeMap<HouseholdId, Vec<PersonId>>,
    pub(super) institutions: BTreeSet<HouseholdId>,
}

impl Census {
    pub(super) fn of(town: &Society) -> Self {
        let world = town.world();
        let date = Date::from_days(town.today().days() - 1).unwrap();
        // Between ticks they may be those of the day to come: before the first tick, and after rows moved.
        let ages = world.resource::<Ages>();
        let ages = match ages.today() == date.days() {
            true => ages.clone(),
            false => Ages::on(date),
        };
        let lineage = world.resource::<Lineage>();
        let relations = Relations::new(lineage);
        let kin = lineage.iter().map(|(id, record)| {
            let row = KinRow {
                record,
                children: relations.children(id).collect(),
                siblings: relations.siblings(id).collect(),
                ancestors: relations.ancestors(id, 5).map(|(who, _)| who).collect(),
            };
            (id, row)
        });
        let residents = world.resource::<Residents>();
        let households = town.slot_order::<Household>();
        let people = town.slot_order::<Person>().into_iter();
        Self {
            date,
            people: people.map(|id| (id, row(town, &ages, id))).collect(),
            kin: kin.collect(),
            unions: world.resource::<Unions>().iter().collect(),
            residents: households
                .iter()
                .map(|home| (*home, residents.of(*home).collect()))
                .collect(),
            institutions: households
                .into_iter()
                .filter(|home| is_institution(town, *home))
                .collect(),
        }
    }
}

fn row(town: &Society, ages: &Ages, id: PersonId) -> Row {
    Row {
        sex: town.get(id).unwrap(),
        age: ages.completed(town.get::<BirthDate>(id).unwrap()),
        home: town.get::<Residence>(id).unwrap().0,
        status: town.get(id).unwrap(),
        marital: town.get(id).unwrap(),
        guardian: guardian(town.world(), id),
        borne: town.get::<ChildrenBorn>(id).unwrap().0,
    }
}
