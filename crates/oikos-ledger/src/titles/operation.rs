//! What can be asked of a title register, and what it answers.

use core::fmt;

use oikos_core::{Currency, Ratio, Tick};
use serde::{Deserialize, Serialize};

use super::{LienId, LienKind, TitleId, TitleKind};
use crate::{HoldId, Owner};

/// One thing that a title register can be asked to do. It is done whole or refused whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TitleOperation {
    /// Enter a new thing and who owns it.
    Register {
        /// What it is.
        kind: TitleKind,
        /// The currency of its value and its liens.
        currency: Currency,
        /// Owners and their shares of the whole, which add up to one.
        shares: Vec<(Owner, Ratio)>,
    },
    /// Give a share to another, who may have one already.
    Transfer {
        /// The thing.
        title: TitleId,
        /// Who gives.
        from: Owner,
        /// Who receives.
        to: Owner,
        /// The share of the whole that goes; all that the giver has if `None`.
        share: Option<Ratio>,
        /// Whether the liens are taken over. They stay on the thing; without this it does not move.
        with_liens: bool,
    },
    /// Give all of a share to several, one after the other in the order given; the giver may be one of them.
    Divide {
        /// The thing.
        title: TitleId,
        /// Whose share it is.
        from: Owner,
        /// Who receives which part of the giver's share; the parts add up to one.
        among: Vec<(Owner, Ratio)>,
        /// As in a transfer.
        with_liens: bool,
    },
    /// Set a share aside. It stays with its owner, who can give it in no other way than by
    /// [`Take`](TitleOperation::Take): what is offered is not sold twice.
    Hold {
        /// The thing.
        title: TitleId,
        /// Whose share it is.
        owner: Owner,
        /// The share of the whole; all that the owner has if `None`.
        share: Option<Ratio>,
        /// As in [`TitleHold::reference`](crate::TitleHold::reference).
        reference: u64,
        /// The tick from which it can no longer be taken. `None` for a hold without end.
        expires: Option<Tick>,
    },
    /// Give what is held to another.
    Take {
        /// The hold.
        hold: HoldId,
        /// Who receives.
        to: Owner,
        /// As in a transfer.
        with_liens: bool,
    },
    /// Free what is held.
    ReleaseHold {
        /// The hold.
        hold: HoldId,
    },
    /// Put a lien on a thing.
    AddLien {
        /// The thing.
        title: TitleId,
        /// What kind of lien.
        kind: LienKind,
        /// Who is paid.
        creditor: Owner,
        /// Its rank: lower ones are paid first; those of one rank, in the order in which they were made.
        rank: u32,
        /// Minor units that it secures at most.
        limit: i64,
    },
    /// Pay liens in their order, each up to what it secures. A lien that is paid in full ends.
    Satisfy {
        /// The thing.
        title: TitleId,
        /// Minor units, at most what all liens secure.
        amount: i64,
    },
    /// End a lien.
    ReleaseLien {
        /// The lien.
        lien: LienId,
    },
    /// Let a thing. A tenancy stays when the thing is sold.
    Let {
        /// The thing.
        title: TitleId,
        /// To whom.
        tenant: Owner,
        /// The first tick.
        from: Tick,
        /// The tick from which it is free again; `None` for a tenancy without end.
        until: Option<Tick>,
    },
    /// End a tenancy now.
    EndTenancy {
        /// The thing.
        title: TitleId,
    },
    /// Value a thing anew, as of now.
    Value {
        /// The thing.
        title: TitleId,
        /// Minor units, 0 or more.
        amount: i64,
    },
    /// Strike a thing off that is no more. Its value goes to 0, a tenancy ends.
    Destroy {
        /// The thing.
        title: TitleId,
    },
}

/// What became of an operation that was carried out.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TitleApplied {
    /// The number of its first entry.
    pub number: u64,
    /// The thing, a new one if one was registered.
    pub title: TitleId,
    /// The lien that was made or released.
    pub lien: Option<LienId>,
    /// The hold that was made, taken or released.
    pub hold: Option<HoldId>,
    /// Minor units that were paid, or by which the value has changed; otherwise 0.
    pub amount: i64,
}

/// Something that has changed in a title register: what statements and tables are made of.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TitleEntry {
    /// Its running number; no two entries share one.
    pub number: u64,
    /// When.
    pub tick: Tick,
    /// The thing.
    pub title: TitleId,
    /// What.
    pub change: TitleChange,
}

/// What an entry tells.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TitleChange {
    /// The thing was entered. Moves to its owners follow.
    Registered,
    /// A share of the whole has moved.
    Moved {
        /// Who has less; `None` if the thing is new.
        from: Option<Owner>,
        /// Who has more; `None` if the thing is no more.
        to: Option<Owner>,
        /// The share of the whole.
        share: Ratio,
    },
    /// A share was set aside.
    Held {
        /// The hold.
        hold: HoldId,
        /// Whose share it is.
        owner: Owner,
        /// The share of the whole.
        share: Ratio,
    },
    /// A hold has ended: it was released, has expired, or is taken by the move that follows.
    Freed {
        /// The hold.
        hold: HoldId,
    },
    /// A lien was made.
    LienAdded {
        /// The lien.
        lien: LienId,
        /// Who is to be paid.
        creditor: Owner,
        /// Minor units that it secures.
        limit: i64,
    },
    /// A lien was paid, in whole or in part.
    LienPaid {
        /// The lien.
        lien: LienId,
        /// Who was paid.
        creditor: Owner,
        /// Minor units.
        amount: i64,
        /// Minor units that it still secures; it has ended if they are 0.
        left: i64,
    },
    /// A lien was released.
    LienReleased {
        /// The lien.
        lien: LienId,
    },
    /// The thing was let.
    Let {
        /// To whom.
        tenant: Owner,
    },
    /// A tenancy was ended.
    Vacated {
        /// Whose.
        tenant: Owner,
    },
    /// The value has changed; the difference is to be booked against a revaluation account (S5).
    Revalued {
        /// Minor units before, 0 if the thing was never valued.
        before: i64,
        /// Minor units after.
        after: i64,
    },
    /// The thing was struck off.
    Destroyed,
}

impl TitleChange {
    /// By how many minor units the value of things has changed.
    #[must_use]
    pub const fn difference(&self) -> i64 {
        match self {
            Self::Revalued { before, after } => *after - *before,
            _ => 0,
        }
    }
}

impl fmt::Display for TitleOperation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register { kind, shares, .. } => {
                write!(
                    out,
                    "registering (kind {}, {} owners)",
                    kind.0,
                    shares.len()
                )
            }
            Self::Transfer {
                title,
                from,
                to,
                share,
                ..
            } => match share {
                Some(share) => write!(out, "giving {share} of {title} from {from} to {to}"),
                None => write!(out, "giving all of {title} that {from} has to {to}"),
            },
            Self::Divide {
                title, from, among, ..
            } => {
                write!(
                    out,
                    "dividing the share of {from} in {title} among {}",
                    among.len()
                )
            }
            Self::Hold { title, owner, .. } => write!(out, "holding a share of {owner} in {title}"),
            Self::Take { hold, to, .. } => write!(out, "taking {hold} for {to}"),
            Self::ReleaseHold { hold } => write!(out, "releasing {hold}"),
            Self::AddLien {
                title,
                creditor,
                limit,
                ..
            } => {
                write!(out, "a lien of {limit} on {title} for {creditor}")
            }
            Self::Satisfy { title, amount } => write!(out, "paying {amount} to liens on {title}"),
            Self::ReleaseLien { lien } => write!(out, "releasing {lien}"),
            Self::Let { title, tenant, .. } => write!(out, "letting {title} to {tenant}"),
            Self::EndTenancy { title } => write!(out, "ending the tenancy of {title}"),
            Self::Value { title, amount } => write!(out, "valuing {title} at {amount}"),
            Self::Destroy { title } => write!(out, "destroying {title}"),
        }
    }
}
