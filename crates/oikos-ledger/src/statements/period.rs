//! A period under way: what there was at its beginning, and what has moved since.

use oikos_core::Tick;

use super::statement::Statement;
use super::tally::Tally;
use crate::account::Position;
use crate::{Ledger, LedgerError};

/// The open period of a ledger's statements: it adds up what moves, and at its end holds that against the books.
///
/// It counts the entries that the ledger [records](Ledger::record) and that are [not drained](Ledger::recorded) yet:
/// call [`follow`](Self::follow) before each drain, and before a save. Each entry is counted once and then not
/// needed any more; nothing is plugged: [`close`](Self::close) reads what is there from the accounts, in one pass,
/// and refuses a line of the statement that does not lead from what was there to what is.
///
/// ```
/// use oikos_core::CurrencyInfo;
/// use oikos_ledger::{
///     AccountKind, AccountSpec, Layout, Ledger, Limit, Owner, Period, Recording, Transfer,
/// };
///
/// let mut ledger = Ledger::new(0);
/// let usd = ledger.currency(CurrencyInfo::new("USD", "US dollar", 2)?)?;
/// let (homes, state) = (ledger.sector("households")?, ledger.sector("government")?);
/// let owner = Owner { kind: ledger.owner_kind("person")?, id: 1 };
/// let (kind, limit, is_issuer) = (AccountKind::Asset, Limit::None, false);
/// let purse = AccountSpec { kind, owner, sector: homes, currency: usd, limit, is_issuer };
/// let issuer = AccountSpec { kind: AccountKind::Liability, sector: state, is_issuer: true, ..purse };
/// let (debit, credit) = (ledger.open(&purse)?, ledger.open(&issuer)?);
/// let pensions = ledger.issuing_kind("pensions")?;
///
/// ledger.record(Recording::Entries);
/// let mut period = Period::open(&ledger);
/// ledger.post(&Transfer { kind: pensions, debit, credit, amount: 1_250, reference: 0 })?;
/// let statement = period.close(&ledger)?;
/// assert_eq!(
///     statement.transactions(&Layout::new(), usd)?.to_string(),
///     "USD              households  government   sum\n\
///      pensions              12.50      -12.50  0.00\n\
///      change in money      -12.50       12.50  0.00\n\
///      sum                    0.00        0.00  0.00\n"
/// );
/// # Ok::<(), oikos_ledger::LedgerError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub(super) from: Tick,
    /// The number of the first entry that is not counted.
    pub(super) next: u64,
    pub(super) positions: Vec<Position>,
    /// By position: net debits at the beginning. Positions that came later had none.
    pub(super) opening: Vec<i128>,
    pub(super) tally: Tally,
}

impl Ledger {
    /// Net debits by position: one pass over all accounts.
    fn stocks(&self) -> Vec<i128> {
        let mut sums = vec![0; self.books.positions.len()];
        for (hot, &place) in self.books.hot.iter().zip(&self.books.places) {
            // Both are below 2⁶².
            sums[place as usize] += i128::from(hot.debits - hot.credits);
        }
        sums
    }
}

impl Period {
    /// Begins a period with what the accounts have now. What was recorded before is not counted.
    #[must_use]
    pub fn open(ledger: &Ledger) -> Self {
        Self {
            from: ledger.now(),
            next: ledger.operations(),
            positions: ledger.books.positions.clone(),
            opening: ledger.stocks(),
            tally: Tally::default(),
        }
    }

    /// The tick at which it began.
    #[must_use]
    pub const fn from(&self) -> Tick {
        self.from
    }

    /// Counts the entries that are recorded and were not counted yet.
    ///
    /// # Errors
    ///
    /// [`LedgerError::OtherBook`] if the period was begun on another ledger.
    pub fn follow(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        let books = &ledger.books;
        let kinds = self.tally.kinds() <= ledger.kinds.iter().len();
        let same = kinds && books.positions.starts_with(&self.positions);
        if !same || ledger.operations() < self.next {
            return Err(LedgerError::OtherBook { book: "ledger" });
        }
        let known = self.positions.len();
        self.positions.extend_from_slice(&books.positions[known..]);
        let entries = ledger.recorded();
        let counted = entries.partition_point(|entry| entry.number < self.next);
        for entry in &entries[counted..] {
            use oikos_core::StableId;
            let place = |account: crate::AccountId| books.places[account.get() as usize];
            let amount = i128::from(entry.amount);
            self.tally.place(entry.kind, place(entry.debit))[0] += amount;
            self.tally.place(entry.kind, place(entry.credit))[1] += amount;
        }
        if let Some(last) = entries.last() {
            self.next = self.next.max(last.number + 1);
        }
        Ok(())
    }

    /// Ends the period, after what is recorded was counted, and begins the next.
    ///
    /// # Errors
    ///
    /// [`LedgerError::OtherBook`] as in [`follow`](Self::follow); [`LedgerError::CellOpen`] if what was there and
    /// what has moved do not lead to what the accounts have: then the period stays open.
    pub fn close(&mut self, ledger: &Ledger) -> Result<Statement, LedgerError> {
        self.follow(ledger)?;
        let closing = ledger.stocks();
        self.opening.resize(closing.len(), 0);
        let statement = Statement::new(self, ledger, &closing)?;
        self.from = ledger.now();
        self.next = ledger.operations();
        self.opening = closing;
        self.tally = Tally::default();
        Ok(statement)
    }
}
