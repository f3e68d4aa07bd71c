//! The product of a period in three ways (S9), by hand. Random economies are in the test kit.

use oikos_core::{Currency, CurrencyInfo};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Ledger, LedgerError, Limit, Owner, OwnerKind, Period,
    Product, Recording, Sector, Transfer, TransferKind, Use, Uses,
};

const HOMES: Sector = Sector(0);
const FIRMS: Sector = Sector(1);
const ABROAD: Sector = Sector(2);

/// A household, two firms, the rest of the world, each with an account that may run below 0; no kind is declared.
fn economy() -> (Ledger, [AccountId; 4]) {
    let mut ledger = Ledger::new(0);
    ledger
        .currency(CurrencyInfo::new("USD", "US dollar", 2).unwrap())
        .unwrap();
    ledger.owner_kind("holder").unwrap();
    for name in ["households", "firms", "abroad"] {
        ledger.sector(name).unwrap();
    }
    let open = |(id, sector)| AccountSpec {
        kind: AccountKind::Asset,
        owner: Owner {
            kind: OwnerKind(0),
            id,
        },
        sector,
        currency: Currency(0),
        limit: Limit::None,
        is_issuer: false,
    };
    let specs = [(0, HOMES), (1, FIRMS), (2, FIRMS), (3, ABROAD)].map(open);
    let accounts = specs.map(|spec| ledger.open(&spec).unwrap());
    ledger.record(Recording::Entries);
    (ledger, accounts)
}

/// Pays by kinds that are declared as they come: name, who pays, who gets, how much.
fn product(
    payments: &[(&str, usize, usize, i64)],
    uses: impl Fn(&mut Ledger) -> Uses,
) -> Result<Product, LedgerError> {
    let (mut ledger, accounts) = economy();
    let mut period = Period::open(&ledger);
    for &(name, from, to, amount) in payments {
        let kind = ledger.kind(name).unwrap();
        let (debit, credit, reference) = (accounts[to], accounts[from], 0);
        let transfer = Transfer {
            kind,
            debit,
            credit,
            amount,
            reference,
        };
        ledger.post(&transfer).unwrap();
    }
    let uses = uses(&mut ledger);
    period.close(&ledger)?.product(&uses, Currency(0))
}

fn usual(ledger: &mut Ledger) -> Uses {
    let all = [
        ("sale", Use::Final),
        ("export", Use::Final),
        ("machine", Use::Final),
        ("materials", Use::Intermediate),
        ("wage", Use::Income),
        ("subsidy", Use::Subsidy),
    ];
    let uses = Uses::new().producer(FIRMS);
    all.into_iter().fold(uses, |uses, (name, as_use)| {
        uses.count(ledger.kind(name).unwrap(), as_use)
    })
}

#[test]
fn value_added_is_counted_once() {
    // The second firm buys 40 from the first and sells for 100: 40 + 60.
    let payments = [
        ("materials", 2, 1, 40),
        ("sale", 0, 2, 100),
        ("wage", 1, 0, 30),
        ("wage", 2, 0, 50),
    ];
    let found = product(&payments, usual).unwrap();
    let expected = Product {
        production: 100,
        income: 100,
        expenditure: 100,
    };
    assert_eq!(found, expected);
}

#[test]
fn machines_exports_and_imported_materials_count() {
    let payments = [
        ("machine", 2, 1, 70),
        ("export", 3, 1, 25),
        ("materials", 2, 3, 15),
        ("sale", 0, 2, 60),
    ];
    assert_eq!(
        product(&payments, usual).unwrap().expenditure,
        70 + 25 - 15 + 60
    );
}

#[test]
fn what_has_no_part_in_it_changes_nothing() {
    let payments = [
        ("gift", 0, 3, 80),
        ("sale", 0, 1, 9),
        ("loan", 3, 0, 1_000),
        ("subsidy", 3, 1, 4),
    ];
    assert_eq!(product(&payments, usual).unwrap().income, 9);
    assert_eq!(product(&[], usual).unwrap(), Product::default());
}

#[test]
fn a_gift_to_a_firm_opens_the_product() {
    let found = product(&[("sale", 0, 1, 9), ("gift", 0, 1, 4)], usual);
    let expected = LedgerError::ProductOpen {
        currency: "USD".to_owned(),
        production: 9,
        income: 13,
        expenditure: 9,
    };
    assert_eq!(found, Err(expected));
}

/// Planted: a purchase that is declared as somebody's income, and as nothing else.
#[test]
fn a_flow_counted_as_income_only_opens_the_product() {
    let wrong = |ledger: &mut Ledger| {
        let sale = ledger.kind("sale").unwrap();
        usual(ledger).count(sale, Use::Income)
    };
    let found = product(&[("sale", 0, 1, 9)], wrong);
    assert!(
        matches!(
            found,
            Err(LedgerError::ProductOpen {
                production: 0,
                income: 9,
                expenditure: 0,
                ..
            })
        ),
        "{found:?}"
    );
}

#[test]
fn a_second_hand_sale_opens_the_product() {
    let found = product(&[("sale", 0, 3, 9)], usual);
    assert!(
        matches!(
            found,
            Err(LedgerError::ProductOpen {
                production: 0,
                expenditure: 9,
                ..
            })
        ),
        "{found:?}"
    );
}

#[test]
fn what_the_ledger_does_not_know_is_refused() {
    let kind = TransferKind(77);
    let found = product(&[], |_| Uses::new().count(kind, Use::Final));
    assert_eq!(found, Err(LedgerError::NoSuchKind { kind }));
    let sector = Sector(9);
    let found = product(&[], |_| Uses::new().producer(sector));
    assert_eq!(found, Err(LedgerError::NoSuchSector { sector }));
    let (ledger, _) = economy();
    let statement = Period::open(&ledger).close(&ledger).unwrap();
    let currency = Currency(5);
    assert_eq!(
        statement.product(&Uses::new(), currency),
        Err(LedgerError::NoSuchCurrency { currency })
    );
}
