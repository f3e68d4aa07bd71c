//! Tests of operations as words.

use super::*;

fn transfer() -> Transfer {
    Transfer {
        kind: TransferKind(7),
        debit: AccountId::new(1).unwrap(),
        credit: AccountId::new(2).unwrap(),
        amount: -3,
        reference: u64::MAX,
    }
}

#[test]
fn operations_are_their_words() {
    let (transfer, hold) = (transfer(), HoldId::new(9).unwrap());
    let operations = [
        Operation::Post(transfer),
        Operation::Balance {
            transfer,
            side: Side::Debit,
        },
        Operation::Balance {
            transfer,
            side: Side::Credit,
        },
        Operation::Hold {
            transfer,
            expires: None,
        },
        Operation::Hold {
            transfer,
            expires: Some(Tick::ZERO),
        },
        Operation::Hold {
            transfer,
            expires: Some(Tick::new(u32::MAX)),
        },
        Operation::PostHold { hold, amount: None },
        Operation::PostHold {
            hold,
            amount: Some(0),
        },
        Operation::VoidHold { hold },
        Operation::Close {
            account: transfer.debit,
            into: transfer.credit,
            kind: transfer.kind,
            reference: 5,
        },
    ];
    for operation in operations {
        assert_eq!(from_words(words(&operation)), Some(operation));
    }
    let all: std::collections::BTreeSet<_> = operations.iter().map(words).collect();
    assert_eq!(all.len(), operations.len());
    assert_eq!(
        from_words([4, 9, 1, 0, 0, 0]),
        None,
        "a word that is not used"
    );
    assert_eq!(from_words([6, 0, 0, 0, 0, 0]), None, "no such operation");
    assert_eq!(from_words([4, 1 << 53, 0, 0, 0, 0]), None, "no such id");
}
