//! An inventory book as bytes, and back, and its digest. What can be counted from the rest (what is on hand, held
//! and in total) is not written.

use oikos_core::{Digest, Quantity, StableId, Tick, TypeKey};

use super::{Good, GoodsFlow, GoodsFlows, GoodsHold, Inventory};
use crate::holds::Holds;
use crate::state::bytes::{Reader, Writer};
use crate::state::save::{load_vocabulary, save_vocabulary};
use crate::state::{Parts, add_vocabulary, add_wide};
use crate::transfer::MAX_TURNOVER;
use crate::{HoldId, LedgerError};

/// The first bytes of a saved book, with the version of the format.
const HEAD: &[u8] = b"oikos.inventory\x01";

/// Bytes of a stock: 2 of 2, 6 of 8.
const STOCK_BYTES: usize = 52;

/// Bytes of an open hold: 4 of 8, 2 of 2, one of 1, one of 4.
const HOLD_BYTES: usize = 41;

/// The digests of what has been digested, so that only what has changed since is digested again.
#[derive(Debug, Default)]
pub(super) struct Digests {
    stocks: Parts,
    holds: Parts,
}

impl Inventory {
    /// A digest that is the same exactly when the state is: stocks with their flows, holds, names and the clock.
    /// What is recorded but not drained is output and no part of it.
    ///
    /// Only what has changed since the last digest is looked at again, stocks in groups of 16, holds in groups
    /// of 64.
    #[must_use]
    pub fn digest(&self, key: &TypeKey) -> Digest {
        let digests = self.digests.lock();
        let mut digests = digests.unwrap_or_else(std::sync::PoisonError::into_inner);
        let (stocks, holds) = (&self.stocks, &self.holds);
        let stocks = digests.stocks.update(
            stocks.segments(),
            |segment| stocks.take_mark(segment),
            |segment| stocks.digest(segment),
        );
        let open = digests.holds.update(
            holds.pages(),
            |page| holds.take_mark(page),
            |page| holds.digest_page(page),
        );
        let mut names = Digest::default();
        add_vocabulary(&mut names, 0, &self.goods);
        add_vocabulary(&mut names, 8, &self.kinds);
        let (row, mut digest) = (key.row(0), Digest::default());
        let lanes = [stocks, open, names].into_iter().flat_map(|part| part.0);
        (0..)
            .zip(lanes)
            .for_each(|(field, lane)| row.add(&mut digest, field, lane));
        row.add(&mut digest, 16, self.now.index());
        add_wide(&row, &mut digest, 17, self.next);
        add_wide(&row, &mut digest, 19, self.holds.made());
        digest
    }

    /// Writes all of the state behind what `out` holds. The same state gives the same bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        let mut out = Writer(out);
        out.bytes(HEAD);
        out.word(self.now.index());
        out.wide(self.next);
        save_vocabulary(&self.goods, &mut out);
        save_vocabulary(&self.kinds, &mut out);
        out.wide(self.stocks.iter().count() as u64);
        for (owner, good, stock) in self.stocks.iter() {
            out.owner(owner);
            out.short(good.0);
            let columns = stock.flows.columns();
            columns.into_iter().for_each(|value| out.wide(value as u64));
        }
        out.wide(self.holds.made());
        out.bytes(self.holds.fates());
        out.wide(self.holds.open());
        for (id, hold) in self.holds.iter() {
            out.wide(id.get());
            out.owner(hold.owner);
            out.short(hold.good.0);
            out.wide(hold.quantity.0 as u64);
            out.wide(hold.reference);
            out.tick(hold.expires);
        }
    }

    /// Reads a book back that [`save`](Self::save) wrote, and audits it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Saved`] for bytes that are no inventory book; the errors of [`audit`](Self::audit) for one
    /// that does not add up.
    pub fn load(bytes: &[u8]) -> Result<Self, LedgerError> {
        let mut from = Reader::new("inventory", bytes);
        if from.take(HEAD.len())? != HEAD {
            return Err(from.wrong("does not begin as one of this version does"));
        }
        let mut book = Self::new();
        book.now = Tick::new(from.word()?);
        book.next = from.wide()?;
        load_vocabulary(&mut book.goods, 0, &mut from)?;
        load_vocabulary(&mut book.kinds, GoodsFlow::Spoil as u8, &mut from)?;
        book.totals
            .resize(book.goods.iter().len(), super::GoodTotals::default());
        book.load_stocks(&mut from)?;
        book.load_holds(&mut from)?;
        from.end()?;
        book.audit()?;
        Ok(book)
    }

    fn load_stocks(&mut self, from: &mut Reader<'_>) -> Result<(), LedgerError> {
        let mut last = None;
        for _ in 0..from.count(STOCK_BYTES)? {
            let (owner, good) = (from.owner()?, Good(from.short()?));
            let mut columns = [0_i64; 5];
            for column in &mut columns {
                *column = from.wide()? as i64;
                if !(0..=MAX_TURNOVER).contains(column) {
                    return Err(from.wrong("has an impossible flow"));
                }
            }
            let [produced, received, given, consumed, spoiled] = columns.map(Quantity);
            let flows = GoodsFlows {
                produced,
                received,
                given,
                consumed,
                spoiled,
            };
            let went = columns[2..]
                .iter()
                .map(|&column| i128::from(column))
                .sum::<i128>();
            let came = columns[..2]
                .iter()
                .map(|&column| i128::from(column))
                .sum::<i128>();
            let possible = came > 0 && came <= i128::from(MAX_TURNOVER) && went <= came;
            let known = self.totals.get_mut(usize::from(good.0));
            let Some(totals) = known.filter(|_| possible && last < Some((owner, good))) else {
                return Err(from.wrong("has an impossible stock"));
            };
            last = Some((owner, good));
            totals.add(&flows);
            let row = self.stocks.row(owner, good);
            row.flows = flows;
            row.on_hand = flows.net();
        }
        Ok(())
    }

    fn load_holds(&mut self, from: &mut Reader<'_>) -> Result<(), LedgerError> {
        let made = from.wide()?;
        let fates = usize::try_from(made.div_ceil(4)).unwrap_or(usize::MAX);
        let fates = from.take(fates)?.to_vec();
        let mut open: Vec<(HoldId, GoodsHold)> = Vec::new();
        for _ in 0..from.count(HOLD_BYTES)? {
            let id = HoldId::new(from.wide()?)?;
            let (owner, good) = (from.owner()?, Good(from.short()?));
            let quantity = Quantity(from.wide()? as i64);
            let reference = from.wide()?;
            let expires = from.tick()?;
            let late = expires.is_some_and(|tick| tick <= self.now);
            let free = self.stocks.get(owner, good).free();
            let possible = quantity.0 > 0 && quantity <= free && !late;
            if !possible || open.last().is_some_and(|&(last, _)| last >= id) {
                return Err(from.wrong("has an impossible hold"));
            }
            let hold = GoodsHold {
                good,
                owner,
                quantity,
                reference,
                expires,
            };
            self.set_aside(&hold, quantity.0);
            open.push((id, hold));
        }
        let holds = Holds::restore(made, fates, open);
        self.holds = holds.ok_or_else(|| from.wrong("has holds whose fates do not fit"))?;
        Ok(())
    }
}
