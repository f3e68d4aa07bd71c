//! Emigration as a hazard.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_engine::Clock;
use oikos_world::{BirthDate, Sex};

use super::Migration;
use super::plugin::InForce;
use crate::error::FamilyError;
use crate::hazard_event;
use crate::hazards::{Force, Hazard, Today};
use crate::tables::AGE_MAX;

hazard_event!(
    /// Somebody leaves the society for good.
    pub Emigration of oikos_world::Person = "emigration"
);

const AGES: usize = AGE_MAX as usize + 1;

/// The forces of emigration in the present calendar year, by sex and completed age. Derived from the
/// [`Migration`] in force.
#[derive(Resource, Clone, Debug)]
pub struct EmigrationForces {
    year: Option<i32>,
    forces: [[Force; AGES]; 2],
}

impl Default for EmigrationForces {
    fn default() -> Self {
        Self {
            year: None,
            forces: [[Force::ZERO; AGES]; 2],
        }
    }
}

impl EmigrationForces {
    /// The forces of a calendar year.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for a force that is no number.
    pub fn of_year<M: Migration>(migration: &M, year: i32) -> Result<Self, FamilyError> {
        let mut now = Self {
            year: Some(year),
            ..Self::default()
        };
        for sex in Sex::ALL {
            for age in 0..AGES {
                let rate = migration.emigration(sex, age as u32, year);
                now.forces[sex.index()][age] = Force::per_year(rate)?;
            }
        }
        Ok(now)
    }

    /// The force of emigration.
    #[must_use]
    #[inline]
    pub fn force(&self, sex: Sex, age: u32) -> Force {
        self.forces[sex.index()][(age as usize).min(AGES - 1)]
    }

    pub(super) fn rebuild<M: Migration>(world: &mut World) {
        let (Some(clock), Some(migration)) = (
            world.get_resource::<Clock>(),
            world.get_resource::<InForce<M>>(),
        ) else {
            return;
        };
        // Forces that cannot be made are found by the system of the next tick, which can say so.
        if let Ok(now) = Self::of_year(&migration.0, clock.today().year()) {
            world.insert_resource(now);
        }
    }
}

/// Takes up the forces of a new calendar year.
pub(super) fn begin_year<M: Migration>(
    clock: Res<Clock>,
    migration: Res<InForce<M>>,
    mut now: ResMut<EmigrationForces>,
) -> Result<(), BevyError> {
    let year = clock.today().year();
    if now.year != Some(year) {
        *now = EmigrationForces::of_year(&migration.0, year)?;
    }
    Ok(())
}

/// Emigration at the force for age and sex.
pub struct TableEmigration;

impl Hazard for TableEmigration {
    type Event = Emigration;
    type Reads = (BirthDate, Sex);
    type Param = EmigrationForces;
    const CAUSE: &'static str = "migration table";

    #[inline]
    fn force((born, sex): Self::Reads, today: &Today<'_, EmigrationForces>) -> Force {
        today.param.force(sex, today.ages.completed(born))
    }

    /// There is at most one birthday in a month.
    #[inline]
    fn bound((born, sex): Self::Reads, today: &Today<'_, EmigrationForces>) -> Force {
        let age = today.ages.completed(born);
        let next = today.param.force(sex, age + 1);
        today.param.force(sex, age).max(next)
    }
}
