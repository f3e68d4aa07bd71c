//! The households that a society starts with.

use std::error::Error;

use bevy_ecs::world::World;
use oikos_engine::{EngineError, Kind, Populate, Slots, Vocabulary, found, set_all};

use super::{Household, HouseholdId, HouseholdKind, HouseholdType, Residence, Residents};
use crate::error::WorldError;
use crate::person::{Person, PersonId};

/// Founds a private household for each group of people. Whoever lives elsewhere already moves.
///
/// # Errors
/// [`WorldError::EmptyHousehold`], [`WorldError::TwoHouseholds`], [`EngineError::NotAlive`]: nothing has
/// then changed. [`EngineError::UnknownKind`] without [`HouseholdsPlugin`](super::HouseholdsPlugin).
pub fn found_households(
    world: &mut World,
    groups: &[Vec<PersonId>],
) -> Result<Vec<HouseholdId>, Box<dyn Error + Send + Sync>> {
    check_groups(world, groups)?;
    if groups.iter().any(Vec::is_empty) {
        return Err(WorldError::EmptyHousehold.into());
    }
    found_all(world, groups)
}

/// Founds an institution, in which these people live, or nobody yet. Whoever lives elsewhere already moves.
///
/// # Errors
/// As [`found_households`].
pub fn found_institution(
    world: &mut World,
    people: &[PersonId],
) -> Result<HouseholdId, Box<dyn Error + Send + Sync>> {
    let groups = [people.to_vec()];
    check_groups(world, &groups)?;
    let founded = found_all(world, &groups)?;
    let words = world.resource::<Vocabulary<HouseholdKind>>();
    let kind = words.find(HouseholdType::INSTITUTION).map(HouseholdType);
    set_all(world, founded[0], kind.as_slice())?;
    Ok(founded[0])
}

/// Founds a household for each group, which were checked.
fn found_all(
    world: &mut World,
    groups: &[Vec<PersonId>],
) -> Result<Vec<HouseholdId>, Box<dyn Error + Send + Sync>> {
    let first = world.resource::<Slots<Household>>().next_id();
    let subjects = first..first + groups.len() as u64;
    let founded = found::<Household>(world, subjects)?;
    for (household, people) in founded.iter().zip(groups) {
        for person in people {
            set_all(world, *person, &[Residence(Some(household.id()))])?;
        }
    }
    Residents::rebuild(world);
    Ok(founded.iter().map(|household| household.id()).collect())
}

fn check_groups(
    world: &World,
    groups: &[Vec<PersonId>],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let kind = Household::NAME;
    if world.get_resource::<Slots<Household>>().is_none() {
        return Err(EngineError::UnknownKind { kind }.into());
    }
    let people = world.resource::<Slots<Person>>();
    let mut all: Vec<PersonId> = groups.iter().flatten().copied().collect();
    all.sort_unstable();
    if let Some(pair) = all.windows(2).find(|pair| pair[0] == pair[1]) {
        let person = pair[0].to_string();
        return Err(WorldError::TwoHouseholds { person }.into());
    }
    if let Some(dead) = all.iter().find(|person| !people.contains(**person)) {
        let id = dead.to_string();
        return Err(EngineError::NotAlive { id }.into());
    }
    Ok(())
}

/// A starting population's households, given as groups of people: whoever is in none lives alone.
#[derive(Clone, Debug, Default)]
pub struct FoundHouseholds(pub Vec<Vec<PersonId>>);

impl Populate for FoundHouseholds {
    fn populate(self: Box<Self>, world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut groups = self.0;
        let mut housed: Vec<PersonId> = groups.iter().flatten().copied().collect();
        housed.sort_unstable();
        let people = world.get_resource::<Slots<Person>>();
        let people = people.ok_or(EngineError::UnknownKind { kind: Person::NAME })?;
        let alone = people.iter().map(|(_, who)| who.id());
        let alone = alone.filter(|person| housed.binary_search(person).is_err());
        groups.extend(alone.map(|person| vec![person]));
        groups.sort_unstable();
        found_households(world, &groups)?;
        Ok(())
    }
}
