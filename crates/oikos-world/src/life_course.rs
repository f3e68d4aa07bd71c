//! Life courses: the states that life events begin, and who the parents of people are.
//!
//! Both are what an export of lives needs to know from plugins that it does not know. Output, never state.

use bevy_app::App;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_engine::AppExt;

use crate::error::WorldError;
use crate::person::{PeoplePlugin, PersonId};

/// A domain of life in which everybody is in one state at a time, and life events begin states: union status,
/// employment, schooling.
#[derive(Clone, Copy, Debug)]
pub struct LifeDomain {
    /// The name in tables, in snake case.
    pub name: &'static str,
    /// Words of [`LifeEventKind`](crate::LifeEventKind), and the states of the person that they begin. Of
    /// several on one day the last one counts.
    pub begins: &'static [(&'static str, &'static str)],
    /// The state of somebody living, read between ticks: that in which they come under observation.
    pub now: fn(&World, PersonId) -> Option<&'static str>,
}

/// The domains that plugins declared, in their order.
#[derive(Resource, Default)]
pub struct LifeDomains {
    all: Vec<LifeDomain>,
}

impl LifeDomains {
    /// Adds a domain.
    ///
    /// # Errors
    /// [`WorldError::DuplicateLifeDomain`].
    pub fn add(&mut self, domain: LifeDomain) -> Result<(), WorldError> {
        if self.all.iter().any(|known| known.name == domain.name) {
            let name = domain.name.to_owned();
            return Err(WorldError::DuplicateLifeDomain { name });
        }
        self.all.push(domain);
        Ok(())
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[LifeDomain] {
        &self.all
    }
}

/// Tells the mother and the father of anybody who ever lived, where they are known. A plugin that keeps a
/// lineage declares it.
pub type ParentsOf = fn(&World, PersonId) -> [Option<PersonId>; 2];

/// Who tells the parents of people, if any plugin does.
#[derive(Resource, Default)]
pub struct Parentage {
    parents: Option<ParentsOf>,
}

impl Parentage {
    /// Mother and father; `None` if no plugin tells.
    #[must_use]
    pub fn of(&self, world: &World, person: PersonId) -> Option<[Option<PersonId>; 2]> {
        self.parents.map(|parents| parents(world, person))
    }
}

/// Lets plugins declare what life courses are made of.
pub trait LifeCourseExt {
    /// Declares a domain. A second one of the same name is an error when the society is built.
    fn life_domain(&mut self, domain: LifeDomain) -> &mut Self;
    /// Declares who tells the parents of people. A second time is an error when the society is built.
    fn parentage(&mut self, parents: ParentsOf) -> &mut Self;
}

impl LifeCourseExt for App {
    fn life_domain(&mut self, domain: LifeDomain) -> &mut Self {
        add_people(self);
        if let Err(problem) = self.world_mut().resource_mut::<LifeDomains>().add(domain) {
            self.problem("life domain", problem.to_string());
        }
        self
    }

    fn parentage(&mut self, parents: ParentsOf) -> &mut Self {
        add_people(self);
        let mut parentage = self.world_mut().resource_mut::<Parentage>();
        if parentage.parents.replace(parents).is_some() {
            self.problem("parentage", WorldError::DuplicateParentage.to_string());
        }
        self
    }
}

fn add_people(app: &mut App) {
    if !app.is_plugin_added::<PeoplePlugin>() {
        app.add_plugins(PeoplePlugin);
    }
}
