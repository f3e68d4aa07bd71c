//! Fertility by age, union and parity: the level of the table, shared out by relative risk.

mod level;

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Date, StableId};
use oikos_engine::{Attribute, Changes, Clock, RowFilter, Rows};
use oikos_world::{Ages, Arrival, BirthDate, Person, PersonId, Sex};
use serde::{Deserialize, Serialize};

use level::{Counts, forces};

use super::births::ChildrenBorn;
use super::plugin::Delivery;
use super::rates::ForcesNow;
use crate::demography::parity::{BIRTH_INTERVAL_MIN_DAYS, RelativeRisks};
use crate::error::FamilyError;
use crate::hazards::{Force, Hazard, Occurrences, Today};
use crate::lineage::Lineage;
use crate::unions::UnionStatus;
use crate::{MOTHER_AGE_MAX, MOTHER_AGE_MIN};

/// When a woman last gave birth. The epoch where [`ChildrenBorn`] is 0.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "family.last-delivery", newborn = LastDelivery(Date::EPOCH))]
pub struct LastDelivery(pub Date);

/// The group that a woman is in for this month, by union and parity: one byte, so that a look at everybody in
/// every tick reads no more than sex would take. 0 stands for whoever cannot bear: men, women of other ages,
/// and mothers until the least interval after a delivery is over.
#[derive(Attribute, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[attribute(name = "family.fertility-group")]
pub struct FertilityGroupNow(u8);

/// Women in no union, cohabiting, married, each by four parities; and those who cannot bear.
const GROUPS: usize = 13;
const PARITIES: usize = 4;
const AGES: usize = MOTHER_AGE_MAX as usize + 1;

impl FertilityGroupNow {
    fn of(union: UnionStatus, children: ChildrenBorn) -> Self {
        let parity = usize::from(children.0).min(PARITIES - 1);
        Self((1 + union as usize * PARITIES + parity) as u8)
    }

    /// Union and parity; `None` for who cannot bear.
    fn union_and_parity(group: usize) -> Option<(usize, usize)> {
        let group = group.checked_sub(1)?;
        Some((group / PARITIES, group % PARITIES))
    }
}

/// The relative risks of a society. Persisted.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SavedRisks", into = "SavedRisks")]
pub struct FertilityRisks(pub RelativeRisks);

#[derive(Serialize, Deserialize)]
struct SavedRisks([f64; 3], [f64; PARITIES]);

impl From<FertilityRisks> for SavedRisks {
    fn from(risks: FertilityRisks) -> Self {
        Self(risks.0.by_union(), risks.0.by_parity())
    }
}

impl TryFrom<SavedRisks> for FertilityRisks {
    type Error = FamilyError;

    fn try_from(saved: SavedRisks) -> Result<Self, FamilyError> {
        Ok(Self(RelativeRisks::new(saved.0, saved.1)?))
    }
}

/// The force of delivery by age and group in this calendar month.
///
/// At its beginning women are counted, and the forces set so that together they bear what the table says for
/// their ages. Persisted: the counts cannot be made again within the month.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub struct FertilityNow {
    /// By age, then group.
    forces: Vec<Force>,
}

impl FertilityNow {
    #[inline]
    fn force(&self, age: u32, group: FertilityGroupNow) -> Force {
        let at = age as usize * GROUPS + usize::from(group.0);
        self.forces.get(at).copied().unwrap_or(Force::ZERO)
    }
}

impl From<FertilityNow> for Vec<u64> {
    fn from(now: FertilityNow) -> Self {
        now.forces.iter().map(|force| force.units()).collect()
    }
}

impl TryFrom<Vec<u64>> for FertilityNow {
    type Error = String;

    fn try_from(units: Vec<u64>) -> Result<Self, String> {
        if !units.is_empty() && units.len() != AGES * GROUPS {
            return Err(format!(
                "{} forces are not those of all groups",
                units.len()
            ));
        }
        let forces = units.into_iter().map(Force::from_units).collect();
        Ok(Self { forces })
    }
}

/// Delivery at the force of a woman's age, union and parity.
pub struct FertilityByStatus;

impl Hazard for FertilityByStatus {
    type Event = Delivery;
    type Reads = (BirthDate, FertilityGroupNow);
    type Param = FertilityNow;
    const CAUSE: &'static str = "fertility table";

    #[inline]
    fn exposes((_, group): Self::Reads) -> bool {
        group.0 != 0
    }

    #[inline]
    fn force((born, group): Self::Reads, today: &Today<'_, FertilityNow>) -> Force {
        today.param.force(today.ages.completed(born), group)
    }

    /// Within the month a woman has at most one birthday, and changes at most to the group of those who cannot.
    #[inline]
    fn bound((born, group): Self::Reads, today: &Today<'_, FertilityNow>) -> Force {
        let age = today.ages.completed(born);
        let now = today.param;
        now.force(age, group).max(now.force(age + 1, group))
    }
}

/// What the group of a woman follows from, and the group.
type Fecundity = (
    &'static BirthDate,
    &'static UnionStatus,
    &'static ChildrenBorn,
    &'static LastDelivery,
    &'static mut FertilityGroupNow,
);

/// Women of any age.
pub(super) struct IsWoman;

impl RowFilter<Person> for IsWoman {
    type Reads = Sex;
    fn keep(sex: Sex) -> bool {
        sex == Sex::Female
    }
}

/// Sorts women into their groups for the month, and sets the forces.
pub(super) fn begin_month(
    clock: Res<Clock>,
    ages: Res<Ages>,
    risks: Res<FertilityRisks>,
    table: Res<ForcesNow>,
    mut women: Rows<Fecundity, IsWoman>,
    mut now: ResMut<FertilityNow>,
) -> Result<(), BevyError> {
    let today = clock.today().days();
    let able_from = today.saturating_sub(BIRTH_INTERVAL_MIN_DAYS as i32);
    let fertile = ages.births(MOTHER_AGE_MIN..=MOTHER_AGE_MAX);
    let counts = women.par_fold(
        || Box::new([[0; GROUPS]; AGES]),
        |counts: &mut Box<Counts>, _, (born, union, children, last, group)| {
            // Rows are near those of nearly the same age more often than not, so this branch goes the right way.
            if !fertile.contains(&born.0.days()) {
                group.0 = 0;
                return;
            }
            // Not a branch, which would go the wrong way too often.
            let able = (children.0 == 0) | (last.0.days() <= able_from);
            group.0 = u8::from(able) * FertilityGroupNow::of(*union, *children).0;
            counts[ages.completed(*born) as usize][usize::from(group.0)] += 1;
        },
        |mut left, right| {
            for (left, right) in left.iter_mut().flatten().zip(right.iter().flatten()) {
                *left += right;
            }
            left
        },
    );
    let rates: Vec<f64> = (0..AGES as u32)
        .map(|age| table.delivery(age).to_f64())
        .collect();
    *now = FertilityNow {
        forces: forces(&rates, &counts, &risks.0)?,
    };
    Ok(())
}

/// Notes the day of today's deliveries; their mothers bear no other child for a while.
pub(super) fn note_deliveries(
    deliveries: Res<Occurrences<Delivery>>,
    clock: Res<Clock>,
    mut mothers: Rows<(&mut LastDelivery, &mut FertilityGroupNow)>,
) {
    for delivery in deliveries.iter() {
        if let Some((last, group)) = mothers.get(delivery.who.id()) {
            *last = LastDelivery(clock.today());
            *group = FertilityGroupNow(0);
        }
    }
}

/// Sorts women who came from elsewhere into their groups, as [`begin_month`] does with those there were.
pub(super) fn welcome(
    changes: Res<Changes<Person>>,
    lineage: Res<Lineage>,
    clock: Res<Clock>,
    ages: Res<Ages>,
    mut people: Rows<(
        &BirthDate,
        &Sex,
        &UnionStatus,
        &ChildrenBorn,
        &mut LastDelivery,
        &mut FertilityGroupNow,
    )>,
) -> Result<(), BevyError> {
    let able_from = clock.today().days() - BIRTH_INTERVAL_MIN_DAYS as i32;
    for came in changes.born.iter().filter(|born| Arrival::is(born)) {
        let id = PersonId::new(came.id)?;
        let Some((born, Sex::Female, union, children, last, group)) = people.get(id) else {
            continue;
        };
        let youngest = lineage.children(id).filter_map(|child| lineage.get(child));
        let youngest = youngest.map(|child| child.born).max();
        *last = LastDelivery(youngest.unwrap_or(last.0));
        let fertile = (MOTHER_AGE_MIN..=MOTHER_AGE_MAX).contains(&ages.completed(*born));
        let barred = youngest.is_some_and(|day| day.days() > able_from);
        if fertile && !barred {
            *group = FertilityGroupNow::of(*union, *children);
        }
    }
    Ok(())
}
