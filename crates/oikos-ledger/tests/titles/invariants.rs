//! What is always so, looked at from outside after every deed: shares add up to one, a lien goes with its thing,
//! liens are paid in order, values change by what is told (S5), a refusal changes nothing (L8).

use std::collections::BTreeMap;

use oikos_core::{Ratio, StableId};
use oikos_ledger::{HoldId, LienId, Owner, TitleChange, TitleEntry, TitleHold, TitleId};

use crate::register::{Answer, Deed, Register, View};

/// An independent tally of what entries told.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    liens: BTreeMap<LienId, (TitleId, i64)>,
    shares: BTreeMap<(TitleId, Owner), Ratio>,
    holds: BTreeMap<HoldId, (TitleId, Owner, Ratio)>,
    values: BTreeMap<TitleId, i64>,
    last_number: Option<u64>,
}

fn ensure(holds: bool, text: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(text()) }
}

/// Shares of each thing that is there are above 0 and add up to one, by a common denominator of 128 bits.
fn shares(view: &View) -> Result<(), String> {
    for (id, seen) in view.titles.iter().enumerate() {
        let whole = seen.shares.iter().try_fold(1_i128, |whole, (_, share)| {
            let below = i128::from(share.denominator());
            let (mut left, mut right) = (whole, below);
            while right != 0 {
                (left, right) = (right, left % right);
            }
            (whole / left).checked_mul(below)
        });
        let part = |share: &Ratio| {
            let below = i128::from(share.denominator());
            whole.map(|whole| whole / below * i128::from(share.numerator()))
        };
        let sum: Option<i128> = seen.shares.iter().map(|(_, share)| part(share)).sum();
        let one = sum == whole && seen.shares.iter().all(|(_, share)| share.numerator() > 0);
        let right = if seen.destroyed {
            seen.shares.is_empty()
        } else {
            one
        };
        ensure(right, || {
            format!("shares: those of title {id} are {:?}", seen.shares)
        })?;
    }
    Ok(())
}

/// A lien is paid when all before it, by rank and then by age, are paid in full.
fn order(before: &View, entries: &[TitleEntry]) -> Result<(), String> {
    for seen in &before.titles {
        let ranks: Vec<(u32, LienId)> =
            seen.liens.iter().map(|lien| (lien.rank, lien.id)).collect();
        ensure(ranks.is_sorted(), || {
            format!("order: liens are told as {ranks:?}")
        })?;
        let mut open: Vec<LienId> = seen.liens.iter().map(|lien| lien.id).collect();
        for entry in entries {
            match entry.change {
                TitleChange::LienPaid { lien, left, .. } if open.contains(&lien) => {
                    ensure(open[0] == lien, || {
                        format!("order: {lien} was paid before {}", open[0])
                    })?;
                    if left == 0 {
                        open.remove(0);
                    }
                }
                TitleChange::LienReleased { lien } => open.retain(|other| *other != lien),
                // One that is made between two payments may stand anywhere.
                TitleChange::LienAdded { .. } => return Ok(()),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Owners have what is held of theirs, by ratios; nothing is held that has expired.
fn held(view: &View) -> Result<(), String> {
    for (id, seen) in view.titles.iter().enumerate() {
        for &(owner, share) in &seen.shares {
            let of = seen.holds.iter().filter(|hold| hold.owner == owner);
            let sum = of
                .map(|hold| Ok(hold.share))
                .reduce(|sum, share| sum? + share?);
            let covered = sum.is_none_or(|sum| sum.is_ok_and(|sum| sum <= share));
            ensure(covered, || {
                format!("held: more of title {id} than {share} of {owner}")
            })?;
        }
        for hold in &seen.holds {
            let owns = seen.shares.iter().any(|(owner, _)| *owner == hold.owner);
            let late = hold.expires.is_some_and(|tick| tick.index() <= view.now);
            ensure(owns && !late, || format!("held: {hold:?} of title {id}"))?;
        }
    }
    Ok(())
}

impl Watch {
    fn count(&mut self, entry: &TitleEntry) {
        let id = entry.title;
        match entry.change {
            TitleChange::Moved { from, to, share } => {
                let mut add = |owner: Option<Owner>, sign: i64| {
                    let Some(owner) = owner else { return };
                    let old = self
                        .shares
                        .get(&(id, owner))
                        .copied()
                        .unwrap_or(Ratio::ZERO);
                    let moved = if sign > 0 { old + share } else { old - share };
                    match moved {
                        Ok(Ratio::ZERO) => drop(self.shares.remove(&(id, owner))),
                        Ok(now) => drop(self.shares.insert((id, owner), now)),
                        Err(error) => unreachable!("{error}"),
                    }
                };
                add(from, -1);
                add(to, 1);
            }
            TitleChange::LienAdded { lien, limit, .. } => {
                self.liens.insert(lien, (id, limit));
            }
            TitleChange::LienPaid { lien, amount, .. } => {
                let lien_left = self.liens.get_mut(&lien).map(|(_, limit)| {
                    *limit -= amount;
                    *limit
                });
                if lien_left == Some(0) {
                    self.liens.remove(&lien);
                }
            }
            TitleChange::LienReleased { lien } => {
                self.liens.remove(&lien);
            }
            TitleChange::Held { hold, owner, share } => {
                self.holds.insert(hold, (id, owner, share));
            }
            TitleChange::Freed { hold } => {
                self.holds.remove(&hold);
            }
            TitleChange::Revalued { .. } => {
                *self.values.entry(id).or_default() += entry.change.difference();
            }
            TitleChange::Registered
            | TitleChange::Let { .. }
            | TitleChange::Vacated { .. }
            | TitleChange::Destroyed => {}
        }
    }

    /// What is there is what entries told.
    fn told(&self, view: &View) -> Result<(), String> {
        let (mut liens, mut shares) = (BTreeMap::new(), BTreeMap::new());
        let mut holds = BTreeMap::new();
        let mut values = vec![0; view.values.len()];
        for (id, seen) in (0..).zip(&view.titles) {
            let id = TitleId::new(id).unwrap();
            liens.extend(seen.liens.iter().map(|lien| (lien.id, (id, lien.limit))));
            let told = |hold: &TitleHold| (hold.id, (id, hold.owner, hold.share));
            holds.extend(seen.holds.iter().map(told));
            shares.extend(
                seen.shares
                    .iter()
                    .map(|&(owner, share)| ((id, owner), share)),
            );
            let value = seen.valuation.map_or(0, |valuation| valuation.amount);
            let told = self.values.get(&id).copied().unwrap_or(0);
            ensure(value == told, || {
                format!("S5: {id} is worth {value}, entries tell {told}")
            })?;
            values[usize::from(seen.currency.0)] += i128::from(value);
        }
        ensure(values == view.values, || {
            format!("S5: {values:?} for {:?}", view.values)
        })?;
        ensure(liens == self.liens, || {
            format!("liens: {liens:?}, entries tell {:?}", self.liens)
        })?;
        ensure(holds == self.holds, || {
            format!("holds: {holds:?}, entries tell {:?}", self.holds)
        })?;
        ensure(shares == self.shares, || {
            format!("moves: {shares:?}, entries tell {:?}", self.shares)
        })
    }

    fn numbers(&mut self, entries: &[TitleEntry], next: u64) -> Result<(), String> {
        for entry in entries {
            let rises = self.last_number.is_none_or(|last| entry.number > last);
            ensure(rises && entry.number < next, || {
                format!("L15: {} after {:?}", entry.number, self.last_number)
            })?;
            self.last_number = Some(entry.number);
        }
        Ok(())
    }
}

/// Does a deed on a register and looks at what came of it.
pub(crate) fn watched(
    titles: &mut impl Register,
    watch: &mut Watch,
    deed: &Deed,
) -> (Answer, Vec<TitleEntry>, Vec<String>) {
    let before = titles.view();
    let answer = titles.act(deed);
    let entries = titles.entries();
    let after = titles.view();
    entries.iter().for_each(|entry| watch.count(entry));
    let refused = matches!(
        answer,
        Answer::Refused(..) | Answer::ClockBack | Answer::Unpaid(_)
    );
    let quiet = before == after && entries.is_empty();
    let all = [
        shares(&after),
        held(&after),
        order(&before, &entries),
        watch.told(&after),
        watch.numbers(&entries, after.next),
        ensure(!refused || quiet, || {
            format!("L8: {answer:?} changed something")
        }),
    ];
    let broken = all.into_iter().filter_map(Result::err).collect();
    (answer, entries, broken)
}
