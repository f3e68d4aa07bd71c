//! Ages at first marriage.

use std::collections::BTreeSet;

use bevy_ecs::world::World;
use oikos_world::{Distribution, DistributionColumn, DistributionKind, DistributionRow, Reading};

use super::book::Unions;
use crate::UNION_AGE_MIN;
use crate::lineage::Lineage;

/// Classes of a year of age; the last one is open.
const CLASSES: usize = 50;

/// First marriages by age and sex.
pub(super) const AGE_AT_FIRST_MARRIAGE: Distribution = Distribution {
    name: "age_at_first_marriage",
    title: "Age at first marriage",
    caption: "First marriages in the book of unions, by completed age at the wedding: those of founders \
              before the start are among them where the society was founded with their unions.",
    axis: "age",
    axis_unit: "years",
    kind: DistributionKind::Lines,
    series: &[
        DistributionColumn::counts("men", "persons", "Men who married first at this age."),
        DistributionColumn::counts("women", "persons", "Women who married first at this age."),
    ],
    beside: &[],
    read: age_at_first_marriage,
};

fn age_at_first_marriage(world: &World) -> Vec<DistributionRow> {
    let (Some(unions), Some(lineage)) = (
        world.get_resource::<Unions>(),
        world.get_resource::<Lineage>(),
    ) else {
        return Vec::new();
    };
    let mut counts = [[0_i64; 2]; CLASSES];
    let mut married = BTreeSet::new();
    // Unions of a person follow one another, so the first that is a marriage is the first marriage.
    for (_, union) in unions.iter() {
        let Some(wedding) = union.married else {
            continue;
        };
        for person in union.partners {
            if let Some(record) = lineage.get(person).filter(|_| married.insert(person)) {
                let age = wedding.completed_years_since(record.born).max(0) as u32;
                let class = age.saturating_sub(UNION_AGE_MIN) as usize;
                counts[class.min(CLASSES - 1)][record.sex.index()] += 1;
            }
        }
    }
    let row = |(class, counts): (u32, &[i64; 2])| DistributionRow {
        from: UNION_AGE_MIN + class,
        below: (class as usize + 1 < CLASSES).then_some(UNION_AGE_MIN + class + 1),
        values: counts.map(Reading::Int).to_vec(),
    };
    (0..).zip(&counts).map(row).collect()
}
