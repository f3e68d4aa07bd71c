//! Accepts candidates and draws causes.

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, ResMut};
use oikos_engine::Clock;

use super::candidates::{Candidates, cause, total};
use super::force::Force;
use super::{Causes, HazardEvent, Occurrence, Occurrences, TickYears};
use crate::error::FamilyError;

/// Lets happen what was drawn below its chance.
pub(crate) fn resolve<E: HazardEvent>(
    clock: Res<Clock>,
    causes: Res<Causes<E>>,
    candidates: Res<Candidates<E>>,
    mut occurrences: ResMut<Occurrences<E>>,
) -> Result<(), BevyError> {
    let tick = TickYears::of(&clock);
    let Candidates { all, forces } = &*candidates;
    for (number, candidate) in all.iter().enumerate() {
        let force = Force::from_units(total(forces, number));
        let chance = tick.chance(force);
        if chance > candidate.chance_max {
            return Err(FamilyError::AboveBound {
                who: candidate.who.id().to_string(),
                event: E::STREAM,
                force: force.to_f64(),
            }
            .into());
        }
        if candidate.draw < chance {
            let cause = cause(&causes, forces, number, candidate.choice)?;
            occurrences.all.push(Occurrence {
                who: candidate.who,
                cause,
            });
        }
    }
    Ok(())
}
