//! Nuptiality without people: who marries when, whom by age, and how long it lasts.
//!
//! | question | model | fitted to |
//! |---|---|---|
//! | at what age first, and ever? | [`CoaleMcNeil`] | median age, share never married at 40 |
//! | how many between two ages? | [`UnionRates`], a [`MarriageFunction`] | both schedules, an [`AgeGap`] |
//! | with or without a wedding? | [`Cohabitation`] | first unions, and what they have become after 3 years |
//! | so when do unions begin? | [`UnionCohort::fit`] | all of these |
//! | how long does it last? | [`Disruption`] | shares lasting 10 and 20 years |
//!
//! [`median_age_at_first_marriage`] is the estimator behind the published medians, so that a
//! simulation is measured as the published figure was.
//!
//! # Assumed, not measured
//! - The standard deviation of ages at first marriage, [`FIRST_MARRIAGE_SD_ASSUMED`], the same for
//!   both sexes.
//! - The difference of spouses' ages, [`AgeGap::ASSUMED`].
//! - Figures of one calendar year are used as if one cohort went through them.

mod coale_mcneil;
mod cohabitation;
mod disruption;
pub(crate) mod entry;
mod median_age;
mod two_sex;

pub use coale_mcneil::{CoaleMcNeil, FIRST_MARRIAGE_SD_ASSUMED};
pub use cohabitation::Cohabitation;
pub use disruption::Disruption;
pub use entry::{UNION_AGE_MAX, UNION_AGE_MIN, UnionCohort};
pub use median_age::{EverMarried, median_age_at_first_marriage};
pub use two_sex::{
    AgeGap, Calibration, FemaleDominant, HarmonicMean, MaleDominant, Margin, MarriageFunction,
    PairTable, UnionRates,
};
