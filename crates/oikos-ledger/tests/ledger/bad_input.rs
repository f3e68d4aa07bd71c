//! Bad input gets a named error and no change.

use oikos_core::{Currency, CurrencyInfo, StableId, Tick};
use oikos_ledger::{
    AccountKind, AccountSpec, HoldId, Instrument, Ledger, LedgerError, Limit, MAX_AMOUNT,
    Operation, OwnerKind, Sector, Status, Transfer, TransferKind,
};

use oikos_testkit::ledger::{Books, MINT, PAY, account, new_ledger, run, specs};

use crate::faults::fixed_scripts;
use crate::numbered::{hold, opened, pay, status, transfer};

#[test]
fn of_several_things_that_are_wrong_the_first_status_is_told() {
    let mut ledger = opened();
    let close = |number, into| Operation::Close {
        account: account(number),
        into: account(into),
        kind: PAY,
        reference: 0,
    };
    ledger.apply(&close(6, 7)).unwrap();
    let bytes = ledger.bytes();
    let unknown = TransferKind(9);
    let post = |kind, debit, credit, amount| Operation::Post(transfer(kind, debit, credit, amount));
    // Each line mends what the line before it was refused for.
    let posts = [
        (post(unknown, 99, 99, 0), Status::KindUnknown),
        (post(PAY, 99, 99, 0), Status::AmountZero),
        (post(PAY, 99, 99, -5), Status::AmountNegative),
        (post(PAY, 99, 99, MAX_AMOUNT + 1), Status::AmountTooLarge),
        (post(PAY, 99, 99, MAX_AMOUNT), Status::SameAccount),
        (post(PAY, 99, 98, MAX_AMOUNT), Status::DebitUnknown),
        (post(PAY, 6, 98, MAX_AMOUNT), Status::CreditUnknown),
        (post(PAY, 6, 8, MAX_AMOUNT), Status::CurrencyMismatch),
        (post(PAY, 6, 0, MAX_AMOUNT), Status::IssuerTouched),
        (post(MINT, 6, 1, MAX_AMOUNT), Status::IssuerMissing),
        (post(PAY, 6, 1, MAX_AMOUNT), Status::DebitClosed),
        (post(PAY, 4, 6, MAX_AMOUNT), Status::CreditClosed),
        (post(PAY, 4, 1, MAX_AMOUNT), Status::DebitLimit),
        (post(PAY, 7, 1, MAX_AMOUNT), Status::CreditLimit),
    ];
    let order: Vec<Status> = posts.iter().map(|(_, status)| *status).collect();
    assert!(order.is_sorted(), "{order:?}");
    for (operation, named) in posts {
        assert_eq!(status(ledger.apply(&operation)), named);
        assert_eq!(status(ledger.chain(&[operation])), named);
    }
    let past = |debit, credit, tick| hold(debit, credit, MAX_AMOUNT, Some(tick));
    assert_eq!(status(ledger.apply(&past(6, 0, 0))), Status::IssuerTouched);
    assert_eq!(status(ledger.apply(&past(6, 1, 0))), Status::ExpiryPast);
    assert_eq!(status(ledger.apply(&past(6, 1, 1))), Status::DebitClosed);
    let none = HoldId::new(0).unwrap();
    let part = |amount| Operation::PostHold { hold: none, amount };
    assert_eq!(status(ledger.apply(&part(Some(0)))), Status::AmountZero);
    assert_eq!(status(ledger.apply(&part(None))), Status::HoldUnknown);
    assert_eq!(status(ledger.apply(&close(1, 1))), Status::SameAccount);
    assert_eq!(status(ledger.apply(&close(6, 1))), Status::DebitClosed);
    assert_eq!(status(ledger.apply(&close(1, 6))), Status::CreditClosed);
    assert_eq!(ledger.bytes(), bytes);
    assert!(
        ledger
            .entries()
            .iter()
            .all(|entry| entry.number < ledger.operations())
    );
}

#[test]
fn accounts_that_cannot_be_are_refused() {
    let mut ledger = opened();
    let (bytes, spec) = (ledger.bytes(), specs(0)[1]);
    let wrong: [(AccountSpec, &str); 5] = [
        (
            AccountSpec {
                currency: Currency(2),
                ..spec
            },
            "currency 2 was never declared",
        ),
        (
            AccountSpec {
                sector: Sector(1),
                ..spec
            },
            "sector 1 was never declared",
        ),
        (
            AccountSpec {
                owner: oikos_ledger::Owner {
                    kind: OwnerKind(3),
                    id: 0,
                },
                ..spec
            },
            "owner kind 3 was never declared",
        ),
        (
            AccountSpec {
                limit: Limit::Debits(-1),
                ..spec
            },
            "allowance -1",
        ),
        (
            AccountSpec {
                limit: Limit::Credits(MAX_AMOUNT + 1),
                ..spec
            },
            "allowance 2305843009213693952",
        ),
    ];
    for (spec, text) in wrong {
        let error = ledger.open(&spec).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    let error = ledger.kind("mint").unwrap_err();
    assert_eq!(
        error.to_string(),
        "transfer kind `mint` was declared before, as one that issues: use another name"
    );
    assert!(ledger.issuing_kind("pay").is_err());
    assert!(ledger.kind("revalue").is_err() && ledger.revaluing_kind("mint").is_err());
    let error = ledger.open_as(&spec, Instrument(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "instrument 3 was never declared: declare it with `Ledger::instrument`"
    );
    assert!(ledger.instrument("gold").is_err() && ledger.real_instrument("money").is_err());
    let real = [0, 2, 3].map(|number| ledger.is_real(Instrument(number)));
    assert_eq!(real, [Some(false), Some(true), None]);
    assert_eq!(ledger.instrument_name(Instrument::MONEY), Some("money"));
    let yen = CurrencyInfo::new("USD", "US dollar", 0).unwrap();
    assert!(matches!(
        ledger.currency(yen),
        Err(LedgerError::NameTaken { .. })
    ));
    let error = ledger.balance(account(16)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "account#16 was never opened: there are 16 accounts"
    );
    ledger.advance(Tick::new(4)).unwrap();
    let error = ledger.advance(Tick::new(3)).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the ledger is at tick 4 and cannot go back to tick 3"),
        "{error}"
    );
    let mut fresh = Ledger::load(&bytes).unwrap();
    fresh.advance(Tick::new(4)).unwrap();
    assert_eq!(ledger.bytes(), fresh.bytes());
    assert_eq!(ledger.spec(account(1)).unwrap(), spec);
    assert_eq!(
        ledger.spec(account(4)).unwrap().kind,
        AccountKind::Liability
    );
}

#[test]
fn refusals_name_the_accounts_and_say_what_to_do() {
    let mut ledger = opened();
    let text = |refused: Result<oikos_ledger::Applied, oikos_ledger::Refusal>| {
        refused.unwrap_err().to_string()
    };
    assert_eq!(
        text(ledger.apply(&pay(2, 1, 1_001))),
        "transfer (kind 0, debit account#2, credit account#1, amount 1001, reference 0) would credit more than \
         the account's limit allows: move less or fund it first"
    );
    let none = HoldId::new(3).unwrap();
    assert_eq!(
        text(ledger.apply(&Operation::VoidHold { hold: none })),
        "voiding hold#3 is about a hold that was never made: check its id"
    );
    let chain = ledger
        .chain(&[pay(2, 1, 1), pay(2, 99, 1)])
        .unwrap_err()
        .to_string();
    assert!(
        chain.ends_with("open it first (step 1 of its chain)"),
        "{chain}"
    );
    let _ = ledger.submit(1, &pay(2, 1, 5_000));
    let again = ledger.submit(1, &pay(2, 1, 5_000)).unwrap_err().to_string();
    assert!(
        again.contains("(at that time it would credit more than"),
        "{again}"
    );
    for status in Status::ALL {
        let text = status.to_string();
        assert!(*status == Status::Applied || text.contains(": "), "{text}");
    }
}

#[test]
fn balancing_moves_what_is_there_and_no_more() {
    let mut ledger = opened();
    let balance = |debit, credit, amount, side| Operation::Balance {
        transfer: transfer(PAY, debit, credit, amount),
        side,
    };
    use oikos_ledger::Side::{Credit, Debit};
    ledger.apply(&hold(2, 1, 300, None)).unwrap();
    assert_eq!(
        ledger.apply(&balance(2, 1, 500, Credit)).unwrap().amount,
        500
    );
    assert_eq!(
        ledger.apply(&balance(2, 1, 500, Credit)).unwrap().amount,
        200
    );
    assert_eq!(
        status(ledger.apply(&balance(2, 1, 500, Credit))),
        Status::NothingThere
    );
    assert_eq!(
        ledger.apply(&balance(5, 6, 5_000, Debit)).unwrap().amount,
        1_090
    );
    // The equity has 90 less than nothing on its debit side: it has grown by debits.
    assert_eq!(
        status(ledger.apply(&balance(7, 6, 5_000, Debit))),
        Status::NothingThere
    );
    assert_eq!(
        status(ledger.apply(&balance(4, 1, 5, Debit))),
        Status::CreditLimit
    );
    let Transfer { amount, .. } = transfer(PAY, 4, 6, 5_000);
    assert_eq!(
        ledger.apply(&balance(4, 6, amount, Debit)).unwrap().amount,
        1_000
    );
    ledger.audit().unwrap();
}

/// A ledger with a bit of everything in it.
fn rich() -> Ledger {
    let mut ledger = new_ledger();
    let script = &fixed_scripts(1, 120)[0];
    run(&mut ledger, script, |ledger, deed| {
        ledger.act(deed);
        Ok::<(), String>(())
    })
    .unwrap();
    ledger.apply(&hold(7, 15 - 9, 3, Some(900))).ok();
    ledger
        .submit_chain(1 << 100, &[pay(7, 1, 1), pay(1, 7, 1)])
        .ok();
    ledger
}

#[test]
fn bytes_that_are_no_ledger_are_refused() {
    const KEY: oikos_core::TypeKey = oikos_core::TypeKey::new("ledger");
    let bytes = rich().bytes();
    assert_eq!(Ledger::load(&bytes).unwrap().bytes(), bytes);
    for length in 0..bytes.len() {
        assert!(
            Ledger::load(&bytes[..length]).is_err(),
            "cut to {length} of {}",
            bytes.len()
        );
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    let error = Ledger::load(&longer).unwrap_err().to_string();
    assert!(error.contains("goes on behind its end"), "{error}");
    let digest = Ledger::load(&bytes).unwrap().digest(&KEY);
    let mut loaded = 0;
    for at in 0..bytes.len() {
        for change in [1, 2, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            // What can still be read is another state, and is saved as it was read.
            if let Ok(ledger) = Ledger::load(&changed) {
                assert_eq!(ledger.bytes(), changed, "byte {at}");
                assert_ne!(ledger.digest(&KEY), digest, "byte {at}");
                loaded += 1;
            }
        }
    }
    assert!(loaded > 0);
}

#[test]
fn ids_from_outside_the_window_are_not_loaded() {
    let mut ledger = opened();
    ledger.advance(Tick::new(5)).unwrap();
    ledger.submit(1, &pay(2, 1, 1)).unwrap();
    let mut bytes = ledger.bytes();
    // The last 101 bytes are the id: 16 of its own, 4 of the tick, and so on.
    let at = bytes.len() - 101 + 16;
    assert_eq!(bytes[at], 5);
    for tick in 0..9 {
        bytes[at] = tick;
        assert_eq!(
            Ledger::load(&bytes).is_ok(),
            (2..=5).contains(&tick),
            "tick {tick}"
        );
    }
}
