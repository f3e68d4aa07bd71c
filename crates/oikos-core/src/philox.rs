//! Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
//! numbers: as easy as 1, 2, 3", SC11 (2011), as published in Random123.
//!
//! A block is a function of a counter and a key alone: no state, so any thread and any device can
//! make any block. It is made of 32-bit adds, xors and 32 × 32 → 64-bit multiplies. Most code wants
//! the [named draws](crate::draws) built on it.

/// Multipliers of the two halves of a round.
const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// What is added to the key after each round: the golden ratio and the square root of 3, less 1.
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;

#[inline(always)]
const fn round(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let even = MULTIPLIERS[0] as u64 * counter[0] as u64;
    let odd = MULTIPLIERS[1] as u64 * counter[2] as u64;
    [
        (odd >> 32) as u32 ^ counter[1] ^ key[0],
        odd as u32,
        (even >> 32) as u32 ^ counter[3] ^ key[1],
        even as u32,
    ]
}

/// Four random words from a counter and a key.
#[must_use]
#[inline]
pub const fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let mut block = counter;
    let mut key = key;
    let mut index = 0;
    while index < ROUNDS {
        block = round(block, key);
        key = [
            key[0].wrapping_add(KEY_STEPS[0]),
            key[1].wrapping_add(KEY_STEPS[1]),
        ];
        index += 1;
    }
    block
}

/// The blocks of `N` subjects at one tick: word `w` of subject `i` is `result[w][i]`, the same bits
/// as `philox4x32_10([subjects_lo[i], subjects_hi[i], tick, block], key)[w]`.
///
/// Multiples of 16 for `N` keep vector units busy. Processors with AVX2 take another path to the
/// same bits.
#[must_use]
#[inline]
pub fn philox_batch<const N: usize>(
    key: [u32; 2],
    subjects_lo: &[u32; N],
    subjects_hi: &[u32; N],
    tick: u32,
    block: u32,
) -> [[u32; N]; 4] {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "compiled for AVX2, 1.8 times as fast")]
        // SAFETY: the processor has AVX2, as was asked in the line above; the function is safe else.
        return unsafe { batch_avx2(key, subjects_lo, subjects_hi, tick, block) };
    }
    batch(key, subjects_lo, subjects_hi, tick, block)
}

/// [`batch`], compiled for processors with AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn batch_avx2<const N: usize>(
    key: [u32; 2],
    subjects_lo: &[u32; N],
    subjects_hi: &[u32; N],
    tick: u32,
    block: u32,
) -> [[u32; N]; 4] {
    batch(key, subjects_lo, subjects_hi, tick, block)
}

/// The batch in the form that compilers turn into vector code: words live in 64-bit lanes, whose
/// high halves hold what the multiplications leave there and are never read.
#[inline(always)]
fn batch<const N: usize>(
    key: [u32; 2],
    subjects_lo: &[u32; N],
    subjects_hi: &[u32; N],
    tick: u32,
    block: u32,
) -> [[u32; N]; 4] {
    const LOW: u64 = 0xffff_ffff;
    let mut words = [[0; N]; 4];
    for index in 0..N {
        let mut lanes = [subjects_lo[index], subjects_hi[index], tick, block].map(u64::from);
        let mut key = key;
        for _ in 0..ROUNDS {
            let even = u64::from(MULTIPLIERS[0]) * (lanes[0] & LOW);
            let odd = u64::from(MULTIPLIERS[1]) * (lanes[2] & LOW);
            lanes = [
                (odd >> 32) ^ lanes[1] ^ u64::from(key[0]),
                odd,
                (even >> 32) ^ lanes[3] ^ u64::from(key[1]),
                even,
            ];
            key = [
                key[0].wrapping_add(KEY_STEPS[0]),
                key[1].wrapping_add(KEY_STEPS[1]),
            ];
        }
        for (word, lane) in words.iter_mut().zip(lanes) {
            word[index] = lane as u32;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Known answers of Random123 1.09, file `kat_vectors`, generator `philox4x32 10`.
    #[test]
    fn known_answers_of_random123() {
        assert_eq!(
            philox4x32_10([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox4x32_10([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32_10(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    fn agrees<const N: usize>(key: [u32; 2], subjects: &[u64], tick: u32, block: u32) {
        let subjects: [u64; N] = core::array::from_fn(|index| subjects[index]);
        let subjects_lo = subjects.map(|subject| subject as u32);
        let subjects_hi = subjects.map(|subject| (subject >> 32) as u32);
        let words = philox_batch(key, &subjects_lo, &subjects_hi, tick, block);
        assert_eq!(words, batch(key, &subjects_lo, &subjects_hi, tick, block));
        for (index, subject) in subjects.into_iter().enumerate() {
            let counter = [subject as u32, (subject >> 32) as u32, tick, block];
            let expected = philox4x32_10(counter, key);
            assert_eq!(core::array::from_fn(|word| words[word][index]), expected);
        }
    }

    proptest! {
        #[test]
        fn a_batch_equals_the_single_blocks(
            key: [u32; 2],
            subjects in proptest::collection::vec(any::<u64>(), 16),
            tick: u32,
            block: u32,
        ) {
            agrees::<1>(key, &subjects, tick, block);
            agrees::<7>(key, &subjects, tick, block);
            agrees::<16>(key, &subjects, tick, block);
        }
    }
}
