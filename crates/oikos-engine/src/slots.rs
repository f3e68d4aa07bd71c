//! Slots: which row belongs to whom.

use bevy_ecs::resource::Resource;
use oikos_core::StableId;

use crate::error::EngineError;
use crate::kind::{Kind, Who};

/// Where a member's values lie in the columns of its kind.
///
/// Fixed while its holder lives, except for compaction and scrambling between ticks; no state may keep
/// one (C2, C3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(pub(crate) u32);

impl Slot {
    /// The slot at a position in a column: [`Chunk::first_slot`](crate::Chunk::first_slot) and the row
    /// in the chunk.
    #[must_use]
    pub const fn new(position: u32) -> Self {
        Self(position)
    }

    /// The position in a column.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Marks a slot that nobody holds and an id that nobody living has.
pub(crate) const NOBODY: u64 = u64::MAX;
const NOWHERE: u32 = u32::MAX;

/// Who holds which slot of a kind: ids and draw subjects by slot, slots by id, and a bitmap of the living.
///
/// Ids are dense from 0 and never reused. A slot is freed at death and refilled, lowest first, in the
/// order of the newborns' ids.
#[derive(Resource)]
pub struct Slots<K: Kind> {
    ids: Vec<u64>,
    subjects: Vec<u64>,
    living: Vec<u64>,
    slot_of: Vec<u32>,
    count: u32,
    /// No word of `living` before this one has a free bit.
    first_free_word: usize,
    kind: std::marker::PhantomData<fn() -> K>,
}

impl<K: Kind> Default for Slots<K> {
    fn default() -> Self {
        Self {
            ids: Vec::new(),
            subjects: Vec::new(),
            living: Vec::new(),
            slot_of: Vec::new(),
            count: 0,
            first_free_word: 0,
            kind: std::marker::PhantomData,
        }
    }
}

impl<K: Kind> Slots<K> {
    /// Number of living members.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether nobody lives.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Number of slots, held and free: the length of every column of this kind.
    #[must_use]
    pub const fn slots(&self) -> usize {
        self.ids.len()
    }

    /// The id that the next newborn gets: the number of all members there ever were.
    #[must_use]
    pub const fn next_id(&self) -> u64 {
        self.slot_of.len() as u64
    }

    /// Where a living member's values lie.
    #[must_use]
    pub fn slot(&self, id: K::Id) -> Option<Slot> {
        self.slot_of_raw(id.get()).map(Slot)
    }

    /// Whether the member lives.
    #[must_use]
    pub fn contains(&self, id: K::Id) -> bool {
        self.slot(id).is_some()
    }

    /// Who holds a slot.
    #[must_use]
    pub fn who(&self, slot: Slot) -> Option<Who<K>> {
        let id = *self.ids.get(slot.index())?;
        (id != NOBODY).then(|| Who::new(id, self.subjects[slot.index()]))
    }

    /// Who a living member is: id and draw subject.
    #[must_use]
    pub fn find(&self, id: K::Id) -> Option<Who<K>> {
        self.slot(id).and_then(|slot| self.who(slot))
    }

    /// Held slots, in the order of their holders' ids.
    pub(crate) fn held_by_id(&self) -> impl Iterator<Item = u32> + '_ {
        self.slot_of.iter().copied().filter(|slot| *slot != NOWHERE)
    }

    /// The living, in the order of their slots. No result may depend on that order.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, Who<K>)> + '_ {
        let all = (0..).map(Slot).zip(self.ids.iter().zip(&self.subjects));
        let held = all.filter(|(_, (id, _))| **id != NOBODY);
        held.map(|(slot, (id, subject))| (slot, Who::new(*id, *subject)))
    }

    /// Draw subjects by slot; that of a free slot means nothing.
    #[must_use]
    pub fn subjects(&self) -> &[u64] {
        &self.subjects
    }

    /// One bit a slot, 64 to the word, lowest bit first: set where somebody lives. Bits past the last
    /// slot are clear.
    #[must_use]
    pub fn living_words(&self) -> &[u64] {
        &self.living
    }

    pub(crate) fn ids(&self) -> &[u64] {
        &self.ids
    }

    /// Whether the member with this number lives: for code that keeps bare numbers.
    #[must_use]
    pub fn contains_raw(&self, id: u64) -> bool {
        self.slot_of_raw(id).is_some()
    }

    pub(crate) fn slot_of_raw(&self, id: u64) -> Option<u32> {
        let slot = *self.slot_of.get(usize::try_from(id).ok()?)?;
        (slot != NOWHERE).then_some(slot)
    }

    /// Gives the next id a slot.
    pub(crate) fn admit(&mut self, subject: u64) -> Result<(u64, Slot), EngineError> {
        let id = self.next_id();
        let slot = self.take_free_slot();
        if id > <K::Id as StableId>::MAX || slot >= NOWHERE as usize {
            return Err(EngineError::TooMany { kind: K::NAME });
        }
        if slot == self.ids.len() {
            push(&mut self.ids, id);
            push(&mut self.subjects, subject);
        } else {
            self.ids[slot] = id;
            self.subjects[slot] = subject;
        }
        push(&mut self.slot_of, slot as u32);
        self.count += 1;
        Ok((id, Slot(slot as u32)))
    }

    fn take_free_slot(&mut self) -> usize {
        while self.living.get(self.first_free_word) == Some(&u64::MAX) {
            self.first_free_word += 1;
        }
        let word = self.first_free_word;
        if word == self.living.len() {
            push(&mut self.living, 0);
        }
        let bit = self.living[word].trailing_ones();
        self.living[word] |= 1 << bit;
        word * 64 + bit as usize
    }

    /// Frees the slot of a member that lives no more.
    pub(crate) fn dismiss(&mut self, id: u64) -> Option<Slot> {
        let slot = self.slot_of_raw(id)?;
        let (word, bit) = (slot as usize / 64, slot % 64);
        self.slot_of[id as usize] = NOWHERE;
        self.ids[slot as usize] = NOBODY;
        self.living[word] &= !(1 << bit);
        self.first_free_word = self.first_free_word.min(word);
        self.count -= 1;
        Some(Slot(slot))
    }

    /// Gives the next id to somebody who has no slot.
    pub(crate) fn pass_over(&mut self) -> Result<u64, EngineError> {
        let id = self.next_id();
        if id > <K::Id as StableId>::MAX {
            return Err(EngineError::TooMany { kind: K::NAME });
        }
        push(&mut self.slot_of, NOWHERE);
        Ok(id)
    }

    /// Room for so many members, and ids, without another allocation.
    pub(crate) fn reserve(&mut self, members: usize, ids: usize) {
        self.ids.reserve_exact(members);
        self.subjects.reserve_exact(members);
        self.living.reserve_exact(members / 64 + 1);
        self.slot_of.reserve_exact(ids);
    }

    /// Moves members so that the new slot `i` is held by who held `order[i]`. `order` names every held
    /// slot once and no free one.
    pub(crate) fn permute(&mut self, order: &[u32]) {
        let ids = order.iter().map(|from| self.ids[*from as usize]).collect();
        let subjects = order
            .iter()
            .map(|from| self.subjects[*from as usize])
            .collect();
        self.set_rows(ids, subjects);
    }

    /// Replaces everything by dense rows. `slot_of` is empty, with room for all ids.
    pub(crate) fn restore(
        &mut self,
        ids: Vec<u64>,
        subjects: Vec<u64>,
        next_id: u64,
        slot_of: Vec<u32>,
    ) {
        self.slot_of = slot_of;
        self.slot_of.resize(next_id as usize, NOWHERE);
        self.set_rows(ids, subjects);
    }

    fn set_rows(&mut self, ids: Vec<u64>, subjects: Vec<u64>) {
        let rows = ids.len();
        self.ids = ids;
        self.subjects = subjects;
        self.count = rows as u32;
        self.living.clear();
        self.living.resize(rows / 64, u64::MAX);
        if !rows.is_multiple_of(64) {
            self.living.push((1 << (rows % 64)) - 1);
        }
        self.first_free_word = rows / 64;
        for (slot, id) in self.ids.iter().enumerate() {
            self.slot_of[*id as usize] = slot as u32;
        }
    }
}

/// An id that the slots issued, and that is within its bound for that reason.
pub(crate) fn known_id<K: Kind>(raw: u64) -> K::Id {
    match K::Id::new(raw) {
        Ok(id) => id,
        Err(_) => unreachable!("slots issue ids below 2^53 only"),
    }
}

/// Appends with growth by a sixteenth: doubling would waste half the memory of a million rows.
fn push<T>(values: &mut Vec<T>, value: T) {
    if values.len() == values.capacity() {
        values.reserve_exact(values.len() / 16 + 64);
    }
    values.push(value);
}

/// Lengthens to `len` with the same growth.
pub(crate) fn grow<T: Clone>(values: &mut Vec<T>, len: usize, value: T) {
    if len > values.capacity() {
        values.reserve_exact(len - values.len() + len / 16);
    }
    values.resize(len, value);
}
