//! Why a title register refuses, by name, in the order in which conditions are checked.

use core::fmt;

use super::TitleOperation;
use crate::status::statuses;

statuses! {
    /// Why an operation on titles was refused.
    TitleStatus;
    /// A chain without operations.
    ChainEmpty = "is a chain of no operations: give at least one",
    /// The kind of thing was never declared.
    KindUnknown = "has a kind that was never declared: declare it with `Titles::kind`",
    /// The kind of lien was never declared.
    LienKindUnknown = "has a kind of lien that was never declared: declare it with `Titles::lien_kind`",
    /// No lien has had this id yet.
    LienUnknown = "is about a lien that was never made: check its id",
    /// The lien was paid in full or released before, or its thing is no more.
    LienEnded = "is about a lien that has ended: use an open one",
    /// No hold has had this id yet.
    HoldUnknown = "is about a hold that was never made: check its id",
    /// The hold was taken or released before, or has expired.
    HoldEnded = "is about a hold that was taken, released or has expired: hold anew",
    /// No title has this id yet.
    TitleUnknown = "is about a title that was never registered: register it first",
    /// The thing was destroyed.
    TitleDestroyed = "is about a thing that was destroyed: use another",
    /// A share is 0 or below.
    ShareNotPositive = "has a share of 0 or below: leave it out",
    /// An owner is named twice.
    OwnerTwice = "names an owner twice: add the two shares",
    /// Giver and receiver are one.
    SameOwner = "gives to the owner who has it: name two",
    /// The giver has no share, or none any more: the thing was sold before.
    NotOwner = "gives what the giver does not own: check who owns it",
    /// More is to be given than the giver has.
    ShareTooLarge = "gives a larger share than the giver has: give at most that",
    /// There are liens, and who receives does not take them over.
    Encumbered = "moves a thing with liens without them: take them over or have them released",
    /// A lien of a kind that bars moves is on the thing.
    Barred = "moves a thing that a lien bars from it: have the lien released first",
    /// Shares do not add up to one.
    SharesNotOne = "has shares that do not add up to one: give exact shares of the whole",
    /// The common denominator of the shares would be too large.
    SharesTooFine = "would bring the common denominator of the shares above 2^61 - 1: give coarser shares",
    /// What is to be given or held is held already, in whole or in part.
    ShareHeld = "needs a share that is held: take or release that hold first, or ask for what is free",
    /// The hold would have expired already.
    ExpiryPast = "would have expired already: give a tick to come",
    /// The amount is 0.
    AmountZero = "has the amount 0: leave it out",
    /// The amount is below 0.
    AmountNegative = "has an amount below 0: give 0 or more",
    /// The amount is above [`MAX_AMOUNT`](crate::MAX_AMOUNT).
    AmountTooLarge = "has an amount above 2^61 - 1: use a coarser minor unit",
    /// More is to be paid than the liens secure.
    AmountAboveLiens = "pays more than the liens secure: pay at most that, the rest is the owners'",
    /// A tenancy ends before it begins.
    TenancyBackward = "is a tenancy that does not end after its beginning: give a later end",
    /// A tenancy would be over already.
    TenancyPast = "is a tenancy that would be over already: give an end to come",
    /// The thing is let, now or from a tick to come.
    TenancyRuns = "lets a thing that is let: end that tenancy first",
    /// The thing is not let.
    NotLet = "ends a tenancy where there is none: leave it out",
    /// There are liens on the thing that is to be destroyed.
    LiensLeft = "destroys a thing with liens: have them paid or released first",
    /// There are holds on the thing that is to be destroyed.
    HoldsLeft = "destroys a thing with holds: have them taken or released first",
}

/// An operation on titles that was refused. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleRefusal {
    /// Why.
    pub status: TitleStatus,
    /// What was asked for; `None` for a chain of no operations.
    pub operation: Option<Box<TitleOperation>>,
    /// Its place in its chain, from 0.
    pub step: u32,
}

impl fmt::Display for TitleRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.operation {
            Some(operation) => write!(out, "{operation} {}", self.status)?,
            None => write!(out, "it {}", self.status)?,
        }
        if self.step > 0 {
            write!(out, " (step {} of its chain)", self.step)?;
        }
        Ok(())
    }
}

impl core::error::Error for TitleRefusal {}
