//! How those who enter a union find each other: the default and its alternatives.

use std::str::FromStr;

use bevy_ecs::resource::Resource;
use oikos_core::Prob;
use serde::{Deserialize, Serialize};

use crate::AgeGap;
use crate::error::{FamilyError, require};

/// How those who enter a union find each other. How many do, at what age, is another question: that of a
/// [`MarriageFunction`](crate::MarriageFunction).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Matching {
    /// A woman looks for a man of an age drawn from the unions that the marriage function expects at her age, and
    /// takes the next one who suits. About two looks a union.
    #[default]
    Search,
    /// Once a month those who enter a union are drawn, as many women as men, and paired so that no two of them would
    /// rather have each other (Gale & Shapley 1962); women propose. What one sees in another is the density of
    /// their age gap, and luck; kin are out of the question. Entrants are paired within bands of age that hold at
    /// most [`STABLE_BAND`] women and as many men, so a union takes at most so many looks.
    Stable(AgeGap),
    /// A woman meets so many single men by chance, from 1 to [`MEN_MET_MAX`], all of them of ages that go with
    /// hers, and takes one in proportion to the attraction between their ages.
    Random {
        /// Men whom she meets.
        men: u32,
    },
}

/// Most men whom a woman may meet in a random search.
pub const MEN_MET_MAX: u32 = 64;

/// Most women, and most men, in a band of age within which pairs are stable.
pub const STABLE_BAND: usize = 1_024;

/// Men met in a random search that is asked for by name.
const MEN_MET: u32 = 16;

/// Names of the matchings.
const NAMES: [&str; 3] = ["search", "stable", "random"];

impl Matching {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Search => NAMES[0],
            Self::Stable(_) => NAMES[1],
            Self::Random { .. } => NAMES[2],
        }
    }

    pub(super) fn check(self) -> Result<Self, FamilyError> {
        if let Self::Random { men } = self {
            let good = (1..=MEN_MET_MAX).contains(&men);
            let must = "it must lie between 1 and 64";
            require(
                good,
                "number of men whom a woman meets",
                f64::from(men),
                must,
            )?;
        }
        Ok(self)
    }
}

/// By name: `search`; `stable`, with [`AgeGap::ASSUMED`]; `random`, among 16 men.
impl FromStr for Matching {
    type Err = FamilyError;

    fn from_str(name: &str) -> Result<Self, FamilyError> {
        let all = [
            Self::Search,
            Self::Stable(AgeGap::ASSUMED),
            Self::Random { men: MEN_MET },
        ];
        let found = all.into_iter().find(|matching| matching.name() == name);
        found.ok_or_else(|| FamilyError::UnknownName {
            what: "matching",
            name: name.to_owned(),
            known: NAMES.join("`, `"),
        })
    }
}

/// How partners are found in this society. Persisted.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub(super) struct PartnerChoice {
    matching: Matching,
    own_group_first: Prob,
}

impl PartnerChoice {
    pub(super) fn with_matching(self, matching: Matching) -> Result<Self, FamilyError> {
        let matching = matching.check()?;
        Ok(Self { matching, ..self })
    }

    pub(super) fn with_homophily(self, share: f64) -> Result<Self, FamilyError> {
        let must = "it must lie between 0 and 1";
        let good = (0.0..=1.0).contains(&share);
        require(good, "share who look in their own group first", share, must)?;
        let own_group_first = Prob::from_f64(share)?;
        Ok(Self {
            own_group_first,
            ..self
        })
    }

    pub(super) const fn matching(&self) -> Matching {
        self.matching
    }

    /// The chance that somebody looks in their own group first.
    pub(super) const fn own_group_first(&self) -> Prob {
        self.own_group_first
    }

    /// Whether single men are also kept by group.
    pub(super) fn rings_by_group(&self) -> bool {
        self.own_group_first != Prob::NEVER && !matches!(self.matching, Matching::Stable(_))
    }
}

/// What a save holds of [`PartnerChoice`].
#[derive(Serialize, Deserialize)]
struct Saved {
    own_group_first: Prob,
    matching: u8,
    men: u32,
    gap: [f64; 2],
}

impl From<PartnerChoice> for Saved {
    fn from(choice: PartnerChoice) -> Self {
        let (matching, men, gap) = match choice.matching {
            Matching::Search => (0, 0, [0.0; 2]),
            Matching::Stable(gap) => (1, 0, [gap.mean(), gap.sd()]),
            Matching::Random { men } => (2, men, [0.0; 2]),
        };
        Self {
            own_group_first: choice.own_group_first,
            matching,
            men,
            gap,
        }
    }
}

impl TryFrom<Saved> for PartnerChoice {
    type Error = FamilyError;

    fn try_from(saved: Saved) -> Result<Self, FamilyError> {
        let [mean, sd] = saved.gap;
        let matching = match saved.matching {
            0 => Matching::Search,
            1 => Matching::Stable(AgeGap::new(mean, sd)?),
            _ => Matching::Random { men: saved.men }.check()?,
        };
        let choice = Self {
            matching,
            own_group_first: saved.own_group_first,
        };
        // What a matching does not have is saved as zero, and is nothing else in a save that is sound.
        let again = Saved::from(choice);
        let same = (again.matching, again.men) == (saved.matching, saved.men)
            && again.gap.map(f64::to_bits) == saved.gap.map(f64::to_bits);
        let must = "it must be 0, 1 or 2, with no numbers but its own";
        require(same, "matching in a save", f64::from(saved.matching), must)?;
        Ok(choice)
    }
}
