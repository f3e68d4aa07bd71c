//! What happens in unions, as hazards of women: each union has one in it, and each is formed by one.

use oikos_world::{Ages, BirthDate, Sex};

use super::market::MarriageMarket;
use super::model::UnionModel;
use super::status::{UnionSince, UnionStatus};
use crate::error::FamilyError;
use crate::hazard_event;
use crate::hazards::{Force, Hazard, Horizon, Today};
use bevy_ecs::resource::Resource;

hazard_event!(
    /// A woman enters a union.
    pub UnionFormation of oikos_world::Person = "union-formation"
);
hazard_event!(
    /// A woman who cohabits marries her partner.
    pub Wedding of oikos_world::Person = "wedding"
);
hazard_event!(
    /// A woman and her partner part.
    pub Parting of oikos_world::Person = "parting"
);

/// Single women enter unions at the force of this month's market.
pub struct Courtship;

impl Hazard for Courtship {
    type Event = UnionFormation;
    type Reads = (BirthDate, Sex, UnionStatus);
    type Param = MarriageMarket;
    const CAUSE: &'static str = "courtship";

    #[inline]
    fn exposes((_, sex, status): Self::Reads) -> bool {
        (sex == Sex::Female) & (status == UnionStatus::Single)
    }

    #[inline]
    fn force((born, ..): Self::Reads, today: &Today<'_, MarriageMarket>) -> Force {
        today.param.force(today.ages.completed(born))
    }

    /// There is at most one birthday in a month, and whose union ends is bounded anew.
    #[inline]
    fn bound((born, ..): Self::Reads, today: &Today<'_, MarriageMarket>) -> Force {
        let age = today.ages.completed(born);
        today.param.force(age).max(today.param.force(age + 1))
    }
}

/// The forces within unions, from the [`UnionModel`]. Derived.
#[derive(Resource, Clone, Debug, Default)]
pub struct UnionForces {
    wedding: Force,
    separation: Force,
    /// Of divorce, by completed year of marriage; the last one goes on.
    divorce: Vec<Force>,
}

/// Years of marriage in which the force of divorce still changes.
const DURATIONS: u32 = 80;

impl UnionForces {
    /// The forces of a model.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for a force that is no number.
    pub fn of(model: &UnionModel) -> Result<Self, FamilyError> {
        let divorce =
            (0..DURATIONS).map(|year| Force::per_year(model.disruption().force_in_year(year)));
        let divorce = divorce.collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            wedding: Force::per_year(model.cohabitation().wedding())?,
            separation: Force::per_year(model.cohabitation().separation())?,
            divorce,
        })
    }

    fn divorce(&self, years: u32) -> Force {
        let last = self.divorce.len().saturating_sub(1);
        let force = self.divorce.get((years as usize).min(last));
        force.copied().unwrap_or(Force::ZERO)
    }
}

/// Cohabitations become marriages at a constant force.
pub struct Engagement;

impl Hazard for Engagement {
    type Event = Wedding;
    type Reads = (Sex, UnionStatus);
    type Param = UnionForces;
    const CAUSE: &'static str = "engagement";
    const HORIZON: Horizon = Horizon::Year;

    #[inline]
    fn exposes((sex, status): Self::Reads) -> bool {
        (sex == Sex::Female) & (status == UnionStatus::Cohabiting)
    }

    #[inline]
    fn force(_: Self::Reads, today: &Today<'_, UnionForces>) -> Force {
        today.param.wedding
    }

    /// Whose union begins is bounded anew.
    #[inline]
    fn bound(member: Self::Reads, today: &Today<'_, UnionForces>) -> Force {
        Self::force(member, today)
    }
}

/// Cohabitations end at a constant force, marriages by their duration.
pub struct Disagreement;

impl Hazard for Disagreement {
    type Event = Parting;
    type Reads = (Sex, UnionStatus, UnionSince);
    type Param = UnionForces;
    const CAUSE: &'static str = "disagreement";
    const HORIZON: Horizon = Horizon::Year;

    #[inline]
    fn exposes((sex, status, _): Self::Reads) -> bool {
        (sex == Sex::Female) & (status != UnionStatus::Single)
    }

    #[inline]
    fn force((_, status, since): Self::Reads, today: &Today<'_, UnionForces>) -> Force {
        match status {
            UnionStatus::Married => today.param.divorce(years(since, today.ages)),
            _ => today.param.separation,
        }
    }

    /// Whose status changes is bounded anew, and there is at most one anniversary in a year.
    #[inline]
    fn bound((sex, status, since): Self::Reads, today: &Today<'_, UnionForces>) -> Force {
        let force = Self::force((sex, status, since), today);
        if status == UnionStatus::Married {
            let next = years(since, today.ages) + 1;
            return force.max(today.param.divorce(next));
        }
        force
    }
}

/// Completed years since a day.
fn years(since: UnionSince, ages: &Ages) -> u32 {
    ages.completed(BirthDate(since.0))
}
