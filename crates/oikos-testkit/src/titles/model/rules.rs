//! What operations do in the slow model, and all that is wrong with them; the least status counts.

use std::collections::BTreeMap;

use oikos_core::{Currency, Ratio, StableId, Tick};
use oikos_ledger::{
    LienId, MAX_AMOUNT, Owner, Tenancy, TitleChange, TitleId, TitleKind, TitleStatus, Valuation,
};

use super::fractions::{denominator, fraction, ratio, times};
use super::{Model, Thing};
use crate::titles::Fault;
use crate::titles::register::{KINDS, title_id};

pub(crate) fn first(wrongs: &[(bool, TitleStatus)]) -> Result<(), TitleStatus> {
    let wrong = wrongs
        .iter()
        .filter(|(is_so, _)| *is_so)
        .map(|(_, status)| *status);
    wrong.min().map_or(Ok(()), Err)
}

pub(crate) fn wrong_shares(shares: &[(Owner, Ratio)]) -> Result<(), TitleStatus> {
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

pub(crate) fn wrong_amount(amount: i64) -> Result<(), TitleStatus> {
    first(&[
        (amount == 0, TitleStatus::AmountZero),
        (amount < 0, TitleStatus::AmountNegative),
        (amount > MAX_AMOUNT, TitleStatus::AmountTooLarge),
    ])
}

impl Model {
    pub(crate) fn register(
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
            holds: Vec::new(),
            tenancy: None,
            valuation: None,
        });
        Ok(id)
    }

    pub(crate) fn transfer(
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

    pub(crate) fn divide(
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

    pub(crate) fn satisfy(&mut self, id: TitleId, amount: i64) -> Result<(), TitleStatus> {
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

    pub(crate) fn release(&mut self, lien: LienId) -> Result<TitleId, TitleStatus> {
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

    pub(crate) fn rent(&mut self, title: TitleId, tenancy: Tenancy) -> Result<(), TitleStatus> {
        let old = self.thing(title)?.tenancy;
        first(&[
            (
                tenancy.until.is_some_and(|until| until <= tenancy.from),
                TitleStatus::TenancyBackward,
            ),
            (!self.lasts(tenancy), TitleStatus::TenancyPast),
            (
                old.is_some_and(|old| self.lasts(old)),
                TitleStatus::TenancyRuns,
            ),
        ])?;
        self.thing(title)?.tenancy = Some(tenancy);
        let tenant = tenancy.tenant;
        self.tell(title, TitleChange::Let { tenant });
        Ok(())
    }

    pub(crate) fn lasts(&self, tenancy: Tenancy) -> bool {
        tenancy.until.is_none_or(|until| until.index() > self.now)
    }

    pub(crate) fn revalue(&mut self, id: TitleId, amount: i64) -> Result<i64, TitleStatus> {
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

    pub(crate) fn destroy(&mut self, id: TitleId) -> Result<i64, TitleStatus> {
        let thing = self.thing(id)?;
        first(&[
            (!thing.liens.is_empty(), TitleStatus::LiensLeft),
            (!thing.holds.is_empty(), TitleStatus::HoldsLeft),
        ])?;
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
}
