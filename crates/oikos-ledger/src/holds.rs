//! Open holds, in pages that are given back when nothing in them is open, and what became of the others.

use core::sync::atomic::AtomicBool;
use std::collections::BTreeMap;

use oikos_core::{Digest, StableId, Tick, TypeKey};

use crate::books::take_mark;
use crate::{Hold, HoldId, Status};

/// Holds of a page.
const PAGE: usize = 64;

/// Fates in a byte.
const FATES: usize = 4;

/// What has become of a hold. A hold has one fate and keeps it.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
#[repr(u8)]
pub enum Fate {
    /// Nothing yet.
    Open,
    /// It was posted, in whole or in part.
    Posted,
    /// It was voided.
    Voided,
    /// It has expired.
    Expired,
}

impl Fate {
    const ALL: [Self; FATES] = [Self::Open, Self::Posted, Self::Voided, Self::Expired];

    /// Why a hold of this fate cannot be posted or voided.
    pub(crate) const fn refusal(self) -> Result<(), Status> {
        match self {
            Self::Open => Ok(()),
            Self::Posted => Err(Status::HoldPosted),
            Self::Voided => Err(Status::HoldVoided),
            Self::Expired => Err(Status::HoldExpired),
        }
    }
}

/// Something that can be set aside: an amount of money, a quantity of a good.
pub(crate) trait Held: Copy {
    /// The tick from which it can no longer be used.
    fn expires(&self) -> Option<Tick>;

    /// The digest of the open hold with this number.
    fn cells(&self, id: u64) -> Digest;
}

#[derive(Debug)]
struct Page<H> {
    open: u32,
    holds: [Option<H>; PAGE],
}

/// All holds that were ever made.
#[derive(Debug)]
pub(crate) struct Holds<H = Hold> {
    /// The number of the next hold.
    next: u64,
    open: u64,
    pages: Vec<Option<Box<Page<H>>>>,
    /// Two bits a hold.
    fates: Vec<u8>,
    /// Those that expire at a tick, in order. Some may have been resolved since, or be listed twice.
    expiring: BTreeMap<Tick, Vec<HoldId>>,
    /// By page: whether it has changed since it was last digested.
    dirty: Vec<AtomicBool>,
}

const FATE: TypeKey = TypeKey::new("oikos.ledger.fate");

fn place(id: HoldId) -> (usize, usize) {
    let number = id.get() as usize;
    (number / PAGE, number % PAGE)
}

impl<H> Default for Holds<H> {
    fn default() -> Self {
        Self {
            next: 0,
            open: 0,
            pages: Vec::new(),
            fates: Vec::new(),
            expiring: BTreeMap::new(),
            dirty: Vec::new(),
        }
    }
}

impl<H: Held> Holds<H> {
    /// How many are open.
    pub(crate) const fn open(&self) -> u64 {
        self.open
    }

    /// How many there have been.
    pub(crate) const fn made(&self) -> u64 {
        self.next
    }

    /// Pages that there have been.
    pub(crate) fn pages(&self) -> usize {
        self.dirty.len()
    }

    /// Whether a page has changed since this was asked last.
    pub(crate) fn take_mark(&self, page: usize) -> bool {
        take_mark(&self.dirty[page])
    }

    /// The digest of a page: its open holds, and the fates of all of them.
    pub(crate) fn digest_page(&self, number: usize) -> Digest {
        let mut digest = Digest::default();
        if let Some(page) = self.pages.get(number).and_then(Option::as_ref) {
            let first = (number * PAGE) as u64;
            for (id, hold) in (first..).zip(&page.holds) {
                if let Some(hold) = hold {
                    digest += hold.cells(id);
                }
            }
        }
        let row = FATE.row(number as u64);
        let fates = self
            .fates
            .chunks(PAGE / FATES)
            .nth(number)
            .unwrap_or_default();
        for (field, bytes) in (0..).zip(fates.chunks(4)) {
            let word = bytes
                .iter()
                .rev()
                .fold(0, |word, &byte| word << 8 | u32::from(byte));
            if word != 0 {
                row.add(&mut digest, field, word);
            }
        }
        digest
    }

    fn mark(&mut self, id: HoldId) {
        *self.dirty[place(id).0].get_mut() = true;
    }

    /// Makes a hold. `None` when there are no more ids.
    pub(crate) fn push(&mut self, hold: H) -> Option<HoldId> {
        let id = HoldId::new(self.next).ok()?;
        self.next += 1;
        if self.fates.len() * FATES < self.next as usize {
            self.fates.push(0);
        }
        self.insert(id, hold);
        Some(id)
    }

    /// Puts an open hold at its place.
    fn insert(&mut self, id: HoldId, hold: H) {
        let (page, slot) = place(id);
        if self.pages.len() <= page {
            self.pages.resize_with(page + 1, || None);
            self.dirty.resize_with(page + 1, || AtomicBool::new(true));
        }
        self.mark(id);
        let page = self.pages[page].get_or_insert_with(|| {
            Box::new(Page {
                open: 0,
                holds: [None; PAGE],
            })
        });
        page.holds[slot] = Some(hold);
        page.open += 1;
        self.open += 1;
        if let Some(tick) = hold.expires() {
            self.expiring.entry(tick).or_default().push(id);
        }
    }

    pub(crate) fn get(&self, id: HoldId) -> Option<&H> {
        let (page, slot) = place(id);
        self.pages.get(page)?.as_ref()?.holds[slot].as_ref()
    }

    /// What has become of a hold; `None` if it was never made.
    pub(crate) fn fate(&self, id: HoldId) -> Option<Fate> {
        if id.get() >= self.next {
            return None;
        }
        let number = id.get() as usize;
        let bits = self.fates[number / FATES] >> (number % FATES * 2) & 3;
        Some(Fate::ALL[usize::from(bits)])
    }

    fn set_fate(&mut self, id: HoldId, fate: Fate) {
        let number = id.get() as usize;
        let (byte, shift) = (&mut self.fates[number / FATES], number % FATES * 2);
        *byte = *byte & !(3 << shift) | (fate as u8) << shift;
    }

    /// An open hold that is about to change, though not when it expires.
    pub(crate) fn change(&mut self, id: HoldId) -> Option<&mut H> {
        let (page, slot) = place(id);
        self.get(id)?;
        self.mark(id);
        self.pages.get_mut(page)?.as_mut()?.holds[slot].as_mut()
    }

    /// Ends an open hold.
    pub(crate) fn resolve(&mut self, id: HoldId, fate: Fate) -> Option<H> {
        let (page, slot) = place(id);
        let entry = self.pages.get_mut(page)?;
        let holds = entry.as_mut()?;
        let hold = holds.holds[slot].take()?;
        holds.open -= 1;
        // The page of the next hold is kept.
        if holds.open == 0 && page < self.next as usize / PAGE {
            *entry = None;
        }
        self.open -= 1;
        self.set_fate(id, fate);
        self.mark(id);
        Some(hold)
    }

    /// Takes [`resolve`](Self::resolve) back.
    pub(crate) fn reopen(&mut self, id: HoldId, hold: H) {
        self.set_fate(id, Fate::Open);
        self.insert(id, hold);
    }

    /// Takes the last [`push`](Self::push) back.
    pub(crate) fn pop(&mut self, id: HoldId) {
        if self.resolve(id, Fate::Open).is_some() {
            self.next -= 1;
            self.fates.truncate((self.next as usize).div_ceil(FATES));
            let pages = (self.next as usize).div_ceil(PAGE);
            self.pages.truncate(pages);
            self.dirty.truncate(pages);
        }
    }

    /// The open holds that can no longer be posted at `now`: by tick of expiry, then by id. One whose id was used
    /// by a chain that was taken back may be listed twice.
    pub(crate) fn take_expired(&mut self, now: Tick) -> Vec<HoldId> {
        let mut expired = Vec::new();
        while let Some(first) = self
            .expiring
            .first_entry()
            .filter(|first| *first.key() <= now)
        {
            let (tick, mut due) = first.remove_entry();
            due.sort_unstable();
            due.retain(|id| {
                self.get(*id)
                    .is_some_and(|hold| hold.expires() == Some(tick))
            });
            expired.append(&mut due);
        }
        expired
    }

    /// Open holds in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (HoldId, &H)> {
        let pages = (0_u64..).zip(&self.pages);
        let pages = pages.filter_map(|(number, page)| Some((number, page.as_ref()?)));
        pages.flat_map(|(number, page)| {
            let holds = (number * PAGE as u64..).zip(&page.holds);
            holds.filter_map(|(id, hold)| Some((HoldId::new(id).ok()?, hold.as_ref()?)))
        })
    }

    /// The fates as they are saved.
    pub(crate) fn fates(&self) -> &[u8] {
        &self.fates
    }

    /// Holds as they were saved: how many there have been, their fates, those that are open.
    pub(crate) fn restore(
        next: u64,
        fates: Vec<u8>,
        open: impl IntoIterator<Item = (HoldId, H)>,
    ) -> Option<Self> {
        let bytes = usize::try_from(next).ok()?.div_ceil(FATES);
        if fates.len() != bytes {
            return None;
        }
        let pages = usize::try_from(next).ok()?.div_ceil(PAGE);
        let mut holds = Self {
            next,
            fates,
            pages: (0..pages).map(|_| None).collect(),
            dirty: (0..pages).map(|_| AtomicBool::new(true)).collect(),
            ..Self::default()
        };
        for (id, hold) in open {
            if holds.fate(id) != Some(Fate::Open) || holds.get(id).is_some() {
                return None;
            }
            holds.insert(id, hold);
        }
        let open = (0..next)
            .filter_map(|id| holds.fate(HoldId::new(id).ok()?))
            .filter(|fate| *fate == Fate::Open)
            .count() as u64;
        // The bits behind the last hold are empty, as they are in what is saved.
        let used = next as usize % FATES;
        let rest = holds
            .fates
            .last()
            .is_some_and(|&last| used > 0 && last >> (used * 2) != 0);
        (open == holds.open && !rest).then_some(holds)
    }
}
