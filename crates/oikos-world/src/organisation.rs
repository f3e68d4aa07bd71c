//! Organisations and who belongs to them.

use std::collections::{BTreeMap, BTreeSet};

use bevy_app::{App, Plugin};
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{Date, StableId};
use oikos_engine::{
    AppExt, Attribute, Clock, Departed, EngineError, Kind, Populate, Slots, Topic, Vocabulary,
    Word, found, kind, set_all,
};
use serde::{Deserialize, Serialize};

use crate::error::WorldError;
use crate::person::{PeoplePlugin, Person, PersonId};

kind! {
    /// Organisations: clubs, schools, firms; what sort is a word of [`OrganisationKind`].
    pub Organisation, OrganisationId = "organisation";
}

/// The vocabulary of sorts of organisations.
pub struct OrganisationKind;

impl Topic for OrganisationKind {
    const NAME: &'static str = "world.organisation-kinds";
}

/// The vocabulary of what people are in an organisation: member, pupil, owner.
pub struct Role;

impl Topic for Role {
    const NAME: &'static str = "world.roles";
}

/// What sort of organisation it is.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq)]
#[attribute(kind = Organisation, name = "world.organisation-type", newborn = OrganisationType(Word::from_number(0)))]
pub struct OrganisationType(pub Word<OrganisationKind>);

/// That a person belongs to an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// As what.
    pub role: Word<Role>,
    /// From which date on.
    pub since: Date,
}

/// Who belongs to which organisation. Persisted; the dead and what is dissolved drop out.
#[derive(Resource, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(
    from = "Vec<(OrganisationId, PersonId, Membership)>",
    into = "Vec<(OrganisationId, PersonId, Membership)>"
)]
pub struct Memberships {
    by_organisation: BTreeMap<(OrganisationId, PersonId), Membership>,
    by_person: BTreeSet<(PersonId, OrganisationId)>,
}

impl From<Vec<(OrganisationId, PersonId, Membership)>> for Memberships {
    fn from(saved: Vec<(OrganisationId, PersonId, Membership)>) -> Self {
        let mut memberships = Self::default();
        for (organisation, person, membership) in saved {
            memberships
                .by_organisation
                .insert((organisation, person), membership);
            memberships.by_person.insert((person, organisation));
        }
        memberships
    }
}

impl From<Memberships> for Vec<(OrganisationId, PersonId, Membership)> {
    fn from(memberships: Memberships) -> Self {
        let all = memberships.by_organisation.into_iter();
        all.map(|((organisation, person), membership)| (organisation, person, membership))
            .collect()
    }
}

impl Memberships {
    /// Lets a person join.
    ///
    /// # Errors
    /// [`WorldError::AlreadyMember`].
    pub fn join(
        &mut self,
        organisation: OrganisationId,
        person: PersonId,
        membership: Membership,
    ) -> Result<(), WorldError> {
        if !self.by_person.insert((person, organisation)) {
            let (person, organisation) = (person.to_string(), organisation.to_string());
            return Err(WorldError::AlreadyMember {
                person,
                organisation,
            });
        }
        self.by_organisation
            .insert((organisation, person), membership);
        Ok(())
    }

    /// Lets a person leave.
    ///
    /// # Errors
    /// [`WorldError::NotMember`].
    pub fn leave(
        &mut self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<Membership, WorldError> {
        self.by_person.remove(&(person, organisation));
        let left = self.by_organisation.remove(&(organisation, person));
        left.ok_or_else(|| WorldError::NotMember {
            person: person.to_string(),
            organisation: organisation.to_string(),
        })
    }

    /// The members of an organisation, in the order of their ids.
    pub fn members(
        &self,
        organisation: OrganisationId,
    ) -> impl Iterator<Item = (PersonId, &Membership)> {
        let all = (organisation, PersonId::FIRST)..=(organisation, PersonId::LAST);
        self.by_organisation
            .range(all)
            .map(|((_, person), membership)| (*person, membership))
    }

    /// The organisations a person belongs to, in the order of their ids.
    pub fn of(&self, person: PersonId) -> impl Iterator<Item = (OrganisationId, &Membership)> {
        let all = (person, OrganisationId::FIRST)..=(person, OrganisationId::LAST);
        self.by_person
            .range(all)
            .filter_map(|(person, organisation)| {
                Some((
                    *organisation,
                    self.by_organisation.get(&(*organisation, *person))?,
                ))
            })
    }

    fn forget_people(world: &mut World, dead: &[Departed<Person>]) {
        let mut memberships = world.resource_mut::<Self>();
        for (person, _) in dead {
            let of: Vec<_> = memberships
                .of(*person)
                .map(|(organisation, _)| organisation)
                .collect();
            for organisation in of {
                memberships.by_person.remove(&(*person, organisation));
                memberships.by_organisation.remove(&(organisation, *person));
            }
        }
    }

    fn forget_organisations(world: &mut World, gone: &[Departed<Organisation>]) {
        let mut memberships = world.resource_mut::<Self>();
        for (organisation, _) in gone {
            let members: Vec<_> = memberships
                .members(*organisation)
                .map(|(person, _)| person)
                .collect();
            for person in members {
                memberships.by_person.remove(&(person, *organisation));
                memberships.by_organisation.remove(&(*organisation, person));
            }
        }
    }
}

/// An organisation that a society starts with, as a starting population:
/// `populate(Founding::of("club").with("member", [ada, bea]))`. During a run, ask
/// [`oikos_engine::Births`] for one.
#[derive(Clone, Debug)]
pub struct Founding {
    kind: String,
    members: Vec<(String, PersonId)>,
}

impl Founding {
    /// An organisation of this kind, which is added to the vocabulary if it is new.
    #[must_use]
    pub fn of(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            members: Vec::new(),
        }
    }

    /// With these people in this role, which is added to the vocabulary if it is new.
    #[must_use]
    pub fn with(mut self, role: &str, people: impl IntoIterator<Item = PersonId>) -> Self {
        let members = people.into_iter().map(|person| (role.to_owned(), person));
        self.members.extend(members);
        self
    }
}

impl Populate for Founding {
    fn populate(
        self: Box<Self>,
        world: &mut World,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let unknown = || EngineError::UnknownKind {
            kind: Organisation::NAME,
        };
        let slots = world.get_resource::<Slots<Organisation>>();
        let subject = slots.ok_or_else(unknown)?.next_id();
        let founded = found::<Organisation>(world, [subject])?;
        let organisation = founded.first().ok_or_else(unknown)?.id();
        let kind = word::<OrganisationKind>(world, &self.kind)?;
        set_all(world, organisation, &[OrganisationType(kind)])?;
        let since = world.resource::<Clock>().today();
        for (role, person) in &self.members {
            if !world.resource::<Slots<Person>>().contains(*person) {
                let id = person.to_string();
                return Err(EngineError::NotAlive { id }.into());
            }
            let role = word::<Role>(world, role)?;
            let mut memberships = world.resource_mut::<Memberships>();
            memberships.join(organisation, *person, Membership { role, since })?;
        }
        Ok(())
    }
}

fn word<T: Topic>(world: &mut World, name: &str) -> Result<Word<T>, WorldError> {
    let word = world.resource_mut::<Vocabulary<T>>().word(name);
    word.ok_or_else(|| WorldError::VocabularyFull {
        vocabulary: T::NAME,
        word: name.to_owned(),
    })
}

/// Organisations and memberships.
pub struct OrganisationsPlugin;

impl Plugin for OrganisationsPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<PeoplePlugin>() {
            app.add_plugins(PeoplePlugin);
        }
        app.kind::<Organisation>()
            .attribute::<OrganisationType>()
            .vocabulary::<OrganisationKind>()
            .vocabulary::<Role>()
            .persist::<Memberships>("world.memberships", 1)
            .on_death::<Person>(Memberships::forget_people)
            .on_death::<Organisation>(Memberships::forget_organisations);
    }
}
