//! Families that come from elsewhere in a tick.

use std::ops::Range;

use bevy_ecs::resource::Resource;
use oikos_core::{Date, StableId, child_subject};
use oikos_engine::{BirthRequest, Births, Born};
use oikos_world::{Arrival, BirthDate, Person, PersonId, Sex};

use crate::UNION_AGE_MIN;
use crate::error::FamilyError;
use crate::vital::ChildrenBorn;

/// Somebody who comes from elsewhere. Parents are given as places in the list of the family's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// The date of birth, before the day of arrival.
    pub born: Date,
    /// The sex.
    pub sex: Sex,
    /// The mother, where she comes too: a member before this one.
    pub mother: Option<usize>,
    /// The father, where he comes too: a member before this one.
    pub father: Option<usize>,
}

/// Two of a family who live as a couple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Couple {
    /// Their places in the list of members: a woman and a man, the woman first.
    pub partners: [usize; 2],
    /// From when: not after the day of arrival.
    pub since: Date,
    /// Whether they have been married since then.
    pub married: bool,
}

/// People who arrive together, and share a household where the society has households.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewFamily {
    /// The members, parents before their children.
    pub members: Vec<Newcomer>,
    /// The couple among them.
    pub couple: Option<Couple>,
}

impl NewFamily {
    /// Whether they can arrive on a day.
    ///
    /// # Errors
    /// [`FamilyError::Newcomer`] with the place of the member.
    pub fn check(&self, today: Date) -> Result<(), FamilyError> {
        let refuse = |member: usize, problem| {
            Err(FamilyError::Newcomer {
                member: member as u64,
                problem,
            })
        };
        if self.members.is_empty() {
            return refuse(0, "is missing: a family has somebody in it");
        }
        for (place, member) in self.members.iter().enumerate() {
            if member.born >= today {
                return refuse(place, "is not born before the day of arrival");
            }
            if let Some(problem) = self.unfit_parents(place, member) {
                return refuse(place, problem);
            }
        }
        let Some(Couple {
            partners: [one, other],
            since,
            ..
        }) = self.couple
        else {
            return Ok(());
        };
        for place in [one, other] {
            match self.members.get(place) {
                None => return refuse(place, "is one of the couple, and not in the family"),
                Some(member) if member.born >= since || since > today => {
                    return refuse(
                        place,
                        "has been in a union since before birth, or in the future",
                    );
                }
                Some(_) => {}
            }
        }
        if one == other {
            return refuse(one, "cannot form a union with itself");
        }
        match self.unfit_couple([one, other], since)? {
            Some((place, problem)) => refuse(place, problem),
            None => Ok(()),
        }
    }

    /// Why two members cannot be a couple, and which of them.
    fn unfit_couple(
        &self,
        places: [usize; 2],
        since: Date,
    ) -> Result<Option<(usize, &'static str)>, FamilyError> {
        let [one, other] = places.map(|place| &self.members[place]);
        if one.sex == other.sex {
            let problem =
                "is of the sex of the other of the couple; unions are of a woman and a man";
            return Ok(Some((places[1], problem)));
        }
        for (place, member) in places.into_iter().zip([one, other]) {
            if member.born.plus_years(UNION_AGE_MIN as i32)? > since {
                return Ok(Some((place, "was too young to form a union on that day")));
            }
        }
        let parents = |member: &Newcomer| [member.mother, member.father];
        let descends = |of: &Newcomer, from: usize| parents(of).contains(&Some(from));
        let mut shared = parents(one).into_iter().flatten();
        let kin = descends(one, places[1])
            || descends(other, places[0])
            || shared.any(|parent| parents(other).contains(&Some(parent)));
        Ok(kin.then_some((places[1], "is too close kin of the other of the couple")))
    }

    fn unfit_parents(&self, place: usize, member: &Newcomer) -> Option<&'static str> {
        let sexes = [(member.mother, Sex::Female), (member.father, Sex::Male)];
        for (parent, sex) in sexes {
            let Some(parent) = parent else { continue };
            let before = self.members.get(parent).filter(|_| parent < place);
            match before {
                None => return Some("has a parent who does not come before it in the list"),
                Some(parent) if parent.sex != sex => {
                    return Some("has a man as mother, or a woman as father");
                }
                Some(parent) if parent.born >= member.born => {
                    return Some("is not younger than its parents");
                }
                Some(_) => {}
            }
        }
        None
    }

    /// How many of the members are a member's children.
    fn children_of(&self, place: usize) -> u16 {
        let own = self.members.iter();
        let own = own.filter(|child| [child.mother, child.father].contains(&Some(place)));
        u16::try_from(own.count()).unwrap_or(u16::MAX)
    }
}

/// Those who come from elsewhere in this tick, with their kin. Transient: the lineage takes them up at the end
/// of [`Phase::Live`](oikos_engine::Phase::Live), and the book of unions their couples.
#[derive(Resource, Clone, Debug, Default)]
pub struct Arrivals {
    /// By ordinal; parents are ordinals too.
    people: Vec<Newcomer>,
    couples: Vec<Couple>,
}

impl Arrivals {
    /// Lets a family arrive today, and returns the ordinals of its members among those who do. `subject` is what
    /// they draw with, each by its place in the family.
    ///
    /// # Errors
    /// As [`NewFamily::check`], and [`FamilyError::LineageFull`] for more people than there can be. Nobody then
    /// arrives.
    pub fn admit(
        &mut self,
        births: &mut Births<Person>,
        family: &NewFamily,
        subject: u64,
        today: Date,
    ) -> Result<Range<u32>, FamilyError> {
        family.check(today)?;
        let full = FamilyError::LineageFull {
            max: crate::Lineage::PEOPLE_MAX,
        };
        let first = self.people.len();
        let ordinals = [first, first + family.members.len()].map(u32::try_from);
        let [Ok(begin), Ok(end)] = ordinals else {
            return Err(full);
        };
        for (place, member) in family.members.iter().enumerate() {
            let own = child_subject(subject, place as u32);
            let person = births.request(Arrival::CAUSE, begin + place as u32, own);
            let person = person.with(BirthDate(member.born)).with(member.sex);
            // The parity of women is of their own children, who come with them.
            if member.sex == Sex::Female {
                let _ = person.with(ChildrenBorn(family.children_of(place)));
            }
            self.people.push(Newcomer {
                mother: member.mother.map(|parent| first + parent),
                father: member.father.map(|parent| first + parent),
                ..*member
            });
        }
        self.couples.extend(family.couple.map(|couple| Couple {
            partners: couple.partners.map(|partner| first + partner),
            ..couple
        }));
        Ok(begin..end)
    }

    /// Whether somebody who is asked for is one of those admitted.
    pub(crate) fn knows(&self, birth: &BirthRequest<'_>) -> bool {
        let newcomer = self.people.get(birth.ordinal as usize);
        newcomer.is_some_and(|newcomer| {
            birth.get() == Some(BirthDate(newcomer.born)) && birth.get() == Some(newcomer.sex)
        })
    }

    /// The mother and the father of somebody who came: their ids follow the ordinals.
    pub(crate) fn parents(&self, came: &Born) -> [Option<PersonId>; 2] {
        let Some(newcomer) = self.people.get(came.ordinal as usize) else {
            return [None; 2];
        };
        [newcomer.mother, newcomer.father].map(|parent| id(came, parent?))
    }

    /// The couples, when it is known who the first of those who came is.
    pub(crate) fn couples(&self, born: &[Born]) -> Vec<([PersonId; 2], Couple)> {
        let Some(first) = born.iter().find(|born| Arrival::is(born)) else {
            return Vec::new();
        };
        let of = |couple: &Couple| {
            let [one, other] = couple.partners;
            Some(([id(first, one)?, id(first, other)?], *couple))
        };
        self.couples.iter().filter_map(of).collect()
    }
}

/// Who has an ordinal, told by another who came in the same tick.
fn id(came: &Born, ordinal: usize) -> Option<PersonId> {
    let first = came.id.checked_sub(u64::from(came.ordinal))?;
    PersonId::new(first + ordinal as u64).ok()
}
