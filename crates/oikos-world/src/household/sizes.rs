//! How many people live in a household.

use bevy_ecs::world::World;
use oikos_engine::{Column, Slots, Vocabulary};

use super::{Household, HouseholdKind, HouseholdType, Residents};
use crate::distribution::{Distribution, DistributionColumn, DistributionKind, DistributionRow};
use crate::measure::Reading;

/// The last class: so many people or more. Published tables of household sizes end with it (Census Bureau,
/// table HH-4).
const LARGEST: usize = 7;

/// Private households by size. Institutions have other sizes and are left out, as in censuses.
pub(super) const HOUSEHOLD_SIZES: Distribution = Distribution {
    name: "household_sizes",
    title: "Private households by size",
    caption: "Households in which somebody lives, institutions left out.",
    axis: "size",
    axis_unit: "persons",
    kind: DistributionKind::Bars,
    series: &[DistributionColumn::counts(
        "households",
        "households",
        "Households with so many people.",
    )],
    beside: &[],
    read: household_sizes,
};

fn household_sizes(world: &World) -> Vec<DistributionRow> {
    let (Some(households), Some(types), Some(residents), Some(words)) = (
        world.get_resource::<Slots<Household>>(),
        world.get_resource::<Column<HouseholdType>>(),
        world.get_resource::<Residents>(),
        world.get_resource::<Vocabulary<HouseholdKind>>(),
    ) else {
        return Vec::new();
    };
    let institution = words.find(HouseholdType::INSTITUTION);
    let mut counts = [0_i64; LARGEST];
    for (slot, household) in households.iter() {
        let kind = types.get(slot).map(|kind| kind.0);
        let size = residents.count(household.id()).min(LARGEST);
        if kind != institution && size > 0 {
            counts[size - 1] += 1;
        }
    }
    let row = |(size, count): (u32, &i64)| DistributionRow {
        from: size,
        below: ((size as usize) < LARGEST).then_some(size + 1),
        values: vec![Reading::Int(*count)],
    };
    (1..).zip(&counts).map(row).collect()
}
