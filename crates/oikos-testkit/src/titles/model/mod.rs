//! The slow model: shares are fractions in wide integers by owner, liens lie in the order in which they were made
//! and are sorted when they are looked at; a chain is tried on a copy.
//!
//! It can be told to be wrong in one way, so that tests can show what finds it.

mod fractions;
mod holds;
mod rules;

use std::collections::BTreeMap;

use oikos_core::{Currency, StableId, Tick};
use oikos_ledger::{
    HoldId, Lien, LienId, Owner, Tenancy, TitleApplied, TitleChange, TitleEntry, TitleHold,
    TitleId, TitleKind, TitleOperation, TitleStatus, Valuation,
};

use self::fractions::{Fraction, denominator, lowest, plus, ratio};
use self::rules::{first, wrong_amount};
use crate::titles::Fault;
use crate::titles::register::{
    Answer, CURRENCIES, Deed, LIEN_KINDS, OWNERS, Register, Seen, View, owner, title_id,
};

#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) kind: TitleKind,
    pub(crate) currency: Currency,
    pub(crate) destroyed: bool,
    pub(crate) shares: BTreeMap<Owner, Fraction>,
    pub(crate) liens: Vec<Lien>,
    pub(crate) holds: Vec<TitleHold>,
    pub(crate) tenancy: Option<Tenancy>,
    pub(crate) valuation: Option<Valuation>,
}

/// The obvious register, right or with one mistake.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub(crate) things: Vec<Thing>,
    pub(crate) liens_made: u64,
    pub(crate) holds_made: u64,
    pub(crate) now: u32,
    pub(crate) entries: Vec<TitleEntry>,
    pub(crate) next: u64,
    pub(crate) fault: Option<Fault>,
}

/// The thing, the lien, the hold, the amount.
pub(crate) type Done = (TitleId, Option<LienId>, Option<HoldId>, i64);

type Outcome = Result<TitleApplied, TitleStatus>;

impl Model {
    /// A book with nothing in it, right or with one mistake.
    #[must_use]
    pub fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    pub(crate) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn tell(&mut self, title: TitleId, change: TitleChange) {
        self.entries.push(TitleEntry {
            number: self.next,
            tick: Tick::new(self.now),
            title,
            change,
        });
        self.next += 1;
    }

    pub(crate) fn thing(&mut self, id: TitleId) -> Result<&mut Thing, TitleStatus> {
        let thing = self.things.get_mut(id.get() as usize);
        let thing = thing.ok_or(TitleStatus::TitleUnknown)?;
        if thing.destroyed {
            Err(TitleStatus::TitleDestroyed)
        } else {
            Ok(thing)
        }
    }

    pub(crate) fn wrong_move(&self, thing: &Thing, with_liens: bool) -> Result<(), TitleStatus> {
        let bars = thing.liens.iter().any(|lien| lien.kind.0 == LIEN_KINDS - 1);
        first(&[
            (
                !thing.liens.is_empty() && !with_liens,
                TitleStatus::Encumbered,
            ),
            (bars, TitleStatus::Barred),
        ])
    }

    pub(crate) fn give(
        &mut self,
        id: TitleId,
        from: Owner,
        to: Owner,
        share: Fraction,
    ) -> Result<(), TitleStatus> {
        let fine = TitleStatus::SharesTooFine;
        let told = ratio(lowest(share)).ok_or(fine)?;
        let share = lowest(share);
        let (off, lost) = (self.is(Fault::ShareOffByOne), self.is(Fault::LienLost));
        let thing = self.thing(id)?;
        let had = thing.shares.get(&to).copied().unwrap_or((0, 1));
        let has = thing.shares.get(&from).copied().unwrap_or((0, 1));
        let left = plus(has, (-share.0, share.1)).ok_or(fine)?;
        thing.shares.insert(from, left);
        let more = if off && share.1 % 5 == 2 {
            (share.0, share.1 + 1)
        } else {
            share
        };
        thing.shares.insert(to, plus(had, more).ok_or(fine)?);
        thing.shares.retain(|_, share| share.0 != 0);
        if lost && thing.shares.len() == 1 {
            thing.liens.clear();
        }
        denominator(thing.shares.values().copied()).ok_or(fine)?;
        self.wrong_holds(id, from)?;
        self.tell(
            id,
            TitleChange::Moved {
                from: Some(from),
                to: Some(to),
                share: told,
            },
        );
        Ok(())
    }

    /// A refusal may leave traces, so it is tried on a copy.
    fn act_on(&mut self, operation: &TitleOperation) -> Result<Done, TitleStatus> {
        let plain = |title: &TitleId| (*title, None, None, 0);
        Ok(match operation {
            TitleOperation::Register {
                kind,
                currency,
                shares,
            } => (self.register(*kind, *currency, shares)?, None, None, 0),
            TitleOperation::Transfer {
                title,
                from,
                to,
                share,
                with_liens,
            } => {
                self.transfer(*title, [*from, *to], *share, *with_liens)?;
                plain(title)
            }
            TitleOperation::Divide {
                title,
                from,
                among,
                with_liens,
            } => {
                self.divide(*title, *from, among, *with_liens)?;
                plain(title)
            }
            TitleOperation::AddLien {
                title,
                kind,
                creditor,
                rank,
                limit,
            } => {
                first(&[(kind.0 >= LIEN_KINDS, TitleStatus::LienKindUnknown)])?;
                let id = LienId::new(self.liens_made).unwrap();
                let thing = self.thing(*title)?;
                wrong_amount(*limit)?;
                thing.liens.push(Lien {
                    id,
                    kind: *kind,
                    creditor: *creditor,
                    rank: *rank,
                    limit: *limit,
                });
                self.liens_made += 1;
                let (lien, creditor, limit) = (id, *creditor, *limit);
                self.tell(
                    *title,
                    TitleChange::LienAdded {
                        lien,
                        creditor,
                        limit,
                    },
                );
                (*title, Some(id), None, 0)
            }
            TitleOperation::Satisfy { title, amount } => {
                self.satisfy(*title, *amount)?;
                (*title, None, None, *amount)
            }
            TitleOperation::ReleaseLien { lien } => (self.release(*lien)?, Some(*lien), None, 0),
            TitleOperation::Let {
                title,
                tenant,
                from,
                until,
            } => {
                let tenancy = Tenancy {
                    tenant: *tenant,
                    from: *from,
                    until: *until,
                };
                self.rent(*title, tenancy)?;
                plain(title)
            }
            TitleOperation::EndTenancy { title } => {
                let old = self.thing(*title)?.tenancy.take();
                let old = old
                    .filter(|old| self.lasts(*old))
                    .ok_or(TitleStatus::NotLet)?;
                self.tell(*title, TitleChange::Vacated { tenant: old.tenant });
                plain(title)
            }
            TitleOperation::Value { title, amount } => {
                self.thing(*title)?;
                if *amount != 0 {
                    wrong_amount(*amount)?;
                }
                (*title, None, None, self.revalue(*title, *amount)?)
            }
            TitleOperation::Destroy { title } => (*title, None, None, self.destroy(*title)?),
            TitleOperation::Hold { .. }
            | TitleOperation::Take { .. }
            | TitleOperation::ReleaseHold { .. } => self.act_on_hold(operation)?,
        })
    }

    fn apply(&mut self, operation: &TitleOperation) -> Outcome {
        let mut copy = self.clone();
        let (title, lien, hold, amount) = copy.act_on(operation)?;
        let number = self.next;
        *self = copy;
        Ok(TitleApplied {
            number,
            title,
            lien,
            hold,
            amount,
        })
    }

    fn chain(&mut self, operations: &[TitleOperation], paid: bool) -> Answer {
        if operations.is_empty() {
            return Answer::Refused(TitleStatus::ChainEmpty, 0);
        }
        let mut copy = self.clone();
        let mut done = Vec::new();
        for (step, operation) in (0..).zip(operations) {
            match copy.apply(operation) {
                Ok(applied) => done.push(applied),
                Err(status) => {
                    if self.is(Fault::PartialChain) {
                        *self = copy;
                    }
                    return Answer::Refused(status, step);
                }
            }
        }
        if paid || self.is(Fault::Unpaid) {
            *self = copy;
        }
        if paid {
            Answer::Done(done)
        } else {
            Answer::Unpaid(done.len())
        }
    }
}

impl Register for Model {
    fn act(&mut self, deed: &Deed) -> Answer {
        match deed {
            Deed::Apply(operation) => self.apply(operation).map_or_else(
                |status| Answer::Refused(status, 0),
                |done| Answer::Done(vec![done]),
            ),
            Deed::Chain(operations) => self.chain(operations, true),
            Deed::Pay(operations, paid) => self.chain(operations, *paid),
            Deed::Advance(to) if *to < self.now => Answer::ClockBack,
            Deed::Advance(to) => {
                self.now = *to;
                self.expire();
                Answer::Nothing
            }
        }
    }

    fn view(&self) -> View {
        let seen = |thing: &Thing| {
            let mut liens = thing.liens.clone();
            liens.sort_by_key(|lien| (lien.rank, lien.id));
            let shares = thing.shares.iter();
            Seen {
                kind: thing.kind,
                currency: thing.currency,
                destroyed: thing.destroyed,
                shares: shares
                    .map(|(&owner, &share)| (owner, ratio(share).unwrap()))
                    .collect(),
                liens,
                holds: thing.holds.clone(),
                tenancy: thing.tenancy,
                valuation: thing.valuation,
            }
        };
        let value = |number: u16| {
            let of = self
                .things
                .iter()
                .filter(|thing| thing.currency.0 == number);
            of.filter_map(|thing| Some(i128::from(thing.valuation?.amount)))
                .sum()
        };
        let owned = |number: u64| {
            let things = (0..).zip(&self.things);
            let of = things.filter(|(_, thing)| thing.shares.contains_key(&owner(number)));
            of.map(|(place, _)| title_id(place)).collect()
        };
        View {
            titles: self.things.iter().map(seen).collect(),
            values: (0..CURRENCIES).map(value).collect(),
            owned: (0..OWNERS).map(owned).collect(),
            liens_made: self.liens_made,
            holds_made: self.holds_made,
            now: self.now,
            next: self.next,
        }
    }

    fn entries(&mut self) -> Vec<TitleEntry> {
        std::mem::take(&mut self.entries)
    }
}
