//! Oikos simulates a society: people who live somewhere, are born, age and die.
//!
//! This crate re-exports the crates of Oikos under one name and has no logic of its own: [`core`] has
//! numbers, dates and draws; [`engine`] the society; [`world`] the words in which domains speak of it;
//! `family` births, deaths and lineage; `ledger` money, goods and titles; `market` prices; `data` tables and
//! sinks. Begin with the [`prelude`].
//!
//! ```
//! use oikos::prelude::*;
//!
//! let tables = Tables::us()?;
//! let mut town = Society::builder(Seed(1))
//!     .start(date(2019, 7, 1))
//!     .tick(Days(1))
//!     .add_plugins(FamilyPlugin::new(&tables)?)
//!     .populate(Population::counted(tables, 1_000)?)
//!     .build()?;
//! town.run(Years(1))?;
//! println!("{} {}", town.today(), town.digest()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//! - Only re-exports: whatever can be done with `oikos` can be done with the crates below it.
//! - The bevy version that the engine is built on is [`bevy`].

// `#[derive(Attribute)]` names the facade by its path, also inside this package's examples.
extern crate self as oikos;

pub use oikos_core as core;
#[cfg(feature = "data")]
pub use oikos_data as data;
pub use oikos_engine as engine;
#[cfg(feature = "family")]
pub use oikos_family as family;
#[cfg(feature = "ledger")]
pub use oikos_ledger as ledger;
#[cfg(feature = "market")]
pub use oikos_market as market;
pub use oikos_world as world;

/// The serde that saves are written with: `#[serde(crate = "oikos::serde")]` beside the derives makes a
/// dependency of one's own unnecessary.
pub use serde;

/// The crates of bevy that Oikos is built on, in the version it is built on.
pub mod bevy {
    pub use bevy_app as app;
    pub use bevy_ecs as ecs;
}

mod error;
pub use error::Error;

/// What a model usually needs.
pub mod prelude {
    pub use crate::Error;
    pub use bevy_app::prelude::{App, Plugin};
    // Under the name that `#[derive(Resource)]` and `#[derive(Component)]` call it by.
    pub use bevy_ecs;
    pub use bevy_ecs::error::BevyError;
    pub use bevy_ecs::prelude::{
        Commands, Component, IntoScheduleConfigs, Query, Res, ResMut, Resource, SystemSet, World,
    };
    pub use oikos_core::{
        Cadence, Date, Days, Digest, Hours, Minutes, Months, Prob, Seed, Span, StableId, Tick,
        Ticks, Unit, Weeks, Years, date,
    };
    #[cfg(feature = "data")]
    pub use oikos_data::{
        ColumnKind, ColumnSpec, CsvSink, LifeCourses, RunInfo, Sink, Table, Value,
    };
    pub use oikos_engine::{
        Addressed, AppExt, Attribute, Births, Changes, Clock, Collector, Deaths, Draws, Due,
        Entities, EntitiesMut, FaultPolicy, Kind, LiveStep, Mail, Message, Phase, Rows, Slots,
        Snapshot, Society, SocietyBuilder, Tick, Timers, Topic, Vocabulary, Who, Word, draw_stream,
        found, kind, set_all,
    };
    #[cfg(feature = "family")]
    pub use oikos_family::{
        Death, Delivery, FamilyFigures, FamilyPlugin, Force, Hazard, HazardEvent, HazardExt,
        HazardMode, HomesPlugin, Kin, Lineage, MaritalStatus, MarriageHistory, NoParam,
        Occurrences, Population, Relations, RelativeRisks, Score, Survey, Tables, Today,
        UnionStatus, Unions, UnionsPlugin, found_people, hazard_event,
    };
    pub use oikos_world::{
        Ages, BirthDate, Cause, FoundHouseholds, Founding, Household, HouseholdId,
        HouseholdsPlugin, LifeEvent, LifeEvents, Measure, MeasureExt, MeasureKind, Membership,
        Memberships, MoveReason, Moves, Organisation, OrganisationId, OrganisationKind,
        OrganisationType, OrganisationsPlugin, PeoplePlugin, Person, PersonId, PersonMap, Reading,
        Residence, Residents, Role, Sex, VitalCounts,
    };
}
