//! The book of unions: every union there ever was.

use bevy_ecs::resource::Resource;
use oikos_core::{Date, Digest, StableId, TypeKey, id_type};
use oikos_world::PersonId;

use super::latest::Latest;
use crate::error::FamilyError;

id_type! {
    /// Names one union; never reused.
    pub struct UnionId: "union";
}

/// How a union ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// One of the two died, or both on one day.
    Death,
    /// A marriage was divorced.
    Divorce,
    /// Two who were not married went apart.
    Separation,
    /// One of the two left the society for good, or both did.
    Emigration,
}

/// A union of two people: a consensual union, which may become a marriage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Union {
    /// The two, in the order in which they were given; where sexes differ, the library gives the woman first.
    pub partners: [PersonId; 2],
    /// From when they have lived as a couple.
    pub formed: Date,
    /// From when they have been married; `None` if they never were.
    pub married: Option<Date>,
    /// Until when, and why it ended; `None` while it lasts.
    pub ended: Option<(Date, End)>,
}

impl Union {
    /// The other of the two; `None` for somebody who is not of this union.
    #[must_use]
    pub fn partner_of(&self, person: PersonId) -> Option<PersonId> {
        match self.partners {
            [one, other] if one == person => Some(other),
            [one, other] if other == person => Some(one),
            _ => None,
        }
    }
}

/// One entry: days are days since 1 January 1970, people are their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) partners: [u32; 2],
    /// The union before this one of each partner. Follows from the rest.
    pub(super) previous: [u32; 2],
    pub(super) formed: i32,
    pub(super) married: i32,
    pub(super) ended: i32,
    pub(super) end: u8,
}

/// No union, in `previous` and `latest`.
pub(super) const NONE: u32 = u32::MAX;
/// No day: it never came to a marriage, or the union lasts.
pub(super) const NEVER: i32 = i32::MAX;

/// Every union there ever was, by id. Persisted; 32 bytes a union and 4 a person who ever lived.
///
/// A person is in at most one union at a time, and unions of a person follow one another: the book refuses
/// whatever would break that (F3). Whether two people may form a union, by age or kin, is not its business.
#[derive(Resource, Clone, Default)]
pub struct Unions {
    pub(super) entries: Vec<Entry>,
    pub(super) latest: Latest,
    /// Unions that last.
    pub(super) lasting: usize,
    /// The digest of those that have ended: they never change.
    pub(super) sealed: Digest,
}

impl Unions {
    /// The name under which it is saved.
    pub const NAME: &'static str = "family.unions";

    /// Number of unions there ever were.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there never was one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Number of unions that last.
    #[must_use]
    pub const fn lasting(&self) -> usize {
        self.lasting
    }

    /// A union; `None` for ids that there are not.
    #[must_use]
    pub fn get(&self, id: UnionId) -> Option<Union> {
        let entry = self.entries.get(usize::try_from(id.get()).ok()?)?;
        read(entry)
    }

    /// All unions, in the order in which they were formed.
    pub fn iter(&self) -> impl Iterator<Item = (UnionId, Union)> + '_ {
        let ids = (0..).map_while(|id| UnionId::new(id).ok());
        ids.zip(&self.entries)
            .filter_map(|(id, entry)| Some((id, read(entry)?)))
    }

    /// The unions of a person, the last one first.
    pub fn of(&self, person: PersonId) -> impl Iterator<Item = (UnionId, Union)> + '_ {
        let number = number(person);
        let mut next = number.map_or(NONE, |number| self.latest.get(number));
        std::iter::from_fn(move || {
            let entry = self.entries.get(next as usize)?;
            let id = UnionId::new(u64::from(next)).ok()?;
            let place = usize::from(Some(entry.partners[0]) != number);
            next = entry.previous[place];
            Some((id, read(entry)?))
        })
    }

    /// The union that a person is in.
    #[must_use]
    pub fn current(&self, person: PersonId) -> Option<(UnionId, Union)> {
        let latest = self.of(person).next();
        latest.filter(|(_, union)| union.ended.is_none())
    }

    /// With whom a person is in a union.
    #[must_use]
    pub fn partner(&self, person: PersonId) -> Option<PersonId> {
        let (_, union) = self.current(person)?;
        union.partner_of(person)
    }

    /// To whom a person is married.
    #[must_use]
    pub fn spouse(&self, person: PersonId) -> Option<PersonId> {
        let (_, union) = self.current(person)?;
        union.married.and_then(|_| union.partner_of(person))
    }

    /// Enters a new union.
    ///
    /// # Errors
    /// [`FamilyError::Union`] for a person with itself, somebody who is in a union or whose last one ended
    /// after `formed`, or a number beyond what the book can hold. Nothing is then entered.
    pub fn form(&mut self, partners: [PersonId; 2], formed: Date) -> Result<UnionId, FamilyError> {
        let [one, other] = partners;
        if one == other {
            return Err(refused(one, "cannot form a union with itself"));
        }
        for person in partners {
            match self.of(person).next() {
                Some((_, Union { ended: None, .. })) => {
                    return Err(refused(person, "is in a union already; end that one first"));
                }
                Some((
                    _,
                    Union {
                        ended: Some((end, _)),
                        ..
                    },
                )) if end > formed => {
                    return Err(refused(person, "was still in another union on that day"));
                }
                _ => {}
            }
        }
        let full = |person| {
            refused(
                person,
                "has a number above the 4,294,967,294 that unions hold",
            )
        };
        let numbers = [
            number(one).ok_or_else(|| full(one))?,
            number(other).ok_or_else(|| full(other))?,
        ];
        let id = u32::try_from(self.entries.len())
            .ok()
            .filter(|id| *id < NONE);
        let id = id.ok_or_else(|| refused(one, "finds the book of unions full"))?;
        self.push(Entry {
            partners: numbers,
            previous: [NONE; 2],
            formed: formed.days(),
            married: NEVER,
            ended: NEVER,
            end: 0,
        });
        Ok(UnionId::new(u64::from(id))?)
    }

    /// Enters that the two of a union marry.
    ///
    /// # Errors
    /// [`FamilyError::UnionState`] if there is no such union, it has ended, they are married, or `day` lies
    /// before it was formed.
    pub fn marry(&mut self, id: UnionId, day: Date) -> Result<(), FamilyError> {
        let entry = self.lasting_entry(id)?;
        if entry.married != NEVER {
            return Err(misstated(id, "is a marriage already"));
        }
        if day.days() < entry.formed {
            return Err(misstated(id, "was not formed yet on that day"));
        }
        entry.married = day.days();
        Ok(())
    }

    /// Enters that a union ends.
    ///
    /// # Errors
    /// [`FamilyError::UnionState`] if there is no such union, it has ended, `day` lies before its last event,
    /// or the end does not fit: who never married cannot divorce, and who did cannot just separate.
    pub fn end(&mut self, id: UnionId, day: Date, end: End) -> Result<(), FamilyError> {
        let entry = self.lasting_entry(id)?;
        let married = entry.married != NEVER;
        let last = if married { entry.married } else { entry.formed };
        if day.days() < last {
            return Err(misstated(id, "has an event after that day"));
        }
        match (end, married) {
            (End::Divorce, false) => {
                return Err(misstated(id, "is no marriage, so it cannot be divorced"));
            }
            (End::Separation, true) => {
                return Err(misstated(
                    id,
                    "is a marriage; it ends by divorce, death or emigration",
                ));
            }
            _ => {}
        }
        (entry.ended, entry.end) = (day.days(), code(end));
        self.lasting -= 1;
        let mut sealed = self.sealed;
        self.add_cells(&TypeKey::new(Self::NAME), id.get(), &mut sealed);
        self.sealed = sealed;
        Ok(())
    }

    fn lasting_entry(&mut self, id: UnionId) -> Result<&mut Entry, FamilyError> {
        let row = usize::try_from(id.get()).ok();
        let entry = row.and_then(|row| self.entries.get_mut(row));
        match entry {
            None => Err(misstated(id, "is not in the book")),
            Some(entry) if entry.ended != NEVER => Err(misstated(id, "has ended already")),
            Some(entry) => Ok(entry),
        }
    }

    /// Adds an entry as the last of both partners.
    pub(super) fn push(&mut self, mut entry: Entry) {
        let id = self.entries.len() as u32;
        for (person, previous) in entry.partners.iter().zip(&mut entry.previous) {
            *previous = self.latest.replace(*person, id);
        }
        self.lasting += usize::from(entry.ended == NEVER);
        self.entries.push(entry);
    }
}

fn refused(person: PersonId, problem: &'static str) -> FamilyError {
    FamilyError::Union { person, problem }
}

fn misstated(union: UnionId, problem: &'static str) -> FamilyError {
    FamilyError::UnionState { union, problem }
}

/// The number of a person in the book.
fn number(person: PersonId) -> Option<u32> {
    u32::try_from(person.get()).ok().filter(|row| *row < NONE)
}

pub(super) const fn code(end: End) -> u8 {
    match end {
        End::Death => 1,
        End::Divorce => 2,
        End::Separation => 3,
        End::Emigration => 4,
    }
}

pub(super) const fn end_of(code: u8) -> Option<End> {
    match code {
        1 => Some(End::Death),
        2 => Some(End::Divorce),
        3 => Some(End::Separation),
        4 => Some(End::Emigration),
        _ => None,
    }
}

fn read(entry: &Entry) -> Option<Union> {
    let person = |row: u32| PersonId::new(u64::from(row)).ok();
    let date = |day: i32| (day != NEVER).then(|| Date::from_days(day).ok()).flatten();
    let [one, other] = entry.partners;
    Some(Union {
        partners: [person(one)?, person(other)?],
        formed: date(entry.formed)?,
        married: date(entry.married),
        ended: date(entry.ended).and_then(|day| Some((day, end_of(entry.end)?))),
    })
}
