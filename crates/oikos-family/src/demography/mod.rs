//! Demography without people: rates, life tables, projections, and rates recovered from lives.

pub(crate) mod alignment;
pub(crate) mod calendar;
pub(crate) mod chance;
pub(crate) mod compare;
pub(crate) mod fertility;
pub(crate) mod gompertz;
pub(crate) mod gompertz_fit;
pub(crate) mod initial;
pub(crate) mod kin_matrices;
pub(crate) mod leslie;
pub(crate) mod lexis;
pub(crate) mod life_table;
pub(crate) mod nuptiality;
pub(crate) mod observed;
pub(crate) mod parity;
pub(crate) mod period;
pub(crate) mod special;
pub(crate) mod stable;

pub use alignment::{Distortion, LogitFactor};
pub use chance::{DAYS_PER_YEAR, daily_probability, force_from_days, force_of, threshold};
pub use compare::{CONFIDENCE, Comparison, ComparisonRow, EXPECTED_MIN};
pub use fertility::{
    FertilityGroup, FertilityTable, MALE_SHARE_AT_BIRTH, MOTHER_AGE_MAX, MOTHER_AGE_MIN,
    MultipleBirths,
};
pub use gompertz::Gompertz;
pub use gompertz_fit::MortalityCell;
pub use initial::integer_population;
pub use kin_matrices::{KinMatrices, MaternalKin};
pub use leslie::{Leslie, StableGrowth};
pub use lexis::{Exposure, LifeSpan};
pub use life_table::{LifeTable, PROBABILITY_MAX};
pub use nuptiality::{
    AgeGap, Calibration, CoaleMcNeil, Cohabitation, Disruption, EverMarried,
    FIRST_MARRIAGE_SD_ASSUMED, FemaleDominant, HarmonicMean, MaleDominant, Margin,
    MarriageFunction, PairTable, UNION_AGE_MAX, UNION_AGE_MIN, UnionCohort, UnionRates,
    median_age_at_first_marriage,
};
pub use parity::{BIRTH_INTERVAL_MIN_DAYS, RelativeRisks};
pub use period::{PeriodRates, YearRates};
pub use special::{
    chi_square_quantile, gamma_quantile, incomplete_gamma, poisson_limits,
    scaled_exponential_integral,
};
pub use stable::{Reproduction, StablePopulation, stable_population};
