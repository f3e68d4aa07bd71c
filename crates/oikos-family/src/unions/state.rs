//! How the book of unions is saved, loaded and digested.

use oikos_core::{Date, Digest, TypeKey};
use oikos_engine::State;

use super::book::{End, Entry, NEVER, NONE, Unions, end_of};

/// Two partners, three days, a code.
const ENTRY_BYTES: usize = 21;

impl State for Unions {
    fn save(&self, out: &mut Vec<u8>) {
        out.reserve_exact(ENTRY_BYTES * self.entries.len());
        for entry in &self.entries {
            let days = [entry.formed, entry.married, entry.ended];
            out.extend(entry.partners.iter().flat_map(|row| row.to_le_bytes()));
            out.extend(days.iter().flat_map(|day| day.to_le_bytes()));
            out.push(entry.end);
        }
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let (entries, rest) = bytes.as_chunks::<ENTRY_BYTES>();
        if !rest.is_empty() {
            return Err("a union is cut off".to_owned());
        }
        let mut unions = Self::default();
        unions.entries.reserve_exact(entries.len());
        let key = TypeKey::new(Self::NAME);
        for (id, bytes) in entries.iter().enumerate() {
            let entry = read_entry(bytes);
            unions
                .check(&entry)
                .map_err(|problem| format!("union#{id} {problem}"))?;
            unions.push(entry);
            if entry.ended != NEVER {
                let mut sealed = unions.sealed;
                unions.add_cells(&key, id as u64, &mut sealed);
                unions.sealed = sealed;
            }
        }
        Ok(unions)
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        let mut digest = self.sealed;
        let lasting = self.entries.iter().enumerate();
        for (id, _) in lasting.filter(|(_, entry)| entry.ended == NEVER) {
            self.add_cells(key, id as u64, &mut digest);
        }
        digest
    }
}

fn read_entry(bytes: &[u8; ENTRY_BYTES]) -> Entry {
    let (words, _) = bytes.as_chunks::<4>();
    let word = |at: usize| u32::from_le_bytes(words[at]);
    Entry {
        partners: [word(0), word(1)],
        previous: [NONE; 2],
        formed: word(2) as i32,
        married: word(3) as i32,
        ended: word(4) as i32,
        end: bytes[ENTRY_BYTES - 1],
    }
}

impl Unions {
    pub(super) fn add_cells(&self, key: &TypeKey, id: u64, digest: &mut Digest) {
        let Some(entry) = self.entries.get(id as usize) else {
            return;
        };
        let row = key.row(id);
        let days = [entry.formed, entry.married, entry.ended].map(|day| day as u32);
        let words = entry
            .partners
            .into_iter()
            .chain(days)
            .chain([u32::from(entry.end)]);
        for (field, word) in (0..).zip(words) {
            row.add(digest, field, word);
        }
    }

    /// Whether an entry may follow those there are.
    fn check(&self, entry: &Entry) -> Result<(), String> {
        for day in [entry.formed, entry.married, entry.ended] {
            if day != NEVER {
                Date::from_days(day).map_err(|error| error.to_string())?;
            }
        }
        let in_order = entry.formed != NEVER
            && entry.formed <= entry.married
            && (entry.married == NEVER || entry.married <= entry.ended)
            && entry.formed <= entry.ended;
        if !in_order {
            return Err("has events out of order".to_owned());
        }
        let end = end_of(entry.end);
        let fits = match (entry.ended == NEVER, end) {
            (true, None) => entry.end == 0,
            (false, Some(End::Divorce)) => entry.married != NEVER,
            (false, Some(End::Separation)) => entry.married == NEVER,
            (false, Some(End::Death | End::Emigration)) => true,
            _ => false,
        };
        if !fits {
            return Err("has an end that does not fit".to_owned());
        }
        let [one, other] = entry.partners;
        if one == other || one == NONE || other == NONE {
            return Err("is not of two people".to_owned());
        }
        for person in entry.partners {
            let latest = self.latest.get(person);
            if let Some(before) = self.entries.get(latest as usize)
                && (before.ended == NEVER || before.ended > entry.formed)
            {
                return Err(format!("overlaps with union#{latest} of person#{person}"));
            }
        }
        Ok(())
    }
}
