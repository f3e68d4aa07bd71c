//! L1 to L15 as they can be seen from outside: what must hold between two views and the entries between them.
//! Each says which one is broken. L10 and L16 need whole runs and have tests of their own.

use std::collections::{BTreeMap, BTreeSet};

use oikos_core::{Currency, StableId};
use oikos_ledger::{Entry, Fate, Limit, MAX_TURNOVER, Operation};

use crate::books::{Answer, Books, Deed, Seen, View};
use crate::probes;

/// What the watcher knows about the past.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// The number of the last entry.
    last_number: Option<u64>,
    /// Ids under which something was done or failed, the tick, and with which operations.
    pub(crate) done: BTreeMap<u128, (u32, Vec<Operation>)>,
    pub(crate) failed: BTreeMap<u128, (u32, Vec<Operation>)>,
    pub(crate) count: u64,
}

/// What happened.
pub(crate) struct Step<'a> {
    pub(crate) deed: &'a Deed,
    pub(crate) answer: &'a Answer,
    pub(crate) before: &'a View,
    pub(crate) after: &'a View,
    pub(crate) entries: &'a [Entry],
}

pub(crate) fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
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
fn l1(step: &Step<'_>) -> Result<(), String> {
    for currency in currencies(step.after) {
        let of = |view: &View, issuers: Option<bool>| -> i128 {
            let all = view
                .accounts
                .iter()
                .filter(|seen| seen.spec.currency == currency);
            let all = all.filter(|seen| issuers.is_none_or(|issuer| seen.spec.is_issuer == issuer));
            all.map(|seen| seen.credits - seen.debits).sum()
        };
        ensure(of(step.after, None) == 0, || {
            "L1: debits and credits differ".to_owned()
        })?;
        let issued = step.after.issued[usize::from(currency.0)];
        ensure(of(step.after, Some(false)) == -issued, || {
            "L1: circulation is not what was issued".to_owned()
        })?;
        let issuer =
            |account| i128::from(at(step.before, account).is_some_and(|seen| seen.spec.is_issuer));
        let logged = step
            .entries
            .iter()
            .filter(|entry| entry.currency == currency);
        let logged = logged.filter(|entry| entry.kind == crate::script::MINT);
        let logged = logged
            .map(|entry| (issuer(entry.credit) - issuer(entry.debit)) * i128::from(entry.amount));
        let change = of(step.after, Some(true)) - of(step.before, Some(true));
        ensure(logged.sum::<i128>() == change, || {
            "L1: issued without an issuing kind".to_owned()
        })?;
    }
    Ok(())
}

/// Entries are double, positive, of one currency, and explain every change of what is posted.
fn l2(step: &Step<'_>) -> Result<(), String> {
    let mut explained: BTreeMap<u64, (i128, i128)> = BTreeMap::new();
    for entry in step.entries {
        ensure(entry.debit != entry.credit && entry.amount > 0, || {
            format!("L2: not double: {entry:?}")
        })?;
        let currency = |account| at(step.after, account).map(|seen| seen.spec.currency);
        let same = [entry.debit, entry.credit].map(currency) == [Some(entry.currency); 2];
        ensure(same, || format!("L2: currencies mixed: {entry:?}"))?;
        explained.entry(entry.debit.get()).or_default().0 += i128::from(entry.amount);
        explained.entry(entry.credit.get()).or_default().1 += i128::from(entry.amount);
    }
    for (number, after) in (0_u64..).zip(&step.after.accounts) {
        let before = step.before.accounts.get(number as usize);
        let before = before.map_or((0, 0), |seen| (seen.debits, seen.credits));
        let change = (after.debits - before.0, after.credits - before.1);
        let expected = explained.get(&number).copied().unwrap_or_default();
        ensure(change == expected, || {
            format!("L2: account {number} changed by {change:?}, not {expected:?}")
        })?;
    }
    Ok(())
}

/// Pending columns are the open holds.
fn l3(step: &Step<'_>) -> Result<(), String> {
    let mut held: BTreeMap<u64, (i128, i128)> = BTreeMap::new();
    for (transfer, _) in step.after.holds.iter().filter_map(|hold| hold.open) {
        held.entry(transfer.debit.get()).or_default().0 += i128::from(transfer.amount);
        held.entry(transfer.credit.get()).or_default().1 += i128::from(transfer.amount);
    }
    for (number, seen) in (0..).zip(&step.after.accounts) {
        let expected = held.get(&number).copied().unwrap_or_default();
        let pending = (seen.debits_pending, seen.credits_pending);
        ensure(pending == expected, || {
            format!("L3: account {number} has {pending:?} pending, not {expected:?}")
        })?;
    }
    Ok(())
}

/// No account is beyond its limit, after any prefix of what happened.
fn l4(step: &Step<'_>) -> Result<(), String> {
    let within = |seen: &Seen| match seen.spec.limit {
        Limit::None => true,
        Limit::Debits(more) => seen.debits + seen.debits_pending <= seen.credits + i128::from(more),
        Limit::Credits(more) => {
            seen.credits + seen.credits_pending <= seen.debits + i128::from(more)
        }
    };
    for (number, seen) in step.after.accounts.iter().enumerate() {
        ensure(within(seen), || {
            format!("L4: account {number} is beyond its limit: {seen:?}")
        })?;
    }
    if matches!(step.deed, Deed::Batch(..)) {
        let mut accounts = step.before.accounts.clone();
        for entry in step.entries {
            let (debit, credit) = (entry.debit.get() as usize, entry.credit.get() as usize);
            accounts[debit].debits += i128::from(entry.amount);
            accounts[credit].credits += i128::from(entry.amount);
            let both = within(&accounts[debit]) && within(&accounts[credit]);
            ensure(both, || {
                format!("L4: beyond a limit at {entry:?} of a batch")
            })?;
        }
    }
    Ok(())
}

/// A hold is resolved once, in time, and gives all of it back.
fn l5(step: &Step<'_>) -> Result<(), String> {
    for (number, (before, after)) in step.before.holds.iter().zip(&step.after.holds).enumerate() {
        let once = before.fate == after.fate || before.fate == Fate::Open;
        ensure(once, || {
            format!(
                "L5: hold {number} was {:?} and is {:?}",
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
            .ok_or_else(|| format!("L5: {id} is posted but {:?}", before.fate))?;
        let late = expires.is_some_and(|tick| tick.index() <= step.before.now);
        ensure(!late, || format!("L5: {id} is posted late"))?;
        ensure(entry.amount <= transfer.amount, || {
            format!("L5: more than {id} held is posted")
        })?;
        let twice = step
            .entries
            .iter()
            .filter(|other| other.hold == Some(id))
            .count()
            > 1;
        ensure(!twice, || format!("L5: {id} is posted twice"))?;
    }
    let single = matches!(step.deed, Deed::Apply(Operation::PostHold { .. }));
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
        ensure([released, other] == [all; 2], || {
            format!("L5: {hold} gave {released} of {all} back")
        })?;
    }
    Ok(())
}

/// What was refused has changed nothing; of a chain, all or nothing is done.
fn l8(step: &Step<'_>) -> Result<(), String> {
    let quiet = step.before == step.after && step.entries.is_empty();
    ensure(!step.answer.is_refusal() || quiet, || {
        format!("L8: {:?} changed something", step.answer)
    })?;
    if let (Deed::Chain(operations), Answer::Done(done)) = (step.deed, step.answer) {
        let all = done.len() == operations.len()
            && step.after.next >= step.before.next + done.len() as u64;
        ensure(all, || "L8: a chain was done in part".to_owned())?;
    }
    Ok(())
}

/// No side is outside what a ledger counts.
fn l11(step: &Step<'_>) -> Result<(), String> {
    for (number, seen) in step.after.accounts.iter().enumerate() {
        let sides = [
            seen.debits + seen.debits_pending,
            seen.credits + seen.credits_pending,
        ];
        let fits = sides
            .iter()
            .all(|side| (0..=i128::from(MAX_TURNOVER)).contains(side));
        ensure(fits, || {
            format!("L11: account {number} has {sides:?} on its sides")
        })?;
    }
    Ok(())
}

/// A closed account has nothing, and nothing goes in or out but what is released.
fn l12(step: &Step<'_>) -> Result<(), String> {
    for (number, (before, after)) in step
        .before
        .accounts
        .iter()
        .zip(&step.after.accounts)
        .enumerate()
    {
        let wrong = |what: &str| format!("L12: closed account {number} {what}");
        if before.closed {
            let same = (before.debits, before.credits) == (after.debits, after.credits);
            ensure(same && after.closed, || wrong("has changed"))?;
            let fell = after.debits_pending <= before.debits_pending
                && after.credits_pending <= before.credits_pending;
            ensure(fell, || wrong("has new holds"))?;
        } else if after.closed {
            ensure(after.debits == after.credits, || wrong("is not empty"))?;
        }
    }
    Ok(())
}

impl Watch {
    /// Numbers rise, and no two entries share one.
    fn l15(&mut self, step: &Step<'_>) -> Result<(), String> {
        for entry in step.entries {
            let rises = self.last_number.is_none_or(|last| entry.number > last);
            ensure(rises, || {
                format!(
                    "L15: number {} comes after {:?}",
                    entry.number, self.last_number
                )
            })?;
            ensure(entry.number < step.after.next, || {
                "L15: an entry has a number to come".to_owned()
            })?;
            self.last_number = Some(entry.number);
        }
        ensure(step.after.next >= step.before.next, || {
            "L15: numbers fell".to_owned()
        })
    }

    /// Checks everything after a deed; the invariants that are broken, each with its number first.
    pub(crate) fn look<B: Books>(&mut self, books: &mut B, step: &Step<'_>) -> Vec<String> {
        self.count += 1;
        let plain = [l1, l2, l3, l4, l5, l8, l11, l12].map(|check| check(step));
        let mut all = Vec::from(plain);
        all.push(self.l15(step));
        all.push(probes::l6(self, books, step));
        all.push(probes::l7(self, books, step));
        all.push(probes::l9(books, step));
        all.push(probes::l13(books, step));
        all.push(probes::l14(books, step));
        all.into_iter().filter_map(Result::err).collect()
    }
}

/// Does a deed on books and looks at what came of it.
pub(crate) fn watched<B: Books>(
    books: &mut B,
    watch: &mut Watch,
    deed: &Deed,
) -> (Answer, Vec<String>) {
    let before = books.view();
    let fork = probes::fork_for(books, deed);
    let answer = books.act(deed);
    let entries = books.entries();
    let after = books.view();
    let step = Step {
        deed,
        answer: &answer,
        before: &before,
        after: &after,
        entries: &entries,
    };
    let mut broken = watch.look(books, &step);
    if let Some(mut fork) = fork {
        broken.extend(probes::other_order(&mut fork, &step).err());
    }
    (answer, broken)
}
