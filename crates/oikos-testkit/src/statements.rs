//! Statements: a checker of S1 to S6 and S9 that reads the ledger account by account and its entries one by one,
//! without any of what statements are made with; and S7, which takes an estate.
//!
//! ```
//! use oikos_ledger::{Layout, Ledger, Period, Recording};
//! use oikos_testkit::statements::{Checker, Closed};
//!
//! let mut ledger = Ledger::new(0);
//! ledger.record(Recording::Entries);
//! let (mut period, mut checker) = (Period::open(&ledger), Checker::default());
//! // ... a period passes; before the entries are drained, it is closed and checked:
//! let statement = period.close(&ledger)?;
//! let closed = Closed { statement: &statement, ledger: &ledger, entries: ledger.recorded(), layout: &Layout::new() };
//! checker.check(&closed)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use oikos_core::{Currency, StableId};
use oikos_ledger::{
    AccountId, AccountKind, Entry, Item, KindRule, Layout, Ledger, Matrix, Owner, Sector, Sheet,
    Statement, Uses,
};

use crate::invariant::Broken;
use crate::invariant::Invariant::S;

/// Currency, item, sector.
type Key = (Currency, Item, Sector);

/// A period that has ended, and all that it was made of.
#[derive(Debug, Clone, Copy)]
pub struct Closed<'a> {
    /// Its statement.
    pub statement: &'a Statement,
    /// The ledger as it is now.
    pub ledger: &'a Ledger,
    /// All entries of the period.
    pub entries: &'a [Entry],
    /// How flows are laid out.
    pub layout: &'a Layout,
}

/// Follows statements from period to period, and objects to what they may not say: S1 to S6.
#[derive(Debug, Clone, Default)]
pub struct Checker {
    /// What the last period ended with.
    last: Option<BTreeMap<Key, i128>>,
}

/// Net debits of an account, with what it is.
fn accounts(ledger: &Ledger) -> impl Iterator<Item = (AccountId, oikos_ledger::AccountSpec, i128)> {
    (0..ledger.accounts()).filter_map(|number| {
        let account = AccountId::new(number).ok()?;
        let net = ledger.balance(account).ok()?.net_debit();
        Some((account, ledger.spec(account).ok()?, i128::from(net)))
    })
}

fn is_stock(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::Asset | AccountKind::Liability)
}

impl Checker {
    /// Looks at a period that has ended.
    ///
    /// # Errors
    /// [`Broken`], with the first number of S5, S2, S3, S4, S1 and S6 that is.
    pub fn check(&mut self, closed: &Closed<'_>) -> Result<(), Broken> {
        self.cells(closed)?;
        let currencies = (0..).map(Currency);
        let known =
            currencies.take_while(|&currency| closed.ledger.currency_info(currency).is_some());
        for currency in known {
            matrices(closed, currency)?;
            hidden(closed.ledger, currency)?;
            sheets(closed.ledger, currency)?;
        }
        Ok(())
    }

    /// S5: each cell goes from what there was to what there is by what moved and what was revalued.
    fn cells(&mut self, closed: &Closed<'_>) -> Result<(), Broken> {
        let mut moved: BTreeMap<Key, [i128; 2]> = BTreeMap::new();
        for entry in closed.entries {
            let revalues = closed.ledger.kind_rule(entry.kind) == Some(KindRule::Revaluing);
            let amount = i128::from(entry.amount);
            for (account, amount) in [(entry.debit, amount), (entry.credit, -amount)] {
                if let Some(key) = key_of(closed.ledger, account) {
                    moved.entry(key).or_default()[usize::from(revalues)] += amount;
                }
            }
        }
        let mut stocks: BTreeMap<Key, i128> = BTreeMap::new();
        for (account, _, net) in accounts(closed.ledger) {
            if let Some(key) = key_of(closed.ledger, account) {
                *stocks.entry(key).or_default() += net;
            }
        }
        let mut ends = BTreeMap::new();
        for cell in closed.statement.cells() {
            let key = (cell.currency, cell.item, cell.sector);
            let sums = [cell.opening, cell.flows, cell.revaluations, cell.closing];
            ends.insert(key, cell.closing);
            let opened = self
                .last
                .as_ref()
                .map(|last| last.get(&key).copied().unwrap_or(0));
            let follows = opened.is_none_or(|opened| opened == cell.opening);
            S(5).require(follows, || {
                format!("{key:?} ended with {opened:?} and begins with {sums:?}")
            })?;
            let adds_up = sums[0] + sums[1] + sums[2] == sums[3];
            S(5).require(adds_up, || format!("{key:?} is {sums:?}"))?;
            if matches!(cell.item, Item::Instrument(_)) {
                let told = moved.remove(&key).unwrap_or_default();
                let there = stocks.remove(&key).unwrap_or_default();
                let same = [sums[1], sums[2]] == told && sums[3] == there;
                S(5).require(same, || {
                    format!("{key:?} is {sums:?}; entries tell {told:?}, the accounts have {there}")
                })?;
            }
        }
        let missing = stocks.into_iter().find(|(_, there)| *there != 0);
        S(5).require(missing.is_none(), || format!("{missing:?} is in no cell"))?;
        self.last = Some(ends);
        Ok(())
    }
}

/// The cell that an account counts in; one that is no stock counts in none.
fn key_of(ledger: &Ledger, account: AccountId) -> Option<Key> {
    let (spec, instrument) = (
        ledger.spec(account).ok()?,
        ledger.instrument_of(account).ok()?,
    );
    is_stock(spec.kind).then_some((spec.currency, Item::Instrument(instrument), spec.sector))
}

/// S2, S3 and S4: of each financial instrument what one owns another owes, net worth of all is what real assets are
/// worth, and rows and columns of the transactions-flow matrix sum to 0.
fn matrices(closed: &Closed<'_>, currency: Currency) -> Result<(), Broken> {
    let (mut financial, mut worth, mut real) = (BTreeMap::new(), 0, 0);
    for cell in closed
        .statement
        .cells()
        .filter(|cell| cell.currency == currency)
    {
        worth += cell.closing;
        let is_real = match cell.item {
            Item::Instrument(instrument) => closed.ledger.is_real(instrument) == Some(true),
            Item::Good(_) | Item::Thing(_) => true,
        };
        if is_real {
            real += cell.closing;
        } else {
            *financial.entry(cell.item).or_insert(0_i128) += cell.closing;
        }
    }
    let open = financial.into_iter().find(|(_, sum)| *sum != 0);
    S(2).require(open.is_none(), || {
        format!("{open:?} is owned by one and owed by none")
    })?;
    S(3).require(worth == real, || {
        format!("net worth is {worth}, real assets are worth {real}")
    })?;
    let refused = |error: oikos_ledger::LedgerError| S(4).broken(error.to_string());
    let matrix = closed
        .statement
        .transactions(closed.layout, currency)
        .map_err(refused)?;
    zero_sums(&matrix)
}

/// S4, of a matrix whose last row and column are sums.
fn zero_sums(matrix: &Matrix) -> Result<(), Broken> {
    let (columns, rows) = (matrix.columns().len() - 1, matrix.rows().len() - 1);
    let mut sums = vec![0_i128; columns];
    for (name, row) in matrix.rows().take(rows) {
        let sum: i128 = row[..columns].iter().sum();
        S(4).require(sum == 0, || format!("the row `{name}` comes to {sum}"))?;
        sums.iter_mut()
            .zip(row)
            .for_each(|(sum, cell)| *sum += cell);
    }
    let open = matrix
        .columns()
        .iter()
        .zip(&sums)
        .find(|(_, sum)| **sum != 0);
    S(4).require(open.is_none(), || format!("the column {open:?} is not 0"))
}

/// S6: what everybody has less what they owe is what issuers have issued. No statement is made from this.
fn hidden(ledger: &Ledger, currency: Currency) -> Result<(), Broken> {
    let others =
        accounts(ledger).filter(|(_, spec, _)| spec.currency == currency && !spec.is_issuer);
    let held: i128 = others.map(|(_, _, net)| net).sum();
    let issued = ledger.issued(currency).unwrap_or_default();
    S(6).require(held == issued, || {
        format!("{held} are held, {issued} were issued")
    })
}

/// S1: what each owner owns less what is owed is their net worth, as account by account.
fn sheets(ledger: &Ledger, currency: Currency) -> Result<(), Broken> {
    let mut worth: BTreeMap<Owner, i128> = BTreeMap::new();
    for (_, spec, net) in accounts(ledger) {
        if spec.currency == currency && is_stock(spec.kind) {
            *worth.entry(spec.owner).or_default() += net;
        }
    }
    let sheets = Sheet::of_owners(ledger);
    for (owner, expected) in worth {
        let sheet = sheets
            .get(&owner)
            .cloned()
            .unwrap_or_else(|| Sheet::of_owner(ledger, owner));
        let (assets, debts) = (sheet.assets(currency), sheet.liabilities(currency));
        let same = assets - debts == expected && sheet.net_worth(currency) == expected;
        S(1).require(same, || {
            format!("{owner} has {assets} and owes {debts}, which is not {expected}")
        })?;
    }
    Ok(())
}

/// S7: who has left has nothing and owes nothing, and the heir has what both had, in each currency of the ledger.
///
/// # Errors
/// [`Broken`].
pub fn passes(ledger: &Ledger, before: [&Sheet; 2], after: [&Sheet; 2]) -> Result<(), Broken> {
    let [gone, heir] = after;
    S(7).require(gone.is_empty(), || format!("who is gone has {gone:?}"))?;
    let currencies = (0..).map(Currency);
    for currency in currencies.take_while(|&currency| ledger.currency_info(currency).is_some()) {
        let had: i128 = before.iter().map(|sheet| sheet.net_worth(currency)).sum();
        let has = heir.net_worth(currency);
        S(7).require(had == has, || format!("both had {had}, the heir has {has}"))?;
    }
    Ok(())
}

/// S9: the product of a period is the same by production, by income and by expenditure; it is returned.
///
/// # Errors
/// [`Broken`].
pub fn product(statement: &Statement, uses: &Uses, currency: Currency) -> Result<i128, Broken> {
    let product = statement.product(uses, currency);
    let product = product.map_err(|error| S(9).broken(error.to_string()))?;
    Ok(product.production)
}
