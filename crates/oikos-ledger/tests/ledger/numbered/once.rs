//! L5 to L7: holds and ids are acted upon once.

use super::*;

#[test]
fn l5_a_hold_is_resolved_once_and_gives_the_rest_back() {
    let mut ledger = opened();
    let make = |ledger: &mut Ledger, amount| {
        ledger
            .apply(&hold(2, 1, amount, Some(5)))
            .unwrap()
            .hold
            .unwrap()
    };
    let first = make(&mut ledger, 900);
    let post = |hold, amount| Operation::PostHold { hold, amount };
    assert_eq!(
        status(ledger.apply(&post(first, Some(901)))),
        Status::AmountAboveHold
    );
    assert_eq!(ledger.apply(&post(first, Some(250))).unwrap().amount, 250);
    assert_eq!(status(ledger.apply(&post(first, None))), Status::HoldPosted);
    assert_eq!(
        status(ledger.apply(&Operation::VoidHold { hold: first })),
        Status::HoldPosted
    );
    assert_eq!(balance(&ledger, 1).credits_pending, 0);
    // The 650 that were not posted can be spent, and the purse can still give no more than 750.
    assert_eq!(status(ledger.apply(&pay(2, 1, 751))), Status::CreditLimit);
    let second = make(&mut ledger, 750);
    ledger.apply(&Operation::VoidHold { hold: second }).unwrap();
    assert_eq!(
        status(ledger.apply(&post(second, None))),
        Status::HoldVoided
    );
    let third = make(&mut ledger, 10);
    ledger.advance(Tick::new(4)).unwrap();
    assert_eq!(ledger.fate(third), Some(Fate::Open));
    ledger.advance(Tick::new(5)).unwrap();
    assert_eq!(ledger.fate(third), Some(Fate::Expired));
    assert_eq!(
        status(ledger.apply(&post(third, None))),
        Status::HoldExpired
    );
    assert_eq!(balance(&ledger, 1).credits_pending, 0);
    assert_eq!(
        status(ledger.apply(&hold(2, 1, 1, Some(5)))),
        Status::ExpiryPast
    );
}

#[test]
fn l6_an_id_is_acted_upon_once_within_its_window() {
    let mut ledger = opened();
    let first = ledger.submit(77, &pay(2, 1, 100)).unwrap();
    assert!(!first.repeated);
    let bytes = ledger.bytes();
    for _ in 0..3 {
        let again = ledger.submit(77, &pay(2, 1, 100)).unwrap();
        assert_eq!((again.last, again.repeated), (first.last, true));
    }
    let other = Operation::Post(Transfer {
        reference: 1,
        ..transfer(PAY, 2, 1, 100)
    });
    let different = [
        (hold(2, 1, 100, None), Status::IdOtherOperation),
        (
            Operation::Post(transfer(MINT, 2, 1, 100)),
            Status::IdOtherKind,
        ),
        (pay(3, 1, 100), Status::IdOtherDebit),
        (pay(2, 3, 100), Status::IdOtherCredit),
        (pay(2, 1, 101), Status::IdOtherAmount),
        (other, Status::IdOtherReference),
        // Several things are different: the first is told.
        (pay(3, 2, 101), Status::IdOtherDebit),
    ];
    for (operation, named) in different {
        assert_eq!(status(ledger.submit(77, &operation)), named);
    }
    let held = ledger
        .submit(78, &hold(2, 1, 5, Some(9)))
        .unwrap()
        .last
        .hold
        .unwrap();
    assert_eq!(
        status(ledger.submit(78, &hold(2, 1, 5, Some(8)))),
        Status::IdOtherExpiry
    );
    ledger
        .submit(79, &Operation::VoidHold { hold: held })
        .unwrap();
    let unknown = oikos_ledger::HoldId::new(50).unwrap();
    assert_eq!(
        status(ledger.submit(79, &Operation::VoidHold { hold: unknown })),
        Status::IdOtherHold
    );
    // Three ticks later it is remembered, four ticks later it is not.
    ledger.advance(Tick::new(3)).unwrap();
    assert!(ledger.submit(77, &pay(2, 1, 100)).unwrap().repeated);
    ledger.advance(Tick::new(4)).unwrap();
    assert!(!ledger.submit(77, &pay(2, 1, 100)).unwrap().repeated);
    assert_ne!(ledger.bytes(), bytes);
}

#[test]
fn l7_an_id_that_failed_stays_failed() {
    let mut ledger = opened();
    let too_much = pay(2, 1, 1_500);
    assert_eq!(status(ledger.submit(5, &too_much)), Status::CreditLimit);
    ledger.post(&transfer(MINT, 1, 0, 5_000)).unwrap();
    let again = ledger.submit(5, &too_much).unwrap_err();
    assert_eq!(
        (again.status, again.earlier),
        (Status::IdAlreadyFailed, Some(Status::CreditLimit))
    );
    assert_eq!(
        status(ledger.submit(5, &pay(2, 1, 1))),
        Status::IdOtherAmount
    );
    ledger.submit(6, &too_much).unwrap();
    // What could never be carried out leaves the id unused.
    assert_eq!(status(ledger.submit(7, &pay(2, 1, 0))), Status::AmountZero);
    ledger.submit(7, &pay(2, 1, 1)).unwrap();
}

#[test]
fn l7_what_may_pass_is_told_from_what_never_will() {
    let passing = [
        Status::KindUnknown,
        Status::HoldUnknown,
        Status::DebitUnknown,
        Status::CreditUnknown,
        Status::DebitClosed,
        Status::CreditClosed,
        Status::NothingThere,
        Status::DebitLimit,
        Status::CreditLimit,
        Status::DebitOverflow,
        Status::CreditOverflow,
    ];
    let told: Vec<Status> = Status::ALL
        .iter()
        .copied()
        .filter(|status| status.is_transient())
        .collect();
    assert_eq!(told, passing);
}
