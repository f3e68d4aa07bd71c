//! Random scripts: how they are made, what every one begins with, and how one is run.

use std::collections::BTreeMap;

use super::books::{Books, Deed, account};
use super::checker::Checker;
use super::deeds::Reader;
use super::fault::Fault;
use super::model::Model;
use crate::invariant::Broken;
use crate::raw::Raw;
use oikos_core::{Currency, CurrencyInfo};
use oikos_ledger::{
    AccountKind, AccountSpec, Instrument, Ledger, Limit, Operation, Owner, OwnerKind, Recording,
    Sector, Transfer, TransferKind,
};

/// Currencies of scripts.
pub const CURRENCIES: usize = 2;
/// Ticks for which ids are remembered.
pub const ID_WINDOW: u32 = 3;
/// A kind of scripts.
pub const PAY: TransferKind = TransferKind(0);
/// The kind of scripts that issues.
pub const MINT: TransferKind = TransferKind(1);
/// The kind of scripts that revalues.
pub const REVALUE: TransferKind = TransferKind(2);
/// How many kinds scripts have.
pub const KINDS: u16 = 3;
/// Money, loans, gold.
pub const INSTRUMENTS: u64 = 3;

/// The accounts of a currency at the start: an issuer, three purses, two deposits, equity, an overdraft.
#[must_use]
pub fn specs(currency: u16) -> Vec<AccountSpec> {
    let spec = |kind, limit, id| AccountSpec {
        kind,
        owner: Owner {
            kind: OwnerKind(0),
            id,
        },
        sector: Sector(0),
        currency: Currency(currency),
        limit,
        is_issuer: false,
    };
    vec![
        AccountSpec {
            is_issuer: true,
            ..spec(AccountKind::Liability, Limit::None, 0)
        },
        spec(AccountKind::Asset, Limit::Credits(0), 1),
        spec(AccountKind::Asset, Limit::Credits(0), 2),
        spec(AccountKind::Asset, Limit::Credits(150), 3),
        spec(AccountKind::Liability, Limit::Debits(0), 4),
        spec(AccountKind::Liability, Limit::Debits(90), 5),
        spec(AccountKind::Equity, Limit::None, 6),
        spec(AccountKind::Expense, Limit::None, 7),
    ]
}

/// A ledger without names that records all events.
#[must_use]
pub fn empty_ledger() -> Ledger {
    let mut ledger = Ledger::new(ID_WINDOW);
    ledger.record(Recording::EntriesAndEvents);
    ledger
}

/// Declares the names and currencies of scripts.
pub fn declare(ledger: &mut Ledger) {
    for code in ["USD", "EUR"] {
        let info = CurrencyInfo::new(code, code, 2).unwrap();
        ledger.currency(info).unwrap();
    }
    ledger.sector("households").unwrap();
    ledger.owner_kind("person").unwrap();
    assert_eq!(ledger.kind("pay").unwrap(), PAY);
    assert_eq!(ledger.issuing_kind("mint").unwrap(), MINT);
    assert_eq!(ledger.revaluing_kind("revalue").unwrap(), REVALUE);
    assert_eq!(ledger.instrument("loans").unwrap(), Instrument(1));
    assert_eq!(ledger.real_instrument("gold").unwrap(), Instrument(2));
}

/// The ledger that scripts begin with.
#[must_use]
pub fn new_ledger() -> Ledger {
    let mut ledger = empty_ledger();
    declare(&mut ledger);
    ledger
}

/// The slow model that scripts begin with.
#[must_use]
pub fn new_model(fault: Option<Fault>) -> Model {
    Model {
        accounts: BTreeMap::new(),
        kinds: vec![false, true, false],
        holds: BTreeMap::new(),
        ids: BTreeMap::new(),
        id_window: ID_WINDOW,
        now: 0,
        next: 0,
        entries: Vec::new(),
        fault,
    }
}

/// The deeds with which every script begins: accounts with something in them.
#[must_use]
pub fn opening() -> Vec<Deed> {
    let specs: Vec<AccountSpec> = (0..CURRENCIES as u16).flat_map(specs).collect();
    let instruments = (0..INSTRUMENTS as u16).map(Instrument).cycle();
    let open = |(&spec, instrument)| Deed::Open(spec, instrument);
    let mut deeds: Vec<Deed> = specs.iter().zip(instruments).map(open).collect();
    let per_currency = specs.len() / CURRENCIES;
    for (number, spec) in specs.iter().enumerate().filter(|(_, spec)| !spec.is_issuer) {
        let issuer = account((number / per_currency * per_currency) as u64);
        let (debit, credit) = match spec.limit {
            Limit::Debits(_) => (issuer, account(number as u64)),
            _ => (account(number as u64), issuer),
        };
        deeds.push(Deed::Apply(Operation::Post(Transfer {
            kind: MINT,
            debit,
            credit,
            amount: 1_000,
            reference: 0,
        })));
    }
    deeds
}

/// Reads a script and tells `each` of every deed, which it is to do on the books.
///
/// # Errors
/// What `each` returns.
pub fn run<B: Books, E>(
    books: &mut B,
    script: &[Raw],
    mut each: impl FnMut(&mut B, &Deed) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = Reader::default();
    for deed in &opening() {
        each(books, deed)?;
    }
    for &raw in script {
        let deed = reader.deed(raw, &books.view());
        each(books, &deed)?;
    }
    Ok(())
}

/// Goes through a script with books that have nothing in them ([`new_ledger`], [`new_model`]) and holds them to L1 to
/// L9 and L11 to L15 after each deed. Returns the number of deeds.
///
/// # Errors
/// [`Broken`], with the deed.
pub fn check<B: Books>(books: &mut B, script: &[Raw]) -> Result<u64, Broken> {
    let mut checker = Checker::default();
    run(books, script, |books, deed| {
        let (answer, broken) = checker.apply(books, deed);
        broken.into_iter().next().map_or(Ok(()), |broken| {
            let problem = format!("{} after {deed:?}, answered {answer:?}", broken.problem);
            Err(Broken { problem, ..broken })
        })
    })?;
    Ok(script.len() as u64)
}
