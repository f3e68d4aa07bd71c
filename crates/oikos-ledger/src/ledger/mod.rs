//! The ledger itself: what is declared, opened and asked, and its clock.

mod audit;
mod batch;
mod chain;
mod exchange;
mod holding;
mod names;
mod operate;
mod replay;
mod submit;
mod undo;

pub use self::batch::{Batch, BatchOutcome};
pub use self::exchange::{Exchange, Exchanged};

use std::sync::Mutex;

use oikos_core::{CurrencyInfo, StableId, Tick};

use crate::books::Books;
use crate::holds::Holds;
use crate::ids::Ids;
use crate::log::Log;
use crate::state::Digests;
use crate::transfer::MAX_AMOUNT;
use crate::vocabulary::Names;
use crate::{
    AccountId, AccountSpec, Balance, Entry, Event, Fate, Hold, HoldId, Instrument, LedgerError,
    Recorder, Recording,
};

/// Most accounts: batches keep their places in 32 bits.
const ACCOUNTS_MAX: u64 = 1 << 31;

/// The book in which money moves.
///
/// ```
/// use oikos_core::{Currency, CurrencyInfo};
/// use oikos_ledger::{AccountKind, AccountSpec, Ledger, Limit, Owner, Transfer};
///
/// let mut ledger = Ledger::new(0);
/// let currency = ledger.currency(CurrencyInfo::new("USD", "US dollar", 2)?)?;
/// let (homes, person) = (ledger.sector("households")?, ledger.owner_kind("person")?);
/// let (mint, rent) = (ledger.issuing_kind("mint")?, ledger.kind("rent")?);
/// let purse = |id| AccountSpec {
///     kind: AccountKind::Asset,
///     owner: Owner { kind: person, id },
///     sector: homes,
///     currency,
///     limit: Limit::Credits(0), // a purse cannot give what it has not got
///     is_issuer: false,
/// };
/// let (ann, bob) = (ledger.open(&purse(1))?, ledger.open(&purse(2))?);
/// let issuer = ledger.open(&AccountSpec {
///     kind: AccountKind::Liability,
///     limit: Limit::None,
///     is_issuer: true,
///     ..purse(0)
/// })?;
/// ledger.post(&Transfer { kind: mint, debit: ann, credit: issuer, amount: 1_000, reference: 0 })?;
/// ledger.post(&Transfer { kind: rent, debit: bob, credit: ann, amount: 400, reference: 0 })?;
/// assert_eq!(ledger.balance(ann)?.net_debit(), 600);
/// let too_much = Transfer { kind: rent, debit: bob, credit: ann, amount: 601, reference: 0 };
/// assert!(ledger.post(&too_much).is_err());
/// ledger.check()?;
/// # Ok::<(), oikos_ledger::LedgerError>(())
/// ```
#[derive(Debug)]
pub struct Ledger {
    pub(crate) books: Books,
    pub(crate) currencies: Vec<CurrencyInfo>,
    pub(crate) sectors: Names,
    pub(crate) owner_kinds: Names,
    /// Each marked with what [`Self::kind`] and its like declared it as.
    pub(crate) kinds: Names,
    /// Marked 1 where the instrument is real.
    pub(crate) instruments: Names,
    pub(crate) holds: Holds,
    /// By currency: minor units in open holds.
    pub(crate) held: Vec<i128>,
    pub(crate) ids: Ids,
    pub(crate) id_window: u32,
    pub(crate) now: Tick,
    /// The number of the next operation.
    pub(crate) next: u64,
    pub(crate) log: Log,
    pub(crate) digests: Mutex<Digests>,
}

impl Default for Ledger {
    /// A ledger that remembers an id under which operations are submitted until the tick ends.
    fn default() -> Self {
        Self::new(0)
    }
}

impl Ledger {
    /// A ledger without accounts, at tick 0. An id under which operations are [submitted](Self::submit) is
    /// remembered in the tick in which it came and in the `id_window` ticks after it.
    #[must_use]
    pub fn new(id_window: u32) -> Self {
        let mut instruments = Names::new("instrument", 1 << 16);
        // The first of many has room.
        let _ = instruments.declare("money", 0, "");
        Self {
            books: Books::default(),
            currencies: Vec::new(),
            sectors: Names::new("sector", 1 << 16),
            owner_kinds: Names::new("owner kind", 1 << 16),
            kinds: Names::new("transfer kind", 1 << 16),
            instruments,
            holds: Holds::default(),
            held: Vec::new(),
            ids: Ids::default(),
            id_window,
            now: Tick::ZERO,
            next: 0,
            log: Log::default(),
            digests: Mutex::default(),
        }
    }

    /// Opens an account of [money](Instrument::MONEY) with nothing in it.
    ///
    /// # Errors
    ///
    /// As [`open_as`](Self::open_as).
    pub fn open(&mut self, spec: &AccountSpec) -> Result<AccountId, LedgerError> {
        self.open_as(spec, Instrument::MONEY)
    }

    /// Opens an account of an instrument with nothing in it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchInstrument`], [`LedgerError::NoSuchCurrency`], [`LedgerError::NoSuchSector`],
    /// [`LedgerError::NoSuchOwnerKind`] for what was not declared; [`LedgerError::Allowance`] unless the limit's
    /// allowance is 0 to [`MAX_AMOUNT`]; [`LedgerError::TooManyAccounts`] above 2³¹ accounts.
    pub fn open_as(
        &mut self,
        spec: &AccountSpec,
        instrument: Instrument,
    ) -> Result<AccountId, LedgerError> {
        if self.instruments.mark(instrument.0).is_none() {
            return Err(LedgerError::NoSuchInstrument { instrument });
        }
        let currency = spec.currency;
        if usize::from(currency.0) >= self.currencies.len() {
            return Err(LedgerError::NoSuchCurrency { currency });
        }
        let sector = spec.sector;
        if self.sectors.mark(sector.0).is_none() {
            return Err(LedgerError::NoSuchSector { sector });
        }
        let number = spec.owner.kind.0;
        if self.owner_kinds.mark(number).is_none() {
            return Err(LedgerError::NoSuchOwnerKind { number });
        }
        let allowance = spec.limit.allowance();
        if !(0..=MAX_AMOUNT).contains(&allowance) {
            return Err(LedgerError::Allowance { allowance });
        }
        let account = AccountId::new(self.accounts())?;
        if self.accounts() >= ACCOUNTS_MAX {
            return Err(LedgerError::TooManyAccounts { max: ACCOUNTS_MAX });
        }
        self.books.push(spec, instrument);
        self.log.event(|| Event::Opened(*spec, instrument));
        Ok(account)
    }

    /// How many accounts there are, closed ones included.
    #[must_use]
    pub fn accounts(&self) -> u64 {
        self.books.len() as u64
    }

    pub(crate) fn index(&self, account: AccountId) -> Result<usize, LedgerError> {
        let accounts = self.accounts();
        let none = LedgerError::NoSuchAccount { account, accounts };
        self.books.index(account).ok_or(none)
    }

    /// What an account has.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchAccount`].
    pub fn balance(&self, account: AccountId) -> Result<Balance, LedgerError> {
        Ok(self.books.balance(self.index(account)?))
    }

    /// What was fixed when an account was opened.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchAccount`].
    pub fn spec(&self, account: AccountId) -> Result<AccountSpec, LedgerError> {
        Ok(self.books.spec(self.index(account)?))
    }

    /// The instrument that an account was opened in.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchAccount`].
    pub fn instrument_of(&self, account: AccountId) -> Result<Instrument, LedgerError> {
        Ok(self.books.position(self.index(account)?).instrument)
    }

    /// Whether an account was closed.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchAccount`].
    pub fn is_closed(&self, account: AccountId) -> Result<bool, LedgerError> {
        Ok(self.books.is_closed(self.index(account)?))
    }

    /// An open hold.
    #[must_use]
    pub fn hold(&self, hold: HoldId) -> Option<&Hold> {
        self.holds.get(hold)
    }

    /// What has become of a hold; `None` if it was never made.
    #[must_use]
    pub fn fate(&self, hold: HoldId) -> Option<Fate> {
        self.holds.fate(hold)
    }

    /// How many holds are open.
    #[must_use]
    pub fn open_holds(&self) -> u64 {
        self.holds.open()
    }

    /// Open holds in the order of their ids.
    pub fn holds(&self) -> impl Iterator<Item = (HoldId, &Hold)> {
        self.holds.iter()
    }

    /// The ledger's clock.
    #[must_use]
    pub const fn now(&self) -> Tick {
        self.now
    }

    /// How many operations there have been, holds that expired included; the next has this number.
    #[must_use]
    pub const fn operations(&self) -> u64 {
        self.next
    }

    /// Sets the clock. Holds that end until then expire, in the order of tick and id; submitted ids whose window
    /// has passed are forgotten.
    ///
    /// # Errors
    ///
    /// [`LedgerError::ClockBack`] for a tick before [`now`](Self::now).
    pub fn advance(&mut self, to: Tick) -> Result<(), LedgerError> {
        if to < self.now {
            return Err(LedgerError::ClockBack {
                book: "ledger",
                now: self.now,
                asked: to,
            });
        }
        if to == self.now {
            return Ok(());
        }
        self.now = to;
        for hold in self.holds.take_expired(to) {
            self.expire(hold);
        }
        let first = Tick::new(to.index().saturating_sub(self.id_window));
        let digests = self
            .digests
            .get_mut()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let forgotten = self.ids.forget_before(first, digests.ids_to());
        digests.forget(forgotten);
        self.log.event(|| Event::Advanced(to));
        Ok(())
    }

    /// Says what is to be kept for [`drain`](Self::drain) from now on. What is kept is output: it is neither
    /// saved nor digested, so drain it before a save.
    pub fn record(&mut self, recording: Recording) {
        self.log.recording = recording;
    }

    /// What is kept.
    #[must_use]
    pub const fn recording(&self) -> Recording {
        self.log.recording
    }

    /// The entries that were recorded and not drained, in the order of their numbers.
    #[must_use]
    pub fn recorded(&self) -> &[Entry] {
        &self.log.entries
    }

    /// Tells what was recorded since it was drained last: entries in the order of their numbers, then events.
    pub fn drain(&mut self, recorder: &mut (impl Recorder + ?Sized)) {
        for entry in &self.log.entries {
            recorder.entry(entry);
        }
        self.log.entries.clear();
        for event in self.log.events.drain(..) {
            recorder.event(event);
        }
    }
}
