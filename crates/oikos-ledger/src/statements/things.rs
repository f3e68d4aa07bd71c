//! Unique things over a period: what they are worth to each sector, what of it moved and what was revalued.

use std::collections::BTreeMap;

use oikos_core::{Currency, Ratio, Tick, apportion};

use super::goods::sector;
use super::{Cell, Item};
use crate::titles::common_parts;
use crate::{LedgerError, Owner, Sector, TitleChange, TitleId, TitleKind, Titles};

/// What counts of the changes of a thing.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// A share has moved.
    Moved(Option<Owner>, Option<Owner>, Ratio),
    /// The value was this and is that.
    Revalued(i64, i64),
}

type Key = (Currency, TitleKind, Sector);

/// The open period of the statements of a title register: as [`Period`](crate::Period) is of a ledger's.
///
/// A share that moves is a flow of what it is registered at, whatever was paid for it; a new value is a revaluation. It
/// keeps the changes of the things that changed, and at the end goes back through them from what there is. Owners stay
/// in their sector, and the function that tells it knows, at the end, all who owned something in the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitlesPeriod {
    pub(super) from: Tick,
    /// The number of the first entry that is not counted.
    pub(super) next: u64,
    pub(super) opening: BTreeMap<Key, i128>,
    pub(super) changes: BTreeMap<TitleId, Vec<Change>>,
}

/// What things are worth by currency, kind and sector: one pass over all things.
fn stocks(
    titles: &Titles,
    sector_of: impl Fn(Owner) -> Option<Sector>,
) -> Result<BTreeMap<Key, i128>, LedgerError> {
    let mut sums = BTreeMap::new();
    for (_, title) in titles.iter().filter(|(_, title)| title.value() != 0) {
        for (owner, amount) in title.split(title.value())? {
            let key = (title.currency(), title.kind(), sector(&sector_of, owner)?);
            *sums.entry(key).or_default() += i128::from(amount);
        }
    }
    Ok(sums)
}

/// A thing on the way back to what it was.
struct Past {
    shares: BTreeMap<Owner, Ratio>,
    value: i64,
}

impl Past {
    /// What each owner's share is worth, with a sign. `None` where shares are none.
    fn add_worth(&self, sums: &mut BTreeMap<Owner, i128>, sign: i128) -> Option<()> {
        if self.value == 0 {
            return Some(());
        }
        let shares: Vec<(Owner, Ratio)> = self
            .shares
            .iter()
            .map(|(&owner, &share)| (owner, share))
            .collect();
        let (parts, _) = common_parts(&shares).ok()?;
        let weights: Option<Vec<u64>> = parts
            .iter()
            .map(|&(_, part)| u64::try_from(part).ok())
            .collect();
        let amounts = apportion(self.value, &weights?).ok()?;
        for ((owner, _), amount) in parts.into_iter().zip(amounts) {
            *sums.entry(owner).or_default() += sign * i128::from(amount);
        }
        Some(())
    }

    fn give(
        &mut self,
        owner: Option<Owner>,
        share: Result<Ratio, oikos_core::CoreError>,
    ) -> Option<()> {
        if let Some(owner) = owner {
            let has = self.shares.entry(owner).or_insert(Ratio::ZERO);
            *has = (*has + share.ok()?).ok()?;
            if *has == Ratio::ZERO {
                self.shares.remove(&owner);
            }
        }
        Some(())
    }

    /// Undoes a change; what it did to what owners' shares are worth is added to what moved or what was revalued.
    fn undo(&mut self, change: Change, moved: &mut [BTreeMap<Owner, i128>; 2]) -> Option<()> {
        let which = usize::from(matches!(change, Change::Revalued(..)));
        self.add_worth(&mut moved[which], 1)?;
        match change {
            Change::Moved(from, to, share) => {
                self.give(to, -share)?;
                self.give(from, Ok(share))?;
            }
            Change::Revalued(before, after) => {
                if self.value != after {
                    return None;
                }
                self.value = before;
            }
        }
        self.add_worth(&mut moved[which], -1)
    }
}

impl TitlesPeriod {
    /// Begins a period with what there is now. What was recorded before is not counted.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSector`] for an owner without one.
    pub fn open(
        titles: &Titles,
        sector_of: impl Fn(Owner) -> Option<Sector>,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            from: titles.now(),
            next: titles.entries_made(),
            opening: stocks(titles, sector_of)?,
            changes: BTreeMap::new(),
        })
    }

    /// The tick at which it began.
    #[must_use]
    pub const fn from(&self) -> Tick {
        self.from
    }

    /// Keeps the entries that are [recorded](Titles::recorded) and were not kept yet.
    ///
    /// # Errors
    ///
    /// [`LedgerError::OtherBook`] if the period was begun on another register.
    pub fn follow(&mut self, titles: &Titles) -> Result<(), LedgerError> {
        if titles.entries_made() < self.next {
            return Err(LedgerError::OtherBook {
                book: "title register",
            });
        }
        let entries = titles.recorded();
        let counted = entries.partition_point(|entry| entry.number < self.next);
        for entry in &entries[counted..] {
            let change = match entry.change {
                TitleChange::Moved { from, to, share } => Change::Moved(from, to, share),
                TitleChange::Revalued { before, after } => Change::Revalued(before, after),
                _ => continue,
            };
            self.changes.entry(entry.title).or_default().push(change);
        }
        if let Some(last) = entries.last() {
            self.next = self.next.max(last.number + 1);
        }
        Ok(())
    }

    /// Ends the period, after what is recorded was kept, and begins the next. What it gives is to be
    /// [included](crate::Statement::include) in a statement of money.
    ///
    /// # Errors
    ///
    /// [`LedgerError::OtherBook`]; [`LedgerError::NoSector`] for an owner without one; [`LedgerError::ThingOpen`] for
    /// a thing that its changes do not lead to, [`LedgerError::CellOpen`] for a cell: then the period stays open.
    pub fn close(
        &mut self,
        titles: &Titles,
        sector_of: impl Fn(Owner) -> Option<Sector>,
    ) -> Result<Vec<Cell>, LedgerError> {
        self.follow(titles)?;
        let closing = stocks(titles, &sector_of)?;
        let moved = self.moved(titles, sector_of)?;
        let mut keys: Vec<Key> = self.opening.keys().chain(closing.keys()).copied().collect();
        keys.extend(moved.keys());
        keys.sort_unstable();
        keys.dedup();
        let mut cells = Vec::with_capacity(keys.len());
        for key in keys {
            let of = |map: &BTreeMap<Key, i128>| map.get(&key).copied().unwrap_or_default();
            let [flows, revaluations] = moved.get(&key).copied().unwrap_or_default();
            let (currency, kind, sector) = key;
            let name = titles.kind_name(kind).unwrap_or_default().to_owned();
            let sums = [of(&self.opening), flows, revaluations, of(&closing)];
            if sums[..3].iter().sum::<i128>() != sums[3] {
                let (item, sector) = (name, format!("sector {}", sector.0));
                return Err(LedgerError::CellOpen { item, sector, sums });
            }
            let [opening, flows, revaluations, closing] = sums;
            cells.push(Cell {
                currency,
                item: Item::Thing(kind),
                name,
                sector,
                opening,
                flows,
                revaluations,
                closing,
            });
        }
        self.from = titles.now();
        self.next = titles.entries_made();
        self.opening = closing;
        self.changes.clear();
        Ok(cells)
    }

    /// What moved and what was revalued, by going back through the changes of each thing.
    fn moved(
        &self,
        titles: &Titles,
        sector_of: impl Fn(Owner) -> Option<Sector>,
    ) -> Result<BTreeMap<Key, [i128; 2]>, LedgerError> {
        let mut sums = BTreeMap::<Key, [i128; 2]>::new();
        for (&id, changes) in &self.changes {
            let title = titles.get(id)?;
            let mut past = Past {
                shares: title.shares().collect(),
                value: title.value(),
            };
            let mut moved = [BTreeMap::new(), BTreeMap::new()];
            let mut back = changes.iter().rev();
            back.try_for_each(|&change| past.undo(change, &mut moved))
                .ok_or(LedgerError::ThingOpen { title: id })?;
            for (which, amounts) in moved.into_iter().enumerate() {
                for (owner, amount) in amounts.into_iter().filter(|&(_, amount)| amount != 0) {
                    let key = (title.currency(), title.kind(), sector(&sector_of, owner)?);
                    sums.entry(key).or_default()[which] += amount;
                }
            }
        }
        Ok(sums)
    }
}
