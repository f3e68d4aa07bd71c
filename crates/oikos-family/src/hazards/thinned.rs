//! The thinned mode: candidates for a whole calendar month or year, drawn against upper bounds.

use std::collections::BTreeSet;

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Cadence, CoreError, Date, StableId, Stream, Tick, Unit};
use oikos_engine::{AttributeSet, Changes, Chunk, Clock, Draws, Kind, Rows, Slot};
use oikos_world::Ages;

use super::calendar::{Booked, CandidateCalendar};
use super::candidates::Watched;
use super::daily::{Ceiling, Exposed, raise, today};
use super::lanes::{Drawn, draw_lanes, join};
use super::noted::HazardChanges;
use super::{CandidateStream, Causes, Force, Hazard, HazardEvent, Horizon, TickYears, Today};
use crate::alignment::Scaling;

/// Whether a calendar month begins with this tick, or the history does.
pub(crate) fn month_begins(clock: Res<Clock>) -> bool {
    Cadence::calendar(Unit::Month).due(clock.calendar(), clock.tick())
}

/// Whether everybody's bounds are found anew with this tick.
pub(crate) fn horizon_begins<E: HazardEvent>(
    clock: Res<Clock>,
    causes: Res<Causes<E>>,
    calendar: Res<CandidateCalendar<E>>,
) -> bool {
    let begins = Cadence::calendar(causes.horizon().unit());
    begins.due(clock.calendar(), clock.tick()) || clock.tick().index() >= calendar.until()
}

/// Whether those of some members alone are.
pub(crate) fn bounds_changed<E: HazardEvent>(
    clock: Res<Clock>,
    causes: Res<Causes<E>>,
    calendar: Res<CandidateCalendar<E>>,
    changes: Res<HazardChanges<E>>,
) -> bool {
    !changes.ids.is_empty() && !horizon_begins(clock, causes, calendar)
}

/// Adds one hazard's bound for everybody.
pub(crate) fn add_bound<H: Hazard>(
    rows: Exposed<'_, '_, H>,
    ages: Res<Ages>,
    clock: Res<Clock>,
    param: Res<H::Param>,
    scaling: Option<Res<Scaling<H>>>,
) {
    let today = today::<H>(&ages, &clock, &param);
    let scaling = scaling.as_deref();
    raise::<H>(rows, &clock, &today, |member, today| {
        bound_of::<H>(member, today, scaling)
    });
}

/// The same for those alone of whom it was noted that their forces changed.
pub(crate) fn add_bound_anew<H: Hazard>(
    mut rows: Exposed<'_, '_, H>,
    ages: Res<Ages>,
    clock: Res<Clock>,
    param: Res<H::Param>,
    scaling: Option<Res<Scaling<H>>>,
    changes: Res<HazardChanges<H::Event>>,
) {
    let today = today::<H>(&ages, &clock, &param);
    let tick = TickYears::of(&clock);
    for id in ids::<H::Event>(&changes.ids) {
        if let Some((row, ceiling)) = rows.get(id) {
            let bound = bound_of::<H>(H::Reads::read(row), &today, scaling.as_deref());
            ceiling.0 = ceiling.0.saturating_add(tick.ceiling(bound));
        }
    }
}

/// A year begins with a month, so the factor stays what it is until the next bounds.
#[inline]
fn bound_of<H: Hazard>(
    member: H::Reads,
    today: &Today<'_, H::Param>,
    scaling: Option<&Scaling<H>>,
) -> Force {
    let bound = H::bound(member, today);
    match scaling {
        Some(scaling) if scaling.is_on() => scaling.apply(bound),
        _ => bound,
    }
}

fn ids<E: HazardEvent>(ids: &BTreeSet<u64>) -> impl Iterator<Item = <E::Kind as Kind>::Id> + '_ {
    ids.iter()
        .filter_map(|id| <E::Kind as Kind>::Id::new(*id).ok())
}

/// Draws the candidates until the horizon.
pub(crate) fn draw_ahead<E: HazardEvent>(
    mut rows: Rows<'_, '_, &'static mut Ceiling<E>>,
    clock: Res<Clock>,
    causes: Res<Causes<E>>,
    draws: Draws<'_, '_, CandidateStream<E>>,
    mut calendar: ResMut<CandidateCalendar<E>>,
    mut watched: ResMut<Watched<E>>,
    mut changes: ResMut<HazardChanges<E>>,
) -> Result<(), BevyError> {
    let ahead = Ahead::new(draws.stream(), &clock, causes.horizon())?;
    let drawn = rows.par_fold_chunks(|chunk| ahead.draw_chunk(chunk), Found::merge);
    // The chunks know slots; the calendar keeps ids.
    let slots = rows.slots();
    let id_of = |slot: Slot| slots.who(slot).map(|who| who.id().get());
    let booked = drawn.booked.into_iter().filter_map(|(slot, booked)| {
        let id = id_of(slot)?;
        Some(Booked { id, ..booked })
    });
    calendar.set(booked.collect(), ahead.first.index() + ahead.ticks);
    watched.ids = drawn.watched.into_iter().filter_map(id_of).collect();
    watched.ids.sort_unstable();
    changes.ids.clear();
    Ok(())
}

/// Draws the candidates from now to the horizon for those whose bounds were found anew. What is yet to come was drawn
/// whatever came before, so it may be forgotten and drawn again.
pub(crate) fn draw_anew<E: HazardEvent>(
    mut rows: Rows<'_, '_, &'static mut Ceiling<E>>,
    clock: Res<Clock>,
    causes: Res<Causes<E>>,
    draws: Draws<'_, '_, CandidateStream<E>>,
    mut calendar: ResMut<CandidateCalendar<E>>,
    mut watched: ResMut<Watched<E>>,
    mut changes: ResMut<HazardChanges<E>>,
) -> Result<(), BevyError> {
    let ahead = Ahead::new(draws.stream(), &clock, causes.horizon())?;
    let changed = std::mem::take(&mut changes.ids);
    watched.ids.retain(|id| !changed.contains(id));
    let (mut booked, mut unbounded) = (Vec::new(), Vec::new());
    for id in ids::<E>(&changed) {
        let (Some(who), Some(ceiling)) = (rows.who(id), rows.get(id)) else {
            continue;
        };
        match std::mem::take(&mut ceiling.0) {
            0 => {}
            u32::MAX => unbounded.push(id.get()),
            ceiling => {
                let words = ahead.stream.block(who.subject(), ahead.first, 0);
                let days = ahead.candidates(who.subject(), ceiling, join(words[0], words[1]));
                booked.extend(days.map(|booked| Booked {
                    id: id.get(),
                    ..booked
                }));
            }
        }
    }
    calendar.rebook(clock.tick().index(), &changed, booked);
    watched.ids.append(&mut unbounded);
    watched.ids.sort_unstable();
    Ok(())
}

/// What a chunk came to, by slot.
#[derive(Default)]
struct Found {
    /// The id of each is still to be filled in.
    booked: Vec<(Slot, Booked)>,
    /// Those without a bound: candidates in every tick.
    watched: Vec<Slot>,
}

impl Found {
    fn merge(mut self, mut right: Self) -> Self {
        self.booked.append(&mut right.booked);
        self.watched.append(&mut right.watched);
        self
    }
}

/// Ticks from this one until the next calendar month begins.
pub(crate) fn ticks_of_month(clock: &Clock) -> Result<u32, CoreError> {
    ticks_until(clock, Horizon::Month.next(clock.today())?)
}

/// Ticks from this one until the one in which a day begins.
fn ticks_until(clock: &Clock, day: Date) -> Result<u32, CoreError> {
    let end = clock.calendar().tick_at(day)?;
    Ok(end.since(clock.tick()).unwrap_or(0).max(1))
}

/// The ticks from this one to the horizon, and what is drawn for them.
struct Ahead {
    stream: Stream,
    first: Tick,
    ticks: u32,
}

impl Ahead {
    fn new(stream: Stream, clock: &Clock, horizon: Horizon) -> Result<Self, CoreError> {
        let next = horizon.next(clock.today())?;
        Ok(Self {
            stream,
            first: clock.tick(),
            ticks: ticks_until(clock, next)?,
        })
    }

    fn draw_chunk<E: HazardEvent>(&self, chunk: Chunk<'_, &'static mut Ceiling<E>>) -> Found {
        let mut found = Found::default();
        // The chance of any candidate is below ticks × ceiling.
        let likely = |word: u32, ceiling: u32| {
            u64::from(word) < u64::from(ceiling) * u64::from(self.ticks) || ceiling == u32::MAX
        };
        draw_lanes(chunk, &self.stream, self.first, likely, |drawn: Drawn| {
            let Drawn { slot, subject, .. } = drawn;
            if drawn.ceiling == u32::MAX {
                found.watched.push(slot);
            } else {
                let draw = join(drawn.words[0], drawn.words[1]);
                let days = self.candidates(subject, drawn.ceiling, draw);
                found.booked.extend(days.map(|booked| (slot, booked)));
            }
        });
        found
    }

    /// The ticks in which somebody is a candidate, from the first draw on. Each tick is one with the chance of the
    /// ceiling, so the ticks from one to the next are geometric: one block of the generator for each.
    fn candidates(
        &self,
        subject: u64,
        ceiling: u32,
        first_draw: u64,
    ) -> impl Iterator<Item = Booked> + '_ {
        let (mut draw, mut block, mut at) = (first_draw, 0, 0.0);
        std::iter::from_fn(move || {
            if block > 0 {
                let words = self.stream.block(subject, self.first, block);
                draw = join(words[0], words[1]);
                at += 1.0;
            }
            block += 1;
            at += gap(draw, ceiling);
            (at < f64::from(self.ticks)).then(|| Booked {
                tick: self.first.index() + at as u32,
                id: 0,
                ceiling,
            })
        })
    }
}

/// Ticks until the next candidate, when each is one with the chance `ceiling`: the draw is below
/// 1 − (1 − p)^(gap + 1) and not below 1 − (1 − p)^gap.
fn gap(draw: u64, ceiling: u32) -> f64 {
    let uniform = draw as f64 / 18_446_744_073_709_551_616.0;
    let chance = f64::from(ceiling) / 4_294_967_296.0;
    libm::floor(libm::log1p(-uniform) / libm::log1p(-chance))
}

/// Those who came into being are bounded from the next tick on.
pub(crate) fn note_newborns<E: HazardEvent>(
    changed: Res<Changes<E::Kind>>,
    mut changes: ResMut<HazardChanges<E>>,
) {
    changes.ids.extend(changed.born.iter().map(|born| born.id));
}
