//! Unions that a user's plugin asks for: two named people form one, two who cohabit marry, or a union ends.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::SystemSet;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::StableId;
use oikos_engine::Clock;
use oikos_world::{PersonId, Sex};

use super::book::{UnionId, Unions};
use super::partner::old_enough;
use super::registry::Registry;
use super::taboo::too_close;
use crate::UNION_AGE_MIN;
use crate::error::FamilyError;
use crate::lineage::{Lineage, LineageRecord};

/// What was asked for in this tick. Cleared after it.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct Asked {
    /// Woman and man, and whether they marry.
    unions: Vec<([PersonId; 2], bool)>,
    /// Two, and the union that is to become a marriage.
    weddings: Vec<([PersonId; 2], UnionId)>,
    /// Somebody, and the union that is to end.
    partings: Vec<(PersonId, UnionId)>,
}

/// Asks for unions of named people, for weddings of those who cohabit, and for partings. A parameter of systems that
/// run before [`UnionStep`](super::UnionStep) in [`Phase::Live`](oikos_engine::Phase::Live), or in an earlier phase.
///
/// What cannot be is refused at once, and whoever asks later than that ends the tick with an error. What is asked for
/// is done in this tick, after what the hazards bring about: first partings, then weddings, then unions, in the order
/// in which they were asked for. Somebody who has entered another union by then stays in that one, and two who have
/// parted by then do not marry: the woman of the pair is told of as
/// [`UnionEvent::Refused`](super::UnionEvent::Refused).
///
/// ```
/// use bevy_ecs::error::BevyError;
/// use oikos_core::StableId;
/// use oikos_family::UnionRequests;
/// use oikos_world::PersonId;
///
/// fn arrange(mut unions: UnionRequests) -> Result<(), BevyError> {
///     unions.form([PersonId::new(3)?, PersonId::new(4)?], true)?;
///     // These two live together without a wedding.
///     unions.marry([PersonId::new(7)?, PersonId::new(6)?])?;
///     Ok(())
/// }
/// ```
#[derive(SystemParam)]
pub struct UnionRequests<'w> {
    lineage: Res<'w, Lineage>,
    unions: Res<'w, Unions>,
    clock: Res<'w, Clock>,
    asked: ResMut<'w, Asked>,
}

impl UnionRequests<'_> {
    /// Asks for a union of two, as a marriage or without a wedding.
    ///
    /// # Errors
    /// [`FamilyError::NoSuchPerson`]; [`FamilyError::Union`] with the person, for somebody who has died or left, who is
    /// below [`UNION_AGE_MIN`], who is in a union or is asked for in another one, for two of one sex, for a person with
    /// itself, and for close kin: lineal kin up to great-grandparents, full or half siblings, aunt or uncle and nephew
    /// or niece. Nothing is then asked for.
    pub fn form(&mut self, partners: [PersonId; 2], married: bool) -> Result<(), FamilyError> {
        let [one, other] = partners;
        let records = [self.single(one)?, self.single(other)?];
        if one == other {
            return Err(refused(one, "cannot form a union with itself"));
        }
        let partners = match records.map(|record| record.sex) {
            [Sex::Female, Sex::Male] => [one, other],
            [Sex::Male, Sex::Female] => [other, one],
            _ => {
                let problem = "is of the sex of the other one; unions are of a woman and a man";
                return Err(refused(other, problem));
            }
        };
        if too_close(&self.lineage, one, other) {
            let problem = "is too close kin of the other one to form a union";
            return Err(refused(other, problem));
        }
        self.asked.unions.push((partners, married));
        Ok(())
    }

    /// Asks that two who live in a union without a wedding marry.
    ///
    /// # Errors
    /// [`FamilyError::NoSuchPerson`]; [`FamilyError::Union`] with the person, for somebody who has died or left, who is
    /// not in a union with the other, who is married already, whose union is asked to end today, or who is asked for in
    /// another wedding today. Nothing is then asked for.
    pub fn marry(&mut self, partners: [PersonId; 2]) -> Result<(), FamilyError> {
        let [one, other] = partners;
        for person in partners {
            if self.record(person)?.exit().is_some() {
                return Err(refused(person, "has died or left, and does not marry"));
            }
        }
        let together = self.unions.current(one);
        let together = together.filter(|(_, union)| union.partner_of(one) == Some(other));
        let Some((id, union)) = together else {
            let problem = "is in no union with the other one; ask with `form` for a union that begins as a marriage";
            return Err(refused(one, problem));
        };
        if union.married.is_some() {
            return Err(refused(one, "is married to the other one already"));
        }
        if self.asked.partings.iter().any(|(_, union)| *union == id) {
            return Err(refused(one, "is asked to part from the other one today"));
        }
        if self.asked.weddings.iter().any(|(_, union)| *union == id) {
            return Err(refused(
                one,
                "is asked to marry the other one today already",
            ));
        }
        // The book has the woman first.
        self.asked.weddings.push((union.partners, id));
        Ok(())
    }

    /// Asks that somebody's union ends: by divorce where the two are married, else by separation.
    ///
    /// # Errors
    /// [`FamilyError::NoSuchPerson`]; [`FamilyError::Union`] for somebody who is in no union. Nothing is then asked
    /// for.
    pub fn part(&mut self, person: PersonId) -> Result<(), FamilyError> {
        self.record(person)?;
        let Some((union, _)) = self.unions.current(person) else {
            return Err(refused(person, "is in no union that could end"));
        };
        self.asked.partings.push((person, union));
        Ok(())
    }

    fn record(&self, person: PersonId) -> Result<LineageRecord, FamilyError> {
        self.lineage.get(person).ok_or(FamilyError::NoSuchPerson {
            id: person.get(),
            people: self.lineage.len() as u64,
        })
    }

    /// The record of somebody who may form a union today.
    fn single(&self, person: PersonId) -> Result<LineageRecord, FamilyError> {
        let record = self.record(person)?;
        let of_age = self.clock.today().years_before(UNION_AGE_MIN)?;
        let asked = self.asked.unions.iter();
        let mut asked = asked.flat_map(|(partners, _)| partners);
        let parts = || {
            let partner = self.unions.partner(person);
            let of_theirs = |who: PersonId| who == person || Some(who) == partner;
            self.asked.partings.iter().any(|(who, _)| of_theirs(*who))
        };
        if record.exit().is_some() {
            return Err(refused(person, "has died or left, and forms no union"));
        }
        if !old_enough(&self.lineage, person, of_age) {
            return Err(refused(person, "is too young to form a union"));
        }
        if self.unions.current(person).is_some() && !parts() {
            let problem = "is in a union already; end that one first, or ask with `marry` for a wedding in it";
            return Err(refused(person, problem));
        }
        if asked.any(|who| *who == person) {
            return Err(refused(person, "is asked for in another union today"));
        }
        Ok(record)
    }
}

fn refused(person: PersonId, problem: &'static str) -> FamilyError {
    FamilyError::Union { person, problem }
}

/// The end of a tick, where requests that came too late are refused.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LateRequests;

/// Refuses what was asked for after the tick's unions had been formed: it would be lost.
pub(super) fn refuse_late(asked: Res<Asked>) -> Result<(), BevyError> {
    let unions = asked.unions.iter().map(|([woman, _], _)| *woman);
    let weddings = asked.weddings.iter().map(|([woman, _], _)| *woman);
    let partings = asked.partings.iter().map(|(person, _)| *person);
    let mut late = unions.chain(weddings).chain(partings);
    match late.next() {
        None => Ok(()),
        Some(person) => {
            let problem = "was asked to form a union, to marry or to part after the tick's unions had been formed; \
                           ask before `UnionStep`";
            Err(refused(person, problem).into())
        }
    }
}

/// Does what was asked for, after what hazards brought about.
pub(super) fn grant(mut asked: ResMut<Asked>, mut registry: Registry) -> Result<(), BevyError> {
    for (person, union) in asked.partings.drain(..) {
        registry.part_from(person, union)?;
    }
    for (partners, union) in asked.weddings.drain(..) {
        registry.marry_if_together(partners, union)?;
    }
    for (partners, married) in asked.unions.drain(..) {
        registry.unite_if_single(partners, married)?;
    }
    Ok(())
}
