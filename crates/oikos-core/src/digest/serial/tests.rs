//! Digests of serialisable values against the leaves written out by hand.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serializer;
use serde::ser::SerializeSeq;

use super::*;

const KEY: TypeKey = TypeKey::new("thing");

fn digest(value: &impl Serialize) -> Digest {
    digest_of(&KEY, 7, value).unwrap()
}

/// The cells written by hand.
fn of_words(words: &[u32]) -> Digest {
    let row = KEY.row(7);
    let mut digest = row.cell(u32::MAX, words.len() as u32);
    for (field, &word) in words.iter().enumerate() {
        row.add(&mut digest, field as u32, word);
    }
    digest
}

#[derive(Serialize)]
struct Inner {
    flag: bool,
    #[serde(skip_serializing_if = "is_zero")]
    number: u32,
    #[serde(skip_serializing_if = "is_zero")]
    other: u32,
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}

#[derive(Serialize)]
enum Shape {
    Empty,
    One(i16),
    Two(u8, u8),
    Named { inner: Inner },
}

#[derive(Serialize)]
struct Marker;

#[test]
fn leaves_become_the_words_of_the_documentation() {
    assert_eq!(digest(&Marker), of_words(&[]));
    assert_eq!(digest(&()), of_words(&[]));
    assert_eq!(digest(&-1_i8), of_words(&[u32::MAX]));
    assert_eq!(digest(&true), of_words(&[1]));
    assert_eq!(digest(&'a'), of_words(&[97]));
    assert_eq!(digest(&0x1_0000_0002_u64), of_words(&[2, 1]));
    assert_eq!(digest(&-2_i64), of_words(&[u32::MAX - 1, u32::MAX]));
    assert_eq!(
        digest(&(-2_i128)),
        of_words(&[u32::MAX - 1, u32::MAX, u32::MAX, u32::MAX])
    );
    assert_eq!(digest(&(1_u128 << 96 | 5)), of_words(&[5, 0, 0, 1]));
    assert_eq!(digest(&1.5_f32), of_words(&[1.5_f32.to_bits()]));
    assert_eq!(digest(&1.5_f64), of_words(&[0, 0x3ff8_0000]));
    assert_eq!(digest(&"abcde"), of_words(&[5, 0x6463_6261, 0x65]));
    assert_eq!(digest(&None::<u32>), of_words(&[0]));
    assert_eq!(digest(&Some(9_u32)), of_words(&[1, 9]));
}

#[test]
fn compounds_become_the_words_of_the_documentation() {
    assert_eq!(digest(&vec![4_u8, 5]), of_words(&[2, 4, 5]));
    assert_eq!(digest(&(4_u8, 5_u64)), of_words(&[2, 4, 5, 0]));
    assert_eq!(
        digest(&BTreeMap::from([(1_u8, 2_u8), (3, 4)])),
        of_words(&[2, 1, 2, 3, 4])
    );
    assert_eq!(digest(&Shape::Empty), of_words(&[0]));
    assert_eq!(digest(&Shape::One(-1)), of_words(&[1, u32::MAX]));
    assert_eq!(digest(&Shape::Two(8, 9)), of_words(&[2, 2, 8, 9]));
    let named = Shape::Named {
        inner: Inner {
            flag: true,
            number: 0,
            other: 6,
        },
    };
    assert_eq!(digest(&named), of_words(&[3, 0, 0b010, 1, 6]));
}

#[test]
fn a_skipped_field_is_seen_by_its_place() {
    let digests = [(0, 0), (5, 0), (0, 5), (5, 5)].map(|(number, other)| {
        digest(&Inner {
            flag: false,
            number,
            other,
        })
    });
    assert_eq!(BTreeSet::from(digests).len(), 4);
}

#[test]
fn texts_and_sequences_cannot_be_shifted_into_each_other() {
    let values = [
        vec!["ab", "c"],
        vec!["a", "bc"],
        vec!["abc"],
        vec!["abc", ""],
        vec!["", "abc"],
        vec!["abc\0"],
        vec![],
    ];
    let count = values.len();
    let digests: BTreeSet<Digest> = values.iter().map(digest).collect();
    assert_eq!(digests.len(), count);
    let nested = [
        vec![vec![1_u8], vec![]],
        vec![vec![], vec![1]],
        vec![vec![1]],
        vec![vec![], vec![], vec![1]],
    ];
    assert_eq!(nested.iter().map(digest).collect::<BTreeSet<_>>().len(), 4);
}

#[test]
fn a_sequence_of_unknown_length_equals_one_of_known_length() {
    struct Unsized;
    impl Serialize for Unsized {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut sequence = serializer.serialize_seq(None)?;
            sequence.serialize_element(&4_u8)?;
            sequence.serialize_element(&5_u8)?;
            sequence.end()
        }
    }
    assert_eq!(digest(&Unsized), digest(&[4_u8, 5].as_slice()));
}

#[test]
fn more_than_thirty_two_fields_have_a_second_word_of_skips() {
    struct Wide;
    impl Serialize for Wide {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeStruct;
            let mut fields = serializer.serialize_struct("Wide", 40)?;
            for number in 0..40_u32 {
                if number % 10 == 9 {
                    fields.skip_field("field")?;
                } else {
                    fields.serialize_field("field", &number)?;
                }
            }
            fields.end()
        }
    }
    let kept = |range: core::ops::Range<u32>| range.filter(|number| number % 10 != 9);
    let mut words = vec![1 << 9 | 1 << 19 | 1 << 29];
    words.extend(kept(0..32));
    words.push(1 << 7);
    words.extend(kept(32..40));
    assert_eq!(digest(&Wide), of_words(&words));
}

#[test]
fn names_the_type_that_has_no_digest() {
    let refused = digest_of(&KEY, 7, &(1_u32, f64::NAN)).unwrap_err();
    assert_eq!(
        refused,
        CoreError::DigestNan {
            type_name: "(u32, f64)",
            leaf: 2
        }
    );
    assert!(digest_of(&KEY, 7, &f32::NAN).is_err());

    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    let refused = digest_of(&KEY, 7, &Refuses).unwrap_err();
    assert!(refused.to_string().contains("not today"));
}

#[test]
fn depends_on_type_and_id() {
    let other = TypeKey::new("other");
    assert_ne!(digest(&1_u32), digest_of(&other, 7, &1_u32).unwrap());
    assert_ne!(digest(&1_u32), digest_of(&KEY, 8, &1_u32).unwrap());
}
