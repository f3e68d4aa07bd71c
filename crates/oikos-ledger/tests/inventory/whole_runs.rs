//! Whole random runs: the book and the slow model, every answer, every entry, all that can be seen.

use std::cell::RefCell;
use std::collections::BTreeSet;

use oikos_core::TypeKey;
use oikos_ledger::{GoodsStatus, Inventory};
use oikos_testkit::inventory::{
    Answer, Book, Checker, Deed, Model, bytes, deed, kind, new_book, owner, script,
};
use oikos_testkit::{Invariant, Runs};

use crate::faults::fixed_scripts;

const KEY: TypeKey = TypeKey::new("goods");

/// Scripts of up to 300 deeds; 800 of them have more than 10⁵.
const CASES: u32 = 800;
const DEEDS: usize = 300;

#[test]
fn s8_m11_m12_the_book_agrees_with_the_slow_model() {
    let told = RefCell::new(BTreeSet::new());
    let done = Runs::new(CASES).check_script(&script(DEEDS), |script| {
        let (mut book, mut model) = (new_book(), Model::new(None));
        let mut checker = Checker::default();
        for raw in script {
            let deed = deed(*raw, &model.view());
            let came = checker.apply(&mut book, &deed);
            if let Some(broken) = came.broken.first() {
                return Err(format!("{broken} after {deed:?}"));
            }
            let same = came.answer == model.act(&deed)
                && came.entries == model.entries()
                && book.view() == model.view();
            if !same {
                return Err(format!("{deed:?} gives {:?}", came.answer));
            }
            book.check().unwrap();
            book.audit().unwrap();
            if let Answer::Refused(status, _) = came.answer {
                told.borrow_mut().insert(status);
            }
        }
        Ok(script.len() as u64)
    });
    let done = done.unwrap();
    println!("{done}");
    assert!(done.events >= 100_000, "{done}");
    let told: Vec<GoodsStatus> = told.into_inner().into_iter().collect();
    assert_eq!(told, GoodsStatus::ALL, "statuses that the scripts reach");
}

/// One that was only looked at now and then is no other one.
#[test]
fn whoever_follows_finds_nothing_wrong() {
    let done = Runs::new(CASES).check_script(&script(DEEDS), |script| {
        let (mut book, mut checker) = (new_book(), Checker::default());
        for (number, raw) in script.iter().enumerate() {
            let deed = deed(*raw, &book.view());
            book.act(&deed);
            if number % 5 == 0 {
                checker.follow(&book)?;
                book.drain().for_each(drop);
            }
        }
        Ok::<_, oikos_testkit::Broken>(script.len() as u64)
    });
    println!("{}", done.unwrap());
}

#[test]
fn a_book_saved_and_loaded_at_any_time_goes_on_as_if_it_had_not_been() {
    for script in fixed_scripts(4, 250) {
        let mut book = new_book();
        let mut other = new_book();
        for raw in script {
            let deed = deed(raw, &book.view());
            let _ = other.digest(&KEY);
            assert_eq!(book.act(&deed), other.act(&deed));
            let saved = bytes(&book);
            let mut loaded = Inventory::load(&saved).unwrap();
            assert_eq!(bytes(&loaded), saved);
            assert_eq!(loaded.view(), book.view());
            // The digest that is kept up is the one that is made anew.
            assert_eq!(loaded.digest(&KEY), other.digest(&KEY));
            loaded.record(true);
            assert_eq!(book.entries(), other.entries());
            book = loaded;
        }
    }
}

#[test]
fn what_differs_has_another_digest_and_what_does_not_has_the_same() {
    for script in fixed_scripts(4, 250) {
        let mut book = new_book();
        for raw in script {
            let deed = deed(raw, &book.view());
            let (before, digest) = (bytes(&book), book.digest(&KEY));
            book.act(&deed);
            assert_eq!(
                bytes(&book) == before,
                book.digest(&KEY) == digest,
                "{deed:?}"
            );
        }
    }
}

#[test]
fn where_rows_lie_is_not_visible() {
    use oikos_core::Quantity;
    use oikos_ledger::{Good, GoodsFlow, GoodsMove, GoodsOperation};
    let produce = |number: u64| {
        Deed::Apply(GoodsOperation::Produce(GoodsMove {
            kind: kind(GoodsFlow::Produce, 0),
            good: Good((number % 3) as u16),
            owner: owner(number),
            quantity: Quantity(number as i64 + 1),
            reference: 0,
        }))
    };
    let (mut up, mut down) = (new_book(), new_book());
    (0..100).for_each(|number| drop(up.act(&produce(number))));
    (0..100)
        .rev()
        .for_each(|number| drop(down.act(&produce(number))));
    assert_eq!(up.view(), down.view());
    assert_eq!(bytes(&up), bytes(&down));
    assert_eq!(up.digest(&KEY), down.digest(&KEY));
    let of = up
        .stocks_of(owner(7))
        .map(|(_, good, stock)| (good, stock.free()));
    assert_eq!(of.collect::<Vec<_>>(), [(Good(1), Quantity(8))]);
}

#[test]
fn each_column_of_a_stock_counts_in_the_digest() {
    use oikos_core::Quantity;
    use oikos_ledger::{Good, GoodsFlow, GoodsMove, GoodsOperation};
    let of = |flow, quantity| GoodsMove {
        kind: kind(flow, 0),
        good: Good(0),
        owner: owner(0),
        quantity: Quantity(quantity),
        reference: 0,
    };
    let large = (1 << 33) + 1;
    let all = [
        [3, 4, 5],
        [3, 5, 4],
        [4, 3, 5],
        [5, 4, 3],
        [3, 4, large],
        [3, large, 4],
        [large, 3, 4],
    ];
    let digests = all.map(|[given, consumed, spoiled]| {
        let mut book = new_book();
        let what = of(GoodsFlow::Transfer, given);
        let operations = [
            GoodsOperation::Produce(of(GoodsFlow::Produce, 1 << 40)),
            GoodsOperation::Transfer { what, to: owner(1) },
            GoodsOperation::Consume(of(GoodsFlow::Consume, consumed)),
            GoodsOperation::Spoil(of(GoodsFlow::Spoil, spoiled)),
        ];
        book.chain(&operations).unwrap();
        book.digest(&KEY)
    });
    let different: BTreeSet<_> = digests.iter().map(|digest| digest.0).collect();
    assert_eq!(different.len(), all.len());
}

#[test]
fn what_moves_untold_is_found_by_whoever_follows() {
    let (mut book, mut checker) = (new_book(), Checker::default());
    checker.follow(&book).unwrap();
    book.record(false);
    for raw in &fixed_scripts(1, 60)[0] {
        let deed = deed(*raw, &book.view());
        book.act(&deed);
    }
    let broken = checker.follow(&book).unwrap_err();
    assert_eq!(broken.invariant, Invariant::S(8), "{broken}");
}
