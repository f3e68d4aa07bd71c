//! Unions: who lives as a couple with whom, from when to when, married or not.
//!
//! The book of [`Unions`] keeps what there was and is; [`UnionsPlugin`] makes it happen.

mod book;
mod choice;
mod events;
mod fathers;
mod first_marriages;
mod founding;
#[cfg(test)]
mod founding_tests;
mod group;
mod hazards;
mod latest;
mod life_events;
mod market;
mod model;
mod partner;
mod plan;
mod plugin;
mod registry;
mod requests;
#[cfg(test)]
mod script_tests;
mod singles;
mod stable;
#[cfg(test)]
mod stable_tests;
mod state;
mod status;
mod taboo;
#[cfg(test)]
mod tests;

pub use book::{End, Union, UnionId, Unions};
pub use choice::{MEN_MET_MAX, Matching, STABLE_BAND};
pub use events::{UnionEvent, UnionEvents, UnionRefusals};
pub(crate) use events::{after_births_and_deaths, enter_couples};
pub use fathers::FathersOutsideUnions;
pub(crate) use fathers::GESTATION_DAYS;
pub(crate) use founding::enter;
pub use founding::{FoundUnions, FoundedUnion, found_unions};
pub use group::MatchingGroup;
pub use hazards::{
    Courtship, Disagreement, Engagement, Parting, UnionForces, UnionFormation, Wedding,
};
pub use market::MarriageMarket;
pub use model::UnionModel;
pub use plan::MatchingRound;
pub use plugin::{UnionStep, UnionsPlugin};
pub use requests::UnionRequests;
pub use status::{MaritalStatus, UnionSince, UnionStatus};
