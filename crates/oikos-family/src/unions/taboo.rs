//! Who may not form a union with whom.

use oikos_world::PersonId;

use crate::lineage::Lineage;

/// Whether two people are too close kin for a union: parent and child, grandparent and grandchild, full or
/// half siblings, aunt or uncle and nephew or niece. First cousins may.
pub(super) fn too_close(lineage: &Lineage, one: PersonId, other: PersonId) -> bool {
    let mothers = |person| lineage.get(person).and_then(|record| record.mother);
    let line = |person| {
        [
            Some(person),
            mothers(person),
            mothers(person).and_then(mothers),
        ]
    };
    let (one, other) = (line(one), line(other));
    let same = |up: usize, down: usize| one[up].is_some() && one[up] == other[down];
    let closest = [
        (0, 0),
        (0, 1),
        (1, 0),
        (0, 2),
        (2, 0),
        (1, 1),
        (1, 2),
        (2, 1),
    ];
    closest.into_iter().any(|(up, down)| same(up, down))
}
