//! When the young leave home alone.

use bevy_ecs::resource::Resource;
use oikos_world::BirthDate;
use serde::{Deserialize, Serialize};

use super::{ADULT_AGE, ParentalHome};
use crate::demography::nuptiality::entry::bisect;
use crate::error::FamilyError;
use crate::hazard_event;
use crate::hazards::{Force, Hazard, Horizon, Today};
use crate::unions::{UnionModel, UnionStatus};
use crate::{CoaleMcNeil, Cohabitation, FamilyFigures, UNION_AGE_MIN};

hazard_event!(
    /// Somebody leaves the parental home and lives alone.
    pub LeavingHome of oikos_world::Person = "leaving-home"
);

/// First and last completed age of those of whom it is published how many live with their parents, years.
const PUBLISHED_AGES: (u32, u32) = (18, 24);

/// The most that can be looked for, per year.
const FORCE_MAX: f64 = 100.0;

/// The force at which single people leave the parental home from [`ADULT_AGE`] on, whatever their age. A
/// parameter of the model.
///
/// It is an assumption that it is constant: only the share at 18 to 24 is fitted, and that at 25 to 34 is a
/// check. Who enters a union leaves home, too, whatever this force is.
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
    /// The force under which a share [`FamilyFigures::aged_18_24_with_parents`] of people of 18 to 24 lives at home
    /// in a population that is stationary and enters unions as the figures say (see [`UnionModel::fitted`]).
    ///
    /// What else ends it, the death of the parents or a parent who moves to a partner, is left out.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] if so many are in a union before 25 that the share cannot be reached; as
    /// [`UnionCohort::fit`](crate::UnionCohort::fit).
    pub fn fitted(figures: &FamilyFigures) -> Result<Self, FamilyError> {
        let entry = UnionModel::entry(figures, &Cohabitation::us()?)?;
        let published = figures.aged_18_24_with_parents;
        let share = |force: f64| share_at_home(&entry, force, PUBLISHED_AGES);
        if !(published > share(FORCE_MAX) && published <= share(0.0)) {
            return Err(FamilyError::Parameter {
                name: "share aged 18 to 24 with their parents",
                value: published,
                must: "some must leave home alone, and few enough enter unions, for it to be reached",
            });
        }
        let force = bisect(0.0, FORCE_MAX, |force| Ok(share(force) > published))?;
        Ok(Self(Force::per_year(force)?))
    }

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

/// Share of those of some completed ages, men and women alike, who still live where they grew up when nobody
/// dies: neither in a union at the forces of `entry` from [`UNION_AGE_MIN`] nor gone at `force` from [`ADULT_AGE`].
/// Both are constant within a year of age, so its mean over a year is (1 - e^-f) / f of the share at its start.
fn share_at_home(entry: &[CoaleMcNeil; 2], force: f64, (first, last): (u32, u32)) -> f64 {
    let mut mean = 0.0;
    for schedule in entry {
        let mut share = 1.0;
        for age in UNION_AGE_MIN..=last {
            let alone = if age >= ADULT_AGE { force } else { 0.0 };
            let total = schedule.force_in_year(age) + alone;
            let left = -libm::expm1(-total);
            if age >= first {
                mean += share * if total > 0.0 { left / total } else { 1.0 };
            }
            share *= 1.0 - left;
        }
    }
    mean / (entry.len() as f64 * f64::from(last - first + 1))
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
    fn force((born, home, status): Self::Reads, today: &Today<'_, LeavingForce>) -> Force {
        match (home, status) {
            (ParentalHome(true), UnionStatus::Single)
                if today.ages.completed(born) >= ADULT_AGE =>
            {
                today.param.0
            }
            _ => Force::ZERO,
        }
    }

    /// Nobody comes back to the parental home, and there is at most one birthday in a year.
    #[inline]
    fn bound((born, home, _): Self::Reads, today: &Today<'_, LeavingForce>) -> Force {
        if home.0 && today.ages.completed(born) + 1 >= ADULT_AGE {
            today.param.0
        } else {
            Force::ZERO
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> [CoaleMcNeil; 2] {
        let figures = FamilyFigures::us().unwrap();
        UnionModel::entry(&figures, &Cohabitation::us().unwrap()).unwrap()
    }

    /// The mean of e^(-f t) over the years is (1 - e^(-7 f)) / (7 f) where nobody enters a union.
    #[test]
    fn without_unions_the_share_is_that_of_the_closed_form() {
        let nobody = [CoaleMcNeil::new(28.0, 6.0, 1e-9).unwrap(); 2];
        for force in [0.0, 1e-6, 0.05, 0.2, 3.0] {
            let years: f64 = 7.0;
            let expected = if force > 0.0 {
                -libm::expm1(-force * years) / (force * years)
            } else {
                1.0
            };
            let found = share_at_home(&nobody, force, PUBLISHED_AGES);
            assert!(
                (found - expected).abs() < 1e-7,
                "{force}: {found} {expected}"
            );
        }
    }

    /// Beside a sum over days.
    #[test]
    fn the_share_is_that_of_lives_day_by_day() {
        let (entry, force) = (entry(), 0.07);
        let mut mean = 0.0;
        for schedule in &entry {
            let mut share = 1.0;
            for day in 0..(10 * 1000) {
                let age = 15 + day / 1000;
                let alone = if age >= 18 { force } else { 0.0 };
                let total = schedule.force_in_year(age) + alone;
                let next = share * libm::exp(-total / 1000.0);
                if age >= 18 {
                    mean += (share + next) / 2.0 / (2.0 * 7.0 * 1000.0);
                }
                share = next;
            }
        }
        let found = share_at_home(&entry, force, PUBLISHED_AGES);
        assert!((found - mean).abs() < 1e-6, "{found} {mean}");
    }

    #[test]
    fn the_published_share_comes_back_and_one_that_cannot_is_refused() {
        let mut figures = FamilyFigures::us().unwrap();
        let force = LeavingForce::fitted(&figures).unwrap().force().to_f64();
        let found = share_at_home(&entry(), force, PUBLISHED_AGES);
        assert!((found - 0.58).abs() < 1e-9, "{found}");
        assert!(force > 0.01 && force < 0.16, "{force}");
        for cannot in [0.0, 0.99, f64::NAN] {
            figures.aged_18_24_with_parents = cannot;
            let text = LeavingForce::fitted(&figures).unwrap_err().to_string();
            assert!(text.contains("18 to 24"), "{text}");
        }
    }
}
