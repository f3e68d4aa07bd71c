//! A period that has ended: opening + flows + revaluations = closing, cell by cell.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::{Currency, CurrencyInfo, Tick};

use super::Matrix;
use super::period::Period;
use super::save::SUM_MAX;
use super::tally::Tally;
use crate::account::Position;
use crate::{
    AccountKind, Good, Instrument, KindRule, Ledger, LedgerError, Sector, TitleKind, TransferKind,
};

/// What is owned or owed: a row of a balance sheet.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// What is kept in accounts.
    Instrument(Instrument),
    /// Goods of an [`Inventory`](crate::Inventory).
    Good(Good),
    /// Things of [`Titles`](crate::Titles).
    Thing(TitleKind),
}

/// A cell of a balance sheet over a period, in minor units: what is owned less what is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The currency.
    pub currency: Currency,
    /// The row.
    pub item: Item,
    /// The name of the row.
    pub name: String,
    /// The column.
    pub sector: Sector,
    /// What there was.
    pub opening: i128,
    /// What came, less what went.
    pub flows: i128,
    /// What it became worth more, or ended, without being paid for.
    pub revaluations: i128,
    /// What there is, as the books have it.
    pub closing: i128,
}

/// The statements of a period of a ledger, with all names, so that nothing else is needed to lay them out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    from: Tick,
    to: Tick,
    pub(super) positions: Vec<Position>,
    pub(super) tally: Tally,
    pub(super) sectors: Vec<String>,
    /// Each with whether it is real.
    pub(super) instruments: Vec<(String, bool)>,
    pub(super) kinds: Vec<(String, u8)>,
    pub(super) currencies: Vec<CurrencyInfo>,
    /// By currency, item and sector.
    pub(super) cells: BTreeMap<(Currency, Item, Sector), Cell>,
}

/// Whether accounts of a kind belong to the balance sheet.
pub(super) const fn is_stock(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::Asset | AccountKind::Liability)
}

impl Statement {
    pub(super) fn new(
        period: &Period,
        ledger: &Ledger,
        closing: &[i128],
    ) -> Result<Self, LedgerError> {
        let named = |(name, mark): (&str, u8)| (name.to_owned(), mark);
        let instruments = ledger.instruments.iter();
        let mut statement = Self {
            from: period.from,
            to: ledger.now(),
            positions: period.positions.clone(),
            tally: period.tally.clone(),
            sectors: ledger
                .sectors
                .iter()
                .map(|(name, _)| name.to_owned())
                .collect(),
            instruments: instruments
                .map(|(name, mark)| (name.to_owned(), mark == 1))
                .collect(),
            kinds: ledger.kinds.iter().map(named).collect(),
            currencies: ledger.currencies.clone(),
            cells: BTreeMap::new(),
        };
        statement.count(&period.opening, closing)?;
        Ok(statement)
    }

    /// Whether a kind revalues.
    pub(super) fn revalues(&self, kind: TransferKind) -> bool {
        let known = self.kinds.get(usize::from(kind.0));
        known.is_some_and(|&(_, mark)| mark == KindRule::Revaluing as u8)
    }

    /// Holds each position against the books, and adds those of the balance sheet to their cells.
    fn count(&mut self, opening: &[i128], closing: &[i128]) -> Result<(), LedgerError> {
        let mut moved = vec![[0_i128; 2]; self.positions.len()];
        for (kind, position, [debits, credits]) in self.tally.iter() {
            moved[position][usize::from(self.revalues(kind))] += debits - credits;
        }
        let positions = self.positions.clone();
        for (place, position) in positions.into_iter().enumerate() {
            let [flows, revaluations] = moved[place];
            let name = &self.instruments[usize::from(position.instrument.0)].0;
            let sums = [opening[place], flows, revaluations, closing[place]];
            if sums[..3].iter().sum::<i128>() != sums[3] {
                let sector = &self.sectors[usize::from(position.sector.0)];
                return Err(LedgerError::CellOpen {
                    item: name.clone(),
                    sector: sector.clone(),
                    sums,
                });
            }
            if is_stock(position.kind) {
                let cell = Cell {
                    currency: position.currency,
                    item: Item::Instrument(position.instrument),
                    name: name.clone(),
                    sector: position.sector,
                    opening: sums[0],
                    flows,
                    revaluations,
                    closing: sums[3],
                };
                self.add(cell);
            }
        }
        Ok(())
    }

    fn add(&mut self, cell: Cell) {
        let key = (cell.currency, cell.item, cell.sector);
        match self.cells.get_mut(&key) {
            Some(known) => {
                known.opening += cell.opening;
                known.flows += cell.flows;
                known.revaluations += cell.revaluations;
                known.closing += cell.closing;
            }
            None => drop(self.cells.insert(key, cell)),
        }
    }

    /// Adds cells of real assets: of a [`GoodsStatement`](crate::GoodsStatement), of
    /// [`TitlesPeriod::close`](crate::TitlesPeriod::close).
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchCurrency`], [`LedgerError::NoSuchSector`] or [`LedgerError::NoSuchInstrument`] for what
    /// the ledger did not know; [`LedgerError::CellOpen`] for a cell that does not close, or is too large. Then none
    /// is added.
    pub fn include(&mut self, cells: &[Cell]) -> Result<(), LedgerError> {
        for cell in cells {
            let (currency, sector) = (cell.currency, cell.sector);
            self.info(currency)?;
            let Some(name) = self.sector_name(sector) else {
                return Err(LedgerError::NoSuchSector { sector });
            };
            if let Item::Instrument(instrument) = cell.item
                && usize::from(instrument.0) >= self.instruments.len()
            {
                return Err(LedgerError::NoSuchInstrument { instrument });
            }
            let sums = [cell.opening, cell.flows, cell.revaluations, cell.closing];
            let counted = sums.iter().all(|sum| sum.unsigned_abs() <= SUM_MAX);
            if !counted || sums[..3].iter().sum::<i128>() != sums[3] {
                let (item, sector) = (cell.name.clone(), name.to_owned());
                return Err(LedgerError::CellOpen { item, sector, sums });
            }
        }
        cells.iter().for_each(|cell| self.add(cell.clone()));
        Ok(())
    }

    /// The tick at which the period began.
    #[must_use]
    pub const fn from(&self) -> Tick {
        self.from
    }

    /// The tick at which it ended.
    #[must_use]
    pub const fn to(&self) -> Tick {
        self.to
    }

    /// All cells, by currency, item and sector.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = &Cell> {
        self.cells.values()
    }

    /// The name of a sector.
    #[must_use]
    pub fn sector_name(&self, sector: Sector) -> Option<&str> {
        self.sectors.get(usize::from(sector.0)).map(String::as_str)
    }

    pub(super) fn info(&self, currency: Currency) -> Result<&CurrencyInfo, LedgerError> {
        let info = self.currencies.get(usize::from(currency.0));
        info.ok_or(LedgerError::NoSuchCurrency { currency })
    }

    /// The sectors that have something in a currency, or had.
    pub(super) fn sectors_in(&self, currency: Currency) -> Vec<Sector> {
        let of = self.cells.values().filter(|cell| cell.currency == currency);
        let sectors: BTreeSet<Sector> = of.map(|cell| cell.sector).collect();
        sectors.into_iter().collect()
    }

    /// The items of a currency with their names, and whether they are financial.
    pub(super) fn items(&self, currency: Currency) -> BTreeMap<Item, (&str, bool)> {
        let of = self.cells.values().filter(|cell| cell.currency == currency);
        of.map(|cell| {
            let financial = match cell.item {
                Item::Instrument(instrument) => !self.instruments[usize::from(instrument.0)].1,
                Item::Good(_) | Item::Thing(_) => false,
            };
            (cell.item, (cell.name.as_str(), financial))
        })
        .collect()
    }

    /// A row of the cells of an item, by sector.
    pub(super) fn row(
        &self,
        currency: Currency,
        item: Item,
        sectors: &[Sector],
        what: impl Fn(&Cell) -> i128,
    ) -> Vec<i128> {
        let cell = |&sector: &Sector| self.cells.get(&(currency, item, sector)).map_or(0, &what);
        sectors.iter().map(cell).collect()
    }

    /// The balance-sheet matrix at the end of the period: what each sector owns less what it owes, and its net worth,
    /// below zero, so that columns sum to 0. Rows of financial instruments sum to 0, since what one owns of them
    /// another owes; so net worth sums to what real assets are worth.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchCurrency`]; [`LedgerError::RowOpen`] if a financial instrument does not come to 0.
    pub fn balance(&self, currency: Currency) -> Result<Matrix, LedgerError> {
        self.balance_of(currency, |cell| cell.closing)
    }

    /// The balance-sheet matrix at the beginning, as in [`balance`](Self::balance).
    ///
    /// # Errors
    ///
    /// As [`balance`](Self::balance).
    pub fn opening_balance(&self, currency: Currency) -> Result<Matrix, LedgerError> {
        self.balance_of(currency, |cell| cell.opening)
    }

    fn balance_of(
        &self,
        currency: Currency,
        what: impl Fn(&Cell) -> i128,
    ) -> Result<Matrix, LedgerError> {
        let sectors = self.sectors_in(currency);
        let names = sectors
            .iter()
            .map(|sector| self.sectors[usize::from(sector.0)].clone());
        let mut matrix = Matrix::new(self.info(currency)?.clone(), names.collect());
        for (item, (name, financial)) in self.items(currency) {
            let row = self.row(currency, item, &sectors, &what);
            if financial {
                self.check_row("instrument", name, currency, &row)?;
            }
            matrix.push(name, row);
        }
        let worth = (0..sectors.len())
            .map(|column| -matrix.column_sum(column))
            .collect();
        matrix.push("net worth", worth);
        Ok(matrix.with_sums())
    }

    pub(super) fn check_row(
        &self,
        what: &'static str,
        name: &str,
        currency: Currency,
        row: &[i128],
    ) -> Result<(), LedgerError> {
        match row.iter().sum() {
            0 => Ok(()),
            sum => Err(LedgerError::RowOpen {
                what,
                name: name.to_owned(),
                currency: self.info(currency)?.code().to_owned(),
                sum,
            }),
        }
    }

    /// What a sector had, what flowed, what was revalued and what it has: the full-integration matrix of one sector,
    /// item by item and in net worth.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchCurrency`], [`LedgerError::NoSuchSector`].
    pub fn integration(&self, currency: Currency, sector: Sector) -> Result<Matrix, LedgerError> {
        if usize::from(sector.0) >= self.sectors.len() {
            return Err(LedgerError::NoSuchSector { sector });
        }
        let columns = ["opening", "flows", "revaluations", "closing"];
        let columns = columns.map(str::to_owned).to_vec();
        let mut matrix = Matrix::new(self.info(currency)?.clone(), columns);
        let of = self.cells.values();
        for cell in of.filter(|cell| cell.currency == currency && cell.sector == sector) {
            let row = [cell.opening, cell.flows, cell.revaluations, cell.closing];
            matrix.push(&cell.name, row.to_vec());
        }
        let worth = (0..4).map(|column| matrix.column_sum(column)).collect();
        matrix.push("net worth", worth);
        Ok(matrix)
    }
}
