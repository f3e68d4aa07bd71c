//! Mistakes that can be planted.

/// A mistake that order books make, planted in a [`Naive`](super::Naive) book to see that a checker catches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Somebody trades with themselves (M5).
    SelfTrade,
    /// What has expired still rests (M11).
    DeadOrderLeft,
    /// An order that asks for more keeps its place (M3).
    PlaceKeptAfterIncrease,
    /// What an immediate-or-cancel order did not get rests (M7).
    ImmediateOrCancelRests,
    /// A fill-or-kill order is filled in part (M7).
    FillOrKillPartlyFills,
    /// A trade is at the limit of who came (M2).
    TakerPriced,
    /// The best price is still shown after its last order was cancelled (M9).
    PhantomBest,
    /// What is left of an order that took several levels is lost (M4).
    SweepResidueLost,
    /// An order that is filled in part goes to the end of its queue (M3).
    PartialFillLosesPlace,
    /// Among equals, who came last is first (M3).
    LastComeFirstServed,
    /// A change that crosses does not trade (M6), and the book stays crossed (M1).
    AmendDoesNotMatch,
    /// A post-only order trades when it comes (M7).
    PostOnlyTakes,
    /// Cancelling what is closed is answered as if it had been open (M8).
    ClosedCancelled,
    /// Cancelling an order takes the one behind it out as well (M10).
    CancelDropsNext,
    /// What is left of an order rests though it faces one of its own trader (M5).
    OwnResidueRests,
    /// The worst price trades first (M3).
    WorseFirst,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::SelfTrade,
        Self::DeadOrderLeft,
        Self::PlaceKeptAfterIncrease,
        Self::ImmediateOrCancelRests,
        Self::FillOrKillPartlyFills,
        Self::TakerPriced,
        Self::PhantomBest,
        Self::SweepResidueLost,
        Self::PartialFillLosesPlace,
        Self::LastComeFirstServed,
        Self::AmendDoesNotMatch,
        Self::PostOnlyTakes,
        Self::ClosedCancelled,
        Self::CancelDropsNext,
        Self::OwnResidueRests,
        Self::WorseFirst,
    ];
}
