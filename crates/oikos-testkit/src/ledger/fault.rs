//! Mistakes that can be planted.

/// One way to be wrong, planted in the slow [`Model`](super::Model) to see that a checker catches it.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Some transfers debit and do not credit.
    OneSided,
    /// Any kind of transfer issues.
    SecretIssue,
    /// Transfers go between currencies.
    CurrencyMixed,
    /// What is left of a hold that was posted in part stays pending.
    RestKept,
    /// Limits do not see what is pending.
    LimitIgnoresPending,
    /// A hold can be posted late.
    HoldAfterExpiry,
    /// A hold can be posted twice.
    HoldTwice,
    /// An id is acted upon each time.
    DoublePost,
    /// An id that failed is tried again.
    FailedRetried,
    /// What a chain did before it failed stays.
    PartialChain,
    /// Rows of a batch see what those before them did.
    BatchInOrder,
    /// Sides grow beyond what is counted.
    Wraps,
    /// Closed accounts pay and are paid.
    ClosedPays,
    /// An exchange rounds up for who gets.
    RoundsForCustomer,
    /// The units that rounding leaves over are lost.
    SplitLosesUnit,
    /// Two operations have one number.
    NumberReused,
}
