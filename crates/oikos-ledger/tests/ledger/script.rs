//! Random scripts: how they are made, what every one begins with, and how one is run.

use std::collections::BTreeMap;

use oikos_core::{Currency, CurrencyInfo};
use oikos_ledger::{
    AccountKind, AccountSpec, Instrument, Ledger, Limit, Operation, Owner, OwnerKind, Recording,
    Sector, Transfer, TransferKind,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::books::{Books, Deed, account};
use crate::deeds::Reader;
use crate::faults::Fault;
use crate::model::Model;

pub(crate) const CURRENCIES: usize = 2;
pub(crate) const ID_WINDOW: u32 = 3;
pub(crate) const PAY: TransferKind = TransferKind(0);
pub(crate) const MINT: TransferKind = TransferKind(1);
pub(crate) const REVALUE: TransferKind = TransferKind(2);
pub(crate) const KINDS: u16 = 3;
/// Money, loans, gold.
pub(crate) const INSTRUMENTS: u64 = 3;

/// A deed that is not read yet: what, and numbers for the rest.
pub(crate) type Raw = (u8, u64);

/// Scripts are made from this seed; a failure prints the shrunk script, which is all that is needed to repeat it.
pub(crate) const SEED: u64 = 20_260_101;

pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(SEED),
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    }
}

pub(crate) fn scripts(deeds: usize) -> impl Strategy<Value = Vec<Raw>> {
    prop::collection::vec(any::<Raw>(), deeds)
}

/// The accounts of a currency at the start: an issuer, three purses, two deposits, equity, an overdraft.
pub(crate) fn specs(currency: u16) -> Vec<AccountSpec> {
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

pub(crate) fn empty_ledger() -> Ledger {
    let mut ledger = Ledger::new(ID_WINDOW);
    ledger.record(Recording::EntriesAndEvents);
    ledger
}

/// Declares names and currencies.
pub(crate) fn declare(ledger: &mut Ledger) {
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

pub(crate) fn new_ledger() -> Ledger {
    let mut ledger = empty_ledger();
    declare(&mut ledger);
    ledger
}

pub(crate) fn new_model(fault: Option<Fault>) -> Model {
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
pub(crate) fn opening() -> Vec<Deed> {
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

/// Runs a script on books, telling `each` of every deed.
pub(crate) fn run<B: Books>(
    books: &mut B,
    script: &[Raw],
    mut each: impl FnMut(&mut B, &Deed) -> Result<(), String>,
) -> Result<(), String> {
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
