//! Applies a tick's births and deaths.

use std::any::TypeId;

use bevy_ecs::error::BevyError;
use bevy_ecs::world::World;

use super::{BirthRequest, Births, Blamed, Born, Changes, Deaths, Died};
use crate::error::EngineError;
use crate::kind::Kind;
use crate::registry::{KindEntry, Registered};
use crate::slots::Slots;

/// The system that applies births, then deaths: a mother who dies on the day of a birth has borne.
pub(crate) fn apply_changes<K: Kind>(world: &mut World) -> Result<(), BevyError> {
    if world.resource::<Births<K>>().is_empty() && world.resource::<Deaths<K>>().is_empty() {
        return Ok(());
    }
    let registry = world.resource::<Registered>().0.clone();
    let kind = registry
        .kind(TypeId::of::<K>())
        .ok_or(EngineError::UnknownKind { kind: K::NAME })?;
    apply_births::<K>(world, kind)?;
    apply_deaths::<K>(world, kind)?;
    Ok(())
}

fn apply_births<K: Kind>(world: &mut World, kind: &KindEntry) -> Result<(), EngineError> {
    let mut births = std::mem::take(&mut *world.resource_mut::<Births<K>>());
    births
        .requests
        .sort_unstable_by_key(|request| (request.cause, request.ordinal));
    if let Err((position, error)) = refuse_duplicates::<K>(&births) {
        world.resource_mut::<Blamed>().0 = births.askers.of(position).cloned();
        return Err(error);
    }
    if let Err((position, error)) = refuse_unknown_attributes(&births, kind) {
        world.resource_mut::<Blamed>().0 = births.askers.of(position).cloned();
        return Err(error);
    }
    if let Err((position, error)) = refuse_against_rules(world, &births, kind) {
        world.resource_mut::<Blamed>().0 = births.askers.of(position).cloned();
        return Err(error);
    }
    let mut slots = world.resource_mut::<Slots<K>>();
    let mut admitted = Vec::with_capacity(births.requests.len());
    for request in &births.requests {
        admitted.push(slots.admit(request.subject)?);
    }
    let total = slots.slots();
    for (_, column) in &kind.columns {
        column.admit(world, total, &admitted);
    }
    for (request, (_, slot)) in births.requests.iter().zip(&admitted) {
        for (given, _, bytes) in &births.values[request.values.clone()] {
            if let Some(column) = kind.column(*given) {
                column.set(world, slot.index(), &births.bytes[bytes.clone()])?;
            }
        }
    }
    let born = births
        .requests
        .iter()
        .zip(&admitted)
        .map(|(request, (id, _))| Born {
            id: *id,
            cause: request.cause,
            ordinal: request.ordinal,
        });
    world.resource_mut::<Changes<K>>().born.extend(born);
    Ok(())
}

/// The place in its queue of the request at fault, and the fault.
type AtFault = (usize, EngineError);

fn refuse_duplicates<K: Kind>(sorted: &Births<K>) -> Result<(), AtFault> {
    for pair in sorted.requests.windows(2) {
        let (cause, ordinal) = (pair[0].cause, pair[0].ordinal);
        if (cause, ordinal) == (pair[1].cause, pair[1].ordinal) {
            let duplicate = EngineError::DuplicateBirth {
                kind: K::NAME,
                cause,
                ordinal,
            };
            return Err((pair[0].position.max(pair[1].position), duplicate));
        }
    }
    Ok(())
}

fn refuse_against_rules<K: Kind>(
    world: &World,
    births: &Births<K>,
    kind: &KindEntry,
) -> Result<(), AtFault> {
    for request in &births.requests {
        let asked = BirthRequest {
            cause: request.cause,
            ordinal: request.ordinal,
            given: &births.values[request.values.clone()],
            bytes: &births.bytes,
        };
        for rule in &kind.birth_rules {
            rule(world, &asked).map_err(|problem| {
                let refused = EngineError::BirthRefused {
                    kind: K::NAME,
                    cause: request.cause,
                    ordinal: request.ordinal,
                    problem,
                };
                (request.position, refused)
            })?;
        }
    }
    Ok(())
}

fn refuse_unknown_attributes<K: Kind>(births: &Births<K>, kind: &KindEntry) -> Result<(), AtFault> {
    let unknown = |value: usize| kind.column(births.values[value].0).is_none();
    for request in &births.requests {
        if let Some(value) = request.values.clone().find(|value| unknown(*value)) {
            let attribute = births.values[value].1.to_owned();
            return Err((
                request.position,
                EngineError::UnknownAttribute { attribute },
            ));
        }
    }
    Ok(())
}

fn apply_deaths<K: Kind>(world: &mut World, kind: &KindEntry) -> Result<(), EngineError> {
    let mut deaths = std::mem::take(&mut *world.resource_mut::<Deaths<K>>());
    let next_id = world.resource::<Slots<K>>().next_id();
    if let Some(position) = deaths.requests.iter().position(|(id, _)| *id >= next_id) {
        world.resource_mut::<Blamed>().0 = deaths.askers.of(position).cloned();
        let id = format!("{}#{}", K::NAME, deaths.requests[position].0);
        return Err(EngineError::NeverBorn { id });
    }
    let mut requests = std::mem::take(&mut deaths.requests);
    requests.sort_unstable();
    requests.dedup_by_key(|(id, _)| *id);
    let mut slots = world.resource_mut::<Slots<K>>();
    // Somebody who is already dead stays so: the request is void.
    let died = requests.into_iter().filter_map(|(id, cause)| {
        let slot = slots.dismiss(id)?;
        Some(Died { id, cause, slot })
    });
    let died: Vec<Died> = died.collect();
    for map in &kind.maps {
        map.forget(world, &died);
    }
    world.resource_mut::<Changes<K>>().died.extend(died);
    Ok(())
}
