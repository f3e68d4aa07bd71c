//! Fertility by age, union and parity: the level of the table, shared out by relative risk.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Date, StableId};
use oikos_engine::{Attribute, Changes, Clock, Rows};
use oikos_world::{Ages, Arrival, BirthDate, Person, PersonId, Sex};
use serde::{Deserialize, Serialize};

use super::births::ChildrenBorn;
use super::plugin::Delivery;
use super::rates::ForcesNow;
use crate::demography::parity::{BIRTH_INTERVAL_MIN_DAYS, RelativeRisks};
use crate::error::FamilyError;
use crate::hazards::{Force, Hazard, Occurrences, Today};
use crate::lineage::Lineage;
use crate::unions::UnionStatus;
use crate::{DAYS_PER_YEAR, MOTHER_AGE_MAX, MOTHER_AGE_MIN};

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
    fn force((born, group): Self::Reads, today: &Today<'_, FertilityNow>) -> Force {
        if group.0 == 0 {
            return Force::ZERO;
        }
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

type Counts = [[u32; GROUPS]; AGES];

/// Sorts women into their groups for the month, and sets the forces.
pub(super) fn begin_month(
    clock: Res<Clock>,
    ages: Res<Ages>,
    risks: Res<FertilityRisks>,
    table: Res<ForcesNow>,
    mut people: Rows<(
        &BirthDate,
        &Sex,
        &UnionStatus,
        &ChildrenBorn,
        &LastDelivery,
        &mut FertilityGroupNow,
    )>,
    mut now: ResMut<FertilityNow>,
) -> Result<(), BevyError> {
    let today = clock.today().days();
    let able_from = today.saturating_sub(BIRTH_INTERVAL_MIN_DAYS as i32);
    let mut counts = people.par_fold(
        || Box::new([[0; GROUPS]; AGES]),
        |counts: &mut Box<Counts>, _, (born, sex, union, children, last, group)| {
            // Without a branch, which would go the wrong way too often: who is not to be counted is so at age 0.
            let age = ages.completed(*born);
            let ages = MOTHER_AGE_MIN..=MOTHER_AGE_MAX;
            let fertile = (*sex == Sex::Female) & ages.contains(&age);
            let barred = (children.0 > 0) & (last.0.days() > able_from);
            let able = fertile & !barred;
            group.0 = u8::from(able) * FertilityGroupNow::of(*union, *children).0;
            let age = if fertile { age as usize } else { 0 };
            counts[age][usize::from(group.0)] += 1;
        },
        |mut left, right| {
            for (left, right) in left.iter_mut().flatten().zip(right.iter().flatten()) {
                *left += right;
            }
            left
        },
    );
    counts[0] = [0; GROUPS];
    let rates: Vec<f64> = (0..AGES as u32)
        .map(|age| table.delivery(age).to_f64())
        .collect();
    *now = FertilityNow {
        forces: forces(&rates, &counts, &risks.0)?,
    };
    Ok(())
}

/// Women over whose ages the level is set: fewer would often be all too young or all barred.
const WOMEN_MIN: f64 = 50.0;

/// Forces by age and group: the relative risks, times a level at which the women counted bear what the rates
/// say. The level of an age is that of the ages around it, as many as it takes for [`WOMEN_MIN`] women.
fn forces(
    rates: &[f64],
    counts: &Counts,
    risks: &RelativeRisks,
) -> Result<Vec<Force>, FamilyError> {
    let risk = |group: usize| {
        FertilityGroupNow::union_and_parity(group)
            .map_or(0.0, |(union, parity)| risks.of(union, parity))
    };
    let women = |age: usize| f64::from(counts[age].iter().sum::<u32>());
    let weighted = |age: usize| -> f64 {
        let groups = counts[age].iter().enumerate();
        groups
            .map(|(group, count)| f64::from(*count) * risk(group))
            .sum()
    };
    let mut forces = Vec::with_capacity(AGES * GROUPS);
    let most = DAYS_PER_YEAR / f64::from(BIRTH_INTERVAL_MIN_DAYS);
    if let Some((age, rate)) = (0..).zip(rates).find(|(_, rate)| **rate > most) {
        return Err(FamilyError::AtAge {
            name: "deliveries a year",
            age,
            value: *rate,
            must: "at most one in 274 days; correct the table of fertility",
        });
    }
    for (age, rate) in rates.iter().enumerate() {
        let level = if *rate > 0.0 {
            level(age, rates, &women, &weighted)
        } else {
            0.0
        };
        for group in 0..GROUPS {
            forces.push(Force::per_year(rate * level * risk(group))?);
        }
    }
    Ok(forces)
}

fn level(
    age: usize,
    rates: &[f64],
    women: &impl Fn(usize) -> f64,
    weighted: &impl Fn(usize) -> f64,
) -> f64 {
    for reach in 0..AGES {
        let around = age.saturating_sub(reach)..=(age + reach).min(AGES - 1);
        let total = |of: &dyn Fn(usize) -> f64| -> f64 {
            around.clone().map(|age| rates[age] * of(age)).sum()
        };
        let counted: f64 = around.clone().map(women).sum();
        let risk = total(weighted);
        if counted >= WOMEN_MIN && risk > 0.0 || reach == AGES - 1 {
            return if risk > 0.0 { total(women) / risk } else { 0.0 };
        }
    }
    0.0
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

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(women: impl Fn(usize, usize) -> u32) -> Box<Counts> {
        let mut counts: Box<Counts> = Box::new([[0; GROUPS]; AGES]);
        for (age, groups) in counts.iter_mut().enumerate().skip(15).take(35) {
            for (group, count) in groups.iter_mut().enumerate() {
                *count = women(age, group);
            }
        }
        counts
    }

    fn rates() -> Vec<f64> {
        (0..AGES)
            .map(|age| if (15..50).contains(&age) { 0.05 } else { 0.0 })
            .collect()
    }

    fn risks() -> RelativeRisks {
        RelativeRisks::new([0.2, 1.0, 0.9], [1.5, 1.0, 0.5, 0.3]).unwrap()
    }

    #[test]
    fn women_of_each_age_bear_what_the_table_says() {
        let counts = counts(|age, group| 20 + (age as u32 * 7 + group as u32 * 13) % 40);
        let forces = forces(&rates(), &counts, &risks()).unwrap();
        for age in 15..50 {
            let women: u32 = counts[age].iter().sum();
            let born: f64 = (0..GROUPS)
                .map(|group| f64::from(counts[age][group]) * forces[age * GROUPS + group].to_f64())
                .sum();
            assert!((born - 0.05 * f64::from(women)).abs() < 1e-6, "{age}");
        }
        assert_eq!(forces[30 * GROUPS], Force::ZERO);
    }

    #[test]
    fn risks_are_relative() {
        let counts = counts(|_, _| 10);
        let forces = forces(&rates(), &counts, &risks()).unwrap();
        let of = |union: usize, parity: usize| forces[30 * GROUPS + 1 + union * PARITIES + parity];
        let ratio = of(0, 0).to_f64() / of(2, 1).to_f64();
        assert!((ratio - 0.2 * 1.5 / 0.9).abs() < 1e-6, "{ratio}");
    }

    /// Few women: the level is that of all ages around, and together they bear what they should.
    #[test]
    fn a_village_bears_what_the_table_says() {
        let counts = counts(|age, group| u32::from(group == age % GROUPS));
        let forces = forces(&rates(), &counts, &risks()).unwrap();
        let born: f64 = (15..50)
            .map(|age| forces[age * GROUPS + age % GROUPS].to_f64())
            .sum();
        assert!((born - 0.05 * 35.0).abs() < 0.05 * 35.0 * 0.02, "{born}");
    }

    #[test]
    fn where_nobody_can_bear_nobody_does() {
        let counts = counts(|_, group| u32::from(group == 0) * 3);
        let forces = forces(&rates(), &counts, &risks()).unwrap();
        assert!(forces.iter().all(|force| *force == Force::ZERO));
    }
}
