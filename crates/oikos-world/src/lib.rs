//! The shared vocabulary of Oikos: the words in which domains speak of the same society.
//!
//! People with birth date and sex, households, organisations and who belongs to them, networks,
//! life events, causes, measures.
//! Domains such as the family and the economy meet here and in the ledger; none of them knows another.
//!
//! # Invariants
//! - It declares what there is and keeps books of it; it does not behave. No hazard, no choice, no rule.
//! - Whatever a user may want more of is a vocabulary (C10), never a closed enum.

extern crate self as oikos_world;

mod age;
mod error;
mod flow;
mod household;
mod life_event;
mod measure;
mod network;
mod organisation;
mod people_measures;
mod person;

pub use age::{Ages, Dawn};
pub use error::WorldError;
pub use flow::{Arrival, Departure, MigrationCounts};
pub use household::{
    FoundHouseholds, Household, HouseholdChanges, HouseholdId, HouseholdKind, HouseholdType,
    HouseholdsPlugin, MoveReason, MoveStep, Moves, Relocated, Relocation, Residence, Residents,
    found_households, found_institution,
};
pub use life_event::{Cause, LifeEvent, LifeEventKind, LifeEvents, VitalCounts};
pub use measure::{Measure, MeasureExt, MeasureKind, Measures, Reading};
pub use network::{
    EdgeList, Edges, Edits, Graph, Homophily, Network, NetworkError, NetworkExt, Tie,
    barabasi_albert, block_model, configuration_model, erdos_renyi, erdos_renyi_ties, found_ties,
    homophilous, watts_strogatz,
};
pub use organisation::{
    Founding, Membership, Memberships, Organisation, OrganisationId, OrganisationKind,
    OrganisationType, OrganisationsPlugin, Role,
};
pub use person::{BirthDate, PeoplePlugin, Person, PersonId, PersonMap, Sex};
