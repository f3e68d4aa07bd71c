//! A title register as bytes, and back, and its digest. What can be counted from the rest is not written.

use oikos_core::{Currency, Digest, Ratio, StableId, Tick, TypeKey};

use super::audit::problem;
use super::{
    Lien, LienId, LienKind, Tenancy, Title, TitleHold, TitleId, TitleKind, Titles, Valuation,
};
use crate::books::take_mark;
use crate::state::bytes::{Reader, Writer};
use crate::state::save::{load_vocabulary, save_vocabulary};
use crate::state::{add_vocabulary, add_wide};
use crate::transfer::MAX_AMOUNT;
use crate::{HoldId, LedgerError};

/// Things that are digested together.
pub(super) const SEGMENT: usize = 16;

/// The first bytes of a saved register, with the version of the format.
const HEAD: &[u8] = b"oikos.titles\x02";

/// Bytes of an owner with a part, of a lien, of a hold, and of a thing without these.
const PART_BYTES: usize = 18;
const LIEN_BYTES: usize = 32;
const HOLD_BYTES: usize = 47;
const TITLE_BYTES: usize = 38;

const TITLE: TypeKey = TypeKey::new("oikos.titles.title");

fn save_title(title: &Title, out: &mut Writer<'_>) {
    out.short(title.kind.0);
    out.short(title.currency.0);
    out.wide(title.whole as u64);
    out.wide(title.parts.len() as u64);
    for &(owner, part) in &title.parts {
        out.owner(owner);
        out.wide(part as u64);
    }
    out.wide(title.liens.len() as u64);
    for lien in &title.liens {
        out.wide(lien.id.get());
        out.short(lien.kind.0);
        out.owner(lien.creditor);
        out.word(lien.rank);
        out.wide(lien.limit as u64);
    }
    out.wide(title.holds.len() as u64);
    for hold in &title.holds {
        out.wide(hold.id.get());
        out.owner(hold.owner);
        out.wide(hold.share.numerator() as u64);
        out.wide(hold.share.denominator() as u64);
        out.wide(hold.reference);
        out.tick(hold.expires);
    }
    out.byte(u8::from(title.tenancy.is_some()));
    if let Some(tenancy) = title.tenancy {
        out.owner(tenancy.tenant);
        out.word(tenancy.from.index());
        out.tick(tenancy.until);
    }
    out.byte(u8::from(title.valuation.is_some()));
    if let Some(valuation) = title.valuation {
        out.wide(valuation.amount as u64);
        out.word(valuation.date.index());
    }
}

fn load_lien(from: &mut Reader<'_>) -> Result<Lien, LedgerError> {
    Ok(Lien {
        id: LienId::new(from.wide()?)?,
        kind: LienKind(from.short()?),
        creditor: from.owner()?,
        rank: from.word()?,
        limit: from.wide()? as i64,
    })
}

fn load_hold(from: &mut Reader<'_>) -> Result<TitleHold, LedgerError> {
    let (id, owner) = (HoldId::new(from.wide()?)?, from.owner()?);
    let (above, below) = (from.wide()? as i64, from.wide()? as i64);
    // A share has one form.
    let share = Ratio::new(above, below).ok();
    let share = share.filter(|share| share.numerator() == above && share.denominator() == below);
    Ok(TitleHold {
        id,
        owner,
        share: share.ok_or_else(|| from.wrong("has an impossible share"))?,
        reference: from.wide()?,
        expires: from.tick()?,
    })
}

fn load_title(from: &mut Reader<'_>) -> Result<Title, LedgerError> {
    let (kind, currency) = (TitleKind(from.short()?), Currency(from.short()?));
    let whole = from.wide()? as i64;
    let parts = (0..from.count(PART_BYTES)?).map(|_| Ok((from.owner()?, from.wide()? as i64)));
    let parts = parts.collect::<Result<Vec<_>, LedgerError>>()?;
    let liens = (0..from.count(LIEN_BYTES)?).map(|_| load_lien(from));
    let liens = liens.collect::<Result<Vec<_>, _>>()?;
    let holds = (0..from.count(HOLD_BYTES)?).map(|_| load_hold(from));
    let holds = holds.collect::<Result<Vec<_>, _>>()?;
    let mut tenancy = None;
    if from.flag()? {
        tenancy = Some(Tenancy {
            tenant: from.owner()?,
            from: Tick::new(from.word()?),
            until: from.tick()?,
        });
    }
    let mut valuation = None;
    if from.flag()? {
        valuation = Some(Valuation {
            amount: from.wide()? as i64,
            date: Tick::new(from.word()?),
        });
    }
    Ok(Title {
        kind,
        currency,
        whole,
        parts,
        liens,
        holds,
        tenancy,
        valuation,
    })
}

impl Titles {
    /// A digest that is the same exactly when the state is: things, names and the clock. What is recorded but not
    /// drained is output and no part of it.
    ///
    /// Only what has changed since the last digest is looked at again, in groups of 16 things.
    #[must_use]
    pub fn digest(&self, key: &TypeKey) -> Digest {
        let digests = self.digests.lock();
        let mut digests = digests.unwrap_or_else(std::sync::PoisonError::into_inner);
        let titles = digests.update(
            self.dirty.len(),
            |segment| take_mark(&self.dirty[segment]),
            |segment| self.digest_segment(segment),
        );
        let mut names = Digest::default();
        add_vocabulary(&mut names, 0, &self.kinds);
        add_vocabulary(&mut names, 8, &self.lien_kinds);
        let (row, mut digest) = (key.row(0), Digest::default());
        let lanes = [titles, names].into_iter().flat_map(|part| part.0);
        (0..)
            .zip(lanes)
            .for_each(|(field, lane)| row.add(&mut digest, field, lane));
        row.add(&mut digest, 16, self.now.index());
        add_wide(&row, &mut digest, 17, self.next);
        add_wide(&row, &mut digest, 19, self.liens_made);
        add_wide(&row, &mut digest, 21, self.len());
        add_wide(&row, &mut digest, 23, self.holds_made);
        digest
    }

    /// The cells of a thing are its bytes as they are saved, by words, each at its place.
    fn digest_segment(&self, segment: usize) -> Digest {
        let first = segment * SEGMENT;
        let last = (first + SEGMENT).min(self.titles.len());
        let (mut digest, mut bytes) = (Digest::default(), Vec::new());
        for (id, title) in (first as u64..).zip(&self.titles[first..last]) {
            bytes.clear();
            save_title(title, &mut Writer(&mut bytes));
            let row = TITLE.row(id);
            for (field, four) in (0..).zip(bytes.chunks(4)) {
                let word = four
                    .iter()
                    .rev()
                    .fold(0, |word, &byte| word << 8 | u32::from(byte));
                if word != 0 {
                    row.add(&mut digest, field, word);
                }
            }
        }
        digest
    }

    /// Writes all of the state behind what `out` holds. The same state gives the same bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        let mut out = Writer(out);
        out.bytes(HEAD);
        out.word(self.now.index());
        out.wide(self.next);
        out.wide(self.liens_made);
        out.wide(self.holds_made);
        save_vocabulary(&self.kinds, &mut out);
        save_vocabulary(&self.lien_kinds, &mut out);
        out.wide(self.len());
        self.titles
            .iter()
            .for_each(|title| save_title(title, &mut out));
    }

    /// Reads a register back that [`save`](Self::save) wrote, and audits it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Saved`] for bytes that are no title register; the errors of [`audit`](Self::audit) for one
    /// that does not add up.
    pub fn load(bytes: &[u8]) -> Result<Self, LedgerError> {
        let mut from = Reader::new("title register", bytes);
        if from.take(HEAD.len())? != HEAD {
            return Err(from.wrong("does not begin as one of this version does"));
        }
        let mut titles = Self::new();
        titles.now = Tick::new(from.word()?);
        titles.next = from.wide()?;
        titles.liens_made = from.wide()?;
        titles.holds_made = from.wide()?;
        load_vocabulary(&mut titles.kinds, 0, &mut from)?;
        load_vocabulary(&mut titles.lien_kinds, 1, &mut from)?;
        for number in 0..from.count(TITLE_BYTES)? {
            let title = load_title(&mut from)?;
            if let Some(problem) = problem(&title) {
                return Err(from.wrong(problem));
            }
            if !titles.is_possible(&title) {
                return Err(from.wrong("has an impossible title"));
            }
            let value = title.value();
            titles.totals.revalued(title.currency, value);
            titles.replace(TitleId::new(number as u64)?, Some(title));
        }
        from.end()?;
        titles.audit()?;
        Ok(titles)
    }

    /// Whether a thing whose parts fit each other fits the register.
    fn is_possible(&self, title: &Title) -> bool {
        let liens = title.liens.iter().all(|lien| {
            let known = lien.id.get() < self.liens_made && !self.open_liens.contains_key(&lien.id);
            known && self.lien_kinds.mark(lien.kind.0).is_some() && lien.limit <= MAX_AMOUNT
        });
        let mut ids: Vec<LienId> = title.liens.iter().map(|lien| lien.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let tenancy = title
            .tenancy
            .is_none_or(|tenancy| tenancy.until.is_none_or(|until| until > tenancy.from));
        let valuation = title.valuation.is_none_or(|valuation| {
            (0..=MAX_AMOUNT).contains(&valuation.amount) && valuation.date <= self.now
        });
        let holds = title.holds.iter().all(|hold| {
            let lasts = hold.expires.is_none_or(|tick| tick > self.now);
            lasts && hold.id.get() < self.holds_made && !self.open_holds.contains_key(&hold.id)
        });
        let known = self.kinds.mark(title.kind.0).is_some();
        known
            && liens
            && holds
            && ids.len() == title.liens.len()
            && tenancy
            && valuation
            && title.is_reduced()
    }
}
