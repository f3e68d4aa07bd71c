//! When the young leave home alone.

use bevy_ecs::resource::Resource;
use oikos_world::BirthDate;
use serde::{Deserialize, Serialize};

use super::{ADULT_AGE, ParentalHome};
use crate::hazard_event;
use crate::hazards::{Force, Hazard, Horizon, Today};
use crate::unions::UnionStatus;

hazard_event!(
    /// Somebody leaves the parental home and lives alone.
    pub LeavingHome of oikos_world::Person = "leaving-home"
);

/// The force at which single people leave the parental home from [`ADULT_AGE`] on, whatever their age. A
/// parameter of the model.
///
/// It is an assumption that it is constant: only the share at 18 to 24 is fitted (see
/// [`HomeForces`](super::HomeForces)), and that at 25 to 34 is a check. Who enters a union leaves home, too, whatever
/// this force is.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub struct LeavingForce(Force);

impl From<u64> for LeavingForce {
    fn from(units: u64) -> Self {
        Self(Force::from_units(units))
    }
}

impl From<LeavingForce> for u64 {
    fn from(force: LeavingForce) -> Self {
        force.0.units()
    }
}

impl LeavingForce {
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

/// Single people leave the parental home.
pub struct Independence;

impl Hazard for Independence {
    type Event = LeavingHome;
    type Reads = (BirthDate, ParentalHome, UnionStatus);
    type Param = LeavingForce;
    const CAUSE: &'static str = "independence";
    const HORIZON: Horizon = Horizon::Year;

    #[inline]
    fn exposes((_, home, _): Self::Reads) -> bool {
        home.0
    }

    #[inline]
    fn force((born, _, status): Self::Reads, today: &Today<'_, LeavingForce>) -> Force {
        if status == UnionStatus::Single && today.ages.completed(born) >= ADULT_AGE {
            today.param.0
        } else {
            Force::ZERO
        }
    }

    /// Who comes home is bounded anew, and there is at most one birthday in a year.
    #[inline]
    fn bound((born, ..): Self::Reads, today: &Today<'_, LeavingForce>) -> Force {
        if today.ages.completed(born) + 1 >= ADULT_AGE {
            today.param.0
        } else {
            Force::ZERO
        }
    }
}
