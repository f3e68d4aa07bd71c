//! Changed bits of a snapshot: what can be loaded, the digest must see.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use oikos_core::Digest;
use oikos_engine::{FieldInfo, Layout, Section, Snapshot, Society};

use super::during;
use crate::error::Violation;

const CHECK: &str = "flip";
/// Bytes at each end of a long value that are tried.
const END_BYTES: usize = 512;
/// Changes of a byte, tried in turn until one can be loaded.
const MASKS: [u8; 3] = [0x01, 0x80, 0xff];
const WHOLE: &str = "the whole value";

/// What became of a change.
#[derive(PartialEq, Eq)]
enum Outcome {
    /// It could not be loaded.
    Refused,
    /// It was loaded as the value that was there before.
    Undone,
    /// The digest is another one.
    Seen,
}

/// What changing values came to.
#[derive(Default)]
pub(super) struct Flipped {
    /// Changes that the digest saw.
    pub(super) seen: u32,
    /// Types of which no change could be loaded because they hold nothing yet.
    pub(super) untried: Vec<String>,
}

/// Changes values of every persisted type of `whole` and loads them into `scratch`.
pub(super) fn all(scratch: &mut Society, whole: &mut Society) -> Result<Flipped, Violation> {
    let saved = whole.snapshot().map_err(during(CHECK))?;
    let digest = whole.digest().map_err(during(CHECK))?;
    let mut flips = Flips {
        scratch,
        saved: &saved,
        digest,
    };
    let mut flipped = Flipped::default();
    for info in whole.types().into_iter().filter(|info| info.persisted) {
        let section = saved
            .sections()
            .iter()
            .find(|section| section.name == info.name);
        let Some(section) = section.filter(|section| !section.bytes.is_empty()) else {
            continue;
        };
        let seen = match &info.layout {
            Layout::Rows { fields, .. } => flips.rows(section, fields)?,
            Layout::Whole => flips.whole(section)?,
        };
        // Nothing but zeros is how an empty list or an absent value is written.
        match (seen, section.bytes.iter().all(|byte| *byte == 0)) {
            (0, true) => flipped.untried.push(info.name),
            (0, false) => return Err(Violation::NothingDecodes { name: info.name }),
            (seen, _) => flipped.seen += seen,
        }
    }
    Ok(flipped)
}

struct Flips<'a> {
    scratch: &'a mut Society,
    saved: &'a Arc<Snapshot>,
    digest: Digest,
}

impl Flips<'_> {
    /// A bit of each byte of the first and the last row, and one of the head if there is one.
    fn rows(&mut self, section: &Section, fields: &[FieldInfo]) -> Result<u32, Violation> {
        let record: usize = fields.iter().map(|field| field.bytes).sum();
        let length = section.bytes.len();
        // All of it if there is no row: the next id of a kind of which nobody lives.
        let head = length.checked_rem(record).unwrap_or(length);
        // One bit only: a next id far away is a long table of slots.
        let mut seen = u32::from(self.a_bit(section, "the head", 0..head)? == Outcome::Seen);
        let rows = (head..length).step_by(record.max(1));
        let last = rows.clone().skip(1).last();
        for mut byte in rows.take(1).chain(last) {
            for field in fields {
                for _ in 0..field.bytes {
                    let outcome = self.a_bit(section, field.name, byte..byte + 1)?;
                    seen += u32::from(outcome == Outcome::Seen);
                    byte += 1;
                }
            }
        }
        Ok(seen)
    }

    /// Bit by bit of some bytes, until one can be loaded.
    fn a_bit(
        &mut self,
        section: &Section,
        field: &'static str,
        bytes: Range<usize>,
    ) -> Result<Outcome, Violation> {
        let bits = bytes.flat_map(|byte| (0..8).map(move |bit| (byte, 1 << bit)));
        self.first_loaded(section, field, bits)
    }

    /// Each byte near the ends of a value.
    fn whole(&mut self, section: &Section) -> Result<u32, Violation> {
        let length = section.bytes.len();
        let near = |byte: &usize| *byte < END_BYTES || *byte + END_BYTES >= length;
        let mut seen = 0;
        for byte in (0..length).filter(near) {
            let masks = MASKS.iter().map(|mask| (byte, *mask));
            if self.first_loaded(section, WHOLE, masks)? == Outcome::Seen {
                seen += 1;
            }
        }
        Ok(seen)
    }

    fn first_loaded(
        &mut self,
        section: &Section,
        field: &'static str,
        changes: impl Iterator<Item = (usize, u8)>,
    ) -> Result<Outcome, Violation> {
        for (byte, mask) in changes {
            let outcome = self.load(section, field, byte, mask)?;
            if outcome != Outcome::Refused {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Refused)
    }

    fn load(
        &mut self,
        section: &Section,
        field: &'static str,
        byte: usize,
        mask: u8,
    ) -> Result<Outcome, Violation> {
        let mut bytes = section.bytes.clone();
        if let Some(cell) = bytes.get_mut(byte) {
            *cell ^= mask;
        }
        let name = section.name.clone();
        let changed = self
            .saved
            .with_section(&name, bytes)
            .map_err(during(CHECK))?;
        let changed = Arc::new(changed);
        let loaded = catch_unwind(AssertUnwindSafe(|| self.scratch.restore(&changed)));
        match loaded {
            Err(_) => return Err(Violation::LoadPanicked { name, field, byte }),
            Ok(Err(_)) => return Ok(Outcome::Refused),
            Ok(Ok(())) => {}
        }
        // A float that is no number has no digest: a value that the state may not have either.
        let Ok(digest) = self.scratch.digest() else {
            return Ok(Outcome::Refused);
        };
        if digest != self.digest {
            return Ok(Outcome::Seen);
        }
        let again = self.scratch.snapshot().map_err(during(CHECK))?;
        if again.sections() == self.saved.sections() {
            return Ok(Outcome::Undone);
        }
        Err(Violation::Unseen { name, field, byte })
    }
}
