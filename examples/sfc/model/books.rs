//! Accounts, the kinds of payments between them, and the statements of a year.

use oikos::core::{Currency, CurrencyInfo, Ratio, Residue, Stream};
use oikos::ledger::{
    AccountId, AccountKind, AccountSpec, Entry, Instrument, Layout, Ledger, LedgerError, Limit,
    Matrix, Owner, Period, Recording, TransferKind,
};
use oikos::prelude::*;
use oikos::serde::{Deserialize, Serialize};

use super::{Consumer, Doings, Economy, Home, Homes, Maker, rounded_down};

/// The names of sectors.
pub(super) const GOVERNMENT: &str = "government";
const CENTRAL_BANK: &str = "central bank";

/// What is paid for. Those that touch the issuer of money are declared as issuing.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) struct Kinds {
    pub(super) spending: TransferKind,
    pub(super) taxes: TransferKind,
    pub(super) wages: TransferKind,
    pub(super) consumption: TransferKind,
    pub(super) interest: TransferKind,
    /// Interest of the central bank, its profits, and what is paid for bills.
    pub(super) to_bank: TransferKind,
    pub(super) profits: TransferKind,
    pub(super) price: TransferKind,
    /// Bills that change hands.
    pub(super) paper: TransferKind,
}

/// Accounts of all but people: persisted.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(super) struct Accounts {
    pub(super) kinds: Kinds,
    /// What the government pays from: in model SIM it issues money, in PC it is empty at the end of a year.
    pub(super) state: AccountId,
    /// Where money comes from.
    pub(super) issuer: AccountId,
    /// Bills that the government owes, and those that the central bank has.
    pub(super) bills: Option<[AccountId; 2]>,
    pub(super) makers: Vec<AccountId>,
    /// What rounding has left over of the central bank's interest.
    pub(super) rest: Residue,
}

type Oops = Box<dyn std::error::Error + Send + Sync>;

fn kinds(ledger: &mut Ledger, has_bills: bool) -> Result<Kinds, LedgerError> {
    let mut of_state = |name| {
        if has_bills {
            ledger.kind(name)
        } else {
            ledger.issuing_kind(name)
        }
    };
    Ok(Kinds {
        spending: of_state("government spending")?,
        taxes: of_state("taxes")?,
        wages: ledger.kind("wages")?,
        consumption: ledger.kind("consumption")?,
        interest: ledger.kind("interest")?,
        to_bank: ledger.issuing_kind("interest to the central bank")?,
        profits: ledger.issuing_kind("profits of the central bank")?,
        price: ledger.issuing_kind("price of bills")?,
        paper: ledger.kind("bills")?,
    })
}

/// Opens all accounts, empty: model SIM has one issuer, the government; in PC it is the central bank.
pub(super) fn declare(
    world: &mut World,
    seed: Seed,
    economy: &Economy,
) -> Result<(Accounts, Homes), Oops> {
    let mut ledger = world.resource_mut::<Book<Ledger>>();
    let currency = ledger.currency(CurrencyInfo::new("MON", "money", 6)?)?;
    let people = ledger.owner_kind(Consumer::NAME)?;
    let purse = AccountSpec {
        kind: AccountKind::Asset,
        owner: Owner {
            kind: people,
            id: 0,
        },
        sector: ledger.sector("households")?,
        currency,
        limit: Limit::Credits(0),
        is_issuer: false,
    };
    let bills = ledger.instrument("bills")?;
    let mut of_maker = purse;
    of_maker.owner.kind = ledger.owner_kind(Maker::NAME)?;
    of_maker.sector = ledger.sector("firms")?;
    let mut makers = Vec::new();
    for id in 0..economy.makers {
        of_maker.owner.id = id;
        makers.push(ledger.open(&of_maker)?);
    }
    let has_bills = economy.bills.is_some();
    let mut open = |name: &str, kind, instrument, is_issuer| -> Result<_, LedgerError> {
        let spec = AccountSpec {
            kind,
            owner: OrganisationId::FIRST.owner(),
            sector: ledger.sector(name)?,
            limit: Limit::None,
            is_issuer,
            ..purse
        };
        ledger.open_as(&spec, instrument)
    };
    let (asset, debt, money) = (
        AccountKind::Asset,
        AccountKind::Liability,
        Instrument::MONEY,
    );
    let (state, issuer, papers) = if has_bills {
        let state = open(GOVERNMENT, asset, money, false)?;
        let issuer = open(CENTRAL_BANK, debt, money, true)?;
        let owed = open(GOVERNMENT, debt, bills, false)?;
        (
            state,
            issuer,
            Some([owed, open(CENTRAL_BANK, asset, bills, false)?]),
        )
    } else {
        let state = open(GOVERNMENT, debt, money, true)?;
        (state, state, None)
    };
    let accounts = Accounts {
        kinds: kinds(&mut ledger, has_bills)?,
        state,
        issuer,
        bills: papers,
        makers,
        rest: Residue::default(),
    };
    let homes = homes(&mut ledger, seed, economy, (purse, bills))?;
    Ok((accounts, homes))
}

/// Everybody's accounts, and how much of their income they consume.
fn homes(
    ledger: &mut Ledger,
    seed: Seed,
    economy: &Economy,
    (purse, bills): (AccountSpec, Instrument),
) -> Result<Homes, Oops> {
    let stream = Stream::new(seed, "sfc.propensities");
    // All alike would all round at the same moment, and their sum be as many units off: each begins with another part
    // of a unit, in no order.
    let mut parts: Vec<u64> = (0..economy.consumers).collect();
    let mut draw = stream.at(u64::MAX, oikos::core::Tick::ZERO);
    draw.shuffle(&mut parts);
    let mut homes = Vec::new();
    for (id, part) in (0..).zip(parts) {
        let owner = Owner { id, ..purse.owner };
        let spec = AccountSpec { owner, ..purse };
        let mut draw = stream.at(id, oikos::core::Tick::ZERO);
        let off = draw.range(-economy.spread..=economy.spread)?;
        let part = Ratio::new(2 * part as i64 + 1, 2 * economy.consumers as i64)?;
        let mut rest = Residue::default();
        rounded_down(part).accrue(1, &mut rest)?;
        homes.push(Home {
            purse: ledger.open(&spec)?,
            bills: match economy.bills {
                Some(_) => Some(ledger.open_as(&spec, bills)?),
                None => None,
            },
            of_income: (economy.of_income + Ratio::new(off, 1_000)?)?,
            wish: 0,
            part,
            rests: [rest; 3],
            year: Doings::default(),
        });
    }
    Ok(Homes(homes))
}

/// The statements of the year: output.
#[derive(Resource, Debug, Default)]
pub(super) struct Statements {
    period: Option<Period>,
    pub(super) matrix: Option<Matrix>,
}

/// Begins the year's statements.
pub(super) fn begin(mut ledger: ResMut<Book<Ledger>>, mut statements: ResMut<Statements>) {
    ledger.record(Recording::Entries);
    statements.period = Some(Period::open(&ledger));
}

/// Ends them: what was paid is held against what all accounts have, and no row or column may be left open.
pub(super) fn close(
    accounts: Res<Accounts>,
    mut ledger: ResMut<Book<Ledger>>,
    mut statements: ResMut<Statements>,
) -> Result<(), BevyError> {
    let mut period = statements.period.take().ok_or("no period was begun")?;
    let statement = period.close(&ledger)?;
    let kinds = &accounts.kinds;
    let mut layout = Layout::new();
    for (name, kind) in [
        ("consumption", kinds.consumption),
        ("government spending", kinds.spending),
        ("wages", kinds.wages),
        ("taxes", kinds.taxes),
        ("interest", kinds.interest),
        ("interest", kinds.to_bank),
        ("profits of the central bank", kinds.profits),
        // What is paid for bills, and the bills: the same of everybody.
        ("bills bought", kinds.price),
        ("bills bought", kinds.paper),
    ] {
        layout.flow(name, kind)?;
    }
    statements.matrix = Some(statement.transactions(&layout, Currency(0))?);
    ledger.drain(&mut Vec::<Entry>::new());
    Ok(())
}

/// The cells of a matrix without its sums: row, column, amount.
pub(super) fn cells(matrix: &Matrix) -> impl Iterator<Item = (&str, &str, i128)> {
    let rows = matrix.rows().filter(|(name, _)| *name != "sum");
    rows.flat_map(|(name, cells)| {
        let columns = matrix.columns().iter().zip(cells);
        let columns = columns.filter(|(sector, _)| *sector != "sum");
        columns.map(move |(sector, amount)| (name, sector.as_str(), *amount))
    })
}
