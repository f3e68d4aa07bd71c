//! Delivery versus payment: goods, titles and money change hands together or not at all.

use oikos_core::{Currency, CurrencyInfo, Quantity, Ratio};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, GoodsFlow, GoodsHold, GoodsMove, GoodsOperation,
    GoodsStatus, Ledger, LedgerError, Limit, Operation, Status, TitleOperation, Titles, Transfer,
    TransferKind,
};
use oikos_testkit::inventory::{bytes, kind, new_book, owner};

/// A ledger with two purses, of which the first has so much.
fn purses(amount: i64) -> (Ledger, [AccountId; 2], TransferKind) {
    let mut ledger = Ledger::new(0);
    let purse = AccountSpec {
        kind: AccountKind::Asset,
        owner: owner(0),
        sector: ledger.sector("households").unwrap(),
        currency: ledger
            .currency(CurrencyInfo::new("USD", "US dollar", 2).unwrap())
            .unwrap(),
        limit: Limit::Credits(0),
        is_issuer: false,
    };
    ledger.owner_kind("person").unwrap();
    let issuer = AccountSpec {
        limit: Limit::None,
        is_issuer: true,
        ..purse
    };
    let issuer = ledger.open(&issuer).unwrap();
    let both = [0; 2].map(|_| ledger.open(&purse).unwrap());
    let mint = ledger.issuing_kind("mint").unwrap();
    let (debit, credit) = (both[0], issuer);
    ledger
        .post(&Transfer {
            kind: mint,
            debit,
            credit,
            amount,
            reference: 0,
        })
        .unwrap();
    let sale = ledger.kind("sale").unwrap();
    (ledger, both, sale)
}

fn pay(kind: TransferKind, [from, to]: [AccountId; 2], amount: i64) -> Operation {
    Operation::Post(Transfer {
        kind,
        debit: to,
        credit: from,
        amount,
        reference: 0,
    })
}

#[test]
fn goods_titles_and_money_change_hands_together_or_not_at_all() {
    let (mut ledger, [buyer, seller], sale) = purses(100);
    let (mut book, mut titles) = (new_book(), Titles::new());
    let good = oikos_ledger::Good(0);
    let moved = |kind, quantity| GoodsMove {
        kind,
        good,
        owner: owner(1),
        quantity: Quantity(quantity),
        reference: 0,
    };
    let harvest = GoodsOperation::Produce(moved(kind(GoodsFlow::Produce, 0), 9));
    book.apply(&harvest).unwrap();
    let house = TitleOperation::Register {
        kind: titles.kind("house").unwrap(),
        currency: Currency(0),
        shares: vec![(owner(1), Ratio::ONE)],
    };
    let title = titles.apply(&house).unwrap().title;
    let deed = [TitleOperation::Transfer {
        title,
        from: owner(1),
        to: owner(0),
        share: None,
        with_liens: false,
    }];
    let hold = book.next_hold().unwrap();
    let steps = [
        GoodsOperation::Hold(GoodsHold {
            good,
            owner: owner(1),
            quantity: Quantity(9),
            reference: 0,
            expires: None,
        }),
        GoodsOperation::Take {
            hold,
            kind: kind(GoodsFlow::Transfer, 0),
            to: owner(0),
            quantity: Some(Quantity(4)),
        },
    ];
    let both = [buyer, seller];
    let mut all = |parts: &[i64]| -> Result<usize, LedgerError> {
        let state = |book: &_, titles: &Titles, ledger: &Ledger| {
            let mut all = bytes(book);
            titles.save(&mut all);
            ledger.save(&mut all);
            all
        };
        let before = state(&book, &titles, &ledger);
        let money: Vec<_> = parts.iter().map(|&part| pay(sale, both, part)).collect();
        let done = book.chain_then(&steps, |_| {
            titles.chain_then(&deed, |_| Ok::<_, LedgerError>(ledger.chain(&money)?.len()))
        });
        let after = state(&book, &titles, &ledger);
        assert_eq!(done.is_err(), before == after, "{done:?}");
        done
    };
    // The second payment is more than is left, so that nothing moves in any book.
    let short = all(&[60, 41]).unwrap_err();
    assert!(matches!(&short, LedgerError::Refused(no) if no.status == Status::CreditLimit));
    assert_eq!(all(&[60, 40]), Ok(2));
    let again = all(&[1]).unwrap_err();
    assert!(matches!(&again, LedgerError::RefusedGoods(no) if no.status == GoodsStatus::Short));
    assert_eq!(titles.get(title).unwrap().share(owner(0)), Ratio::ONE);
    assert_eq!(book.stock(owner(0), good).on_hand, Quantity(4));
    assert_eq!(ledger.balance(seller).unwrap().net_debit(), 100);
}

#[test]
fn what_was_not_delivered_is_not_paid() {
    let mut book = new_book();
    let nothing: Result<(), LedgerError> = book.chain_then(&[], |_| unreachable!("it is refused"));
    let status = |error| match error {
        LedgerError::RefusedGoods(no) => Some(no.status),
        _ => None,
    };
    assert_eq!(nothing.map_err(status), Err(Some(GoodsStatus::ChainEmpty)));
}
