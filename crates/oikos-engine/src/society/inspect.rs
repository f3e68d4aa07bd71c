//! Saving, loading, digesting and looking inside.

use std::sync::Arc;

use oikos_core::{Digest, Tick};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Society;
use super::fault::{DisableSystem, is_own};
use super::snapshot::{self, Snapshot};
use crate::attribute::Attribute;
use crate::codec;
use crate::column::Column;
use crate::error::EngineError;
use crate::input::{Journal, JournalEntry, PendingInputs};
use crate::kind::Kind;
use crate::registry::TypeInfo;
use crate::schedule::Ambiguity;
use crate::slots::Slots;

/// The state after one system of a traced tick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemTrace {
    /// The phase or sub-step.
    pub phase: String,
    /// The system.
    pub system: String,
    /// The digest of each persisted type, by its registered name, and of the births and deaths that wait
    /// to be applied.
    pub digests: Vec<(String, Digest)>,
}

impl Society {
    /// The digest of all persisted state: equal exactly when two societies are in the same state.
    ///
    /// # Errors
    /// [`EngineError::Core`] if a float in a persisted resource is no number. Those in columns are checked
    /// when they are saved.
    pub fn digest(&self) -> Result<Digest, EngineError> {
        let mut total = Digest::default();
        for (_, digest) in self.digest_by_type()? {
            total += digest;
        }
        Ok(total)
    }

    /// The digest of each persisted type, by its registered name.
    ///
    /// # Errors
    /// As [`Society::digest`].
    pub fn digest_by_type(&self) -> Result<Vec<(String, Digest)>, EngineError> {
        self.pool
            .install(|| snapshot::digests(&self.registry, &self.world))
    }

    /// Saves all persisted state in memory. A failure later falls back to it.
    ///
    /// # Errors
    /// [`EngineError::Unsaved`] if the world holds something that no save would contain;
    /// [`EngineError::Encode`] if serde cannot write a value.
    pub fn snapshot(&mut self) -> Result<Arc<Snapshot>, EngineError> {
        let unsaved = self.registry.unsaved(&self.world);
        if !unsaved.is_empty() {
            return Err(EngineError::Unsaved(unsaved));
        }
        let sections = self
            .pool
            .install(|| snapshot::save(&self.registry, &self.world))?;
        let (tick, build) = (self.tick(), self.build.clone());
        self.checkpoint = Arc::new(Snapshot {
            tick,
            build,
            sections,
        });
        Ok(self.checkpoint.clone())
    }

    /// Goes to a saved state. Inputs that the journal holds beyond it apply at their ticks, if the state
    /// goes with this journal; otherwise the journal begins anew.
    ///
    /// # Errors
    /// [`EngineError::OtherBuild`], [`EngineError::Missing`], [`EngineError::Decode`]: nothing has then
    /// changed.
    pub fn restore(&mut self, snapshot: &Arc<Snapshot>) -> Result<(), EngineError> {
        let reached = self.tick();
        snapshot::load(&self.registry, &mut self.world, snapshot, &self.build)?;
        let now = self.tick();
        let mut pending = self.world.resource_mut::<PendingInputs>();
        let (next, written) = (pending.next, pending.written);
        let same_history = self.journal.leads_to(next, written);
        // Another history's journal says nothing about this one.
        if !same_history {
            self.journal = Journal::after(next, written);
        }
        for entry in self.journal.entries() {
            if entry.sequence >= next {
                pending.push(entry.clone());
            }
        }
        // Nor do its digests, nor those of a time that this society has not been through.
        let known = same_history && now <= reached;
        self.digests.retain(|(tick, _)| known && *tick <= now);
        self.checkpoint = snapshot.clone();
        Ok(())
    }

    /// Writes an input to the journal, for the tick `due`. It is the only way to change a society from
    /// outside. Returns its number.
    ///
    /// # Errors
    /// [`EngineError::InputTooLate`], [`EngineError::UnknownInput`], [`EngineError::Encode`],
    /// [`EngineError::CannotLeaveOut`].
    pub fn submit<I: Serialize + DeserializeOwned>(
        &mut self,
        name: &str,
        due: Tick,
        input: &I,
    ) -> Result<u64, EngineError> {
        let mut bytes = Vec::new();
        codec::encode(name, input, &mut bytes)?;
        let sequence = self.world.resource::<PendingInputs>().next;
        self.replay([JournalEntry {
            sequence,
            due,
            kind: name.to_owned(),
            bytes,
        }])?;
        Ok(sequence)
    }

    /// The inputs so far, in order: from genesis, or from the state of another history that was restored.
    #[must_use]
    pub fn journal(&self) -> &[JournalEntry] {
        self.journal.entries()
    }

    /// Takes over entries of another run's journal. The first that does not fit stops it, and none is
    /// taken.
    ///
    /// # Errors
    /// [`EngineError::JournalGap`], [`EngineError::InputTooLate`], [`EngineError::UnknownInput`],
    /// [`EngineError::Decode`], [`EngineError::CannotLeaveOut`].
    pub fn replay(
        &mut self,
        entries: impl IntoIterator<Item = JournalEntry>,
    ) -> Result<(), EngineError> {
        let now = self.tick();
        let entries: Vec<_> = entries.into_iter().collect();
        let first = self.world.resource::<PendingInputs>().next;
        for (entry, expected) in entries.iter().zip(first..) {
            self.check_input(entry, expected, now)?;
        }
        for entry in entries {
            self.journal.push(entry.clone());
            self.world.resource_mut::<PendingInputs>().push(entry);
        }
        Ok(())
    }

    fn check_input(
        &self,
        entry: &JournalEntry,
        expected: u64,
        now: Tick,
    ) -> Result<(), EngineError> {
        if entry.sequence != expected {
            return Err(EngineError::JournalGap {
                sequence: entry.sequence,
                expected,
            });
        }
        if entry.due < now {
            let kind = entry.kind.clone();
            return Err(EngineError::InputTooLate {
                kind,
                due: entry.due,
                now,
            });
        }
        let kind = self.registry.inputs.get(&*entry.kind);
        let kind = kind.ok_or_else(|| EngineError::UnknownInput {
            kind: entry.kind.clone(),
        })?;
        (kind.check)(&entry.kind, &entry.bytes)?;
        if entry.kind == DisableSystem::NAME {
            self.check_left_out(codec::decode(&entry.kind, &entry.bytes)?)?;
        }
        Ok(())
    }

    fn check_left_out(&self, DisableSystem(system): DisableSystem) -> Result<(), EngineError> {
        let mut systems = self.plan.systems().into_iter();
        let problem = if !systems.any(|(_, planned)| *planned.name == *system) {
            "there is none of that name"
        } else if is_own(&system) {
            "it is one of Oikos' own"
        } else {
            return Ok(());
        };
        Err(EngineError::CannotLeaveOut { system, problem })
    }

    /// One member's attribute; `None` for the dead.
    #[must_use]
    pub fn get<A: Attribute>(&self, id: <A::Kind as Kind>::Id) -> Option<A> {
        let slot = self.world.get_resource::<Slots<A::Kind>>()?.slot(id)?;
        self.world.get_resource::<Column<A>>()?.get(slot).copied()
    }

    /// The living of a kind in the order of their slots: what scrambling and compaction change and no
    /// result may depend on.
    #[must_use]
    pub fn slot_order<K: Kind>(&self) -> Vec<K::Id> {
        let slots = self.world.get_resource::<Slots<K>>();
        slots.map_or_else(Vec::new, |slots| {
            slots.iter().map(|(_, who)| who.id()).collect()
        })
    }

    /// Every registered type.
    #[must_use]
    pub fn types(&self) -> Vec<TypeInfo> {
        self.registry.infos()
    }

    /// Systems that touch the same state in an order that nobody declared.
    #[must_use]
    pub fn ambiguities(&self) -> &[Ambiguity] {
        &self.plan.ambiguities
    }
}
