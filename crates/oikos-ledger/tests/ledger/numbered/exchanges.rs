//! L13 and L14: exchanges and splits lose nothing.

use super::*;

#[test]
fn l13_an_exchange_conserves_each_currency_and_never_gains() {
    let mut ledger = opened();
    let there = Exchange {
        kind: PAY,
        from: account(1),
        liquidity_in: account(6),
        liquidity_out: account(14),
        to: account(9),
        rounding: account(15),
        amount: 101,
        rate: Ratio::new(2, 3).unwrap(),
        reference: 0,
    };
    // 67 1/3 is 67 to the nearest and 67 rounded down.
    let got = ledger.exchange(&there).unwrap();
    assert_eq!((got.received, got.rounding), (67, 0));
    // 66 2/3 is 67 to the nearest: 66 for who gets, 1 for the rounding account.
    let got = ledger
        .exchange(&Exchange {
            amount: 100,
            ..there
        })
        .unwrap();
    assert_eq!((got.received, got.rounding), (66, 1));
    // A half goes to the even one: 100.5 to 100, 101.5 to 102.
    let halves = Exchange {
        rate: Ratio::new(1, 2).unwrap(),
        ..there
    };
    let rounding = |ledger: &mut Ledger, amount| {
        ledger
            .exchange(&Exchange { amount, ..halves })
            .unwrap()
            .rounding
    };
    assert_eq!(
        (rounding(&mut ledger, 201), rounding(&mut ledger, 203)),
        (0, 1)
    );
    assert_eq!(
        [14, 15, 9].map(|number| net(&ledger, number)),
        [664, 1_002, 1_334]
    );
    let none = ledger
        .exchange(&Exchange { amount: 1, ..there })
        .unwrap_err();
    assert!(
        matches!(none, LedgerError::ExchangeTooSmall { .. }),
        "{none}"
    );
    let rate = Ratio::ZERO;
    assert_eq!(
        ledger.exchange(&Exchange { rate, ..there }),
        Err(LedgerError::ExchangeRate { rate })
    );
    ledger.audit().unwrap();
}

#[test]
fn l14_parts_come_to_the_whole_in_any_order() {
    let shares =
        |order: [usize; 3]| order.map(|at| [(account(1), 1), (account(3), 1), (account(7), 1)][at]);
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut ledger = opened();
        ledger
            .split(PAY, account(2), 100, &shares(order), 0)
            .unwrap();
        // The unit left over goes to the lowest account.
        assert_eq!(
            [1, 3, 7].map(|number| net(&ledger, number)),
            [1_034, 1_033, 1_033]
        );
    }
    let mut ledger = opened();
    // A part of 0 is left out, a sum of 0 and an amount of 0 are refused.
    assert_eq!(
        ledger
            .split(PAY, account(2), 1, &shares([0, 1, 2]), 0)
            .unwrap()
            .len(),
        1
    );
    assert!(matches!(
        ledger.split(PAY, account(2), 9, &[], 0),
        Err(LedgerError::Core(_))
    ));
    let zero = ledger
        .split(PAY, account(2), 0, &shares([0, 1, 2]), 0)
        .unwrap_err();
    assert!(
        matches!(
            zero,
            LedgerError::Refused(Refusal {
                status: Status::AmountZero,
                ..
            })
        ),
        "{zero}"
    );
}
