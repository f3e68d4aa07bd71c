//! What a mechanism must not report. A venue that is told such a thing settles nothing.

use core::fmt;

/// A promise of [`Mechanism`](crate::Mechanism) that is broken by what a mechanism reports.
#[derive(Debug, Copy, Clone, PartialEq, Eq, Hash)]
pub enum Breach {
    /// A new order has the id of one that still waits.
    IdGivenTwice,
    /// A receipt does not say what became of the order: its parts are not the order's quantity, or what it says rests
    /// is not what the reports leave.
    WrongReceipt,
    /// Something is reported of an order that does not wait.
    UnknownOrder,
    /// An order is said to be somebody else's, or of the other side.
    OtherOrder,
    /// More than is left of an order trades or is released, or less than one unit.
    WrongQuantity,
    /// A trade is at a price beyond an order's limit, or below 0.
    PriceOutsideLimit,
    /// A trade with an order that waited is not at that order's price, but at the taker's or another.
    NotAtMakersPrice,
    /// Something is left of an order after it was cancelled.
    LeftAfterCancel,
    /// Something is left of an order of somebody who is gone.
    LeftOfTheGone,
    /// An order is amended whose trader did not ask for it.
    Amended,
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::IdGivenTwice => "has the id of an order that still waits",
            Self::WrongReceipt => "has a receipt that is not what the reports say",
            Self::UnknownOrder => "does not wait, and something is reported of it",
            Self::OtherOrder => "is reported as another trader's, or of the other side",
            Self::WrongQuantity => "trades or loses less than one unit or more than is left of it",
            Self::PriceOutsideLimit => "trades at a price beyond its limit, or below 0",
            Self::NotAtMakersPrice => "waited, and does not trade at its own price",
            Self::LeftAfterCancel => "is not gone after it was cancelled",
            Self::LeftOfTheGone => "is left, though its trader is gone",
            Self::Amended => "is amended, though its trader did not ask for it",
        })
    }
}
