//! Inputs: the only way anything from outside gets into a history.

use std::collections::BTreeMap;

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Digest, Tick, TypeKey, digest_of};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec;
use crate::error::EngineError;

/// One input as the journal holds it: written down before it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Its number; a history's inputs are numbered from 0 without gaps.
    pub sequence: u64,
    /// The tick at which it applies.
    pub due: Tick,
    /// The input's registered name.
    pub kind: String,
    /// The input itself.
    pub bytes: Vec<u8>,
}

impl JournalEntry {
    /// The digest of one entry; a journal's is the sum.
    pub(crate) fn digest(&self) -> Digest {
        // An entry holds numbers, text and bytes: nothing that could not be digested.
        digest_of(&TypeKey::new("oikos.journal"), self.sequence, self).unwrap_or_default()
    }
}

/// The inputs that a society has been given, from genesis or from the state it was resumed at.
#[derive(Default)]
pub(crate) struct Journal {
    /// How many inputs there were before the first entry.
    before: u64,
    /// Their digest.
    written_before: Digest,
    entries: Vec<JournalEntry>,
}

impl Journal {
    /// The one of a history of which so many inputs, with this digest, are known to have been given.
    pub(crate) fn after(before: u64, written_before: Digest) -> Self {
        Self {
            before,
            written_before,
            entries: Vec::new(),
        }
    }

    /// Whether a state to which so many inputs led, with this digest, is one of this history.
    pub(crate) fn leads_to(&self, next: u64, written: Digest) -> bool {
        let earlier = self.entries.iter().filter(|entry| entry.sequence < next);
        let (count, sum) = earlier.fold(
            (self.before, self.written_before),
            |(count, mut sum), entry| {
                sum += entry.digest();
                (count + 1, sum)
            },
        );
        (count, sum) == (next, written)
    }

    pub(crate) fn push(&mut self, entry: JournalEntry) {
        self.entries.push(entry);
    }

    pub(crate) fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }
}

/// Inputs that wait for their tick. Persisted.
#[derive(Resource, Default, Serialize, Deserialize)]
pub(crate) struct PendingInputs {
    queue: BTreeMap<(Tick, u64), (String, Vec<u8>)>,
    pub(crate) next: u64,
    /// Of all entries so far: tells whose journal a saved state goes with.
    pub(crate) written: Digest,
}

impl PendingInputs {
    pub(crate) fn push(&mut self, entry: JournalEntry) {
        self.next = entry.sequence + 1;
        self.written += entry.digest();
        self.queue
            .insert((entry.due, entry.sequence), (entry.kind, entry.bytes));
    }

    fn take_due(&mut self, now: Tick) -> Vec<(String, Vec<u8>)> {
        let mut due = Vec::new();
        while let Some(entry) = self.queue.first_entry() {
            if entry.key().0 > now {
                break;
            }
            due.push(entry.remove());
        }
        due
    }
}

/// The inputs of one kind that are due in this tick, in the order of their numbers: read them in
/// [`Phase::Inputs`](crate::Phase). Cleared after each tick.
///
/// An input is what somebody wants. The system that reads it checks it against the society as it is
/// then (C9).
#[derive(Resource)]
pub struct Due<I: Send + Sync + 'static> {
    inputs: Vec<I>,
}

impl<I: Send + Sync> Default for Due<I> {
    fn default() -> Self {
        Self { inputs: Vec::new() }
    }
}

impl<I: Send + Sync> Due<I> {
    /// The inputs.
    pub fn iter(&self) -> std::slice::Iter<'_, I> {
        self.inputs.iter()
    }
}

/// A registered kind of input: how its bytes reach [`Due`].
#[derive(Clone, Copy)]
pub(crate) struct InputEntry {
    pub(crate) version: u32,
    pub(crate) rust_type: &'static str,
    pub(crate) check: fn(&str, &[u8]) -> Result<(), EngineError>,
    deliver: fn(&mut World, &str, &[u8]) -> Result<(), EngineError>,
}

impl InputEntry {
    pub(crate) fn of<I: Serialize + DeserializeOwned + Send + Sync + 'static>(
        version: u32,
    ) -> Self {
        Self {
            version,
            rust_type: std::any::type_name::<I>(),
            check: |name, bytes| codec::decode::<I>(name, bytes).map(|_| ()),
            deliver: |world, name, bytes| {
                let input = codec::decode::<I>(name, bytes)?;
                world.resource_mut::<Due<I>>().inputs.push(input);
                Ok(())
            },
        }
    }
}

/// Moves what is due now to where systems read it.
pub(crate) fn deliver(
    world: &mut World,
    kinds: &BTreeMap<&'static str, InputEntry>,
    now: Tick,
) -> Result<(), EngineError> {
    let due = world.resource_mut::<PendingInputs>().take_due(now);
    for (kind, bytes) in due {
        let Some(entry) = kinds.get(&*kind) else {
            return Err(EngineError::UnknownInput { kind });
        };
        (entry.deliver)(world, &kind, &bytes)?;
    }
    Ok(())
}
