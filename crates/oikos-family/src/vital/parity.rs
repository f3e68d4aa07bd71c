//! How many children women have borne when they bear no more.

use bevy_ecs::world::World;
use oikos_engine::{Clock, Column, Slots};
use oikos_world::{
    Ages, BirthDate, Distribution, DistributionColumn, DistributionKind, DistributionRow, Person,
    Reading, Sex,
};

use super::births::ChildrenBorn;
use crate::kinship::{COVERAGE_MIN, ParentsKnown};

/// Women of these ages are asked: older ones are alive or dead by how many children they have.
const AGES: std::ops::RangeInclusive<u32> = 45..=49;
/// The last class: so many children or more.
const MOST: usize = 5;

/// Completed parity.
pub(super) const COMPLETED_PARITY: Distribution = Distribution {
    name: "completed_parity",
    title: "Children ever born to women of 45 to 49",
    caption: "Women alive by the number of children that they have borne. Missing where the mothers of fewer than \
              95 % of those who may be their children are known: then births before the start are missing too.",
    axis: "children",
    axis_unit: "children",
    kind: DistributionKind::Bars,
    series: &[DistributionColumn::counts(
        "women",
        "persons",
        "Women who have borne so many.",
    )],
    beside: &[DistributionColumn::means(
        "mothers_known",
        "1",
        "Of the living who may be their children, those whose mothers are known.",
    )],
    read: completed_parity,
};

fn completed_parity(world: &World) -> Vec<DistributionRow> {
    let (Some(clock), Some(people), Some(births), Some(sexes), Some(borne)) = (
        world.get_resource::<Clock>(),
        world.get_resource::<Slots<Person>>(),
        world.get_resource::<Column<BirthDate>>(),
        world.get_resource::<Column<Sex>>(),
        world.get_resource::<Column<ChildrenBorn>>(),
    ) else {
        return Vec::new();
    };
    let ages = Ages::on(clock.today());
    let mut women = [0_i64; MOST + 1];
    for (slot, _) in people.iter() {
        let (Some(born), Some(Sex::Female), Some(borne)) =
            (births.get(slot), sexes.get(slot), borne.get(slot))
        else {
            continue;
        };
        if AGES.contains(&ages.completed(*born)) {
            women[usize::from(borne.0).min(MOST)] += 1;
        }
    }
    let coverage = ParentsKnown::of(world).of_children(AGES, false);
    let enough = coverage.is_some_and(|share| share >= COVERAGE_MIN);
    let coverage = coverage.map_or(Reading::Missing, Reading::Float);
    let row = |(children, women): (u32, &i64)| DistributionRow {
        from: children,
        below: ((children as usize) < MOST).then_some(children + 1),
        values: vec![
            if enough {
                Reading::Int(*women)
            } else {
                Reading::Missing
            },
            coverage,
        ],
    };
    (0..).zip(&women).map(row).collect()
}
