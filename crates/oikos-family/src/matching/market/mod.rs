//! A market of candidates who look for a partner on the same day or in the same month.
//!
//! # Two levels
//! Each woman seeks a husband of a certain age: her own, and a gap drawn from an
//! [`AgeGap`](crate::AgeGap). She looks at the [`CANDIDATES_MAX`] men closest to that age, none
//! further off than the market's reach, and draws her taste for each. What two are worth to each
//! other is `score + taste`, where the caller gives the score (a logarithm of attraction, such as
//! [`Homophily::score`]) and taste is a Gumbel variable of the pair: so with one woman, men are chosen
//! in proportion to `e^score` (McFadden 1974). Of all pairs looked at those are made that are stable: no
//! two who looked at each other would both rather have each other. As both value a pair alike, there is
//! one such matching: pairs are taken from the best down while both are free.
//!
//! - **Level 1**: women look among men of their own partition alone (education, region, whatever
//!   the caller puts into the number), [`ROUNDS`] times.
//! - **Level 2**: whoever is left looks at all men that are left, the age sought drawn anew, [`ROUNDS`]
//!   times.
//!
//! A pair that is forbidden, or whose score is minus infinity, is never made. Who finds nobody is left
//! over, to try again in another market.
//!
//! # Cost
//! Sorting, and at most `2 ROUNDS x CANDIDATES_MAX` looks a woman: `n log n` with a small factor.
//!
//! # Who is touched by a change
//! Every draw belongs to one person's subject, or to those of a pair; nothing depends on how many
//! others there are, nor on the order in which they come. Who appears or disappears is seen by those
//! whose window of [`CANDIDATES_MAX`] they are in, and through them by the partners these would
//! have had.

mod pairing;
mod search;
mod singles;
#[cfg(test)]
mod tests;
mod window;

use oikos_core::{Seed, Stream, Tick};

use crate::AgeGap;
use crate::error::FamilyError;

/// Men whom a woman looks at in one round.
pub const CANDIDATES_MAX: usize = 16;

/// Rounds of each level.
pub const ROUNDS: u32 = 3;

/// Traits that a candidate has.
pub const TRAITS: usize = 4;

/// Somebody who looks for a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Id, unique among all candidates.
    pub id: u64,
    /// Subject of this person's draws.
    pub subject: u64,
    /// [`MALE`](crate::MALE) or [`FEMALE`](crate::FEMALE).
    pub sex: usize,
    /// Age in days.
    pub age_days: u32,
    /// What people must share to find each other in level 1: a number made of region, education and
    /// the like. Age need not be in it.
    pub partition: u32,
    /// Traits by which people are alike or not.
    pub traits: [u8; TRAITS],
}

/// The level at which two have found each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Inside a partition.
    Partition,
    /// In the whole pool.
    Pool,
}

/// Two who unite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Id of the woman.
    pub woman: u64,
    /// Id of the man.
    pub man: u64,
    /// Where they have found each other.
    pub level: Level,
}

/// What a market comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pairing {
    /// Those who unite, by the woman's id.
    pub pairs: Vec<Pair>,
    /// Ids of those who found nobody, in order.
    pub left_over: Vec<u64>,
}

/// The streams of draws that a market uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketStreams {
    /// Where somebody stands among people of the same age; who goes first.
    pub place: Stream,
    /// The age that a woman seeks; whom she happens to meet.
    pub seek: Stream,
    /// What two see in each other.
    pub taste: Stream,
}

impl MarketStreams {
    /// The streams of a seed, for use outside a society, under the names `family.market.place`,
    /// `family.market.seek` and `family.market.taste`.
    #[must_use]
    pub const fn new(seed: Seed) -> Self {
        Self {
            place: Stream::new(seed, "family.market.place"),
            seek: Stream::new(seed, "family.market.seek"),
            taste: Stream::new(seed, "family.market.taste"),
        }
    }
}

/// How candidates find each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Market {
    /// Draws.
    pub streams: MarketStreams,
    /// The husband's age less the wife's that women seek.
    pub gap: AgeGap,
    /// How far a man's age may lie from the age sought, days.
    pub reach_days: u32,
}

impl Market {
    /// A market with these draws, the age gap that is assumed ([`AgeGap::ASSUMED`]) and a reach of
    /// five years.
    #[must_use]
    pub const fn new(streams: MarketStreams) -> Self {
        Self {
            streams,
            gap: AgeGap::ASSUMED,
            reach_days: 5 * 365,
        }
    }

    /// Pairs candidates in two levels, as the module says.
    ///
    /// Candidates may come in any order; the result is the same. `forbidden(man, woman)` is asked about
    /// every pair that is looked at, and so is `score(man, woman)` where it says no.
    ///
    /// # Errors
    /// [`FamilyError::Sex`] for an unknown sex, [`FamilyError::CandidateTwice`], and
    /// [`FamilyError::Score`] with both ids for a score that is not a number or infinite; minus infinity
    /// is allowed and forbids.
    pub fn pair(
        &self,
        tick: Tick,
        candidates: &[Candidate],
        forbidden: impl Fn(&Candidate, &Candidate) -> bool,
        score: impl Fn(&Candidate, &Candidate) -> f64,
    ) -> Result<Pairing, FamilyError> {
        pairing::pair(self, tick, candidates, &forbidden, &score)
    }

    /// Lets women and men meet at random, the whole pool together, `meetings` times each.
    ///
    /// Each time every free woman meets the free man closest to an age that she seeks by chance, if he is
    /// within reach (a man whom several meet has eyes for one, at random). They unite if they are not
    /// forbidden and a draw of the pair accepts: `accept(man, woman)` is the probability that both do.
    /// Who has refused somebody refuses them all day.
    ///
    /// Search and matching in the plainest form (Mortensen 1988, J. Labor Econ. 6: S215-S240), without
    /// thinking ahead. Who has not found anybody after the last meeting is left over.
    ///
    /// # Errors
    /// As [`Market::pair`], and [`FamilyError::Score`] with both ids for an acceptance outside 0 to 1.
    pub fn random_search(
        &self,
        tick: Tick,
        candidates: &[Candidate],
        meetings: u32,
        forbidden: impl Fn(&Candidate, &Candidate) -> bool,
        accept: impl Fn(&Candidate, &Candidate) -> f64,
    ) -> Result<Pairing, FamilyError> {
        search::search(self, tick, candidates, meetings, &forbidden, &accept)
    }
}

/// Like unites with like: what differing in a trait costs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Homophily {
    /// For each trait, by how much differing in it lowers the logarithm of the attraction: 0 for
    /// a trait that does not matter, `ln 2` for one that halves the odds.
    pub costs: [f64; TRAITS],
}

impl Homophily {
    /// The logarithm of the attraction between two, 0 for those alike in all that matters.
    #[must_use]
    pub fn score(&self, man: &Candidate, woman: &Candidate) -> f64 {
        let traits = man.traits.iter().zip(&woman.traits).zip(&self.costs);
        let differing = traits.filter(|((his, hers), _)| his != hers);
        -differing.map(|(_, cost)| cost).sum::<f64>()
    }
}
