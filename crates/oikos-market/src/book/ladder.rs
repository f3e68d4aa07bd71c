//! Where the levels of one side are: a window of keys with a place each, and a sorted map for all others.
//!
//! A **key** is a price as its side ranks it, the best one lowest: the price of an ask, the complement of a bid's.
//! The window lies around where orders come in. It begins small, so that a market in which little happens takes
//! little memory, and moves and grows only when many levels changed outside it: each move is paid for by the
//! changes that led to it. No result depends on where the window lies.

use std::collections::BTreeMap;

use super::bitmap::Bitmap;

/// No level.
pub(super) const NONE: u32 = u32::MAX;
/// Above all keys.
pub(super) const NO_KEY: i64 = i64::MAX;
/// Keys of a window at first.
const WINDOW_FIRST: usize = 1 << 10;
/// Most keys of a window: 256 KiB for each side of a book.
const WINDOW_MAX: usize = 1 << 16;
/// So many changes outside the window, and two more for each level in it, before it moves.
const PATIENCE: u64 = 256;

/// The levels of one side by key.
#[derive(Debug, Clone)]
pub(super) struct Ladder {
    /// The lowest key of a level; [`NO_KEY`] without one.
    pub(super) best_key: i64,
    /// Its level.
    pub(super) best_level: u32,
    /// The first key of the window.
    base: i64,
    window: Vec<u32>,
    taken: Bitmap,
    /// Levels in the window.
    near: u64,
    far: BTreeMap<i64, u32>,
    /// Levels that came or went outside the window since it moved.
    far_changes: u64,
}

impl Ladder {
    pub(super) fn new() -> Self {
        Self {
            best_key: NO_KEY,
            best_level: NONE,
            base: 0,
            window: Vec::new(),
            taken: Bitmap::default(),
            near: 0,
            far: BTreeMap::new(),
            far_changes: 0,
        }
    }

    /// The place of a key in the window; beyond its end for others.
    #[inline]
    fn place(&self, key: i64) -> usize {
        key.wrapping_sub(self.base) as u64 as usize
    }

    /// The level with this key.
    #[inline]
    pub(super) fn find(&self, key: i64) -> Option<u32> {
        match self.window.get(self.place(key)) {
            Some(&level) => (level != NONE).then_some(level),
            None if self.far.is_empty() => None,
            None => self.far.get(&key).copied(),
        }
    }

    /// Adds a level; there was none with this key.
    #[inline]
    pub(super) fn insert(&mut self, key: i64, level: u32) {
        if self.near == 0 && self.place(key) >= self.window.len() {
            self.move_window(key, self.window.len().max(WINDOW_FIRST));
        }
        let place = self.place(key);
        if place < self.window.len() {
            self.window[place] = level;
            self.taken.set(place);
            self.near += 1;
        } else {
            self.far.insert(key, level);
            self.change_far(key);
        }
        if key < self.best_key {
            (self.best_key, self.best_level) = (key, level);
        }
    }

    /// Takes the level with this key away.
    #[inline]
    pub(super) fn remove(&mut self, key: i64) {
        let place = self.place(key);
        if place < self.window.len() {
            self.window[place] = NONE;
            self.taken.clear(place);
            self.near -= 1;
        } else {
            self.far.remove(&key);
            self.change_far(key);
        }
        if key == self.best_key {
            (self.best_key, self.best_level) = self.first_from(i64::MIN).unwrap_or((NO_KEY, NONE));
        }
    }

    /// The first level with this key or a higher one.
    #[inline]
    pub(super) fn first_from(&self, key: i64) -> Option<(i64, u32)> {
        let place = usize::try_from(key.saturating_sub(self.base)).unwrap_or(0);
        let taken = if place == 0 {
            self.taken.first()
        } else {
            self.taken.from(place)
        };
        let near = taken.map(|place| (self.base + place as i64, self.window[place]));
        if self.far.is_empty() {
            return near;
        }
        let far = self.far.range(key..).next();
        let far = far.map(|(&key, &level)| (key, level));
        match (near, far) {
            (Some(near), Some(far)) => Some(near.min(far)),
            (near, far) => near.or(far),
        }
    }

    #[cold]
    fn change_far(&mut self, key: i64) {
        self.far_changes += 1;
        if self.far_changes > PATIENCE + 2 * self.near {
            self.move_window(key, (self.window.len() * 4).min(WINDOW_MAX));
        }
    }

    /// Puts a window of so many keys around this one.
    #[cold]
    fn move_window(&mut self, key: i64, len: usize) {
        let mut next = self.taken.first();
        while let Some(place) = next {
            self.far
                .insert(self.base + place as i64, self.window[place]);
            next = self.taken.from(place + 1);
        }
        self.base = key - len as i64 / 2;
        self.window = vec![NONE; len];
        self.taken = Bitmap::new(len);
        let within = self.far.range(self.base..self.base + len as i64);
        let within: Vec<_> = within.map(|(&key, &level)| (key, level)).collect();
        self.near = within.len() as u64;
        for (key, level) in within {
            self.far.remove(&key);
            let place = self.place(key);
            self.window[place] = level;
            self.taken.set(place);
        }
        self.far_changes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Keys in clusters that lie far apart, and some anywhere.
    fn keys() -> impl Strategy<Value = i64> {
        prop_oneof![
            4 => -400..400_i64,
            4 => (-400..400_i64).prop_map(|key| key + 1_000_000_000_000_000),
            2 => (-3_000..3_000_i64).prop_map(|key| key * 97 - 700_000),
            1 => -(1_i64 << 62) + 1..(1_i64 << 62),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn equals_a_sorted_map(script in proptest::collection::vec((keys(), any::<bool>()), 1..3_000)) {
            let (mut ladder, mut map) = (Ladder::new(), BTreeMap::new());
            for (level, (key, is_new)) in (0..).zip(script) {
                // Removes what is next, so that most removals find something.
                let next = map.range(key..).next().map(|(&key, _)| key);
                match next {
                    Some(key) if !is_new => {
                        ladder.remove(key);
                        map.remove(&key);
                    }
                    _ if map.contains_key(&key) => {}
                    _ => {
                        ladder.insert(key, level);
                        map.insert(key, level);
                    }
                }
                let best = map.first_key_value().map_or((NO_KEY, NONE), |(&key, &level)| (key, level));
                prop_assert_eq!((ladder.best_key, ladder.best_level), best);
                prop_assert_eq!(ladder.find(key), map.get(&key).copied());
                let from = map.range(key..).next().map(|(&key, &level)| (key, level));
                prop_assert_eq!(ladder.first_from(key), from);
            }
            prop_assert!(ladder.window.len() <= WINDOW_MAX);
        }
    }

    #[test]
    fn a_window_follows_the_orders_and_never_grows_beyond_its_size() {
        let mut ladder = Ladder::new();
        ladder.insert(5, 0);
        for step in 1..100_000_u32 {
            ladder.insert(i64::from(step) * 1_000_000_007, step);
        }
        assert_eq!((ladder.best_key, ladder.window.len()), (5, WINDOW_MAX));
        // Prices that moved away for good are in the window again after some time.
        let mut moved = Ladder::new();
        moved.insert(5, 0);
        for step in 0..1_000 {
            moved.insert(1_000_000_000_000 + step % 7, 1);
            moved.remove(1_000_000_000_000 + step % 7);
        }
        assert!(moved.place(1_000_000_000_000) < moved.window.len());
        assert_eq!((moved.best_key, moved.best_level), (5, 0));
    }
}
