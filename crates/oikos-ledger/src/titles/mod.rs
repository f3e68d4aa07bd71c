//! The title register: unique things, who owns which share of them, and what lies on them.

mod audit;
mod burdens;
mod holding;
mod judge;
mod operate;
mod operation;
mod save;
mod status;
mod title;

pub use self::operation::{TitleApplied, TitleChange, TitleEntry, TitleOperation};
pub use self::status::{TitleRefusal, TitleStatus};
pub use self::title::{
    Lien, LienId, LienKind, Tenancy, Title, TitleHold, TitleId, TitleKind, Valuation,
};

pub(crate) use self::title::common_parts;

use core::sync::atomic::AtomicBool;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use oikos_core::{Currency, StableId, Tick};

use self::audit::Totals;
use crate::state::Parts;
use crate::vocabulary::Names;
use crate::{HoldId, LedgerError, Owner};

/// Most kinds: as many as there are numbers of 16 bits.
const NAMES_MAX: u32 = 1 << 16;

/// The register of unique things: houses, land, businesses, made objects.
///
/// Each has owners whose shares add up to one, exactly, and can be held for a taker; liens in the order in which they
/// are paid, which go with the thing; at most one tenancy; a value. Kinds of owners and currencies are those of the
/// [`Ledger`](crate::Ledger) beside which the register lies; the register does not look them up.
///
/// ```
/// use oikos_core::{Currency, Ratio};
/// use oikos_ledger::{Owner, OwnerKind, TitleOperation, Titles};
///
/// let mut titles = Titles::new();
/// let house = titles.kind("house")?;
/// let [ann, bob] = [1, 2].map(|id| Owner { kind: OwnerKind(0), id });
/// let shares = vec![(ann, Ratio::ONE)];
/// let title = titles.apply(&TitleOperation::Register { kind: house, currency: Currency(0), shares })?.title;
/// let third = Some(Ratio::new(1, 3)?);
/// let sale = TitleOperation::Transfer { title, from: ann, to: bob, share: third, with_liens: false };
/// titles.apply(&sale)?;
/// assert_eq!(titles.get(title)?.share(ann), Ratio::new(2, 3)?);
/// let all = TitleOperation::Transfer { title, from: ann, to: bob, share: None, with_liens: false };
/// titles.apply(&all)?;
/// assert!(titles.apply(&all).is_err(), "it was sold before");
/// # Ok::<(), oikos_ledger::LedgerError>(())
/// ```
#[derive(Debug)]
pub struct Titles {
    kinds: Names,
    /// Marked with 1 if they bar moves.
    lien_kinds: Names,
    titles: Vec<Title>,
    /// By segment: whether it has changed since it was last digested.
    dirty: Vec<AtomicBool>,
    liens_made: u64,
    open_liens: BTreeMap<LienId, TitleId>,
    holds_made: u64,
    open_holds: BTreeMap<HoldId, TitleId>,
    expiring: BTreeSet<(Tick, HoldId)>,
    owned: BTreeSet<(Owner, TitleId)>,
    totals: Totals,
    now: Tick,
    /// The number of the next entry.
    next: u64,
    recording: bool,
    entries: Vec<TitleEntry>,
    digests: Mutex<Parts>,
}

impl Default for Titles {
    fn default() -> Self {
        Self::new()
    }
}

impl Titles {
    /// An empty register at tick 0.
    #[must_use]
    pub fn new() -> Self {
        Self {
            kinds: Names::new("kind of thing", NAMES_MAX),
            lien_kinds: Names::new("kind of lien", NAMES_MAX),
            titles: Vec::new(),
            dirty: Vec::new(),
            liens_made: 0,
            open_liens: BTreeMap::new(),
            holds_made: 0,
            open_holds: BTreeMap::new(),
            expiring: BTreeSet::new(),
            owned: BTreeSet::new(),
            totals: Totals::default(),
            now: Tick::ZERO,
            next: 0,
            recording: false,
            entries: Vec::new(),
            digests: Mutex::default(),
        }
    }

    /// The kind of thing with this name, which is declared if it is new.
    ///
    /// # Errors
    ///
    /// [`LedgerError::TooManyNames`].
    pub fn kind(&mut self, name: &str) -> Result<TitleKind, LedgerError> {
        let declared = self.kinds.declare(name, 0, "as a kind of thing")?;
        Ok(TitleKind(declared.0))
    }

    /// The name of a kind of thing.
    #[must_use]
    pub fn kind_name(&self, kind: TitleKind) -> Option<&str> {
        self.kinds.name(kind.0)
    }

    /// The kind of lien with this name, which is declared if it is new. While a lien of a kind that bars moves lies
    /// on a thing, no share of it moves.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NameTaken`] if it was declared with the other rule; [`LedgerError::TooManyNames`].
    pub fn lien_kind(&mut self, name: &str, bars_moves: bool) -> Result<LienKind, LedgerError> {
        let as_what = if bars_moves {
            "as one that lets things move"
        } else {
            "as one that bars moves"
        };
        let declared = self
            .lien_kinds
            .declare(name, u8::from(bars_moves), as_what)?;
        Ok(LienKind(declared.0))
    }

    /// The name of a kind of lien.
    #[must_use]
    pub fn lien_kind_name(&self, kind: LienKind) -> Option<&str> {
        self.lien_kinds.name(kind.0)
    }

    /// How many things were ever registered.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.titles.len() as u64
    }

    /// Whether nothing was ever registered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.titles.is_empty()
    }

    /// A thing, destroyed or not.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoSuchTitle`].
    pub fn get(&self, title: TitleId) -> Result<&Title, LedgerError> {
        let titles = self.len();
        let found = self.titles.get(title.get() as usize);
        found.ok_or(LedgerError::NoSuchTitle { title, titles })
    }

    /// All things, destroyed ones too, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (TitleId, &Title)> {
        let ids = (0..).map_while(|number| TitleId::new(number).ok());
        ids.zip(&self.titles)
    }

    /// The things of which an owner has a share, in the order of their ids.
    pub fn titles_of(&self, owner: Owner) -> impl Iterator<Item = TitleId> {
        let range = (owner, TitleId::FIRST)..=(owner, TitleId::LAST);
        self.owned.range(range).map(|&(_, title)| title)
    }

    /// The thing that an open lien lies on.
    #[must_use]
    pub fn title_of(&self, lien: LienId) -> Option<TitleId> {
        self.open_liens.get(&lien).copied()
    }

    /// How many liens were ever made.
    #[must_use]
    pub const fn liens_made(&self) -> u64 {
        self.liens_made
    }

    /// An open hold, and the thing of which a share is held.
    #[must_use]
    pub fn hold(&self, hold: HoldId) -> Option<(TitleId, &TitleHold)> {
        let id = *self.open_holds.get(&hold)?;
        let title = self.titles.get(id.get() as usize)?;
        let found = title.holds.iter().find(|other| other.id == hold)?;
        Some((id, found))
    }

    /// The id of the next hold that is made, so that a chain can name a hold of its own.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Core`] after 2⁵³ holds.
    pub fn next_hold(&self) -> Result<HoldId, LedgerError> {
        Ok(HoldId::new(self.holds_made)?)
    }

    /// Minor units that all things valued in a currency come to.
    #[must_use]
    pub fn value(&self, currency: Currency) -> i128 {
        self.totals.values.get(&currency).copied().unwrap_or(0)
    }

    /// How many things there are that are not destroyed.
    #[must_use]
    pub const fn there(&self) -> u64 {
        self.totals.there
    }

    /// The tick that the register was told last.
    #[must_use]
    pub const fn now(&self) -> Tick {
        self.now
    }

    /// How many entries there have been, recorded or not.
    #[must_use]
    pub const fn entries_made(&self) -> u64 {
        self.next
    }

    /// Sets the clock. Holds that end until then expire, in the order of tick and id. A tenancy whose end has come is
    /// over by itself; nothing is told of it.
    ///
    /// # Errors
    ///
    /// [`LedgerError::ClockBack`] for a tick before [`now`](Self::now).
    pub fn advance(&mut self, to: Tick) -> Result<(), LedgerError> {
        if to.index() < self.now.index() {
            return Err(LedgerError::ClockBack {
                book: "title register",
                now: self.now,
                asked: to,
            });
        }
        self.now = to;
        self.expire_holds();
        Ok(())
    }

    /// Whether changes are recorded from now on.
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
    pub fn recorded(&self) -> &[TitleEntry] {
        &self.entries
    }

    /// What was recorded since it was drained last, in the order of the numbers.
    pub fn drain(&mut self) -> impl Iterator<Item = TitleEntry> {
        self.entries.drain(..)
    }
}
