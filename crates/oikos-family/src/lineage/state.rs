//! How a lineage is saved, loaded and digested.

use oikos_core::{Date, Digest, RowKey, TypeKey};
use oikos_engine::State;

use super::record::{ALIVE, Origin, Record};
use super::{Lineage, person};
use oikos_world::Sex;

/// Bytes of a person in a save: mother, father, birth and death of 4 each, cause of 2, sex and origin of 1.
const SAVED_BYTES: usize = 19;

/// The row under which the date of the founding is digested.
const HEAD: u64 = u64::MAX;

impl Record {
    pub(super) fn add_cells(&self, key: &TypeKey, row: u64, digest: &mut Digest) {
        let cells: RowKey = key.row(row);
        cells.add(digest, 0, self.mother);
        cells.add(digest, 1, self.father);
        cells.add(digest, 2, self.born as u32);
        cells.add(digest, 3, self.died as u32);
        let small = u32::from(self.cause) << 8 | u32::from(self.kind());
        cells.add(digest, 4, small);
    }
}

impl State for Lineage {
    fn save(&self, out: &mut Vec<u8>) {
        out.reserve_exact(4 + SAVED_BYTES * self.len());
        out.extend(self.founded.to_le_bytes());
        out.extend(self.records.iter().flat_map(|r| r.mother.to_le_bytes()));
        out.extend(self.records.iter().flat_map(|r| r.father.to_le_bytes()));
        out.extend(self.records.iter().flat_map(|r| r.born.to_le_bytes()));
        out.extend(self.records.iter().flat_map(|r| r.died.to_le_bytes()));
        out.extend(self.records.iter().flat_map(|r| r.cause.to_le_bytes()));
        out.extend(self.records.iter().map(Record::kind));
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let (founded, rest) = bytes
            .split_first_chunk::<4>()
            .ok_or("the head is cut off")?;
        if rest.len() % SAVED_BYTES != 0 {
            return Err("a record is cut off".to_owned());
        }
        let people = rest.len() / SAVED_BYTES;
        if people as u64 > Self::PEOPLE_MAX {
            return Err(format!("{people} people, above {}", Self::PEOPLE_MAX));
        }
        let mut lineage = Self {
            founded: i32::from_le_bytes(*founded),
            records: records(people, rest)?,
            ..Self::default()
        };
        lineage.check()?;
        lineage.derive();
        Ok(lineage)
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        let mut digest = self.sealed;
        key.row(HEAD).add(&mut digest, 0, self.founded as u32);
        for (row, record) in (0..).zip(&self.records) {
            if record.is_alive() {
                record.add_cells(key, row, &mut digest);
            }
        }
        digest
    }
}

/// The records in the columns of a save, the children not yet linked.
fn records(people: usize, bytes: &[u8]) -> Result<Vec<Record>, String> {
    let (mothers, rest) = bytes.split_at(4 * people);
    let (fathers, rest) = rest.split_at(4 * people);
    let (born, rest) = rest.split_at(4 * people);
    let (died, rest) = rest.split_at(4 * people);
    let (causes, kinds) = rest.split_at(2 * people);
    let words = |bytes: &'_ [u8], row: usize| bytes.as_chunks::<4>().0[row];
    let record = |row: usize| {
        let parents = [mothers, fathers].map(|column| u32::from_le_bytes(words(column, row)));
        let kind = kinds[row];
        let origin = match kind >> 1 {
            0 => Origin::Born,
            1 => Origin::Founder,
            2 => Origin::Ancestor,
            _ => return Err(format!("person#{row} has no sex, or no origin")),
        };
        let sex = Sex::ALL[usize::from(kind & 1)];
        let born = i32::from_le_bytes(words(born, row));
        Ok(Record {
            died: i32::from_le_bytes(words(died, row)),
            cause: u16::from_le_bytes(causes.as_chunks::<2>().0[row]),
            ..Record::new(parents, born, sex, origin)
        })
    };
    // Collecting results would grow by doubling, and keep up to half of it empty.
    let mut records = Vec::with_capacity(people);
    for row in 0..people {
        records.push(record(row)?);
    }
    Ok(records)
}

impl Lineage {
    /// Refuses what no history could have recorded.
    fn check(&self) -> Result<(), String> {
        Date::from_days(self.founded).map_err(|error| error.to_string())?;
        for (row, record) in (0..).zip(&self.records) {
            if let Some(problem) = self.unlikely(record) {
                return Err(format!("person#{row} {problem}"));
            }
            Date::from_days(record.born).map_err(|error| error.to_string())?;
            if !record.is_alive() {
                Date::from_days(record.died).map_err(|error| error.to_string())?;
            }
            let parents = record.parents();
            self.check_parents(row, parents.map(person), record.born)
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn unlikely(&self, record: &Record) -> Option<&'static str> {
        let Record { born, died, .. } = *record;
        match record.origin() {
            _ if died != ALIVE && died < born => Some("died before birth"),
            _ if died == ALIVE && record.cause != 0 => Some("lives, and has a cause of death"),
            Origin::Ancestor if died >= self.founded => {
                Some("outlived the founding as an ancestor")
            }
            Origin::Founder if died < self.founded => Some("was dead when founding the society"),
            _ => None,
        }
    }
}
