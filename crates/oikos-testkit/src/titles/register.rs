//! What can be done to a register, fast or slow, and what can be seen of it.

use oikos_core::{Currency, Ratio, StableId, Tick};
use oikos_ledger::{
    Lien, LienKind, Owner, OwnerKind, Tenancy, TitleApplied, TitleEntry, TitleHold, TitleId,
    TitleKind, TitleOperation, TitleRefusal, TitleStatus, Titles, Valuation,
};

/// Kinds of titles of scripts.
pub const KINDS: u16 = 2;
/// Kinds of liens of scripts. The last of them bars moves.
pub const LIEN_KINDS: u16 = 3;
/// Owners of scripts.
pub const OWNERS: u64 = 5;
/// Currencies of scripts.
pub const CURRENCIES: u16 = 2;

/// Something that is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// One operation.
    Apply(TitleOperation),
    /// All operations or none.
    Chain(Vec<TitleOperation>),
    /// A chain, and a payment after it that succeeds or fails.
    Pay(Vec<TitleOperation>, bool),
    /// Comes to a tick.
    Advance(u32),
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// What came of each operation.
    Done(Vec<TitleApplied>),
    /// Why it was refused, and which operation of the chain.
    Refused(TitleStatus, u32),
    /// That the clock does not go back.
    ClockBack,
    /// So many steps were carried out, and the payment failed.
    Unpaid(usize),
    /// That it was done.
    Nothing,
}

/// A title as it can be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What it is.
    pub kind: TitleKind,
    /// In which it is valued.
    pub currency: Currency,
    /// Whether the thing is gone.
    pub destroyed: bool,
    /// Whose it is.
    pub shares: Vec<(Owner, Ratio)>,
    /// What is secured on it, the first to be paid first.
    pub liens: Vec<Lien>,
    /// Shares that are set aside.
    pub holds: Vec<TitleHold>,
    /// Who has it for a time.
    pub tenancy: Option<Tenancy>,
    /// What it is worth.
    pub valuation: Option<Valuation>,
}

/// All that can be seen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// All titles.
    pub titles: Vec<Seen>,
    /// By currency: what all are worth.
    pub values: Vec<i128>,
    /// By owner of scripts: what each has a share in.
    pub owned: Vec<Vec<TitleId>>,
    /// Liens there ever were.
    pub liens_made: u64,
    /// Holds there ever were.
    pub holds_made: u64,
    /// The clock.
    pub now: u32,
    /// The number of the next entry.
    pub next: u64,
}

impl From<TitleRefusal> for Answer {
    fn from(no: TitleRefusal) -> Self {
        Self::Refused(no.status, no.step)
    }
}

/// A register that can be asked and looked at: titles, the slow model, or a register of your own.
pub trait Register {
    /// Does what it is asked.
    fn act(&mut self, deed: &Deed) -> Answer;
    /// All that can be seen.
    fn view(&self) -> View;
    /// What changed since this was asked last.
    fn entries(&mut self) -> Vec<TitleEntry>;
}

/// An owner of scripts.
#[must_use]
pub const fn owner(number: u64) -> Owner {
    Owner {
        kind: OwnerKind((number % 2) as u16),
        id: number / 2,
    }
}

pub(super) fn title_id(number: u64) -> TitleId {
    TitleId::new(number).unwrap()
}

/// The register that scripts begin with, which records what changes.
#[must_use]
pub fn new_titles() -> Titles {
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

/// All of the state.
#[must_use]
pub fn bytes(titles: &Titles) -> Vec<u8> {
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
        let owned = (0..OWNERS).map(|number| self.titles_of(owner(number)).collect());
        View {
            owned: owned.collect(),
            ..view_of(self)
        }
    }

    fn entries(&mut self) -> Vec<TitleEntry> {
        self.drain().collect()
    }
}

/// All that can be seen of a register, but for what each owner has.
pub(super) fn view_of(register: &Titles) -> View {
    let seen = |(_, title): (TitleId, &oikos_ledger::Title)| Seen {
        kind: title.kind(),
        currency: title.currency(),
        destroyed: title.is_destroyed(),
        shares: title.shares().collect(),
        liens: title.liens().to_vec(),
        holds: title.holds().to_vec(),
        tenancy: title.tenancy(),
        valuation: title.valuation(),
    };
    let titles: Vec<Seen> = register.iter().map(seen).collect();
    let used = titles.iter().map(|seen| seen.currency.0 + 1).max();
    let currencies = used.unwrap_or(0).max(CURRENCIES);
    View {
        titles,
        values: (0..currencies)
            .map(|number| register.value(Currency(number)))
            .collect(),
        owned: Vec::new(),
        liens_made: register.liens_made(),
        holds_made: register.next_hold().map_or(0, StableId::get),
        now: register.now().index(),
        next: register.entries_made(),
    }
}
