//! What is always so, looked at from outside after every deed: shares add up to one, a lien goes with its thing,
//! liens are paid in order, values change by what is told (S5), a refusal changes nothing (L8).

use std::collections::BTreeMap;

use oikos_core::{Ratio, StableId};
use oikos_ledger::{HoldId, LienId, Owner, TitleChange, TitleEntry, TitleHold, TitleId, Titles};

use super::register::{Answer, Deed, Register, View, view_of};
use crate::invariant::Broken;
use crate::invariant::Invariant::{L, S, T};

/// Follows a register with an independent tally of what entries tell, and objects to what it may not do: T1 to T3, S5
/// as far as values go, L8 and L15.
///
/// [`apply`](Self::apply) does a deed and looks at what came of it; [`follow`](Self::follow) looks at a register to
/// which others do things.
#[derive(Debug, Default)]
pub struct Checker {
    /// What was to be seen last.
    last: Option<View>,
    liens: BTreeMap<LienId, (TitleId, i64)>,
    shares: BTreeMap<(TitleId, Owner), Ratio>,
    holds: BTreeMap<HoldId, (TitleId, Owner, Ratio)>,
    values: BTreeMap<TitleId, i64>,
    last_number: Option<u64>,
}

/// Shares of each thing that is there are above 0 and add up to one, by a common denominator of 128 bits.
fn shares(view: &View) -> Result<(), Broken> {
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
        T(1).require(right, || {
            format!("those of title {id} are {:?}", seen.shares)
        })?;
    }
    Ok(())
}

/// A lien is paid when all before it, by rank and then by age, are paid in full.
fn order(before: &View, entries: &[TitleEntry]) -> Result<(), Broken> {
    for seen in &before.titles {
        let ranks: Vec<(u32, LienId)> =
            seen.liens.iter().map(|lien| (lien.rank, lien.id)).collect();
        T(2).require(ranks.is_sorted(), || format!("liens are told as {ranks:?}"))?;
        let mut open: Vec<LienId> = seen.liens.iter().map(|lien| lien.id).collect();
        for entry in entries {
            match entry.change {
                TitleChange::LienPaid { lien, left, .. } if open.contains(&lien) => {
                    T(2).require(open[0] == lien, || {
                        format!("{lien} was paid before {}", open[0])
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
fn held(view: &View) -> Result<(), Broken> {
    for (id, seen) in view.titles.iter().enumerate() {
        for &(owner, share) in &seen.shares {
            let of = seen.holds.iter().filter(|hold| hold.owner == owner);
            let sum = of
                .map(|hold| Ok(hold.share))
                .reduce(|sum, share| sum? + share?);
            let covered = sum.is_none_or(|sum| sum.is_ok_and(|sum| sum <= share));
            T(3).require(covered, || {
                format!("more of title {id} than {share} of {owner}")
            })?;
        }
        for hold in &seen.holds {
            let owns = seen.shares.iter().any(|(owner, _)| *owner == hold.owner);
            let late = hold.expires.is_some_and(|tick| tick.index() <= view.now);
            T(3).require(owns && !late, || format!("{hold:?} of title {id}"))?;
        }
    }
    Ok(())
}

impl Checker {
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
    fn told(&self, view: &View) -> Result<(), Broken> {
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
            S(5).require(value == told, || {
                format!("{id} is worth {value}, entries tell {told}")
            })?;
            values[usize::from(seen.currency.0)] += i128::from(value);
        }
        S(5).require(values == view.values, || {
            format!("{values:?} for {:?}", view.values)
        })?;
        T(2).require(liens == self.liens, || {
            format!("liens are {liens:?}, entries tell {:?}", self.liens)
        })?;
        T(3).require(holds == self.holds, || {
            format!("holds are {holds:?}, entries tell {:?}", self.holds)
        })?;
        T(1).require(shares == self.shares, || {
            format!("shares are {shares:?}, entries tell {:?}", self.shares)
        })
    }

    fn numbers(&mut self, entries: &[TitleEntry], next: u64) -> Result<(), Broken> {
        for entry in entries {
            let rises = self.last_number.is_none_or(|last| entry.number > last);
            L(15).require(rises && entry.number < next, || {
                format!("{} after {:?}", entry.number, self.last_number)
            })?;
            self.last_number = Some(entry.number);
        }
        Ok(())
    }
}

/// What came of a deed.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    /// What was answered.
    pub answer: Answer,
    /// What changed.
    pub entries: Vec<TitleEntry>,
    /// All that is broken.
    pub broken: Vec<Broken>,
}

impl Checker {
    /// What can be seen of any step.
    fn look(&mut self, before: &View, after: &View, entries: &[TitleEntry]) -> Vec<Broken> {
        entries.iter().for_each(|entry| self.count(entry));
        let all = [
            shares(after),
            held(after),
            order(before, entries),
            self.told(after),
            self.numbers(entries, after.next),
        ];
        all.into_iter().filter_map(Result::err).collect()
    }

    /// Does a deed and looks at what came of it.
    pub fn apply(&mut self, titles: &mut impl Register, deed: &Deed) -> Came {
        let before = titles.view();
        let answer = titles.act(deed);
        let entries = titles.entries();
        let after = titles.view();
        let refused = matches!(
            answer,
            Answer::Refused(..) | Answer::ClockBack | Answer::Unpaid(_)
        );
        let quiet = before == after && entries.is_empty();
        let mut broken = self.look(&before, &after, &entries);
        let unchanged = L(8).require(!refused || quiet, || {
            format!("{answer:?} changed something")
        });
        broken.extend(unchanged.err());
        Came {
            answer,
            entries,
            broken,
        }
    }

    /// Looks at a register, whatever was done to it since this was called last. It has to [record](Titles::record)
    /// entries from the first call on, and to keep them until the next ([`Titles::recorded`]). Takes time with all
    /// titles.
    ///
    /// # Errors
    /// [`Broken`], with what is broken first.
    pub fn follow(&mut self, titles: &Titles) -> Result<(), Broken> {
        let after = view_of(titles);
        let Some(before) = self.last.replace(after.clone()) else {
            self.begin(&after);
            return Ok(());
        };
        let entries = titles.recorded();
        let known = entries.partition_point(|entry| entry.number < before.next);
        let broken = self.look(&before, &after, &entries[known..]);
        broken.into_iter().next().map_or(Ok(()), Err)
    }

    /// Begins the tally with what there is.
    fn begin(&mut self, view: &View) {
        for (number, seen) in (0..).zip(&view.titles) {
            let Ok(id) = TitleId::new(number) else {
                continue;
            };
            let liens = seen.liens.iter();
            self.liens
                .extend(liens.map(|lien| (lien.id, (id, lien.limit))));
            let shares = seen.shares.iter();
            self.shares
                .extend(shares.map(|&(owner, share)| ((id, owner), share)));
            let holds = seen.holds.iter();
            self.holds
                .extend(holds.map(|hold| (hold.id, (id, hold.owner, hold.share))));
            let value = seen.valuation.map_or(0, |valuation| valuation.amount);
            self.values.insert(id, value);
        }
    }
}
