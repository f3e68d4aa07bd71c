//! When the young come back to their parents.

use bevy_ecs::resource::Resource;
use oikos_world::BirthDate;
use serde::{Deserialize, Serialize};

use super::{ADULT_AGE, ParentalHome};
use crate::hazard_event;
use crate::hazards::{Force, Hazard, Horizon, Today};
use crate::unions::UnionStatus;

hazard_event!(
    /// Somebody who has left home wants to live with a parent again, and does so if one can take them in.
    pub ReturningHome of oikos_world::Person = "returning-home"
);

/// The age from which nobody comes back to the parental home, years: an assumption.
pub const RETURN_AGE_END: u32 = 35;

/// The force at which single people who have left the parental home come back to it from
/// [`ADULT_AGE`] until [`RETURN_AGE_END`], whatever their age and however long they have been away. A parameter of
/// the model, fitted with that of leaving: see [`HomeForces`](super::HomeForces).
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub struct ReturningForce(Force);

impl From<u64> for ReturningForce {
    fn from(units: u64) -> Self {
        Self(Force::from_units(units))
    }
}

impl From<ReturningForce> for u64 {
    fn from(force: ReturningForce) -> Self {
        force.0.units()
    }
}

impl ReturningForce {
    /// A force of one's own.
    #[must_use]
    pub const fn new(force: Force) -> Self {
        Self(force)
    }

    /// The force, per year.
    #[must_use]
    pub const fn force(self) -> Force {
        self.0
    }
}

/// Single people come back to the parental home.
pub struct Homecoming;

impl Hazard for Homecoming {
    type Event = ReturningHome;
    type Reads = (BirthDate, ParentalHome, UnionStatus);
    type Param = ReturningForce;
    const CAUSE: &'static str = "homecoming";
    const HORIZON: Horizon = Horizon::Year;

    #[inline]
    fn exposes((_, home, _): Self::Reads) -> bool {
        !home.0
    }

    #[inline]
    fn force((born, _, status): Self::Reads, today: &Today<'_, ReturningForce>) -> Force {
        let of_age = || (ADULT_AGE..RETURN_AGE_END).contains(&today.ages.completed(born));
        if status == UnionStatus::Single && of_age() {
            today.param.0
        } else {
            Force::ZERO
        }
    }

    /// Who leaves home is bounded anew, a union may have ended by tomorrow, and a year has one birthday at most.
    #[inline]
    fn bound((born, ..): Self::Reads, today: &Today<'_, ReturningForce>) -> Force {
        if (ADULT_AGE - 1..RETURN_AGE_END).contains(&today.ages.completed(born)) {
            today.param.0
        } else {
            Force::ZERO
        }
    }
}
