//! What can be asked of a ledger, and what it answers.

use oikos_core::{Currency, Digest, StableId, Tick, TypeKey, id_type};
use serde::{Deserialize, Serialize};

use crate::AccountId;
use crate::holds::Held;

id_type! {
    /// A hold, dense from 0 in the order in which holds were made.
    pub struct HoldId: "hold";
}

/// The most minor units that one transfer can move, and that can be held at once on one side of an account:
/// 2⁶¹ − 1.
pub const MAX_AMOUNT: i64 = (1 << 61) - 1;

/// The most minor units that one side of an account can hold, posted and pending together: 2⁶² − 1. No sum or
/// difference of two sides leaves an `i64`.
pub const MAX_TURNOVER: i64 = (1 << 62) - 1;

/// Why money moves ("wage", "rent"): a name that was declared with [`Ledger::kind`](crate::Ledger::kind),
/// [`Ledger::issuing_kind`](crate::Ledger::issuing_kind) or
/// [`Ledger::revaluing_kind`](crate::Ledger::revaluing_kind).
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransferKind(pub u16);

/// What a kind of transfer was declared as.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum KindRule {
    /// With [`Ledger::kind`](crate::Ledger::kind).
    Plain,
    /// With [`Ledger::issuing_kind`](crate::Ledger::issuing_kind).
    Issuing,
    /// With [`Ledger::revaluing_kind`](crate::Ledger::revaluing_kind).
    Revaluing,
}

impl KindRule {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Issuing, Self::Revaluing];
}

/// The same amount, debited to one account and credited to another.
///
/// Money that is an asset goes *from* the credited account *to* the debited one.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Transfer {
    /// Why.
    pub kind: TransferKind,
    /// The account that is debited.
    pub debit: AccountId,
    /// The account that is credited.
    pub credit: AccountId,
    /// Minor units, 1 to [`MAX_AMOUNT`].
    pub amount: i64,
    /// What the user wants to find again: the number of an order, of a person. 0 where there is nothing.
    pub reference: u64,
}

/// An amount that is set aside.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Why money is to move.
    pub kind: TransferKind,
    /// The account that is to be debited.
    pub debit: AccountId,
    /// The account that is to be credited.
    pub credit: AccountId,
    /// Minor units set aside.
    pub amount: i64,
    /// As in [`Transfer::reference`](crate::Transfer::reference).
    pub reference: u64,
    /// The tick from which it can no longer be posted.
    pub expires: Option<Tick>,
}

const HOLD: TypeKey = TypeKey::new("oikos.ledger.hold");

impl Held for Hold {
    fn expires(&self) -> Option<Tick> {
        self.expires
    }

    fn cells(&self, id: u64) -> Digest {
        let (row, mut digest) = (HOLD.row(id), Digest::default());
        let wide = [
            self.debit.get(),
            self.credit.get(),
            self.amount as u64,
            self.reference,
        ];
        for (field, value) in (0..).step_by(2).zip(wide) {
            row.add(&mut digest, field, value as u32);
            row.add(&mut digest, field + 1, (value >> 32) as u32);
        }
        row.add(&mut digest, 8, u32::from(self.kind.0));
        if let Some(tick) = self.expires {
            row.add(&mut digest, 9, tick.index());
        }
        digest
    }
}

/// A side of a transfer.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Side {
    /// The debited account.
    Debit,
    /// The credited account.
    Credit,
}

/// One thing that a ledger can be asked to do. It is done whole or refused whole.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// Move the amount.
    Post(Transfer),
    /// Move the amount, or as much of it as is there. On the debit side there are posted credits less posted and
    /// pending debits, on the credit side the reverse, plus the allowance of a limit on that side.
    Balance {
        /// The transfer; its amount is the most that moves.
        transfer: Transfer,
        /// The side whose account is to give what it has.
        side: Side,
    },
    /// Set the amount aside. It counts against limits and moves only when the hold is posted.
    Hold {
        /// The transfer that is to come.
        transfer: Transfer,
        /// The tick from which it can no longer be posted. `None` for a hold without end.
        expires: Option<Tick>,
    },
    /// Move what is held, or part of it, and release the rest.
    PostHold {
        /// The hold.
        hold: HoldId,
        /// Minor units, at most those held; all of them if `None`.
        amount: Option<i64>,
    },
    /// Release what is held.
    VoidHold {
        /// The hold.
        hold: HoldId,
    },
    /// Move all that is posted to an account, or what it is short of from there, and close it for good. Holds on
    /// it can then only be voided or expire.
    Close {
        /// The account to be closed.
        account: AccountId,
        /// The account that takes what there is or makes up what is missing.
        into: AccountId,
        /// Why money moves, if any does.
        kind: TransferKind,
        /// As in [`Transfer::reference`].
        reference: u64,
    },
}

impl Operation {
    /// The transfer that it asks for in so many words.
    #[must_use]
    pub const fn transfer(&self) -> Option<&Transfer> {
        match self {
            Self::Post(transfer) | Self::Balance { transfer, .. } | Self::Hold { transfer, .. } => {
                Some(transfer)
            }
            Self::PostHold { .. } | Self::VoidHold { .. } | Self::Close { .. } => None,
        }
    }
}

/// What became of an operation that was carried out.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Applied {
    /// The running number of the operation in the ledger.
    pub number: u64,
    /// Minor units that were moved, set aside or released.
    pub amount: i64,
    /// The hold that was made, posted or voided.
    pub hold: Option<HoldId>,
}

/// What became of an operation, or chain of them, that was submitted under an id.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Receipt {
    /// The operation, of a chain the last one; the others have the numbers before it.
    pub last: Applied,
    /// Whether it had been carried out before, so that nothing has changed now.
    pub repeated: bool,
}

/// Money that has moved: what statements and tables are made of.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The running number of the operation; no two entries share one.
    pub number: u64,
    /// When.
    pub tick: Tick,
    /// Why.
    pub kind: TransferKind,
    /// The currency of both accounts.
    pub currency: Currency,
    /// The account that was debited.
    pub debit: AccountId,
    /// The account that was credited.
    pub credit: AccountId,
    /// Minor units, at least 1.
    pub amount: i64,
    /// As in [`Transfer::reference`].
    pub reference: u64,
    /// The hold that was posted, if it was one.
    pub hold: Option<HoldId>,
}
