//! What is seen of the statements of a period, of the real ones and of the model's.

use std::collections::BTreeMap;

use oikos_core::Currency;
use oikos_ledger::{Good, GoodsLine, Item, Layout, LedgerError, Sector, Statement};

use crate::world::CURRENCIES;

/// Currency, item, sector.
pub(crate) type Key = (u16, Item, Sector);

/// Opening, flows, revaluations, closing.
pub(crate) type Sums = [i128; 4];

/// Opening, produced, received, given, consumed, spoiled, closing.
pub(crate) type Units = [i128; 7];

/// Cells and lines that are 0 throughout are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct View {
    pub(crate) cells: BTreeMap<Key, Sums>,
    /// Of the transactions-flow matrix, by currency, row and column.
    pub(crate) flows: BTreeMap<(u16, String, String), i128>,
    pub(crate) lines: BTreeMap<(Good, Sector), Units>,
}

pub(crate) fn view(
    statement: &Statement,
    layout: &Layout,
    lines: &[GoodsLine],
) -> Result<View, LedgerError> {
    let mut view = View::default();
    for cell in statement.cells() {
        let key = (cell.currency.0, cell.item, cell.sector);
        let sums = [cell.opening, cell.flows, cell.revaluations, cell.closing];
        assert!(view.cells.insert(key, sums).is_none());
    }
    view.cells.retain(|_, sums| *sums != [0; 4]);
    for currency in 0..CURRENCIES {
        statement.balance(Currency(currency))?;
        statement.opening_balance(Currency(currency))?;
        let matrix = statement.transactions(layout, Currency(currency))?;
        let columns = matrix.columns().len() - 1;
        for (row, cells) in matrix.rows().take(matrix.rows().len() - 1) {
            for (column, &amount) in matrix.columns()[..columns].iter().zip(cells) {
                if amount != 0 {
                    let key = (currency, row.to_owned(), column.clone());
                    assert!(view.flows.insert(key, amount).is_none());
                }
            }
        }
    }
    for line in lines {
        let units = [
            line.opening,
            line.produced,
            line.received,
            line.given,
            line.consumed,
            line.spoiled,
            line.closing,
        ];
        assert!(view.lines.insert((line.good, line.sector), units).is_none());
    }
    view.lines.retain(|_, units| *units != [0; 7]);
    Ok(view)
}
