//! Bad input gets a named error and no change.

use oikos_core::{Quantity, StableId, Tick, TypeKey};
use oikos_ledger::{
    Fate, Good, GoodsFlow, GoodsHold, GoodsKind, GoodsMove, GoodsOperation, GoodsStatus, HoldId,
    Inventory, MAX_AMOUNT, Owner,
};
use oikos_testkit::inventory::{Book, bytes, deed, kind, new_book, owner};

use crate::faults::fixed_scripts;

fn moved(kind: GoodsKind, good: u16, owner: Owner, quantity: i64) -> GoodsMove {
    GoodsMove {
        kind,
        good: Good(good),
        owner,
        quantity: Quantity(quantity),
        reference: 5,
    }
}

fn produce(who: u64, quantity: i64) -> GoodsOperation {
    GoodsOperation::Produce(moved(kind(GoodsFlow::Produce, 0), 0, owner(who), quantity))
}

fn give(kind: GoodsKind, good: u16, quantity: i64, to: u64) -> GoodsOperation {
    GoodsOperation::Transfer {
        what: moved(kind, good, owner(1), quantity),
        to: owner(to),
    }
}

fn hold(good: u16, quantity: i64, expires: u32) -> GoodsOperation {
    GoodsOperation::Hold(GoodsHold {
        good: Good(good),
        owner: owner(1),
        quantity: Quantity(quantity),
        reference: 9,
        expires: Some(Tick::new(expires)),
    })
}

fn take(hold: HoldId, kind: GoodsKind, quantity: Option<i64>, to: u64) -> GoodsOperation {
    GoodsOperation::Take {
        hold,
        kind,
        to: owner(to),
        quantity: quantity.map(Quantity),
    }
}

fn refused(book: &mut Inventory, operation: &GoodsOperation, status: GoodsStatus) {
    let before = bytes(book);
    let refusal = book.apply(operation).unwrap_err();
    assert_eq!((refusal.status, refusal.step), (status, 0), "{refusal}");
    let chain = book.chain(&[produce(3, 1), *operation]).unwrap_err();
    assert_eq!((chain.status, chain.step), (status, 1));
    assert_eq!(bytes(book), before);
}

#[test]
fn of_several_things_that_are_wrong_the_first_status_is_told() {
    let mut book = new_book();
    book.apply(&produce(1, 100)).unwrap();
    book.apply(&produce(2, MAX_AMOUNT)).unwrap();
    book.apply(&produce(2, MAX_AMOUNT)).unwrap();
    let sale = kind(GoodsFlow::Transfer, 1);
    let rot = kind(GoodsFlow::Spoil, 0);
    // Each line mends what the line before it was refused for.
    let wrong = [
        (give(GoodsKind(99), 9, 0, 1), GoodsStatus::KindUnknown),
        (give(rot, 9, 0, 1), GoodsStatus::KindOtherFlow),
        (give(sale, 9, 0, 1), GoodsStatus::GoodUnknown),
        (give(sale, 0, 0, 1), GoodsStatus::QuantityZero),
        (give(sale, 0, -1, 1), GoodsStatus::QuantityNegative),
        (
            give(sale, 0, MAX_AMOUNT + 1, 1),
            GoodsStatus::QuantityTooLarge,
        ),
        (give(sale, 0, 101, 1), GoodsStatus::SameOwner),
        (give(sale, 0, 101, 2), GoodsStatus::Short),
        (give(sale, 0, 100, 2), GoodsStatus::ReceivedOverflow),
        (hold(9, 0, 0), GoodsStatus::GoodUnknown),
        (hold(0, 0, 0), GoodsStatus::QuantityZero),
        (hold(0, 101, 0), GoodsStatus::ExpiryPast),
        (hold(0, 101, 1), GoodsStatus::Short),
    ];
    for (operation, status) in wrong {
        refused(&mut book, &operation, status);
    }
    let none = book.chain(&[]).unwrap_err();
    assert_eq!(
        (none.status, none.operation),
        (GoodsStatus::ChainEmpty, None)
    );
}

#[test]
fn a_hold_is_used_in_time_and_as_far_as_it_goes() {
    let mut book = new_book();
    let sale = kind(GoodsFlow::Transfer, 0);
    book.apply(&produce(1, 100)).unwrap();
    let [first, second, third, fourth] = [0, 1, 2, 3].map(|number| HoldId::new(number).unwrap());
    for _ in 0..3 {
        book.apply(&hold(0, 30, 4)).unwrap();
    }
    refused(&mut book, &give(sale, 0, 11, 2), GoodsStatus::Short);
    let wrong = [
        (
            take(fourth, GoodsKind(99), Some(0), 1),
            GoodsStatus::KindUnknown,
        ),
        (
            take(fourth, kind(GoodsFlow::Consume, 0), Some(0), 1),
            GoodsStatus::KindOtherFlow,
        ),
        (take(fourth, sale, Some(0), 1), GoodsStatus::QuantityZero),
        (take(fourth, sale, Some(31), 1), GoodsStatus::HoldUnknown),
        (
            take(first, sale, Some(31), 1),
            GoodsStatus::QuantityAboveHold,
        ),
        (take(first, sale, Some(30), 1), GoodsStatus::SameOwner),
    ];
    for (operation, status) in wrong {
        refused(&mut book, &operation, status);
    }
    // What is not taken stays held.
    assert_eq!(
        book.apply(&take(first, sale, Some(12), 2)).unwrap().amount,
        12
    );
    assert_eq!(book.hold(first).unwrap().quantity, Quantity(18));
    assert_eq!(book.apply(&take(first, sale, None, 2)).unwrap().amount, 18);
    assert_eq!(book.fate(first), Some(Fate::Posted));
    refused(
        &mut book,
        &take(first, sale, None, 2),
        GoodsStatus::HoldTaken,
    );
    let release = |hold, quantity: Option<i64>| GoodsOperation::Release {
        hold,
        quantity: quantity.map(Quantity),
    };
    book.apply(&release(second, Some(10))).unwrap();
    book.apply(&release(second, None)).unwrap();
    refused(&mut book, &release(second, None), GoodsStatus::HoldReleased);
    assert_eq!(book.stock(owner(1), Good(0)).free(), Quantity(40));
    book.advance(Tick::new(3)).unwrap();
    book.apply(&take(third, sale, Some(1), 2)).unwrap();
    book.advance(Tick::new(4)).unwrap();
    refused(
        &mut book,
        &take(third, sale, None, 2),
        GoodsStatus::HoldExpired,
    );
    assert_eq!(book.stock(owner(1), Good(0)).free(), Quantity(69));
    assert_eq!(book.fate(third), Some(Fate::Expired));
    let back = book.advance(Tick::new(3)).unwrap_err().to_string();
    assert!(back.starts_with("the inventory is at tick 4"), "{back}");
    book.audit().unwrap();
}

#[test]
fn refusals_say_what_and_why_and_what_to_do() {
    let mut book = new_book();
    let text = book
        .apply(&give(kind(GoodsFlow::Transfer, 0), 0, 7, 2))
        .unwrap_err()
        .to_string();
    assert_eq!(
        text,
        "transferring (kind 2, good 0, owner 0 of kind 1, quantity 7, reference 5) to owner 1 of kind 0 needs \
         more than the owner has free: ask for less, or produce, buy or release first"
    );
    for status in GoodsStatus::ALL {
        assert!(status.to_string().contains(": "), "{status}");
    }
    assert!(book.kind("Spoil 0", GoodsFlow::Consume).is_err());
    assert_eq!(
        book.kind("Spoil 0", GoodsFlow::Spoil).unwrap(),
        kind(GoodsFlow::Spoil, 0)
    );
    assert_eq!(
        book.flow_of(kind(GoodsFlow::Spoil, 0)),
        Some(GoodsFlow::Spoil)
    );
    assert_eq!(book.good_name(Good(1)), Some("good 1"));
    assert_eq!(book.kind_name(GoodsKind(0)), Some("Produce 0"));
    assert!(book.totals(Good(3)).is_err());
}

#[test]
fn bytes_that_are_no_book_are_refused() {
    const KEY: TypeKey = TypeKey::new("goods");
    let books = fixed_scripts(20, 120).into_iter().map(|script| {
        let mut book = new_book();
        for raw in script {
            let deed = deed(raw, &book.view());
            book.act(&deed);
        }
        book
    });
    let mut rich = books.filter(|book| book.holds().count() > 0 && book.stocks().count() > 5);
    let book = rich.next().unwrap();
    let (saved, digest) = (bytes(&book), book.digest(&KEY));
    for length in 0..saved.len() {
        assert!(
            Inventory::load(&saved[..length]).is_err(),
            "cut to {length}"
        );
    }
    assert!(Inventory::load(&[saved.as_slice(), &[0]].concat()).is_err());
    let mut loaded = 0;
    for at in 0..saved.len() {
        for change in [1, 2, 0x80, 0xff] {
            let mut changed = saved.clone();
            changed[at] ^= change;
            // What can still be read is another state, and is saved as it was read.
            if let Ok(other) = Inventory::load(&changed) {
                assert_eq!(bytes(&other), changed, "byte {at}");
                assert_ne!(other.digest(&KEY), digest, "byte {at}");
                loaded += 1;
            }
        }
    }
    assert!(loaded > 0);
}

#[test]
fn a_saved_book_with_a_hold_that_is_late_or_too_large_is_refused() {
    let mut book = new_book();
    book.advance(Tick::new(3)).unwrap();
    book.apply(&produce(1, 100)).unwrap();
    book.apply(&hold(0, 30, 5)).unwrap();
    // From the end: the tick of expiry, a flag, the reference, the quantity.
    let saved = bytes(&book);
    let (tick, quantity) = (saved.len() - 4, saved.len() - 21);
    assert_eq!([saved[tick], saved[quantity]], [5, 30]);
    for (at, range, allowed) in [(tick, 0..8, 4..=7), (quantity, 0..120, 1..=100)] {
        for value in range {
            let mut changed = saved.clone();
            changed[at] = value;
            let loaded = Inventory::load(&changed).is_ok();
            assert_eq!(loaded, allowed.contains(&value), "{value} at {at}");
        }
    }
}
