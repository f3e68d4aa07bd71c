//! Invariants that ask again: the same id, the same rows in another order, the way back of an exchange.

use oikos_ledger::{Operation, Status};

use super::books::{Answer, Books, Deed, Seen, View, inverse};
use super::checker::{Checker, Step};
use super::script::ID_WINDOW;
use crate::invariant::Broken;
use crate::invariant::Invariant::L;

/// Old ids are asked again only after so many deeds, to keep runs short.
const ASK_EVERY: u64 = 16;

fn unchanged<B: Books>(books: &mut B, before: &View) -> bool {
    books.entries().is_empty() && books.view() == *before
}

/// An id again, at once and later, changes nothing; with other fields it is refused by name.
pub(super) fn l6<B: Books>(
    watch: &mut Checker,
    books: &mut B,
    step: &Step<'_>,
) -> Result<(), Broken> {
    let now = step.after.now;
    watch.done.retain(|_, (tick, _)| now - *tick <= ID_WINDOW);
    let mut asked = Vec::new();
    if let (Some(Deed::Submit(id, operations)), Answer::Receipt(_)) = (step.deed, step.answer) {
        watch.done.entry(*id).or_insert((now, operations.clone()));
        asked.push(*id);
    }
    if watch.count.is_multiple_of(ASK_EVERY) {
        asked.extend(
            watch
                .done
                .keys()
                .nth(watch.count as usize / 16 % watch.done.len().max(1)),
        );
    }
    for id in asked {
        let mut operations = watch.done[&id].1.clone();
        let again = books.act(&Deed::Submit(id, operations.clone()));
        let repeated = matches!(again, Answer::Receipt(receipt) if receipt.repeated);
        L(6).require(repeated, || format!("id {id} again gives {again:?}"))?;
        L(6).require(unchanged(books, step.after), || {
            format!("id {id} again changed something")
        })?;
        if let Some(Operation::Post(transfer)) = operations.last_mut() {
            transfer.amount ^= 2;
            let other = books.act(&Deed::Submit(id, operations));
            let named = matches!(
                other,
                Answer::Refused {
                    status: Status::IdOtherAmount,
                    ..
                }
            );
            L(6).require(named && unchanged(books, step.after), || {
                format!("another amount gives {other:?}")
            })?;
        }
    }
    Ok(())
}

/// An id that failed for a reason that passes stays failed.
pub(super) fn l7<B: Books>(
    watch: &mut Checker,
    books: &mut B,
    step: &Step<'_>,
) -> Result<(), Broken> {
    let now = step.after.now;
    watch.failed.retain(|_, (tick, _)| now - *tick <= ID_WINDOW);
    if let (Some(Deed::Submit(id, operations)), Answer::Refused { status, .. }) =
        (step.deed, step.answer)
        && status.is_transient()
    {
        watch.failed.entry(*id).or_insert((now, operations.clone()));
    } else if !watch.count.is_multiple_of(ASK_EVERY) {
        return Ok(());
    }
    for (id, (_, operations)) in &watch.failed {
        let again = books.act(&Deed::Submit(*id, operations.clone()));
        let stays = matches!(
            again,
            Answer::Refused {
                status: Status::IdAlreadyFailed,
                ..
            }
        );
        L(7).require(stays, || format!("id {id}, which failed, gives {again:?}"))?;
        L(7).require(unchanged(books, step.after), || {
            format!("id {id}, which failed, changed something")
        })?;
    }
    Ok(())
}

/// A copy from before a deed whose order must not matter.
pub(super) fn fork_for<B: Books>(books: &B, deed: &Deed) -> Option<B> {
    matches!(deed, Deed::Batch(..) | Deed::Split { .. }).then(|| books.fork())
}

fn amounts(view: &View) -> Vec<[i128; 4]> {
    let of = |seen: &Seen| {
        [
            seen.debits,
            seen.credits,
            seen.debits_pending,
            seen.credits_pending,
        ]
    };
    view.accounts.iter().map(of).collect()
}

/// Rows or shares the other way round come to the same.
pub(super) fn other_order<B: Books>(fork: &mut B, step: &Step<'_>) -> Result<(), Broken> {
    let (invariant, turned) = match step.deed {
        Some(Deed::Batch(kind, rows)) => (
            L(9),
            Deed::Batch(*kind, rows.iter().rev().copied().collect()),
        ),
        Some(Deed::Split {
            kind,
            credit,
            amount,
            shares,
        }) => {
            let shares = shares.iter().rev().copied().collect();
            let turned = Deed::Split {
                kind: *kind,
                credit: *credit,
                amount: *amount,
                shares,
            };
            (L(14), turned)
        }
        _ => return Ok(()),
    };
    let answer = fork.act(&turned);
    let same = amounts(&fork.view()) == amounts(step.after)
        && answer.is_refusal() == step.answer.is_refusal();
    invariant.require(same, || {
        format!("another order gives {answer:?}, not {:?}", step.answer)
    })?;
    if let (
        Answer::Batch { refused, .. },
        Answer::Batch { refused: other, .. },
        Some(Deed::Batch(_, rows)),
    ) = (step.answer, answer, step.deed)
    {
        let last = rows.len() as u64;
        let mut back: Vec<_> = other
            .iter()
            .map(|(row, status)| (last - 1 - row, *status))
            .collect();
        back.reverse();
        L(9).require(back == *refused, || {
            format!("in another order {back:?} are refused, not {refused:?}")
        })?;
    }
    Ok(())
}

/// A batch whose rows are all posted is the same as its halves one after the other.
pub(super) fn l9<B: Books>(books: &B, step: &Step<'_>) -> Result<(), Broken> {
    let (Some(Deed::Batch(kind, rows)), Answer::Batch { refused, .. }) = (step.deed, step.answer)
    else {
        return Ok(());
    };
    if !refused.is_empty() {
        return Ok(());
    }
    // What was posted, as single transfers in their order, would have been accepted too: the books are the same.
    let mut fork = books.fork();
    let turned: Vec<_> = rows
        .iter()
        .map(|&(debit, credit, amount)| (credit, debit, amount))
        .collect();
    let (front, back) = turned.split_at(turned.len() / 2);
    let halves = [front, back].map(|half| fork.act(&Deed::Batch(*kind, half.to_vec())));
    let mut whole_fork = books.fork();
    let whole = whole_fork.act(&Deed::Batch(*kind, turned.clone()));
    let all_posted =
        |answer: &Answer| matches!(answer, Answer::Batch { refused, .. } if refused.is_empty());
    if all_posted(&whole) {
        L(9).require(halves.iter().all(all_posted), || {
            "a half refuses what the whole posts".to_owned()
        })?;
        let same = amounts(&fork.view()) == amounts(&whole_fork.view());
        L(9).require(same, || "two halves are not the whole".to_owned())?;
    }
    Ok(())
}

/// An exchange pays out its exact amount rounded once, and the way back never gains.
pub(super) fn l13<B: Books>(books: &B, step: &Step<'_>) -> Result<(), Broken> {
    let (Some(Deed::Exchange(exchange)), Answer::Exchanged { received, rounding }) =
        (step.deed, step.answer)
    else {
        return Ok(());
    };
    let (above, below) = (
        i128::from(exchange.rate.numerator()),
        i128::from(exchange.rate.denominator()),
    );
    let exact = i128::from(exchange.amount) * above;
    let paid = i128::from(received + rounding);
    L(13).require(i128::from(*received) * below <= exact, || {
        "more was got than the rate gives".to_owned()
    })?;
    L(13).require((2 * (paid * below - exact)).abs() <= below, || {
        "the payment is not the nearest".to_owned()
    })?;
    L(13).require((0..=1).contains(rounding), || {
        format!("{rounding} went to the rounding account")
    })?;
    let back = oikos_ledger::Exchange {
        from: exchange.to,
        liquidity_in: exchange.liquidity_out,
        liquidity_out: exchange.liquidity_in,
        to: exchange.from,
        rounding: exchange.liquidity_in,
        amount: *received,
        rate: inverse(exchange.rate),
        ..*exchange
    };
    // The unit that rounding leaves over stays with the other side, in an account of its currency.
    let back = oikos_ledger::Exchange {
        rounding: super::books::account(if exchange.from < exchange.to { 7 } else { 15 }),
        ..back
    };
    if let Answer::Exchanged {
        received: returned, ..
    } = books.fork().act(&Deed::Exchange(back))
    {
        L(13).require(returned <= exchange.amount, || {
            format!("{} became {returned}", exchange.amount)
        })?;
    }
    Ok(())
}

/// The parts of a split come to the whole.
pub(super) fn l14<B: Books>(_books: &B, step: &Step<'_>) -> Result<(), Broken> {
    let (Some(Deed::Split { amount, .. }), Answer::Done(_)) = (step.deed, step.answer) else {
        return Ok(());
    };
    let parts: i128 = step
        .entries
        .iter()
        .map(|entry| i128::from(entry.amount))
        .sum();
    L(14).require(parts == i128::from(*amount), || {
        format!("parts of {amount} come to {parts}")
    })
}
