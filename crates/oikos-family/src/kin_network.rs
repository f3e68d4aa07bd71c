//! Parents, children, siblings and partners as a network.

use bevy_app::{App, Plugin};
use bevy_ecs::error::BevyError;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_core::StableId;
use oikos_engine::{Changes, Field, Phase, Slots, Tick};
use oikos_world::{
    DerivedTie, Edits, NetworkError, NetworkExt, NetworkStep, Person, PersonId, Tie,
};

use crate::kinship::{Sibling, sibling_rows};
use crate::lineage::{Lineage, NOBODY, person};
use crate::unions::{UnionEvent, UnionEvents, Unions};

/// How two people are close kin: one or several of four kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KinTie(u8);

impl KinTie {
    /// One is the other's parent: the one with the lower id, since parents come before their children.
    pub const PARENT_CHILD: Self = Self(1);
    /// They have both parents in common.
    pub const FULL_SIBLINGS: Self = Self(2);
    /// They have one parent in common; the other differs, or is unknown for one of them or both.
    pub const HALF_SIBLINGS: Self = Self(4);
    /// They live in a union, married or not.
    pub const PARTNERS: Self = Self(8);

    const KINDS: [(Self, &'static str); 4] = [
        (Self::PARENT_CHILD, "parent and child"),
        (Self::FULL_SIBLINGS, "full siblings"),
        (Self::HALF_SIBLINGS, "half-siblings"),
        (Self::PARTNERS, "partners"),
    ];

    /// Whether it is of this kind, or of all of these.
    #[must_use]
    pub const fn is(self, kind: Self) -> bool {
        self.0 & kind.0 == kind.0
    }

    /// The kinds in words: `full siblings`. One, except where kin live in a union or have children.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let kinds = Self::KINDS.into_iter();
        kinds
            .filter(move |(kind, _)| self.is(*kind))
            .map(|(_, name)| name)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A tie is of some kind, and nobody is both a full and a half-sibling.
impl Field for KinTie {
    const BYTES: usize = 1;
    fn put(self, out: &mut [u8]) {
        self.0.put(out);
    }
    fn take(bytes: &[u8]) -> Option<Self> {
        let tie = Self(u8::take(bytes)?);
        let both = Self::FULL_SIBLINGS.and(Self::HALF_SIBLINGS);
        ((1..16).contains(&tie.0) && !tie.is(both)).then_some(tie)
    }
}

/// That two people who live in the society are parent and child, siblings or partners. It follows from the lineage
/// and the unions.
pub struct NearKin;

impl Tie for NearKin {
    const NAME: &'static str = "family.near-kin";
    type Of = Person;
    type Value = KinTie;
    const DIRECTED: bool = false;
}

impl DerivedTie for NearKin {
    fn ties(world: &World, tell: &mut dyn FnMut(PersonId, PersonId, KinTie)) {
        let Some(lineage) = world.get_resource::<Lineage>() else {
            return;
        };
        let unions = world.get_resource::<Unions>();
        let kin = Kin { lineage, unions };
        for (_, who) in world.resource::<Slots<Person>>().iter() {
            for (other, tie) in kin.with(who.id()) {
                if other < who.id() {
                    tell(other, who.id(), tie);
                }
            }
        }
    }
}

/// The network of [`NearKin`], in step with births, deaths, unions and migration.
///
/// It needs [`FamilyPlugin`](crate::FamilyPlugin); partners are tied where there is a
/// [`UnionsPlugin`](crate::UnionsPlugin).
pub struct KinNetworkPlugin;

impl Plugin for KinNetworkPlugin {
    fn build(&self, app: &mut App) {
        app.derived_network::<NearKin>().add_systems(
            Tick,
            follow_kin.in_set(NetworkStep::Follow).in_set(Phase::Live),
        );
    }
}

/// Ties newborns to their kin, and partners as the day's unions began and ended.
fn follow_kin(
    changes: Res<Changes<Person>>,
    lineage: Option<Res<Lineage>>,
    unions: Option<Res<Unions>>,
    events: Option<Res<UnionEvents>>,
    mut edits: ResMut<Edits<NearKin>>,
) -> Result<(), BevyError> {
    let Some(lineage) = lineage else {
        return Err(crate::FamilyError::NoFamily.into());
    };
    let kin = Kin {
        lineage: &lineage,
        unions: unions.as_deref(),
    };
    for born in &changes.born {
        let newborn = PersonId::new(born.id)?;
        for (other, tie) in kin.with(newborn) {
            edits.connect(newborn, other, tie)?;
        }
    }
    for event in events.iter().flat_map(|events| &events.0) {
        let (UnionEvent::Formed(id) | UnionEvent::Ended(id, _)) = event else {
            continue;
        };
        let union = unions.as_ref().and_then(|unions| unions.get(*id));
        if let Some([one, other]) = union.map(|union| union.partners) {
            kin.tie_anew(&mut edits, one, other)?;
        }
    }
    Ok(())
}

/// Where kin are looked up.
struct Kin<'a> {
    lineage: &'a Lineage,
    unions: Option<&'a Unions>,
}

impl Kin<'_> {
    /// The living near kin of somebody, in the order of their ids.
    fn with(&self, of: PersonId) -> Vec<(PersonId, KinTie)> {
        let row = self.lineage.row(of).unwrap_or(NOBODY);
        let parents = self.lineage.parent_rows(row);
        let children = self.lineage.child_rows(row);
        let lineal = parents.into_iter().chain(children);
        let mut ties: Vec<_> = lineal.map(|row| (row, KinTie::PARENT_CHILD)).collect();
        let siblings = sibling_rows(self.lineage, row).into_iter();
        ties.extend(siblings.map(|(row, sibling)| match sibling {
            Sibling::Full => (row, KinTie::FULL_SIBLINGS),
            Sibling::Half => (row, KinTie::HALF_SIBLINGS),
        }));
        let partner = self.unions.and_then(|unions| unions.partner(of));
        let partner = partner.and_then(|partner| self.lineage.row(partner));
        ties.extend(partner.map(|row| (row, KinTie::PARTNERS)));
        let here = |row: u32| self.lineage.record(row).is_some_and(|it| it.is_present());
        ties.retain(|(row, _)| here(*row));
        ties.sort_unstable();
        // Who is kin in two ways has one tie that says both.
        ties.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.and(next.1);
            }
            same
        });
        let ties = ties.into_iter();
        ties.filter_map(|(row, tie)| Some((person(row)?, tie)))
            .collect()
    }

    /// Ties two people as they are kin now, or not at all.
    fn tie_anew(
        &self,
        edits: &mut Edits<NearKin>,
        one: PersonId,
        other: PersonId,
    ) -> Result<(), NetworkError> {
        let kin = self.with(one);
        match kin.binary_search_by_key(&other, |(kin, _)| *kin) {
            Ok(place) => edits.connect(one, other, kin[place].1),
            Err(_) => {
                edits.disconnect(one, other);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_kind_are_refused() {
        let tie = |byte: u8| KinTie::take(&[byte]);
        let kept = (0..=255).filter_map(tie);
        // Four kinds of which one or several hold, less those with both kinds of siblings.
        assert_eq!(kept.count(), 11);
        assert_eq!([tie(0), tie(6), tie(16)], [None; 3]);
        let names: Vec<_> = tie(9).into_iter().flat_map(KinTie::names).collect();
        assert_eq!(names, ["parent and child", "partners"]);
    }
}
