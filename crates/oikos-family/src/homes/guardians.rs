//! Guardians: who takes care of children who live with no parent.

use std::collections::BTreeSet;

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use bevy_ecs::world::World;
use oikos_core::StableId;
use oikos_engine::{Clock, Departed, Slots};
use oikos_world::{HouseholdId, Person, PersonId, PersonMap};
use serde::{Deserialize, Serialize};

use super::kinsfolk::Kinsfolk;
use crate::lineage::Lineage;
use crate::unions::Unions;

/// Who takes care of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Guardian {
    /// Somebody in whose household the child lives.
    Person(PersonId),
    /// The institution in which the child lives.
    Institution(HouseholdId),
}

/// Who takes care of a minor who lives with no parent. `None` for those who live with a parent, are of age, have
/// formed a union or are dead, and without a [`HomesPlugin`](super::HomesPlugin).
#[must_use]
pub fn guardian(world: &World, person: PersonId) -> Option<Guardian> {
    let found = world.get_resource::<PersonMap<Guardian>>()?.get(person)?;
    let kinsfolk = Kinsfolk::new(
        world.get_resource::<Clock>()?,
        world.get_resource::<Slots<Person>>()?,
        world.get_resource::<Lineage>()?,
        world.get_resource::<Unions>()?,
    );
    let is_minor = kinsfolk.ok()?.is_minor(person);
    is_minor.then_some(*found)
}

/// The institution for children whom nobody can take in; `None` until homes are founded. Persisted.
#[derive(Resource, Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Orphanage(pub(super) Option<HouseholdId>);

/// Guardians with those whom they take care of: the inverse of the map of guardians. Derived.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct Wards(BTreeSet<(PersonId, PersonId)>);

impl Wards {
    /// Those of whom somebody takes care, or did until they came of age, in the order of their ids.
    pub(super) fn of(&self, guardian: PersonId) -> impl Iterator<Item = PersonId> + '_ {
        let all = (guardian, PersonId::FIRST)..=(guardian, PersonId::LAST);
        self.0.range(all).map(|(_, ward)| *ward)
    }

    pub(super) fn rebuild(world: &mut World) {
        let guardians = world.resource::<PersonMap<Guardian>>().iter();
        let pairs = guardians.filter_map(|(ward, guardian)| match guardian {
            Guardian::Person(guardian) => Some((*guardian, ward)),
            Guardian::Institution(_) => None,
        });
        let wards = Self(pairs.collect());
        world.insert_resource(wards);
    }

    /// The dead need no guardian. Runs before the map of guardians forgets them.
    pub(super) fn forget(world: &mut World, dead: &[Departed<Person>]) {
        let guardians = world.resource::<PersonMap<Guardian>>();
        let pair = |ward| match guardians.get(ward) {
            Some(Guardian::Person(guardian)) => Some((*guardian, ward)),
            _ => None,
        };
        let pairs: Vec<_> = dead.iter().filter_map(|(ward, _)| pair(*ward)).collect();
        let mut wards = world.resource_mut::<Self>();
        for pair in pairs {
            wards.0.remove(&pair);
        }
    }

    /// Every pair, for the check that the index is right.
    pub(super) fn all(&self) -> &BTreeSet<(PersonId, PersonId)> {
        &self.0
    }
}

/// Who takes care of whom. The entry of somebody who grew up with a guardian stays until they leave: it tells
/// whose home it is.
#[derive(SystemParam)]
pub(super) struct Guardianship<'w> {
    guardians: ResMut<'w, PersonMap<Guardian>>,
    wards: ResMut<'w, Wards>,
    pub(super) orphanage: Res<'w, Orphanage>,
}

impl Guardianship<'_> {
    pub(super) fn of(&self, ward: PersonId) -> Option<Guardian> {
        self.guardians.get(ward).copied()
    }

    pub(super) fn wards(&self) -> &Wards {
        &self.wards
    }

    /// Enters who takes care of somebody from now on; nobody, with `None`.
    pub(super) fn set(&mut self, ward: PersonId, guardian: Option<Guardian>) {
        let before = match guardian {
            Some(guardian) => self.guardians.insert(ward, guardian),
            None => self.guardians.remove(ward),
        };
        if let Some(Guardian::Person(before)) = before {
            self.wards.0.remove(&(before, ward));
        }
        if let Some(Guardian::Person(guardian)) = guardian {
            self.wards.0.insert((guardian, ward));
        }
    }
}
