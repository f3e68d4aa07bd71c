//! What happens to unions in a tick: they begin, become marriages, and end.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::{Date, StableId};
use oikos_engine::{Changes, Clock, Draws, Rows, Slots, Who, draw_stream};
use oikos_world::{Ages, BirthDate, Departure, Person, PersonId, Sex};
use serde::{Deserialize, Serialize};

use super::book::{End, UnionId, Unions};
use super::group::GroupOnRings;
use super::hazards::{Parting, UnionFormation, Wedding};
use super::model::UnionModel;
use super::partner::{Partners, Seeker};
use super::singles::{SingleMan, SingleMen};
use super::status::{MaritalStatus, UnionSince, UnionStatus};
use crate::hazards::{HazardChanges, Occurrences};
use crate::lineage::Lineage;
use crate::migration::{Arrivals, Couple};

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

/// Where it is noted that a woman found nobody.
#[derive(SystemParam)]
pub(super) struct Refusals<'w> {
    events: ResMut<'w, UnionEvents>,
    count: ResMut<'w, UnionRefusals>,
}

impl Refusals<'_> {
    pub(super) fn add(&mut self, woman: PersonId) {
        self.events.0.push(UnionEvent::Refused(woman));
        self.count.0 += 1;
    }
}

/// What the systems of unions change.
#[derive(SystemParam)]
pub(crate) struct Registry<'w, 's> {
    people: Rows<
        'w,
        's,
        (
            &'static mut UnionStatus,
            &'static mut UnionSince,
            &'static mut MaritalStatus,
        ),
    >,
    who: Rows<'w, 's, (&'static BirthDate, &'static Sex)>,
    on_rings: Rows<'w, 's, &'static GroupOnRings>,
    unions: ResMut<'w, Unions>,
    men: ResMut<'w, SingleMen>,
    refusals: Refusals<'w>,
    forces: ForcesChanged<'w>,
    clock: Res<'w, Clock>,
}

/// Whom the hazards of unions look at anew, because their status has changed.
#[derive(SystemParam)]
struct ForcesChanged<'w> {
    /// None where a plan forms unions, and no hazard does.
    formation: Option<ResMut<'w, HazardChanges<UnionFormation>>>,
    wedding: ResMut<'w, HazardChanges<Wedding>>,
    parting: ResMut<'w, HazardChanges<Parting>>,
}

impl ForcesChanged<'_> {
    fn note(&mut self, person: PersonId) {
        if let Some(formation) = &mut self.formation {
            formation.note(person);
        }
        self.wedding.note(person);
        self.parting.note(person);
    }
}

impl Registry<'_, '_> {
    fn set(&mut self, person: PersonId, status: UnionStatus, marital: Option<MaritalStatus>) {
        self.set_since(person, status, marital, self.clock.today());
    }

    fn set_since(
        &mut self,
        person: PersonId,
        status: UnionStatus,
        marital: Option<MaritalStatus>,
        day: Date,
    ) {
        if let Some((now, since, in_law)) = self.people.get(person) {
            (*now, *since) = (status, UnionSince(day));
            if let Some(marital) = marital {
                *in_law = marital;
            }
        }
        match (self.man(person), status) {
            (Some(man), UnionStatus::Single) => self.men.insert(man),
            (Some(man), _) => self.men.remove(man),
            // Hazards of unions are those of women.
            (None, _) => self.forces.note(person),
        }
    }

    /// A living man where he stands on the rings.
    fn man(&mut self, person: PersonId) -> Option<SingleMan> {
        let who = self.who.who(person)?;
        let (born, sex) = self.who.get(person)?;
        let point = SingleMen::point(self.clock.seed(), who.subject());
        let group = *self.on_rings.get(person)?;
        (*sex == Sex::Male).then(|| SingleMan::new(*born, group, point, person))
    }

    /// Who somebody is, if they live in no union.
    pub(super) fn who_if_single(&mut self, person: PersonId) -> Option<Who<Person>> {
        let (status, ..) = self.people.get(person)?;
        (*status == UnionStatus::Single).then(|| self.who.who(person))?
    }

    /// Begins a union of two who were asked for, unless one of them has entered another one in this tick.
    pub(super) fn unite_if_single(
        &mut self,
        [woman, man]: [PersonId; 2],
        married: bool,
    ) -> Result<(), BevyError> {
        let both = [woman, man].map(|person| self.who_if_single(person).is_some());
        if both == [true; 2] {
            return self.unite(woman, man, !married);
        }
        self.refuse(woman);
        Ok(())
    }

    /// Ends the union that somebody is in, if they still are.
    pub(super) fn part(&mut self, person: PersonId) -> Result<(), BevyError> {
        self.end(person, Why::Parting)
    }

    /// Ends a union of somebody, if they still are in that one.
    pub(super) fn part_from(&mut self, person: PersonId, union: UnionId) -> Result<(), BevyError> {
        match self.unions.current(person) {
            Some((current, _)) if current == union => self.part(person),
            _ => Ok(()),
        }
    }

    /// The number of the tick that runs.
    pub(super) fn tick(&self) -> u32 {
        self.clock.tick().index()
    }

    pub(super) fn refuse(&mut self, woman: PersonId) {
        self.refusals.add(woman);
    }

    /// Begins a union, as a marriage or without a wedding.
    pub(super) fn unite(
        &mut self,
        woman: PersonId,
        man: PersonId,
        unwed: bool,
    ) -> Result<(), BevyError> {
        let union = self.unions.form([woman, man], self.clock.today())?;
        self.set(woman, UnionStatus::Cohabiting, None);
        self.set(man, UnionStatus::Cohabiting, None);
        self.refusals.events.0.push(UnionEvent::Formed(union));
        if unwed {
            return Ok(());
        }
        self.marry(union, [woman, man])
    }

    fn marry(&mut self, id: UnionId, partners: [PersonId; 2]) -> Result<(), BevyError> {
        self.unions.marry(id, self.clock.today())?;
        for person in partners {
            self.set(person, UnionStatus::Married, Some(MaritalStatus::Married));
        }
        self.refusals.events.0.push(UnionEvent::Married(id));
        Ok(())
    }

    /// Enters the union of two who came from elsewhere as a couple.
    fn enter(&mut self, partners: [PersonId; 2], couple: &Couple) -> Result<(), BevyError> {
        let union = self.unions.form(partners, couple.since)?;
        let (mut status, mut marital) = (UnionStatus::Cohabiting, None);
        if couple.married {
            self.unions.marry(union, couple.since)?;
            (status, marital) = (UnionStatus::Married, Some(MaritalStatus::Married));
        }
        for partner in partners {
            self.set_since(partner, status, marital, couple.since);
        }
        Ok(())
    }

    /// Ends the union that somebody is in; what it was tells how it can end. Who stays behind when a spouse
    /// leaves for good counts as divorced: the marriage goes on nowhere that is known of.
    fn end(&mut self, person: PersonId, why: Why) -> Result<(), BevyError> {
        let Some((id, union)) = self.unions.current(person) else {
            return Ok(());
        };
        let married = union.married.is_some();
        let (end, marital) = match (why, married) {
            (Why::Death, true) => (End::Death, Some(MaritalStatus::Widowed)),
            (Why::Death, false) => (End::Death, None),
            (Why::Emigration, true) => (End::Emigration, Some(MaritalStatus::Divorced)),
            (Why::Emigration, false) => (End::Emigration, None),
            (Why::Parting, true) => (End::Divorce, Some(MaritalStatus::Divorced)),
            (Why::Parting, false) => (End::Separation, None),
        };
        self.unions.end(id, self.clock.today(), end)?;
        for partner in union.partners {
            self.set(partner, UnionStatus::Single, marital);
        }
        self.refusals.events.0.push(UnionEvent::Ended(id, end));
        Ok(())
    }
}

/// Why a union ends.
#[derive(Clone, Copy)]
enum Why {
    Death,
    Emigration,
    Parting,
}

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
