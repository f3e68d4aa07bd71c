//! The book of unions beside a list of intervals (F3).

use oikos_core::{Date, StableId, TypeKey};
use oikos_engine::State;
use oikos_world::PersonId;
use proptest::prelude::*;

use super::{End, Union, UnionId, Unions};

fn person(id: u64) -> PersonId {
    PersonId::new(id).unwrap()
}

fn day(number: i32) -> Date {
    Date::from_days(number).unwrap()
}

fn bytes(unions: &Unions) -> Vec<u8> {
    let mut bytes = Vec::new();
    unions.save(&mut bytes);
    bytes
}

fn digest(unions: &Unions) -> oikos_core::Digest {
    unions.digest(&TypeKey::new(Unions::NAME))
}

#[derive(Clone, Debug)]
enum Step {
    Form(u64, u64),
    Marry(u64),
    End(u64, End),
    SaveAndLoad,
}

fn step() -> impl Strategy<Value = Step> {
    let end = prop_oneof![
        Just(End::Death),
        Just(End::Divorce),
        Just(End::Separation),
        Just(End::Emigration)
    ];
    prop_oneof![
        4 => (0..6_u64, 0..6_u64).prop_map(|(one, other)| Step::Form(one, other)),
        3 => (0..12_u64).prop_map(Step::Marry),
        4 => (0..12_u64, end).prop_map(|(id, end)| Step::End(id, end)),
        1 => Just(Step::SaveAndLoad),
    ]
}

/// All unions as a plain list; whether something may be is asked of the whole list.
#[derive(Default)]
struct Model(Vec<Union>);

impl Model {
    fn form(&mut self, one: u64, other: u64, today: Date) -> bool {
        let busy = |id: u64| {
            self.0.iter().any(|union| {
                let until = union.ended.map_or(day(i32::MAX / 1000), |(end, _)| end);
                union.partners.contains(&person(id)) && until > today
            })
        };
        let may = one != other && !busy(one) && !busy(other);
        if may {
            let partners = [person(one), person(other)];
            self.0.push(Union {
                partners,
                formed: today,
                married: None,
                ended: None,
            });
        }
        may
    }

    fn marry(&mut self, id: u64, today: Date) -> bool {
        let union = self.0.get_mut(id as usize);
        let Some(union) = union.filter(|union| union.ended.is_none() && union.married.is_none())
        else {
            return false;
        };
        union.married = Some(today);
        true
    }

    fn end(&mut self, id: u64, today: Date, end: End) -> bool {
        let fits = |union: &Union| match end {
            End::Divorce => union.married.is_some(),
            End::Separation => union.married.is_none(),
            _ => true,
        };
        let union = self.0.get_mut(id as usize);
        let Some(union) = union.filter(|union| union.ended.is_none() && fits(union)) else {
            return false;
        };
        union.ended = Some((today, end));
        true
    }

    fn assert_same(&self, book: &Unions) {
        let all: Vec<Union> = book.iter().map(|(_, union)| union).collect();
        assert_eq!(all, self.0);
        assert_eq!(
            book.lasting(),
            self.0.iter().filter(|union| union.ended.is_none()).count()
        );
        for id in 0..6 {
            let mine = self
                .0
                .iter()
                .filter(|union| union.partners.contains(&person(id)));
            let mine: Vec<Union> = mine.rev().copied().collect();
            let found: Vec<Union> = book.of(person(id)).map(|(_, union)| union).collect();
            assert_eq!(found, mine, "person#{id}");
            let now = mine.iter().find(|union| union.ended.is_none());
            assert_eq!(
                book.current(person(id)).map(|(_, union)| union),
                now.copied()
            );
            let partner = book.partner(person(id));
            assert_eq!(partner, now.and_then(|union| union.partner_of(person(id))));
            // The relation is mutual (F3).
            assert!(partner.is_none_or(|other| book.partner(other) == Some(person(id))));
            let wed = now.is_some_and(|union| union.married.is_some());
            assert_eq!(book.spouse(person(id)), partner.filter(|_| wed));
        }
    }
}

proptest! {
    #[test]
    fn the_book_is_what_the_list_says(steps in prop::collection::vec(step(), 1..60)) {
        let (mut book, mut model) = (Unions::default(), Model::default());
        for (number, step) in (0..).zip(&steps) {
            let today = day(number / 3);
            let id = |id: u64| UnionId::new(id).unwrap();
            let same = match step {
                Step::Form(one, other) => {
                    let formed = book.form([person(*one), person(*other)], today);
                    formed.is_ok() == model.form(*one, *other, today)
                }
                Step::Marry(union) => {
                    book.marry(id(*union), today).is_ok() == model.marry(*union, today)
                }
                Step::End(union, end) => {
                    book.end(id(*union), today, *end).is_ok() == model.end(*union, today, *end)
                }
                Step::SaveAndLoad => {
                    let loaded = Unions::load(&bytes(&book)).unwrap();
                    let same = digest(&loaded) == digest(&book);
                    book = loaded;
                    same
                }
            };
            prop_assert!(same, "{step:?}");
            model.assert_same(&book);
        }
    }

    #[test]
    fn a_changed_byte_is_refused_or_seen_by_the_digest(at in any::<prop::sample::Index>(), bit in 0..8) {
        let book = sample();
        let saved = bytes(&book);
        let mut changed = saved.clone();
        changed[at.index(saved.len())] ^= 1_u8 << bit;
        if let Ok(loaded) = Unions::load(&changed) {
            prop_assert_ne!(digest(&loaded), digest(&book));
            prop_assert_eq!(bytes(&loaded), changed);
        }
    }
}

/// A divorce and a new marriage, a widow, a couple.
fn sample() -> Unions {
    let mut book = Unions::default();
    let first = book.form([person(1), person(2)], day(10)).unwrap();
    book.marry(first, day(20)).unwrap();
    book.end(first, day(30), End::Divorce).unwrap();
    let second = book.form([person(1), person(3)], day(30)).unwrap();
    book.marry(second, day(30)).unwrap();
    let third = book.form([person(5), person(4)], day(31)).unwrap();
    book.end(third, day(40), End::Death).unwrap();
    book
}

#[test]
fn what_cannot_be_is_refused_with_names_and_changes_nothing() {
    let mut book = sample();
    let before = bytes(&book);
    let id = |id| UnionId::new(id).unwrap();
    let refusals = [
        (
            book.form([person(9), person(9)], day(50)).map(drop),
            "person#9 cannot form a union with itself",
        ),
        (
            book.form([person(7), person(3)], day(50)).map(drop),
            "person#3 is in a union already",
        ),
        (
            book.form([person(4), person(2)], day(39)).map(drop),
            "person#4 was still in another union",
        ),
        (
            book.form([person(1 << 32), person(0)], day(50)).map(drop),
            "person#4294967296",
        ),
        (book.marry(id(1), day(50)), "union#1 is a marriage already"),
        (book.marry(id(9), day(50)), "union#9 is not in the book"),
        (
            book.end(id(0), day(50), End::Death),
            "union#0 has ended already",
        ),
        (
            book.end(id(1), day(29), End::Death),
            "has an event after that day",
        ),
        (
            book.end(id(1), day(50), End::Separation),
            "union#1 is a marriage",
        ),
    ];
    for (refusal, says) in refusals {
        let text = refusal.unwrap_err().to_string();
        assert!(text.contains(says), "{text}");
    }
    assert_eq!(bytes(&book), before);
    let fourth = book.form([person(4), person(2)], day(40)).unwrap();
    let text = book
        .end(fourth, day(50), End::Divorce)
        .unwrap_err()
        .to_string();
    assert!(text.contains("union#3 is no marriage"), "{text}");
}

#[test]
fn overlapping_unions_in_a_save_are_refused() {
    let mut forged = bytes(&sample());
    let record = forged.len() / 3;
    // The second union of person 1 begins before the first has ended.
    forged[record + 8..record + 12].copy_from_slice(&25_i32.to_le_bytes());
    let text = Unions::load(&forged).err().unwrap();
    assert!(
        text.contains("union#1 overlaps with union#0 of person#1"),
        "{text}"
    );
    assert!(Unions::load(&forged[1..]).is_err());
}
