//! Which of up to 2¹⁸ places are taken: a bit each, and summaries of 64 over it, so that the next one is found in
//! three steps.

/// One bit for each place.
#[derive(Debug, Clone, Default)]
pub(super) struct Bitmap {
    low: Vec<u64>,
    middle: Vec<u64>,
    top: u64,
}

impl Bitmap {
    /// Most places that there can be.
    pub(super) const LEN_MAX: usize = 64 * 64 * 64;

    /// No bit set; a multiple of 64 places, at most [`LEN_MAX`](Self::LEN_MAX).
    pub(super) fn new(len: usize) -> Self {
        debug_assert!(len.is_multiple_of(64) && len <= Self::LEN_MAX);
        let words = len / 64;
        Self {
            low: vec![0; words],
            middle: vec![0; words.div_ceil(64)],
            top: 0,
        }
    }

    #[inline]
    pub(super) fn set(&mut self, place: usize) {
        self.low[place / 64] |= 1 << (place % 64);
        self.middle[place / 4096] |= 1 << (place / 64 % 64);
        self.top |= 1 << (place / 4096);
    }

    #[inline]
    pub(super) fn clear(&mut self, place: usize) {
        let low = &mut self.low[place / 64];
        *low &= !(1 << (place % 64));
        if *low == 0 {
            let middle = &mut self.middle[place / 4096];
            *middle &= !(1 << (place / 64 % 64));
            if *middle == 0 {
                self.top &= !(1 << (place / 4096));
            }
        }
    }

    /// The first place that is taken.
    #[inline]
    pub(super) fn first(&self) -> Option<usize> {
        (self.top != 0).then(|| self.first_under(self.top.trailing_zeros() as usize))
    }

    /// The first place taken under a bit of the top that is set.
    #[inline]
    fn first_under(&self, top: usize) -> usize {
        let middle = top * 64 + self.middle[top].trailing_zeros() as usize;
        middle * 64 + self.low[middle].trailing_zeros() as usize
    }

    /// The first place taken from this one on.
    pub(super) fn from(&self, place: usize) -> Option<usize> {
        let word = place / 64;
        let low = self.low.get(word)? & (u64::MAX << (place % 64));
        if low != 0 {
            return Some(word * 64 + low.trailing_zeros() as usize);
        }
        let middle = self.middle[word / 64] & above(word % 64);
        if middle != 0 {
            let word = word / 64 * 64 + middle.trailing_zeros() as usize;
            return Some(word * 64 + self.low[word].trailing_zeros() as usize);
        }
        let top = self.top & above(word / 64);
        (top != 0).then(|| self.first_under(top.trailing_zeros() as usize))
    }
}

/// All bits above this one.
const fn above(bit: usize) -> u64 {
    if bit == 63 { 0 } else { u64::MAX << (bit + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn finds_across_words_and_summaries() {
        let mut bits = Bitmap::new(Bitmap::LEN_MAX);
        assert_eq!(bits.first(), None);
        for place in [63, 64, 4_095, 4_096, 262_143] {
            bits.set(place);
        }
        assert_eq!(bits.first(), Some(63));
        let next = |place: usize| bits.from(place + 1);
        assert_eq!(next(63), Some(64));
        assert_eq!(next(64), Some(4_095));
        assert_eq!(next(4_095), Some(4_096));
        assert_eq!(next(4_096), Some(262_143));
        assert_eq!(next(262_143), None);
    }

    proptest! {
        #[test]
        fn equals_a_set(
            len in (1..=4_096_usize).prop_map(|words| words * 64),
            script in proptest::collection::vec((any::<proptest::sample::Index>(), any::<bool>()), 1..200),
        ) {
            let (mut bits, mut set) = (Bitmap::new(len), BTreeSet::new());
            for (place, is_set) in script {
                let place = place.index(len);
                if is_set {
                    bits.set(place);
                    set.insert(place);
                } else {
                    bits.clear(place);
                    set.remove(&place);
                }
                prop_assert_eq!(bits.first(), set.first().copied());
                prop_assert_eq!(bits.from(place), set.range(place..).next().copied());
            }
        }
    }
}
