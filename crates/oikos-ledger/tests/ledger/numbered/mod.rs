//! One test an invariant: what it says in a case that can be followed by hand. The scripts in `whole_runs` look
//! at all of them after each of more than 10⁵ deeds.

mod exchanges;
mod once;

use oikos_core::{Currency, Ratio, StableId, Tick};
use oikos_ledger::{
    AccountId, Balance, Exchange, Fate, Ledger, LedgerError, MAX_AMOUNT, MAX_TURNOVER, Operation,
    Refusal, Status, Transfer, TransferKind,
};

use oikos_testkit::ledger::{Books, MINT, PAY, account, new_ledger, opening};

/// Accounts of the opening: issuer 0, purses 1 to 3 (3 with 150 more), deposits 4 and 5 (5 with 90 more), equity
/// 6, expense 7, and 8 to 15 in the other currency. All but the issuers have 1,000.
pub(crate) fn opened() -> Ledger {
    let mut ledger = new_ledger();
    for deed in &opening() {
        assert!(!ledger.act(deed).is_refusal());
    }
    ledger.entries();
    ledger
}

pub(crate) fn transfer(kind: TransferKind, debit: u64, credit: u64, amount: i64) -> Transfer {
    Transfer {
        kind,
        debit: account(debit),
        credit: account(credit),
        amount,
        reference: 0,
    }
}

pub(crate) fn pay(debit: u64, credit: u64, amount: i64) -> Operation {
    Operation::Post(transfer(PAY, debit, credit, amount))
}

pub(crate) fn hold(debit: u64, credit: u64, amount: i64, expires: Option<u32>) -> Operation {
    Operation::Hold {
        transfer: transfer(PAY, debit, credit, amount),
        expires: expires.map(Tick::new),
    }
}

pub(crate) fn status(refused: Result<impl Sized, Refusal>) -> Status {
    refused
        .err()
        .map_or(Status::Applied, |refusal| refusal.status)
}

fn balance(ledger: &Ledger, number: u64) -> Balance {
    ledger.balance(account(number)).unwrap()
}

fn net(ledger: &Ledger, number: u64) -> i64 {
    balance(ledger, number).net_debit()
}

#[test]
fn l1_debits_equal_credits_and_money_is_issued_by_name() {
    let mut ledger = opened();
    let dollars = Currency(0);
    assert_eq!(ledger.issued(dollars).unwrap(), 3_000);
    ledger.apply(&pay(1, 2, 400)).unwrap();
    assert_eq!(ledger.issued(dollars).unwrap(), 3_000);
    ledger.post(&transfer(MINT, 1, 0, 50)).unwrap();
    ledger.post(&transfer(MINT, 0, 2, 20)).unwrap();
    assert_eq!(ledger.issued(dollars).unwrap(), 3_030);
    assert_eq!(status(ledger.apply(&pay(1, 0, 5))), Status::IssuerTouched);
    assert_eq!(
        status(ledger.post(&transfer(MINT, 1, 2, 5))),
        Status::IssuerMissing
    );
    let sum: i64 = (0..8).map(|number| net(&ledger, number)).sum();
    assert_eq!(sum, 0);
    ledger.audit().unwrap();
}

#[test]
fn l2_both_sides_move_by_the_same_in_one_currency() {
    let mut ledger = opened();
    let (first, second) = (balance(&ledger, 1), balance(&ledger, 2));
    ledger.apply(&pay(1, 2, 400)).unwrap();
    assert_eq!(balance(&ledger, 1).debits_posted, first.debits_posted + 400);
    assert_eq!(
        balance(&ledger, 2).credits_posted,
        second.credits_posted + 400
    );
    assert_eq!(balance(&ledger, 1).credits_posted, first.credits_posted);
    assert_eq!(
        status(ledger.apply(&pay(1, 9, 5))),
        Status::CurrencyMismatch
    );
    assert_eq!(status(ledger.apply(&pay(1, 1, 5))), Status::SameAccount);
    let entry = ledger.entries().pop().unwrap();
    assert_eq!(
        (entry.debit, entry.credit, entry.amount),
        (account(1), account(2), 400)
    );
}

#[test]
fn l3_pending_columns_are_the_open_holds() {
    let mut ledger = opened();
    ledger.apply(&hold(1, 2, 300, None)).unwrap();
    let second = ledger.apply(&hold(1, 3, 200, None)).unwrap().hold.unwrap();
    assert_eq!(balance(&ledger, 1).debits_pending, 500);
    assert_eq!(
        (
            balance(&ledger, 2).credits_pending,
            balance(&ledger, 3).credits_pending
        ),
        (300, 200)
    );
    assert_eq!(ledger.held(Currency(0)).unwrap(), 500);
    ledger.apply(&Operation::VoidHold { hold: second }).unwrap();
    assert_eq!(
        (ledger.held(Currency(0)).unwrap(), ledger.open_holds()),
        (300, 1)
    );
    ledger.audit().unwrap();
}

#[test]
fn l4_limits_count_what_is_pending_on_their_side_only() {
    let mut ledger = opened();
    ledger.apply(&hold(2, 1, 600, None)).unwrap();
    // The other side's pending amount does not cover anything.
    assert_eq!(status(ledger.apply(&pay(3, 2, 1_001))), Status::CreditLimit);
    assert_eq!(status(ledger.apply(&pay(2, 1, 401))), Status::CreditLimit);
    ledger.apply(&pay(2, 1, 400)).unwrap();
    // An allowance of 150 and one of 90.
    assert_eq!(status(ledger.apply(&pay(2, 3, 1_151))), Status::CreditLimit);
    ledger.apply(&pay(2, 3, 1_150)).unwrap();
    assert_eq!(status(ledger.apply(&pay(5, 6, 1_091))), Status::DebitLimit);
    ledger.apply(&pay(5, 6, 1_090)).unwrap();
    assert_eq!(status(ledger.apply(&pay(4, 6, 1_001))), Status::DebitLimit);
    ledger.apply(&pay(4, 6, 1_000)).unwrap();
}

#[test]
fn l8_a_chain_is_done_whole_or_not_at_all() {
    let mut ledger = opened();
    let (bytes, digest) = (ledger.bytes(), ledger.digest(&KEY));
    let made = oikos_ledger::HoldId::new(0).unwrap();
    let close = Operation::Close {
        account: account(3),
        into: account(2),
        kind: PAY,
        reference: 0,
    };
    let post = Operation::PostHold {
        hold: made,
        amount: None,
    };
    // The second step spends what the first brought, so that nothing is left for the third.
    let no = ledger
        .chain(&[
            pay(2, 1, 1_000),
            pay(3, 2, 2_000),
            hold(1, 2, 1, Some(4)),
            post,
        ])
        .unwrap_err();
    assert_eq!((no.status, no.step), (Status::CreditLimit, 2));
    assert_eq!(
        (ledger.bytes(), ledger.digest(&KEY)),
        (bytes.clone(), digest)
    );
    assert!(ledger.entries().is_empty());
    // The fourth step posts the hold of the third; the last comes after the account was closed.
    let chain = [
        pay(2, 1, 1_000),
        pay(3, 2, 1_999),
        hold(1, 2, 1, Some(4)),
        post,
        close,
        pay(3, 2, 1),
    ];
    let no = ledger.chain(&chain).unwrap_err();
    assert_eq!((no.status, no.step), (Status::DebitClosed, 5));
    assert_eq!((ledger.bytes(), ledger.digest(&KEY)), (bytes, digest));
    ledger.audit().unwrap();
    assert_eq!(ledger.chain(&chain[..5]).unwrap().len(), 5);
    assert_eq!(status(ledger.chain(&[])), Status::ChainEmpty);
}

const KEY: oikos_core::TypeKey = oikos_core::TypeKey::new("ledger");

#[test]
fn l11_what_is_too_large_is_refused_by_name() {
    let mut ledger = opened();
    let most = Operation::Post(transfer(MINT, 6, 0, MAX_AMOUNT));
    for amount in [MAX_AMOUNT + 1, MAX_TURNOVER, i64::MAX] {
        assert_eq!(
            status(ledger.apply(&pay(6, 7, amount))),
            Status::AmountTooLarge
        );
    }
    for amount in [-1, i64::MIN] {
        assert_eq!(
            status(ledger.apply(&pay(6, 7, amount))),
            Status::AmountNegative
        );
    }
    ledger.apply(&most).unwrap();
    // 2⁶¹ − 1 and the 1,000 from the opening: 2⁶¹ − 1,000 more fit below 2⁶² − 1.
    let bytes = ledger.bytes();
    assert_eq!(status(ledger.apply(&most)), Status::DebitOverflow);
    assert_eq!(ledger.bytes(), bytes);
    let rest = MAX_TURNOVER - balance(&ledger, 6).debits_posted;
    // A hold takes its room as a transfer does.
    let held = ledger.apply(&hold(6, 7, rest, None)).unwrap().hold.unwrap();
    assert_eq!(status(ledger.apply(&pay(6, 7, 1))), Status::DebitOverflow);
    assert_eq!(
        status(ledger.apply(&hold(6, 7, 1, None))),
        Status::DebitOverflow
    );
    ledger
        .apply(&Operation::PostHold {
            hold: held,
            amount: None,
        })
        .unwrap();
    assert_eq!(balance(&ledger, 6).debits_posted, MAX_TURNOVER);
    assert_eq!(status(ledger.apply(&pay(6, 7, 1))), Status::DebitOverflow);
    ledger.apply(&hold(7, 6, MAX_AMOUNT, None)).unwrap();
    assert_eq!(
        status(ledger.apply(&hold(7, 6, 1, None))),
        Status::DebitOverflow
    );
    ledger.audit().unwrap();
}

#[test]
fn l12_a_closed_account_is_empty_and_stays_so() {
    let mut ledger = opened();
    let held = ledger.apply(&hold(6, 7, 5, None)).unwrap().hold.unwrap();
    let other = ledger.apply(&hold(1, 6, 5, None)).unwrap().hold.unwrap();
    let close = |account_: u64, into: u64| Operation::Close {
        account: account(account_),
        into: account(into),
        kind: PAY,
        reference: 3,
    };
    assert_eq!(ledger.apply(&close(6, 1)).unwrap().amount, 1_000);
    assert_eq!((net(&ledger, 6), net(&ledger, 1)), (0, 2_000));
    assert!(ledger.is_closed(account(6)).unwrap());
    assert_eq!(status(ledger.apply(&pay(6, 1, 1))), Status::DebitClosed);
    assert_eq!(status(ledger.apply(&pay(1, 6, 1))), Status::CreditClosed);
    assert_eq!(status(ledger.apply(&close(6, 1))), Status::DebitClosed);
    assert_eq!(
        status(ledger.apply(&Operation::PostHold {
            hold: held,
            amount: None
        })),
        Status::DebitClosed
    );
    ledger.apply(&Operation::VoidHold { hold: held }).unwrap();
    ledger.apply(&Operation::VoidHold { hold: other }).unwrap();
    // A purse with something set aside cannot give all it has.
    ledger.apply(&hold(2, 1, 5, None)).unwrap();
    assert_eq!(status(ledger.apply(&close(1, 2))), Status::CreditLimit);
    // One that owes is made up for.
    ledger.apply(&pay(1, 3, 1_100)).unwrap();
    assert_eq!(ledger.apply(&close(3, 2)).unwrap().amount, 100);
    assert_eq!((net(&ledger, 3), net(&ledger, 2)), (0, 900));
    ledger.audit().unwrap();
}

#[test]
fn l15_numbers_rise_and_no_two_are_the_same() {
    let mut ledger = opened();
    let first = ledger.apply(&pay(2, 1, 1)).unwrap().number;
    let _ = ledger.chain(&[pay(2, 1, 1), pay(2, 1, 0)]);
    let _ = ledger.apply(&pay(2, 1, 9_999));
    assert_eq!(
        ledger.apply(&hold(2, 1, 1, Some(1))).unwrap().number,
        first + 1
    );
    // The hold that expires has a number too.
    ledger.advance(Tick::new(1)).unwrap();
    assert_eq!(ledger.apply(&pay(2, 1, 1)).unwrap().number, first + 3);
    let numbers: Vec<u64> = ledger.entries().iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [first, first + 3]);
    let ids = [ledger.accounts(), AccountId::FIRST.get()];
    assert_eq!(ids, [16, 0]);
}
