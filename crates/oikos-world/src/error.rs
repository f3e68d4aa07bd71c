//! What can go wrong with the vocabulary.

use crate::network::NetworkError;

/// Any failure of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// A network, an edge list or a generator of ties.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A membership that is there already.
    #[error("{person} is already a member of {organisation}; end that membership first")]
    AlreadyMember {
        /// The person.
        person: String,
        /// The organisation.
        organisation: String,
    },
    /// A membership that is not there.
    #[error("{person} is no member of {organisation}")]
    NotMember {
        /// The person.
        person: String,
        /// The organisation.
        organisation: String,
    },
    /// A newborn without a mother whose household it could live in.
    #[error(
        "{person} was born into no household: ask for the birth with the mother's id as its cause, or give the \
         newborn a `Residence`"
    )]
    Homeless {
        /// The newborn.
        person: String,
    },
    /// Somebody in two groups of which each is to be a household.
    #[error("{person} is in two of the households to be founded; leave them out of one")]
    TwoHouseholds {
        /// The person.
        person: String,
    },
    /// A household of nobody.
    #[error("one of the households to be founded has nobody in it; leave it out")]
    EmptyHousehold,
    /// Something that cannot be done with the estate of somebody.
    #[error("{deceased} {problem}")]
    Estate {
        /// Who died.
        deceased: String,
        /// Why not.
        problem: &'static str,
    },
    /// Somebody who cannot be an heir.
    #[error("{heir} cannot inherit from {deceased}: an heir who {problem}")]
    Heir {
        /// The heir.
        heir: String,
        /// Who died.
        deceased: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Shares whose sum no fraction holds.
    #[error(
        "the heirs of {deceased} have parts so fine that 64 bits do not hold their sum: make them coarser"
    )]
    FineShares {
        /// Who died.
        deceased: String,
    },
    /// All numbers of a vocabulary are taken.
    #[error("vocabulary `{vocabulary}` has no number left for `{word}`")]
    VocabularyFull {
        /// The vocabulary.
        vocabulary: &'static str,
        /// The word.
        word: String,
    },
    /// Two measures share a name.
    #[error("measure `{name}` is declared twice; give one of them another name")]
    DuplicateMeasure {
        /// The name.
        name: String,
    },
    /// Two distributions share a name.
    #[error("distribution `{name}` is declared twice; give one of them another name")]
    DuplicateDistribution {
        /// The name.
        name: String,
    },
    /// A distribution with more or fewer series than its kind can show.
    #[error("distribution `{name}` has {series} series, and one of its kind has {expected}")]
    DistributionSeries {
        /// The name.
        name: String,
        /// Its series.
        series: usize,
        /// What its kind has.
        expected: &'static str,
    },
    /// Two domains of life courses share a name.
    #[error("the domain `{name}` of life courses is declared twice; give one of them another name")]
    DuplicateLifeDomain {
        /// The name.
        name: String,
    },
    /// Two plugins tell who people's parents are.
    #[error(
        "two plugins declare the parentage of people; let the one that keeps the lineage do so"
    )]
    DuplicateParentage,
}
