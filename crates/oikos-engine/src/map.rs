//! Sparse attributes: what only some members of a kind have.

use std::ops::{Deref, DerefMut};

use bevy_ecs::resource::Resource;
use oikos_core::IdMap;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;

/// What only some members of a kind have, by id, in the order of the ids. Whoever dies drops out; what is
/// put in for somebody dead stays until it is removed.
///
/// Register it with [`AppExt::map`](crate::AppExt::map). Dereferences to an [`IdMap`].
#[derive(Resource, Serialize, Deserialize)]
#[serde(
    transparent,
    bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>")
)]
pub struct KindMap<K: Kind, T: Send + Sync + 'static> {
    values: IdMap<K::Id, T>,
}

impl<K: Kind, T: Send + Sync + 'static> Default for KindMap<K, T> {
    fn default() -> Self {
        Self {
            values: IdMap::default(),
        }
    }
}

impl<K: Kind, T: Send + Sync + 'static> Deref for KindMap<K, T> {
    type Target = IdMap<K::Id, T>;
    fn deref(&self) -> &Self::Target {
        &self.values
    }
}

impl<K: Kind, T: Send + Sync + 'static> DerefMut for KindMap<K, T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.values
    }
}
