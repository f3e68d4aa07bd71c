//! Entities on demand: for what is rich or ragged about some members of a kind.

use bevy_ecs::entity::Entity;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Commands, EntityCommands, Res, ResMut, SystemParam};
use bevy_ecs::world::World;
use oikos_core::IdMap;

use crate::kind::Kind;
use crate::population::Died;
use crate::registry::MapOps;
use crate::slots::Slots;

/// The entities of the members that have one.
///
/// A member gets an entity when a plugin first asks for one. It carries the member's id as a component,
/// so `Query<(&PersonId, &mut Mind)>` meets the rows; it goes when the member dies. Entity numbers are
/// not state: a save names entities by these ids.
#[derive(Resource)]
pub struct Entities<K: Kind> {
    by_id: IdMap<K::Id, Entity>,
}

impl<K: Kind> Default for Entities<K> {
    fn default() -> Self {
        Self {
            by_id: IdMap::default(),
        }
    }
}

impl<K: Kind> Entities<K> {
    /// The member's entity, if it has one.
    #[must_use]
    pub fn get(&self, id: K::Id) -> Option<Entity> {
        self.by_id.get(id).copied()
    }

    /// All members that have one, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (K::Id, Entity)> + '_ {
        self.by_id.iter().map(|(id, entity)| (id, *entity))
    }

    /// The member's entity, made if it has none yet; `None` for one that does not live. For exclusive
    /// systems and for populating.
    pub fn entity(world: &mut World, id: K::Id) -> Option<Entity> {
        world
            .resource::<Slots<K>>()
            .contains(id)
            .then(|| Self::of(world, id))
    }

    pub(crate) fn of(world: &mut World, id: K::Id) -> Entity {
        if let Some(entity) = world.resource::<Self>().get(id) {
            return entity;
        }
        let entity = world.spawn(id).id();
        world.resource_mut::<Self>().by_id.insert(id, entity);
        entity
    }

    /// Removes all of them, before a load puts others in their place.
    pub(crate) fn clear(world: &mut World) {
        let all = std::mem::take(&mut world.resource_mut::<Self>().by_id);
        for (_, entity) in all.iter() {
            world.despawn(*entity);
        }
    }
}

/// Entities on demand, as a system parameter: `people.entity(id)` has an entity made if there is none.
///
/// ```
/// # use oikos_engine::{EntitiesMut, bevy_ecs};
/// # use bevy_ecs::component::Component;
/// # oikos_engine::kind! {
/// #     /// A tree.
/// #     pub Tree, TreeId = "tree";
/// # }
/// #[derive(Component)]
/// struct Nest;
/// fn settle(mut trees: EntitiesMut<Tree>, chosen: bevy_ecs::system::Res<Chosen>) {
///     if let Some(mut tree) = trees.entity(chosen.0) {
///         tree.insert(Nest);
///     }
/// }
/// # #[derive(bevy_ecs::resource::Resource)] struct Chosen(TreeId);
/// ```
#[derive(SystemParam)]
pub struct EntitiesMut<'w, 's, K: Kind> {
    entities: ResMut<'w, Entities<K>>,
    slots: Res<'w, Slots<K>>,
    commands: Commands<'w, 's>,
}

impl<K: Kind> EntitiesMut<'_, '_, K> {
    /// Commands for the member's entity, which apply when the system ends; `None` for one that does not
    /// live.
    pub fn entity(&mut self, id: K::Id) -> Option<EntityCommands<'_>> {
        if !self.slots.contains(id) {
            return None;
        }
        match self.entities.get(id) {
            Some(entity) => self.commands.get_entity(entity).ok(),
            None => {
                let commands = self.commands.spawn(id);
                self.entities.by_id.insert(id, commands.id());
                Some(commands)
            }
        }
    }

    /// The member's entity, if it has one.
    #[must_use]
    pub fn get(&self, id: K::Id) -> Option<Entity> {
        self.entities.get(id)
    }
}

/// Whether the entity is the one of a living member.
pub(crate) fn owns<K: Kind>(world: &World, entity: Entity) -> bool {
    let id = world.get::<K::Id>(entity);
    id.is_some_and(|id| world.resource::<Entities<K>>().get(*id) == Some(entity))
}

/// Removes the entities of the dead.
pub(crate) struct EntitiesOf<K>(pub(crate) std::marker::PhantomData<fn() -> K>);

impl<K: Kind> MapOps for EntitiesOf<K> {
    fn forget(&self, world: &mut World, dead: &[Died]) {
        for died in dead {
            let id = crate::slots::known_id::<K>(died.id);
            if let Some(entity) = world.resource_mut::<Entities<K>>().by_id.remove(id) {
                world.despawn(entity);
            }
        }
    }
}
