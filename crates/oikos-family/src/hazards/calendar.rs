//! The candidates of the days to come, from which each day takes its own.

use std::collections::{BTreeMap, BTreeSet};

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Digest, StableId, TypeKey};
use oikos_engine::{Clock, Draws, Kind, Slots, State};

use super::anew::DrawnAnew;
use super::candidates::{Candidate, Candidates, Watched, known_ids};
use super::lanes::join;
use super::{EventStream, HazardEvent};

/// A candidate of a tick to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Booked {
    pub(super) tick: u32,
    pub(super) id: u64,
    /// The chance it was drawn with, in multiples of 2⁻³².
    pub(super) ceiling: u32,
}

/// The candidates until the horizon. Persisted: the bounds they were drawn against may rest on state that has changed
/// since.
#[derive(Resource)]
pub(crate) struct CandidateCalendar<E> {
    /// Those drawn for everybody at once, in their order.
    booked: Vec<Booked>,
    /// Those before it are past.
    next: usize,
    /// Those drawn anew for single members since: (tick, id), chance, and the tick in which they were drawn.
    late: BTreeMap<(u32, u64), (u32, u32)>,
    /// Who was drawn anew: what was drawn for them before is void.
    anew: DrawnAnew,
    /// The tick from which on nothing has been drawn.
    until: u32,
    event: std::marker::PhantomData<fn() -> E>,
}

impl<E> Default for CandidateCalendar<E> {
    fn default() -> Self {
        Self {
            booked: Vec::new(),
            next: 0,
            late: BTreeMap::new(),
            anew: DrawnAnew::default(),
            until: 0,
            event: std::marker::PhantomData,
        }
    }
}

impl<E> CandidateCalendar<E> {
    /// The candidates of everybody until a tick, in the place of all others.
    pub(super) fn set(&mut self, mut booked: Vec<Booked>, until: u32) {
        booked.sort_unstable();
        *self = Self {
            booked,
            until,
            ..Self::default()
        };
    }

    /// The tick from which on nothing has been drawn: another build may have drawn for less time.
    pub(super) const fn until(&self) -> u32 {
        self.until
    }

    /// Other candidates for some members, in the place of those that they had from `now` on.
    pub(super) fn rebook(
        &mut self,
        now: u32,
        members: &BTreeSet<u64>,
        booked: impl IntoIterator<Item = Booked>,
    ) {
        self.anew.extend(members.iter().map(|id| (*id, now)));
        let late = booked.into_iter();
        self.late
            .extend(late.map(|booked| ((booked.tick, booked.id), (booked.ceiling, now))));
    }

    /// Takes out the candidates up to a tick: ids, with the chances they were drawn with.
    fn take(&mut self, today: u32) -> Vec<(u64, u32)> {
        let mut taken = Vec::new();
        while let Some(booked) = self.booked.get(self.next) {
            if booked.tick > today {
                break;
            }
            self.next += 1;
            if !self.anew.contains(booked.id) {
                taken.push((booked.id, booked.ceiling));
            }
        }
        while let Some(first) = self.late.first_entry() {
            let (tick, id) = *first.key();
            if tick > today {
                break;
            }
            let (ceiling, drawn) = first.remove();
            if self.anew.tick_of(id) == Some(drawn) {
                taken.push((id, ceiling));
            }
        }
        taken
    }

    fn to_come(&self) -> &[Booked] {
        self.booked.get(self.next..).unwrap_or_default()
    }

    /// Ticks and ids of those to come.
    #[cfg(test)]
    pub(super) fn days(&self) -> BTreeSet<(u32, u64)> {
        let late = self.late.keys().copied();
        let all = self.to_come().iter().map(|booked| (booked.tick, booked.id));
        all.chain(late).collect()
    }
}

/// Words of a candidate drawn for everybody, of one drawn anew, and of somebody who was.
const WORDS: [usize; 3] = [4, 5, 3];

impl<E: HazardEvent> State for CandidateCalendar<E> {
    fn save(&self, out: &mut Vec<u8>) {
        out.extend(self.until.to_le_bytes());
        let counts = [self.to_come().len(), self.late.len(), self.anew.len()];
        let counts = counts.map(|count| count as u64);
        out.extend(counts.into_iter().flat_map(u64::to_le_bytes));
        let mut put = |words: &[u32]| out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        for Booked { tick, id, ceiling } in self.to_come() {
            put(&[*tick, *ceiling, *id as u32, (*id >> 32) as u32]);
        }
        for ((tick, id), (ceiling, drawn)) in &self.late {
            put(&[*tick, *ceiling, *id as u32, (*id >> 32) as u32, *drawn]);
        }
        for (id, drawn) in self.anew.iter() {
            put(&[id as u32, (id >> 32) as u32, drawn]);
        }
    }

    fn load(bytes: &[u8]) -> Result<Self, String> {
        let cut = || "the candidates are cut off".to_owned();
        let (until, rest) = bytes.split_first_chunk::<4>().ok_or_else(cut)?;
        let (counts, rest) = rest.split_first_chunk::<24>().ok_or_else(cut)?;
        let (words, after) = rest.as_chunks::<4>();
        let mut words = words.iter().map(|word| u32::from_le_bytes(*word));
        let counts = counts.as_chunks::<8>().0;
        let counts = [0, 1, 2].map(|part| u64::from_le_bytes(counts[part]) as usize);
        let sizes = counts.iter().zip(WORDS);
        let needed = sizes.map(|(count, words)| count.saturating_mul(words));
        let needed = needed.fold(0_usize, usize::saturating_add);
        if !after.is_empty() || needed != words.len() {
            return Err(cut());
        }
        let mut word = || words.next().unwrap_or_default();
        let booked = (0..counts[0]).map(|_| {
            let (tick, ceiling, low, high) = (word(), word(), word(), word());
            let id = join(high, low);
            Booked { tick, id, ceiling }
        });
        let booked: Vec<_> = booked.collect();
        let late = (0..counts[1]).map(|_| {
            let (tick, ceiling, low, high) = (word(), word(), word(), word());
            ((tick, join(high, low)), (ceiling, word()))
        });
        let late: Vec<_> = late.collect();
        let anew = (0..counts[2]).map(|_| {
            let (low, high) = (word(), word());
            (join(high, low), word())
        });
        let anew: Vec<_> = anew.collect();
        let in_order = booked.is_sorted_by(|a, b| (a.tick, a.id) < (b.tick, b.id))
            && late.is_sorted_by(|a, b| a.0 < b.0)
            && anew.is_sorted_by(|a, b| a.0 < b.0);
        if !in_order {
            return Err("the candidates are out of order".to_owned());
        }
        let ids = booked.iter().map(|booked| booked.id);
        let ids = ids.chain(late.iter().map(|((_, id), _)| *id));
        known_ids::<E>(ids.chain(anew.iter().map(|(id, _)| *id)))?;
        let mut drawn_anew = DrawnAnew::default();
        drawn_anew.extend(anew);
        Ok(Self {
            booked,
            late: late.into_iter().collect(),
            anew: drawn_anew,
            until: u32::from_le_bytes(*until),
            ..Self::default()
        })
    }

    fn digest(&self, key: &TypeKey) -> Digest {
        let mut digest = Digest::default();
        key.row(u64::MAX >> 1).add(&mut digest, 0, self.until);
        for Booked { tick, id, ceiling } in self.to_come() {
            // The tick is the field: somebody may be a candidate twice.
            key.row(*id).add(&mut digest, *tick, *ceiling);
        }
        // Rows that no id has: ids are below 2⁵³.
        for ((tick, id), (ceiling, drawn)) in &self.late {
            let row = key.row(*id | 1 << 62);
            row.add(&mut digest, *tick, *ceiling);
            key.row(*id | 1 << 63).add(&mut digest, *tick, *drawn);
        }
        for (id, drawn) in self.anew.iter() {
            key.row(!id).add(&mut digest, 0, drawn);
        }
        digest
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
    let booked = calendar.take(clock.tick().index());
    let booked = booked
        .into_iter()
        .map(|(id, ceiling)| (id, u64::from(ceiling) << 32));
    watched.ids.retain(|id| slots.contains_raw(*id));
    let watched = watched.ids.iter().map(|id| (*id, u64::MAX));
    let all = booked.chain(watched);
    let found = all.filter_map(|(id, chance_max)| candidate(&slots, &draws, id, chance_max));
    candidates.all.extend(found);
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
