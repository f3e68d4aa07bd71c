//! Every outcome by name, in the order in which conditions are checked.

use core::fmt;

use crate::{AccountId, HoldId, Operation};

macro_rules! statuses {
    ($(#[doc = $about:literal])+ $enum:ident;
    $($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        $(#[doc = $about])+
        ///
        /// The order of the variants is the order in which conditions are checked: of several things that are
        /// wrong with an operation, the first in this list is the one that is told.
        #[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(::serde::Serialize, ::serde::Deserialize)]
        #[repr(u8)]
        pub enum $enum {
            $($(#[doc = $doc])+ $name,)+
        }

        impl $enum {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// What is wrong and what to do, without names of accounts.
            const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }

        impl ::core::fmt::Display for $enum {
            fn fmt(&self, out: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                out.write_str(self.text())
            }
        }
    };
}

pub(crate) use statuses;

statuses! {
    /// What came of an operation.
    Status;
    /// It was carried out.
    Applied = "was carried out",
    /// An operation under this id failed for a reason that could have passed since. It stays failed.
    IdAlreadyFailed = "has an id under which it failed before: submit it anew under another id",
    /// The id was used for another number of operations, or for one of another sort.
    IdOtherOperation = "has the id of another sort of operation: give each its own id",
    /// The id was used for a transfer of another kind.
    IdOtherKind = "has the id of one of another kind: give each its own id",
    /// The id was used with another account to debit, or to close.
    IdOtherDebit = "has the id of one that debits another account: give each its own id",
    /// The id was used with another account to credit, or to close into.
    IdOtherCredit = "has the id of one that credits another account: give each its own id",
    /// The id was used with another amount.
    IdOtherAmount = "has the id of one with another amount: give each its own id",
    /// The id was used with another reference.
    IdOtherReference = "has the id of one with another reference: give each its own id",
    /// The id was used with another tick of expiry.
    IdOtherExpiry = "has the id of one that expires at another tick: give each its own id",
    /// The id was used for another hold.
    IdOtherHold = "has the id of one about another hold: give each its own id",
    /// A chain without operations.
    ChainEmpty = "is a chain of no operations: give at least one",
    /// The kind was never declared.
    KindUnknown = "has a kind that was never declared: declare it first",
    /// The amount is 0.
    AmountZero = "has the amount 0: leave it out",
    /// The amount is below 0.
    AmountNegative = "has an amount below 0: exchange debit and credit",
    /// The amount is above [`MAX_AMOUNT`](crate::MAX_AMOUNT).
    AmountTooLarge = "has an amount above 2^61 - 1: use a coarser minor unit",
    /// Both sides are one account.
    SameAccount = "debits and credits the same account: name two",
    /// No hold has had this id yet.
    HoldUnknown = "is about a hold that was never made: check its id",
    /// The hold was posted before.
    HoldPosted = "is about a hold that was posted before: hold anew",
    /// The hold was voided before.
    HoldVoided = "is about a hold that was voided before: hold anew",
    /// The hold has expired.
    HoldExpired = "is about a hold that has expired: hold anew",
    /// More is to be posted than was held.
    AmountAboveHold = "is to post more than was held: post at most that",
    /// No account has this id yet: the one to be debited, or to be closed.
    DebitUnknown = "debits or closes an account that was never opened: open it first",
    /// No account has this id yet: the one to be credited, or to be closed into.
    CreditUnknown = "credits, or closes into, an account that was never opened: open it first",
    /// The accounts have different currencies.
    CurrencyMismatch = "is between accounts of two currencies: exchange instead",
    /// An issuer is touched by a transfer of a kind that does not issue.
    IssuerTouched = "touches an issuer, but its kind does not issue: declare an issuing kind",
    /// A kind that issues is used between accounts that are not issuers.
    IssuerMissing = "has an issuing kind, but touches no issuer: name the issuer or use another kind",
    /// The hold would have expired already.
    ExpiryPast = "would have expired already: give a tick to come",
    /// The account to be debited, or closed, is closed.
    DebitClosed = "debits or closes an account that is closed: use another",
    /// The account to be credited, or closed into, is closed.
    CreditClosed = "credits, or closes into, an account that is closed: use another",
    /// A transfer of what is there finds nothing.
    NothingThere = "finds nothing that it could move: check the balance first",
    /// Debits would exceed what the account's limit allows.
    DebitLimit = "would debit more than the account's limit allows: move less or fund it first",
    /// Credits would exceed what the account's limit allows.
    CreditLimit = "would credit more than the account's limit allows: move less or fund it first",
    /// The debit side would go above what a ledger counts.
    DebitOverflow = "would bring the debits above 2^62 - 1: use a coarser minor unit or a new account",
    /// The credit side would go above what a ledger counts.
    CreditOverflow = "would bring the credits above 2^62 - 1: use a coarser minor unit or a new account",
}

impl Status {
    /// Whether the same operation may be accepted at another time, because accounts, holds or kinds have changed.
    /// An id under which an operation failed so stays failed; see [`Ledger::submit`](crate::Ledger::submit).
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::KindUnknown
                | Self::HoldUnknown
                | Self::DebitUnknown
                | Self::CreditUnknown
                | Self::DebitClosed
                | Self::CreditClosed
                | Self::NothingThere
                | Self::DebitLimit
                | Self::CreditLimit
                | Self::DebitOverflow
                | Self::CreditOverflow
        )
    }

    /// The status with this number, if there is one.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// An operation that was refused. Nothing has changed.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub status: Status,
    /// What was asked for; `None` for a chain of no operations.
    pub operation: Option<Operation>,
    /// Where in its chain it stood, from 0.
    pub step: u32,
    /// Why the id failed in the first place, where the status is [`Status::IdAlreadyFailed`].
    pub earlier: Option<Status>,
}

impl Refusal {
    pub(crate) const fn new(status: Status, operation: Operation) -> Self {
        Self {
            status,
            operation: Some(operation),
            step: 0,
            earlier: None,
        }
    }

    pub(crate) const fn at_step(mut self, step: u32) -> Self {
        self.step = step;
        self
    }
}

/// What an operation is about, for messages.
struct About<'a>(&'a Operation);

impl fmt::Display for About<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hold =
            |out: &mut fmt::Formatter<'_>, what: &str, hold: HoldId| write!(out, "{what} {hold}");
        let between = |out: &mut fmt::Formatter<'_>, debit: AccountId, credit: AccountId| {
            write!(out, "debit {debit}, credit {credit}")
        };
        if let Some(transfer) = self.0.transfer() {
            write!(out, "transfer (kind {}, ", transfer.kind.0)?;
            between(out, transfer.debit, transfer.credit)?;
            return write!(
                out,
                ", amount {}, reference {})",
                transfer.amount, transfer.reference
            );
        }
        match self.0 {
            Operation::PostHold { hold: id, .. } => hold(out, "posting", *id),
            Operation::VoidHold { hold: id } => hold(out, "voiding", *id),
            Operation::Close { account, into, .. } => write!(out, "closing {account} into {into}"),
            Operation::Post(_) | Operation::Balance { .. } | Operation::Hold { .. } => Ok(()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.operation {
            Some(operation) => write!(out, "{} {}", About(operation), self.status)?,
            None => write!(out, "it {}", self.status)?,
        }
        if self.step > 0 {
            write!(out, " (step {} of its chain)", self.step)?;
        }
        if let Some(earlier) = self.earlier {
            write!(out, " (at that time it {earlier})")?;
        }
        Ok(())
    }
}

impl core::error::Error for Refusal {}
