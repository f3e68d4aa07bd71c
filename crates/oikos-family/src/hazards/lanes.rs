//! Draws for many members at once: only those with a ceiling take a lane of the generator.

use oikos_core::{Stream, Tick, philox_batch};
use oikos_engine::{Chunk, Slot};

use super::HazardEvent;
use super::daily::Ceiling;

/// Rows whose ceilings are looked at together: the bits of a word.
const BLOCK: usize = 64;

/// Lanes of one call of the generator.
const LANES: usize = 16;

/// A member whose draw was kept.
pub(super) struct Drawn {
    pub(super) slot: Slot,
    pub(super) subject: u64,
    pub(super) ceiling: u32,
    pub(super) words: [u32; 4],
}

pub(super) const fn join(high: u32, low: u32) -> u64 {
    (high as u64) << 32 | low as u64
}

/// Draws for those of a chunk who have a ceiling, and takes it from them: `keep` says of the first word of the draw
/// and of the ceiling whether that is of interest.
pub(super) fn draw_lanes<E: HazardEvent>(
    chunk: Chunk<'_, &'static mut Ceiling<E>>,
    stream: &Stream,
    tick: Tick,
    keep: impl Fn(u32, u32) -> bool,
    found: impl FnMut(Drawn),
) {
    let mut lanes = Lanes::new(stream.key(), tick, keep, found);
    let blocks = chunk
        .columns
        .chunks_mut(BLOCK)
        .zip(chunk.subjects.chunks(BLOCK));
    for (first, (ceilings, subjects)) in (chunk.first_slot..).step_by(BLOCK).zip(blocks) {
        // A bitmap first: a branch per row would go the wrong way too often.
        let bit = |(row, ceiling): (usize, &Ceiling<E>)| u64::from(ceiling.0 != 0) << row;
        // Those who do not live have no ceiling: nobody raised it.
        let mut raised = ceilings
            .iter()
            .enumerate()
            .map(bit)
            .fold(0, |all, bit| all | bit);
        while raised != 0 {
            let row = raised.trailing_zeros() as usize;
            raised &= raised - 1;
            lanes.push(
                first + row as u32,
                subjects[row],
                std::mem::take(&mut ceilings[row].0),
            );
        }
    }
    lanes.draw(lanes.filled);
}

/// Rows that wait for the generator.
struct Lanes<K, F> {
    key: [u32; 2],
    tick: Tick,
    filled: usize,
    slots: [u32; LANES],
    subjects_low: [u32; LANES],
    subjects_high: [u32; LANES],
    ceilings: [u32; LANES],
    keep: K,
    found: F,
}

impl<K: Fn(u32, u32) -> bool, F: FnMut(Drawn)> Lanes<K, F> {
    const fn new(key: [u32; 2], tick: Tick, keep: K, found: F) -> Self {
        Self {
            key,
            tick,
            filled: 0,
            slots: [0; LANES],
            subjects_low: [0; LANES],
            subjects_high: [0; LANES],
            ceilings: [0; LANES],
            keep,
            found,
        }
    }

    /// Adds a row.
    #[inline]
    fn push(&mut self, slot: u32, subject: u64, ceiling: u32) {
        let at = self.filled;
        self.slots[at] = slot;
        self.subjects_low[at] = subject as u32;
        self.subjects_high[at] = (subject >> 32) as u32;
        self.ceilings[at] = ceiling;
        self.filled += 1;
        if self.filled == LANES {
            self.draw(LANES);
        }
    }

    fn draw(&mut self, rows: usize) {
        let (low, high) = (&self.subjects_low, &self.subjects_high);
        let words = philox_batch(self.key, low, high, self.tick.index(), 0);
        let mut kept = 0_u32;
        for (lane, (word, ceiling)) in words[0].iter().zip(&self.ceilings).enumerate() {
            kept |= u32::from((self.keep)(*word, *ceiling)) << lane;
        }
        kept &= ((1_u64 << rows) - 1) as u32;
        while kept != 0 {
            let lane = kept.trailing_zeros() as usize;
            kept &= kept - 1;
            (self.found)(Drawn {
                slot: Slot::new(self.slots[lane]),
                subject: join(self.subjects_high[lane], self.subjects_low[lane]),
                ceiling: self.ceilings[lane],
                words: words.map(|word| word[lane]),
            });
        }
        self.filled = 0;
    }
}
