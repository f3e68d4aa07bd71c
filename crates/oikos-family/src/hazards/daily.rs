//! The daily mode: one draw for everybody in each tick.

use bevy_ecs::system::{Res, ResMut};
use oikos_core::{StableId, Stream, Tick, philox_batch};
use oikos_engine::{
    Attribute, AttributeSet, Chunk, Clock, Draws, Field, FieldInfo, Rows, Slot, Slots,
};
use oikos_world::Ages;

use super::candidates::{Candidate, Candidates};
use super::{EventStream, Force, Hazard, HazardEvent, TickYears, Today};
use crate::alignment::Scaling;

/// What the chance of the event stays below in this tick, in multiples of 2⁻³²: the sum over hazards.
/// Zero for those to whom it cannot happen, and between ticks.
pub(crate) struct Ceiling<E>(pub(crate) u32, std::marker::PhantomData<fn() -> E>);

impl<E> Clone for Ceiling<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Ceiling<E> {}

impl<E: HazardEvent> Field for Ceiling<E> {
    const BYTES: usize = 4;
    fn put(self, out: &mut [u8]) {
        self.0.put(out);
    }
    fn take(bytes: &[u8]) -> Option<Self> {
        u32::take(bytes).map(|ceiling| Self(ceiling, std::marker::PhantomData))
    }
}

impl<E: HazardEvent> Attribute for Ceiling<E> {
    type Kind = E::Kind;
    const NAME: &'static str = E::STREAM;
    const VERSION: u32 = 1;
    const FIELDS: &'static [FieldInfo] = &[FieldInfo {
        name: "ceiling",
        bytes: 4,
    }];
    fn newborn() -> Self {
        Self(0, std::marker::PhantomData)
    }
}

/// What a hazard looks at, and the ceiling that it raises.
pub(super) type WithCeiling<H> = (
    <<H as Hazard>::Reads as AttributeSet>::Rows,
    &'static mut Ceiling<<H as Hazard>::Event>,
);

/// Adds one hazard's force for everybody.
pub(crate) fn add_force<H: Hazard>(
    rows: Rows<'_, '_, WithCeiling<H>>,
    ages: Res<Ages>,
    clock: Res<Clock>,
    param: Res<H::Param>,
    scaling: Option<Res<Scaling<H>>>,
) {
    let today = today::<H>(&ages, &clock, &param);
    match scaling.as_deref().filter(|scaling| scaling.is_on()) {
        None => raise::<H>(rows, &clock, &today, H::force),
        // Candidates alone are looked at exactly: here something above the force will do.
        Some(scaling) => raise::<H>(rows, &clock, &today, |member, today| {
            scaling.above(H::force(member, today))
        }),
    }
}

/// What a hazard may look at, from the resources of a system.
pub(super) const fn today<'a, H: Hazard>(
    ages: &'a Ages,
    clock: &'a Clock,
    param: &'a H::Param,
) -> Today<'a, H::Param> {
    Today { ages, clock, param }
}

/// Raises everybody's ceiling by what `force_of` says of them.
pub(super) fn raise<H: Hazard>(
    mut rows: Rows<'_, '_, WithCeiling<H>>,
    clock: &Clock,
    today: &Today<'_, H::Param>,
    force_of: impl Fn(H::Reads, &Today<'_, H::Param>) -> Force + Sync,
) {
    let tick = TickYears::of(clock);
    rows.par_for_each(|_, (row, ceiling)| {
        let force = force_of(H::Reads::read(row), today);
        ceiling.0 = ceiling.0.saturating_add(tick.ceiling(force));
    });
}

/// Draws for everybody whose ceiling is not zero, and keeps those below it.
pub(crate) fn draw<E: HazardEvent>(
    mut rows: Rows<'_, '_, &'static mut Ceiling<E>>,
    draws: Draws<'_, '_, EventStream<E>>,
    mut candidates: ResMut<Candidates<E>>,
) {
    let (stream, tick) = (draws.stream(), draws.tick());
    let mut drawn = rows.par_fold_chunks(
        |chunk| draw_chunk(chunk, &stream, tick),
        |mut left: Vec<Drawn>, mut right| {
            left.append(&mut right);
            left
        },
    );
    let slots = rows.slots();
    candidates
        .all
        .extend(drawn.drain(..).filter_map(|drawn| drawn.candidate(slots)));
    candidates
        .all
        .sort_unstable_by_key(|candidate| candidate.who.id().get());
}

/// A draw below its ceiling.
struct Drawn {
    slot: Slot,
    words: [u32; 4],
}

impl Drawn {
    fn candidate<E: HazardEvent>(&self, slots: &Slots<E::Kind>) -> Option<Candidate<E>> {
        let [high, low, choice_high, choice_low] = self.words;
        Some(Candidate {
            who: slots.who(self.slot)?,
            slot: self.slot,
            draw: join(high, low),
            choice: join(choice_high, choice_low),
            chance_max: u64::MAX,
        })
    }
}

pub(super) const fn join(high: u32, low: u32) -> u64 {
    (high as u64) << 32 | low as u64
}

/// Lanes of one call of the generator.
const LANES: usize = 16;

/// Rows that wait for the generator.
struct Batch {
    key: [u32; 2],
    tick: Tick,
    filled: usize,
    slots: [u32; LANES],
    subjects_low: [u32; LANES],
    subjects_high: [u32; LANES],
    ceilings: [u32; LANES],
    found: Vec<Drawn>,
}

fn draw_chunk<E: HazardEvent>(
    chunk: Chunk<'_, &'static mut Ceiling<E>>,
    stream: &Stream,
    tick: Tick,
) -> Vec<Drawn> {
    let mut batch = Batch::new(stream, tick);
    let ceilings = &mut *chunk.columns;
    let first = chunk.first_slot;
    for (row, (ceiling, subject)) in ceilings.iter_mut().zip(chunk.subjects).enumerate() {
        // Those who do not live have no ceiling: nobody raised it.
        let value = std::mem::take(&mut ceiling.0);
        batch.push(first + row as u32, *subject, value);
    }
    batch.flush();
    batch.found
}

impl Batch {
    fn new(stream: &Stream, tick: Tick) -> Self {
        Self {
            key: stream.key(),
            tick,
            filled: 0,
            slots: [0; LANES],
            subjects_low: [0; LANES],
            subjects_high: [0; LANES],
            ceilings: [0; LANES],
            found: Vec::new(),
        }
    }

    /// Adds a row, without a branch: a row without a ceiling is overwritten by the next.
    #[inline]
    fn push(&mut self, slot: u32, subject: u64, ceiling: u32) {
        let at = self.filled;
        self.slots[at] = slot;
        self.subjects_low[at] = subject as u32;
        self.subjects_high[at] = (subject >> 32) as u32;
        self.ceilings[at] = ceiling;
        self.filled += usize::from(ceiling != 0);
        if self.filled == LANES {
            self.draw(LANES);
        }
    }

    fn flush(&mut self) {
        self.draw(self.filled);
    }

    fn draw(&mut self, rows: usize) {
        let words = philox_batch(
            self.key,
            &self.subjects_low,
            &self.subjects_high,
            self.tick.index(),
            0,
        );
        let mut hits = 0_u32;
        for (lane, (word, ceiling)) in words[0].iter().zip(&self.ceilings).enumerate() {
            hits |= u32::from(word <= ceiling) << lane;
        }
        hits &= ((1_u64 << rows) - 1) as u32;
        while hits != 0 {
            let lane = hits.trailing_zeros() as usize;
            hits &= hits - 1;
            let slot = Slot::new(self.slots[lane]);
            self.found.push(Drawn {
                slot,
                words: words.map(|word| word[lane]),
            });
        }
        self.filled = 0;
    }
}
