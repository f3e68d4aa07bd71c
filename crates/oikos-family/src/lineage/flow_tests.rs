//! What a lineage records of those who come and leave, and of what it refuses.

use oikos_core::{TypeKey, date};
use oikos_engine::State;
use oikos_world::Sex;

use super::tests::couple;
use super::*;
use crate::pedigree::{id, today};

/// A woman of the village leaves, and a family comes: a father, a mother and their child.
fn with_flows() -> Lineage {
    let [woman, man] = couple();
    let mut lineage = Lineage::of_founders(today(), &[woman, man]).unwrap();
    let day = today().days();
    lineage.close(0, day + 5, 2, true);
    let born = |year| date(year, 1, 1).unwrap().days();
    let mut enter = |parents, year, sex| lineage.enter(parents, born(year), sex, day + 3).unwrap();
    enter([None; 2], 1980, Sex::Male);
    enter([None; 2], 1981, Sex::Female);
    enter([Some(id(3)), Some(id(2))], 2010, Sex::Female);
    lineage
}

#[test]
fn who_came_and_who_left_is_recorded_and_saved() {
    let lineage = with_flows();
    let day = |days| today().plus_days(days).unwrap();
    let left = lineage.get(id(0)).unwrap();
    assert_eq!(
        left.left,
        Some((day(5), oikos_engine::Word::from_number(2)))
    );
    assert_eq!((left.died, left.exit()), (None, Some(day(5))));
    let child = lineage.get(id(4)).unwrap();
    assert_eq!(
        (child.entered, child.origin),
        (Some(day(3)), Origin::Immigrant)
    );
    assert_eq!((child.mother, child.father), (Some(id(3)), Some(id(2))));
    assert_eq!(lineage.get(id(1)).unwrap().entered, None);
    assert_eq!(lineage.ever_lived(), 5);
    let mut bytes = Vec::new();
    lineage.save(&mut bytes);
    assert_eq!(bytes.len(), 8 + 19 * 5 + 4 * 3);
    let loaded = Lineage::load(&bytes).unwrap();
    let key = TypeKey::new(Lineage::NAME);
    assert_eq!(loaded.records, lineage.records);
    assert_eq!(loaded.entries, lineage.entries);
    assert_eq!(loaded.digest(&key), lineage.digest(&key));
}

/// Each bit of the save of people who came and left.
#[test]
fn a_forged_save_of_flows_is_refused_or_seen() {
    let lineage = with_flows();
    let mut bytes = Vec::new();
    lineage.save(&mut bytes);
    let key = TypeKey::new(Lineage::NAME);
    let mut refused = 0;
    for bit in 0..8 * bytes.len() {
        bytes[bit / 8] ^= 1 << (bit % 8);
        match Lineage::load(&bytes) {
            Ok(loaded) => assert_ne!(loaded.digest(&key), lineage.digest(&key), "bit {bit}"),
            Err(_) => refused += 1,
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(refused > 100, "{refused}");
    for end in 0..bytes.len() {
        assert!(Lineage::load(&bytes[..end]).is_err(), "{end}");
    }
}

#[test]
fn a_save_with_flows_that_cannot_be_is_refused() {
    let mut bytes = Vec::new();
    with_flows().save(&mut bytes);
    let day = today().days();
    let (exits, kinds, entries) = (8 + 12 * 5, 8 + 18 * 5, 8 + 19 * 5);
    let word = |at: usize, row: usize, day: i32| (at + 4 * row, day.to_le_bytes().to_vec());
    let cases = [
        (word(entries, 0, day - 1), "before the founding"),
        (word(exits, 2, day + 2), "before coming"),
        (word(exits, 0, i32::MAX), "cause of death"),
        // Bits: the sex, two of the origin, leaving.
        ((kinds + 1, vec![0b1010]), "on no day"),
        ((kinds + 1, vec![0b0110]), "days of entry"),
        ((kinds + 4, vec![0b0001]), "days of entry"),
        ((kinds, vec![0b1_1011]), "no origin"),
    ];
    for ((at, with), why) in cases {
        let mut forged = bytes.clone();
        forged[at..at + with.len()].copy_from_slice(&with);
        let error = Lineage::load(&forged).err().unwrap();
        assert!(error.contains(why), "{error}, not {why}");
    }
}
