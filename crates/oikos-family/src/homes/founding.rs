//! The homes that a society starts with.

use std::collections::BTreeMap;
use std::error::Error;

use bevy_ecs::error::BevyError;
use bevy_ecs::system::Res;
use bevy_ecs::world::World;
use oikos_engine::{Clock, Column, Populate, Slots};
use oikos_world::{
    FoundHouseholds, HouseholdId, Person, PersonId, PersonMap, Residence, Residents,
    found_institution,
};

use super::ParentalHome;
use super::guardians::{Guardian, Orphanage, Wards};
use super::kinsfolk::Kinsfolk;
use crate::error::FamilyError;
use crate::lineage::Lineage;
use crate::unions::Unions;

/// Founds a private household for each group of people; whoever is in none lives alone. For starting populations,
/// before the first tick and after their lineage and unions.
///
/// Minors live in their parental home, and so do the adults `at_home`. A minor who lives with no parent has a
/// guardian: the closest kin of age in the group, who is its adult of lowest id where nobody is kin. Minors
/// without an adult live in the institution for children, which is founded here, too.
///
/// # Errors
/// [`FamilyError::HomesTwice`] if there are homes already; [`FamilyError::ParentalHome`] for an adult who lives with no
/// parent but is to be at home; as [`found_households`](oikos_world::found_households). Nothing has then changed.
pub fn found_homes(
    world: &mut World,
    groups: &[Vec<PersonId>],
    at_home: &[PersonId],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    if world.resource::<Orphanage>().0.is_some() {
        return Err(FamilyError::HomesTwice.into());
    }
    check_at_home(world, groups, at_home)?;
    Box::new(FoundHouseholds(groups.to_vec())).populate(world)?;
    let settled = Settled::of(world, at_home)?;
    let orphanage = found_institution(world, &settled.orphans)?;
    world.insert_resource(Orphanage(Some(orphanage)));
    let mut guardians = world.resource_mut::<PersonMap<Guardian>>();
    for orphan in settled.orphans {
        guardians.insert(orphan, Guardian::Institution(orphanage));
    }
    for (ward, guardian) in settled.wards {
        guardians.insert(ward, Guardian::Person(guardian));
    }
    Wards::rebuild(world);
    Ok(())
}

/// A starting population's homes: see [`found_homes`].
#[derive(Clone, Debug, Default)]
pub struct FoundHomes {
    /// Those who live together. Whoever is in no group lives alone.
    pub groups: Vec<Vec<PersonId>>,
    /// The adults who live in their parental home.
    pub at_home: Vec<PersonId>,
}

impl Populate for FoundHomes {
    fn populate(self: Box<Self>, world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
        found_homes(world, &self.groups, &self.at_home)
    }
}

/// Refuses to go on without homes.
pub(super) fn check_founded(orphanage: Res<Orphanage>) -> Result<(), BevyError> {
    match orphanage.0 {
        Some(_) => Ok(()),
        None => Err(FamilyError::NoHomes.into()),
    }
}

pub(super) fn kinsfolk(world: &World) -> Result<Kinsfolk<'_>, Box<dyn Error + Send + Sync>> {
    Ok(Kinsfolk::new(
        world.resource::<Clock>(),
        world.resource::<Slots<Person>>(),
        world
            .get_resource::<Lineage>()
            .ok_or(FamilyError::NoFamily)?,
        world.resource::<Unions>(),
    )?)
}

fn check_at_home(
    world: &World,
    groups: &[Vec<PersonId>],
    at_home: &[PersonId],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let kinsfolk = kinsfolk(world)?;
    let numbered = (0_usize..).zip(groups);
    let of = numbered.flat_map(|(group, people)| people.iter().map(move |who| (*who, group)));
    let of: BTreeMap<PersonId, usize> = of.collect();
    for person in at_home {
        let group = of.get(person);
        let mut parents = kinsfolk.parents(*person);
        if group.is_none() || !parents.any(|parent| of.get(&parent) == group) {
            return Err(FamilyError::ParentalHome { person: *person }.into());
        }
    }
    Ok(())
}

/// Who takes care of whom at the beginning.
#[derive(Default)]
struct Settled {
    orphans: Vec<PersonId>,
    wards: Vec<(PersonId, PersonId)>,
}

impl Settled {
    /// Finds the guardians of minors, and sets who lives in the parental home.
    fn of(world: &mut World, at_home: &[PersonId]) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut settled = Self::default();
        let mut parental = Vec::new();
        {
            let kinsfolk = kinsfolk(world)?;
            let people = world.resource::<Slots<Person>>();
            let homes = world.resource::<Column<Residence>>();
            let residents = world.resource::<Residents>();
            let home = |person| {
                let slot = people.slot(person)?;
                homes.get(slot).and_then(|residence| residence.0)
            };
            let mut at_home = at_home.to_vec();
            at_home.sort_unstable();
            for (slot, who) in people.iter() {
                let person = who.id();
                let is_minor = kinsfolk.is_minor(person);
                let is_at_home = is_minor || at_home.binary_search(&person).is_ok();
                parental.push((slot, ParentalHome(is_at_home)));
                if is_minor {
                    settled.settle(person, home, residents, &kinsfolk);
                }
            }
        }
        settled.orphans.sort_unstable();
        let mut column = world.resource_mut::<Column<ParentalHome>>();
        for (slot, value) in parental {
            if let Some(cell) = column.get_mut(slot) {
                *cell = value;
            }
        }
        Ok(settled)
    }

    fn settle(
        &mut self,
        minor: PersonId,
        home: impl Fn(PersonId) -> Option<HouseholdId>,
        residents: &Residents,
        kinsfolk: &Kinsfolk<'_>,
    ) {
        let lives_in = home(minor);
        let together = |other: &PersonId| lives_in.is_some() && home(*other) == lives_in;
        if kinsfolk.parents(minor).any(|parent| together(&parent)) {
            return;
        }
        let housemates = lives_in.into_iter().flat_map(|home| residents.of(home));
        let adults = housemates.filter(|other| kinsfolk.is_of_age(*other));
        let guardian = kinsfolk.caring(minor).chain(adults).find(together);
        match guardian {
            Some(guardian) => self.wards.push((minor, guardian)),
            None => self.orphans.push(minor),
        }
    }
}
