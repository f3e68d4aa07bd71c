//! The slow model: shares are fractions in wide integers by owner, liens lie in the order in which they were made
//! and are sorted when they are looked at; a chain is tried on a copy.
//!
//! It can be told to be wrong in one way, so that tests can show what finds it.

use std::collections::BTreeMap;

use oikos_core::{Currency, Ratio, StableId, Tick};
use oikos_ledger::{
    Lien, LienId, MAX_AMOUNT, Owner, Tenancy, TitleApplied, TitleChange, TitleEntry, TitleId,
    TitleKind, TitleOperation, TitleStatus, Valuation,
};

use crate::faults::Fault;
use crate::register::{
    Answer, CURRENCIES, Deed, KINDS, LIEN_KINDS, OWNERS, Register, Seen, View, owner, title_id,
};

/// In lowest terms.
type Fraction = (i128, i128);

fn divisor(left: i128, right: i128) -> i128 {
    if right == 0 {
        left.abs()
    } else {
        divisor(right, left % right)
    }
}

fn lowest((above, below): Fraction) -> Fraction {
    let common = divisor(above, below).max(1);
    (above / common, below / common)
}

fn times(left: Fraction, right: Fraction) -> Fraction {
    let (cross, other) = (lowest((left.0, right.1)), lowest((right.0, left.1)));
    (cross.0 * other.0, cross.1 * other.1)
}

/// `None` where the denominator is beyond 128 bits.
fn plus(left: Fraction, right: Fraction) -> Option<Fraction> {
    let common = divisor(left.1, right.1);
    let below = (left.1 / common).checked_mul(right.1)?;
    let above = left.0 * (below / left.1) + right.0 * (below / right.1);
    Some(lowest((above, below)))
}

fn fraction(share: Ratio) -> Fraction {
    (
        i128::from(share.numerator()),
        i128::from(share.denominator()),
    )
}

fn ratio((above, below): Fraction) -> Option<Ratio> {
    Ratio::new(i64::try_from(above).ok()?, i64::try_from(below).ok()?).ok()
}

/// The least common denominator, or none above what is allowed.
fn denominator(all: impl Iterator<Item = Fraction>) -> Option<i128> {
    let mut least = 1;
    for (_, below) in all {
        least = least / divisor(least, below) * below;
        if least > i128::from(MAX_AMOUNT) {
            return None;
        }
    }
    Some(least)
}

#[derive(Debug, Clone)]
struct Thing {
    kind: TitleKind,
    currency: Currency,
    destroyed: bool,
    shares: BTreeMap<Owner, Fraction>,
    liens: Vec<Lien>,
    tenancy: Option<Tenancy>,
    valuation: Option<Valuation>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    things: Vec<Thing>,
    liens_made: u64,
    now: u32,
    entries: Vec<TitleEntry>,
    next: u64,
    fault: Option<Fault>,
}

type Outcome = Result<TitleApplied, TitleStatus>;

fn first(wrongs: &[(bool, TitleStatus)]) -> Result<(), TitleStatus> {
    let wrong = wrongs
        .iter()
        .filter(|(is_so, _)| *is_so)
        .map(|(_, status)| *status);
    wrong.min().map_or(Ok(()), Err)
}

fn wrong_shares(shares: &[(Owner, Ratio)]) -> Result<(), TitleStatus> {
    let twice = |at: usize| shares[..at].iter().any(|(owner, _)| *owner == shares[at].0);
    let fractions = || shares.iter().map(|&(_, share)| fraction(share));
    let common = denominator(fractions());
    let one = common.map(|common| {
        fractions()
            .map(|(above, below)| above * (common / below))
            .sum::<i128>()
            == common
    });
    first(&[
        (
            shares.iter().any(|(_, share)| share.numerator() <= 0),
            TitleStatus::ShareNotPositive,
        ),
        ((0..shares.len()).any(twice), TitleStatus::OwnerTwice),
        (one == Some(false), TitleStatus::SharesNotOne),
        (one.is_none(), TitleStatus::SharesTooFine),
    ])
}

fn wrong_amount(amount: i64) -> Result<(), TitleStatus> {
    first(&[
        (amount == 0, TitleStatus::AmountZero),
        (amount < 0, TitleStatus::AmountNegative),
        (amount > MAX_AMOUNT, TitleStatus::AmountTooLarge),
    ])
}

impl Model {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn tell(&mut self, title: TitleId, change: TitleChange) {
        self.entries.push(TitleEntry {
            number: self.next,
            tick: Tick::new(self.now),
            title,
            change,
        });
        self.next += 1;
    }

    fn thing(&mut self, id: TitleId) -> Result<&mut Thing, TitleStatus> {
        let thing = self.things.get_mut(id.get() as usize);
        let thing = thing.ok_or(TitleStatus::TitleUnknown)?;
        if thing.destroyed {
            Err(TitleStatus::TitleDestroyed)
        } else {
            Ok(thing)
        }
    }

    fn wrong_move(&self, thing: &Thing, with_liens: bool) -> Result<(), TitleStatus> {
        let bars = thing.liens.iter().any(|lien| lien.kind.0 == LIEN_KINDS - 1);
        first(&[
            (
                !thing.liens.is_empty() && !with_liens,
                TitleStatus::Encumbered,
            ),
            (bars, TitleStatus::Barred),
        ])
    }

    fn give(
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
        let left = plus(thing.shares[&from], (-share.0, share.1)).ok_or(fine)?;
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

    fn register(
        &mut self,
        kind: TitleKind,
        currency: Currency,
        shares: &[(Owner, Ratio)],
    ) -> Result<TitleId, TitleStatus> {
        first(&[(kind.0 >= KINDS, TitleStatus::KindUnknown)])?;
        wrong_shares(shares)?;
        let id = title_id(self.things.len() as u64);
        let shares: BTreeMap<_, _> = shares
            .iter()
            .map(|&(owner, share)| (owner, fraction(share)))
            .collect();
        self.tell(id, TitleChange::Registered);
        for (&to, &share) in &shares {
            let (from, to, share) = (None, Some(to), ratio(share).unwrap());
            self.tell(id, TitleChange::Moved { from, to, share });
        }
        self.things.push(Thing {
            kind,
            currency,
            destroyed: false,
            shares,
            liens: Vec::new(),
            tenancy: None,
            valuation: None,
        });
        Ok(id)
    }

    fn transfer(
        &mut self,
        id: TitleId,
        [from, to]: [Owner; 2],
        share: Option<Ratio>,
        with_liens: bool,
    ) -> Result<(), TitleStatus> {
        let sold_twice = self.is(Fault::SoldTwice);
        let thing = self.thing(id)?.clone();
        let has = thing.shares.get(&from).copied();
        let above = |share: Ratio| {
            let (share, has) = (fraction(share), has.unwrap_or((0, 1)));
            share.0 * has.1 > has.0 * share.1
        };
        first(&[
            (
                share.is_some_and(|share| share.numerator() <= 0),
                TitleStatus::ShareNotPositive,
            ),
            (from == to, TitleStatus::SameOwner),
            (has.is_none() && !sold_twice, TitleStatus::NotOwner),
            (
                share.is_some_and(above) && !sold_twice,
                TitleStatus::ShareTooLarge,
            ),
        ])?;
        self.wrong_move(&thing, with_liens)?;
        if has.is_none() {
            self.thing(id)?.shares.insert(from, (0, 1));
        }
        let share = share.map_or(has.unwrap_or((1, 1)), fraction);
        self.give(id, from, to, share)
    }

    fn divide(
        &mut self,
        id: TitleId,
        from: Owner,
        among: &[(Owner, Ratio)],
        with_liens: bool,
    ) -> Result<(), TitleStatus> {
        let thing = self.thing(id)?.clone();
        let has = thing.shares.get(&from).copied();
        let shares = wrong_shares(among).err();
        let moves = self.wrong_move(&thing, with_liens).err();
        let none = has.is_none().then_some(TitleStatus::NotOwner);
        [shares, moves, none]
            .into_iter()
            .flatten()
            .min()
            .map_or(Ok(()), Err)?;
        for &(to, part) in among.iter().filter(|(to, _)| *to != from) {
            self.give(id, from, to, times(fraction(part), has.unwrap()))?;
        }
        Ok(())
    }

    fn satisfy(&mut self, id: TitleId, amount: i64) -> Result<(), TitleStatus> {
        let by_age = self.is(Fault::LiensByAge);
        let thing = self.thing(id)?;
        wrong_amount(amount)?;
        let secured: i128 = thing.liens.iter().map(|lien| i128::from(lien.limit)).sum();
        first(&[(i128::from(amount) > secured, TitleStatus::AmountAboveLiens)])?;
        let mut rest = amount;
        while rest > 0 {
            let thing = self.thing(id)?;
            let open = thing.liens.iter_mut().filter(|lien| lien.limit > 0);
            let lien = open.min_by_key(|lien| (if by_age { 0 } else { lien.rank }, lien.id));
            let lien = lien.unwrap();
            let paid = rest.min(lien.limit);
            lien.limit -= paid;
            rest -= paid;
            let change = TitleChange::LienPaid {
                lien: lien.id,
                creditor: lien.creditor,
                amount: paid,
                left: lien.limit,
            };
            thing.liens.retain(|lien| lien.limit > 0);
            self.tell(id, change);
        }
        Ok(())
    }

    fn release(&mut self, lien: LienId) -> Result<TitleId, TitleStatus> {
        first(&[(lien.get() >= self.liens_made, TitleStatus::LienUnknown)])?;
        let has = |thing: &Thing| thing.liens.iter().any(|other| other.id == lien);
        let place = self
            .things
            .iter()
            .position(has)
            .ok_or(TitleStatus::LienEnded)?;
        self.things[place].liens.retain(|other| other.id != lien);
        let id = title_id(place as u64);
        self.tell(id, TitleChange::LienReleased { lien });
        Ok(id)
    }

    fn lasts(&self, tenancy: Tenancy) -> bool {
        tenancy.until.is_none_or(|until| until.index() > self.now)
    }

    fn revalue(&mut self, id: TitleId, amount: i64) -> Result<i64, TitleStatus> {
        let (date, silent) = (Tick::new(self.now), self.is(Fault::SilentValue));
        let thing = self.thing(id)?;
        let before = thing.valuation.map_or(0, |valuation| valuation.amount);
        thing.valuation = Some(Valuation { amount, date });
        if !silent || amount > before {
            self.tell(
                id,
                TitleChange::Revalued {
                    before,
                    after: amount,
                },
            );
        }
        Ok(amount - before)
    }

    fn destroy(&mut self, id: TitleId) -> Result<i64, TitleStatus> {
        let thing = self.thing(id)?;
        first(&[(!thing.liens.is_empty(), TitleStatus::LiensLeft)])?;
        let (value, shares) = (
            thing.valuation.map_or(0, |value| value.amount),
            thing.shares.clone(),
        );
        let mut amount = 0;
        if value != 0 {
            amount = self.revalue(id, 0)?;
        }
        for (&from, &share) in &shares {
            let (from, to, share) = (Some(from), None, ratio(share).unwrap());
            self.tell(id, TitleChange::Moved { from, to, share });
        }
        self.tell(id, TitleChange::Destroyed);
        let thing = self.thing(id)?;
        thing.destroyed = true;
        thing.shares.clear();
        thing.tenancy = None;
        thing.valuation = None;
        Ok(amount)
    }

    /// The thing, the lien, the amount; a refusal may leave traces, so it is tried on a copy.
    fn act_on(
        &mut self,
        operation: &TitleOperation,
    ) -> Result<(TitleId, Option<LienId>, i64), TitleStatus> {
        let plain = |title: &TitleId| (*title, None, 0);
        Ok(match operation {
            TitleOperation::Register {
                kind,
                currency,
                shares,
            } => (self.register(*kind, *currency, shares)?, None, 0),
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
                (*title, Some(id), 0)
            }
            TitleOperation::Satisfy { title, amount } => {
                self.satisfy(*title, *amount)?;
                (*title, None, *amount)
            }
            TitleOperation::ReleaseLien { lien } => (self.release(*lien)?, Some(*lien), 0),
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
                let old = self.thing(*title)?.tenancy;
                first(&[
                    (
                        until.is_some_and(|until| until <= *from),
                        TitleStatus::TenancyBackward,
                    ),
                    (!self.lasts(tenancy), TitleStatus::TenancyPast),
                    (
                        old.is_some_and(|old| self.lasts(old)),
                        TitleStatus::TenancyRuns,
                    ),
                ])?;
                self.thing(*title)?.tenancy = Some(tenancy);
                self.tell(*title, TitleChange::Let { tenant: *tenant });
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
                (*title, None, self.revalue(*title, *amount)?)
            }
            TitleOperation::Destroy { title } => (*title, None, self.destroy(*title)?),
        })
    }

    fn apply(&mut self, operation: &TitleOperation) -> Outcome {
        let mut copy = self.clone();
        let (title, lien, amount) = copy.act_on(operation)?;
        let number = self.next;
        *self = copy;
        Ok(TitleApplied {
            number,
            title,
            lien,
            amount,
        })
    }

    fn chain(&mut self, operations: &[TitleOperation]) -> Answer {
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
        *self = copy;
        Answer::Done(done)
    }
}

impl Register for Model {
    fn act(&mut self, deed: &Deed) -> Answer {
        match deed {
            Deed::Apply(operation) => self.apply(operation).map_or_else(
                |status| Answer::Refused(status, 0),
                |done| Answer::Done(vec![done]),
            ),
            Deed::Chain(operations) => self.chain(operations),
            Deed::Advance(to) if *to < self.now => Answer::ClockBack,
            Deed::Advance(to) => {
                self.now = *to;
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
            now: self.now,
            next: self.next,
        }
    }

    fn entries(&mut self) -> Vec<TitleEntry> {
        std::mem::take(&mut self.entries)
    }
}
