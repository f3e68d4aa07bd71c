//! Whose candidates were drawn anew, and when.

use std::collections::BTreeMap;

/// When somebody was last drawn anew. Every candidate asks on their day, and most were not: a bitmap by a hash of the
/// id says so without a search.
#[derive(Clone, Debug, Default)]
pub(super) struct DrawnAnew {
    ticks: BTreeMap<u64, u32>,
    /// Whoever is in the map has a bit; some who are not share it.
    hashes: Vec<u64>,
}

/// Bits for each entry at the least: one in as many who are asked for is searched for in vain.
const BITS_PER_ENTRY: usize = 8;

impl DrawnAnew {
    pub(super) fn len(&self) -> usize {
        self.ticks.len()
    }

    pub(super) fn contains(&self, id: u64) -> bool {
        let (word, bit) = self.place(id);
        let may_be = self.hashes.get(word).is_some_and(|word| word & bit != 0);
        may_be && self.ticks.contains_key(&id)
    }

    /// The tick in which somebody was last drawn anew.
    pub(super) fn tick_of(&self, id: u64) -> Option<u32> {
        self.ticks.get(&id).copied()
    }

    /// By ids, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.ticks.iter().map(|(id, tick)| (*id, *tick))
    }

    /// The word and the bit of an id: the top bits of a product (Knuth 1998, The Art of Computer Programming 3, 6.4).
    fn place(&self, id: u64) -> (usize, u64) {
        let hash = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let words = self.hashes.len() as u64;
        let word = (u128::from(hash) * u128::from(words)) >> 64;
        (word as usize, 1 << (hash >> 16 & 63))
    }

    fn mark(&mut self, id: u64) {
        let (word, bit) = self.place(id);
        if let Some(word) = self.hashes.get_mut(word) {
            *word |= bit;
        }
    }
}

impl Extend<(u64, u32)> for DrawnAnew {
    fn extend<I: IntoIterator<Item = (u64, u32)>>(&mut self, drawn: I) {
        for (id, tick) in drawn {
            self.ticks.insert(id, tick);
            self.mark(id);
        }
        let needed = self.ticks.len() * BITS_PER_ENTRY / 64 + 1;
        if self.hashes.len() < needed {
            self.hashes = vec![0; needed * 2];
            for id in self.ticks.keys().copied().collect::<Vec<_>>() {
                self.mark(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_a_map_does() {
        let (mut drawn, mut map) = (DrawnAnew::default(), BTreeMap::new());
        assert!(!drawn.contains(0));
        for day in 0..60_u64 {
            let today = (0..day).map(|n| ((n * n * 31 + day * 7) % 900 * 6, day as u32));
            map.extend(today.clone());
            drawn.extend(today);
            assert!(drawn.iter().eq(map.iter().map(|(id, tick)| (*id, *tick))));
            assert_eq!(drawn.len(), map.len());
            for id in 0..6_000 {
                assert_eq!(drawn.contains(id), map.contains_key(&id), "{id}");
                assert_eq!(drawn.tick_of(id), map.get(&id).copied());
            }
        }
        // Few are searched for in vain.
        let vain = |id: &u64| {
            let (word, bit) = drawn.place(*id);
            drawn.hashes[word] & bit != 0 && !drawn.contains(*id)
        };
        assert!((1_000_000..1_010_000).filter(vain).count() < 1_500);
        drawn.extend([(u64::MAX, 1)]);
        assert!(drawn.contains(u64::MAX) && !drawn.contains(u64::MAX - 1));
    }
}
