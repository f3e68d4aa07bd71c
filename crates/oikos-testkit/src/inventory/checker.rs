//! Invariants by number, looked at from outside after every deed.

use std::collections::BTreeMap;

use oikos_ledger::{Fate, Good, GoodsEntry, GoodsFlow, GoodsOperation, Inventory, Owner};

use super::book::{Answer, Book, Deed, Row, View};
use crate::invariant::Broken;
use crate::invariant::Invariant::{L, M, S};

/// Follows a book of goods and objects to what it may not do: S8, M11 and M12 as far as goods go, L5, L8 and L15.
///
/// [`apply`](Self::apply) does a deed and looks at what came of it; [`follow`](Self::follow) looks at an inventory to
/// which others do things.
#[derive(Debug, Default)]
pub struct Checker {
    count: u64,
    /// What was to be seen last.
    last: Option<View>,
    /// The books at the beginning of the period.
    opening: View,
    /// What entries of the period came to, in the columns of a row but for what is held.
    tally: BTreeMap<(Owner, Good), Row>,
    last_number: Option<u64>,
}

struct Seen<'a> {
    deed: Option<&'a Deed>,
    answer: &'a Answer,
    before: &'a View,
    after: &'a View,
    entries: &'a [GoodsEntry],
}

impl Checker {
    fn count(&mut self, entry: &GoodsEntry) {
        let quantity = i128::from(entry.quantity.0);
        if let Some(from) = entry.from {
            let row = self.tally.entry((from, entry.good)).or_default();
            row[0] -= quantity;
            row[[2, 4, 5, 6][entry.flow as usize]] += quantity;
        }
        if let Some(to) = entry.to {
            let row = self.tally.entry((to, entry.good)).or_default();
            row[0] += quantity;
            row[if entry.flow == GoodsFlow::Produce {
                2
            } else {
                3
            }] += quantity;
        }
    }

    /// Opening + produced + bought = closing + sold + consumed + spoiled, of a period, per good and owner; and
    /// each of these is what the entries of the period come to.
    fn s8(&self, after: &View) -> Result<(), Broken> {
        for (key, closing) in &after.rows {
            let opening = self.opening.rows.get(key).copied().unwrap_or_default();
            let flow = |column: usize| closing[column] - opening[column];
            let came = opening[0] + flow(2) + flow(3);
            let went = closing[0] + flow(4) + flow(5) + flow(6);
            S(8).require(came == went, || format!("{key:?} has {came} and {went}"))?;
            let tally = self.tally.get(key).copied().unwrap_or_default();
            for column in [0, 2, 3, 4, 5, 6] {
                let (moved, told) = (flow(column), tally[column]);
                S(8).require(moved == told, || {
                    format!("column {column} of {key:?} moved by {moved}, entries tell {told}")
                })?;
            }
        }
        Ok(())
    }

    fn numbers(&mut self, entries: &[GoodsEntry], next: u64) -> Result<(), Broken> {
        for entry in entries {
            let rises = self.last_number.is_none_or(|last| entry.number > last);
            L(15).require(rises && entry.number < next, || {
                format!("{} after {:?}", entry.number, self.last_number)
            })?;
            self.last_number = Some(entry.number);
        }
        Ok(())
    }

    fn look(&mut self, seen: &Seen<'_>) -> Vec<Broken> {
        seen.entries.iter().for_each(|entry| self.count(entry));
        let all = [
            self.s8(seen.after),
            self.numbers(seen.entries, seen.after.next),
            m11(seen.after),
            m12(seen.after),
            l5(seen),
            l8(seen),
        ];
        self.count += 1;
        if self.count.is_multiple_of(37) {
            self.opening = seen.after.clone();
            self.tally.clear();
        }
        all.into_iter().filter_map(Result::err).collect()
    }
}

/// What is held is what open holds hold, never more than there is; no column is below 0.
fn m11(view: &View) -> Result<(), Broken> {
    let mut held: BTreeMap<(Owner, Good), i128> = BTreeMap::new();
    for hold in view.holds.iter().filter_map(|(_, hold)| *hold) {
        *held.entry((hold.owner, hold.good)).or_default() += i128::from(hold.quantity.0);
    }
    for (key, row) in &view.rows {
        let of_holds = held.remove(key).unwrap_or(0);
        let fits = row[1] == of_holds && row[1] <= row[0] && row.iter().all(|value| *value >= 0);
        M(11).require(fits, || format!("{key:?} has {row:?}, holds of {of_holds}"))?;
    }
    M(11).require(held.is_empty(), || format!("holds of nothing, {held:?}"))
}

/// What is given is received, and what was produced is there unless it was consumed or has spoiled.
fn m12(view: &View) -> Result<(), Broken> {
    for (good, total) in view.totals.iter().enumerate() {
        let [on_hand, _, produced, received, given, consumed, spoiled] = *total;
        let conserved = received == given && on_hand == produced - consumed - spoiled;
        M(12).require(conserved, || format!("good {good} comes to {total:?}"))?;
    }
    Ok(())
}

/// A hold is used while it is open and before it expires, gives what it has and keeps the rest.
fn l5(seen: &Seen<'_>) -> Result<(), Broken> {
    for (id, (before, after)) in seen.before.holds.iter().zip(&seen.after.holds).enumerate() {
        L(5).require(before.0 == Fate::Open || before == after, || {
            format!("hold {id} changed after its end")
        })?;
        let expired = after.1.is_some_and(|hold| {
            hold.expires
                .is_some_and(|tick| tick.index() <= seen.after.now)
        });
        L(5).require(!expired, || {
            format!("hold {id} is open after it has expired")
        })?;
    }
    let (Some(Deed::Apply(operation)), Answer::Done(done)) = (seen.deed, seen.answer) else {
        return Ok(());
    };
    let (GoodsOperation::Take { hold, .. } | GoodsOperation::Release { hold, .. }) = operation
    else {
        return Ok(());
    };
    use oikos_core::StableId;
    let id = hold.get() as usize;
    let Some(held) = seen.before.holds[id].1 else {
        return Err(L(5).broken(format!("{hold} was used after its end")));
    };
    let left = seen.after.holds[id].1.map_or(0, |hold| hold.quantity.0);
    L(5).require(held.quantity.0 == done[0].amount + left, || {
        format!(
            "{hold} had {held:?}, gave {} and has {left}",
            done[0].amount
        )
    })
}

/// What was refused has changed nothing.
fn l8(seen: &Seen<'_>) -> Result<(), Broken> {
    let refused = matches!(
        seen.answer,
        Answer::Refused(..) | Answer::ClockBack | Answer::Unpaid(_)
    );
    let quiet = seen.before == seen.after && seen.entries.is_empty();
    L(8).require(!refused || quiet, || {
        format!("{:?} changed something", seen.answer)
    })
}

/// What came of a deed.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    /// What was answered.
    pub answer: Answer,
    /// What moved.
    pub entries: Vec<GoodsEntry>,
    /// All that is broken.
    pub broken: Vec<Broken>,
}

impl Checker {
    /// Does a deed and looks at what came of it.
    pub fn apply(&mut self, book: &mut impl Book, deed: &Deed) -> Came {
        let before = book.view();
        let answer = book.act(deed);
        let entries = book.entries();
        let after = book.view();
        let broken = self.look(&Seen {
            deed: Some(deed),
            answer: &answer,
            before: &before,
            after: &after,
            entries: &entries,
        });
        Came {
            answer,
            entries,
            broken,
        }
    }

    /// Looks at an inventory, whatever was done to it since this was called last. It has to
    /// [record](Inventory::record) entries from the first call on, and to keep them until the next
    /// ([`Inventory::recorded`]). Takes time with all stocks and all holds that there ever were.
    ///
    /// # Errors
    /// [`Broken`], with what is broken first.
    pub fn follow(&mut self, inventory: &Inventory) -> Result<(), Broken> {
        let after = inventory.view();
        let Some(before) = self.last.replace(after.clone()) else {
            self.opening = after;
            return Ok(());
        };
        let entries = inventory.recorded();
        let known = entries.partition_point(|entry| entry.number < before.next);
        let broken = self.look(&Seen {
            deed: None,
            answer: &Answer::Nothing,
            before: &before,
            after: &after,
            entries: &entries[known..],
        });
        broken.into_iter().next().map_or(Ok(()), Err)
    }
}
