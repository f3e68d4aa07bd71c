//! Statements that do not go with their ledger, and estates of which something is lost.

use oikos_core::{Currency, CurrencyInfo};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Entry, Layout, Ledger, Limit, Owner, OwnerKind, Period,
    Recording, Sector, Sheet, Statement, Transfer, TransferKind,
};
use oikos_testkit::Invariant::S;
use oikos_testkit::statements::{Checker, Closed, passes};
use oikos_testkit::{Broken, Invariant};

const PAY: TransferKind = TransferKind(0);

fn owner(id: u64) -> Owner {
    let kind = OwnerKind(0);
    Owner { kind, id }
}

/// Two owners in two sectors, each with an account that may run below 0.
fn two() -> (Ledger, [AccountId; 2]) {
    let mut ledger = Ledger::new(0);
    let coin = CurrencyInfo::new("COI", "coin", 0).unwrap();
    ledger.currency(coin).unwrap();
    ledger.owner_kind("holder").unwrap();
    ledger.kind("pay").unwrap();
    ledger.sector("first").unwrap();
    ledger.sector("second").unwrap();
    let spec = |id| AccountSpec {
        kind: AccountKind::Asset,
        owner: owner(id),
        sector: Sector(id as u16),
        currency: Currency(0),
        limit: Limit::None,
        is_issuer: false,
    };
    let accounts = [0, 1].map(|id| ledger.open(&spec(id)).unwrap());
    ledger.record(Recording::Entries);
    (ledger, accounts)
}

fn pay(ledger: &mut Ledger, [credit, debit]: [AccountId; 2], amount: i64) {
    let (kind, reference) = (PAY, 0);
    let transfer = Transfer {
        kind,
        debit,
        credit,
        amount,
        reference,
    };
    ledger.post(&transfer).unwrap();
}

fn look(
    checker: &mut Checker,
    statement: &Statement,
    ledger: &Ledger,
    entries: &[Entry],
) -> Result<(), Broken> {
    let layout = &Layout::new();
    checker.check(&Closed {
        statement,
        ledger,
        entries,
        layout,
    })
}

fn number(looked: Result<(), Broken>) -> Option<Invariant> {
    looked.err().map(|broken| broken.invariant)
}

#[test]
fn a_statement_that_does_not_go_with_entries_or_accounts_is_caught() {
    let (mut ledger, accounts) = two();
    let mut period = Period::open(&ledger);
    pay(&mut ledger, accounts, 30);
    pay(&mut ledger, accounts, 4);
    let statement = period.close(&ledger).unwrap();
    let entries = ledger.recorded().to_vec();
    let fresh = Checker::default;
    assert_eq!(look(&mut fresh(), &statement, &ledger, &entries), Ok(()));
    let untold = look(&mut fresh(), &statement, &ledger, &entries[1..]);
    assert_eq!(number(untold), Some(S(5)));
    pay(&mut ledger, accounts, 1);
    let later = look(&mut fresh(), &statement, &ledger, &entries);
    assert_eq!(number(later), Some(S(5)));
}

#[test]
fn a_period_that_begins_with_something_else_is_caught() {
    let (mut ledger, accounts) = two();
    let mut checker = Checker::default();
    let mut period = Period::open(&ledger);
    pay(&mut ledger, accounts, 30);
    let statement = period.close(&ledger).unwrap();
    look(&mut checker, &statement, &ledger, ledger.recorded()).unwrap();
    // What is paid between two periods is in none of them.
    pay(&mut ledger, accounts, 5);
    ledger.drain(&mut Vec::<Entry>::new());
    let mut other = Period::open(&ledger);
    let statement = other.close(&ledger).unwrap();
    let looked = look(&mut checker, &statement, &ledger, ledger.recorded());
    assert_eq!(number(looked), Some(S(5)));
}

#[test]
fn s7_an_estate_of_which_something_is_lost_is_caught() {
    let (mut ledger, accounts) = two();
    let [gone, heir] = [0, 1].map(owner);
    let sheets = |ledger: &Ledger| [gone, heir].map(|owner| Sheet::of_owner(ledger, owner));
    pay(&mut ledger, [accounts[1], accounts[0]], 30);
    let before = sheets(&ledger);
    let all = |ledger: &Ledger| {
        let after = sheets(ledger);
        passes(ledger, [&before[0], &before[1]], [&after[0], &after[1]])
    };
    pay(&mut ledger, accounts, 29);
    assert_eq!(number(all(&ledger)), Some(S(7)));
    pay(&mut ledger, accounts, 1);
    assert_eq!(all(&ledger), Ok(()));
    // The heir of an empty estate has what there was before, and no less.
    let nothing = Sheet::default();
    let half = passes(&ledger, [&before[0], &before[0]], [&nothing, &before[0]]);
    assert_eq!(number(half), Some(S(7)));
}
