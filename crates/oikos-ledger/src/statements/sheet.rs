//! The balance sheet of an owner, of a sector, of all.

use std::collections::BTreeMap;

use oikos_core::Currency;

use super::goods::worth;
use super::{Item, Prices};
use crate::{AccountKind, Good, Ledger, LedgerError, Owner, Sector, Stock, Title};

/// A line of a balance sheet.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// The currency.
    pub currency: Currency,
    /// What it stands for; goods and things are assets.
    pub kind: AccountKind,
    /// What it is.
    pub item: Item,
    /// Minor units, as they are read in the books: positive if accounts of this kind have grown.
    pub amount: i128,
}

/// What one owns and owes: all accounts of an owner, of a sector, or all there are.
///
/// Net worth is what assets are more than liabilities. What accounts of equity, income and expenses come to
/// ([`booked`](Self::booked)) is the same exactly for owners whose every transfer has both sides in their own books.
///
/// ```
/// use oikos_core::CurrencyInfo;
/// use oikos_ledger::{AccountKind, AccountSpec, Ledger, Limit, Owner, Sheet, Transfer};
///
/// let mut ledger = Ledger::new(0);
/// let usd = ledger.currency(CurrencyInfo::new("USD", "US dollar", 2)?)?;
/// let person = ledger.owner_kind("person")?;
/// let [ann, bob] = [1, 2].map(|id| Owner { kind: person, id });
/// let sector = ledger.sector("households")?;
/// let loans = ledger.instrument("loans")?;
/// let (kind, limit, is_issuer) = (AccountKind::Asset, Limit::None, false);
/// let claim = AccountSpec { kind, owner: ann, sector, currency: usd, limit, is_issuer };
/// let debt = AccountSpec { kind: AccountKind::Liability, owner: bob, ..claim };
/// let (debit, credit) = (ledger.open_as(&claim, loans)?, ledger.open_as(&debt, loans)?);
/// let lend = ledger.kind("lend")?;
/// ledger.post(&Transfer { kind: lend, debit, credit, amount: 700, reference: 0 })?;
/// let sheet = Sheet::of_owner(&ledger, bob);
/// assert_eq!((sheet.assets(usd), sheet.liabilities(usd), sheet.net_worth(usd)), (0, 700, -700));
/// assert_eq!(Sheet::of_all(&ledger).net_worth(usd), 0);
/// # Ok::<(), oikos_ledger::LedgerError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    rows: BTreeMap<(Currency, AccountKind, Item), i128>,
}

impl Sheet {
    /// The sheet of an owner: one pass over the owners of all accounts. For many owners, use
    /// [`of_owners`](Self::of_owners).
    #[must_use]
    pub fn of_owner(ledger: &Ledger, owner: Owner) -> Self {
        let mut sheet = Self::default();
        for (index, known) in ledger.books.owners.iter().enumerate() {
            if *known == owner {
                sheet.add_account(ledger, index);
            }
        }
        sheet
    }

    /// The sheets of all owners, in one pass over all accounts.
    #[must_use]
    pub fn of_owners(ledger: &Ledger) -> BTreeMap<Owner, Self> {
        let mut sheets = BTreeMap::<Owner, Self>::new();
        for (index, &owner) in ledger.books.owners.iter().enumerate() {
            sheets.entry(owner).or_default().add_account(ledger, index);
        }
        sheets
    }

    /// The sheet of a sector: one pass over all accounts.
    #[must_use]
    pub fn of_sector(ledger: &Ledger, sector: Sector) -> Self {
        let mut sheet = Self::default();
        for index in 0..ledger.books.len() {
            if ledger.books.position(index).sector == sector {
                sheet.add_account(ledger, index);
            }
        }
        sheet
    }

    /// The sheet of all accounts there are.
    #[must_use]
    pub fn of_all(ledger: &Ledger) -> Self {
        let mut sheet = Self::default();
        (0..ledger.books.len()).for_each(|index| sheet.add_account(ledger, index));
        sheet
    }

    fn add_account(&mut self, ledger: &Ledger, index: usize) {
        let (position, balance) = (ledger.books.position(index), ledger.books.balance(index));
        let item = Item::Instrument(position.instrument);
        let amount = i128::from(balance.of_kind(position.kind));
        self.add(position.currency, position.kind, item, amount);
    }

    fn add(&mut self, currency: Currency, kind: AccountKind, item: Item, amount: i128) {
        *self.rows.entry((currency, kind, item)).or_default() += amount;
    }

    /// Adds stocks of goods, each at its price: [`Inventory::stocks_of`](crate::Inventory::stocks_of) an owner.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoPrice`] for a good of which there is some and that has no price; then nothing is added.
    pub fn add_goods<'a>(
        &mut self,
        stocks: impl IntoIterator<Item = (Owner, Good, &'a Stock)>,
        prices: &Prices<'_>,
    ) -> Result<(), LedgerError> {
        let mut units = BTreeMap::<Good, i128>::new();
        for (_, good, stock) in stocks {
            *units.entry(good).or_default() += i128::from(stock.on_hand.0);
        }
        let worth = |(good, units)| Ok((good, worth(prices.of, good, units)?));
        let worth = units.into_iter().map(worth);
        for (good, amount) in worth.collect::<Result<Vec<_>, LedgerError>>()? {
            self.add(
                prices.currency,
                AccountKind::Asset,
                Item::Good(good),
                amount,
            );
        }
        Ok(())
    }

    /// Adds what the shares of a thing are worth that belong to owners of whom `is_theirs` says so.
    pub fn add_title(&mut self, title: &Title, is_theirs: impl Fn(Owner) -> bool) {
        // A thing without owners is worth nothing.
        let parts = title.split(title.value()).unwrap_or_default();
        let theirs = parts.iter().filter(|&&(owner, _)| is_theirs(owner));
        let amount = theirs.map(|&(_, amount)| i128::from(amount)).sum();
        self.add(
            title.currency(),
            AccountKind::Asset,
            Item::Thing(title.kind()),
            amount,
        );
    }

    /// All lines, by currency, kind and item. Lines of accounts that have come to 0 are among them.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = SheetRow> {
        self.rows
            .iter()
            .map(|(&(currency, kind, item), &amount)| SheetRow {
                currency,
                kind,
                item,
                amount,
            })
    }

    /// Whether all lines come to 0: so it is with who has left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.values().all(|&amount| amount == 0)
    }

    fn sum(&self, currency: Currency, kind: AccountKind) -> i128 {
        let of = self
            .rows()
            .filter(|row| (row.currency, row.kind) == (currency, kind));
        of.map(|row| row.amount).sum()
    }

    /// What is owned.
    #[must_use]
    pub fn assets(&self, currency: Currency) -> i128 {
        self.sum(currency, AccountKind::Asset)
    }

    /// What is owed.
    #[must_use]
    pub fn liabilities(&self, currency: Currency) -> i128 {
        self.sum(currency, AccountKind::Liability)
    }

    /// What is owned less what is owed.
    #[must_use]
    pub fn net_worth(&self, currency: Currency) -> i128 {
        self.assets(currency) - self.liabilities(currency)
    }

    /// Equity and income less expenses, as they are booked.
    #[must_use]
    pub fn booked(&self, currency: Currency) -> i128 {
        let [equity, income, expense] = [
            AccountKind::Equity,
            AccountKind::Income,
            AccountKind::Expense,
        ]
        .map(|kind| self.sum(currency, kind));
        equity + income - expense
    }
}
