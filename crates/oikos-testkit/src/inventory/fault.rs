//! Mistakes that can be planted.

/// One way to be wrong, planted in the slow [`Model`](super::Model) to see that a checker catches it.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Who receives gets one less at times.
    OffByOne,
    /// What spoils is not told.
    SilentSpoil,
    /// What is held is sold once more.
    HeldSold,
    /// A hold can be taken late.
    HoldAfterExpiry,
    /// What is left of a hold of which part was taken is neither held nor kept as its rest.
    RestLost,
    /// What a chain did before it failed stays.
    PartialChain,
    /// What was not paid for stays delivered.
    Unpaid,
}
