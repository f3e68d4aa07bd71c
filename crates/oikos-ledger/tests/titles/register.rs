//! What a test can do to a register, fast or slow, and what it sees of it.

use oikos_core::{Currency, Ratio, StableId, Tick};
use oikos_ledger::{
    Lien, LienKind, Owner, OwnerKind, Tenancy, TitleApplied, TitleEntry, TitleHold, TitleId,
    TitleKind, TitleOperation, TitleRefusal, TitleStatus, Titles, Valuation,
};

pub(crate) const KINDS: u16 = 2;
/// The last of them bars moves.
pub(crate) const LIEN_KINDS: u16 = 3;
pub(crate) const OWNERS: u64 = 5;
pub(crate) const CURRENCIES: u16 = 2;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Deed {
    Apply(TitleOperation),
    Chain(Vec<TitleOperation>),
    /// A chain, and a payment after it that succeeds or fails.
    Pay(Vec<TitleOperation>, bool),
    Advance(u32),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Done(Vec<TitleApplied>),
    Refused(TitleStatus, u32),
    ClockBack,
    /// So many steps were carried out, and the payment failed.
    Unpaid(usize),
    Nothing,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) kind: TitleKind,
    pub(crate) currency: Currency,
    pub(crate) destroyed: bool,
    pub(crate) shares: Vec<(Owner, Ratio)>,
    pub(crate) liens: Vec<Lien>,
    pub(crate) holds: Vec<TitleHold>,
    pub(crate) tenancy: Option<Tenancy>,
    pub(crate) valuation: Option<Valuation>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct View {
    pub(crate) titles: Vec<Seen>,
    /// By currency.
    pub(crate) values: Vec<i128>,
    /// By owner.
    pub(crate) owned: Vec<Vec<TitleId>>,
    pub(crate) liens_made: u64,
    pub(crate) holds_made: u64,
    pub(crate) now: u32,
    pub(crate) next: u64,
}

impl From<TitleRefusal> for Answer {
    fn from(no: TitleRefusal) -> Self {
        Self::Refused(no.status, no.step)
    }
}

pub(crate) trait Register {
    fn act(&mut self, deed: &Deed) -> Answer;
    fn view(&self) -> View;
    fn entries(&mut self) -> Vec<TitleEntry>;
}

pub(crate) fn owner(number: u64) -> Owner {
    Owner {
        kind: OwnerKind((number % 2) as u16),
        id: number / 2,
    }
}

pub(crate) fn title_id(number: u64) -> TitleId {
    TitleId::new(number).unwrap()
}

pub(crate) fn new_titles() -> Titles {
    let mut titles = Titles::new();
    for number in 0..KINDS {
        let kind = titles.kind(&format!("kind {number}")).unwrap();
        assert_eq!(kind, TitleKind(number));
    }
    for number in 0..LIEN_KINDS {
        let bars = number == LIEN_KINDS - 1;
        let kind = titles.lien_kind(&format!("lien {number}"), bars).unwrap();
        assert_eq!(kind, LienKind(number));
    }
    titles.record(true);
    titles
}

pub(crate) fn bytes(titles: &Titles) -> Vec<u8> {
    let mut bytes = Vec::new();
    titles.save(&mut bytes);
    bytes
}

impl Register for Titles {
    fn act(&mut self, deed: &Deed) -> Answer {
        let done = match deed {
            Deed::Apply(operation) => self.apply(operation).map(|applied| vec![applied]),
            Deed::Chain(operations) => self.chain(operations),
            Deed::Pay(operations, paid) => {
                let done = self.chain_then(operations, |done| {
                    let unpaid = Answer::Unpaid(done.len());
                    paid.then(|| done.to_vec()).ok_or(unpaid)
                });
                return done.map_or_else(|no| no, Answer::Done);
            }
            Deed::Advance(tick) => {
                return match self.advance(Tick::new(*tick)) {
                    Ok(()) => Answer::Nothing,
                    Err(_) => Answer::ClockBack,
                };
            }
        };
        done.map_or_else(Answer::from, Answer::Done)
    }

    fn view(&self) -> View {
        let seen = |(id, title): (TitleId, &oikos_ledger::Title)| {
            for lien in title.liens() {
                assert_eq!(self.title_of(lien.id), Some(id));
            }
            for hold in title.holds() {
                assert_eq!(self.hold(hold.id), Some((id, hold)));
            }
            for (owner, share) in title.shares() {
                assert_eq!(title.share(owner), share);
            }
            Seen {
                kind: title.kind(),
                currency: title.currency(),
                destroyed: title.is_destroyed(),
                shares: title.shares().collect(),
                liens: title.liens().to_vec(),
                holds: title.holds().to_vec(),
                tenancy: title.tenancy(),
                valuation: title.valuation(),
            }
        };
        let owned = (0..OWNERS).map(|number| self.titles_of(owner(number)).collect());
        let titles: Vec<Seen> = self.iter().map(seen).collect();
        let there = titles.iter().filter(|seen| !seen.destroyed).count() as u64;
        assert_eq!((self.there(), self.len()), (there, titles.len() as u64));
        View {
            titles,
            values: (0..CURRENCIES)
                .map(|number| self.value(Currency(number)))
                .collect(),
            owned: owned.collect(),
            liens_made: self.liens_made(),
            holds_made: self.next_hold().unwrap().get(),
            now: self.now().index(),
            next: self.entries_made(),
        }
    }

    fn entries(&mut self) -> Vec<TitleEntry> {
        self.drain().collect()
    }
}
