//! Why an inventory book refuses, by name, in the order in which conditions are checked.

use core::fmt;

use super::GoodsOperation;
use crate::Fate;
use crate::status::statuses;

statuses! {
    /// Why an operation on goods was refused.
    GoodsStatus;
    /// A chain without operations.
    ChainEmpty = "is a chain of no operations: give at least one",
    /// The kind was never declared.
    KindUnknown = "has a kind that was never declared: declare it with `Inventory::kind`",
    /// The kind was declared for another flow.
    KindOtherFlow = "has a kind that was declared for another flow: use one of this flow",
    /// The good was never declared.
    GoodUnknown = "is about a good that was never declared: declare it with `Inventory::good`",
    /// The quantity is 0.
    QuantityZero = "has the quantity 0: leave it out",
    /// The quantity is below 0.
    QuantityNegative = "has a quantity below 0: exchange giver and receiver",
    /// The quantity is above [`MAX_AMOUNT`](crate::MAX_AMOUNT).
    QuantityTooLarge = "has a quantity above 2^61 - 1: use a coarser unit of the good",
    /// No hold has had this id yet.
    HoldUnknown = "is about a hold that was never made: check its id",
    /// All of the hold was taken before.
    HoldTaken = "is about a hold of which all was taken before: hold anew",
    /// The hold was released before.
    HoldReleased = "is about a hold that was released before: hold anew",
    /// The hold has expired.
    HoldExpired = "is about a hold that has expired: hold anew",
    /// More is to be taken or released than is held.
    QuantityAboveHold = "is about more than the hold still has: ask for at most that",
    /// Giver and receiver are one.
    SameOwner = "gives to the owner who has it: name two",
    /// The hold would have expired already.
    ExpiryPast = "would have expired already: give a tick to come",
    /// The owner has not got so much that is not held.
    Short = "needs more than the owner has free: ask for less, or produce, buy or release first",
    /// The receiver would have received more than a book counts.
    ReceivedOverflow = "would bring what the owner ever got above 2^62 - 1: use a coarser unit of the good",
}

/// An operation on goods that was refused. Nothing has changed.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub struct GoodsRefusal {
    /// Why.
    pub status: GoodsStatus,
    /// What was asked for; `None` for a chain of no operations.
    pub operation: Option<GoodsOperation>,
    /// Its place in its chain, from 0.
    pub step: u32,
}

/// Why a hold of this fate cannot be used.
pub(super) const fn usable(fate: Fate) -> Result<(), GoodsStatus> {
    match fate {
        Fate::Open => Ok(()),
        Fate::Posted => Err(GoodsStatus::HoldTaken),
        Fate::Voided => Err(GoodsStatus::HoldReleased),
        Fate::Expired => Err(GoodsStatus::HoldExpired),
    }
}

impl fmt::Display for GoodsRefusal {
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

impl core::error::Error for GoodsRefusal {}
