//! Finds what a save would forget.

use std::collections::BTreeSet;

use bevy_ecs::component::ComponentId;
use bevy_ecs::entity::Entity;
use bevy_ecs::resource::IsResource;
use bevy_ecs::schedule::{InternedScheduleLabel, Schedule, Schedules};
use bevy_ecs::world::World;

use super::{Registered, Registry};
use crate::error::EngineError;

/// What bevy itself puts into an empty world: not ours to save.
#[derive(Default)]
pub(crate) struct Baseline {
    resources: BTreeSet<ComponentId>,
    entities: BTreeSet<Entity>,
    /// How many systems each schedule has.
    systems: Vec<(InternedScheduleLabel, usize)>,
}

impl Baseline {
    /// What is there now, and the handle to the registry, which comes when it is complete.
    pub(crate) fn of(world: &mut World) -> Self {
        let registered = world.register_component::<Registered>();
        let present = world.iter_resources().map(|(id, _, _)| id);
        Self {
            resources: present.chain([registered]).collect(),
            entities: world.iter_entities().map(|entity| entity.id()).collect(),
            systems: world
                .get_resource::<Schedules>()
                .into_iter()
                .flat_map(Schedules::iter)
                .map(|(_, schedule)| (schedule.label(), schedule.systems_len()))
                .collect(),
        }
    }

    /// Whether a schedule has systems that bevy did not put there.
    pub(crate) fn has_more_systems(&self, schedule: &Schedule) -> bool {
        let own = self
            .systems
            .iter()
            .find(|(label, _)| *label == schedule.label());
        schedule.systems_len() > own.map_or(0, |(_, systems)| *systems)
    }
}

impl Registry {
    /// Every resource, component and entity that no save would contain, and every registered resource
    /// that is not there.
    pub(crate) fn unsaved(&self, world: &World) -> Vec<EngineError> {
        let mut problems = self.missing(world);
        problems.extend(self.unregistered_resources(world));
        problems.extend(self.unregistered_entities(world));
        problems
    }

    /// Removes every entity but bevy's own, and every resource that no save would contain: what a tick that
    /// failed may have left behind.
    pub(crate) fn remove_strays(&self, world: &mut World) {
        for kind in &self.kinds {
            (kind.clear_entities)(world);
        }
        let entities = world.iter_entities().filter(|entity| {
            !self.baseline.entities.contains(&entity.id()) && !entity.contains::<IsResource>()
        });
        for stray in entities.map(|entity| entity.id()).collect::<Vec<_>>() {
            world.despawn(stray);
        }
        let resources = world.iter_resources().map(|(id, _, _)| id);
        let unknown =
            resources.filter(|id| !self.baseline.resources.contains(id) && !self.knows(*id));
        for stray in unknown.collect::<Vec<_>>() {
            world.remove_resource_by_id(stray);
        }
    }

    fn missing(&self, world: &World) -> Vec<EngineError> {
        let absent = self
            .persisted()
            .filter(|(_, stored)| !stored.present(world));
        absent
            .map(|(entry, _)| EngineError::Missing {
                name: entry.name.clone(),
            })
            .collect()
    }

    fn unregistered_resources(&self, world: &World) -> Vec<EngineError> {
        let unknown = world
            .iter_resources()
            .filter(|(id, _, _)| !self.baseline.resources.contains(id) && !self.knows(*id));
        unknown
            .map(|(_, info, _)| EngineError::UnregisteredResource {
                rust_type: info.name().to_string(),
            })
            .collect()
    }

    fn unregistered_entities(&self, world: &World) -> Vec<EngineError> {
        let mut unknown = BTreeSet::new();
        let mut problems = Vec::new();
        for entity in world.iter_entities() {
            if self.baseline.entities.contains(&entity.id()) || entity.contains::<IsResource>() {
                continue;
            }
            let components = entity.archetype().components();
            let owner = self
                .kinds
                .iter()
                .find(|kind| (kind.owns)(world, entity.id()));
            if owner.is_none() {
                let names = components.iter().map(|id| name_of(world, *id)).collect();
                problems.push(EngineError::EntityWithoutId { components: names });
            }
            let known = |id: &ComponentId| match owner {
                Some(kind) => kind.components.contains(id),
                None => self.knows(*id),
            };
            unknown.extend(components.iter().copied().filter(|id| !known(id)));
        }
        problems.extend(
            unknown
                .into_iter()
                .map(|id| EngineError::UnregisteredComponent {
                    rust_type: name_of(world, id),
                }),
        );
        problems
    }
}

fn name_of(world: &World, id: ComponentId) -> String {
    world
        .components()
        .get_name(id)
        .map_or_else(|| format!("{id:?}"), |name| name.to_string())
}
