//! The product of a period, from three sources that have to agree (S9).

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::Currency;

use super::statement::{Item, Statement, is_stock};
use crate::{LedgerError, Sector, TransferKind};

/// What transfers of a kind count as in the product of a period.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// Somebody buys from a producer for use, and not to produce: consumption, government purchases, investment of
    /// producers, exports.
    Final,
    /// A producer buys what is used up in producing.
    Intermediate,
    /// A producer pays for work, funds and taxes (wages, rents, interest, dividends, taxes): what others get of the
    /// product. Payments of these kinds among those who do not produce have another kind.
    Income,
    /// A producer is paid for producing, and sells nothing for it: less of the product is others' to get.
    Subsidy,
}

/// By which transfers, and in which sectors, there is a product.
///
/// Kinds without a use have no part in it: loans, and what is given or moved among those who do not produce. Whatever
/// makes producers richer or poorer has to have a use, or the three sums part: a gift to a firm, or taxes of one that
/// nobody declared, are found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uses {
    of: BTreeMap<TransferKind, Use>,
    producers: BTreeSet<Sector>,
}

impl Uses {
    /// No kind has a use, and nobody produces.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            of: BTreeMap::new(),
            producers: BTreeSet::new(),
        }
    }

    /// Counts a sector among the producers.
    #[must_use]
    pub fn producer(mut self, sector: Sector) -> Self {
        self.producers.insert(sector);
        self
    }

    /// Gives a kind of transfers a use, in the place of the one that it had.
    #[must_use]
    pub fn count(mut self, kind: TransferKind, as_use: Use) -> Self {
        self.of.insert(kind, as_use);
        self
    }
}

/// The gross domestic product of a period in one currency, in minor units, at the prices that were paid.
///
/// The three sums come from three sources, none of which is worked out from another. What producers make for themselves
/// and keep as a [real instrument](crate::Ledger::real_instrument) or a title is no part of them.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Default)]
pub struct Product {
    /// What producers got for final and intermediate goods, less what they paid for intermediate ones, with the flows
    /// into and out of their inventories: the sellers' side of what moved.
    pub production: i128,
    /// What producers paid to others as income, counted where it was received, with what stayed with producers: the
    /// growth of what they own less what they owe, from the balance sheets at both ends, and what they spent on
    /// investment.
    pub income: i128,
    /// What was paid for final goods by whoever bought them, with the growth of producers' inventories from the stocks
    /// at both ends, less what others than producers got for intermediate goods: the buyers' side.
    pub expenditure: i128,
}

impl Statement {
    /// The product of the period, if its three sums agree. Inventories count as far as their cells were
    /// [included](Self::include).
    ///
    /// ```
    /// # use oikos_core::CurrencyInfo;
    /// use oikos_ledger::{AccountKind, AccountSpec, Ledger, Limit, Owner, Period, Recording, Transfer, Use, Uses};
    ///
    /// let mut ledger = Ledger::new(0);
    /// let usd = ledger.currency(CurrencyInfo::new("USD", "US dollar", 2)?)?;
    /// let (homes, firms) = (ledger.sector("households")?, ledger.sector("firms")?);
    /// let (wage, sale) = (ledger.kind("wage")?, ledger.kind("sale")?);
    /// let owner = Owner { kind: ledger.owner_kind("person")?, id: 1 };
    /// let (kind, limit, is_issuer) = (AccountKind::Asset, Limit::None, false);
    /// let spec = |sector| AccountSpec { kind, owner, sector, currency: usd, limit, is_issuer };
    /// let (home, firm) = (ledger.open(&spec(homes))?, ledger.open(&spec(firms))?);
    ///
    /// ledger.record(Recording::Entries);
    /// let mut period = Period::open(&ledger);
    /// ledger.post(&Transfer { kind: wage, debit: home, credit: firm, amount: 70, reference: 0 })?;
    /// ledger.post(&Transfer { kind: sale, debit: firm, credit: home, amount: 100, reference: 0 })?;
    /// let uses = Uses::new().producer(firms).count(sale, Use::Final).count(wage, Use::Income);
    /// let product = period.close(&ledger)?.product(&uses, usd)?;
    /// // 100 were sold and spent; 70 are wages, and 30 stayed with the firm.
    /// assert_eq!([product.production, product.income, product.expenditure], [100; 3]);
    /// # Ok::<(), oikos_ledger::LedgerError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchCurrency`], [`LedgerError::NoSuchKind`] or [`LedgerError::NoSuchSector`] for what the
    /// ledger did not know; [`LedgerError::ProductOpen`] if the three sums differ.
    pub fn product(&self, uses: &Uses, currency: Currency) -> Result<Product, LedgerError> {
        let info = self.info(currency)?;
        if let Some((&kind, _)) = uses.of.last_key_value()
            && usize::from(kind.0) >= self.kinds.len()
        {
            return Err(LedgerError::NoSuchKind { kind });
        }
        if let Some(&sector) = uses.producers.last()
            && usize::from(sector.0) >= self.sectors.len()
        {
            return Err(LedgerError::NoSuchSector { sector });
        }
        let product = self.three_sums(uses, currency);
        let Product {
            production,
            income,
            expenditure,
        } = product;
        if production == income && income == expenditure {
            return Ok(product);
        }
        Err(LedgerError::ProductOpen {
            currency: info.code().to_owned(),
            production,
            income,
            expenditure,
        })
    }

    fn three_sums(&self, uses: &Uses, currency: Currency) -> Product {
        let mut product = Product::default();
        for (kind, position, [debits, credits]) in self.tally.iter() {
            let position = &self.positions[position];
            let financial = !self.instruments[usize::from(position.instrument.0)].1;
            let counts = position.currency == currency && is_stock(position.kind) && financial;
            let Some(&as_use) = uses.of.get(&kind).filter(|_| counts) else {
                continue;
            };
            // Debits are received, credits are paid, whether money is an asset here or somebody's debt.
            let produces = uses.producers.contains(&position.sector);
            match (as_use, produces) {
                (Use::Final, true) => {
                    product.production += debits;
                    product.expenditure += credits;
                    product.income += credits;
                }
                (Use::Final, false) => product.expenditure += credits,
                (Use::Intermediate, true) => product.production += debits - credits,
                // What producers bought of others was not produced by them.
                (Use::Intermediate, false) => product.expenditure -= debits - credits,
                (Use::Income, false) => product.income += debits,
                (Use::Subsidy, false) => product.income -= credits,
                (Use::Income | Use::Subsidy, true) => {}
            }
        }
        let cells = self.cells().filter(|cell| cell.currency == currency);
        for cell in cells.filter(|cell| uses.producers.contains(&cell.sector)) {
            let growth = cell.closing - cell.opening - cell.revaluations;
            match cell.item {
                Item::Instrument(instrument) => {
                    if !self.instruments[usize::from(instrument.0)].1 {
                        product.income += growth;
                    }
                }
                Item::Good(_) => {
                    product.production += cell.flows;
                    product.income += growth;
                    product.expenditure += growth;
                }
                Item::Thing(_) => {}
            }
        }
        product
    }
}
