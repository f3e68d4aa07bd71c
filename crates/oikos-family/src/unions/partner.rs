//! Whom a woman who enters a union today finds: by search, or among men whom she meets by chance.

use std::ops::RangeInclusive;

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, SystemParam};
use bevy_ecs::world::World;
use oikos_core::{Date, Draw, pair};
use oikos_engine::{Clock, Draws, Rows, Who, draw_stream};
use oikos_world::{Ages, BirthDate, Person, PersonId, Sex};

use super::book::Unions;
use super::choice::{Matching, PartnerChoice};
use super::fathers::parent_of_her_child;
use super::group::{MatchingGroup, OwnGroup};
use super::market::{MarriageMarket, birth_date};
use super::model::UnionModel;
use super::singles::SingleMen;
use super::taboo::too_close;
use crate::error::FamilyError;
use crate::lineage::Lineage;
use crate::{PairTable, UNION_AGE_MIN};

draw_stream!(pub(super) TasteDraws = "family.taste");

/// For each age of women the ages of men that go with it, as the first and the last band. Derived from
/// [`UnionModel`].
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct AgeWindows(Vec<Option<(u32, u32)>>);

/// Ages go together where their attraction is this share of the highest at the woman's age, or more.
const ATTRACTION_MIN: f64 = 0.01;

impl AgeWindows {
    fn of(attraction: &PairTable) -> Self {
        let window = |woman: usize| {
            let of = |man: usize| attraction.get(man, woman);
            let highest = (0..attraction.men()).map(of).fold(0.0, f64::max);
            let mut goes = (0..attraction.men())
                .filter(|man| of(*man) > 0.0 && of(*man) >= ATTRACTION_MIN * highest);
            let first = goes.next()? as u32;
            Some((first, goes.next_back().map_or(first, |last| last as u32)))
        };
        Self((0..attraction.women()).map(window).collect())
    }

    pub(super) fn rebuild(world: &mut World) {
        let model = world.get_resource::<UnionModel>();
        if let Some(windows) = model.map(|model| Self::of(model.rates().attraction())) {
            world.insert_resource(windows);
        }
    }

    /// Years in which men who go with a woman of an age were born.
    fn years(&self, today: Date, age: u32) -> Option<RangeInclusive<i32>> {
        let band = age.checked_sub(UNION_AGE_MIN)? as usize;
        let (youngest, oldest) = (*self.0.get(band)?)?;
        let born = |band: u32| today.year() - (UNION_AGE_MIN + band) as i32;
        Some(born(oldest) - 1..=born(youngest))
    }
}

/// What it takes to find a partner for a woman.
#[derive(SystemParam)]
pub(super) struct Partners<'w, 's> {
    choice: Res<'w, PartnerChoice>,
    market: Res<'w, MarriageMarket>,
    windows: Res<'w, AgeWindows>,
    model: Res<'w, UnionModel>,
    lineage: Res<'w, Lineage>,
    ages: Res<'w, Ages>,
    clock: Res<'w, Clock>,
    own_group: OwnGroup<'w, 's>,
    tastes: Draws<'w, 's, TasteDraws>,
}

/// A woman who enters a union.
#[derive(Clone, Copy)]
pub(super) struct Seeker {
    pub(super) who: Who<Person>,
    pub(super) age: u32,
}

impl Partners<'_, '_> {
    /// The father of a woman's child, where the two have not lived together yet.
    pub(super) fn parent_of_her_child(&self, unions: &Unions, woman: PersonId) -> Option<PersonId> {
        let man = parent_of_her_child(unions, &self.lineage, woman)?;
        // Users may have named a father who is close kin, or a boy.
        let of_age = self.clock.today().years_before(UNION_AGE_MIN).ok()?;
        let may = !too_close(&self.lineage, woman, man) && old_enough(&self.lineage, man, of_age);
        may.then_some(man)
    }

    /// The single man whom a woman unites with; `None` if she finds nobody who may.
    ///
    /// # Errors
    /// [`FamilyError::Core`] for dates beyond the calendar.
    pub(super) fn find(
        &mut self,
        seeker: Seeker,
        draw: &mut Draw,
        men: &SingleMen,
        people: &mut Rows<(&'static BirthDate, &'static Sex)>,
    ) -> Result<Option<PersonId>, FamilyError> {
        let first = self.own_group.first(seeker.who);
        let today = self.clock.today();
        let of_age = today.years_before(UNION_AGE_MIN)?;
        let may = |man: PersonId| {
            !too_close(&self.lineage, seeker.who.id(), man)
                && old_enough(&self.lineage, man, of_age)
        };
        // The two levels: her own group, if that is where she looks first, then the whole pool.
        let levels = first.map(Some).into_iter().chain([None]);
        let Matching::Random { men: most } = self.choice.matching() else {
            let age_of_man = self.market.age_of_man(seeker.age, draw);
            let year = birth_date(today, age_of_man, draw)?.year();
            let point = draw.next_u64();
            let mut found = levels.map(|group| men.find(group, year, point, may));
            return Ok(found.find_map(|man| man));
        };
        let Some(years) = self.windows.years(today, seeker.age) else {
            return Ok(None);
        };
        let point = draw.next_u64();
        let mut taken = levels.map(|group: Option<MatchingGroup>| {
            let met = men.meet(group, years.clone(), point, most as usize);
            self.take(seeker, met.into_iter().filter(|man| may(*man)), people)
        });
        Ok(taken.find_map(|man| man))
    }

    /// One of several men, in proportion to the attraction: of waiting times at these rates the shortest.
    fn take(
        &self,
        seeker: Seeker,
        met: impl Iterator<Item = PersonId>,
        people: &mut Rows<(&'static BirthDate, &'static Sex)>,
    ) -> Option<PersonId> {
        let band = |age: u32| age.checked_sub(UNION_AGE_MIN).map(|band| band as usize);
        let waits = met.filter_map(|man| {
            let who = people.who(man)?;
            let age = self.ages.completed(*people.get(man)?.0);
            let attraction = self.model.rates().attraction();
            let attraction = attraction.get(band(age)?, band(seeker.age)?);
            let both = pair(seeker.who.subject(), who.subject());
            let wait = self.tastes.of(both).exponential() / attraction;
            wait.is_finite().then_some((wait, man))
        });
        let shortest =
            waits.min_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        shortest.map(|(_, man)| man)
    }
}

pub(super) fn old_enough(lineage: &Lineage, man: PersonId, of_age: Date) -> bool {
    lineage.get(man).is_some_and(|record| record.born <= of_age)
}

#[cfg(test)]
mod tests {
    use oikos_core::date;

    use super::*;

    #[test]
    fn windows_hold_the_ages_that_go_with_hers() {
        // Men up to two years off, of whom those two off attract too little.
        let attraction = PairTable::new(6, 6, |man, woman| match man.abs_diff(woman) {
            0 => 1.0,
            1 => 0.02,
            2 => 0.009,
            _ => 0.0,
        });
        let windows = AgeWindows::of(&attraction);
        let today = date(2020, 7, 1).unwrap();
        // Men of 17 to 19 completed years were born from July 2000 to June 2003.
        assert_eq!(windows.years(today, 18), Some(2000..=2003));
        assert_eq!(windows.years(today, 15), Some(2003..=2005));
        assert_eq!(windows.years(today, 14), None);
        assert_eq!(windows.years(today, 21), None);
        assert_eq!(AgeWindows::of(&PairTable::zero(2, 2)).0, [None, None]);
    }
}
