//! Sums the chances of a tick, and counts what happens in it.

use std::any::TypeId;
use std::collections::BTreeMap;

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, SystemState};
use bevy_ecs::world::{Mut, World};
use oikos_core::{Cadence, Unit};
use oikos_engine::{AttributeSet, Clock, Column, Kind, Rows, Slot, Slots};
use oikos_world::{Ages, BirthDate, Person, Sex};

use super::book::{CELLS, HazardBook, Name, cell};
use super::{Happened, Scorable};
use crate::hazards::{Force, Hazard, HazardEvent, Occurrences, TickYears, Today, force_of};

/// By age and sex for people, and one for all for other kinds.
pub(super) fn cells_of<K: Kind>() -> usize {
    if TypeId::of::<K>() == TypeId::of::<Person>() {
        CELLS
    } else {
        1
    }
}

/// Tells the cell of whoever holds a slot of a kind; of other kinds than people everybody is in the first one.
struct Cells<'a> {
    ages: &'a Ages,
    people: Option<(&'a Column<BirthDate>, &'a Column<Sex>)>,
}

impl Cells<'_> {
    fn of(&self, slot: Slot) -> usize {
        let Some((births, sexes)) = self.people else {
            return 0;
        };
        match (births.get(slot), sexes.get(slot)) {
            (Some(born), Some(sex)) => cell(sex.index(), self.ages.completed(*born)),
            _ => 0,
        }
    }
}

/// What summing a hazard looks at.
type Looked<'w, 's, H> = (
    Rows<'w, 's, <<H as Hazard>::Reads as AttributeSet>::Rows>,
    Res<'w, Slots<<<H as Hazard>::Event as HazardEvent>::Kind>>,
    Res<'w, Column<BirthDate>>,
    Res<'w, Column<Sex>>,
    Res<'w, Ages>,
    Res<'w, Clock>,
    Res<'w, <H as Hazard>::Param>,
);

/// Everybody's chance of this hazard's event in this tick, summed by cell, in multiples of 2⁻⁶⁴.
///
/// # Errors
/// What of it is not there.
pub(super) fn sum<H: Hazard>(world: &mut World) -> Result<Vec<u128>, String> {
    let mut state = SystemState::<Looked<'_, '_, H>>::new(world);
    let looked = state.get_mut(world).map_err(|error| error.to_string())?;
    let (mut rows, slots, births, sexes, ages, clock, param) = looked;
    let number = cells_of::<<H::Event as HazardEvent>::Kind>();
    let cells = Cells {
        ages: &ages,
        people: (number > 1).then_some((&*births, &*sexes)),
    };
    let today = Today {
        ages: &ages,
        clock: &clock,
        param: &*param,
    };
    let tick = TickYears::of(&clock);
    let add = |sums: &mut Vec<u128>, slot: Option<Slot>, chance: u64| {
        if let Some(sum) = slot.and_then(|slot| sums.get_mut(cells.of(slot))) {
            *sum = sum.saturating_add(u128::from(chance));
        }
    };
    Ok(rows.par_fold(
        || vec![0; number],
        |sums, who, row| match force_of::<H>(H::Reads::read(row), &today) {
            Force::ZERO => {}
            force => add(sums, slots.slot(who.id()), tick.chance(force)),
        },
        |mut left, right| {
            for (left, right) in left.iter_mut().zip(right) {
                *left = left.saturating_add(right);
            }
            left
        },
    ))
}

/// What happens today of an event.
pub(super) fn count<E: HazardEvent>(world: &World) -> Vec<Happened> {
    let (Some(slots), Some(ages), Some(occurrences)) = (
        world.get_resource::<Slots<E::Kind>>(),
        world.get_resource::<Ages>(),
        world.get_resource::<Occurrences<E>>(),
    ) else {
        return Vec::new();
    };
    let births = world.get_resource::<Column<BirthDate>>();
    let sexes = world.get_resource::<Column<Sex>>();
    let is_person = cells_of::<E::Kind>() > 1;
    let cells = Cells {
        ages,
        people: births.zip(sexes).filter(|_| is_person),
    };
    let happened = occurrences.iter().filter_map(|occurrence| {
        let slot = slots.slot(occurrence.who.id())?;
        Some((occurrence.cause, cells.of(slot)))
    });
    happened.collect()
}

/// Notes the chances with which a month begins.
pub(super) fn begin_month(world: &mut World) -> Result<(), BevyError> {
    let chances = chances(world)?;
    let tick = world.resource::<Clock>().tick().index();
    world.resource_mut::<HazardBook>().begin(tick, chances);
    Ok(())
}

/// Whether the next tick begins another calendar month.
pub(super) fn month_ends(clock: Res<Clock>) -> bool {
    let next = clock.tick().next();
    next.is_ok_and(|next| Cadence::calendar(Unit::Month).due(clock.calendar(), next))
}

/// Ends the month with the chances that the next tick would have under its parameters.
pub(super) fn end_month(world: &mut World) -> Result<(), BevyError> {
    let chances = chances(world)?;
    let tick = world.resource::<Clock>().tick().index();
    world.resource_mut::<HazardBook>().end(tick, chances);
    Ok(())
}

/// Everybody's chances, by hazard and cell.
fn chances(world: &mut World) -> Result<BTreeMap<Name, Vec<u128>>, BevyError> {
    world.resource_scope(|world, scorable: Mut<'_, Scorable>| {
        let mut chances: BTreeMap<Name, Vec<u128>> = BTreeMap::new();
        for hazard in &scorable.hazards {
            let sums = (hazard.sum)(world)?;
            // Two hazards of one cause are one: what happened does not tell them apart.
            let name = (hazard.event.to_owned(), hazard.cause);
            let all = chances.entry(name).or_insert_with(|| vec![0; sums.len()]);
            for (sum, more) in all.iter_mut().zip(sums) {
                *sum = sum.saturating_add(more);
            }
        }
        Ok(chances)
    })
}

/// Counts what happens today.
pub(super) fn count_occurrences(world: &mut World) {
    world.resource_scope(|world, scorable: Mut<'_, Scorable>| {
        world.resource_scope(|world, mut book: Mut<'_, HazardBook>| {
            for event in &scorable.events {
                for (cause, cell) in (event.count)(world) {
                    book.count((event.event.to_owned(), cause), cell, event.cells);
                }
            }
        });
    });
}
