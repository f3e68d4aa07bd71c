//! Whether titles are as titles are: at once from the totals, or by looking at everything.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::Currency;

use super::title::adds_up;
use super::{Title, TitleId, Titles};
use crate::LedgerError;

/// What is kept up with every change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Totals {
    /// Things that are not destroyed.
    pub(super) there: u64,
    /// Minor units that they are valued at.
    pub(super) values: BTreeMap<Currency, i128>,
    /// Minor units that all revaluations come to.
    pub(super) revalued: BTreeMap<Currency, i128>,
}

impl Totals {
    pub(super) fn revalued(&mut self, currency: Currency, difference: i64) {
        if difference != 0 {
            *self.revalued.entry(currency).or_default() += i128::from(difference);
        }
    }

    pub(super) fn count(&mut self, title: &Title, sign: i64) {
        let there = u64::from(!title.is_destroyed());
        self.there = if sign > 0 {
            self.there + there
        } else {
            self.there - there
        };
        if title.value() != 0 {
            let value = self.values.entry(title.currency).or_default();
            *value += i128::from(title.value()) * i128::from(sign);
        }
    }
}

fn same(what: &'static str, counted: i128, expected: i128) -> Result<(), LedgerError> {
    if counted == expected {
        return Ok(());
    }
    Err(LedgerError::TitlesUnbalanced {
        what,
        counted,
        expected,
    })
}

/// What is wrong with a thing by itself.
pub(super) fn problem(title: &Title) -> Option<&'static str> {
    let positive = title.parts.iter().all(|&(_, part)| part > 0);
    let sorted = title.parts.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let order = |pair: &[super::Lien]| (pair[0].rank, pair[0].id) < (pair[1].rank, pair[1].id);
    if !adds_up(&title.parts, title.whole) || !positive {
        return Some("has shares that do not add up to one");
    }
    if !sorted {
        return Some("has owners out of order");
    }
    if !title.liens.windows(2).all(order) {
        return Some("has liens out of order");
    }
    if title.liens.iter().any(|lien| lien.limit <= 0) {
        return Some("has a lien that secures nothing");
    }
    let holders = title.holds.iter().map(|hold| hold.owner);
    if !holders
        .into_iter()
        .all(|owner| title.covers_holds(owner) == Ok(true))
    {
        return Some("has holds of more than their owner has");
    }
    let held = |pair: &[super::TitleHold]| pair[0].id < pair[1].id;
    let positive = |hold: &super::TitleHold| hold.share.numerator() > 0;
    if !title.holds.windows(2).all(held) || !title.holds.iter().all(positive) {
        return Some("has holds out of order, or of nothing");
    }
    let burdened = !title.liens.is_empty() || !title.holds.is_empty();
    let bare = !burdened && title.tenancy.is_none() && title.valuation.is_none();
    (title.is_destroyed() && !bare).then_some("is destroyed and has something left")
}

impl Titles {
    /// Whether all values come to what all revaluations do, from totals that are kept with every change: for every
    /// tick. [`audit`](Self::audit) looks at all things.
    ///
    /// # Errors
    ///
    /// [`LedgerError::TitlesUnbalanced`].
    pub fn check(&self) -> Result<(), LedgerError> {
        let (values, revalued) = (&self.totals.values, &self.totals.revalued);
        for currency in values.keys().chain(revalued.keys()) {
            let expected = revalued.get(currency).copied().unwrap_or(0);
            same("values of things", self.value(*currency), expected)?;
        }
        Ok(())
    }

    /// Looks at all things: shares add up to one, liens are in order and known, values and things are counted
    /// rightly. For a cadence.
    ///
    /// # Errors
    ///
    /// [`LedgerError::TitleBroken`] or [`LedgerError::TitlesUnbalanced`].
    pub fn audit(&self) -> Result<(), LedgerError> {
        self.check()?;
        let mut totals = Totals::default();
        let (mut liens, mut owned) = (BTreeMap::<_, TitleId>::new(), BTreeSet::new());
        let (mut holds, mut expiring) = (BTreeMap::<_, TitleId>::new(), BTreeSet::new());
        for (id, title) in self.iter() {
            if let Some(problem) = problem(title) {
                return Err(LedgerError::TitleBroken { title: id, problem });
            }
            totals.count(title, 1);
            liens.extend(title.liens.iter().map(|lien| (lien.id, id)));
            holds.extend(title.holds.iter().map(|hold| (hold.id, id)));
            let ticks = title.holds.iter();
            expiring.extend(ticks.filter_map(|hold| Some((hold.expires?, hold.id))));
            owned.extend(title.parts.iter().map(|&(owner, _)| (owner, id)));
        }
        same(
            "things",
            i128::from(totals.there),
            i128::from(self.totals.there),
        )?;
        for (currency, &kept) in &self.totals.values {
            let counted = totals.values.get(currency).copied().unwrap_or(0);
            same("values of things", counted, kept)?;
        }
        let known = |what, is_so: bool| same(what, i128::from(is_so), 1);
        known("liens that are listed rightly", liens == self.open_liens)?;
        known("holds that are listed rightly", holds == self.open_holds)?;
        let ticks = self
            .expiring
            .first()
            .is_none_or(|&(tick, _)| tick > self.now);
        known("holds that end in time", ticks && expiring == self.expiring)?;
        known("owners that are listed rightly", owned == self.owned)
    }
}
