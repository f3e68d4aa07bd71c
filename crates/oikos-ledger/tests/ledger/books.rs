//! What the ledger and the slow model have in common, so that both can be asked the same and watched alike.

use oikos_core::{Currency, Ratio, StableId, Tick};
use oikos_ledger::{
    AccountId, AccountSpec, Applied, Batch, Entry, Exchange, Fate, Instrument, Ledger, LedgerError,
    Operation, Receipt, Recording, Refusal, Status, Transfer, TransferKind,
};

/// Something that is asked.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Open(AccountSpec, Instrument),
    Apply(Operation),
    Chain(Vec<Operation>),
    Submit(u128, Vec<Operation>),
    Batch(TransferKind, Vec<Row>),
    Split {
        kind: TransferKind,
        credit: AccountId,
        amount: i64,
        shares: Vec<(AccountId, u64)>,
    },
    Exchange(Exchange),
    Advance(u32),
}

/// Debit, credit, amount.
pub(crate) type Row = (AccountId, AccountId, i64);

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Nothing,
    Done(Vec<Applied>),
    Receipt(Receipt),
    Refused {
        status: Status,
        step: u32,
        earlier: Option<Status>,
    },
    Batch {
        first: u64,
        applied: u64,
        refused: Vec<(u64, Status)>,
    },
    Exchanged {
        received: i64,
        rounding: i64,
    },
    Error(&'static str),
}

impl Answer {
    /// Whether nothing may have changed.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Error(_))
    }
}

/// An account as it can be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    pub(crate) spec: AccountSpec,
    pub(crate) instrument: Instrument,
    pub(crate) debits: i128,
    pub(crate) credits: i128,
    pub(crate) debits_pending: i128,
    pub(crate) credits_pending: i128,
    pub(crate) closed: bool,
}

/// A hold as it can be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SeenHold {
    pub(crate) fate: Fate,
    /// Of an open one.
    pub(crate) open: Option<(Transfer, Option<Tick>)>,
}

/// All that can be seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct View {
    pub(crate) accounts: Vec<Seen>,
    pub(crate) holds: Vec<SeenHold>,
    pub(crate) issued: Vec<i128>,
    pub(crate) next: u64,
    pub(crate) now: u32,
}

pub(crate) trait Books: Sized {
    fn act(&mut self, deed: &Deed) -> Answer;
    fn view(&self) -> View;
    /// What moved since this was asked last.
    fn entries(&mut self) -> Vec<Entry>;
    fn fork(&self) -> Self;
    /// All of the state.
    fn bytes(&self) -> Vec<u8>;
}

pub(crate) fn account(number: u64) -> AccountId {
    AccountId::new(number).unwrap()
}

fn refused(refusal: &Refusal) -> Answer {
    Answer::Refused {
        status: refusal.status,
        step: refusal.step,
        earlier: refusal.earlier,
    }
}

fn failed(error: &LedgerError) -> Answer {
    match error {
        LedgerError::Refused(refusal) => refused(refusal),
        LedgerError::ExchangeRate { .. } => Answer::Error("rate"),
        LedgerError::ExchangeTooSmall { .. } => Answer::Error("too small"),
        LedgerError::Core(_) => Answer::Error("core"),
        LedgerError::ClockBack { .. } => Answer::Error("clock"),
        other => panic!("{other}"),
    }
}

impl Books for Ledger {
    fn act(&mut self, deed: &Deed) -> Answer {
        let many =
            |done: Result<Vec<Applied>, Refusal>| done.map_or_else(|no| refused(&no), Answer::Done);
        match deed {
            Deed::Open(spec, instrument) => self
                .open_as(spec, *instrument)
                .map_or_else(|no| failed(&no), |_| Answer::Nothing),
            Deed::Apply(Operation::Post(transfer)) => {
                many(self.post(transfer).map(|done| vec![done]))
            }
            Deed::Apply(operation) => many(self.apply(operation).map(|done| vec![done])),
            Deed::Chain(operations) => many(self.chain(operations)),
            Deed::Submit(id, operations) => {
                let receipt = match operations.as_slice() {
                    [only] => self.submit(*id, only),
                    several => self.submit_chain(*id, several),
                };
                receipt.map_or_else(|no| refused(&no), Answer::Receipt)
            }
            Deed::Batch(kind, rows) => {
                let debit: Vec<AccountId> = rows.iter().map(|row| row.0).collect();
                let credit: Vec<AccountId> = rows.iter().map(|row| row.1).collect();
                let amount: Vec<i64> = rows.iter().map(|row| row.2).collect();
                let batch = Batch {
                    kind: *kind,
                    debit: &debit,
                    credit: &credit,
                    amount: &amount,
                };
                let outcome = self.post_batch(&batch, 2).unwrap();
                Answer::Batch {
                    first: outcome.first,
                    applied: outcome.applied,
                    refused: outcome.refused,
                }
            }
            Deed::Split {
                kind,
                credit,
                amount,
                shares,
            } => {
                let done = self.split(*kind, *credit, *amount, shares, 0);
                done.map_or_else(|no| failed(&no), Answer::Done)
            }
            Deed::Exchange(exchange) => match self.exchange(exchange) {
                Ok(done) => Answer::Exchanged {
                    received: done.received,
                    rounding: done.rounding,
                },
                Err(error) => failed(&error),
            },
            Deed::Advance(tick) => {
                let done = self.advance(Tick::new(*tick));
                done.map_or_else(|no| failed(&no), |()| Answer::Nothing)
            }
        }
    }

    fn view(&self) -> View {
        let seen = |number: u64| {
            let (id, wide) = (account(number), i128::from);
            let balance = self.balance(id).unwrap();
            Seen {
                spec: self.spec(id).unwrap(),
                instrument: self.instrument_of(id).unwrap(),
                debits: wide(balance.debits_posted),
                credits: wide(balance.credits_posted),
                debits_pending: wide(balance.debits_pending),
                credits_pending: wide(balance.credits_pending),
                closed: self.is_closed(id).unwrap(),
            }
        };
        let holds = (0..).map_while(|number| {
            let id = oikos_ledger::HoldId::new(number).unwrap();
            let fate = self.fate(id)?;
            let open = self.hold(id).map(|hold| {
                let transfer = Transfer {
                    kind: hold.kind,
                    debit: hold.debit,
                    credit: hold.credit,
                    amount: hold.amount,
                    reference: hold.reference,
                };
                (transfer, hold.expires)
            });
            Some(SeenHold { fate, open })
        });
        View {
            accounts: (0..self.accounts()).map(seen).collect(),
            holds: holds.collect(),
            issued: (0..)
                .map_while(|number| self.issued(Currency(number)).ok())
                .collect(),
            next: self.operations(),
            now: self.now().index(),
        }
    }

    fn entries(&mut self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        self.drain(&mut entries);
        entries
    }

    fn fork(&self) -> Self {
        let mut fork = Self::load(&self.bytes()).unwrap();
        fork.record(Recording::Entries);
        fork
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.save(&mut bytes);
        bytes
    }
}

/// The inverse of a rate above 0.
pub(crate) fn inverse(rate: Ratio) -> Ratio {
    Ratio::new(rate.denominator(), rate.numerator()).unwrap()
}
