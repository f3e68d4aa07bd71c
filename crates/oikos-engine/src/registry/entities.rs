//! How entities are saved: which members have one, also where they carry nothing but their id.

use std::marker::PhantomData;

use bevy_ecs::world::World;
use oikos_core::{Digest, StableId, TypeKey};

use super::{Apply, Living, Stored};
use crate::entity::Entities;
use crate::error::EngineError;
use crate::kind::Kind;

/// [`Stored`] of [`Entities`].
pub(crate) struct StoredEntities<K>(pub(crate) PhantomData<fn() -> K>);

impl<K: Kind> Stored for StoredEntities<K> {
    fn save(&self, world: &World, out: &mut Vec<u8>) -> Result<(), EngineError> {
        for (id, _) in world.resource::<Entities<K>>().iter() {
            out.extend_from_slice(&id.get().to_le_bytes());
        }
        Ok(())
    }

    fn decode(&self, bytes: &[u8], living: &mut Living) -> Result<Apply, EngineError> {
        let problem = |problem: String| EngineError::Decode {
            name: format!("{}.entities", K::NAME),
            problem,
        };
        let living = living
            .get(K::NAME)
            .ok_or(EngineError::UnknownKind { kind: K::NAME })?;
        let (ids, rest) = bytes.as_chunks::<8>();
        let ids: Vec<u64> = ids.iter().map(|id| u64::from_le_bytes(*id)).collect();
        if !rest.is_empty() || !ids.is_sorted_by(|left, right| left < right) {
            return Err(problem("no ascending ids".to_owned()));
        }
        let dead = ids.iter().find(|id| living.binary_search(id).is_err());
        match dead {
            Some(dead) => Err(problem(format!("{}#{dead} is not alive", K::NAME))),
            None => Ok(Box::new(move |world| {
                for id in ids {
                    Entities::<K>::of(world, crate::slots::known_id::<K>(id));
                }
            })),
        }
    }

    fn digest(&self, world: &World, key: &TypeKey) -> Result<Digest, EngineError> {
        let mut digest = Digest::default();
        for (id, _) in world.resource::<Entities<K>>().iter() {
            digest += key.row(id.get()).cell(0, 1);
        }
        Ok(digest)
    }

    fn present(&self, world: &World) -> bool {
        world.contains_resource::<Entities<K>>()
    }
}
