//! Goods over a period: opening + produced + received = closing + given + consumed + spoiled, in units and in value.

use std::collections::BTreeMap;

use oikos_core::{Currency, Tick};

use super::save::SUM_MAX;
use super::{Cell, Item};
use crate::transfer::MAX_AMOUNT;
use crate::{Good, GoodsFlow, Inventory, LedgerError, Owner, Sector, Stock};

/// What goods are worth.
#[derive(Debug, Copy, Clone)]
pub struct Prices<'a> {
    /// The currency.
    pub currency: Currency,
    /// Minor units for one unit, 0 to 2⁶¹ − 1, by number of the good. A good of which nobody has any needs none.
    pub of: &'a [i64],
}

/// A good of a sector over a period, in units.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct GoodsLine {
    /// The good.
    pub good: Good,
    /// The sector.
    pub sector: Sector,
    /// What there was.
    pub opening: i128,
    /// Brought into being.
    pub produced: i128,
    /// Received from others, also of the same sector.
    pub received: i128,
    /// Given to others, also of the same sector.
    pub given: i128,
    /// Used up.
    pub consumed: i128,
    /// Lost.
    pub spoiled: i128,
    /// What there is, as the book has it.
    pub closing: i128,
}

/// The statement of an inventory book over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodsStatement {
    /// The tick at which the period began.
    pub from: Tick,
    /// The tick at which it ended.
    pub to: Tick,
    /// In units, by good and sector.
    pub lines: Vec<GoodsLine>,
    /// In value, to be [included](crate::Statement::include) in a statement of money. Flows are valued at the prices of
    /// the beginning; what a change of price makes of all that there is at the end is a revaluation.
    pub cells: Vec<Cell>,
}

/// Produced, received, given, consumed, spoiled.
pub(super) type Flows = [i128; 5];

/// The open period of the statements of an inventory book: as [`Period`](crate::Period) is of a ledger's.
///
/// Owners stay in their sector; one who leaves it takes goods out of one cell and into another that nobody gave, and
/// the period does not close. The function that tells sectors is asked about those who gave or received when their
/// entries are followed, and about those who have something when a period begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodsPeriod {
    pub(super) from: Tick,
    /// The number of the first entry that is not counted.
    pub(super) next: u64,
    pub(super) currency: Currency,
    /// Prices of the beginning.
    pub(super) prices: Vec<i64>,
    pub(super) opening: BTreeMap<(Good, Sector), i128>,
    pub(super) tally: BTreeMap<(Good, Sector), Flows>,
}

fn price(prices: &[i64], good: Good) -> Option<i64> {
    let price = prices.get(usize::from(good.0)).copied();
    price.filter(|price| (0..=MAX_AMOUNT).contains(price))
}

/// What so many units are worth.
pub(super) fn worth(prices: &[i64], good: Good, units: i128) -> Result<i128, LedgerError> {
    if units == 0 {
        return Ok(0);
    }
    let worth = price(prices, good).and_then(|price| units.checked_mul(i128::from(price)));
    let worth = worth.filter(|worth| worth.unsigned_abs() <= SUM_MAX);
    worth.ok_or(LedgerError::NoPrice { good })
}

pub(super) fn sector(
    sector_of: impl Fn(Owner) -> Option<Sector>,
    owner: Owner,
) -> Result<Sector, LedgerError> {
    sector_of(owner).ok_or(LedgerError::NoSector { owner })
}

/// Units on hand by good and sector: one pass over all stocks.
fn stocks(
    book: &Inventory,
    sector_of: impl Fn(Owner) -> Option<Sector>,
) -> Result<BTreeMap<(Good, Sector), i128>, LedgerError> {
    let mut sums = BTreeMap::new();
    // Who once had something may be known to nobody any more.
    let there = book.stocks().filter(|(_, _, stock)| stock.on_hand.0 != 0);
    for (owner, good, Stock { on_hand, .. }) in there {
        let sector = sector(&sector_of, owner)?;
        *sums.entry((good, sector)).or_default() += i128::from(on_hand.0);
    }
    Ok(sums)
}

impl GoodsPeriod {
    /// Begins a period with what there is now, at prices of now. What was recorded before is not counted.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSector`] for an owner without one, [`LedgerError::NoPrice`] for a good without one.
    pub fn open(
        book: &Inventory,
        sector_of: impl Fn(Owner) -> Option<Sector>,
        prices: &Prices<'_>,
    ) -> Result<Self, LedgerError> {
        let opening = stocks(book, sector_of)?;
        for (&(good, _), &units) in &opening {
            worth(prices.of, good, units)?;
        }
        Ok(Self {
            from: book.now(),
            next: book.operations(),
            currency: prices.currency,
            prices: prices.of.to_vec(),
            opening,
            tally: BTreeMap::new(),
        })
    }

    /// The tick at which it began.
    #[must_use]
    pub const fn from(&self) -> Tick {
        self.from
    }

    /// Counts the entries that are [recorded](Inventory::recorded) and were not counted yet.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSector`] for an owner without one, then nothing is counted; [`LedgerError::OtherBook`] if the
    /// period was begun on another book.
    pub fn follow(
        &mut self,
        book: &Inventory,
        sector_of: impl Fn(Owner) -> Option<Sector>,
    ) -> Result<(), LedgerError> {
        if book.operations() < self.next {
            return Err(LedgerError::OtherBook {
                book: "inventory book",
            });
        }
        let entries = book.recorded();
        let counted = entries.partition_point(|entry| entry.number < self.next);
        let fresh = &entries[counted..];
        for owner in fresh
            .iter()
            .flat_map(|entry| [entry.from, entry.to])
            .flatten()
        {
            sector(&sector_of, owner)?;
        }
        for entry in fresh {
            let units = i128::from(entry.quantity.0);
            let columns = match entry.flow {
                GoodsFlow::Produce => [2, 0],
                GoodsFlow::Transfer => [2, 1],
                GoodsFlow::Consume => [3, 1],
                GoodsFlow::Spoil => [4, 1],
            };
            for (owner, column) in [entry.from, entry.to].into_iter().zip(columns) {
                if let Some(sector) = owner.and_then(&sector_of) {
                    self.tally.entry((entry.good, sector)).or_default()[column] += units;
                }
            }
        }
        if let Some(last) = entries.last() {
            self.next = self.next.max(last.number + 1);
        }
        Ok(())
    }

    /// Ends the period at prices of now, after what is recorded was counted, and begins the next.
    ///
    /// # Errors
    ///
    /// Those of [`follow`](Self::follow); [`LedgerError::NoPrice`] for a good without a price;
    /// [`LedgerError::CellOpen`] if what there was and what has moved do not lead to what there is: then the period
    /// stays open.
    pub fn close(
        &mut self,
        book: &Inventory,
        sector_of: impl Fn(Owner) -> Option<Sector>,
        prices: &[i64],
    ) -> Result<GoodsStatement, LedgerError> {
        self.follow(book, &sector_of)?;
        let closing = stocks(book, sector_of)?;
        let mut keys: Vec<(Good, Sector)> = self.opening.keys().copied().collect();
        keys.extend(closing.keys().chain(self.tally.keys()));
        keys.sort_unstable();
        keys.dedup();
        let (mut lines, mut cells) = (Vec::new(), Vec::new());
        for key in keys {
            let of = |map: &BTreeMap<_, i128>| map.get(&key).copied().unwrap_or_default();
            let (good, sector) = key;
            let [produced, received, given, consumed, spoiled] =
                self.tally.get(&key).copied().unwrap_or_default();
            let line = GoodsLine {
                good,
                sector,
                opening: of(&self.opening),
                produced,
                received,
                given,
                consumed,
                spoiled,
                closing: of(&closing),
            };
            let name = book.good_name(good).unwrap_or_default();
            cells.push(self.value(&line, name, prices)?);
            lines.push(line);
        }
        let (from, to) = (self.from, book.now());
        self.from = to;
        self.next = book.operations();
        self.prices = prices.to_vec();
        self.opening = closing;
        self.tally.clear();
        Ok(GoodsStatement {
            from,
            to,
            lines,
            cells,
        })
    }

    /// The value of a line, if it leads from what there was to what there is.
    fn value(&self, line: &GoodsLine, name: &str, prices: &[i64]) -> Result<Cell, LedgerError> {
        let (good, sector) = (line.good, line.sector);
        let net = line.produced + line.received - line.given - line.consumed - line.spoiled;
        if line.opening + net != line.closing {
            return Err(LedgerError::CellOpen {
                item: name.to_owned(),
                sector: format!("sector {}", sector.0),
                sums: [line.opening, net, 0, line.closing],
            });
        }
        // A good that nobody had at the beginning need not have had a price.
        let known = price(&self.prices, good).is_some();
        let before = if known { &self.prices } else { prices };
        let closing = worth(prices, good, line.closing)?;
        Ok(Cell {
            currency: self.currency,
            item: Item::Good(good),
            name: name.to_owned(),
            sector,
            opening: worth(before, good, line.opening)?,
            flows: worth(before, good, net)?,
            revaluations: closing - worth(before, good, line.closing)?,
            closing,
        })
    }
}
