//! The thinned mode: candidates for a whole calendar month, drawn against upper bounds.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{
    Cadence, CoreError, Date, Digest, StableId, Stream, Tick, TypeKey, Unit, philox_batch,
};
use oikos_engine::{Changes, Chunk, Clock, Draws, Kind, Rows, Slot, Slots, State};
use oikos_world::Ages;

use super::candidates::{Candidate, Candidates, Watched, known_ids};
use super::daily::{Ceiling, WithCeiling, join, raise, today};
use super::{CandidateStream, EventStream, Hazard, HazardEvent};
use crate::alignment::Scaling;

/// A candidate of a later tick of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Booked {
    tick: u32,
    id: u64,
    /// The chance it was drawn with, in multiples of 2⁻³².
    ceiling: u32,
}

/// The month's candidates, in the order (tick, id). Persisted: the bounds they were drawn against may
/// rest on state that has changed since.
#[derive(Resource)]
pub(crate) struct CandidateCalendar<E> {
    booked: Vec<Booked>,
    /// Those before it are past.
    next: usize,
    event: std::marker::PhantomData<fn() -> E>,
}

impl<E> Default for CandidateCalendar<E> {
    fn default() -> Self {
        Self {
            booked: Vec::new(),
            next: 0,
            event: std::marker::PhantomData,
        }
    }
}

const BOOKED_BYTES: usize = 16;

impl<E: HazardEvent> State for CandidateCalendar<E> {
    fn save(&self, out: &mut Vec<u8>) {
        for booked in self.booked.get(self.next..).unwrap_or_default() {
            out.extend(booked.tick.to_le_bytes());
            out.extend(booked.ceiling.to_le_bytes());
            out.extend(booked.id.to_le_bytes());
        }
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let (chunks, rest) = bytes.as_chunks::<BOOKED_BYTES>();
        if !rest.is_empty() {
            return Err("a candidate is cut off".to_owned());
        }
        let booked: Vec<_> = chunks.iter().map(read_booked).collect();
        if !booked.is_sorted_by(|a, b| (a.tick, a.id) < (b.tick, b.id)) {
            return Err("the candidates are out of order".to_owned());
        }
        known_ids::<E>(&booked.iter().map(|booked| booked.id).collect::<Vec<_>>())?;
        Ok(Self {
            booked,
            next: 0,
            event: std::marker::PhantomData,
        })
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        let mut digest = Digest::default();
        for booked in self.booked.get(self.next..).unwrap_or_default() {
            let row = key.row(booked.id);
            // The tick is the field: somebody may be a candidate twice in a month.
            row.add(&mut digest, booked.tick, booked.ceiling);
        }
        digest
    }
}

fn read_booked(bytes: &[u8; BOOKED_BYTES]) -> Booked {
    let (words, _) = bytes.as_chunks::<4>();
    let word = |at: usize| u32::from_le_bytes(words[at]);
    Booked {
        tick: word(0),
        ceiling: word(1),
        id: join(word(3), word(2)),
    }
}

/// Whether a calendar month begins with this tick, or the history does.
pub(crate) fn month_begins(clock: Res<Clock>) -> bool {
    Cadence::calendar(Unit::Month).due(clock.calendar(), clock.tick())
}

/// Adds one hazard's bound for everybody.
pub(crate) fn add_bound<H: Hazard>(
    rows: Rows<'_, '_, WithCeiling<H>>,
    ages: Res<Ages>,
    clock: Res<Clock>,
    param: Res<H::Param>,
    scaling: Option<Res<Scaling<H>>>,
) {
    let today = today::<H>(&ages, &clock, &param);
    match scaling.as_deref().filter(|scaling| scaling.is_on()) {
        None => raise::<H>(rows, &clock, &today, H::bound),
        // A year begins with a month, so the factor stays what it is until the next bounds.
        Some(scaling) => raise::<H>(rows, &clock, &today, |member, today| {
            scaling.apply(H::bound(member, today))
        }),
    }
}

/// Draws the month's candidates. Each tick is one with the chance of the ceiling, so the ticks from one
/// to the next are geometric.
pub(crate) fn draw_month<E: HazardEvent>(
    mut rows: Rows<'_, '_, &'static mut Ceiling<E>>,
    clock: Res<Clock>,
    draws: Draws<'_, '_, CandidateStream<E>>,
    mut calendar: ResMut<CandidateCalendar<E>>,
    mut watched: ResMut<Watched<E>>,
) -> Result<(), BevyError> {
    let stream = draws.stream();
    let ticks = ticks_of_month(&clock)?;
    let drawn = rows.par_fold_chunks(
        |chunk| draw_chunk(chunk, &stream, clock.tick(), ticks),
        Drawn::merge,
    );
    // The chunks know slots; the calendar keeps ids.
    let slots = rows.slots();
    let id_of = |slot: u32| slots.who(Slot::new(slot)).map(|who| who.id().get());
    let booked = drawn.booked.into_iter().filter_map(|(slot, booked)| {
        let id = id_of(slot)?;
        Some(Booked { id, ..booked })
    });
    calendar.booked = booked.collect();
    calendar.booked.sort_unstable();
    calendar.next = 0;
    watched.ids = drawn.watched.into_iter().filter_map(id_of).collect();
    watched.ids.sort_unstable();
    Ok(())
}

/// What a chunk came to, by slot.
#[derive(Default)]
struct Drawn {
    /// The id of each is still to be filled in.
    booked: Vec<(u32, Booked)>,
    /// Those without a bound: candidates in every tick.
    watched: Vec<u32>,
}

impl Drawn {
    fn merge(mut self, mut right: Self) -> Self {
        self.booked.append(&mut right.booked);
        self.watched.append(&mut right.watched);
        self
    }
}

/// Ticks from this one until the next calendar month begins.
pub(crate) fn ticks_of_month(clock: &Clock) -> Result<u32, CoreError> {
    let (year, month, _) = clock.today().ymd();
    let next = Date::new(year, month, 1)?.plus_months(1)?;
    let end = clock.calendar().tick_at(next)?;
    Ok(end.since(clock.tick()).unwrap_or(0).max(1))
}

const LANES: usize = 16;

fn draw_chunk<E: HazardEvent>(
    chunk: Chunk<'_, &'static mut Ceiling<E>>,
    stream: &Stream,
    first_tick: Tick,
    ticks: u32,
) -> Drawn {
    let mut found = Drawn::default();
    let mut low = [0; LANES];
    let mut high = [0; LANES];
    let first_slot = chunk.first_slot;
    let blocks = chunk
        .columns
        .chunks_mut(LANES)
        .zip(chunk.subjects.chunks(LANES));
    for (block, (ceilings, subjects)) in blocks.enumerate() {
        if ceilings.iter().all(|ceiling| ceiling.0 == 0) {
            continue;
        }
        for (lane, subject) in subjects.iter().enumerate() {
            low[lane] = *subject as u32;
            high[lane] = (subject >> 32) as u32;
        }
        let words = philox_batch(stream.key(), &low, &high, first_tick.index(), 0);
        for (lane, ceiling) in ceilings.iter_mut().enumerate() {
            let ceiling = std::mem::take(&mut ceiling.0);
            let slot = first_slot + (block * LANES + lane) as u32;
            if ceiling == u32::MAX {
                found.watched.push(slot);
                continue;
            }
            // The chance of any candidate in the month is below ticks × ceiling.
            if u64::from(words[0][lane]) < u64::from(ceiling) * u64::from(ticks) {
                let draw = join(words[0][lane], words[1][lane]);
                let draws = Gaps {
                    stream,
                    subject: subjects[lane],
                    tick: first_tick,
                    draw,
                    block: 0,
                };
                book(&mut found.booked, draws, slot, ceiling, ticks);
            }
        }
    }
    found
}

/// The draws of one member's gaps: one block of the generator for each.
struct Gaps<'a> {
    stream: &'a Stream,
    subject: u64,
    tick: Tick,
    draw: u64,
    block: u32,
}

impl Gaps<'_> {
    fn next(&mut self) {
        self.block += 1;
        let words = self.stream.block(self.subject, self.tick, self.block);
        self.draw = join(words[0], words[1]);
    }

    /// Ticks until the next candidate, when each is one with the chance `ceiling`: the draw is below
    /// 1 − (1 − p)^(gap + 1) and not below 1 − (1 − p)^gap.
    fn ticks(&self, ceiling: u32) -> f64 {
        let uniform = self.draw as f64 / 18_446_744_073_709_551_616.0;
        let chance = f64::from(ceiling) / 4_294_967_296.0;
        libm::floor(libm::log1p(-uniform) / libm::log1p(-chance))
    }
}

/// Books all candidates of one member.
fn book(found: &mut Vec<(u32, Booked)>, mut gaps: Gaps<'_>, slot: u32, ceiling: u32, ticks: u32) {
    let mut at = 0.0;
    loop {
        at += gaps.ticks(ceiling);
        if at >= f64::from(ticks) {
            return;
        }
        let tick = gaps.tick.index() + at as u32;
        let booked = Booked {
            tick,
            id: 0,
            ceiling,
        };
        found.push((slot, booked));
        at += 1.0;
        gaps.next();
    }
}

/// Makes today's booked candidates and everybody who is watched into candidates.
pub(crate) fn take_day<E: HazardEvent>(
    clock: Res<Clock>,
    draws: Draws<'_, '_, EventStream<E>>,
    slots: Res<Slots<E::Kind>>,
    mut calendar: ResMut<CandidateCalendar<E>>,
    mut watched: ResMut<Watched<E>>,
    mut candidates: ResMut<Candidates<E>>,
) {
    let today = clock.tick().index();
    while let Some(booked) = calendar.booked.get(calendar.next).copied() {
        if booked.tick > today {
            break;
        }
        calendar.next += 1;
        let chance_max = u64::from(booked.ceiling) << 32;
        candidates
            .all
            .extend(candidate(&slots, &draws, booked.id, chance_max));
    }
    watched.ids.retain(|id| slots.contains_raw(*id));
    for id in &watched.ids {
        candidates
            .all
            .extend(candidate(&slots, &draws, *id, u64::MAX));
    }
    candidates
        .all
        .sort_unstable_by_key(|candidate| candidate.who.id().get());
}

/// Somebody who is a candidate with the chance `chance_max`: the draw is uniform below it.
fn candidate<E: HazardEvent>(
    slots: &Slots<E::Kind>,
    draws: &Draws<'_, '_, EventStream<E>>,
    id: u64,
    chance_max: u64,
) -> Option<Candidate<E>> {
    let id = <E::Kind as Kind>::Id::new(id).ok()?;
    let slot = slots.slot(id)?;
    let who = slots.who(slot)?;
    let words = draws.stream().block(who.subject(), draws.tick(), 0);
    let uniform = join(words[0], words[1]);
    let draw = match chance_max {
        u64::MAX => uniform,
        below => ((u128::from(uniform) * u128::from(below)) >> 64) as u64,
    };
    Some(Candidate {
        who,
        slot,
        draw,
        choice: join(words[2], words[3]),
        chance_max,
    })
}

/// Those who came into being this month are looked at daily until the next.
pub(crate) fn watch_newborns<E: HazardEvent>(
    changes: Res<Changes<E::Kind>>,
    mut watched: ResMut<Watched<E>>,
) {
    // Ids rise, so the order stays.
    watched.ids.extend(changes.born.iter().map(|born| born.id));
}
