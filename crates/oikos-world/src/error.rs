//! What can go wrong with the vocabulary.

/// Any failure of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
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
}
