//! The trait by which people find their like, and the group in which somebody is looked for.

use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::StableId;
use oikos_engine::{Attribute, Changes, Clock, Draws, Rows, Who, draw_stream};
use oikos_world::{BirthDate, Person, PersonId, Sex};

use super::choice::PartnerChoice;
use super::singles::{SingleMan, SingleMen};
use super::status::UnionStatus;
use crate::hazards::Occurrences;
use crate::vital::Delivery;

draw_stream!(pub(super) OwnGroupDraws = "family.own-group");

/// A trait that matters when people look for a partner: education, religion, region, whatever the model says by a
/// number. Everybody is in group 0 until the model sets it; a newborn is in its mother's.
#[derive(Attribute, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "family.matching-group")]
pub struct MatchingGroup(pub u8);

/// The group in which somebody is looked for. It follows [`MatchingGroup`] at the beginning of each month, so that
/// the rings follow from what is persisted, on whatever day a model changes a group.
#[derive(Attribute, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "family.group-on-rings")]
pub(super) struct GroupOnRings(pub(super) u8);

/// Gives the children of today's deliveries their mothers' group, and enters the newborn in the one they have.
/// A mother who died today has left hers in the columns.
pub(super) fn inherit_groups(
    changes: Res<Changes<Person>>,
    deliveries: Res<Occurrences<Delivery>>,
    mut rows: Rows<(&mut MatchingGroup, &mut GroupOnRings)>,
) {
    for born in &changes.born {
        let Ok(child) = PersonId::new(born.id) else {
            continue;
        };
        let delivery = deliveries
            .iter()
            .find(|delivery| delivery.who.id().get() == born.cause);
        let died = changes.died.iter().find(|died| died.id == born.cause);
        let of_mother = match (delivery, died) {
            (None, _) => None,
            (Some(_), Some(died)) => rows.at(died.slot),
            (Some(delivery), None) => rows.get(delivery.who.id()),
        };
        let of_mother = of_mother.map(|(group, _)| *group);
        if let Some((group, on_rings)) = rows.get(child) {
            *group = of_mother.unwrap_or(*group);
            *on_rings = GroupOnRings(group.0);
        }
    }
}

type Followed = (
    &'static MatchingGroup,
    &'static mut GroupOnRings,
    &'static BirthDate,
    &'static Sex,
    &'static UnionStatus,
);

/// Lets the groups on the rings follow those that the model has set, once a month.
pub(super) fn follow_groups(
    mut people: Rows<Followed>,
    clock: Res<Clock>,
    mut men: ResMut<SingleMen>,
) {
    let seed = clock.seed();
    let moved = people.par_collect(
        |who, (group, on_rings, born, sex, status), moved: &mut Vec<_>| {
            if group.0 == on_rings.0 {
                return;
            }
            let before = std::mem::replace(on_rings, GroupOnRings(group.0));
            if (*sex, *status) == (Sex::Male, UnionStatus::Single) {
                let point = SingleMen::point(seed, who.subject());
                moved.push((before, SingleMan::new(*born, *on_rings, point, who.id())));
            }
        },
    );
    for (before, man) in moved {
        men.remove(man.in_group(before));
        men.insert(man);
    }
}

/// In which group somebody looks first.
#[derive(SystemParam)]
pub(super) struct OwnGroup<'w, 's> {
    choice: Res<'w, PartnerChoice>,
    draws: Draws<'w, 's, OwnGroupDraws>,
    groups: Rows<'w, 's, &'static MatchingGroup>,
}

impl OwnGroup<'_, '_> {
    /// Their own; `None` for one who looks in the whole pool at once. A draw of theirs in this tick decides.
    pub(super) fn first(&mut self, who: Who<Person>) -> Option<MatchingGroup> {
        let first = self.draws.chance(who, self.choice.own_group_first());
        self.groups.get(who.id()).filter(|_| first).copied()
    }
}
