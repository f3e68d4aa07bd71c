//! Members whose forces changed before the horizon in a way that their bounds did not foresee.

use std::collections::BTreeSet;

use bevy_ecs::resource::Resource;
use oikos_core::{Digest, StableId, TypeKey};
use oikos_engine::{Kind, State};

use super::HazardEvent;
use super::candidates::known_ids;

/// Members for whom the hazards of an event are bounded anew in the next tick.
///
/// Only a plugin whose [`Hazard::bound`](crate::Hazard::bound) rests on an attribute that may change before the horizon
/// needs it: whatever changes the attribute notes the member here, in the same tick. Newborn and newcomers are noted by
/// themselves. When hazards are looked at daily it is not needed, and does no harm. Persisted.
#[derive(Resource)]
pub struct HazardChanges<E: HazardEvent> {
    pub(super) ids: BTreeSet<u64>,
    event: std::marker::PhantomData<fn() -> E>,
}

impl<E: HazardEvent> Default for HazardChanges<E> {
    fn default() -> Self {
        Self::of(BTreeSet::new())
    }
}

impl<E: HazardEvent> HazardChanges<E> {
    fn of(ids: BTreeSet<u64>) -> Self {
        Self {
            ids,
            event: std::marker::PhantomData,
        }
    }

    /// Notes that somebody's forces have changed.
    pub fn note(&mut self, member: <E::Kind as Kind>::Id) {
        self.ids.insert(member.get());
    }
}

impl<E: HazardEvent> State for HazardChanges<E> {
    fn save(&self, out: &mut Vec<u8>) {
        out.extend(self.ids.iter().flat_map(|id| id.to_le_bytes()));
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let ids = read_ids::<E>(bytes)?;
        Ok(Self::of(ids.into_iter().collect()))
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        digest_of_ids(self.ids.iter(), key)
    }
}

/// Ids in their order, 8 bytes each.
pub(super) fn read_ids<E: HazardEvent>(bytes: &[u8]) -> Result<Vec<u64>, String> {
    let (chunks, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err("an id is cut off".to_owned());
    }
    let ids = chunks.iter().map(|chunk| u64::from_le_bytes(*chunk));
    let ids: Vec<u64> = ids.collect();
    if !ids.is_sorted_by(|a, b| a < b) {
        return Err("the ids are out of order".to_owned());
    }
    known_ids::<E>(ids.iter().copied())?;
    Ok(ids)
}

pub(super) fn digest_of_ids<'a>(ids: impl Iterator<Item = &'a u64>, key: &TypeKey) -> Digest {
    let mut digest = Digest::default();
    for id in ids {
        key.row(*id).add(&mut digest, 0, 1);
    }
    digest
}
