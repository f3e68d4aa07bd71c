//! The shared vocabulary of Oikos: the words in which domains speak of the same society.
//!
//! People with birth date and sex, households, organisations and who belongs to them, networks,
//! life events and life courses, causes, estates, measures and distributions; and its books of money, goods and titles.
//! Domains such as the family and the economy meet here and in the ledger; none of them knows another.
//!
//! # Invariants
//! - It declares what there is and keeps books of it; it does not behave. No hazard, no choice, no rule.
//! - Whatever a user may want more of is a vocabulary (C10), never a closed enum.

extern crate self as oikos_world;

mod age;
mod books;
mod distribution;
mod error;
mod estate;
mod flow;
mod household;
mod life_course;
mod life_event;
mod measure;
mod network;
mod organisation;
mod people_distributions;
mod people_measures;
mod person;

pub use age::{Ages, Dawn};
pub use books::{Book, BooksPlugin, Holder};
pub use distribution::{
    Distribution, DistributionColumn, DistributionExt, DistributionKind, DistributionRow,
    Distributions,
};
pub use error::WorldError;
pub use estate::{Estate, EstateReason, Estates, EstatesPlugin, OpenEstate, Share, Split};
pub use flow::{Arrival, Departure, MigrationCounts};
pub use household::{
    FoundHouseholds, Household, HouseholdChanges, HouseholdId, HouseholdKind,
    HouseholdNetworkPlugin, HouseholdType, HouseholdsPlugin, Housemates, MoveReason, MoveStep,
    Moves, Neighbours, Relocated, Relocation, Residence, Residents, found_households,
    found_institution,
};
pub use life_course::{LifeCourseExt, LifeDomain, LifeDomains, Parentage, ParentsOf};
pub use life_event::{Cause, LifeEvent, LifeEventKind, LifeEvents, RecordLifeEvents, VitalCounts};
pub use measure::{Measure, MeasureExt, MeasureKind, Measures, Reading};
pub use network::{
    DerivedTie, EdgeList, Edges, Edits, Graph, Homophily, Network, NetworkError, NetworkExt,
    NetworkStep, Tie, barabasi_albert, block_model, configuration_model, erdos_renyi,
    erdos_renyi_ties, found_ties, homophilous, watts_strogatz,
};
pub use organisation::{
    Founding, Membership, Memberships, Organisation, OrganisationId, OrganisationKind,
    OrganisationType, OrganisationsPlugin, Role,
};
pub use person::{BirthDate, PeoplePlugin, Person, PersonId, PersonMap, Sex};
