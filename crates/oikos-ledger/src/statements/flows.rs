//! The transactions-flow matrix.

use std::collections::BTreeMap;

use oikos_core::Currency;

use super::statement::is_stock;
use super::{Layout, Matrix, Statement};
use crate::{LedgerError, Sector, Side, TransferKind};

/// The columns of a transactions-flow matrix: each sector, and whether it is its capital account.
struct Columns(Vec<(Sector, bool)>);

impl Columns {
    /// Where flows of a sector are entered, and where changes of its stocks are.
    fn of(&self, sector: Sector, capital: bool) -> usize {
        let place = |capital| {
            self.0
                .iter()
                .position(|&column| column == (sector, capital))
        };
        // A sector of one account has the current one alone.
        place(capital).or_else(|| place(false)).unwrap_or_default()
    }
}

/// Rows by their order: named flows, and then kinds that are flows by themselves.
type Flows<'a> = BTreeMap<(bool, u16), (&'a str, Vec<i128>)>;

impl Statement {
    /// The transactions-flow matrix: named flows between sectors, and what they did to stocks of financial
    /// instruments (with the sign of a use: what grows, took money). Cells of flows are what was received less what
    /// was paid. Every row sums to 0, and every column, for what a sector received it has paid, keeps or has lent;
    /// where a sector keeps a capital account, its saving stands between the two.
    ///
    /// Flows are added up from what moved; changes of stocks are read from the books, less revaluations.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchCurrency`]; [`LedgerError::NoSuchKind`] or [`LedgerError::NoSuchSector`] for what the
    /// layout speaks of and the ledger did not know; [`LedgerError::RowOpen`] or [`LedgerError::ColumnOpen`] for
    /// what does not sum to 0.
    pub fn transactions(&self, layout: &Layout, currency: Currency) -> Result<Matrix, LedgerError> {
        self.check_layout(layout)?;
        let sectors = self.sectors_in(currency);
        let accounts = |&sector: &Sector| {
            let capital = layout.keeps_capital(sector).then_some((sector, true));
            core::iter::once((sector, false)).chain(capital)
        };
        let columns = Columns(sectors.iter().flat_map(accounts).collect());
        let names = columns.0.iter().map(|&(sector, capital)| {
            let name = &self.sectors[usize::from(sector.0)];
            match (layout.keeps_capital(sector), capital) {
                (false, _) => name.clone(),
                (true, false) => format!("{name}, current"),
                (true, true) => format!("{name}, capital"),
            }
        });
        let mut matrix = Matrix::new(self.info(currency)?.clone(), names.collect());
        for (_, (name, row)) in self.flows(layout, currency, &columns) {
            self.check_row("flow", name, currency, &row)?;
            matrix.push(name, row);
        }
        let saving = saving(&matrix, &columns);
        if columns.0.iter().any(|&(_, capital)| capital) {
            matrix.push("saving", saving);
        }
        let items = self.items(currency).into_iter();
        for (item, (name, _)) in items.filter(|(_, (_, financial))| *financial) {
            let mut row = vec![0; columns.0.len()];
            let change = |cell: &super::Cell| cell.opening + cell.revaluations - cell.closing;
            let changes = self.row(currency, item, &sectors, change);
            for (&sector, change) in sectors.iter().zip(changes) {
                row[columns.of(sector, true)] += change;
            }
            self.check_row("change of instrument", name, currency, &row)?;
            matrix.push(format!("change in {name}"), row);
        }
        for (column, name) in matrix.columns().iter().enumerate() {
            let sum = matrix.column_sum(column);
            if sum != 0 {
                let (name, currency) = (name.clone(), self.info(currency)?.code().to_owned());
                return Err(LedgerError::ColumnOpen {
                    name,
                    currency,
                    sum,
                });
            }
        }
        Ok(matrix.with_sums())
    }

    fn check_layout(&self, layout: &Layout) -> Result<(), LedgerError> {
        let (kind, sector) = layout.largest();
        if let Some(kind) = kind.filter(|kind| usize::from(kind.0) >= self.kinds.len()) {
            return Err(LedgerError::NoSuchKind { kind });
        }
        match sector.filter(|sector| usize::from(sector.0) >= self.sectors.len()) {
            Some(sector) => Err(LedgerError::NoSuchSector { sector }),
            None => Ok(()),
        }
    }

    /// What flowed in financial instruments, by named flow and column.
    fn flows<'a>(&'a self, layout: &'a Layout, currency: Currency, columns: &Columns) -> Flows<'a> {
        let mut flows = Flows::new();
        let real = |position: &crate::account::Position| {
            self.instruments[usize::from(position.instrument.0)].1
        };
        for (kind, position, [debits, credits]) in self.tally.iter() {
            let position = &self.positions[position];
            let counts = position.currency == currency && is_stock(position.kind);
            if !counts || real(position) || self.revalues(kind) {
                continue;
            }
            let (order, name) = self.flow_of(layout, kind);
            let (_, row) = flows
                .entry(order)
                .or_insert_with(|| (name, vec![0; columns.0.len()]));
            for (side, amount) in [(Side::Debit, debits), (Side::Credit, -credits)] {
                row[columns.of(position.sector, layout.is_capital(kind, side))] += amount;
            }
        }
        flows
    }

    /// The row of a kind.
    fn flow_of<'a>(&'a self, layout: &'a Layout, kind: TransferKind) -> ((bool, u16), &'a str) {
        let own = self.kinds[usize::from(kind.0)].0.as_str();
        match layout.flow_of(kind, own) {
            Some((flow, name)) => ((false, flow), name),
            None => ((true, kind.0), own),
        }
    }
}

/// What the current accounts of sectors that keep two have left, and hand to the capital accounts.
fn saving(matrix: &Matrix, columns: &Columns) -> Vec<i128> {
    let mut row = vec![0; columns.0.len()];
    for (place, &(sector, capital)) in columns.0.iter().enumerate() {
        if capital {
            let current = columns.of(sector, false);
            let left = matrix.column_sum(current);
            row[current] -= left;
            row[place] += left;
        }
    }
    row
}
