//! What a ledger tells about what was done to it.

use oikos_core::{CurrencyInfo, Tick};
use serde::{Deserialize, Serialize};

use crate::{AccountId, AccountSpec, Entry, Instrument, KindRule, Operation, TransferKind};

/// Something that has changed a ledger, as it was asked for. The events from the first on, replayed with
/// [`Ledger::replay`](crate::Ledger::replay), make the same ledger again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A currency was declared.
    Currency(CurrencyInfo),
    /// A sector was declared.
    Sector(String),
    /// A kind of owner was declared.
    OwnerKind(String),
    /// A kind of transfer was declared, and as what.
    Kind(String, KindRule),
    /// An instrument was declared, and whether it is real.
    Instrument(String, bool),
    /// An account was opened in an instrument.
    Opened(AccountSpec, Instrument),
    /// Operations were carried out as a chain; one alone is a chain of one.
    Done(Vec<Operation>),
    /// Operations were submitted under an id, and carried out or refused so that the id is remembered.
    Submitted(u128, Vec<Operation>),
    /// A batch of which at least one row was posted.
    Batch {
        /// Why money moved.
        kind: TransferKind,
        /// Accounts debited.
        debit: Vec<AccountId>,
        /// Accounts credited.
        credit: Vec<AccountId>,
        /// Minor units.
        amount: Vec<i64>,
    },
    /// The clock went on.
    Advanced(Tick),
}

/// What a ledger keeps until it is drained.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Default)]
pub enum Recording {
    /// Nothing.
    #[default]
    Off,
    /// Money that moved.
    Entries,
    /// Money that moved, and all events.
    EntriesAndEvents,
}

/// Who is told what has happened, in the order in which it did: statements, tables, files.
pub trait Recorder {
    /// Money has moved.
    fn entry(&mut self, entry: &Entry);

    /// The ledger has changed. Told only where events are recorded, and after the entries of all events.
    fn event(&mut self, event: Event) {
        drop(event);
    }
}

impl Recorder for Vec<Entry> {
    fn entry(&mut self, entry: &Entry) {
        self.push(*entry);
    }
}

impl Recorder for Vec<Event> {
    fn entry(&mut self, _entry: &Entry) {}

    fn event(&mut self, event: Event) {
        self.push(event);
    }
}

/// What has been recorded and not drained.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) recording: Recording,
    pub(crate) entries: Vec<Entry>,
    pub(crate) events: Vec<Event>,
}

impl Log {
    #[inline]
    pub(crate) fn wants_entries(&self) -> bool {
        self.recording != Recording::Off
    }

    /// Keeps an event if events are kept.
    #[inline]
    pub(crate) fn event(&mut self, event: impl FnOnce() -> Event) {
        if self.recording == Recording::EntriesAndEvents {
            self.events.push(event());
        }
    }
}
