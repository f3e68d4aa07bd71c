//! The inventory book: who has how much of which good, how it came about, and what is set aside.

mod audit;
mod judge;
mod operate;
mod operation;
mod save;
mod status;
mod stocks;

pub use self::audit::GoodTotals;
pub use self::operation::{
    Good, GoodsEntry, GoodsFlow, GoodsHold, GoodsKind, GoodsMove, GoodsOperation,
};
pub use self::status::{GoodsRefusal, GoodsStatus};
pub use self::stocks::{GoodsFlows, Stock};

use std::sync::Mutex;

use oikos_core::{StableId, Tick};

use self::save::Digests;
use self::stocks::Stocks;
use crate::holds::Holds;
use crate::vocabulary::Names;
use crate::{Fate, HoldId, LedgerError, Owner};

/// Most goods, and most kinds: as many as there are numbers of 16 bits.
const NAMES_MAX: u32 = 1 << 16;

/// The book in which goods come, move and go.
///
/// Goods have no owner but one, and are counted in whole units. Of every owner and good, what was produced and
/// received is what is on hand and what was given, consumed and spoiled. Kinds of owners are those of the
/// [`Ledger`](crate::Ledger) beside which the book lies; the book does not look owners up.
///
/// ```
/// use oikos_core::Quantity;
/// use oikos_ledger::{GoodsFlow, GoodsMove, GoodsOperation, Inventory, Owner, OwnerKind};
///
/// let mut book = Inventory::new();
/// let wheat = book.good("wheat")?;
/// let (harvest, sale) = (book.kind("harvest", GoodsFlow::Produce)?, book.kind("sale", GoodsFlow::Transfer)?);
/// let [farm, mill] = [1, 2].map(|id| Owner { kind: OwnerKind(0), id });
/// let of = |kind, quantity| GoodsMove { kind, good: wheat, owner: farm, quantity: Quantity(quantity), reference: 0 };
/// book.apply(&GoodsOperation::Produce(of(harvest, 90)))?;
/// book.apply(&GoodsOperation::Transfer { what: of(sale, 60), to: mill })?;
/// assert_eq!(book.stock(farm, wheat).on_hand, Quantity(30));
/// assert!(book.apply(&GoodsOperation::Transfer { what: of(sale, 31), to: mill }).is_err());
/// assert_eq!(book.stock(mill, wheat).flows.received, Quantity(60));
/// book.check()?;
/// # Ok::<(), oikos_ledger::LedgerError>(())
/// ```
#[derive(Debug)]
pub struct Inventory {
    goods: Names,
    /// Each marked with its flow.
    kinds: Names,
    stocks: Stocks,
    holds: Holds<GoodsHold>,
    /// By good.
    totals: Vec<GoodTotals>,
    now: Tick,
    /// The number of the next operation.
    next: u64,
    recording: bool,
    entries: Vec<GoodsEntry>,
    digests: Mutex<Digests>,
}

impl Default for Inventory {
    fn default() -> Self {
        Self::new()
    }
}

impl Inventory {
    /// An empty book at tick 0.
    #[must_use]
    pub fn new() -> Self {
        Self {
            goods: Names::new("good", NAMES_MAX),
            kinds: Names::new("kind of flow", NAMES_MAX),
            stocks: Stocks::default(),
            holds: Holds::default(),
            totals: Vec::new(),
            now: Tick::ZERO,
            next: 0,
            recording: false,
            entries: Vec::new(),
            digests: Mutex::default(),
        }
    }

    /// The good with this name, which is declared if it is new.
    ///
    /// # Errors
    ///
    /// [`LedgerError::TooManyNames`].
    pub fn good(&mut self, name: &str) -> Result<Good, LedgerError> {
        let (number, is_new) = self.goods.declare(name, 0, "as a good")?;
        if is_new {
            self.totals.push(GoodTotals::default());
        }
        Ok(Good(number))
    }

    /// The name of a good.
    #[must_use]
    pub fn good_name(&self, good: Good) -> Option<&str> {
        self.goods.name(good.0)
    }

    /// The kind with this name, which is declared for a flow if it is new.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NameTaken`] if it was declared for another flow; [`LedgerError::TooManyNames`].
    pub fn kind(&mut self, name: &str, flow: GoodsFlow) -> Result<GoodsKind, LedgerError> {
        let declared = self.kinds.declare(name, flow as u8, "for another flow")?;
        Ok(GoodsKind(declared.0))
    }

    /// The name of a kind.
    #[must_use]
    pub fn kind_name(&self, kind: GoodsKind) -> Option<&str> {
        self.kinds.name(kind.0)
    }

    /// The flow that a kind was declared for.
    #[must_use]
    pub fn flow_of(&self, kind: GoodsKind) -> Option<GoodsFlow> {
        let mark = self.kinds.mark(kind.0)?;
        GoodsFlow::ALL.get(usize::from(mark)).copied()
    }

    /// What an owner has of a good, and how it came about.
    #[must_use]
    pub fn stock(&self, owner: Owner, good: Good) -> Stock {
        self.stocks.get(owner, good)
    }

    /// All stocks in which something ever was, sorted by owner and good.
    pub fn stocks(&self) -> impl Iterator<Item = (Owner, Good, &Stock)> {
        self.stocks.iter()
    }

    /// As [`stocks`](Self::stocks), of one owner.
    pub fn stocks_of(&self, owner: Owner) -> impl Iterator<Item = (Owner, Good, &Stock)> {
        self.stocks.of(owner)
    }

    /// What all owners together have of a good, and how it came about.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchGood`].
    pub fn totals(&self, good: Good) -> Result<GoodTotals, LedgerError> {
        let totals = self.totals.get(usize::from(good.0)).copied();
        totals.ok_or(LedgerError::NoSuchGood { good })
    }

    /// A hold that is open, with what it still holds.
    #[must_use]
    pub fn hold(&self, hold: HoldId) -> Option<&GoodsHold> {
        self.holds.get(hold)
    }

    /// What has become of a hold: [`Fate::Posted`] when all of it was taken or the last of it was, [`Fate::Voided`]
    /// when the last of it was released; `None` if it was never made.
    #[must_use]
    pub fn fate(&self, hold: HoldId) -> Option<Fate> {
        self.holds.fate(hold)
    }

    /// Open holds in the order of their ids.
    pub fn holds(&self) -> impl Iterator<Item = (HoldId, &GoodsHold)> {
        self.holds.iter()
    }

    /// The id of the next hold that is made, so that a chain can name a hold of its own.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Core`] after 2⁵³ holds.
    pub fn next_hold(&self) -> Result<HoldId, LedgerError> {
        Ok(HoldId::new(self.holds.made())?)
    }

    /// The tick that the book was told last.
    #[must_use]
    pub const fn now(&self) -> Tick {
        self.now
    }

    /// How many operations have been carried out, holds that expired among them.
    #[must_use]
    pub const fn operations(&self) -> u64 {
        self.next
    }

    fn take_number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// Sets the clock. Holds that end until then expire, in the order of tick and id, and what they still hold is
    /// free.
    ///
    /// # Errors
    ///
    /// [`LedgerError::ClockBack`] for a tick before [`now`](Self::now).
    pub fn advance(&mut self, to: Tick) -> Result<(), LedgerError> {
        if to < self.now {
            return Err(LedgerError::ClockBack {
                book: "inventory",
                now: self.now,
                asked: to,
            });
        }
        self.now = to;
        for id in self.holds.take_expired(to) {
            if let Some(hold) = self.holds.resolve(id, Fate::Expired) {
                self.set_aside(&hold, -hold.quantity.0);
                self.take_number();
            }
        }
        Ok(())
    }

    /// Whether flows are recorded from now on.
    pub const fn record(&mut self, recording: bool) {
        self.recording = recording;
    }

    /// Whether what happens is recorded.
    #[must_use]
    pub const fn is_recording(&self) -> bool {
        self.recording
    }

    /// What was recorded and not drained, in the order of the numbers.
    #[must_use]
    pub fn recorded(&self) -> &[GoodsEntry] {
        &self.entries
    }

    /// What was recorded since it was drained last, in the order of the numbers.
    pub fn drain(&mut self) -> impl Iterator<Item = GoodsEntry> {
        self.entries.drain(..)
    }
}
