//! A small economy in all three books: who is there, which accounts they have, and the open periods.

use std::collections::BTreeMap;

use oikos_core::{Currency, CurrencyInfo, StableId, Tick};
use oikos_ledger::{
    AccountId, AccountKind, AccountSpec, Entry, Good, GoodsEntry, GoodsFlow, GoodsKind,
    GoodsPeriod, Instrument, Inventory, Layout, Ledger, LedgerError, Limit, Owner, OwnerKind,
    Period, Prices, Recording, Sector, Side, TitleEntry, TitleKind, Titles, TitlesPeriod,
    TransferKind,
};

use crate::view::{View, view};

pub(crate) const CURRENCIES: u16 = 2;
pub(crate) const GOODS: usize = 3;
pub(crate) const SECTORS: [&str; 4] = ["households", "firms", "banks", "government"];

/// What accounts each owner has in each currency: instruments by number, and the owner's own funds.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Cash,
    Deposit,
    Loan,
    Bond,
    Machine,
    Worth,
}

pub(crate) const SLOTS: [Slot; 6] = [
    Slot::Cash,
    Slot::Deposit,
    Slot::Loan,
    Slot::Bond,
    Slot::Machine,
    Slot::Worth,
];

pub(crate) const INSTRUMENTS: [&str; 6] = [
    "money",
    "deposits",
    "loans",
    "bonds",
    "machines",
    "own funds",
];

/// Kinds by number. Those from the first issuing one on issue, those from the first revaluing one on revalue.
pub(crate) const KINDS: [&str; 14] = [
    "wage",
    "bonus",
    "purchase",
    "dividend",
    "lending",
    "bond issue",
    "investment",
    "building",
    "bequest",
    "spending",
    "tax",
    "write-off",
    "bond price",
    "machine price",
];
pub(crate) const FIRST_ISSUING: usize = 9;
pub(crate) const FIRST_REVALUING: usize = 11;

pub(crate) fn kind(name: &str) -> TransferKind {
    TransferKind(KINDS.iter().position(|known| *known == name).unwrap() as u16)
}

/// What an account is, as the world opened it.
#[derive(Debug, Copy, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) owner: Owner,
    pub(crate) sector: Sector,
    pub(crate) currency: u16,
    pub(crate) slot: Slot,
    pub(crate) kind: AccountKind,
}

/// All that has moved since the last statement, and since the beginning.
#[derive(Debug, Default, Clone)]
pub(crate) struct Raw {
    pub(crate) entries: Vec<Entry>,
    pub(crate) goods: Vec<GoodsEntry>,
    pub(crate) titles: Vec<TitleEntry>,
}

pub(crate) struct World {
    pub(crate) ledger: Ledger,
    pub(crate) goods: Inventory,
    pub(crate) titles: Titles,
    pub(crate) period: Period,
    pub(crate) goods_period: GoodsPeriod,
    pub(crate) titles_period: TitlesPeriod,
    pub(crate) layout: Layout,
    pub(crate) prices: Vec<i64>,
    pub(crate) known: Vec<Known>,
    pub(crate) accounts: BTreeMap<(Owner, u16, Slot), AccountId>,
    /// Those who live and work, by sector.
    pub(crate) there: [Vec<Owner>; 4],
    pub(crate) dead: Vec<Owner>,
    pub(crate) raw: Raw,
}

pub(crate) fn owner(sector: u16, id: u64) -> Owner {
    Owner {
        kind: OwnerKind(sector),
        id,
    }
}

/// Kinds of owners are sectors here.
pub(crate) fn sector_of(owner: Owner) -> Option<Sector> {
    Some(Sector(owner.kind.0)).filter(|sector| sector.0 < SECTORS.len() as u16)
}

pub(crate) fn goods_kind(flow: GoodsFlow) -> GoodsKind {
    GoodsKind(flow as u16)
}

/// What a slot of a sector stands for.
fn stands_for(slot: Slot, sector: u16) -> AccountKind {
    match (slot, sector) {
        (Slot::Worth, _) => AccountKind::Equity,
        (Slot::Machine, _) => AccountKind::Asset,
        (Slot::Deposit, 2) | (Slot::Loan, 0 | 1 | 3) => AccountKind::Liability,
        (Slot::Cash | Slot::Bond, 3) => AccountKind::Liability,
        _ => AccountKind::Asset,
    }
}

/// Declares all names, so that their numbers are their places.
fn declare(ledger: &mut Ledger) {
    for code in ["USD", "EUR"] {
        let info = CurrencyInfo::new(code, code, 2).unwrap();
        ledger.currency(info).unwrap();
    }
    for name in SECTORS {
        ledger.sector(name).unwrap();
        ledger.owner_kind(name).unwrap();
    }
    for (number, name) in INSTRUMENTS.iter().enumerate() {
        let instrument = match SLOTS[number] {
            Slot::Machine => ledger.real_instrument(name),
            _ => ledger.instrument(name),
        };
        assert_eq!(instrument.unwrap(), Instrument(number as u16));
    }
    for (number, name) in KINDS.iter().enumerate() {
        let declared = match number {
            FIRST_REVALUING.. => ledger.revaluing_kind(name),
            FIRST_ISSUING.. => ledger.issuing_kind(name),
            _ => ledger.kind(name),
        };
        assert_eq!(declared.unwrap(), kind(name));
    }
}

/// Wages and bonuses are one flow, bond issues are in that of lending; firms and banks keep a capital account.
fn layout() -> Layout {
    let mut layout = Layout::new();
    layout.flow("wages", kind("wage")).unwrap();
    layout.flow("wages", kind("bonus")).unwrap();
    layout.flow("finance", kind("lending")).unwrap();
    layout.flow("finance", kind("bond issue")).unwrap();
    layout.keep_capital(Sector(1));
    layout.keep_capital(Sector(2));
    layout.on_capital(kind("investment"), Side::Credit);
    layout.on_capital(kind("bequest"), Side::Debit);
    layout.on_capital(kind("bequest"), Side::Credit);
    layout
}

impl World {
    pub(crate) fn new() -> Self {
        let mut ledger = Ledger::new(0);
        declare(&mut ledger);
        ledger.record(Recording::Entries);
        let mut goods = Inventory::new();
        for number in 0..GOODS {
            goods.good(&format!("good {number}")).unwrap();
        }
        for flow in GoodsFlow::ALL {
            assert_eq!(
                goods.kind(&format!("{flow:?}"), flow).unwrap(),
                goods_kind(flow)
            );
        }
        goods.record(true);
        let mut titles = Titles::new();
        for number in 0..2 {
            assert_eq!(
                titles.kind(&format!("thing {number}")).unwrap(),
                TitleKind(number)
            );
        }
        titles.record(true);
        let prices = vec![5; GOODS];
        let priced = Prices {
            currency: Currency(0),
            of: &prices,
        };
        let mut world = Self {
            period: Period::open(&ledger),
            goods_period: GoodsPeriod::open(&goods, sector_of, &priced).unwrap(),
            titles_period: TitlesPeriod::open(&titles, sector_of).unwrap(),
            ledger,
            goods,
            titles,
            layout: layout(),
            prices,
            known: Vec::new(),
            accounts: BTreeMap::new(),
            there: Default::default(),
            dead: Vec::new(),
            raw: Raw::default(),
        };
        for (sector, count) in [(0, 5), (1, 3), (2, 2), (3, 1)] {
            (0..count).for_each(|id| world.enter(owner(sector, id)));
        }
        world
    }

    /// Somebody comes and opens accounts.
    pub(crate) fn enter(&mut self, owner: Owner) {
        for currency in 0..CURRENCIES {
            for slot in SLOTS {
                let known = Known {
                    owner,
                    sector: Sector(owner.kind.0),
                    currency,
                    slot,
                    kind: stands_for(slot, owner.kind.0),
                };
                let spec = AccountSpec {
                    kind: known.kind,
                    owner,
                    sector: known.sector,
                    currency: Currency(currency),
                    limit: Limit::None,
                    is_issuer: owner.kind.0 == 3 && slot == Slot::Cash,
                };
                let instrument = Instrument(slot as u16);
                let account = self.ledger.open_as(&spec, instrument).unwrap();
                assert_eq!(account.get(), self.known.len() as u64);
                self.known.push(known);
                self.accounts.insert((owner, currency, slot), account);
            }
        }
        self.there[usize::from(owner.kind.0)].push(owner);
    }

    pub(crate) fn follow(&mut self) {
        self.period.follow(&self.ledger).unwrap();
        self.goods_period.follow(&self.goods, sector_of).unwrap();
        self.titles_period.follow(&self.titles).unwrap();
    }

    /// Takes what was recorded over into the raw log.
    pub(crate) fn drain(&mut self) {
        self.ledger.drain(&mut self.raw.entries);
        self.raw.goods.extend(self.goods.drain());
        self.raw.titles.extend(self.titles.drain());
    }

    pub(crate) fn advance(&mut self) {
        let tick = self.ledger.now().next().unwrap();
        self.ledger.advance(tick).unwrap();
        self.goods.advance(tick).unwrap();
        self.titles.advance(tick).unwrap();
    }

    /// Ends the periods at new prices.
    pub(crate) fn close(&mut self, prices: &[i64]) -> Result<View, LedgerError> {
        let mut statement = self.period.close(&self.ledger)?;
        let goods = self.goods_period.close(&self.goods, sector_of, prices)?;
        let things = self.titles_period.close(&self.titles, sector_of)?;
        assert_eq!((statement.from(), statement.to()), (goods.from, goods.to));
        statement.include(&goods.cells)?;
        statement.include(&things)?;
        self.prices = prices.to_vec();
        view(&statement, &self.layout, &goods.lines)
    }

    pub(crate) fn now(&self) -> Tick {
        self.ledger.now()
    }

    pub(crate) fn account(&self, owner: Owner, currency: u16, slot: Slot) -> AccountId {
        self.accounts[&(owner, currency, slot)]
    }

    pub(crate) fn good(number: usize) -> Good {
        Good(number as u16)
    }
}
