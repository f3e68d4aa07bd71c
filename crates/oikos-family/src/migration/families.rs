//! Who leaves together.

use bevy_ecs::system::{Res, SystemParam};
use oikos_core::Date;
use oikos_engine::{Column, Slots};
use oikos_world::{HouseholdId, Person, PersonId, Residence};

use crate::lineage::Lineage;
use crate::unions::Unions;

/// Below this age, in years, people are minors and go where their parents go (United Nations Convention on the
/// Rights of the Child 1989, article 1).
const AGE_OF_MAJORITY: u32 = 18;

/// What is known of families: kin always, unions and households where the society has them.
#[derive(SystemParam)]
pub(super) struct Families<'w> {
    lineage: Res<'w, Lineage>,
    people: Res<'w, Slots<Person>>,
    unions: Option<Res<'w, Unions>>,
    homes: Option<Res<'w, Column<Residence>>>,
}

impl Families<'_> {
    /// Those who leave when somebody does, that person first.
    ///
    /// With the family, these are the partner, and the minor children of both. Without it they are the minor
    /// children of whom no other parent stays.
    pub(super) fn leaving(&self, mover: PersonId, with_family: bool, today: Date) -> Vec<PersonId> {
        let mut leaving = vec![mover];
        if with_family {
            let partner = self.unions.as_ref().and_then(|book| book.partner(mover));
            leaving.extend(partner.filter(|partner| self.people.contains(*partner)));
        }
        let adults = leaving.clone();
        for adult in &adults {
            let minors = self.lineage.children(*adult).filter(|child| {
                self.is_minor(*child, today) && self.goes_along(*child, &adults, with_family)
            });
            leaving.extend(minors);
        }
        leaving
    }

    fn is_minor(&self, child: PersonId, today: Date) -> bool {
        let record = self.lineage.get(child);
        let of_age = today.years_before(AGE_OF_MAJORITY);
        self.people.contains(child)
            && record.is_some_and(|record| of_age.is_ok_and(|of_age| record.born > of_age))
    }

    /// Whether a minor child of one of these adults goes with them.
    fn goes_along(&self, child: PersonId, adults: &[PersonId], with_family: bool) -> bool {
        let record = self.lineage.get(child);
        let parents = record.map_or([None; 2], |record| [record.mother, record.father]);
        let present = parents.into_iter().flatten();
        let mut parents: Vec<_> = present
            .filter(|parent| self.people.contains(*parent))
            .collect();
        let home = self.home(child);
        if home.is_some() {
            parents.retain(|parent| self.home(*parent) == home);
        } else if with_family {
            // Without households children live with the mother, or with the father where she is not there.
            parents.truncate(1);
        }
        let leaves = |parent: &PersonId| adults.contains(parent);
        parents.iter().any(leaves) && (with_family || parents.iter().all(leaves))
    }

    /// The household that somebody lives in.
    fn home(&self, person: PersonId) -> Option<HouseholdId> {
        let homes = self.homes.as_ref()?;
        homes.get(self.people.slot(person)?)?.0
    }
}
