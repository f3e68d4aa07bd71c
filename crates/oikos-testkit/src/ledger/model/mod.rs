//! The slow model: maps, wide integers, and every rule written out by itself. Pending columns are summed over open
//! holds each time; a chain is tried on a copy; of all that is wrong with an operation the least status counts.
//!
//! It can be told to be wrong in one way, so that tests can show what finds it.

mod books;
mod rules;

use std::collections::BTreeMap;

use oikos_core::{Currency, StableId, Tick};
use oikos_ledger::{
    AccountId, AccountSpec, Applied, Entry, Fate, HoldId, Instrument, Operation, Receipt, Side,
    Status, Transfer,
};

use crate::ledger::Fault;
use crate::ledger::books::Answer;

#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) spec: AccountSpec,
    pub(crate) instrument: Instrument,
    pub(crate) debits: i128,
    pub(crate) credits: i128,
    pub(crate) closed: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) transfer: Transfer,
    pub(crate) expires: Option<Tick>,
    pub(crate) fate: Fate,
    /// What a wrong model keeps of a hold that was posted in part.
    pub(crate) kept: i128,
}

#[derive(Debug, Clone)]
pub(crate) struct Known {
    tick: u32,
    operations: Vec<Operation>,
    answer: Result<Receipt, (Status, u32)>,
}

/// The obvious ledger, right or with one mistake.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) accounts: BTreeMap<AccountId, Account>,
    /// Whether each kind issues.
    pub(crate) kinds: Vec<bool>,
    pub(crate) holds: BTreeMap<HoldId, Held>,
    pub(crate) ids: BTreeMap<u128, Known>,
    pub(crate) id_window: u32,
    pub(crate) now: u32,
    pub(crate) next: u64,
    pub(crate) entries: Vec<Entry>,
    pub(crate) fault: Option<Fault>,
}

impl Model {
    pub(crate) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// The transfer that an operation comes to.
    pub(crate) fn effective(&self, operation: &Operation) -> Option<Transfer> {
        match operation {
            Operation::Post(transfer) | Operation::Hold { transfer, .. } => Some(*transfer),
            Operation::Balance { transfer, side } => {
                let account = match side {
                    Side::Debit => transfer.debit,
                    Side::Credit => transfer.credit,
                };
                let there = self.there(account, *side).min(i128::from(transfer.amount));
                let amount = i64::try_from(there).unwrap();
                Some(Transfer {
                    amount,
                    ..*transfer
                })
            }
            Operation::PostHold { hold, amount } => self.holds.get(hold).map(|held| Transfer {
                amount: amount.unwrap_or(held.transfer.amount),
                ..held.transfer
            }),
            Operation::VoidHold { hold } => self.holds.get(hold).map(|held| held.transfer),
            Operation::Close {
                account,
                into,
                kind,
                reference,
            } => {
                let known = self.accounts.get(account)?;
                let net = known.debits - known.credits;
                let (debit, credit) = if net >= 0 {
                    (*into, *account)
                } else {
                    (*account, *into)
                };
                Some(Transfer {
                    kind: *kind,
                    debit,
                    credit,
                    amount: i64::try_from(net.abs()).unwrap(),
                    reference: *reference,
                })
            }
        }
    }

    /// Adds to both sides, and tells of it.
    pub(crate) fn move_money(&mut self, transfer: &Transfer, hold: Option<HoldId>) -> Applied {
        let amount = i128::from(transfer.amount);
        let currency = self
            .accounts
            .get(&transfer.debit)
            .map_or(Currency(0), |known| known.spec.currency);
        if let Some(known) = self.accounts.get_mut(&transfer.debit) {
            known.debits += amount;
        }
        let one_sided = self.is(Fault::OneSided) && transfer.amount % 7 == 3;
        if let Some(known) = self.accounts.get_mut(&transfer.credit)
            && !one_sided
        {
            known.credits += amount;
        }
        let number = self.number();
        self.entries.push(Entry {
            number,
            tick: Tick::new(self.now),
            kind: transfer.kind,
            currency,
            debit: transfer.debit,
            credit: transfer.credit,
            amount: transfer.amount,
            reference: transfer.reference,
            hold,
        });
        Applied {
            number,
            amount: transfer.amount,
            hold,
        }
    }

    pub(crate) fn number(&mut self) -> u64 {
        if self.is(Fault::NumberReused) && self.next % 5 == 4 {
            return self.next - 1;
        }
        self.next += 1;
        self.next - 1
    }

    pub(crate) fn apply(&mut self, operation: &Operation) -> Result<Applied, Status> {
        if let Some(first) = self.wrongs(operation).into_iter().min() {
            return Err(first);
        }
        let transfer = self.effective(operation).unwrap();
        let released = |number, hold| Applied {
            number,
            amount: transfer.amount,
            hold,
        };
        Ok(match *operation {
            Operation::Post(_) | Operation::Balance { .. } => self.move_money(&transfer, None),
            Operation::Hold { expires, .. } => {
                let id = HoldId::new(self.holds.len() as u64).unwrap();
                let (fate, kept) = (Fate::Open, 0);
                let held = Held {
                    transfer,
                    expires,
                    fate,
                    kept,
                };
                self.holds.insert(id, held);
                released(self.number(), Some(id))
            }
            Operation::PostHold { hold, .. } => {
                let keeps = self.is(Fault::RestKept);
                let held = self.holds.get_mut(&hold).unwrap();
                held.fate = Fate::Posted;
                if keeps {
                    held.kept = i128::from(held.transfer.amount - transfer.amount);
                }
                self.move_money(&transfer, Some(hold))
            }
            Operation::VoidHold { hold } => {
                self.holds.get_mut(&hold).unwrap().fate = Fate::Voided;
                released(self.number(), Some(hold))
            }
            Operation::Close { account, .. } => {
                let applied = if transfer.amount > 0 {
                    self.move_money(&transfer, None)
                } else {
                    released(self.number(), None)
                };
                self.accounts.get_mut(&account).unwrap().closed = true;
                applied
            }
        })
    }

    pub(crate) fn chain(
        &mut self,
        operations: &[Operation],
    ) -> Result<Vec<Applied>, (Status, u32)> {
        if operations.is_empty() {
            return Err((Status::ChainEmpty, 0));
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
                    return Err((status, step));
                }
            }
        }
        *self = copy;
        Ok(done)
    }

    pub(crate) fn submit(&mut self, id: u128, operations: &[Operation]) -> Answer {
        let refused = |(status, step), earlier| Answer::Refused {
            status,
            step,
            earlier,
        };
        if let Some(known) = self.ids.get(&id).filter(|_| !self.is(Fault::DoublePost)) {
            if let Some(different) =
                crate::ledger::differences::first(&known.operations, operations)
            {
                return refused(different, None);
            }
            match known.answer {
                Ok(receipt) => {
                    return Answer::Receipt(Receipt {
                        repeated: true,
                        ..receipt
                    });
                }
                Err((status, step)) if !self.is(Fault::FailedRetried) => {
                    return refused((Status::IdAlreadyFailed, step), Some(status));
                }
                Err(_) => {}
            }
        }
        let answer = self.chain(operations).map(|done| Receipt {
            last: *done.last().unwrap(),
            repeated: false,
        });
        if answer.map_or_else(|(status, _)| status.is_transient(), |_| true) {
            let (tick, operations) = (self.now, operations.to_vec());
            let known = Known {
                tick,
                operations,
                answer,
            };
            self.ids.insert(id, known);
        }
        answer.map_or_else(|no| refused(no, None), Answer::Receipt)
    }

    pub(crate) fn advance(&mut self, to: u32) -> Answer {
        if to < self.now {
            return Answer::Error("clock");
        }
        self.now = to;
        let due = |held: &Held| {
            held.fate == Fate::Open && held.expires.is_some_and(|tick| tick.index() <= to)
        };
        let due = self.holds.iter_mut().filter(|(_, held)| due(held));
        let mut count = 0;
        for (_, held) in due {
            held.fate = Fate::Expired;
            count += 1;
        }
        for _ in 0..count {
            self.number();
        }
        let window = self.id_window;
        self.ids.retain(|_, known| to - known.tick <= window);
        Answer::Nothing
    }
}
