//! How components on entities are saved: by the ids that the entities carry.

use std::marker::PhantomData;

use bevy_ecs::component::Component;
use bevy_ecs::world::World;
use oikos_core::{Digest, StableId, TypeKey, digest_of};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Apply, Living, Stored};
use crate::codec;
use crate::entity::Entities;
use crate::error::EngineError;
use crate::kind::Kind;

/// [`Stored`] of component `C` on the entities of kind `K`.
pub(crate) struct StoredComponent<K, C> {
    pub(crate) name: String,
    pub(crate) marker: PhantomData<fn() -> (K, C)>,
}

impl<K: Kind, C: Component> StoredComponent<K, C> {
    fn holders(world: &World) -> impl Iterator<Item = (u64, &C)> {
        let entities = world.resource::<Entities<K>>().iter();
        entities.filter_map(|(id, entity)| Some((id.get(), world.get::<C>(entity)?)))
    }
}

impl<K: Kind, C: Component + Serialize + DeserializeOwned> Stored for StoredComponent<K, C> {
    fn save(&self, world: &World, out: &mut Vec<u8>) -> Result<(), EngineError> {
        for (id, component) in Self::holders(world) {
            out.extend_from_slice(&id.to_le_bytes());
            let start = out.len();
            out.extend_from_slice(&[0; 8]);
            codec::encode(&self.name, component, out)?;
            let length = (out.len() - start - 8) as u64;
            out[start..start + 8].copy_from_slice(&length.to_le_bytes());
        }
        Ok(())
    }

    fn decode(&self, bytes: &[u8], living: &mut Living) -> Result<Apply, EngineError> {
        let living = living
            .get(K::NAME)
            .ok_or(EngineError::UnknownKind { kind: K::NAME })?;
        let mut found: Vec<(K::Id, C)> = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (id, component, after) = self.decode_one(rest)?;
            if found.last().is_some_and(|(last, _)| *last >= id) {
                return Err(self.problem(format!("{id} is out of order")));
            }
            if living.binary_search(&id.get()).is_err() {
                return Err(self.problem(format!("{id} is not alive")));
            }
            found.push((id, component));
            rest = after;
        }
        Ok(Box::new(move |world| {
            for (id, component) in found {
                let entity = Entities::<K>::of(world, id);
                world.entity_mut(entity).insert(component);
            }
        }))
    }

    fn digest(&self, world: &World, key: &TypeKey) -> Result<Digest, EngineError> {
        let mut digest = Digest::default();
        for (id, component) in Self::holders(world) {
            digest += digest_of(key, id, component)?;
        }
        Ok(digest)
    }

    fn present(&self, world: &World) -> bool {
        world.contains_resource::<Entities<K>>()
    }
}

impl<K: Kind, C: Component + DeserializeOwned> StoredComponent<K, C> {
    fn problem(&self, problem: String) -> EngineError {
        EngineError::Decode {
            name: self.name.clone(),
            problem,
        }
    }

    fn decode_one<'b>(&self, bytes: &'b [u8]) -> Result<(K::Id, C, &'b [u8]), EngineError> {
        let cut = || self.problem("cut off".to_owned());
        let (id, rest) = bytes.split_first_chunk::<8>().ok_or_else(cut)?;
        let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(cut)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
        let (value, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        let id = K::Id::new(u64::from_le_bytes(*id))?;
        Ok((id, codec::decode(&self.name, value)?, rest))
    }
}
