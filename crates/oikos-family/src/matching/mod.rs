//! Who unites with whom: matching of candidates, without a society around it.
//!
//! | mechanism | who decides | cost |
//! |---|---|---|
//! | [`Market::pair`] | the best of a few that suit, in two levels | near-linear |
//! | [`Market::random_search`] | whom one happens to meet | near-linear |
//! | [`stable_matching`], [`stable_matching_by_score`] | nobody could do better together | all pairs |
//!
//! How many unions there are between two ages is another question: that of a
//! [`MarriageFunction`](crate::MarriageFunction).

mod market;
mod stable;

pub use market::{
    CANDIDATES_MAX, Candidate, Homophily, Level, Market, MarketStreams, Pair, Pairing, ROUNDS,
    TRAITS,
};
pub use stable::{PairScore, StableMatching, stable_matching, stable_matching_by_score};
pub(crate) use stable::{deferred_acceptance, in_order};
