//! L1 to L15 as they can be seen from outside: what must hold between two views and the entries between them.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::{Currency, StableId};
use oikos_ledger::{Entry, Fate, Ledger, Limit, MAX_TURNOVER, Operation};

use super::books::{Answer, Books, Deed, Seen, View, view_of};
use super::probes;
use crate::invariant::Broken;
use crate::invariant::Invariant::L;

/// Follows books and objects to what they may not do: L1 to L9 and L11 to L15, as far as they can be seen from outside.
///
/// [`apply`](Self::apply) does a deed and looks at what came of it; [`follow`](Self::follow) looks at a ledger to which
/// others do things.
#[derive(Debug, Default)]
pub struct Checker {
    /// What was to be seen last.
    last: Option<View>,
    /// The number of the last entry.
    last_number: Option<u64>,
    /// Ids under which something was done or failed, the tick, and with which operations.
    pub(super) done: BTreeMap<u128, (u32, Vec<Operation>)>,
    pub(super) failed: BTreeMap<u128, (u32, Vec<Operation>)>,
    pub(super) count: u64,
}

/// What happened.
pub(super) struct Step<'a> {
    /// What was asked, if that is known.
    pub(super) deed: Option<&'a Deed>,
    pub(super) answer: &'a Answer,
    pub(super) before: &'a View,
    pub(super) after: &'a View,
    pub(super) entries: &'a [Entry],
}

fn currencies(view: &View) -> BTreeSet<Currency> {
    view.accounts
        .iter()
        .map(|seen| seen.spec.currency)
        .collect()
}

fn at(view: &View, account: oikos_ledger::AccountId) -> Option<&Seen> {
    view.accounts.get(account.get() as usize)
}

/// Debits and credits are equal; what circulates changes by what was issued, in entries that say so.
fn l1(step: &Step<'_>) -> Result<(), Broken> {
    for currency in currencies(step.after) {
        let of = |view: &View, issuers: Option<bool>| -> i128 {
            let all = view
                .accounts
                .iter()
                .filter(|seen| seen.spec.currency == currency);
            let all = all.filter(|seen| issuers.is_none_or(|issuer| seen.spec.is_issuer == issuer));
            all.map(|seen| seen.credits - seen.debits).sum()
        };
        L(1).require(of(step.after, None) == 0, || {
            "debits and credits differ".to_owned()
        })?;
        let issued = step.after.issued[usize::from(currency.0)];
        L(1).require(of(step.after, Some(false)) == -issued, || {
            "circulation is not what was issued".to_owned()
        })?;
        let issuer =
            |account| i128::from(at(step.after, account).is_some_and(|seen| seen.spec.is_issuer));
        let logged = step
            .entries
            .iter()
            .filter(|entry| entry.currency == currency);
        let issues =
            |entry: &&Entry| step.after.issues.get(usize::from(entry.kind.0)) == Some(&true);
        let logged = logged.filter(issues);
        let logged = logged
            .map(|entry| (issuer(entry.credit) - issuer(entry.debit)) * i128::from(entry.amount));
        let change = of(step.after, Some(true)) - of(step.before, Some(true));
        L(1).require(logged.sum::<i128>() == change, || {
            "issued without an issuing kind".to_owned()
        })?;
    }
    Ok(())
}

/// Entries are double, positive, of one currency, and explain every change of what is posted.
fn l2(step: &Step<'_>) -> Result<(), Broken> {
    let mut explained: BTreeMap<u64, (i128, i128)> = BTreeMap::new();
    for entry in step.entries {
        L(2).require(entry.debit != entry.credit && entry.amount > 0, || {
            format!("not double: {entry:?}")
        })?;
        let currency = |account| at(step.after, account).map(|seen| seen.spec.currency);
        let same = [entry.debit, entry.credit].map(currency) == [Some(entry.currency); 2];
        L(2).require(same, || format!("currencies mixed: {entry:?}"))?;
        explained.entry(entry.debit.get()).or_default().0 += i128::from(entry.amount);
        explained.entry(entry.credit.get()).or_default().1 += i128::from(entry.amount);
    }
    for (number, after) in (0_u64..).zip(&step.after.accounts) {
        let before = step.before.accounts.get(number as usize);
        let before = before.map_or((0, 0), |seen| (seen.debits, seen.credits));
        let change = (after.debits - before.0, after.credits - before.1);
        let expected = explained.get(&number).copied().unwrap_or_default();
        L(2).require(change == expected, || {
            format!("account {number} changed by {change:?}, not {expected:?}")
        })?;
    }
    Ok(())
}

/// Pending columns are the open holds.
fn l3(step: &Step<'_>) -> Result<(), Broken> {
    let mut held: BTreeMap<u64, (i128, i128)> = BTreeMap::new();
    for (transfer, _) in step.after.holds.iter().filter_map(|hold| hold.open) {
        held.entry(transfer.debit.get()).or_default().0 += i128::from(transfer.amount);
        held.entry(transfer.credit.get()).or_default().1 += i128::from(transfer.amount);
    }
    for (number, seen) in (0..).zip(&step.after.accounts) {
        let expected = held.get(&number).copied().unwrap_or_default();
        let pending = (seen.debits_pending, seen.credits_pending);
        L(3).require(pending == expected, || {
            format!("account {number} has {pending:?} pending, not {expected:?}")
        })?;
    }
    Ok(())
}

/// No account is beyond its limit, after any prefix of what happened.
fn l4(step: &Step<'_>) -> Result<(), Broken> {
    let within = |seen: &Seen| match seen.spec.limit {
        Limit::None => true,
        Limit::Debits(more) => seen.debits + seen.debits_pending <= seen.credits + i128::from(more),
        Limit::Credits(more) => {
            seen.credits + seen.credits_pending <= seen.debits + i128::from(more)
        }
    };
    for (number, seen) in step.after.accounts.iter().enumerate() {
        L(4).require(within(seen), || {
            format!("account {number} is beyond its limit: {seen:?}")
        })?;
    }
    if matches!(step.deed, Some(Deed::Batch(..))) {
        let mut accounts = step.before.accounts.clone();
        for entry in step.entries {
            let (debit, credit) = (entry.debit.get() as usize, entry.credit.get() as usize);
            accounts[debit].debits += i128::from(entry.amount);
            accounts[credit].credits += i128::from(entry.amount);
            let both = within(&accounts[debit]) && within(&accounts[credit]);
            L(4).require(both, || format!("beyond a limit at {entry:?} of a batch"))?;
        }
    }
    Ok(())
}

/// A hold is resolved once, in time, and gives all of it back.
fn l5(step: &Step<'_>) -> Result<(), Broken> {
    for (number, (before, after)) in step.before.holds.iter().zip(&step.after.holds).enumerate() {
        let once = before.fate == after.fate || before.fate == Fate::Open;
        L(5).require(once, || {
            format!(
                "hold {number} was {:?} and is {:?}",
                before.fate, after.fate
            )
        })?;
    }
    for entry in step.entries {
        let Some(id) = entry.hold else {
            continue;
        };
        // A hold that is made and posted in one chain was not there before.
        let Some(before) = step.before.holds.get(id.get() as usize) else {
            continue;
        };
        let (transfer, expires) = before
            .open
            .ok_or_else(|| L(5).broken(format!("{id} is posted but {:?}", before.fate)))?;
        let late = expires.is_some_and(|tick| tick <= entry.tick);
        L(5).require(!late, || format!("{id} is posted late"))?;
        L(5).require(entry.amount <= transfer.amount, || {
            format!("more than {id} held is posted")
        })?;
        let twice = step
            .entries
            .iter()
            .filter(|other| other.hold == Some(id))
            .count()
            > 1;
        L(5).require(!twice, || format!("{id} is posted twice"))?;
    }
    let single = matches!(step.deed, Some(Deed::Apply(Operation::PostHold { .. })));
    if let (true, Some(entry)) = (single, step.entries.first())
        && let Some(hold) = entry.hold
        && let Some((transfer, _)) = step.before.holds[hold.get() as usize].open
    {
        let (debit, credit) = (
            transfer.debit.get() as usize,
            transfer.credit.get() as usize,
        );
        let (before, after) = (&step.before.accounts, &step.after.accounts);
        let released = before[debit].debits_pending - after[debit].debits_pending;
        let other = before[credit].credits_pending - after[credit].credits_pending;
        let all = i128::from(transfer.amount);
        L(5).require([released, other] == [all; 2], || {
            format!("{hold} gave {released} of {all} back")
        })?;
    }
    Ok(())
}

/// What was refused has changed nothing; of a chain, all or nothing is done.
fn l8(step: &Step<'_>) -> Result<(), Broken> {
    let quiet = step.before == step.after && step.entries.is_empty();
    L(8).require(!step.answer.is_refusal() || quiet, || {
        format!("{:?} changed something", step.answer)
    })?;
    if let (Some(Deed::Chain(operations)), Answer::Done(done)) = (step.deed, step.answer) {
        let all = done.len() == operations.len()
            && step.after.next >= step.before.next + done.len() as u64;
        L(8).require(all, || "a chain was done in part".to_owned())?;
    }
    Ok(())
}

/// No side is outside what a ledger counts.
fn l11(step: &Step<'_>) -> Result<(), Broken> {
    for (number, seen) in step.after.accounts.iter().enumerate() {
        let sides = [
            seen.debits + seen.debits_pending,
            seen.credits + seen.credits_pending,
        ];
        let fits = sides
            .iter()
            .all(|side| (0..=i128::from(MAX_TURNOVER)).contains(side));
        L(11).require(fits, || {
            format!("account {number} has {sides:?} on its sides")
        })?;
    }
    Ok(())
}

/// A closed account has nothing, and nothing goes in or out but what is released.
fn l12(step: &Step<'_>) -> Result<(), Broken> {
    for (number, (before, after)) in step
        .before
        .accounts
        .iter()
        .zip(&step.after.accounts)
        .enumerate()
    {
        let wrong = |what: &str| format!("closed account {number} {what}");
        if before.closed {
            let same = (before.debits, before.credits) == (after.debits, after.credits);
            L(12).require(same && after.closed, || wrong("has changed"))?;
            let fell = after.debits_pending <= before.debits_pending
                && after.credits_pending <= before.credits_pending;
            L(12).require(fell, || wrong("has new holds"))?;
        } else if after.closed {
            L(12).require(after.debits == after.credits, || wrong("is not empty"))?;
        }
    }
    Ok(())
}

impl Checker {
    /// Numbers rise, and no two entries share one.
    fn l15(&mut self, step: &Step<'_>) -> Result<(), Broken> {
        for entry in step.entries {
            let rises = self.last_number.is_none_or(|last| entry.number > last);
            L(15).require(rises, || {
                format!("number {} comes after {:?}", entry.number, self.last_number)
            })?;
            L(15).require(entry.number < step.after.next, || {
                "an entry has a number to come".to_owned()
            })?;
            self.last_number = Some(entry.number);
        }
        L(15).require(step.after.next >= step.before.next, || {
            "numbers fell".to_owned()
        })
    }

    /// Checks what can be seen of any step.
    fn seen(&mut self, step: &Step<'_>) -> Vec<Broken> {
        self.count += 1;
        let plain = [l1, l2, l3, l4, l5, l8, l11, l12].map(|check| check(step));
        let all = plain.into_iter().chain([self.l15(step)]);
        all.filter_map(Result::err).collect()
    }

    /// Does a deed and looks at what came of it: the answer, and all that is broken. Some deeds are done again on the
    /// books (an id that is known, L6 and L7) or otherwise on a copy (rows in another order, L9, L13, L14).
    pub fn apply<B: Books>(&mut self, books: &mut B, deed: &Deed) -> (Answer, Vec<Broken>) {
        let before = books.view();
        let fork = probes::fork_for(books, deed);
        let answer = books.act(deed);
        let entries = books.entries();
        let after = books.view();
        let step = Step {
            deed: Some(deed),
            answer: &answer,
            before: &before,
            after: &after,
            entries: &entries,
        };
        let mut broken = self.seen(&step);
        let asked_again = [
            probes::l6(self, books, &step),
            probes::l7(self, books, &step),
            probes::l9(books, &step),
            probes::l13(books, &step),
            probes::l14(books, &step),
        ];
        broken.extend(asked_again.into_iter().filter_map(Result::err));
        if let Some(mut fork) = fork {
            broken.extend(probes::other_order(&mut fork, &step).err());
        }
        (answer, broken)
    }

    /// Looks at a ledger, whatever was done to it since this was called last: L1 to L5, L11, L12 and L15. The ledger
    /// has to [record](Ledger::record) entries from the first call on, and to keep them until the next
    /// ([`Ledger::recorded`]). Takes time with all accounts and all holds that there ever were.
    ///
    /// # Errors
    /// [`Broken`], with the lowest number of what is.
    pub fn follow(&mut self, ledger: &Ledger) -> Result<(), Broken> {
        let after = view_of(ledger);
        let before = self.last.replace(after.clone());
        let Some(before) = before else {
            return Ok(());
        };
        let entries = ledger.recorded();
        let known = entries.partition_point(|entry| entry.number < before.next);
        let step = Step {
            deed: None,
            answer: &Answer::Nothing,
            before: &before,
            after: &after,
            entries: &entries[known..],
        };
        self.seen(&step).into_iter().next().map_or(Ok(()), Err)
    }
}
