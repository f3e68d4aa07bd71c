//! Lineage: birth, mother and death of everybody who ever lived.

#[cfg(test)]
mod tests;

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Date, Digest, StableId, TypeKey};
use oikos_engine::{Changes, Clock, Rows, Slots, State, Word};
use oikos_world::{BirthDate, Cause, Person, PersonId, Sex};

use crate::error::FamilyError;

/// What is recorded of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineageRecord {
    /// The mother; unknown for founders.
    pub mother: Option<PersonId>,
    /// The sex.
    pub sex: Sex,
    /// The date of birth.
    pub born: Date,
    /// The date of death and its cause; `None` for the living.
    pub died: Option<(Date, Word<Cause>)>,
}

/// Records of everybody who ever lived, by id. Persisted; 19 bytes a person.
///
/// A record changes once, at death. The digest of the dead is kept, so that only the living are looked
/// at when the society is digested.
#[derive(Resource, Clone, Default)]
pub struct Lineage {
    /// The date on which the founders were counted: they are observed from it on.
    founded: i32,
    mothers: Vec<u64>,
    born: Vec<i32>,
    died: Vec<i32>,
    causes: Vec<u16>,
    sexes: Vec<u8>,
    sealed: Digest,
}

const UNKNOWN: u64 = u64::MAX;
const ALIVE: i32 = i32::MAX;
const RECORD_BYTES: usize = 19;

impl Lineage {
    /// The name under which it is saved.
    pub(crate) const NAME: &'static str = "family.lineage";

    /// Number of people who ever lived.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.mothers.len()
    }

    /// Whether nobody ever lived.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.mothers.is_empty()
    }

    /// The date from which the founders are observed.
    #[must_use]
    pub fn founded(&self) -> Date {
        Date::from_days(self.founded).unwrap_or(Date::EPOCH)
    }

    /// The record of a person; `None` for ids that nobody has had.
    #[must_use]
    pub fn get(&self, id: PersonId) -> Option<LineageRecord> {
        self.record(usize::try_from(id.get()).ok()?)
    }

    /// All records in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (PersonId, LineageRecord)> + '_ {
        (0..self.len()).filter_map(|row| Some((PersonId::new(row as u64).ok()?, self.record(row)?)))
    }

    /// The children of a person, in the order of their ids. Looks through all records.
    pub fn children(&self, mother: PersonId) -> impl Iterator<Item = PersonId> + '_ {
        let rows = self
            .mothers
            .iter()
            .enumerate()
            .filter(move |(_, of)| **of == mother.get());
        rows.filter_map(|(row, _)| PersonId::new(row as u64).ok())
    }

    fn record(&self, row: usize) -> Option<LineageRecord> {
        let died = *self.died.get(row)?;
        Some(LineageRecord {
            mother: PersonId::new(self.mothers[row]).ok(),
            sex: if self.sexes[row] == 0 {
                Sex::Male
            } else {
                Sex::Female
            },
            born: Date::from_days(self.born[row]).ok()?,
            died: (died != ALIVE)
                .then(|| Date::from_days(died).ok())
                .flatten()
                .map(|date| (date, Word::from_number(self.causes[row]))),
        })
    }

    /// Records the founders, who must be the first people there are.
    pub(crate) fn found(&mut self, today: Date, people: &[(BirthDate, Sex)]) {
        self.founded = today.days();
        self.reserve(people.len());
        for (born, sex) in people {
            self.add(None, *born, *sex);
        }
    }

    fn reserve(&mut self, more: usize) {
        self.mothers.reserve_exact(more);
        self.born.reserve_exact(more);
        self.died.reserve_exact(more);
        self.causes.reserve_exact(more);
        self.sexes.reserve_exact(more);
    }

    fn add(&mut self, mother: Option<PersonId>, born: BirthDate, sex: Sex) {
        if self.mothers.len() == self.mothers.capacity() {
            // A sixteenth more: doubling would waste half the memory of a million records.
            self.reserve(self.mothers.len() / 16 + 64);
        }
        self.mothers.push(mother.map_or(UNKNOWN, StableId::get));
        self.born.push(born.0.days());
        self.died.push(ALIVE);
        self.causes.push(0);
        self.sexes.push(sex.index() as u8);
    }

    fn close(&mut self, id: u64, today: Date, cause: u32) {
        let row = id as usize;
        if let (Some(died), Some(of)) = (self.died.get_mut(row), self.causes.get_mut(row)) {
            *died = today.days();
            *of = u16::try_from(cause).unwrap_or(u16::MAX);
            let mut sealed = self.sealed;
            self.add_cells(&TypeKey::new(Self::NAME), row, &mut sealed);
            self.sealed = sealed;
        }
    }

    fn add_cells(&self, key: &TypeKey, row: usize, digest: &mut Digest) {
        let cells = key.row(row as u64);
        let mother = self.mothers[row];
        cells.add(digest, 0, mother as u32);
        cells.add(digest, 1, (mother >> 32) as u32);
        cells.add(digest, 2, self.born[row] as u32);
        cells.add(digest, 3, self.died[row] as u32);
        cells.add(
            digest,
            4,
            u32::from(self.causes[row]) << 8 | u32::from(self.sexes[row]),
        );
    }
}

impl State for Lineage {
    fn save(&self, out: &mut Vec<u8>) {
        out.reserve_exact(4 + RECORD_BYTES * self.len());
        out.extend(self.founded.to_le_bytes());
        out.extend(self.mothers.iter().flat_map(|mother| mother.to_le_bytes()));
        out.extend(self.born.iter().flat_map(|day| day.to_le_bytes()));
        out.extend(self.died.iter().flat_map(|day| day.to_le_bytes()));
        out.extend(self.causes.iter().flat_map(|cause| cause.to_le_bytes()));
        out.extend(&self.sexes);
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let (founded, rest) = bytes
            .split_first_chunk::<4>()
            .ok_or("the head is cut off")?;
        if rest.len() % RECORD_BYTES != 0 {
            return Err("a record is cut off".to_owned());
        }
        let people = rest.len() / RECORD_BYTES;
        let (mothers, rest) = rest.split_at(8 * people);
        let (born, rest) = rest.split_at(4 * people);
        let (died, rest) = rest.split_at(4 * people);
        let (causes, sexes) = rest.split_at(2 * people);
        let days = |bytes: &[u8]| -> Vec<i32> {
            bytes
                .as_chunks::<4>()
                .0
                .iter()
                .map(|day| i32::from_le_bytes(*day))
                .collect()
        };
        let mut lineage = Self {
            founded: i32::from_le_bytes(*founded),
            mothers: mothers
                .as_chunks::<8>()
                .0
                .iter()
                .map(|id| u64::from_le_bytes(*id))
                .collect(),
            born: days(born),
            died: days(died),
            causes: causes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|c| u16::from_le_bytes(*c))
                .collect(),
            sexes: sexes.to_vec(),
            sealed: Digest::default(),
        };
        lineage.check()?;
        let key = TypeKey::new(Self::NAME);
        let mut sealed = Digest::default();
        for row in (0..people).filter(|row| lineage.died[*row] != ALIVE) {
            lineage.add_cells(&key, row, &mut sealed);
        }
        lineage.sealed = sealed;
        Ok(lineage)
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        let mut digest = self.sealed;
        key.row(UNKNOWN).add(&mut digest, 0, self.founded as u32);
        for row in (0..self.len()).filter(|row| self.died[*row] == ALIVE) {
            self.add_cells(key, row, &mut digest);
        }
        digest
    }
}

impl Lineage {
    fn check(&self) -> Result<(), String> {
        Date::from_days(self.founded).map_err(|error| error.to_string())?;
        for row in 0..self.len() {
            let (mother, born, died) = (self.mothers[row], self.born[row], self.died[row]);
            if mother != UNKNOWN && mother >= row as u64 {
                return Err(format!("person#{row} is older than their mother"));
            }
            if self.sexes[row] > 1 || (died != ALIVE && died < born) {
                return Err(format!("person#{row} has no sex, or died before birth"));
            }
            if died == ALIVE && self.causes[row] != 0 {
                return Err(format!("person#{row} lives, and has a cause of death"));
            }
            Date::from_days(born).map_err(|error| error.to_string())?;
            if died != ALIVE {
                Date::from_days(died).map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }
}

/// Refuses to go on with people whom the lineage does not know: those born later would be mistaken for
/// them.
pub(crate) fn check_lineage(
    slots: Res<Slots<Person>>,
    lineage: Res<Lineage>,
) -> Result<(), BevyError> {
    let (people, recorded) = (slots.next_id(), lineage.len() as u64);
    if people == recorded {
        return Ok(());
    }
    Err(FamilyError::Unrecorded { people, recorded }.into())
}

/// Records the day's births and deaths.
pub(crate) fn record_lineage(
    clock: Res<Clock>,
    changes: Res<Changes<Person>>,
    mut people: Rows<(&BirthDate, &Sex)>,
    mut lineage: ResMut<Lineage>,
) {
    for born in &changes.born {
        let Ok(id) = PersonId::new(born.id) else {
            continue;
        };
        let (date, sex) = people.get(id).map_or_else(
            || (BirthDate(clock.today()), Sex::Female),
            |(date, sex)| (*date, *sex),
        );
        lineage.add(PersonId::new(born.cause).ok(), date, sex);
    }
    for died in &changes.died {
        lineage.close(died.id, clock.today(), died.cause);
    }
}
