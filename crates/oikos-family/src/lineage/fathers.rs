//! Who the fathers of today's newborns are.

use bevy_ecs::resource::Resource;
use oikos_core::{Date, StableId};
use oikos_world::PersonId;

use super::{Lineage, NOBODY};
use crate::error::FamilyError;

/// The fathers of the children who are born in this tick, by mother. Whoever asks for births says them
/// here; children of a mother without an entry have an unknown father. Transient: the lineage takes them
/// up at the end of [`Phase::Live`](oikos_engine::Phase::Live).
#[derive(Resource, Clone, Debug, Default)]
pub struct Fathers {
    /// Mother and father, in the order of the mothers.
    of: Vec<(PersonId, PersonId)>,
}

impl Fathers {
    /// Says who is the father of the children whom a mother bears today.
    ///
    /// # Errors
    /// [`FamilyError::Parent`] for somebody who cannot be: no man, not born before today, or dead for
    /// longer than a pregnancy; [`FamilyError::TwoFathers`] where another one was named. The father is then
    /// as before.
    pub fn set(
        &mut self,
        lineage: &Lineage,
        mother: PersonId,
        father: PersonId,
        today: Date,
    ) -> Result<(), FamilyError> {
        // The child will come after all there are.
        let child = u32::try_from(lineage.len()).unwrap_or(NOBODY);
        lineage.check_parents(child, [Some(mother), Some(father)], today.days())?;
        match self.of.binary_search_by_key(&mother, |(of, _)| *of) {
            Err(place) => self.of.insert(place, (mother, father)),
            Ok(place) if self.of[place].1 == father => {}
            Ok(place) => {
                return Err(FamilyError::TwoFathers {
                    mother: mother.get(),
                    first: self.of[place].1.get(),
                    second: father.get(),
                });
            }
        }
        Ok(())
    }

    /// The father of the children whom a mother bears today, if somebody said.
    #[must_use]
    pub fn of(&self, mother: PersonId) -> Option<PersonId> {
        let place = self.of.binary_search_by_key(&mother, |(of, _)| *of);
        place.ok().map(|place| self.of[place].1)
    }
}
