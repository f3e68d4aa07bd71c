//! What the registry knows of a kind: its columns and whatever else goes by its ids.

use std::any::TypeId;
use std::sync::Arc;

use bevy_ecs::component::ComponentId;
use bevy_ecs::entity::Entity;
use bevy_ecs::world::World;
use oikos_core::Digest;

use crate::attribute::Attribute;
use crate::column::Column;
use crate::error::EngineError;
use crate::kind::Kind;
use crate::map::KindMap;
use crate::population::{BirthRule, Departed, Died};
use crate::slots::{Slot, Slots};

/// A column, whatever its type.
pub(crate) trait ColumnOps: Send + Sync {
    /// Makes it so many slots long, and gives those admitted what newborns have.
    fn admit(&self, world: &mut World, slots: usize, admitted: &[(u64, Slot)]);
    fn set(&self, world: &mut World, slot: usize, bytes: &[u8]) -> Result<(), EngineError>;
    fn permute(&self, world: &mut World, order: &[u32]);
}

/// Something keyed by the ids of a kind that forgets the dead.
pub(crate) trait MapOps: Send + Sync {
    fn forget(&self, world: &mut World, dead: &[Died]);
}

/// The digests of births and of deaths that were asked for, with names.
pub(crate) type QueueDigests = [(String, Digest); 2];

/// One registered kind.
pub(crate) struct KindEntry {
    pub(crate) type_id: TypeId,
    pub(crate) columns: Vec<(TypeId, Box<dyn ColumnOps>)>,
    pub(crate) maps: Vec<Box<dyn MapOps>>,
    pub(crate) birth_rules: Vec<BirthRule>,
    /// The components that the entities of its members may carry.
    pub(crate) components: Vec<ComponentId>,
    /// Held slots in the order of the ids.
    pub(crate) order: fn(&World) -> Vec<u32>,
    /// Number of slots, held and free.
    pub(crate) slots: fn(&World) -> usize,
    pub(crate) permute_slots: fn(&mut World, &[u32]),
    /// Whether an entity is the one of a living member.
    pub(crate) owns: fn(&World, Entity) -> bool,
    /// Births and deaths that were asked for too late.
    pub(crate) too_late: fn(&World) -> Result<(), EngineError>,
    pub(crate) note_askers: fn(&mut World, &Arc<str>),
    pub(crate) queue_digests: fn(&World) -> Result<QueueDigests, EngineError>,
    pub(crate) clear_entities: fn(&mut World),
}

impl KindEntry {
    pub(crate) fn new<K: Kind>() -> Self {
        Self {
            type_id: TypeId::of::<K>(),
            columns: Vec::new(),
            maps: Vec::new(),
            birth_rules: Vec::new(),
            components: Vec::new(),
            order: super::slots::order_by_id::<K>,
            slots: |world| world.resource::<Slots<K>>().slots(),
            permute_slots: super::slots::permute::<K>,
            owns: crate::entity::owns::<K>,
            too_late: crate::population::too_late::<K>,
            note_askers: crate::population::note_askers::<K>,
            queue_digests: crate::population::queue_digests::<K>,
            clear_entities: crate::entity::Entities::<K>::clear,
        }
    }

    pub(crate) fn column(&self, attribute: TypeId) -> Option<&dyn ColumnOps> {
        self.columns
            .iter()
            .find(|(id, _)| *id == attribute)
            .map(|(_, ops)| &**ops)
    }

    /// Moves all rows of the kind at once.
    pub(crate) fn permute(&self, world: &mut World, order: &[u32]) {
        (self.permute_slots)(world, order);
        for (_, column) in &self.columns {
            column.permute(world, order);
        }
    }
}

/// [`ColumnOps`] of one attribute.
pub(crate) struct ColumnOf<A>(pub(crate) std::marker::PhantomData<fn() -> A>);

impl<A: Attribute> ColumnOps for ColumnOf<A> {
    fn admit(&self, world: &mut World, slots: usize, admitted: &[(u64, Slot)]) {
        let mut column = world.resource_mut::<Column<A>>();
        column.resize(slots);
        for (_, slot) in admitted {
            column.set(slot.index(), A::newborn());
        }
    }

    fn set(&self, world: &mut World, slot: usize, bytes: &[u8]) -> Result<(), EngineError> {
        let value = A::take(bytes).ok_or_else(|| EngineError::Decode {
            name: A::NAME.to_owned(),
            problem: format!("{bytes:?} is no value of it"),
        })?;
        world.resource_mut::<Column<A>>().set(slot, value);
        Ok(())
    }

    fn permute(&self, world: &mut World, order: &[u32]) {
        world.resource_mut::<Column<A>>().permute(order);
    }
}

/// [`MapOps`] of a function that a plugin gave.
pub(crate) struct ForgetBy<K: Kind>(pub(crate) fn(&mut World, &[Departed<K>]));

impl<K: Kind> MapOps for ForgetBy<K> {
    fn forget(&self, world: &mut World, dead: &[Died]) {
        let dead: Vec<_> = dead
            .iter()
            .map(|died| (crate::slots::known_id::<K>(died.id), died.slot))
            .collect();
        (self.0)(world, &dead);
    }
}

/// [`MapOps`] of a [`KindMap`].
pub(crate) struct MapOf<K, T>(pub(crate) std::marker::PhantomData<fn() -> (K, T)>);

impl<K: Kind, T: Send + Sync + 'static> MapOps for MapOf<K, T> {
    fn forget(&self, world: &mut World, dead: &[Died]) {
        let mut map = world.resource_mut::<KindMap<K, T>>();
        for died in dead {
            map.remove(crate::slots::known_id::<K>(died.id));
        }
    }
}
