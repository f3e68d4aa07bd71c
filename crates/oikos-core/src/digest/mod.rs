//! The history's digest: 128 bits that any order of work gives alike.
//!
//! A **cell** is (type, id, field, word): one 32-bit word of one value of one type held by one id.
//! A cell has four 32-bit lanes; the digest of a state is the lane-wise wrapping sum over its cells.
//! The sum makes it independent of order and threads, incremental (add a cell, subtract a cell) and
//! computable on a device: everything is 32-bit adds, multiplies, xors and shifts, as WGSL has them.
//!
//! # Formula
//!
//! All arithmetic is on `u32`, modulo 2³²; `l` is the lane, 0 to 3. The mixer is that of
//! C. Wellons ("hash prospector", 2018: constants of lanes 0 and 1) with MurmurHash3's (lane 2,
//! A. Appleby) and xxHash32's constants (lane 3, Y. Collet):
//!
//! ```text
//! mix_l(x):  x ^= x >> 16;  x *= A_l;  x ^= x >> 15;  x *= B_l;  x ^= x >> 16
//! type_l  =  start: mix_l(F_l ^ number of bytes); each byte of the name: mix_l(type_l ^ byte)
//! row_l   =  mix_l(mix_l(type_l ^ id's low word) ^ id's high word)
//! cell_l  =  mix_l((row_l + field * F_l) ^ word)
//! ```
//!
//! | lane | A | B | F |
//! |---|---|---|---|
//! | 0 | 7feb352d | 846ca68b | 9e3779b9 |
//! | 1 | 21f0aaad | d35a2d97 | bb67ae85 |
//! | 2 | 85ebca6b | c2b2ae35 | d2511f53 |
//! | 3 | 9e3779b1 | c2b2ae3d | cd9e8d57 |
//!
//! **A single changed cell changes all four lanes.** A shift-xor to the right is invertible, a
//! multiplication by an odd number is invertible, so `mix_l` is a bijection of its argument; xor with
//! a constant is one too, hence `cell_l` is a bijection of `word` for a fixed (type, id, field). The
//! sum with a constant is a bijection again.
//!
//! It is a checksum against mistakes, not against an adversary.
//!
//! # Test vectors
//!
//! Never to change. The digest of one cell of type `"age"`:
//!
//! | id | field | word | digest |
//! |---|---|---|---|
//! | 0 | 0 | 0 | 5f5c3ca190400a0f26d81bc0c289c38f |
//! | 1 | 0 | 0 | 3c75f9960e322d7be4615a640df321b8 |
//! | 0 | 1 | 0 | fce0f1b386b3f2d5b13fd91584b3ab63 |
//! | 0 | 0 | 1 | 6ed4fb7d8b5ca12ed83acc4d13519569 |
//! | 9007199254740991 | 4294967295 | 4294967295 | 1a4c916ccd3e7f9677795c4cf86ea171 |
//!
//! `TypeKey::new("age")` has the lanes c5e16dd9ff03719198fb10c308dbb2b3,
//! `TypeKey::new("")` has 01fce5523e5c5a634c8253286dc5a2ad.

mod serial;

use core::fmt;
use core::ops::{AddAssign, SubAssign};
use core::str::FromStr;

use serde::{Deserialize, Serialize};

pub use self::serial::digest_of;
use crate::CoreError;

const FIRST: [u32; 4] = [0x7feb_352d, 0x21f0_aaad, 0x85eb_ca6b, 0x9e37_79b1];
const SECOND: [u32; 4] = [0x846c_a68b, 0xd35a_2d97, 0xc2b2_ae35, 0xc2b2_ae3d];
const FIELD: [u32; 4] = [0x9e37_79b9, 0xbb67_ae85, 0xd251_1f53, 0xcd9e_8d57];

/// Rows that [`TypeKey::column`] works on at once; the sum does not depend on it.
const CHUNK: usize = 256;

/// A bijection of `value`: every step has an inverse.
#[inline(always)]
const fn mix(lane: usize, value: u32) -> u32 {
    let mut mixed = value ^ (value >> 16);
    mixed = mixed.wrapping_mul(FIRST[lane]);
    mixed ^= mixed >> 15;
    mixed = mixed.wrapping_mul(SECOND[lane]);
    mixed ^ (mixed >> 16)
}

/// The sum of the lanes of all cells of a state. Zero is the digest of nothing.
///
/// Prints as 32 lower-case hexadecimal digits, lane 0 first.
#[derive(
    Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Digest(pub [u32; 4]);

impl AddAssign for Digest {
    fn add_assign(&mut self, other: Self) {
        for (lane, added) in self.0.iter_mut().zip(other.0) {
            *lane = lane.wrapping_add(added);
        }
    }
}

impl SubAssign for Digest {
    fn sub_assign(&mut self, other: Self) {
        for (lane, removed) in self.0.iter_mut().zip(other.0) {
            *lane = lane.wrapping_sub(removed);
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|lane| write!(out, "{lane:08x}"))
    }
}

impl FromStr for Digest {
    type Err = CoreError;

    fn from_str(text: &str) -> Result<Self, CoreError> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(is_digit) {
            return Err(CoreError::DigestText {
                text: text.to_owned(),
            });
        }
        let mut lanes = [0; 4];
        for (index, byte) in text.bytes().enumerate() {
            let digit = if byte <= b'9' {
                byte - b'0'
            } else {
                byte - b'a' + 10
            };
            lanes[index / 8] = lanes[index / 8] << 4 | u32::from(digit);
        }
        Ok(Self(lanes))
    }
}

/// The lanes of a type's name. Make it once per type and keep it.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeKey([u32; 4]);

impl TypeKey {
    /// The key of the type that is registered under `name`. Shorter than 2³² bytes.
    #[must_use]
    pub const fn new(name: &str) -> Self {
        let bytes = name.as_bytes();
        let mut lanes = [0; 4];
        let mut lane = 0;
        while lane < 4 {
            lanes[lane] = mix(lane, FIELD[lane] ^ bytes.len() as u32);
            let mut index = 0;
            while index < bytes.len() {
                lanes[lane] = mix(lane, lanes[lane] ^ bytes[index] as u32);
                index += 1;
            }
            lane += 1;
        }
        Self(lanes)
    }

    /// The four lanes, as a kernel wants them.
    #[must_use]
    pub const fn lanes(&self) -> [u32; 4] {
        self.0
    }

    /// The key of one id's value of this type.
    #[must_use]
    #[inline]
    pub const fn row(&self, id: u64) -> RowKey {
        RowKey([
            self.row_lane(0, id),
            self.row_lane(1, id),
            self.row_lane(2, id),
            self.row_lane(3, id),
        ])
    }

    #[inline(always)]
    const fn row_lane(&self, lane: usize, id: u64) -> u32 {
        mix(
            lane,
            mix(lane, self.0[lane] ^ id as u32) ^ (id >> 32) as u32,
        )
    }

    /// The digest of a whole column: the cells (`ids[i]`, `field`, `words[i]`).
    ///
    /// The slices are paired as `zip` pairs them, so give them the same length.
    #[must_use]
    pub fn column(&self, field: u32, ids: &[u64], words: &[u32]) -> Digest {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            #[expect(unsafe_code, reason = "compiled for AVX2, several times as fast")]
            // SAFETY: the processor has AVX2, as was asked in the line above; the function is safe
            // else.
            return unsafe { self.column_avx2(field, ids, words) };
        }
        self.column_plain(field, ids, words)
    }

    /// [`column`](Self::column), compiled for processors with AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn column_avx2(&self, field: u32, ids: &[u64], words: &[u32]) -> Digest {
        self.column_plain(field, ids, words)
    }

    #[inline(always)]
    fn column_plain(&self, field: u32, ids: &[u64], words: &[u32]) -> Digest {
        let mut sums = [0_u32; 4];
        for (ids, words) in ids.chunks(CHUNK).zip(words.chunks(CHUNK)) {
            // One lane at a time: the constants are then the same for all rows of a vector.
            for (lane, sum) in sums.iter_mut().enumerate() {
                let field = field.wrapping_mul(FIELD[lane]);
                for (&id, &word) in ids.iter().zip(words) {
                    let row = self.row_lane(lane, id);
                    *sum = sum.wrapping_add(mix(lane, row.wrapping_add(field) ^ word));
                }
            }
        }
        Digest(sums)
    }
}

/// The lanes of one id within one type, well mixed.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct RowKey([u32; 4]);

impl RowKey {
    /// The digest of the one cell with this field and word.
    #[must_use]
    #[inline]
    pub const fn cell(&self, field: u32, word: u32) -> Digest {
        Digest([
            self.cell_lane(0, field, word),
            self.cell_lane(1, field, word),
            self.cell_lane(2, field, word),
            self.cell_lane(3, field, word),
        ])
    }

    #[inline(always)]
    const fn cell_lane(&self, lane: usize, field: u32, word: u32) -> u32 {
        let key = self.0[lane].wrapping_add(field.wrapping_mul(FIELD[lane]));
        mix(lane, key ^ word)
    }

    /// Adds the cell with this field and word to `digest`.
    #[inline]
    pub fn add(&self, digest: &mut Digest, field: u32, word: u32) {
        *digest += self.cell(field, word);
    }

    /// Takes the cell with this field and word out of `digest`.
    #[inline]
    pub fn remove(&self, digest: &mut Digest, field: u32, word: u32) {
        *digest -= self.cell(field, word);
    }
}

#[cfg(test)]
mod tests;
