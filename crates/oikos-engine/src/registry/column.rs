//! How a column is saved: the values of the living, in the order of their slots.

use bevy_ecs::world::World;
use oikos_core::{Digest, TypeKey};

use super::{Apply, Layout, Living, Stored};
use crate::attribute::Attribute;
use crate::column::Column;
use crate::error::EngineError;
use crate::kind::Kind;
use crate::slots::Slots;

/// [`Stored`] of a [`Column`].
pub(crate) struct StoredColumn<A>(pub(crate) std::marker::PhantomData<fn() -> A>);

/// Rows whose words are gathered before they are digested together.
const BLOCK_ROWS: usize = 256;

impl<A: Attribute> StoredColumn<A> {
    fn living(world: &World) -> impl Iterator<Item = (u64, A)> + '_ {
        let ids = world.resource::<Slots<A::Kind>>().ids();
        let values = world.resource::<Column<A>>().as_slice();
        ids.iter()
            .copied()
            .zip(values.iter().copied())
            .filter(|(id, _)| *id != crate::slots::NOBODY)
    }
}

impl<A: Attribute> Stored for StoredColumn<A> {
    fn save(&self, world: &World, out: &mut Vec<u8>) -> Result<(), EngineError> {
        let rows = world.resource::<Slots<A::Kind>>().len();
        out.resize(rows * A::BYTES, 0);
        for ((id, value), bytes) in Self::living(world).zip(out.chunks_exact_mut(A::BYTES.max(1))) {
            value.put(bytes);
            // A float that is no number, say: it could be saved and never loaded again.
            if A::take(bytes).is_none() {
                let problem = format!("{}#{id}: {bytes:?} is no value of it", A::Kind::NAME);
                return Err(EngineError::Encode {
                    name: A::NAME.to_owned(),
                    problem,
                });
            }
        }
        Ok(())
    }

    fn decode(&self, bytes: &[u8], living: &mut Living) -> Result<Apply, EngineError> {
        let problem = |problem: String| EngineError::Decode {
            name: A::NAME.to_owned(),
            problem,
        };
        let living = living.get(A::Kind::NAME);
        let unknown = EngineError::UnknownKind {
            kind: <A::Kind as Kind>::NAME,
        };
        let rows = living.ok_or(unknown)?.len();
        if bytes.len() != rows * A::BYTES {
            let expected = rows * A::BYTES;
            return Err(problem(format!(
                "{} bytes where {rows} rows have {expected}",
                bytes.len()
            )));
        }
        let mut values = Vec::with_capacity(rows);
        for (row, cell) in bytes.chunks_exact(A::BYTES.max(1)).enumerate() {
            values.push(
                A::take(cell).ok_or_else(|| problem(format!("row {row}: {cell:?} is no value")))?,
            );
        }
        Ok(Box::new(move |world| {
            world.resource_mut::<Column<A>>().replace(values);
        }))
    }

    fn digest(&self, world: &World, key: &TypeKey) -> Result<Digest, EngineError> {
        let words = A::BYTES.div_ceil(4);
        let mut block = Block::new(words);
        let mut digest = Digest::default();
        for (id, value) in Self::living(world) {
            value.put(&mut block.bytes[..A::BYTES]);
            if block.push(id) == BLOCK_ROWS {
                digest += block.drain(key);
            }
        }
        digest += block.drain(key);
        Ok(digest)
    }

    fn present(&self, world: &World) -> bool {
        world.contains_resource::<Column<A>>()
    }

    fn layout(&self) -> Layout {
        Layout::Rows {
            kind: A::Kind::NAME,
            fields: A::FIELDS.to_vec(),
        }
    }
}

/// Words of some rows, side by side as the digest of a column wants them.
struct Block {
    bytes: Vec<u8>,
    ids: Vec<u64>,
    words: Vec<Vec<u32>>,
}

impl Block {
    fn new(words: usize) -> Self {
        Self {
            bytes: vec![0; words * 4],
            ids: Vec::with_capacity(BLOCK_ROWS),
            words: vec![Vec::with_capacity(BLOCK_ROWS); words],
        }
    }

    /// Adds the row in `bytes`, and says how many rows there are.
    fn push(&mut self, id: u64) -> usize {
        self.ids.push(id);
        for (words, bytes) in self.words.iter_mut().zip(self.bytes.chunks_exact(4)) {
            words.push(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        }
        self.ids.len()
    }

    fn drain(&mut self, key: &TypeKey) -> Digest {
        let mut digest = Digest::default();
        for (field, words) in self.words.iter_mut().enumerate() {
            digest += key.column(field as u32, &self.ids, words);
            words.clear();
        }
        self.ids.clear();
        digest
    }
}
