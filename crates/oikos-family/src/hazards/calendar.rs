//! The month's candidates, from which each day takes its own.

use std::collections::BTreeSet;

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Digest, StableId, TypeKey};
use oikos_engine::{Clock, Draws, Kind, Slots, State};

use super::candidates::{Candidate, Candidates, Watched, known_ids};
use super::lanes::join;
use super::{EventStream, HazardEvent};

/// A candidate of a later tick of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Booked {
    pub(super) tick: u32,
    pub(super) id: u64,
    /// The chance it was drawn with, in multiples of 2⁻³².
    pub(super) ceiling: u32,
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

impl<E> CandidateCalendar<E> {
    /// The candidates of a month, in the place of all others.
    pub(super) fn set(&mut self, mut booked: Vec<Booked>) {
        booked.sort_unstable();
        (self.booked, self.next) = (booked, 0);
    }

    /// Other candidates for some members, in the place of those that they had from now on.
    pub(super) fn rebook(&mut self, members: &BTreeSet<u64>, booked: &[Booked]) {
        self.booked.drain(..self.next);
        self.next = 0;
        self.booked.retain(|booked| !members.contains(&booked.id));
        self.booked.extend(booked);
        // Two runs, nearly: the stable sort merges them.
        self.booked.sort();
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
