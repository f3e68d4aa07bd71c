//! Accounts: what is fixed when one is opened, and what one has.

use core::fmt;

use oikos_core::{Currency, id_type};
use serde::{Deserialize, Serialize};

id_type! {
    /// An account of a ledger, dense from 0 in the order in which accounts were opened.
    pub struct AccountId: "account";
}

/// What an account stands for in the books of its owner.
///
/// Assets and expenses grow by debits; liabilities, equity and income grow by credits.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum AccountKind {
    /// What the owner has: a purse, a deposit, a loan granted.
    Asset,
    /// What the owner owes: deposits at a bank, a loan taken.
    Liability,
    /// What is left for the owner.
    Equity,
    /// What makes the owner richer.
    Income,
    /// What makes the owner poorer.
    Expense,
}

impl AccountKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Asset,
        Self::Liability,
        Self::Equity,
        Self::Income,
        Self::Expense,
    ];

    /// Whether debits make it larger: assets and expenses.
    #[must_use]
    pub const fn grows_by_debits(self) -> bool {
        matches!(self, Self::Asset | Self::Expense)
    }
}

/// A sector of the economy: a name that was declared with [`Ledger::sector`](crate::Ledger::sector).
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sector(pub u16);

/// What is owned or owed ("money", "loans", "machines"): a name that was declared with
/// [`Ledger::instrument`](crate::Ledger::instrument) or [`Ledger::real_instrument`](crate::Ledger::real_instrument).
/// It is a row of a balance sheet; of accounts of income and expenses, their heading.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instrument(pub u16);

impl Instrument {
    /// "money", which every ledger knows: what accounts are opened in unless another instrument is named.
    pub const MONEY: Self = Self(0);
}

/// A kind of owner ("person", "firm"): a name that was declared with
/// [`Ledger::owner_kind`](crate::Ledger::owner_kind).
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnerKind(pub u16);

/// Whose an account is. The ledger does not look the owner up; the number means something to its user alone.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// What the number counts.
    pub kind: OwnerKind,
    /// The number of the owner's stable id.
    pub id: u64,
}

impl fmt::Display for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of kind {}", self.id, self.kind.0)
    }
}

/// What the posted and pending columns of an account may not do. Pending amounts on the limited side count,
/// pending amounts on the other side do not.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Limit {
    /// Anything goes.
    None,
    /// Debits, pending ones included, stay at or below posted credits and this many minor units more: for an
    /// account that grows by credits and may not be overdrawn, or only so far.
    Debits(i64),
    /// Credits, pending ones included, stay at or below posted debits and this many minor units more: for a
    /// purse.
    Credits(i64),
}

impl Limit {
    /// The minor units by which the limited side may be above the other; 0 without a limit.
    #[must_use]
    pub const fn allowance(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Debits(allowance) | Self::Credits(allowance) => allowance,
        }
    }
}

/// What is fixed when an account is opened.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccountSpec {
    /// What it stands for.
    pub kind: AccountKind,
    /// Whose it is.
    pub owner: Owner,
    /// The sector that its amounts are counted in.
    pub sector: Sector,
    /// Its currency.
    pub currency: Currency,
    /// What its columns may not do.
    pub limit: Limit,
    /// Whether money comes into being and ends here. Only transfers of an issuing kind may touch it.
    pub is_issuer: bool,
}

/// What has gone through an account and what is held, in minor units, each from 0.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Balance {
    /// All debits ever posted.
    pub debits_posted: i64,
    /// All credits ever posted.
    pub credits_posted: i64,
    /// Debits of open holds.
    pub debits_pending: i64,
    /// Credits of open holds.
    pub credits_pending: i64,
}

impl Balance {
    /// Posted debits less posted credits: what an asset is worth. Both are below 2⁶², so it always fits.
    #[must_use]
    pub const fn net_debit(&self) -> i64 {
        self.debits_posted.wrapping_sub(self.credits_posted)
    }

    /// Posted credits less posted debits: what a liability comes to.
    #[must_use]
    pub const fn net_credit(&self) -> i64 {
        self.credits_posted.wrapping_sub(self.debits_posted)
    }

    /// The balance as it is read in the books: positive if the account has grown.
    #[must_use]
    pub const fn of_kind(&self, kind: AccountKind) -> i64 {
        if kind.grows_by_debits() {
            self.net_debit()
        } else {
            self.net_credit()
        }
    }
}

/// What accounts are counted under in statements. Those that have it in common are one line of them.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Position {
    pub(crate) currency: Currency,
    pub(crate) instrument: Instrument,
    pub(crate) sector: Sector,
    pub(crate) kind: AccountKind,
}
