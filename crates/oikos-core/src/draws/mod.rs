//! Named draws: every random number has a name, so no number depends on who asked first.
//!
//! A draw is named by (seed, stream, subject, tick, how manieth). It is a function of that name
//! alone: independent of order, threads, storage and of all other draws. One more birth, one more
//! firm or one more stream changes nobody else's luck.
//!
//! ```
//! use oikos_core::{Prob, Seed, Stream, Tick};
//!
//! let births = Stream::new(Seed(42), "births");
//! let mut draw = births.at(12, Tick::new(3));
//! let twins = draw.chance(Prob::from_f64(0.015)?);
//! let weight_grams = 3_400.0 + 500.0 * draw.normal();
//! # let _ = (twins, weight_grams);
//! # Ok::<(), oikos_core::CoreError>(())
//! ```
//!
//! # Layout
//!
//! The generator is [Philox4x32-10](crate::philox4x32_10).
//!
//! ```text
//! finalise(z):  z ^= z >> 30;  z *= bf58476d1ce4e5b9;  z ^= z >> 27;  z *= 94d049bb133111eb;
//!               z ^= z >> 31                      (splitmix64, Steele, Lea and Flood 2014)
//! fnv(name):    h = cbf29ce484222325; each byte: h ^= byte, h *= 100000001b3   (FNV-1a 64)
//! G = 9e3779b97f4a7c15
//! key           = finalise(finalise(seed + G) ^ fnv(stream name)); key[0] its low word
//! counter       = [subject's low word, subject's high word, tick, block]
//! words         = those of block 0 in order, then those of block 1, ...
//! u64           = two words, the first one low
//! pair(a, b)    = finalise(finalise(a + G) + b)
//! child_subject(mother, number) = finalise(finalise(mother + 2 G) + number)
//! ```
//!
//! # Test vectors
//!
//! Never to change. Seed 42, stream "births": the key is 5947ed03 cb35d7ea, low word first.
//!
//! | subject | tick | first four words |
//! |---|---|---|
//! | 0 | 0 | a987cf1c 2f80d9c4 24622c3e 948a1c4e |
//! | 1 | 0 | 80ce5dec ffd0ec54 9c811812 774a7625 |
//! | 0 | 1 | 32473cb9 cd0596b8 cf8c633e 83a9bc85 |
//! | 9007199254740991 | 4294967295 | 87bfcc45 bf463eb5 3144dabd b3fccc68 |
//!
//! Words five to eight of subject 0 at tick 0: 32f52a39 40ac527d 9bed2f2b 7b1d0a09.
//! `pair(1, 2)` = 081a5c1377856b73, `pair(2, 1)` = f2826f98653e9e57,
//! `child_subject(1, 0)` = fbe7a763b053d14c, `child_subject(1, 1)` = b6fb42e7d00f7350.

#[expect(
    clippy::excessive_precision,
    reason = "the coefficients as they are published"
)]
mod normal;

use core::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use self::normal::normal_quantile;
use crate::{CoreError, Prob, Tick, philox4x32_10};

/// The golden ratio in 64 bits, the increment of splitmix64.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of splitmix64, a bijection.
const fn finalise(value: u64) -> u64 {
    let mut mixed = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// FNV-1a with 64 bits (Fowler, Noll and Vo).
const fn name_hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

/// The subject of a draw about two things in this order, such as who meets whom.
///
/// For a given `first`, different `second`s give different subjects, and the other way round.
#[must_use]
pub const fn pair(first: u64, second: u64) -> u64 {
    finalise(finalise(first.wrapping_add(GOLDEN)).wrapping_add(second))
}

/// The subject of a newborn: it depends on the mother's subject and on how many children she has
/// had before (0 for the first), not on how many others were born.
#[must_use]
pub const fn child_subject(mother: u64, child_number: u32) -> u64 {
    let mother = finalise(mother.wrapping_add(GOLDEN.wrapping_mul(2)));
    finalise(mother.wrapping_add(child_number as u64))
}

/// The number from which all of a history's luck follows.
#[derive(
    Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seed(pub u64);

/// All draws of one purpose. Make it once and keep it; it is eight bytes.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
}

impl Stream {
    /// The stream called `name` of the history with this seed.
    #[must_use]
    pub const fn new(seed: Seed, name: &str) -> Self {
        let key = finalise(finalise(seed.0.wrapping_add(GOLDEN)) ^ name_hash(name));
        Self {
            key: [key as u32, (key >> 32) as u32],
        }
    }

    /// The key of the generator, low word first, as [`philox_batch`](crate::philox_batch) and
    /// kernels want it.
    #[must_use]
    pub const fn key(&self) -> [u32; 2] {
        self.key
    }

    /// The draws about `subject` at `tick`.
    #[must_use]
    #[inline]
    pub const fn at(&self, subject: u64, tick: Tick) -> Draw {
        let counter = [subject as u32, (subject >> 32) as u32, tick.index(), 0];
        Draw {
            key: self.key,
            counter,
            words: [0; 4],
            left: 0,
        }
    }

    /// The four words of one block: the draws of a subject in a tick, without the bookkeeping.
    #[must_use]
    pub const fn block(&self, subject: u64, tick: Tick, block: u32) -> [u32; 4] {
        let counter = [subject as u32, (subject >> 32) as u32, tick.index(), block];
        philox4x32_10(counter, self.key)
    }
}

/// The draws of one stream about one subject at one tick, one after the other.
///
/// There are 2³⁴ words; after them they begin again. A copy would repeat the same numbers, hence it
/// is not `Copy`.
#[derive(Debug, Clone)]
pub struct Draw {
    key: [u32; 2],
    counter: [u32; 4],
    words: [u32; 4],
    left: u8,
}

impl Draw {
    /// A uniform word. Consumes 32 bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.left == 0 {
            self.words = philox4x32_10(self.counter, self.key);
            self.counter[3] = self.counter[3].wrapping_add(1);
            self.left = 4;
        }
        self.left -= 1;
        self.words[usize::from(3 - self.left)]
    }

    /// A uniform 64-bit number. Consumes 64 bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let low = self.next_u32();
        u64::from(self.next_u32()) << 32 | u64::from(low)
    }

    /// A uniform number below `bound`, without bias (D. Lemire, "Fast random integer generation in
    /// an interval", 2019). Consumes 64 bits, and 64 more at each of its rare rejections.
    ///
    /// # Errors
    ///
    /// [`CoreError::ZeroBound`] if `bound` is 0.
    #[inline]
    pub fn below(&mut self, bound: u64) -> Result<u64, CoreError> {
        if bound == 0 {
            return Err(CoreError::ZeroBound);
        }
        let mut product = u128::from(self.next_u64()) * u128::from(bound);
        if (product as u64) < bound {
            // What remains of 2⁶⁴ after whole multiples of the bound would favour small numbers.
            let surplus = bound.wrapping_neg() % bound;
            while (product as u64) < surplus {
                product = u128::from(self.next_u64()) * u128::from(bound);
            }
        }
        Ok((product >> 64) as u64)
    }

    /// A uniform number of the range, both ends included. Consumes as [`below`](Self::below) does.
    ///
    /// # Errors
    ///
    /// [`CoreError::EmptyRange`] if it holds no number.
    pub fn range(&mut self, range: RangeInclusive<i64>) -> Result<i64, CoreError> {
        let (low, high) = range.into_inner();
        if low > high {
            return Err(CoreError::EmptyRange { low, high });
        }
        let width = high.wrapping_sub(low) as u64;
        let offset = match width.checked_add(1) {
            Some(bound) => self.below(bound)?,
            None => self.next_u64(),
        };
        Ok(low.wrapping_add(offset as i64))
    }

    /// Whether something of this probability happens. Consumes 64 bits, whatever the probability.
    #[inline]
    pub fn chance(&mut self, probability: Prob) -> bool {
        probability.hit(self.next_u64())
    }

    /// A uniform number from 0 up to, but without, 1: a multiple of 2⁻⁵³. Consumes 64 bits.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// An exponentially distributed number of mean 1, from 0 to 36.8: minus the logarithm of a unit
    /// draw. Consumes 64 bits.
    pub fn exponential(&mut self) -> f64 {
        -libm::log1p(-self.unit())
    }

    /// A normally distributed number of mean 0 and standard deviation 1, within ±8.3: the quantile
    /// (M. J. Wichura, AS 241, 1988) of an odd multiple of 2⁻⁵³. Consumes 64 bits.
    pub fn normal(&mut self) -> f64 {
        let odd = (self.next_u64() >> 12) * 2 + 1;
        normal_quantile(odd as f64 / (1_u64 << 53) as f64)
    }

    /// One of the choices, each as likely; nothing, at no cost, if there is none.
    pub fn choose<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let index = self.below(choices.len() as u64).ok()?;
        choices.get(index as usize)
    }

    /// The index of one of the weights, each as likely as its share of the sum.
    ///
    /// # Errors
    ///
    /// [`CoreError::WeightSum`] if the sum is 0 or does not fit a `u64`. Nothing is consumed then.
    pub fn weighted(&mut self, weights: &[u64]) -> Result<usize, CoreError> {
        let sum = weights
            .iter()
            .map(|&weight| u128::from(weight))
            .sum::<u128>();
        let refusal = CoreError::WeightSum {
            count: weights.len() as u64,
            sum,
        };
        let Some(bound) = u64::try_from(sum).ok().filter(|&bound| bound > 0) else {
            return Err(refusal);
        };
        let mut left = self.below(bound)?;
        for (index, &weight) in weights.iter().enumerate() {
            if left < weight {
                return Ok(index);
            }
            left -= weight;
        }
        Err(refusal)
    }

    /// Puts the items in a random order, each as likely (Fisher and Yates, from the end).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            if let Ok(index) = self.below(last as u64 + 1) {
                items.swap(last, index as usize);
            }
        }
    }
}

#[cfg(test)]
mod tests;
