//! What the ledger and the slow model have in common, so that both can be asked the same and watched alike.

use oikos_core::{Currency, Ratio, StableId, Tick};
use oikos_ledger::{
    AccountId, AccountSpec, Applied, Batch, BatchOutcome, Entry, Exchange, Fate, Instrument,
    KindRule, Ledger, LedgerError, Operation, Receipt, Recording, Refusal, Status, Transfer,
    TransferKind,
};

/// Something that is asked.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Opens an account.
    Open(AccountSpec, Instrument),
    /// One operation.
    Apply(Operation),
    /// All operations or none.
    Chain(Vec<Operation>),
    /// Operations under an id.
    Submit(u128, Vec<Operation>),
    /// A batch of rows.
    Batch(TransferKind, Vec<Row>),
    /// An amount shared out.
    Split {
        /// Why.
        kind: TransferKind,
        /// Who gives.
        credit: AccountId,
        /// How much.
        amount: i64,
        /// Who gets, in which proportions.
        shares: Vec<(AccountId, u64)>,
    },
    /// Money of one currency for that of another.
    Exchange(Exchange),
    /// Comes to a tick.
    Advance(u32),
}

/// Debit, credit, amount.
pub type Row = (AccountId, AccountId, i64);

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// That it was done.
    Nothing,
    /// What came of each operation.
    Done(Vec<Applied>),
    /// What came of what was submitted.
    Receipt(Receipt),
    /// That it was refused.
    Refused {
        /// Why.
        status: Status,
        /// The operation of a chain.
        step: u32,
        /// Why it failed at first.
        earlier: Option<Status>,
    },
    /// What came of a batch.
    Batch {
        /// The number of its first row.
        first: u64,
        /// How many rows were posted.
        applied: u64,
        /// The others.
        refused: Vec<(u64, Status)>,
    },
    /// What came of an exchange.
    Exchanged {
        /// Minor units that were received.
        received: i64,
        /// Minor units that went to the rounding account.
        rounding: i64,
    },
    /// Another error.
    Error(&'static str),
}

impl Answer {
    /// Whether nothing may have changed.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Error(_))
    }
}

/// An account as it can be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// What was fixed when it was opened.
    pub spec: AccountSpec,
    /// What it is of.
    pub instrument: Instrument,
    /// Posted debits.
    pub debits: i128,
    /// Posted credits.
    pub credits: i128,
    /// Debits of open holds.
    pub debits_pending: i128,
    /// Credits of open holds.
    pub credits_pending: i128,
    /// Whether it was closed.
    pub closed: bool,
}

/// A hold as it can be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeenHold {
    /// What became of it.
    pub fate: Fate,
    /// Of an open one: what is to come, and when it ends.
    pub open: Option<(Transfer, Option<Tick>)>,
}

/// All that can be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// All accounts.
    pub accounts: Vec<Seen>,
    /// All holds there ever were.
    pub holds: Vec<SeenHold>,
    /// By number of the kind: whether it issues.
    pub issues: Vec<bool>,
    /// By number of the currency: what was issued.
    pub issued: Vec<i128>,
    /// The number of the next operation.
    pub next: u64,
    /// The clock.
    pub now: u32,
}

/// Books that can be asked and looked at: a ledger, the slow model, or books of your own.
pub trait Books: Sized {
    /// Does what it is asked.
    fn act(&mut self, deed: &Deed) -> Answer;
    /// All that can be seen.
    fn view(&self) -> View;
    /// What moved since this was asked last.
    fn entries(&mut self) -> Vec<Entry>;
    /// Books that are the same and go their own way.
    #[must_use]
    fn fork(&self) -> Self;
    /// All of the state.
    fn bytes(&self) -> Vec<u8>;
}

/// The account with this number.
///
/// # Panics
/// For numbers from 2⁵³ on.
#[must_use]
pub fn account(number: u64) -> AccountId {
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
        _ => Answer::Error("other"),
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
                let outcome = post(self, *kind, rows, 2);
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
        view_of(self)
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
pub(super) fn inverse(rate: Ratio) -> Ratio {
    Ratio::new(rate.denominator(), rate.numerator()).unwrap()
}

/// All that can be seen of a ledger.
pub(super) fn view_of(ledger: &Ledger) -> View {
    let seen = |number: u64| {
        let (id, wide) = (account(number), i128::from);
        let balance = ledger.balance(id).unwrap();
        Seen {
            spec: ledger.spec(id).unwrap(),
            instrument: ledger.instrument_of(id).unwrap(),
            debits: wide(balance.debits_posted),
            credits: wide(balance.credits_posted),
            debits_pending: wide(balance.debits_pending),
            credits_pending: wide(balance.credits_pending),
            closed: ledger.is_closed(id).unwrap(),
        }
    };
    let holds = (0..).map_while(|number| {
        let id = oikos_ledger::HoldId::new(number).unwrap();
        let fate = ledger.fate(id)?;
        let open = ledger.hold(id).map(|hold| {
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
        accounts: (0..ledger.accounts()).map(seen).collect(),
        holds: holds.collect(),
        issues: (0..)
            .map_while(|number| ledger.kind_rule(TransferKind(number)))
            .map(|rule| rule == KindRule::Issuing)
            .collect(),
        issued: (0..)
            .map_while(|number| ledger.issued(Currency(number)).ok())
            .collect(),
        next: ledger.operations(),
        now: ledger.now().index(),
    }
}

/// Posts a batch on so many threads.
pub(super) fn post(
    ledger: &mut Ledger,
    kind: TransferKind,
    rows: &[Row],
    threads: usize,
) -> BatchOutcome {
    let debit: Vec<AccountId> = rows.iter().map(|row| row.0).collect();
    let credit: Vec<AccountId> = rows.iter().map(|row| row.1).collect();
    let amount: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let batch = Batch {
        kind,
        debit: &debit,
        credit: &credit,
        amount: &amount,
    };
    ledger.post_batch(&batch, threads).unwrap()
}
