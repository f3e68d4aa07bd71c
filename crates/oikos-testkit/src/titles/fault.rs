//! Mistakes that can be planted.

/// One way to be wrong, planted in the slow [`Model`](super::Model) to see that a checker catches it.
#[derive(Debug, Copy, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A lien goes when one buys all.
    LienLost,
    /// Who receives gets another share than who gives loses, at times.
    ShareOffByOne,
    /// What one has not got can be sold.
    SoldTwice,
    /// What is held can be given otherwise.
    HeldSold,
    /// A hold lasts one tick too long.
    HoldAfterExpiry,
    /// Liens are paid by age, whatever their rank.
    LiensByAge,
    /// A fall of value is not told.
    SilentValue,
    /// What a chain did before it failed stays.
    PartialChain,
    /// What was not paid for stays delivered.
    Unpaid,
}
