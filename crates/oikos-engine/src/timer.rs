//! Timers: something happens to a member at a tick set earlier.

use std::collections::{BTreeMap, BTreeSet};

use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;
use oikos_core::{StableId, Tick};
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::population::Died;
use crate::registry::MapOps;
use crate::slots::Slots;

/// Timers of one kind of event `E` for members of kind `K`.
///
/// Persisted; a member's death cancels its timers. Register it with
/// [`AppExt::timers`](crate::AppExt::timers). A tick's events come in the order (subject, setting).
#[derive(Resource, Serialize, Deserialize)]
#[serde(
    try_from = "Saved<E>",
    into = "Saved<E>",
    bound(
        serialize = "E: Clone + Serialize",
        deserialize = "E: Clone + Deserialize<'de>"
    )
)]
pub struct Timers<K: Kind, E: Clone + Send + Sync + 'static> {
    due: BTreeMap<(Tick, u64, u64), E>,
    by_subject: BTreeSet<(u64, Tick, u64)>,
    kind: std::marker::PhantomData<fn() -> K>,
}

/// What a save holds of [`Timers`].
#[derive(Serialize, Deserialize)]
struct Saved<E> {
    due: Vec<(Tick, u64, u64, E)>,
}

impl<K: Kind, E: Clone + Send + Sync> TryFrom<Saved<E>> for Timers<K, E> {
    type Error = String;

    fn try_from(saved: Saved<E>) -> Result<Self, String> {
        let mut timers = Self::default();
        for (tick, subject, number, event) in saved.due {
            let id = K::Id::new(subject).map_err(|error| error.to_string())?;
            if !timers.by_subject.insert((subject, tick, number)) {
                return Err(format!("{id:?} has two timers {number} at {tick}"));
            }
            timers.due.insert((tick, subject, number), event);
        }
        Ok(timers)
    }
}

impl<K: Kind, E: Clone + Send + Sync> From<Timers<K, E>> for Saved<E> {
    fn from(timers: Timers<K, E>) -> Self {
        let due = timers.due.into_iter();
        Self {
            due: due
                .map(|((tick, subject, number), event)| (tick, subject, number, event))
                .collect(),
        }
    }
}

impl<K: Kind, E: Clone + Send + Sync> Clone for Timers<K, E> {
    fn clone(&self) -> Self {
        Self {
            due: self.due.clone(),
            by_subject: self.by_subject.clone(),
            kind: self.kind,
        }
    }
}

impl<K: Kind, E: Clone + Send + Sync> Default for Timers<K, E> {
    fn default() -> Self {
        Self {
            due: BTreeMap::new(),
            by_subject: BTreeSet::new(),
            kind: std::marker::PhantomData,
        }
    }
}

impl<K: Kind, E: Clone + Send + Sync> Timers<K, E> {
    /// Sets a timer: `event` comes out of [`Timers::take_due`] at tick `at`, or at the next call after
    /// it, if the member still lives.
    ///
    /// Two timers of one member that are due together come in the order in which they were set.
    pub fn schedule(&mut self, at: Tick, subject: K::Id, event: E) {
        let subject = subject.get();
        // Numbered per member and tick: a number over all members would tell in which order a system
        // met them.
        let same = self.due.range((at, subject, 0)..=(at, subject, u64::MAX));
        let number = same.last().map_or(0, |((_, _, last), _)| last + 1);
        self.insert(at, subject, number, event);
    }

    /// Takes what is due at `now` or was before it: in the order (tick, subject, setting).
    ///
    /// A timer that was set for somebody already dead is taken off and left out.
    pub fn take_due(&mut self, now: Tick, living: &Slots<K>) -> Vec<(K::Id, E)> {
        let mut found = Vec::new();
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let ((tick, subject, number), event) = entry.remove_entry();
            self.by_subject.remove(&(subject, tick, number));
            let subject = crate::slots::known_id::<K>(subject);
            if living.contains(subject) {
                found.push((subject, event));
            }
        }
        found
    }

    /// Cancels all timers of a member.
    pub fn cancel(&mut self, subject: K::Id) {
        self.cancel_raw(subject.get());
    }

    /// Number of timers that are set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether no timer is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    fn insert(&mut self, tick: Tick, subject: u64, number: u64, event: E) {
        self.due.insert((tick, subject, number), event);
        self.by_subject.insert((subject, tick, number));
    }

    fn cancel_raw(&mut self, subject: u64) {
        let all = (subject, Tick::ZERO, 0)..=(subject, Tick::new(u32::MAX), u64::MAX);
        let mine: Vec<_> = self.by_subject.range(all).copied().collect();
        for (subject, tick, number) in mine {
            self.by_subject.remove(&(subject, tick, number));
            self.due.remove(&(tick, subject, number));
        }
    }
}

/// Cancels the timers of the dead.
pub(crate) struct TimersOf<K, E>(pub(crate) std::marker::PhantomData<fn() -> (K, E)>);

impl<K: Kind, E: Clone + Send + Sync + 'static> MapOps for TimersOf<K, E> {
    fn forget(&self, world: &mut World, dead: &[Died]) {
        let mut timers = world.resource_mut::<Timers<K, E>>();
        for died in dead {
            timers.cancel_raw(died.id);
        }
    }
}
