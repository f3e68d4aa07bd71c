//! Operations from outside, under an id of the caller's.

use oikos_core::StableId;

use super::Ledger;
use crate::ids::Record;
use crate::{Applied, Event, Operation, Receipt, Refusal, Status};

/// In what two operations differ, the first in the order of [`Status`].
fn difference(known: &Operation, given: &Operation) -> Option<Status> {
    use Operation::{Balance, Close, Hold, Post, PostHold, VoidHold};
    match (known, given) {
        (Balance { side, .. }, Balance { side: other, .. }) if side != other => {
            return Some(Status::IdOtherOperation);
        }
        (Post(_), Post(_))
        | (Balance { .. }, Balance { .. })
        | (Hold { .. }, Hold { .. })
        | (PostHold { .. }, PostHold { .. })
        | (VoidHold { .. }, VoidHold { .. })
        | (Close { .. }, Close { .. }) => {}
        _ => return Some(Status::IdOtherOperation),
    }
    let [head, debit, credit, amount, reference, extra] = crate::state::words(known);
    let [
        other_head,
        other_debit,
        other_credit,
        other_amount,
        other_reference,
        other_extra,
    ] = crate::state::words(given);
    let is_hold = matches!(given, PostHold { .. } | VoidHold { .. });
    let checks = [
        (head == other_head, Status::IdOtherKind),
        (debit == other_debit || is_hold, Status::IdOtherDebit),
        (credit == other_credit, Status::IdOtherCredit),
        // Whether an amount is given at all stands beside it.
        (
            amount == other_amount && (extra == other_extra || !is_hold),
            Status::IdOtherAmount,
        ),
        (reference == other_reference, Status::IdOtherReference),
        (extra == other_extra || is_hold, Status::IdOtherExpiry),
        (debit == other_debit || !is_hold, Status::IdOtherHold),
    ];
    checks
        .into_iter()
        .find_map(|(same, status)| (!same).then_some(status))
}

impl Ledger {
    /// Carries out an operation that comes from outside under an id of the caller's, once: the same again under
    /// the same id changes nothing and gives the same receipt, as long as the id is remembered (see
    /// [`Ledger::new`]).
    ///
    /// An id under which an operation was refused for a [transient](Status::is_transient) reason stays failed, so
    /// that who asks twice never acts twice. One that could never have been carried out, with an amount of 0 say,
    /// leaves the id unused.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] says what is wrong; statuses that begin with `Id` are about an id that was used before.
    pub fn submit(&mut self, id: u128, operation: &Operation) -> Result<Receipt, Refusal> {
        self.submit_chain(id, std::slice::from_ref(operation))
    }

    /// As [`submit`](Self::submit), for operations that are carried out as a [`chain`](Self::chain) under one id.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] says which step was refused and why.
    pub fn submit_chain(&mut self, id: u128, operations: &[Operation]) -> Result<Receipt, Refusal> {
        self.touch(operations);
        if let Some(answer) = self.answer_again(id, operations) {
            return answer;
        }
        let mut last = Applied {
            number: self.next,
            amount: 0,
            hold: None,
        };
        let done = match operations {
            [only] => match self.execute(only) {
                Ok(applied) => {
                    last = applied;
                    Ok(())
                }
                Err(status) => Err(Refusal::new(status, *only)),
            },
            several => self.run_chain(several, |applied| last = applied),
        };
        let (status, step) = done.map_or_else(|no| (no.status, no.step), |()| (Status::Applied, 0));
        if status == Status::Applied || status.is_transient() {
            let record = Record {
                id,
                tick: self.now,
                count: operations.len() as u32,
                status,
                step,
                last,
                start: 0,
            };
            self.ids.insert(record, operations);
            self.log.event(|| Event::Submitted(id, operations.to_vec()));
        }
        done.map(|()| Receipt {
            last,
            repeated: false,
        })
    }

    /// Reads the accounts of a transfer, so that they come from memory while the id is looked for.
    #[inline]
    fn touch(&self, operations: &[Operation]) {
        if let [Operation::Post(transfer)] = operations {
            let flags = |account: crate::AccountId| {
                self.books
                    .hot
                    .get(account.get() as usize)
                    .map(|hot| hot.flags)
            };
            std::hint::black_box((flags(transfer.debit), flags(transfer.credit)));
        }
    }

    /// What is to be said about an id that is remembered.
    fn answer_again(&self, id: u128, operations: &[Operation]) -> Option<Result<Receipt, Refusal>> {
        let (record, known) = self.ids.find(id)?;
        let refusal = |status, step: usize| Refusal {
            status,
            operation: operations.get(step).copied(),
            step: step as u32,
            earlier: None,
        };
        if known.len() != operations.len() {
            return Some(Err(refusal(Status::IdOtherOperation, 0)));
        }
        for (step, (known, given)) in known.zip(operations).enumerate() {
            if let Some(status) = difference(known, given) {
                return Some(Err(refusal(status, step)));
            }
        }
        if record.status == Status::Applied {
            let (last, repeated) = (record.last, true);
            return Some(Ok(Receipt { last, repeated }));
        }
        let earlier = Some(record.status);
        let failed = refusal(Status::IdAlreadyFailed, record.step as usize);
        Some(Err(Refusal { earlier, ..failed }))
    }
}
