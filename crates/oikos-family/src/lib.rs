//! Families of Oikos: people are born, age and die at the rates of tables, and leave a lineage.
//!
//! [`FamilyPlugin`] runs births and deaths in a society, [`Population`] makes its first people, [`Lineage`]
//! records everybody who ever lived, and [`Score`] holds what happened against what the tables lead to
//! expect. Over a lineage, [`Relations`] and [`Kinship`] tell who is kin and how closely, and an
//! [`Intestacy`] who inherits; [`InheritancePlugin`] answers that for estates, and [`KinNetworkPlugin`]
//! keeps close kin as a network. Whatever happens at a rate is a [`Hazard`]; plugins add their own, by
//! cause, to deaths, to deliveries and to events of their own.
//!
//! Unions are two-sex: [`CoaleMcNeil`] says when people marry first, [`UnionRates`] how many unions there
//! are between two ages, a [`Market`] who unites with whom, and [`Disruption`] how long it lasts; all
//! of it is fitted to [`FamilyFigures`]. Probabilities are aligned to a target by a [`LogitFactor`] alone.
//!
//! Below that is demography without people: tables are read ([`Tables`]), turned into forces and daily
//! probabilities, projected, and recovered again from lives ([`Exposure`]).
//!
//! Conventions used throughout:
//! - **Sex** is an index into [`SEXES`]: [`MALE`] is 0, [`FEMALE`] is 1.
//! - **Age** is in completed years, counted by calendar anniversaries; 29 February comes round on
//!   1 March in common years.
//! - **Day** is a number of days since 1 January 1970 on the proleptic Gregorian calendar (`i32`).
//! - **Force** is a rate per person and year, constant within a completed year of age and within a
//!   calendar year; a year of it has [`DAYS_PER_YEAR`] days.
//!
//! ```
//! use oikos_family::{DAYS_PER_YEAR, FEMALE, PeriodRates, Tables, daily_probability};
//!
//! let rates = PeriodRates::new(&Tables::us()?)?;
//! let women = &rates.at_year(2017).mortality[FEMALE];
//! assert!((women.expectation(0) - 80.96).abs() < 0.01);
//! let chance_per_day = daily_probability(women.force(80), DAYS_PER_YEAR);
//! assert!((chance_per_day - 0.000_12).abs() < 0.000_01);
//! # Ok::<(), oikos_family::FamilyError>(())
//! ```
//!
//! # Invariants
//! - No quota and no picking: everything that happens to somebody is drawn for them alone.
//! - The mathematics is pure and uses `libm` alone, so its results have the same bits everywhere.
//! - Tables are checked when they are read: a [`Tables`] in hand has rates inside their ranges,
//!   ages without gaps, and women who can bear children. Nothing is repaired or guessed in silence.
//! - Lifetimes are not drawn in advance. [`Gompertz::age_at`] exists to sample closed-form models
//!   in validation, not to schedule deaths.
//! - Numbers are integers where they count (people, days, events) and floats where they are rates.

extern crate self as oikos_family;

mod alignment;
mod demography;
mod error;
mod estates;
mod founding;
mod hazards;
mod heirs;
mod homes;
mod kin_network;
mod kinship;
mod lineage;
mod matching;
mod migration;
mod names;
#[cfg(test)]
mod pedigree;
mod population;
mod score;
mod survey;
mod tables;
mod unions;
mod vital;

pub use alignment::{AlignExt, AlignTo, AlignedYear, AlignmentFactors, Target, Targets};
pub use demography::{
    AgeGap, BIRTH_INTERVAL_MIN_DAYS, CONFIDENCE, Calibration, CoaleMcNeil, Cohabitation,
    Comparison, ComparisonRow, DAYS_PER_YEAR, Disruption, Distortion, EXPECTED_MIN, EverMarried,
    Exposure, FIRST_MARRIAGE_SD_ASSUMED, FemaleDominant, FertilityGroup, FertilityTable, Gompertz,
    HarmonicMean, KinMatrices, Leslie, LifeSpan, LifeTable, LogitFactor, MALE_SHARE_AT_BIRTH,
    MOTHER_AGE_MAX, MOTHER_AGE_MIN, MaleDominant, Margin, MarriageFunction, MaternalKin,
    MortalityCell, MultipleBirths, PROBABILITY_MAX, PairTable, PeriodRates, RelativeRisks,
    Reproduction, StableGrowth, StablePopulation, UNION_AGE_MAX, UNION_AGE_MIN, UnionCohort,
    UnionRates, YearRates, chi_square_quantile, daily_probability, force_from_days, force_of,
    gamma_quantile, incomplete_gamma, integer_population, median_age_at_first_marriage,
    poisson_limits, scaled_exponential_integral, stable_population, threshold,
};
pub use error::FamilyError;
pub use estates::InheritancePlugin;
pub use founding::{BurnIn, Families};
pub use hazards::{
    Force, Hazard, HazardChanges, HazardEvent, HazardExt, HazardMode, HazardScore, HazardStep,
    Horizon, NoParam, Occurrence, Occurrences, TickYears, Today,
};
pub use heirs::{
    Deceased, ForcedHeirship, Intestacy, PerCapita, Preference, Primogeniture, Share,
    SpouseAndStirpes,
};
pub use homes::{
    ADULT_AGE, FLAT_MAX, FoundHomes, Guardian, HomeForces, Homecoming, HomesPlugin, Independence,
    LeavingForce, LeavingHome, ParentalHome, RETURN_AGE_END, ReturningForce, ReturningHome, Sharer,
    SharingChances, found_homes, guardian,
};
pub use kin_network::{KinNetworkPlugin, KinTie, NearKin};
pub use kinship::{
    Generations, Kin, KinCounts, KinMeans, Kinship, Line, Relation, Relations, Sibling,
};
pub use lineage::{Fathers, Founder, Lineage, LineageRecord, Origin, ParentCounts};
pub use matching::{
    CANDIDATES_MAX, Candidate, Homophily, Level, Market, MarketStreams, Pair, PairScore, Pairing,
    ROUNDS, StableMatching, TRAITS, stable_matching, stable_matching_by_score,
};
pub use migration::{
    Arrivals, Couple, Emigration, EmigrationForces, EmigrationGroup, FamilyShape, HeadGroup,
    Migration, MigrationPlugin, MigrationTables, NewFamily, Newcomer, TableEmigration,
};
pub use names::{Name, Names};
pub use population::{PEOPLE_MAX, Population, found_kin, found_people};
pub use score::Score;
pub use survey::{Survey, SurveyRow};
pub use tables::{
    AGE_MAX, FamilyFigures, Figure, MarriageHistory, PopulationGroup, Series, TableError, Tables,
};
pub use unions::{
    Courtship, Disagreement, End, Engagement, FathersOutsideUnions, FoundUnions, FoundedUnion,
    MEN_MET_MAX, MaritalStatus, MarriageMarket, Matching, MatchingGroup, MatchingRound, Parting,
    STABLE_BAND, Union, UnionEvent, UnionEvents, UnionForces, UnionFormation, UnionId, UnionModel,
    UnionRefusals, UnionRequests, UnionSince, UnionStatus, UnionStep, Unions, UnionsPlugin,
    Wedding, found_unions,
};
pub use vital::{
    ChildrenBorn, Death, Delivery, FamilyPlugin, Fertility, FertilityByStatus, FertilityGroupNow,
    FertilityNow, FertilityRisks, ForcesNow, LastDelivery, Mortality, VitalRates,
};

/// Names of the sexes, in the order of their indices.
pub const SEXES: [&str; 2] = ["male", "female"];

/// Index of men in everything that is kept by sex.
pub const MALE: usize = 0;

/// Index of women in everything that is kept by sex.
pub const FEMALE: usize = 1;
