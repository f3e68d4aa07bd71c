//! Oikos simulates a society: people who live somewhere, are born, age and die.
//!
//! This crate re-exports the crates of Oikos under one name and has no logic of its own: [`core`] has
//! numbers, dates and draws; [`engine`] the society; [`world`] the words in which domains speak of it;
//! `family` births, deaths and lineage; `data` tables and sinks. Begin with the [`prelude`].
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
pub use oikos_world as world;

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
    pub use bevy_ecs::prelude::{
        Commands, Component, IntoScheduleConfigs, Query, Res, ResMut, Resource, World,
    };
    pub use oikos_core::{
        Cadence, Date, Days, Digest, Hours, Minutes, Months, Prob, Seed, Span, StableId, Tick,
        Ticks, Unit, Weeks, Years, date,
    };
    #[cfg(feature = "data")]
    pub use oikos_data::{CsvSink, RunInfo, Sink, Table};
    pub use oikos_engine::{
        AppExt, Attribute, Births, Clock, Deaths, Draws, LiveStep, Mail, Message, Phase, Rows,
        Society, SocietyBuilder, Tick, Vocabulary, Who, Word, draw_stream, found, kind, set_all,
    };
    #[cfg(feature = "family")]
    pub use oikos_family::{
        Death, Delivery, FamilyPlugin, Force, Hazard, HazardExt, HazardMode, Lineage, NoParam,
        Occurrences, Population, Score, Tables, Today, found_people,
    };
    pub use oikos_world::{
        Ages, BirthDate, Founding, LifeEvent, LifeEvents, Measure, MeasureExt, Membership,
        Memberships, Organisation, OrganisationId, OrganisationKind, OrganisationType,
        OrganisationsPlugin, PeoplePlugin, Person, PersonId, PersonMap, Reading, Role, Sex,
    };
}
