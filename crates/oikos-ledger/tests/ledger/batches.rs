//! What a batch refuses, and why.

use oikos_ledger::{Batch, Ledger, MAX_AMOUNT, Operation, Status, TransferKind};

use oikos_testkit::ledger::{Books, MINT, PAY, account};

use crate::numbered::{opened, pay};

#[test]
fn a_batch_refuses_rows_in_the_same_order_and_by_sums() {
    let mut ledger = opened();
    ledger
        .apply(&Operation::Close {
            account: account(6),
            into: account(7),
            kind: PAY,
            reference: 0,
        })
        .unwrap();
    let rows: &[(u64, u64, i64, Option<Status>)] = &[
        (99, 99, 0, Some(Status::AmountZero)),
        (99, 99, -5, Some(Status::AmountNegative)),
        (99, 99, MAX_AMOUNT + 1, Some(Status::AmountTooLarge)),
        (99, 99, 1, Some(Status::SameAccount)),
        (99, 98, 1, Some(Status::DebitUnknown)),
        (6, 98, 1, Some(Status::CreditUnknown)),
        (6, 8, 1, Some(Status::CurrencyMismatch)),
        (6, 0, 1, Some(Status::IssuerTouched)),
        (6, 1, 1, Some(Status::DebitClosed)),
        (4, 6, 1, Some(Status::CreditClosed)),
        // 600 and 500 are more than the 1,000 of purse 1: neither is posted, and 2 does not get the money.
        (2, 1, 600, Some(Status::CreditLimit)),
        (7, 1, 500, Some(Status::CreditLimit)),
        // Purse 2 gives what it had before the batch, and cannot pass on what it gets in it.
        (3, 2, 1_000, None),
        (2, 7, 5, None),
        // Refused for the sake of the deposit, and purse 3 keeps what it has.
        (4, 3, 1_001, Some(Status::DebitLimit)),
    ];
    let debit: Vec<_> = rows.iter().map(|row| account(row.0)).collect();
    let credit: Vec<_> = rows.iter().map(|row| account(row.1)).collect();
    let amount: Vec<_> = rows.iter().map(|row| row.2).collect();
    let batch = Batch {
        kind: PAY,
        debit: &debit,
        credit: &credit,
        amount: &amount,
    };
    let bytes = ledger.bytes();
    let issuing = ledger
        .post_batch(
            &Batch {
                kind: MINT,
                ..batch
            },
            1,
        )
        .unwrap();
    assert!(issuing.refused.contains(&(11, Status::IssuerMissing)));
    // The one row that touches the issuer is refused for its closed account.
    assert!(issuing.refused.contains(&(7, Status::DebitClosed)));
    assert_eq!(issuing.applied, 0);
    assert_eq!(
        ledger
            .post_batch(
                &Batch {
                    kind: TransferKind(7),
                    ..batch
                },
                1
            )
            .unwrap()
            .refused[9]
            .1,
        Status::KindUnknown
    );
    let mut ledger = Ledger::load(&bytes).unwrap();
    let outcome = ledger.post_batch(&batch, 1).unwrap();
    let expected = (0..)
        .zip(rows)
        .filter_map(|(row, (_, _, _, status))| Some((row, (*status)?)));
    assert_eq!(outcome.refused, expected.collect::<Vec<_>>());
    assert_eq!((outcome.applied, outcome.first), (2, 15));
    let short = Batch {
        amount: &amount[1..],
        ..batch
    };
    let before = ledger.bytes();
    let error = ledger.post_batch(&short, 1).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("a batch of 15 debits, 15 credits and 14 amounts"),
        "{error}"
    );
    assert_eq!(ledger.bytes(), before);
}

#[test]
fn a_batch_names_what_is_too_large_whatever_the_order() {
    let most = |debit, credit| (debit, credit, MAX_AMOUNT);
    for rows in [
        [most(6, 7), most(6, 1), most(6, 7)],
        [most(6, 1), most(6, 7), most(6, 7)],
    ] {
        let mut ledger = opened();
        let bytes = ledger.bytes();
        let debit: Vec<_> = rows.iter().map(|row| account(row.0)).collect();
        let credit: Vec<_> = rows.iter().map(|row| account(row.1)).collect();
        let amount: Vec<_> = rows.iter().map(|row| row.2).collect();
        let batch = Batch {
            kind: PAY,
            debit: &debit,
            credit: &credit,
            amount: &amount,
        };
        let outcome = ledger.post_batch(&batch, 1).unwrap();
        for (row, status) in outcome.refused {
            let purse = rows[row as usize].1 == 1;
            assert_eq!(
                status,
                if purse {
                    Status::CreditLimit
                } else {
                    Status::DebitOverflow
                }
            );
        }
        assert_eq!((outcome.applied, ledger.bytes()), (0, bytes));
    }
}

#[test]
fn l9_a_batch_is_its_halves_and_independent_transfers_commute() {
    // All are covered by what was there before: purses 1 to 3 and deposits 4 and 5 have 1,000.
    let rows = [
        (2, 1, 600),
        (3, 2, 700),
        (4, 6, 1_000),
        (1, 7, 5),
        (5, 3, 900),
    ];
    let posted = |parts: &[&[(u64, u64, i64)]]| {
        let mut ledger = opened();
        for part in parts {
            let debit: Vec<_> = part.iter().map(|row| account(row.0)).collect();
            let credit: Vec<_> = part.iter().map(|row| account(row.1)).collect();
            let amount: Vec<_> = part.iter().map(|row| row.2).collect();
            let batch = Batch {
                kind: PAY,
                debit: &debit,
                credit: &credit,
                amount: &amount,
            };
            let outcome = ledger.post_batch(&batch, 1).unwrap();
            assert_eq!(
                (outcome.applied, outcome.refused),
                (part.len() as u64, Vec::new())
            );
        }
        ledger.bytes()
    };
    let whole = posted(&[&rows]);
    for cut in 0..=rows.len() {
        assert_eq!(posted(&[&rows[..cut], &rows[cut..]]), whole);
    }
    // Transfers between different accounts, one by one in either order.
    let single = |order: [usize; 3]| {
        let transfers = [pay(2, 1, 600), pay(4, 6, 1_000), pay(15, 9, 30)];
        let mut ledger = opened();
        for at in order {
            ledger.apply(&transfers[at]).unwrap();
        }
        ledger.bytes()
    };
    assert_eq!(single([0, 1, 2]), single([2, 0, 1]));
    assert_eq!(single([0, 1, 2]), single([1, 2, 0]));
}
