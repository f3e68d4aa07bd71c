//! How a lineage is saved, loaded and digested.

use oikos_core::{Date, Digest, RowKey, TypeKey};
use oikos_engine::State;

use super::record::{Origin, PRESENT, Record};
use super::segments::Segments;
use super::{Lineage, person};
use oikos_world::Sex;

/// Bytes of a person in a save: mother, father, birth and exit of 4 each, cause of 2, the kind of 1.
const SAVED_BYTES: usize = 19;

/// Bytes before the people: the date of the founding and their number.
const HEAD_BYTES: usize = 8;

/// The row under which the date of the founding is digested.
const HEAD: u64 = u64::MAX;

impl Record {
    pub(super) fn add_cells(&self, key: &TypeKey, row: u64, digest: &mut Digest) {
        let cells: RowKey = key.row(row);
        cells.add(digest, 0, self.mother);
        cells.add(digest, 1, self.father);
        cells.add(digest, 2, self.born as u32);
        cells.add(digest, 3, self.exit as u32);
        let small = u32::from(self.cause) << 8 | u32::from(self.kind);
        cells.add(digest, 4, small);
    }
}

/// Adds the day on which an immigrant came to a digest.
pub(super) fn add_entry(row: u32, day: i32, digest: &mut Digest) {
    let key = TypeKey::new(Lineage::NAME);
    key.row(u64::from(row)).add(digest, 5, day as u32);
}

impl State for Lineage {
    fn save(&self, out: &mut Vec<u8>) {
        out.reserve_exact(HEAD_BYTES + SAVED_BYTES * self.len() + 4 * self.entries.len());
        out.extend(self.founded.to_le_bytes());
        out.extend((self.len() as u32).to_le_bytes());
        self.save_column(out, |record| record.mother.to_le_bytes());
        self.save_column(out, |record| record.father.to_le_bytes());
        self.save_column(out, |record| record.born.to_le_bytes());
        self.save_column(out, |record| record.exit.to_le_bytes());
        self.save_column(out, |record| record.cause.to_le_bytes());
        self.save_column(out, |record| [record.kind]);
        out.extend(self.entries.iter().flat_map(|(_, day)| day.to_le_bytes()));
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let (head, rest) = bytes
            .split_first_chunk::<HEAD_BYTES>()
            .ok_or("the head is cut off")?;
        let word = |at: usize| [head[at], head[at + 1], head[at + 2], head[at + 3]];
        let people = u32::from_le_bytes(word(4));
        if u64::from(people) > Self::PEOPLE_MAX {
            return Err(format!("{people} people, above {}", Self::PEOPLE_MAX));
        }
        let people = people as usize;
        let records_end = people.checked_mul(SAVED_BYTES);
        let split = records_end.and_then(|end| rest.split_at_checked(end));
        let (rest, entered) = split.ok_or("a record is cut off")?;
        let records = records(people, rest)?;
        let entries = entries(&records, entered)?;
        let mut lineage = Self {
            founded: i32::from_le_bytes(word(0)),
            records,
            entries,
            ..Self::default()
        };
        lineage.check()?;
        lineage.derive();
        Ok(lineage)
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        let mut digest = self.sealed;
        key.row(HEAD).add(&mut digest, 0, self.founded as u32);
        for (row, record) in self.records.present() {
            record.add_cells(key, row, &mut digest);
        }
        digest
    }
}

/// The records in the columns of a save, the children not yet linked.
fn records(people: usize, bytes: &[u8]) -> Result<Segments, String> {
    let (mothers, rest) = bytes.split_at(4 * people);
    let (fathers, rest) = rest.split_at(4 * people);
    let (born, rest) = rest.split_at(4 * people);
    let (exits, rest) = rest.split_at(4 * people);
    let (causes, kinds) = rest.split_at(2 * people);
    let words = |bytes: &'_ [u8], row: usize| bytes.as_chunks::<4>().0[row];
    let record = |row: usize| {
        let parents = [mothers, fathers].map(|column| u32::from_le_bytes(words(column, row)));
        let born = i32::from_le_bytes(words(born, row));
        let record = Record {
            exit: i32::from_le_bytes(words(exits, row)),
            cause: u16::from_le_bytes(causes.as_chunks::<2>().0[row]),
            ..Record::new(parents, born, Sex::Male, Origin::Born)
        };
        let known = record.of_kind(kinds[row]);
        known.ok_or_else(|| format!("person#{row} has no sex, or no origin"))
    };
    let mut records = Segments::default();
    records.reserve(people);
    for row in 0..people {
        records.push(record(row)?);
    }
    Ok(records)
}

/// The immigrants and their days of entry, which a save has in the order of their rows.
fn entries(records: &Segments, bytes: &[u8]) -> Result<Vec<(u32, i32)>, String> {
    let (days, rest) = bytes.as_chunks::<4>();
    let immigrants = (0..).zip(records.iter());
    let immigrants = immigrants.filter(|(_, record)| record.origin() == Origin::Immigrant);
    let rows: Vec<u32> = immigrants.map(|(row, _)| row).collect();
    if rows.len() != days.len() || !rest.is_empty() {
        return Err("there are not as many days of entry as immigrants".to_owned());
    }
    let days = days.iter().map(|day| i32::from_le_bytes(*day));
    Ok(rows.into_iter().zip(days).collect())
}

impl Lineage {
    fn save_column<const N: usize>(&self, out: &mut Vec<u8>, of: impl Fn(&Record) -> [u8; N]) {
        for segment in self.records.segments() {
            out.extend(segment.iter().flat_map(&of));
        }
    }

    /// Refuses what no history could have recorded.
    fn check(&self) -> Result<(), String> {
        Date::from_days(self.founded).map_err(|error| error.to_string())?;
        for (row, record) in (0..).zip(self.records.iter()) {
            let entered = (record.origin() == Origin::Immigrant)
                .then(|| self.entered(row))
                .flatten();
            if let Some(problem) = self.unlikely(record, entered) {
                return Err(format!("person#{row} {problem}"));
            }
            let days = [Some(record.born), entered];
            let exit = (!record.is_present()).then_some(record.exit);
            for day in days.into_iter().flatten().chain(exit) {
                Date::from_days(day).map_err(|error| error.to_string())?;
            }
            let parents = record.parents();
            self.check_parents(row, parents.map(person), record.born)
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn unlikely(&self, record: &Record, entered: Option<i32>) -> Option<&'static str> {
        let Record { born, exit, .. } = *record;
        match (record.origin(), entered) {
            _ if exit != PRESENT && exit < born => Some("died before birth"),
            _ if exit == PRESENT && record.cause != 0 => Some("lives, and has a cause of death"),
            _ if exit == PRESENT && record.left() => Some("left, but on no day"),
            (Origin::Ancestor, _) if record.left() => Some("left as an ancestor"),
            (Origin::Ancestor, _) if exit >= self.founded => {
                Some("outlived the founding as an ancestor")
            }
            (Origin::Founder, _) if exit < self.founded => {
                Some("was dead when founding the society")
            }
            (_, Some(day)) if day < self.founded => Some("came before the founding"),
            (_, Some(day)) if day <= born => Some("came before birth"),
            (_, Some(day)) if day > exit => Some("left or died before coming"),
            _ => None,
        }
    }
}
