//! Operations on titles carried out, and taken back when their chain fails.

use core::sync::atomic::AtomicBool;

use oikos_core::StableId;

use super::judge::Step;
use super::save::SEGMENT;
use super::{
    Title, TitleApplied, TitleChange, TitleEntry, TitleId, TitleOperation, TitleRefusal,
    TitleStatus, Titles,
};

/// What a step replaced.
#[derive(Debug)]
pub(super) struct Before {
    id: TitleId,
    /// `None` if the step registered it.
    title: Option<Title>,
    makes_lien: bool,
    makes_hold: bool,
    difference: i64,
}

/// A chain of which all steps so far were carried out.
struct Chain {
    replaced: Vec<Before>,
    done: Vec<TitleApplied>,
    /// The next number and how many entries there were before it.
    next: u64,
    entries: usize,
}

impl Titles {
    /// Carries out one operation.
    ///
    /// # Errors
    ///
    /// The [`TitleRefusal`] says why not; then nothing has changed.
    pub fn apply(&mut self, operation: &TitleOperation) -> Result<TitleApplied, TitleRefusal> {
        let step = self.judge(operation).map_err(|status| TitleRefusal {
            status,
            operation: Some(Box::new(operation.clone())),
            step: 0,
        })?;
        Ok(self.carry_out(step).0)
    }

    /// Carries out operations one after the other, each seeing what those before it did. If one is refused, none
    /// is carried out.
    ///
    /// # Errors
    ///
    /// The [`TitleRefusal`] says which step was refused and why.
    pub fn chain(
        &mut self,
        operations: &[TitleOperation],
    ) -> Result<Vec<TitleApplied>, TitleRefusal> {
        Ok(self.run_chain(operations)?.done)
    }

    /// Carries out a [`chain`](Self::chain), and then what goes with it: a payment. If a step is refused, `then`
    /// is not called; if `then` fails, the chain is taken back, and all is as it was before.
    ///
    /// This is delivery versus payment. `then` is told what became of the steps. It is to be all or nothing by
    /// itself, as [`Ledger::post`](crate::Ledger::post), [`Ledger::chain`](crate::Ledger::chain) and a `chain_then`
    /// of another book are.
    ///
    /// # Errors
    ///
    /// The [`TitleRefusal`] of the step that was refused, or the error of `then`.
    pub fn chain_then<T, E: From<TitleRefusal>>(
        &mut self,
        operations: &[TitleOperation],
        then: impl FnOnce(&[TitleApplied]) -> Result<T, E>,
    ) -> Result<T, E> {
        let chain = self.run_chain(operations)?;
        match then(&chain.done) {
            Ok(done) => Ok(done),
            Err(error) => {
                self.take_all_back(chain);
                Err(error)
            }
        }
    }

    fn run_chain(&mut self, operations: &[TitleOperation]) -> Result<Chain, TitleRefusal> {
        if operations.is_empty() {
            return Err(TitleRefusal {
                status: TitleStatus::ChainEmpty,
                operation: None,
                step: 0,
            });
        }
        let mut chain = Chain {
            replaced: Vec::with_capacity(operations.len()),
            done: Vec::with_capacity(operations.len()),
            next: self.next,
            entries: self.entries.len(),
        };
        for operation in operations {
            match self.judge(operation) {
                Ok(step) => {
                    let (applied, before) = self.carry_out(step);
                    chain.done.push(applied);
                    chain.replaced.push(before);
                }
                Err(status) => {
                    let step = chain.replaced.len() as u32;
                    self.take_all_back(chain);
                    return Err(TitleRefusal {
                        status,
                        operation: Some(Box::new(operation.clone())),
                        step,
                    });
                }
            }
        }
        Ok(chain)
    }

    fn take_all_back(&mut self, chain: Chain) {
        for before in chain.replaced.into_iter().rev() {
            self.take_back(before);
        }
        self.next = chain.next;
        self.entries.truncate(chain.entries);
    }

    pub(super) fn carry_out(&mut self, step: Step) -> (TitleApplied, Before) {
        let applied = TitleApplied {
            number: self.next,
            title: step.id,
            lien: step.lien,
            hold: step.hold,
            amount: step.amount,
        };
        let difference = step.changes.iter().map(TitleChange::difference).sum();
        let currency = step.title.currency;
        self.totals.revalued(currency, difference);
        self.liens_made += u64::from(step.makes_lien);
        self.holds_made += u64::from(step.makes_hold);
        if self.recording {
            let (tick, title) = (self.now, step.id);
            let entries = (self.next..).zip(&step.changes);
            self.entries
                .extend(entries.map(|(number, &change)| TitleEntry {
                    number,
                    tick,
                    title,
                    change,
                }));
        }
        self.next += step.changes.len() as u64;
        let before = Before {
            id: step.id,
            title: self.replace(step.id, Some(step.title)),
            makes_lien: step.makes_lien,
            makes_hold: step.makes_hold,
            difference,
        };
        (applied, before)
    }

    /// Undoes the last step that has not been undone, its entries apart.
    fn take_back(&mut self, before: Before) {
        self.liens_made -= u64::from(before.makes_lien);
        self.holds_made -= u64::from(before.makes_hold);
        let title = self.replace(before.id, before.title);
        if let Some(title) = title {
            self.totals.revalued(title.currency, -before.difference);
        }
    }

    /// Puts a thing, or none at the end, in the place of what was there, and keeps all that is counted.
    pub(super) fn replace(&mut self, id: TitleId, title: Option<Title>) -> Option<Title> {
        let place = id.get() as usize;
        let old = match (title, self.titles.get_mut(place)) {
            (Some(title), Some(there)) => Some(std::mem::replace(there, title)),
            (Some(title), None) => {
                self.titles.push(title);
                None
            }
            (None, _) => self.titles.pop(),
        };
        if let Some(old) = &old {
            self.count(id, old, -1);
        }
        if let Some(new) = self.titles.get(place).cloned() {
            self.count(id, &new, 1);
        }
        let segments = self.titles.len().div_ceil(SEGMENT);
        self.dirty.resize_with(segments, || AtomicBool::new(true));
        if let Some(mark) = self.dirty.get_mut(place / SEGMENT) {
            *mark.get_mut() = true;
        }
        old
    }

    /// Counts a thing (sign 1), or no longer (−1).
    fn count(&mut self, id: TitleId, title: &Title, sign: i64) {
        self.totals.count(title, sign);
        for lien in &title.liens {
            if sign > 0 {
                self.open_liens.insert(lien.id, id);
            } else {
                self.open_liens.remove(&lien.id);
            }
        }
        for hold in &title.holds {
            let expires = hold.expires.map(|tick| (tick, hold.id));
            if sign > 0 {
                self.open_holds.insert(hold.id, id);
                self.expiring.extend(expires);
            } else {
                self.open_holds.remove(&hold.id);
                expires.map(|key| self.expiring.remove(&key));
            }
        }
        for &(owner, _) in &title.parts {
            if sign > 0 {
                self.owned.insert((owner, id));
            } else {
                self.owned.remove(&(owner, id));
            }
        }
    }
}
