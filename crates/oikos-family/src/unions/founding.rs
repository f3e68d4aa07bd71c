//! The unions that a society starts with.

use std::error::Error;

use bevy_ecs::error::BevyError;
use bevy_ecs::system::Res;
use bevy_ecs::world::World;
use oikos_core::{Date, StableId};
use oikos_engine::{Clock, Column, Populate, Slots, set_each};
use oikos_world::{Person, PersonId, Sex};

use super::book::{End, Unions};
use super::plugin::unions_agree;
use super::singles::SingleMen;
use super::status::{MaritalStatus, UnionSince, UnionStatus};
use super::taboo::too_close;
use crate::UNION_AGE_MIN;
use crate::error::FamilyError;
use crate::lineage::{Lineage, LineageRecord};

/// A union that people of a starting population are in, or were in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundedUnion {
    /// A woman and a man, the woman first.
    pub partners: [PersonId; 2],
    /// From when they lived as a couple.
    pub formed: Date,
    /// From when they were married; `None` if they never were.
    pub married: Option<Date>,
    /// Until when, and why it ended; `None` while it lasts.
    pub ended: Option<(Date, End)>,
}

/// A starting population's unions: see [`found_unions`].
#[derive(Clone, Debug, Default)]
pub struct FoundUnions(pub Vec<FoundedUnion>);

impl Populate for FoundUnions {
    fn populate(self: Box<Self>, world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
        found_unions(world, &self.0)
    }
}

/// Enters unions in which people are or were, those of a person in the order in which they were formed. For starting
/// populations, before the first tick and after their lineage; before their homes.
///
/// # Errors
/// [`FamilyError::NoUnions`] without a [`UnionsPlugin`](crate::UnionsPlugin); [`FamilyError::NoSuchPerson`];
/// [`FamilyError::Union`] with the person, for two of one sex or close kin, for somebody below [`UNION_AGE_MIN`] or
/// dead or gone by then, and for days to come; as [`Unions::form`], [`Unions::marry`], [`Unions::end`]. Nothing has
/// then changed.
pub fn found_unions(
    world: &mut World,
    unions: &[FoundedUnion],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let lineage = world.get_resource::<Lineage>();
    let lineage = lineage.ok_or(FamilyError::NoFamily)?;
    let today = world.resource::<Clock>().today();
    for union in unions {
        check(lineage, today, union)?;
    }
    enter(world, unions)
}

fn check(lineage: &Lineage, today: Date, union: &FoundedUnion) -> Result<(), FamilyError> {
    let refused = |person, problem| Err(FamilyError::Union { person, problem });
    let [woman, man] = union.partners;
    let record = |person: PersonId| {
        lineage.get(person).ok_or(FamilyError::NoSuchPerson {
            id: person.get(),
            people: lineage.len() as u64,
        })
    };
    let records = [record(woman)?, record(man)?];
    if records.map(|record| record.sex) != [Sex::Female, Sex::Male] {
        let problem = "is no woman, or the other of the union no man; give the woman first";
        return refused(woman, problem);
    }
    let days = [union.married, union.ended.map(|(day, _)| day)];
    let last = days.into_iter().flatten().fold(union.formed, Date::max);
    let of_age = union.formed.years_before(UNION_AGE_MIN)?;
    // Who is in a union lives; who was lived until it ended.
    let gone = |record: &LineageRecord| match (record.exit(), union.ended) {
        (None, _) => false,
        (Some(day), Some((ended, _))) => day < ended,
        (Some(_), None) => true,
    };
    for (person, record) in union.partners.into_iter().zip(&records) {
        if last > today {
            return refused(person, "cannot have a union of a day to come");
        }
        if record.born > of_age {
            return refused(person, "was too young to form a union on that day");
        }
        if gone(record) {
            return refused(person, "had died or left before the union's end");
        }
    }
    if too_close(lineage, woman, man) {
        return refused(man, "is too close kin of the other one to form a union");
    }
    Ok(())
}

/// Enters unions that can be, and what they make of the living.
pub(crate) fn enter(
    world: &mut World,
    unions: &[FoundedUnion],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let book = world.get_resource::<Unions>();
    let mut book = book.ok_or(FamilyError::NoUnions)?.clone();
    let people = world.resource::<Slots<Person>>();
    let mut statuses = Vec::new();
    for union in unions {
        let id = book.form(union.partners, union.formed)?;
        if let Some(day) = union.married {
            book.marry(id, day)?;
        }
        if let Some((day, end)) = union.ended {
            book.end(id, day, end)?;
        }
        let living = union
            .partners
            .into_iter()
            .filter(|one| people.contains(*one));
        statuses.extend(living.map(|person| (person, status(union))));
    }
    set_each(world, statuses.iter().map(|(id, status)| (*id, status.0)))?;
    set_each(world, statuses.iter().map(|(id, status)| (*id, status.1)))?;
    // The last marriage counts, whatever came after it.
    let marital = statuses
        .iter()
        .filter_map(|(id, status)| Some((*id, status.2?)));
    set_each(world, marital)?;
    world.insert_resource(book);
    Ok(())
}

/// What a union makes of its partners: with it or after it.
fn status(union: &FoundedUnion) -> (UnionStatus, UnionSince, Option<MaritalStatus>) {
    let (status, since) = match (union.ended, union.married) {
        (None, Some(wed)) => (UnionStatus::Married, wed),
        (None, None) => (UnionStatus::Cohabiting, union.formed),
        (Some((day, _)), _) => (UnionStatus::Single, day),
    };
    let marital = union.married.map(|_| match union.ended {
        None => MaritalStatus::Married,
        Some((_, End::Death)) => MaritalStatus::Widowed,
        Some(_) => MaritalStatus::Divorced,
    });
    (status, UnionSince(since), marital)
}

/// At the start, refuses unions that were entered in the book alone.
pub(super) fn check_founded(
    people: Res<Slots<Person>>,
    unions: Res<Unions>,
    status: Res<Column<UnionStatus>>,
    sexes: Res<Column<Sex>>,
    men: Res<SingleMen>,
) -> Result<(), BevyError> {
    unions_agree(&people, &unions, &status, &sexes, &men)
        .map_err(|problem| format!("{problem}; found unions with `FoundUnions`").into())
}

/// Whether this is the first tick.
pub(super) fn at_the_start(clock: Res<Clock>) -> bool {
    clock.tick().index() == 0
}
