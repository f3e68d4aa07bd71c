//! Where unions begin, become marriages and end: the book, what people are in the eyes of others, and the rings.

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::Date;
use oikos_engine::{Clock, Rows, Who};
use oikos_world::{BirthDate, Person, PersonId, Sex};

use super::book::{End, UnionId, Unions};
use super::events::{UnionEvent, UnionEvents, UnionRefusals};
use super::group::GroupOnRings;
use super::hazards::{Parting, UnionFormation, Wedding};
use super::singles::{SingleMan, SingleMen};
use super::status::{MaritalStatus, UnionSince, UnionStatus};
use crate::hazards::HazardChanges;
use crate::migration::Couple;

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
    pub(super) who: Rows<'w, 's, (&'static BirthDate, &'static Sex)>,
    pub(super) on_rings: Rows<'w, 's, &'static GroupOnRings>,
    pub(super) unions: ResMut<'w, Unions>,
    pub(super) men: ResMut<'w, SingleMen>,
    refusals: Refusals<'w>,
    forces: ForcesChanged<'w>,
    pub(super) clock: Res<'w, Clock>,
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
    /// Of all that may happen to a woman from now on; what can no longer happen has a force of zero, whatever it was
    /// bounded by.
    fn note(&mut self, woman: PersonId, status: UnionStatus) {
        match status {
            UnionStatus::Single => {
                if let Some(formation) = &mut self.formation {
                    formation.note(woman);
                }
            }
            UnionStatus::Cohabiting => {
                self.wedding.note(woman);
                self.parting.note(woman);
            }
            UnionStatus::Married => self.parting.note(woman),
        }
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
            (None, status) => self.forces.note(person, status),
        }
    }

    /// A living man where he stands on the rings.
    pub(super) fn man(&mut self, person: PersonId) -> Option<SingleMan> {
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

    /// Makes a marriage of a union of two who were asked to marry. If they have parted in this tick, the woman is
    /// refused; if they have married in it, nothing happens.
    pub(super) fn marry_if_together(
        &mut self,
        partners: [PersonId; 2],
        id: UnionId,
    ) -> Result<(), BevyError> {
        match self.unions.get(id) {
            Some(union) if union.ended.is_some() => self.refuse(partners[0]),
            Some(union) if union.married.is_none() => self.marry(id, partners)?,
            _ => {}
        }
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

    pub(super) fn marry(&mut self, id: UnionId, partners: [PersonId; 2]) -> Result<(), BevyError> {
        self.unions.marry(id, self.clock.today())?;
        for person in partners {
            self.set(person, UnionStatus::Married, Some(MaritalStatus::Married));
        }
        self.refusals.events.0.push(UnionEvent::Married(id));
        Ok(())
    }

    /// Enters the union of two who came from elsewhere as a couple.
    pub(super) fn enter(
        &mut self,
        partners: [PersonId; 2],
        couple: &Couple,
    ) -> Result<(), BevyError> {
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
    pub(super) fn end(&mut self, person: PersonId, why: Why) -> Result<(), BevyError> {
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
pub(super) enum Why {
    Death,
    Emigration,
    Parting,
}
