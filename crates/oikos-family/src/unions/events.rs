//! What happens to unions in a tick: they begin, become marriages, and end.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::{Date, Prob, StableId};
use oikos_engine::{Changes, Clock, Draws, Rows, Slots, draw_stream};
use oikos_world::{Ages, BirthDate, Person, PersonId, Sex};

use super::book::{End, UnionId, Unions};
use super::hazards::{Parting, UnionFormation, Wedding};
use super::market::{MarriageMarket, birth_date};
use super::model::UnionModel;
use super::singles::SingleMen;
use super::status::{MaritalStatus, UnionSince, UnionStatus};
use super::taboo::too_close;
use crate::UNION_AGE_MIN;
use crate::demography::chance::threshold;
use crate::hazards::Occurrences;
use crate::lineage::Lineage;

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

/// What the systems of unions change.
#[derive(SystemParam)]
pub(super) struct Registry<'w, 's> {
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
    unions: ResMut<'w, Unions>,
    men: ResMut<'w, SingleMen>,
    events: ResMut<'w, UnionEvents>,
    clock: Res<'w, Clock>,
}

impl Registry<'_, '_> {
    fn set(&mut self, person: PersonId, status: UnionStatus, marital: Option<MaritalStatus>) {
        let today = self.clock.today();
        if let Some((now, since, in_law)) = self.people.get(person) {
            (*now, *since) = (status, UnionSince(today));
            if let Some(marital) = marital {
                *in_law = marital;
            }
        }
        let who = self.who.who(person);
        if let (Some(who), Some((born, Sex::Male))) = (who, self.who.get(person)) {
            let point = SingleMen::point(self.clock.seed(), who.subject());
            match status {
                UnionStatus::Single => self.men.insert(*born, point, person),
                _ => self.men.remove(*born, point, person),
            }
        }
    }

    fn form(&mut self, woman: PersonId, man: PersonId) -> Result<UnionId, BevyError> {
        let union = self.unions.form([woman, man], self.clock.today())?;
        self.set(woman, UnionStatus::Cohabiting, None);
        self.set(man, UnionStatus::Cohabiting, None);
        self.events.0.push(UnionEvent::Formed(union));
        Ok(union)
    }

    fn marry(&mut self, id: UnionId, partners: [PersonId; 2]) -> Result<(), BevyError> {
        self.unions.marry(id, self.clock.today())?;
        for person in partners {
            self.set(person, UnionStatus::Married, Some(MaritalStatus::Married));
        }
        self.events.0.push(UnionEvent::Married(id));
        Ok(())
    }

    /// Ends the union that somebody is in; what it was tells how it can end.
    fn end(&mut self, person: PersonId, by_death: bool) -> Result<(), BevyError> {
        let Some((id, union)) = self.unions.current(person) else {
            return Ok(());
        };
        let married = union.married.is_some();
        let (end, marital) = match (by_death, married) {
            (true, true) => (End::Death, Some(MaritalStatus::Widowed)),
            (true, false) => (End::Death, None),
            (false, true) => (End::Divorce, Some(MaritalStatus::Divorced)),
            (false, false) => (End::Separation, None),
        };
        self.unions.end(id, self.clock.today(), end)?;
        for partner in union.partners {
            self.set(partner, UnionStatus::Single, marital);
        }
        self.events.0.push(UnionEvent::Ended(id, end));
        Ok(())
    }
}

/// Whom a woman looks for.
struct Sought {
    born: Date,
    point: u64,
}

/// Forms the unions of today. Two women who would choose one man do so in the order of their ids.
pub(super) fn form_unions(
    women: Res<Occurrences<UnionFormation>>,
    market: Res<MarriageMarket>,
    model: Res<UnionModel>,
    lineage: Res<Lineage>,
    ages: Res<Ages>,
    draws: Draws<PartnerDraws>,
    mut registry: Registry,
) -> Result<(), BevyError> {
    let begins_unwed = Prob::from_threshold(threshold(model.cohabitation().share()));
    for occurrence in women.iter() {
        let woman = occurrence.who;
        let Some((born, _)) = registry.who.get(woman.id()) else {
            continue;
        };
        let age = ages.completed(*born);
        let mut draw = draws.of(woman);
        let unwed = draw.chance(begins_unwed);
        let sought = Sought {
            born: birth_date(
                registry.clock.today(),
                market.age_of_man(age, &mut draw),
                &mut draw,
            )?,
            point: draw.next_u64(),
        };
        let of_age = registry.clock.today().years_before(UNION_AGE_MIN)?;
        let may = |man: PersonId| {
            !too_close(&lineage, woman.id(), man) && old_enough(&lineage, man, of_age)
        };
        let found = registry.men.find(sought.born.year(), sought.point, may);
        let Some(man) = found else {
            registry.events.0.push(UnionEvent::Refused(woman.id()));
            continue;
        };
        let union = registry.form(woman.id(), man)?;
        if !unwed {
            registry.marry(union, [woman.id(), man])?;
        }
    }
    Ok(())
}

pub(super) fn old_enough(lineage: &Lineage, man: PersonId, of_age: Date) -> bool {
    lineage.get(man).is_some_and(|record| record.born <= of_age)
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
        registry.end(parting.who.id(), false)?;
    }
    Ok(())
}

/// Ends the unions of today's dead, and enters the boys who were born.
pub(super) fn after_births_and_deaths(
    changes: Res<Changes<Person>>,
    slots: Res<Slots<Person>>,
    lineage: Res<Lineage>,
    mut registry: Registry,
) -> Result<(), BevyError> {
    for died in &changes.died {
        let person = PersonId::new(died.id)?;
        registry.end(person, true)?;
        let record = lineage.get(person);
        let subject = slots.subjects().get(died.slot.index());
        if let (Some(record), Some(subject)) = (record, subject) {
            let point = SingleMen::point(registry.clock.seed(), *subject);
            registry.men.remove(BirthDate(record.born), point, person);
        }
    }
    for born in &changes.born {
        let person = PersonId::new(born.id)?;
        let who = registry.who.who(person);
        if let (Some(who), Some((born, Sex::Male))) = (who, registry.who.get(person)) {
            let point = SingleMen::point(registry.clock.seed(), who.subject());
            registry.men.insert(*born, point, person);
        }
    }
    Ok(())
}
