//! The daily mode: one draw for everybody in each tick.

use bevy_ecs::system::{Res, ResMut};
use oikos_core::StableId;
use oikos_engine::{
    Attribute, AttributeSet, Clock, Draws, Field, FieldInfo, RowFilter, Rows, Slots,
};
use oikos_world::Ages;

use super::candidates::{Candidate, Candidates};
use super::lanes::{Drawn, draw_lanes, join};
use super::noted::HazardChanges;
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

/// Those who are exposed to a hazard.
pub(super) struct IsExposed<H>(std::marker::PhantomData<fn() -> H>);

impl<H: Hazard> RowFilter<<H::Event as HazardEvent>::Kind> for IsExposed<H> {
    type Reads = H::Reads;
    #[inline]
    fn keep(member: H::Reads) -> bool {
        H::exposes(member)
    }
}

/// The rows that a hazard is asked for.
pub(super) type Exposed<'w, 's, H> = Rows<'w, 's, WithCeiling<H>, IsExposed<H>>;

/// Adds one hazard's force for everybody.
pub(crate) fn add_force<H: Hazard>(
    rows: Exposed<'_, '_, H>,
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
    mut rows: Exposed<'_, '_, H>,
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
    mut changes: ResMut<HazardChanges<E>>,
) {
    // Everybody is looked at anew.
    changes.ids.clear();
    let (stream, tick) = (draws.stream(), draws.tick());
    let drawn = rows.par_fold_chunks(
        |chunk| {
            let mut drawn = Vec::new();
            let below = |word: u32, ceiling: u32| word <= ceiling;
            draw_lanes(chunk, &stream, tick, below, |found| drawn.push(found));
            drawn
        },
        |mut left: Vec<Drawn>, mut right| {
            left.append(&mut right);
            left
        },
    );
    let slots = rows.slots();
    let found = drawn
        .into_iter()
        .filter_map(|drawn| candidate(&drawn, slots));
    candidates.all.extend(found);
    candidates
        .all
        .sort_unstable_by_key(|candidate| candidate.who.id().get());
}

/// Whom a draw below the ceiling makes a candidate.
fn candidate<E: HazardEvent>(drawn: &Drawn, slots: &Slots<E::Kind>) -> Option<Candidate<E>> {
    let [high, low, choice_high, choice_low] = drawn.words;
    Some(Candidate {
        who: slots.who(drawn.slot)?,
        slot: drawn.slot,
        draw: join(high, low),
        choice: join(choice_high, choice_low),
        chance_max: u64::MAX,
    })
}
