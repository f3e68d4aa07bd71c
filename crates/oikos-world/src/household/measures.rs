//! The measures of [`HouseholdsPlugin`](super::HouseholdsPlugin).

use bevy_ecs::world::World;
use oikos_engine::{Column, Slots, Vocabulary};

use super::{Household, HouseholdKind, HouseholdType, Residents};
use crate::measure::{Measure, MeasureKind, Reading};

/// In the order in which they are declared.
pub(super) const ALL: [Measure; 3] = [
    Measure {
        name: "households",
        unit: "households",
        kind: MeasureKind::Int,
        description: "Private households in which somebody lives.",
        read: |world| {
            let count = Counted::of(world).households;
            i64::try_from(count).map_or(Reading::Missing, Reading::Int)
        },
    },
    Measure {
        name: "mean_household_size",
        unit: "persons",
        kind: MeasureKind::Float,
        description: "Mean number of people in private households.",
        read: |world| {
            let counted = Counted::of(world);
            counted.per_household(counted.people, 1.0)
        },
    },
    Measure {
        name: "one_person_households",
        unit: "percent of households",
        kind: MeasureKind::Float,
        description: "Share of private households in which one person lives.",
        read: |world| {
            let counted = Counted::of(world);
            counted.per_household(counted.of_one, 100.0)
        },
    },
];

/// Private households, their people, and those of one person.
#[derive(Default)]
struct Counted {
    households: usize,
    people: usize,
    of_one: usize,
}

impl Counted {
    fn of(world: &World) -> Self {
        let mut counted = Self::default();
        let (Some(residents), Some(households), Some(types), Some(words)) = (
            world.get_resource::<Residents>(),
            world.get_resource::<Slots<Household>>(),
            world.get_resource::<Column<HouseholdType>>(),
            world.get_resource::<Vocabulary<HouseholdKind>>(),
        ) else {
            return counted;
        };
        let institution = words.find(HouseholdType::INSTITUTION).map(HouseholdType);
        for (household, size) in residents.sizes() {
            let slot = households.slot(household);
            if slot.and_then(|slot| types.get(slot)).copied() != institution {
                counted.households += 1;
                counted.people += size;
                counted.of_one += usize::from(size == 1);
            }
        }
        counted
    }

    fn per_household(&self, number: usize, scale: f64) -> Reading {
        if self.households == 0 {
            return Reading::Missing;
        }
        Reading::Float(scale * number as f64 / self.households as f64)
    }
}
