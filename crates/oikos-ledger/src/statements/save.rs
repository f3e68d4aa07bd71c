//! Open periods as bytes, and back, and their digests.

use oikos_core::{Currency, Digest, Ratio, StableId, Tick, TypeKey};

use super::goods::Flows;
use super::period::Period;
use super::tally::Tally;
use super::things::Change;
use super::{GoodsPeriod, TitlesPeriod};
use crate::account::Position;
use crate::state::bytes::{Reader, Writer};
use crate::transfer::MAX_AMOUNT;
use crate::{
    AccountKind, Good, Instrument, LedgerError, Owner, Sector, TitleId, TitleKind, TransferKind,
};

/// The first bytes of saved periods, with the versions of the formats.
const HEAD: &[u8] = b"oikos.period\x01";
const GOODS_HEAD: &[u8] = b"oikos.goods-period\x01";
const TITLES_HEAD: &[u8] = b"oikos.titles-period\x01";

/// Sums of what fits books are far below: at most 2⁶² in each of 2³¹ accounts, or in each of as many stocks as a
/// memory holds.
pub(super) const SUM_MAX: u128 = 1 << 104;

const UNSORTED: &str = "has something twice, or out of order";

/// Words of the bytes as they are saved, each at its place.
pub(super) fn digest_bytes(key: &TypeKey, bytes: &[u8]) -> Digest {
    let (row, mut digest) = (key.row(0), Digest::default());
    for (field, four) in (0..).zip(bytes.chunks(4)) {
        let word = four
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u32::from(byte));
        if word != 0 {
            row.add(&mut digest, field, word);
        }
    }
    digest
}

pub(super) fn load_kind(from: &mut Reader<'_>) -> Result<TransferKind, LedgerError> {
    from.short().map(TransferKind)
}

pub(super) fn load_sector(from: &mut Reader<'_>) -> Result<Sector, LedgerError> {
    from.short().map(Sector)
}

fn save_sum(out: &mut Writer<'_>, value: i128) {
    out.bytes(&value.to_le_bytes());
}

fn load_sum(from: &mut Reader<'_>) -> Result<i128, LedgerError> {
    let (low, high) = (from.wide()?, from.wide()?);
    let sum = (u128::from(low) | u128::from(high) << 64) as i128;
    if sum.unsigned_abs() > SUM_MAX {
        return Err(from.wrong("has an impossible sum"));
    }
    Ok(sum)
}

fn begin<'a>(
    book: &'static str,
    head: &[u8],
    bytes: &'a [u8],
) -> Result<(Reader<'a>, Tick, u64), LedgerError> {
    let mut from = Reader::new(book, bytes);
    if from.take(head.len())? != head {
        return Err(from.wrong("does not begin as one of this version does"));
    }
    let (tick, next) = (Tick::new(from.word()?), from.wide()?);
    Ok((from, tick, next))
}

impl Period {
    /// A digest that is the same exactly when the state is.
    #[must_use]
    pub fn digest(&self, key: &TypeKey) -> Digest {
        let mut bytes = Vec::new();
        self.save(&mut bytes);
        digest_bytes(key, &bytes)
    }

    /// Writes all of the state behind what `out` holds. The same state gives the same bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        let mut out = Writer(out);
        out.bytes(HEAD);
        out.word(self.from.index());
        out.wide(self.next);
        out.wide(self.positions.len() as u64);
        let opening = self.opening.iter().chain(core::iter::repeat(&0));
        for (position, &opening) in self.positions.iter().zip(opening) {
            out.short(position.currency.0);
            out.short(position.instrument.0);
            out.short(position.sector.0);
            out.byte(position.kind as u8);
            save_sum(&mut out, opening);
        }
        out.wide(self.tally.iter().count() as u64);
        for (kind, position, turnover) in self.tally.iter() {
            out.short(kind.0);
            out.word(position as u32);
            turnover
                .into_iter()
                .for_each(|value| save_sum(&mut out, value));
        }
    }

    /// Reads a period back that [`save`](Self::save) wrote.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Saved`] for bytes that are no period.
    pub fn load(bytes: &[u8]) -> Result<Self, LedgerError> {
        let (mut from, tick, next) = begin("period of a ledger", HEAD, bytes)?;
        let mut period = Self {
            from: tick,
            next,
            positions: Vec::new(),
            opening: Vec::new(),
            tally: Tally::default(),
        };
        for _ in 0..from.count(23)? {
            let (currency, instrument) = (Currency(from.short()?), Instrument(from.short()?));
            let sector = load_sector(&mut from)?;
            let kind = AccountKind::ALL.get(usize::from(from.byte()?)).copied();
            let kind = kind.ok_or_else(|| from.wrong("has accounts of no kind"))?;
            period.positions.push(Position {
                currency,
                instrument,
                sector,
                kind,
            });
            period.opening.push(load_sum(&mut from)?);
        }
        let mut sorted = period.positions.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(from.wrong(UNSORTED));
        }
        let mut last = None;
        for _ in 0..from.count(38)? {
            let (kind, position) = (load_kind(&mut from)?, from.word()?);
            let turnover = [load_sum(&mut from)?, load_sum(&mut from)?];
            let known = (position as usize) < period.positions.len();
            let counts = turnover != [0; 2] && turnover.iter().all(|&sum| sum >= 0);
            if !known || !counts || last >= Some((kind, position)) {
                return Err(from.wrong("has an impossible turnover"));
            }
            last = Some((kind, position));
            *period.tally.place(kind, position) = turnover;
        }
        from.end()?;
        Ok(period)
    }
}

impl GoodsPeriod {
    /// A digest that is the same exactly when the state is.
    #[must_use]
    pub fn digest(&self, key: &TypeKey) -> Digest {
        let mut bytes = Vec::new();
        self.save(&mut bytes);
        digest_bytes(key, &bytes)
    }

    /// Writes all of the state behind what `out` holds. The same state gives the same bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        let mut out = Writer(out);
        out.bytes(GOODS_HEAD);
        out.word(self.from.index());
        out.wide(self.next);
        out.short(self.currency.0);
        out.wide(self.prices.len() as u64);
        self.prices.iter().for_each(|&price| out.wide(price as u64));
        out.wide(self.opening.len() as u64);
        for (&(good, sector), &units) in &self.opening {
            out.short(good.0);
            out.short(sector.0);
            save_sum(&mut out, units);
        }
        out.wide(self.tally.len() as u64);
        for (&(good, sector), flows) in &self.tally {
            out.short(good.0);
            out.short(sector.0);
            flows.iter().for_each(|&units| save_sum(&mut out, units));
        }
    }

    /// Reads a period back that [`save`](Self::save) wrote.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Saved`] for bytes that are no period.
    pub fn load(bytes: &[u8]) -> Result<Self, LedgerError> {
        let (mut from, tick, next) = begin("period of an inventory book", GOODS_HEAD, bytes)?;
        let currency = Currency(from.short()?);
        let prices = (0..from.count(8)?).map(|_| Ok(from.wide()? as i64));
        let mut period = Self {
            from: tick,
            next,
            currency,
            prices: prices.collect::<Result<_, LedgerError>>()?,
            opening: Default::default(),
            tally: Default::default(),
        };
        for _ in 0..from.count(20)? {
            let key = (Good(from.short()?), load_sector(&mut from)?);
            let units = load_sum(&mut from)?;
            let last = period.opening.last_key_value();
            if units < 0 || last.is_some_and(|(&last, _)| last >= key) {
                return Err(from.wrong(UNSORTED));
            }
            period.opening.insert(key, units);
        }
        for _ in 0..from.count(84)? {
            let key = (Good(from.short()?), load_sector(&mut from)?);
            let mut flows = Flows::default();
            for units in &mut flows {
                *units = load_sum(&mut from)?;
            }
            let last = period.tally.last_key_value();
            let counts = flows.iter().all(|&units| units >= 0);
            if !counts || last.is_some_and(|(&last, _)| last >= key) {
                return Err(from.wrong(UNSORTED));
            }
            period.tally.insert(key, flows);
        }
        from.end()?;
        Ok(period)
    }
}

fn save_owner(out: &mut Writer<'_>, owner: Option<Owner>) {
    out.byte(u8::from(owner.is_some()));
    owner.into_iter().for_each(|owner| out.owner(owner));
}

fn load_owner(from: &mut Reader<'_>) -> Result<Option<Owner>, LedgerError> {
    Ok(if from.flag()? {
        Some(from.owner()?)
    } else {
        None
    })
}

fn load_change(from: &mut Reader<'_>) -> Result<Change, LedgerError> {
    if from.flag()? {
        let values = [from.wide()? as i64, from.wide()? as i64];
        return match values.iter().all(|value| (0..=MAX_AMOUNT).contains(value)) {
            true => Ok(Change::Revalued(values[0], values[1])),
            false => Err(from.wrong("has an impossible value")),
        };
    }
    let (giver, taker) = (load_owner(from)?, load_owner(from)?);
    let (above, below) = (from.wide()? as i64, from.wide()? as i64);
    let share = Ratio::new(above, below).ok();
    let share = share.filter(|share| share.numerator() == above && share.denominator() == below);
    let share = share.ok_or_else(|| from.wrong("has an impossible share"))?;
    Ok(Change::Moved(giver, taker, share))
}

impl TitlesPeriod {
    /// A digest that is the same exactly when the state is.
    #[must_use]
    pub fn digest(&self, key: &TypeKey) -> Digest {
        let mut bytes = Vec::new();
        self.save(&mut bytes);
        digest_bytes(key, &bytes)
    }

    /// Writes all of the state behind what `out` holds. The same state gives the same bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        let mut out = Writer(out);
        out.bytes(TITLES_HEAD);
        out.word(self.from.index());
        out.wide(self.next);
        out.wide(self.opening.len() as u64);
        for (&(currency, kind, sector), &value) in &self.opening {
            out.short(currency.0);
            out.short(kind.0);
            out.short(sector.0);
            save_sum(&mut out, value);
        }
        out.wide(self.changes.len() as u64);
        for (title, changes) in &self.changes {
            out.wide(title.get());
            out.wide(changes.len() as u64);
            for &change in changes {
                match change {
                    Change::Moved(giver, taker, share) => {
                        out.byte(0);
                        save_owner(&mut out, giver);
                        save_owner(&mut out, taker);
                        out.wide(share.numerator() as u64);
                        out.wide(share.denominator() as u64);
                    }
                    Change::Revalued(before, after) => {
                        out.byte(1);
                        out.wide(before as u64);
                        out.wide(after as u64);
                    }
                }
            }
        }
    }

    /// Reads a period back that [`save`](Self::save) wrote.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Saved`] for bytes that are no period.
    pub fn load(bytes: &[u8]) -> Result<Self, LedgerError> {
        let (mut from, tick, next) = begin("period of a title register", TITLES_HEAD, bytes)?;
        let mut period = Self {
            from: tick,
            next,
            opening: Default::default(),
            changes: Default::default(),
        };
        for _ in 0..from.count(22)? {
            let (currency, kind) = (Currency(from.short()?), TitleKind(from.short()?));
            let key = (currency, kind, load_sector(&mut from)?);
            let last = period.opening.last_key_value();
            if last.is_some_and(|(&last, _)| last >= key) {
                return Err(from.wrong(UNSORTED));
            }
            let value = load_sum(&mut from)?;
            period.opening.insert(key, value);
        }
        for _ in 0..from.count(33)? {
            let title = TitleId::new(from.wide()?)?;
            let changes = (0..from.count(17)?).map(|_| load_change(&mut from));
            let changes = changes.collect::<Result<Vec<_>, _>>()?;
            let last = period.changes.last_key_value();
            if changes.is_empty() || last.is_some_and(|(&last, _)| last >= title) {
                return Err(from.wrong(UNSORTED));
            }
            period.changes.insert(title, changes);
        }
        from.end()?;
        Ok(period)
    }
}
