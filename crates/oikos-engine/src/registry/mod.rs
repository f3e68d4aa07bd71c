//! The registry: every type in the society's world, persisted or derived (C6).

mod check;
mod column;
mod components;
mod entities;
mod kinds;
mod resource;
mod slots;

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;

use bevy_ecs::component::ComponentId;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Digest, TypeKey};

use crate::attribute::FieldInfo;
use crate::error::EngineError;
use crate::schedule::catch;

pub(crate) use check::Baseline;
pub(crate) use column::StoredColumn;
pub(crate) use components::StoredComponent;
pub(crate) use entities::StoredEntities;
pub(crate) use kinds::{ColumnOf, ForgetBy, KindEntry, MapOf, MapOps, QueueDigests};
pub use resource::State;
pub(crate) use resource::{StoredSerde, StoredState};
pub(crate) use slots::StoredSlots;

/// A change that puts decoded state into the world. Decoding comes first for all types, so that a bad
/// snapshot changes nothing.
pub(crate) type Apply = Box<dyn FnOnce(&mut World)>;

/// What decoding needs to know: the ids of the living by kind, ascending, filled as slots are decoded.
pub(crate) type Living = BTreeMap<&'static str, Vec<u64>>;

/// How a persisted type is saved, loaded and digested.
pub(crate) trait Stored: Send + Sync {
    fn save(&self, world: &World, out: &mut Vec<u8>) -> Result<(), EngineError>;
    fn decode(&self, bytes: &[u8], living: &mut Living) -> Result<Apply, EngineError>;
    fn digest(&self, world: &World, key: &TypeKey) -> Result<Digest, EngineError>;
    fn present(&self, world: &World) -> bool;
    fn layout(&self) -> Layout {
        Layout::Whole
    }
}

/// How a persisted type's bytes are laid out in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One value.
    Whole,
    /// One record of these fields for each living member of the kind, in the order of their slots, after
    /// a head that is shorter than a record. The kind's own name is that of its table of slots.
    Rows {
        /// The kind's name.
        kind: &'static str,
        /// The fields of a record.
        fields: Vec<FieldInfo>,
    },
}

/// Persisted or derived.
pub(crate) enum Class {
    Persisted(Box<dyn Stored>),
    Derived(Option<fn(&mut World)>),
    /// Derived, and keyed by ids: it stays right when rows move.
    DerivedById(fn(&mut World)),
}

/// One registered type.
pub(crate) struct TypeEntry {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) rust_type: &'static str,
    pub(crate) component: ComponentId,
    pub(crate) class: Class,
    pub(crate) key: TypeKey,
}

/// A registered type, as users see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeInfo {
    /// The name under which it is saved; of a derived type, its Rust name.
    pub name: String,
    /// The version of its meaning.
    pub version: u32,
    /// The Rust type.
    pub rust_type: &'static str,
    /// Whether a save holds it.
    pub persisted: bool,
    /// How its bytes are laid out.
    pub layout: Layout,
}

/// What plugins registered.
#[derive(Resource, Default)]
pub(crate) struct Registry {
    pub(crate) types: Vec<TypeEntry>,
    pub(crate) kinds: Vec<KindEntry>,
    pub(crate) plugins: Vec<(String, String)>,
    pub(crate) transient: Vec<fn(&mut World)>,
    pub(crate) inputs: BTreeMap<&'static str, crate::input::InputEntry>,
    pub(crate) invariants: Vec<crate::invariant::Invariant>,
    pub(crate) problems: Vec<EngineError>,
    pub(crate) baseline: Baseline,
}

impl Registry {
    pub(crate) fn add(&mut self, entry: TypeEntry) {
        let same =
            |other: &&TypeEntry| other.name == entry.name || (other.component == entry.component);
        if let Some(other) = self.types.iter().find(same) {
            self.problems.push(EngineError::DuplicateType {
                name: entry.name,
                first: other.rust_type.to_owned(),
                second: entry.rust_type.to_owned(),
            });
            return;
        }
        self.types.push(entry);
    }

    pub(crate) fn knows(&self, component: ComponentId) -> bool {
        self.types.iter().any(|entry| entry.component == component)
    }

    pub(crate) fn persisted(&self) -> impl Iterator<Item = (&TypeEntry, &dyn Stored)> {
        self.types.iter().filter_map(|entry| match &entry.class {
            Class::Persisted(stored) => Some((entry, &**stored)),
            Class::Derived(_) | Class::DerivedById(_) => None,
        })
    }

    pub(crate) fn kind_mut(&mut self, id: TypeId) -> Option<&mut KindEntry> {
        self.kinds.iter_mut().find(|kind| kind.type_id == id)
    }

    pub(crate) fn kind(&self, id: TypeId) -> Option<&KindEntry> {
        self.kinds.iter().find(|kind| kind.type_id == id)
    }

    /// Rebuilds whatever is derived from what has just been loaded or moved.
    /// Makes everything derived anew: after a load.
    pub(crate) fn rebuild_derived(&self, world: &mut World) -> Result<(), EngineError> {
        self.rebuild(world, |class| match class {
            Class::Derived(rebuild) => *rebuild,
            Class::DerivedById(rebuild) => Some(*rebuild),
            Class::Persisted(_) => None,
        })
    }

    /// Makes anew what may know members by their slots: after rows have moved.
    pub(crate) fn rebuild_by_slot(&self, world: &mut World) -> Result<(), EngineError> {
        self.rebuild(world, |class| match class {
            Class::Derived(rebuild) => *rebuild,
            _ => None,
        })
    }

    fn rebuild(
        &self,
        world: &mut World,
        of: impl Fn(&Class) -> Option<fn(&mut World)>,
    ) -> Result<(), EngineError> {
        for entry in &self.types {
            if let Some(rebuild) = of(&entry.class) {
                catch(|| rebuild(world)).map_err(|reason| EngineError::Rebuild {
                    rust_type: entry.rust_type,
                    reason,
                })?;
            }
        }
        Ok(())
    }

    pub(crate) fn infos(&self) -> Vec<TypeInfo> {
        self.types
            .iter()
            .map(|entry| TypeInfo {
                name: entry.name.clone(),
                version: entry.version,
                rust_type: entry.rust_type,
                persisted: matches!(entry.class, Class::Persisted(_)),
                layout: match &entry.class {
                    Class::Persisted(stored) => stored.layout(),
                    Class::Derived(_) | Class::DerivedById(_) => Layout::Whole,
                },
            })
            .collect()
    }
}

/// The registry of a built society, shared with the engine's own systems.
#[derive(Resource, Clone)]
pub(crate) struct Registered(pub(crate) Arc<Registry>);
