//! How resources are saved: through serde, or through [`State`] where they know better.

use bevy_ecs::component::Mutable;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Digest, TypeKey, digest_of};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Apply, Living, Stored};
use crate::codec;
use crate::error::EngineError;

/// State that saves and digests itself: for large resources whose digest is kept up to date instead of
/// being computed anew, and whose bytes are columns.
pub trait State: Resource<Mutability = Mutable> + Sized {
    /// Writes all of it.
    fn save(&self, out: &mut Vec<u8>);
    /// Reads all of it back; the error says what is wrong with the bytes.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    fn load(bytes: &[u8]) -> Result<Self, String>;
    /// A digest that is the same exactly when the state is: a sum over cells, see
    /// [`oikos_core::TypeKey`].
    fn digest(&self, key: &TypeKey) -> Digest;
}

/// [`Stored`] of a resource that serde can write.
pub(crate) struct StoredSerde<R> {
    pub(crate) name: String,
    pub(crate) marker: std::marker::PhantomData<fn() -> R>,
}

impl<R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned> Stored for StoredSerde<R> {
    fn save(&self, world: &World, out: &mut Vec<u8>) -> Result<(), EngineError> {
        codec::encode(&self.name, world.resource::<R>(), out)
    }

    fn decode(&self, bytes: &[u8], _living: &mut Living) -> Result<Apply, EngineError> {
        let value: R = codec::decode(&self.name, bytes)?;
        Ok(Box::new(move |world| world.insert_resource(value)))
    }

    fn digest(&self, world: &World, key: &TypeKey) -> Result<Digest, EngineError> {
        Ok(digest_of(key, 0, world.resource::<R>())?)
    }

    fn present(&self, world: &World) -> bool {
        world.contains_resource::<R>()
    }
}

/// [`Stored`] of [`State`].
pub(crate) struct StoredState<R> {
    pub(crate) name: String,
    pub(crate) marker: std::marker::PhantomData<fn() -> R>,
}

impl<R: State> Stored for StoredState<R> {
    fn save(&self, world: &World, out: &mut Vec<u8>) -> Result<(), EngineError> {
        world.resource::<R>().save(out);
        Ok(())
    }

    fn decode(&self, bytes: &[u8], _living: &mut Living) -> Result<Apply, EngineError> {
        let value = R::load(bytes).map_err(|problem| EngineError::Decode {
            name: self.name.clone(),
            problem,
        })?;
        Ok(Box::new(move |world| world.insert_resource(value)))
    }

    fn digest(&self, world: &World, key: &TypeKey) -> Result<Digest, EngineError> {
        Ok(world.resource::<R>().digest(key))
    }

    fn present(&self, world: &World) -> bool {
        world.contains_resource::<R>()
    }
}
