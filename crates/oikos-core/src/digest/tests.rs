//! The digest against its formula written out slowly, and the published vectors.

use super::*;
use proptest::prelude::*;

/// The formula of the module's docs, written out on its own, digit by digit.
fn slow_cell(name: &str, id: u64, field: u32, word: u32) -> [u32; 4] {
    let constants: [[u64; 3]; 4] = [
        [0x7feb352d, 0x846ca68b, 0x9e3779b9],
        [0x21f0aaad, 0xd35a2d97, 0xbb67ae85],
        [0x85ebca6b, 0xc2b2ae35, 0xd2511f53],
        [0x9e3779b1, 0xc2b2ae3d, 0xcd9e8d57],
    ];
    constants.map(|[first, second, step]| {
        let modulus = 1_u64 << 32;
        let mix = |value: u64| {
            let value = (value ^ (value / 65_536)) * first % modulus;
            let value = (value ^ (value / 32_768)) * second % modulus;
            value ^ (value / 65_536)
        };
        let start = mix(step ^ name.len() as u64);
        let key = name
            .bytes()
            .fold(start, |key, byte| mix(key ^ u64::from(byte)));
        let row = mix(mix(key ^ (id % modulus)) ^ (id / modulus));
        mix(((row + u64::from(field) * step) % modulus) ^ u64::from(word)) as u32
    })
}

fn cell(id: u64, field: u32, word: u32) -> Digest {
    TypeKey::new("age").row(id).cell(field, word)
}

#[test]
fn published_vectors() {
    let vectors = [
        (0, 0, 0, "5f5c3ca190400a0f26d81bc0c289c38f"),
        (1, 0, 0, "3c75f9960e322d7be4615a640df321b8"),
        (0, 1, 0, "fce0f1b386b3f2d5b13fd91584b3ab63"),
        (0, 0, 1, "6ed4fb7d8b5ca12ed83acc4d13519569"),
        (
            (1 << 53) - 1,
            u32::MAX,
            u32::MAX,
            "1a4c916ccd3e7f9677795c4cf86ea171",
        ),
    ];
    for (id, field, word, text) in vectors {
        assert_eq!(
            cell(id, field, word).to_string(),
            text,
            "{id} {field} {word}"
        );
    }
    assert_eq!(
        Digest(TypeKey::new("age").lanes()).to_string(),
        "c5e16dd9ff03719198fb10c308dbb2b3"
    );
    assert_eq!(
        Digest(TypeKey::new("").lanes()).to_string(),
        "01fce5523e5c5a634c8253286dc5a2ad"
    );
}

proptest! {
    #[test]
    fn equals_the_formula_written_out(name: String, id: u64, field: u32, word: u32) {
        prop_assert_eq!(
            TypeKey::new(&name).row(id).cell(field, word).0,
            slow_cell(&name, id, field, word)
        );
    }

    #[test]
    fn a_column_is_the_sum_of_its_cells_in_any_order(
        rows in proptest::collection::vec(any::<(u64, u32)>(), 0..300),
        field: u32,
    ) {
        let key = TypeKey::new("wealth");
        let (ids, words): (Vec<u64>, Vec<u32>) = rows.iter().copied().unzip();
        let mut backwards = Digest::default();
        for &(id, word) in rows.iter().rev() {
            key.row(id).add(&mut backwards, field, word);
        }
        prop_assert_eq!(key.column(field, &ids, &words), backwards);
        prop_assert_eq!(key.column_plain(field, &ids, &words), backwards);
        for &(id, word) in &rows {
            key.row(id).remove(&mut backwards, field, word);
        }
        prop_assert_eq!(backwards, Digest::default());
    }

    #[test]
    fn one_changed_word_changes_every_lane(id: u64, field: u32, word: u32, other: u32) {
        prop_assume!(word != other);
        let (before, after) = (cell(id, field, word), cell(id, field, other));
        for lane in 0..4 {
            prop_assert_ne!(before.0[lane], after.0[lane]);
        }
    }

    #[test]
    fn swapping_two_values_changes_it(first: u64, second: u64, words: [u32; 2], field: u32) {
        prop_assume!(first != second && words[0] != words[1]);
        let key = TypeKey::new("age");
        prop_assert_ne!(
            key.column(field, &[first, second], &words),
            key.column(field, &[second, first], &words)
        );
    }

    #[test]
    fn reads_what_it_prints(lanes: [u32; 4]) {
        let digest = Digest(lanes);
        prop_assert_eq!(digest.to_string().parse(), Ok(digest));
    }
}

#[test]
fn refuses_texts_that_are_no_digest() {
    let good = "0123456789abcdef0123456789abcdef";
    assert_eq!(good.parse::<Digest>().unwrap().to_string(), good);
    for text in [
        "",
        "0123",
        &good.to_uppercase(),
        &good.replace('0', "g"),
        &format!("{good}0"),
    ] {
        assert_eq!(
            text.parse::<Digest>(),
            Err(CoreError::DigestText {
                text: text.to_owned()
            })
        );
    }
}

#[test]
fn each_lane_is_a_bijection_of_the_word() {
    // All words that differ in their low 16 bits, and all that differ in their high 16.
    for shift in [0, 16] {
        for lane in 0..4 {
            let mut seen: Vec<u32> = (0..=0xffff)
                .map(|word| cell(77, 3, word << shift).0[lane])
                .collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 0x1_0000);
        }
    }
}

/// Flips each input bit of many cells and returns the largest distance from one half of the share
/// of flips that any output bit shows.
fn worst_avalanche(flip: impl Fn(u32, u32) -> (Digest, Digest), input_bits: u32) -> f64 {
    let samples = 4_000;
    let mut worst: f64 = 0.0;
    for bit in 0..input_bits {
        let mut flips = [0_u32; 128];
        for sample in 0..samples {
            let (before, after) = flip(sample, bit);
            for (output, count) in flips.iter_mut().enumerate() {
                let changed = before.0[output / 32] ^ after.0[output / 32];
                *count += changed >> (output % 32) & 1;
            }
        }
        for count in flips {
            worst = worst.max((f64::from(count) / f64::from(samples) - 0.5).abs());
        }
    }
    worst
}

#[test]
fn every_input_bit_flips_every_output_bit_half_the_time() {
    let key = TypeKey::new("age");
    let by_word = |sample: u32, bit: u32| {
        let row = key.row(u64::from(sample));
        (row.cell(0, 1000), row.cell(0, 1000 ^ 1 << bit))
    };
    let by_id = |sample: u32, bit: u32| {
        let id = u64::from(sample);
        (key.row(id).cell(0, 5), key.row(id ^ 1 << bit).cell(0, 5))
    };
    let by_field = |sample: u32, bit: u32| {
        let row = key.row(u64::from(sample));
        (row.cell(3, 5), row.cell(3 ^ 1 << bit, 5))
    };
    // The standard deviation of a share is 0.008; 5.5 of them is beyond chance among 16,000 shares.
    assert!(worst_avalanche(by_word, 32) < 0.044);
    assert!(worst_avalanche(by_id, 53) < 0.044);
    assert!(worst_avalanche(by_field, 32) < 0.052);
}

#[test]
fn lanes_are_independent_of_each_other() {
    // Pairs of lanes agree in a bit half of the time, over dense ids and small words.
    let samples = 20_000;
    for (first, second) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        let mut agreements = [0_u32; 32];
        for id in 0..samples {
            let lanes = cell(u64::from(id), 0, id % 100).0;
            for (bit, count) in agreements.iter_mut().enumerate() {
                *count += (!(lanes[first] ^ lanes[second])) >> bit & 1;
            }
        }
        for count in agreements {
            assert!((f64::from(count) / f64::from(samples) - 0.5).abs() < 0.02);
        }
    }
}
