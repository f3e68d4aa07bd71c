//! The invariant of households.

use bevy_ecs::world::World;
use oikos_core::{StableId, pair};
use oikos_engine::{Column, Slots};

use super::{Household, HouseholdId, Residence, Residents};
use crate::person::{Person, PersonId};

/// What is looked at.
#[derive(Clone, Copy)]
struct View<'a> {
    people: &'a Slots<Person>,
    homes: &'a Column<Residence>,
    households: &'a Slots<Household>,
    residents: &'a Residents,
}

/// Whether the index and the column agree, and everybody has a household that there is.
pub(super) fn check(world: &World) -> Result<(), String> {
    let view = View {
        people: world.resource(),
        homes: world.resource(),
        households: world.resource(),
        residents: world.resource(),
    };
    if view.seems_right() {
        return Ok(());
    }
    view.everybody_lives_somewhere()?;
    view.index_is_right()
}

impl View<'_> {
    /// Whether the households of the index are there and the digests of its pairs and of the column's are the same:
    /// looking up everybody would take several times as long.
    fn seems_right(self) -> bool {
        let in_column = self.homes_of_people();
        let in_column = in_column.filter_map(|(home, person)| Some((home?, person)));
        let (mut last, mut known) = (None, true);
        let in_index = self.residents.iter().inspect(|(home, _)| {
            // The people of a household follow one another.
            if last.replace(*home) != Some(*home) {
                known &= self.households.contains(*home);
            }
        });
        let same = digest(in_index) == digest(in_column);
        same && known && self.residents.len() == self.people.len()
    }

    fn homes_of_people(&self) -> impl Iterator<Item = (Option<HouseholdId>, PersonId)> + '_ {
        let people = self.people.iter();
        people.map(|(slot, who)| (self.homes.get(slot).and_then(|home| home.0), who.id()))
    }

    fn everybody_lives_somewhere(self) -> Result<(), String> {
        for (home, person) in self.homes_of_people() {
            match home {
                None => return Err(format!("{person} lives nowhere")),
                Some(home) if !self.households.contains(home) => {
                    return Err(format!("{person} lives in {home}, which there is not"));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn index_is_right(self) -> Result<(), String> {
        let home_of = |person| {
            let slot = self.people.slot(person)?;
            self.homes.get(slot).and_then(|home| home.0)
        };
        for (home, person) in self.residents.iter() {
            if home_of(person) != Some(home) {
                return Err(format!("{home} takes {person} for a resident"));
            }
        }
        for (home, person) in self.homes_of_people() {
            if let Some(home) = home.filter(|home| !self.residents.lives_in(person, *home)) {
                return Err(format!("{home} does not know that {person} lives in it"));
            }
        }
        Ok(())
    }
}

/// Of pairs in any order.
fn digest(pairs: impl Iterator<Item = (HouseholdId, PersonId)>) -> u64 {
    let hashes = pairs.map(|(home, person)| pair(home.get(), person.get()));
    hashes.fold(0, u64::wrapping_add)
}
