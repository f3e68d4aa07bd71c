//! What happens to unions in a tick: they begin, become marriages, and end.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::Res;
use oikos_core::StableId;
use oikos_engine::{Changes, Draws, Slots, draw_stream};
use oikos_world::{Ages, BirthDate, Departure, Person, PersonId};
use serde::{Deserialize, Serialize};

use super::book::{End, UnionId};
use super::hazards::{Parting, UnionFormation, Wedding};
use super::model::UnionModel;
use super::partner::{Partners, Seeker};
use super::registry::{Registry, Why};
use super::singles::{SingleMan, SingleMen};
use crate::hazards::Occurrences;
use crate::lineage::Lineage;
use crate::migration::Arrivals;

draw_stream!(pub(super) PartnerDraws = "family.partner");

/// What happened to a union.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnionEvent {
    /// It began.
    Formed(UnionId),
    /// The two married, on the first day or later.
    Married(UnionId),
    /// It ended.
    Ended(UnionId, End),
    /// A woman found nobody whom she may form a union with.
    Refused(PersonId),
}

/// What happened to unions in this tick, in the order in which it did. Cleared after it.
#[derive(Resource, Clone, Debug, Default)]
pub struct UnionEvents(pub Vec<UnionEvent>);

/// Women who were refused since the society began. Persisted.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnionRefusals(pub u64);

/// Forms the unions of today. Two women who would choose one man do so in the order of their ids.
pub(super) fn form_unions(
    women: Res<Occurrences<UnionFormation>>,
    model: Res<UnionModel>,
    ages: Res<Ages>,
    draws: Draws<PartnerDraws>,
    mut partners: Partners,
    mut registry: Registry,
) -> Result<(), BevyError> {
    let begins_unwed = model.begins_unwed();
    for occurrence in women.iter() {
        let who = occurrence.who;
        let Some((born, _)) = registry.who.get(who.id()) else {
            continue;
        };
        let age = ages.completed(*born);
        let mut draw = draws.of(who);
        let unwed = draw.chance(begins_unwed);
        let Registry {
            who: people,
            men,
            unions,
            ..
        } = &mut registry;
        let found = match partners.parent_of_her_child(unions, who.id()) {
            Some(man) => Some(man),
            None => partners.find(Seeker { who, age }, &mut draw, men, people)?,
        };
        match found {
            Some(man) => registry.unite(who.id(), man, unwed)?,
            None => registry.refuse(who.id()),
        }
    }
    Ok(())
}

/// Makes marriages of the cohabitations whose day it is.
pub(super) fn wed(
    weddings: Res<Occurrences<Wedding>>,
    mut registry: Registry,
) -> Result<(), BevyError> {
    for wedding in weddings.iter() {
        if let Some((id, union)) = registry.unions.current(wedding.who.id()) {
            registry.marry(id, union.partners)?;
        }
    }
    Ok(())
}

/// Ends the unions whose partners part today.
pub(super) fn part(
    partings: Res<Occurrences<Parting>>,
    mut registry: Registry,
) -> Result<(), BevyError> {
    for parting in partings.iter() {
        registry.part(parting.who.id())?;
    }
    Ok(())
}

/// Ends the unions of today's dead and of those who left, and enters the boys who were born or came.
pub(crate) fn after_births_and_deaths(
    changes: Res<Changes<Person>>,
    slots: Res<Slots<Person>>,
    lineage: Res<Lineage>,
    mut registry: Registry,
) -> Result<(), BevyError> {
    for died in &changes.died {
        let person = PersonId::new(died.id)?;
        let why = match Departure::why(died) {
            Some(_) => Why::Emigration,
            None => Why::Death,
        };
        registry.end(person, why)?;
        let record = lineage.get(person);
        let subject = slots.subjects().get(died.slot.index());
        if let (Some(record), Some(subject)) = (record, subject) {
            let point = SingleMen::point(registry.clock.seed(), *subject);
            // The dead have left their group in the columns.
            let group = registry.on_rings.at(died.slot);
            let group = group.copied().unwrap_or_default();
            let man = SingleMan::new(BirthDate(record.born), group, point, person);
            registry.men.remove(man);
        }
    }
    for born in &changes.born {
        if let Some(man) = registry.man(PersonId::new(born.id)?) {
            registry.men.insert(man);
        }
    }
    Ok(())
}

/// Enters the couples who came today.
pub(crate) fn enter_couples(
    changes: Res<Changes<Person>>,
    arrivals: Option<Res<Arrivals>>,
    mut registry: Registry,
) -> Result<(), BevyError> {
    let couples = arrivals.map(|arrivals| arrivals.couples(&changes.born));
    for (partners, couple) in couples.unwrap_or_default() {
        registry.enter(partners, &couple)?;
    }
    Ok(())
}
