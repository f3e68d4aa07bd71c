//! Tables with names and exact amounts.

use core::fmt;

use oikos_core::CurrencyInfo;

/// A table: named rows and columns of minor units of one currency.
///
/// It is shown as text with decimals; to write it elsewhere, take [`columns`](Self::columns) and
/// [`rows`](Self::rows).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    currency: CurrencyInfo,
    columns: Vec<String>,
    rows: Vec<(String, Vec<i128>)>,
}

/// The name of the last row and column where they are sums.
const SUM: &str = "sum";

impl Matrix {
    pub(super) const fn new(currency: CurrencyInfo, columns: Vec<String>) -> Self {
        Self {
            currency,
            columns,
            rows: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, name: impl Into<String>, cells: Vec<i128>) {
        self.rows.push((name.into(), cells));
    }

    /// What the cells of a column come to.
    pub(super) fn column_sum(&self, column: usize) -> i128 {
        self.rows.iter().map(|(_, cells)| cells[column]).sum()
    }

    /// Adds a row and a column of sums.
    pub(super) fn with_sums(mut self) -> Self {
        let sums = (0..self.columns.len()).map(|column| self.column_sum(column));
        let sums = sums.collect();
        self.push(SUM, sums);
        self.columns.push(SUM.to_owned());
        for (_, cells) in &mut self.rows {
            cells.push(cells.iter().sum());
        }
        self
    }

    /// The currency of all cells.
    #[must_use]
    pub const fn currency(&self) -> &CurrencyInfo {
        &self.currency
    }

    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rows: their names, and their cells by column in minor units.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&str, &[i128])> {
        self.rows
            .iter()
            .map(|(name, cells)| (name.as_str(), cells.as_slice()))
    }

    /// The cell of the first row and column with these names.
    #[must_use]
    pub fn cell(&self, row: &str, column: &str) -> Option<i128> {
        let column = self.columns.iter().position(|name| name == column)?;
        let (_, cells) = self.rows.iter().find(|(name, _)| name == row)?;
        cells.get(column).copied()
    }
}

/// An amount in major units, with all decimals.
fn decimal(amount: i128, exponent: u8) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let size = amount.unsigned_abs();
    let scale = 10_u128.pow(u32::from(exponent));
    let width = usize::from(exponent);
    match exponent {
        0 => format!("{sign}{size}"),
        _ => format!("{sign}{}.{:0width$}", size / scale, size % scale),
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = self.currency.exponent();
        let mut lines = vec![vec![self.currency.code().to_owned()]];
        lines[0].extend(self.columns.iter().cloned());
        for (name, cells) in &self.rows {
            let cells = cells.iter().map(|&amount| decimal(amount, exponent));
            lines.push(core::iter::once(name.clone()).chain(cells).collect());
        }
        let width = |column: usize| {
            let of = lines
                .iter()
                .filter_map(|line| line.get(column).map(|text| text.chars().count()));
            of.max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..=self.columns.len()).map(width).collect();
        for line in &lines {
            for (column, (text, &width)) in line.iter().zip(&widths).enumerate() {
                match column {
                    0 => write!(out, "{text:<width$}")?,
                    _ => write!(out, "  {text:>width$}")?,
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}
