//! The persisted state of a society, in memory.

use std::sync::Arc;

use bevy_ecs::world::World;
use oikos_core::{Digest, Tick};
use rayon::prelude::*;

use crate::error::EngineError;
use crate::registry::{Living, Registry, Stored, TypeEntry};
use crate::schedule::catch;

/// All persisted state at one tick. With the journal's later entries it determines the rest of the
/// history.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) tick: Tick,
    pub(crate) build: Arc<Build>,
    pub(crate) sections: Vec<Section>,
}

/// The bytes of one persisted type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The type's registered name.
    pub name: String,
    /// The version of its meaning.
    pub version: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What makes one build differ from another: plugins, types and systems, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// The lines.
    pub lines: Vec<String>,
    /// The digest of the lines.
    pub fingerprint: Digest,
}

impl Build {
    fn differences(&self, other: &Self) -> Vec<String> {
        let only = |these: &Self, those: &Self, where_: &str| {
            let missing = these
                .lines
                .iter()
                .filter(|line| !those.lines.contains(line));
            missing
                .take(4)
                .map(|line| format!("{line} ({where_})"))
                .collect::<Vec<_>>()
        };
        let mut all = only(self, other, "only in this build");
        all.extend(only(other, self, "only in the snapshot's"));
        if all.is_empty() {
            all.push("the same lines in another order".to_owned());
        }
        all
    }
}

impl Snapshot {
    /// The tick that runs next.
    #[must_use]
    pub const fn tick(&self) -> Tick {
        self.tick
    }

    /// The build that took it.
    #[must_use]
    pub fn build(&self) -> &Build {
        &self.build
    }

    /// The bytes of each persisted type, in the order of registration.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The length of all bytes.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        self.sections
            .iter()
            .map(|section| section.bytes.len())
            .sum()
    }

    /// The same with the bytes of one type replaced: for tests that tamper.
    ///
    /// # Errors
    /// [`EngineError::UnknownType`].
    pub fn with_section(&self, name: &str, bytes: Vec<u8>) -> Result<Self, EngineError> {
        let mut changed = self.clone();
        let section = changed
            .sections
            .iter_mut()
            .find(|section| section.name == name);
        section
            .ok_or_else(|| EngineError::UnknownType {
                name: name.to_owned(),
            })?
            .bytes = bytes;
        Ok(changed)
    }
}

/// Calls a type's own code: a user's `Serialize` may panic.
fn guarded<T>(
    entry: &TypeEntry,
    call: impl FnOnce() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    catch(call).unwrap_or_else(|problem| {
        let name = entry.name.clone();
        Err(EngineError::Encode { name, problem })
    })
}

/// Saves every persisted type.
pub(super) fn save(registry: &Registry, world: &World) -> Result<Vec<Section>, EngineError> {
    let persisted: Vec<(&TypeEntry, &dyn Stored)> = registry.persisted().collect();
    let save_one = |(entry, stored): &(&TypeEntry, &dyn Stored)| {
        let mut bytes = Vec::new();
        guarded(entry, || stored.save(world, &mut bytes))?;
        bytes.shrink_to_fit();
        Ok(Section {
            name: entry.name.clone(),
            version: entry.version,
            bytes,
        })
    };
    persisted.par_iter().map(save_one).collect()
}

/// Digests every persisted type.
pub(super) fn digests(
    registry: &Registry,
    world: &World,
) -> Result<Vec<(String, Digest)>, EngineError> {
    let persisted: Vec<(&TypeEntry, &dyn Stored)> = registry.persisted().collect();
    let digest_one = |(entry, stored): &(&TypeEntry, &dyn Stored)| {
        let digest = guarded(entry, || stored.digest(world, &entry.key))?;
        Ok((entry.name.clone(), digest))
    };
    persisted.par_iter().map(digest_one).collect()
}

/// Puts a snapshot in the place of the present state. A snapshot that cannot be read changes nothing.
pub(super) fn load(
    registry: &Registry,
    world: &mut World,
    snapshot: &Snapshot,
    build: &Build,
) -> Result<(), EngineError> {
    if snapshot.build.fingerprint != build.fingerprint {
        let differences = build.differences(&snapshot.build);
        return Err(EngineError::OtherBuild { differences });
    }
    let mut living = Living::new();
    let mut changes = Vec::new();
    for (entry, stored) in registry.persisted() {
        let section = snapshot
            .sections
            .iter()
            .find(|section| section.name == entry.name);
        let section = section.ok_or_else(|| EngineError::Missing {
            name: entry.name.clone(),
        })?;
        changes.push(stored.decode(&section.bytes, &mut living)?);
    }
    registry.remove_strays(world);
    for change in changes {
        change(world);
    }
    registry.rebuild_derived(world)
}
