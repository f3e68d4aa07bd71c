//! Who the fathers of today's children are.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::Date;
use oikos_engine::{Clock, Draws, draw_stream};
use oikos_world::{Ages, BirthDate, PersonId, Sex};
use serde::{Deserialize, Serialize};

use super::book::{End, Unions};
use super::market::{MarriageMarket, birth_date};
use super::partner::old_enough;
use super::singles::SingleMen;
use super::taboo::too_close;
use crate::UNION_AGE_MIN;
use crate::hazards::Occurrences;
use crate::lineage::{Fathers, Lineage, person};
use crate::vital::Delivery;

draw_stream!(pub(super) FatherDraws = "family.father");

/// Who fathers the children of women in no union. A parameter of the model.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FathersOutsideUnions {
    /// The father of her last child if he lives and is in no union; else a single man who is no close kin, of an
    /// age drawn as if the two were to form a union.
    #[default]
    ByAgeGap,
    /// Nobody who is known.
    Unknown,
}

/// A child may be born to a widow for so many days: the mean time from ovulation to birth (Jukic et al. 2013,
/// Human Reproduction 28: 2848-2855).
pub(crate) const GESTATION_DAYS: i32 = 268;

/// Names the fathers of today's children: the partner of the mother; her late partner if he died, or left,
/// since the child was conceived; else as [`FathersOutsideUnions`] says.
pub(super) fn name_fathers(
    deliveries: Res<Occurrences<Delivery>>,
    (outside, unions, lineage): (Res<FathersOutsideUnions>, Res<Unions>, Res<Lineage>),
    (market, men, ages): (Res<MarriageMarket>, Res<SingleMen>, Res<Ages>),
    clock: Res<Clock>,
    draws: Draws<FatherDraws>,
    mut fathers: ResMut<Fathers>,
) -> Result<(), BevyError> {
    let today = clock.today();
    let of_age = today.years_before(UNION_AGE_MIN)?;
    for delivery in deliveries.iter() {
        let mother = delivery.who.id();
        let mut father = of_union(&unions, mother, today);
        if father.is_none() && *outside == FathersOutsideUnions::ByAgeGap {
            let Some(record) = lineage.get(mother) else {
                continue;
            };
            if let Some(before) = before(&unions, &lineage, mother) {
                fathers.set(&lineage, mother, before, today)?;
                continue;
            }
            let mut draw = draws.of(delivery.who);
            let age = ages.completed(BirthDate(record.born));
            let born = birth_date(today, market.age_of_man(age, &mut draw), &mut draw)?;
            let may = |man| !too_close(&lineage, mother, man) && old_enough(&lineage, man, of_age);
            father = men.find(None, born.year(), draw.next_u64(), may);
        }
        let is_man = |man: &PersonId| lineage.get(*man).is_some_and(|it| it.sex == Sex::Male);
        if let Some(father) = father.filter(is_man) {
            fathers.set(&lineage, mother, father, today)?;
        }
    }
    Ok(())
}

/// The father of the last child of a mother, if he lives here and is in no union.
fn before(unions: &Unions, lineage: &Lineage, mother: PersonId) -> Option<PersonId> {
    // The newest child comes first in the list of rows.
    let last = lineage.child_rows(lineage.row(mother)?).next()?;
    let father = person(lineage.record(last)?.father)?;
    let lives = lineage.get(father).is_some_and(|it| it.exit().is_none());
    (lives && unions.partner(father).is_none()).then_some(father)
}

/// The father of a woman's last child, where both are in no union and have never lived together: parents unite
/// with each other first. Assumed.
pub(super) fn parent_of_her_child(
    unions: &Unions,
    lineage: &Lineage,
    woman: PersonId,
) -> Option<PersonId> {
    let father = before(unions, lineage, woman)?;
    let strangers = |(_, union): (_, super::Union)| union.partner_of(woman) != Some(father);
    unions.of(woman).all(strangers).then_some(father)
}

/// The partner, or the one who died or left since a child that is born today was conceived.
fn of_union(unions: &Unions, mother: PersonId, today: Date) -> Option<PersonId> {
    let (_, union) = unions.of(mother).next()?;
    let his = match union.ended {
        None => true,
        Some((gone, End::Death | End::Emigration)) => today.days() - gone.days() <= GESTATION_DAYS,
        Some(_) => false,
    };
    his.then(|| union.partner_of(mother)).flatten()
}

#[cfg(test)]
mod tests {
    use oikos_core::{StableId, date};

    use super::*;

    #[test]
    fn a_widow_may_bear_the_child_of_her_late_husband() {
        let [woman, man] = [0, 1].map(|id| PersonId::new(id).unwrap());
        let mut unions = Unions::default();
        let (formed, died) = (date(2000, 1, 1).unwrap(), date(2001, 1, 1).unwrap());
        let union = unions.form([woman, man], formed).unwrap();
        assert_eq!(of_union(&unions, woman, died), Some(man));
        unions.end(union, died, End::Death).unwrap();
        let after = |days: i32| Date::from_days(died.days() + days).unwrap();
        assert_eq!(of_union(&unions, woman, after(268)), Some(man));
        assert_eq!(of_union(&unions, woman, after(269)), None);
    }
}
