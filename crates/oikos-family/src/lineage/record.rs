//! What is recorded of one person: as it is kept, and as it is told.

use oikos_core::{Date, StableId};
use oikos_engine::Word;
use oikos_world::{BirthDate, Cause, PersonId, Sex};

/// What is recorded of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineageRecord {
    /// The mother, where she is known.
    pub mother: Option<PersonId>,
    /// The father, where he is known.
    pub father: Option<PersonId>,
    /// The sex.
    pub sex: Sex,
    /// The date of birth.
    pub born: Date,
    /// The date of death and its cause, which has no name where nobody recorded it; `None` for the living.
    pub died: Option<(Date, Word<Cause>)>,
    /// How the person came into the lineage.
    pub origin: Origin,
}

/// How somebody came into the lineage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Born in the society.
    Born,
    /// Alive when the society was founded.
    Founder,
    /// Dead when the society was founded: others descend from them, but they never lived in it. They
    /// count neither as lives nor as deaths.
    Ancestor,
}

impl Origin {
    const ALL: [Self; 3] = [Self::Born, Self::Founder, Self::Ancestor];

    /// Whether the person ever lived in the society.
    #[must_use]
    pub const fn lived(self) -> bool {
        !matches!(self, Self::Ancestor)
    }
}

/// Somebody with whom a lineage begins.
///
/// ```
/// use oikos_core::{StableId, date};
/// use oikos_family::{Founder, Lineage};
/// use oikos_world::{BirthDate, PersonId, Sex};
///
/// let mother = Founder::new(BirthDate(date(1950, 3, 1)?), Sex::Female).died(date(2010, 5, 9)?);
/// let child = Founder::new(BirthDate(date(1980, 1, 1)?), Sex::Male).mother(PersonId::FIRST);
/// let lineage = Lineage::of_founders(date(2019, 7, 1)?, &[mother, child])?;
/// assert_eq!(lineage.children(PersonId::FIRST).count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Founder {
    pub(crate) born: BirthDate,
    pub(crate) sex: Sex,
    pub(super) mother: Option<PersonId>,
    pub(super) father: Option<PersonId>,
    pub(crate) died: Option<Date>,
}

impl Founder {
    /// Somebody who lives and whose parents are unknown.
    #[must_use]
    pub const fn new(born: BirthDate, sex: Sex) -> Self {
        Self {
            born,
            sex,
            mother: None,
            father: None,
            died: None,
        }
    }

    /// With this mother, a founder before them.
    #[must_use]
    pub const fn mother(mut self, mother: PersonId) -> Self {
        self.mother = Some(mother);
        self
    }

    /// With this father, a founder before them.
    #[must_use]
    pub const fn father(mut self, father: PersonId) -> Self {
        self.father = Some(father);
        self
    }

    /// Dead since this day, which lies before the founding: an [`Origin::Ancestor`].
    #[must_use]
    pub const fn died(mut self, died: Date) -> Self {
        self.died = Some(died);
        self
    }
}

/// A row that nobody has: no parent known, or no further child.
pub(crate) const NOBODY: u32 = u32::MAX;
/// The day of death of the living.
pub(super) const ALIVE: i32 = i32::MAX;
/// The cause of a death that nobody recorded.
pub(super) const NO_CAUSE: u16 = u16::MAX;

/// One person: 32 bytes, so that a look at anybody reads one cache line.
///
/// Children are singly linked lists, the newest first: a parent has the head, and each child the next of
/// the mother's and the next of the father's. They follow from the parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct Record {
    pub(crate) mother: u32,
    pub(crate) father: u32,
    pub(super) last_child: u32,
    pub(super) next_of_mother: u32,
    pub(super) next_of_father: u32,
    pub(super) born: i32,
    pub(super) died: i32,
    pub(super) cause: u16,
    pub(super) sex: u8,
    pub(super) origin: u8,
}

const _: () = assert!(size_of::<Record>() == 32);

impl Record {
    pub(super) const fn new(parents: [u32; 2], born: i32, sex: Sex, origin: Origin) -> Self {
        Self {
            mother: parents[0],
            father: parents[1],
            last_child: NOBODY,
            next_of_mother: NOBODY,
            next_of_father: NOBODY,
            born,
            died: ALIVE,
            cause: 0,
            sex: sex.index() as u8,
            origin: origin as u8,
        }
    }

    pub(crate) const fn is_alive(&self) -> bool {
        self.died == ALIVE
    }

    /// Whether somebody lived at the end of a day.
    pub(crate) const fn lived_on(&self, day: i32) -> bool {
        self.born <= day && day < self.died
    }

    pub(crate) const fn is_male(&self) -> bool {
        self.sex == 0
    }

    pub(crate) const fn born(&self) -> i32 {
        self.born
    }

    pub(crate) const fn parents(&self) -> [u32; 2] {
        [self.mother, self.father]
    }

    /// The mother's and the father's next older child.
    pub(super) const fn next_child_of(&self, parent: u32) -> u32 {
        if self.mother == parent {
            self.next_of_mother
        } else {
            self.next_of_father
        }
    }

    /// The sex and the origin in a byte, for saves and digests.
    pub(super) const fn kind(&self) -> u8 {
        self.origin << 1 | self.sex
    }

    pub(super) fn origin(&self) -> Origin {
        let known = Origin::ALL.get(usize::from(self.origin));
        known.copied().unwrap_or(Origin::Born)
    }

    pub(super) fn told(&self) -> Option<LineageRecord> {
        let died = (!self.is_alive()).then_some(self.died);
        Some(LineageRecord {
            mother: person(self.mother),
            father: person(self.father),
            sex: if self.is_male() {
                Sex::Male
            } else {
                Sex::Female
            },
            born: Date::from_days(self.born).ok()?,
            died: died
                .and_then(|day| Date::from_days(day).ok())
                .map(|date| (date, Word::from_number(self.cause))),
            origin: self.origin(),
        })
    }
}

/// Who has a row; `None` for [`NOBODY`].
pub(crate) fn person(row: u32) -> Option<PersonId> {
    (row != NOBODY)
        .then(|| PersonId::new(u64::from(row)).ok())
        .flatten()
}
