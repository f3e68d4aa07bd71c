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
    /// The date of death and its cause, which has no name where nobody recorded it; `None` for the living and
    /// for those who left.
    pub died: Option<(Date, Word<Cause>)>,
    /// The date on which the person left the society for good, and why. What became of them is not known.
    pub left: Option<(Date, Word<Cause>)>,
    /// The date on which the person came to the society, of those who were not there before: see
    /// [`Origin::Immigrant`].
    pub entered: Option<Date>,
    /// How the person came into the lineage.
    pub origin: Origin,
}

impl LineageRecord {
    /// The last day on which the person was in the society: that of death or of leaving. `None` for those who
    /// are in it.
    #[must_use]
    pub fn exit(&self) -> Option<Date> {
        self.died.or(self.left).map(|(day, _)| day)
    }
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
    /// Born elsewhere, and come later than the founders.
    Immigrant,
}

impl Origin {
    const ALL: [Self; 4] = [Self::Born, Self::Founder, Self::Ancestor, Self::Immigrant];

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
/// The day of exit of those who are present.
pub(super) const PRESENT: i32 = i32::MAX;
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
    /// The day of death, or of leaving.
    pub(super) exit: i32,
    pub(super) cause: u16,
    /// The sex in the lowest bit, the origin in the next two, then whether the exit is a leaving.
    pub(super) kind: u8,
}

/// The bit of [`Record::kind`] that says that somebody left.
const LEFT: u8 = 1 << 3;
/// The bits that are used.
const KIND: u8 = (LEFT << 1) - 1;

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
            exit: PRESENT,
            cause: 0,
            kind: (origin as u8) << 1 | sex.index() as u8,
        }
    }

    /// With the kind of a save; `None` if it is none.
    pub(super) fn of_kind(self, kind: u8) -> Option<Self> {
        (kind & !KIND == 0).then_some(Self { kind, ..self })
    }

    /// Ends somebody's presence.
    pub(super) const fn close(&mut self, day: i32, cause: u16, left: bool) {
        self.exit = day;
        self.cause = cause;
        if left {
            self.kind |= LEFT;
        }
    }

    /// Whether somebody lives in the society: did not die, and did not leave.
    pub(crate) const fn is_present(&self) -> bool {
        self.exit == PRESENT
    }

    pub(super) const fn left(&self) -> bool {
        self.kind & LEFT != 0
    }

    /// Whether somebody lived at the end of a day.
    pub(crate) const fn lived_on(&self, day: i32) -> bool {
        self.born <= day && day < self.exit
    }

    pub(crate) const fn is_male(&self) -> bool {
        self.kind & 1 == 0
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

    pub(super) fn origin(&self) -> Origin {
        Origin::ALL[usize::from(self.kind >> 1 & 3)]
    }

    pub(super) fn told(&self, entered: Option<i32>) -> Option<LineageRecord> {
        let exit = (!self.is_present()).then_some(self.exit);
        let exit = exit.and_then(|day| Date::from_days(day).ok());
        let exit = exit.map(|date| (date, Word::from_number(self.cause)));
        let (died, left) = if self.left() {
            (None, exit)
        } else {
            (exit, None)
        };
        Some(LineageRecord {
            mother: person(self.mother),
            father: person(self.father),
            sex: if self.is_male() {
                Sex::Male
            } else {
                Sex::Female
            },
            born: Date::from_days(self.born).ok()?,
            died,
            left,
            entered: entered.and_then(|day| Date::from_days(day).ok()),
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
