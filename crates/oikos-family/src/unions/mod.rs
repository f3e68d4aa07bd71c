//! Unions: who lives as a couple with whom, from when to when, married or not.
//!
//! The book of [`Unions`] keeps what there was and is; [`UnionsPlugin`] makes it happen.

mod book;
mod events;
mod fathers;
mod hazards;
mod latest;
mod market;
mod model;
mod plugin;
mod singles;
mod state;
mod status;
mod taboo;
#[cfg(test)]
mod tests;

pub use book::{End, Union, UnionId, Unions};
pub use events::{UnionEvent, UnionEvents};
pub use fathers::FathersOutsideUnions;
pub(crate) use fathers::GESTATION_DAYS;
pub use hazards::{
    Courtship, Disagreement, Engagement, Parting, UnionForces, UnionFormation, Wedding,
};
pub use market::MarriageMarket;
pub use model::UnionModel;
pub use plugin::UnionsPlugin;
pub use status::{MaritalStatus, UnionSince, UnionStatus};
