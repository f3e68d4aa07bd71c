//! How the slots of a kind are saved: ids and subjects of the living, and the next id.

use bevy_ecs::world::World;
use oikos_core::{Digest, StableId, TypeKey};

use super::{Apply, Layout, Living, Stored};
use crate::attribute::{Field, FieldInfo};
use crate::error::EngineError;
use crate::kind::Kind;
use crate::slots::{NOBODY, Slots};

/// [`Stored`] of [`Slots`].
pub(crate) struct StoredSlots<K>(pub(crate) std::marker::PhantomData<fn() -> K>);

/// The id and the draw subject of a row.
const ROW_BYTES: usize = 16;
/// The next id, ahead of the rows.
const HEAD_BYTES: usize = 8;

impl<K: Kind> Stored for StoredSlots<K> {
    fn save(&self, world: &World, out: &mut Vec<u8>) -> Result<(), EngineError> {
        let slots = world.resource::<Slots<K>>();
        out.reserve_exact(HEAD_BYTES + ROW_BYTES * slots.len());
        out.extend_from_slice(&slots.next_id().to_le_bytes());
        for (_, who) in slots.iter() {
            out.extend_from_slice(&who.id().get().to_le_bytes());
            out.extend_from_slice(&who.subject().to_le_bytes());
        }
        Ok(())
    }

    fn decode(&self, bytes: &[u8], living: &mut Living) -> Result<Apply, EngineError> {
        let problem = |problem: &str| EngineError::Decode {
            name: K::NAME.to_owned(),
            problem: problem.to_owned(),
        };
        let (head, body) = bytes
            .split_at_checked(HEAD_BYTES)
            .ok_or_else(|| problem("the head is cut off"))?;
        if body.len() % ROW_BYTES != 0 {
            return Err(problem("a row is cut off"));
        }
        let next = u64::take(head).unwrap_or(NOBODY);
        // Every id below `next` was somebody's, so the table of slots by id would have that length.
        if next > 1 << 40 {
            return Err(problem("the next id is out of range"));
        }
        let mut ids = Vec::with_capacity(body.len() / ROW_BYTES);
        let mut subjects = Vec::with_capacity(body.len() / ROW_BYTES);
        for row in body.chunks_exact(ROW_BYTES) {
            let (id, subject) = row.split_at(8);
            let id = u64::take(id).unwrap_or(NOBODY);
            ids.push(id);
            subjects.push(u64::take(subject).unwrap_or(NOBODY));
        }
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(problem("an id stands in two rows"));
        }
        if sorted.last().is_some_and(|last| *last >= next) {
            return Err(problem("a living id is not below the next id"));
        }
        // Asked for here, where it can be refused: a changed byte must not end the process.
        let mut slot_of = Vec::new();
        let enough = slot_of.try_reserve_exact(next as usize);
        enough.map_err(|_| problem("no memory for as many ids as the next id says"))?;
        living.insert(K::NAME, sorted);
        Ok(Box::new(move |world| {
            world
                .resource_mut::<Slots<K>>()
                .restore(ids, subjects, next, slot_of);
        }))
    }

    fn digest(&self, world: &World, key: &TypeKey) -> Result<Digest, EngineError> {
        let slots = world.resource::<Slots<K>>();
        let mut digest = Digest::default();
        let next = slots.next_id();
        let head = key.row(NOBODY);
        head.add(&mut digest, 0, next as u32);
        head.add(&mut digest, 1, (next >> 32) as u32);
        for (_, who) in slots.iter() {
            let row = key.row(who.id().get());
            row.add(&mut digest, 0, who.subject() as u32);
            row.add(&mut digest, 1, (who.subject() >> 32) as u32);
        }
        Ok(digest)
    }

    fn present(&self, world: &World) -> bool {
        world.contains_resource::<Slots<K>>()
    }

    fn layout(&self) -> Layout {
        Layout::Rows {
            kind: K::NAME,
            fields: vec![
                FieldInfo {
                    name: "id",
                    bytes: 8,
                },
                FieldInfo {
                    name: "subject",
                    bytes: 8,
                },
            ],
        }
    }
}

/// Held slots in the order of the ids: the order that compaction restores.
pub(super) fn order_by_id<K: Kind>(world: &World) -> Vec<u32> {
    world.resource::<Slots<K>>().held_by_id().collect()
}

pub(super) fn permute<K: Kind>(world: &mut World, order: &[u32]) {
    world.resource_mut::<Slots<K>>().permute(order);
}
