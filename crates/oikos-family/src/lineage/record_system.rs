//! The systems that record births and deaths.

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::StableId;
use oikos_engine::{Changes, Clock, Rows, Slots};
use oikos_world::{Arrival, BirthDate, Departure, Person, PersonId, Sex};

use super::record::{NO_CAUSE, NOBODY, Origin, Record};
use super::{Fathers, Lineage};
use crate::error::FamilyError;
use crate::migration::Arrivals;

/// Refuses to go on with people whom the lineage does not know: those born later would be mistaken for
/// them.
pub(crate) fn check_lineage(
    slots: Res<Slots<Person>>,
    lineage: Res<Lineage>,
) -> Result<(), BevyError> {
    let (people, recorded) = (slots.next_id(), lineage.len() as u64);
    if people == recorded {
        return Ok(());
    }
    Err(FamilyError::Unrecorded { people, recorded }.into())
}

/// Records the day's births and deaths, and who came and left.
pub(crate) fn record_lineage(
    clock: Res<Clock>,
    changes: Res<Changes<Person>>,
    fathers: Res<Fathers>,
    arrivals: Option<Res<Arrivals>>,
    mut people: Rows<(&BirthDate, &Sex)>,
    mut lineage: ResMut<Lineage>,
) -> Result<(), BevyError> {
    for born in &changes.born {
        let Ok(id) = PersonId::new(born.id) else {
            continue;
        };
        let (date, sex) = people.get(id).map_or_else(
            || (BirthDate(clock.today()), Sex::Female),
            |(date, sex)| (*date, *sex),
        );
        if let (Some(arrivals), true) = (&arrivals, Arrival::is(born)) {
            let today = clock.today().days();
            lineage.enter(arrivals.parents(born), date.0.days(), sex, today)?;
            continue;
        }
        // A cause that is no id stands for an unknown mother.
        let mother = PersonId::new(born.cause).ok();
        let father = mother.and_then(|mother| fathers.of(mother));
        let record = Record::new([NOBODY; 2], date.0.days(), sex, Origin::Born);
        lineage.add([mother, father], record)?;
    }
    for died in &changes.died {
        let why = Departure::why(died);
        let cause = why.map(|why| Ok(why.number()));
        let cause = cause.unwrap_or_else(|| u16::try_from(died.cause));
        if let Ok(row) = u32::try_from(died.id) {
            let today = clock.today().days();
            lineage.close(row, today, cause.unwrap_or(NO_CAUSE), why.is_some());
        }
    }
    Ok(())
}
