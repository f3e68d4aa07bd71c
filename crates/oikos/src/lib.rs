//! Oikos simulates a society: people who live somewhere, are born, age and die.
//!
//! This crate re-exports the crates of Oikos under one name and has no logic of its own: [`core`] has
//! numbers, dates and draws; [`engine`] the society; [`world`] the words in which domains speak of it;
//! `family` births, deaths and lineage; `ledger` money, goods and titles; `market` prices; `data` tables and
//! sinks; `testkit` checks for the tests of a model. Begin with the [`prelude`].
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
#[cfg(feature = "testkit")]
pub use oikos_testkit as testkit;
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
///
/// A town of families with a network of one's own, and who would inherit from whom in it:
///
/// ```
/// use oikos::prelude::*;
///
/// /// Who is whose friend.
/// struct Friendship;
/// impl Tie for Friendship {
///     const NAME: &'static str = "mine.friendship";
///     type Of = Person;
///     type Value = ();
///     const DIRECTED: bool = false;
/// }
///
/// /// On the first day the first two people make friends.
/// fn meet(clock: Res<Clock>, mut friends: ResMut<Edits<Friendship>>) -> Result<(), BevyError> {
///     if clock.tick().index() == 0 {
///         friends.connect(PersonId::FIRST, PersonId::new(1)?, ())?;
///     }
///     Ok(())
/// }
///
/// fn friendship(app: &mut App) {
///     app.network::<Friendship>().add_systems(Tick, meet.in_set(Phase::Act));
/// }
///
/// let mother = Founder::new(BirthDate(date(1960, 5, 1)?), Sex::Female);
/// let child = Founder::new(BirthDate(date(1990, 5, 1)?), Sex::Male).mother(PersonId::FIRST);
/// let found = move |world: &mut World| {
///     found_kin(world, &[mother, child])?;
///     Ok(())
/// };
/// let (tables, figures) = (Tables::us()?, FamilyFigures::us()?);
/// let unions = UnionsPlugin::new(&figures, &tables)?;
/// let mut town = Society::builder(Seed(1))
///     .start(date(2019, 7, 1))
///     .add_plugins((FamilyPlugin::new(&tables)?, unions, KinNetworkPlugin, friendship))
///     .populate(found)
///     .build()?;
/// town.run(Days(1))?;
/// let world = town.world();
/// assert_eq!(world.resource::<Network<Friendship>>().degree(PersonId::FIRST), 1);
/// let lineage = world.resource::<Lineage>();
/// let estate = Deceased { lineage, person: PersonId::FIRST, spouses: &[] };
/// let heirs: Vec<Share> = SpouseAndStirpes::default().heirs(&estate)?;
/// assert_eq!(heirs[0].heir, PersonId::new(1)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    #[cfg(feature = "report")]
    pub use oikos_data::report::Report;
    #[cfg(feature = "data")]
    pub use oikos_data::{
        Collect, Collecting, ColumnKind, ColumnSpec, CsvSink, LifeCourses, RunInfo, Sink, Table,
        Value,
    };
    pub use oikos_engine::{
        Addressed, AppExt, Attribute, Births, Changes, Clock, Collector, Deaths, Draws, Due,
        Entities, EntitiesMut, FaultPolicy, Kind, LiveStep, Mail, Message, Phase, Rows, Slots,
        Snapshot, Society, SocietyBuilder, Tick, Timers, Topic, Vocabulary, Who, Word, draw_stream,
        found, kind, set_all,
    };
    #[cfg(feature = "family")]
    pub use oikos_family::{
        Death, Deceased, Delivery, End, FamilyFigures, FamilyPlugin, Force, ForcedHeirship,
        FoundHomes, Founder, Hazard, HazardEvent, HazardExt, HazardMode, HomesPlugin,
        InheritancePlugin, Intestacy, Kin, KinMeans, KinNetworkPlugin, KinTie, Line, Lineage,
        MaritalStatus, MarriageHistory, MigrationPlugin, MigrationTables, Names, NearKin, NoParam,
        Occurrences, PerCapita, PeriodRates, Population, Primogeniture, Relations, RelativeRisks,
        Score, SpouseAndStirpes, Survey, Tables, Today, UnionEvent, UnionEvents, UnionRequests,
        UnionStatus, UnionStep, Unions, UnionsPlugin, found_kin, found_people, hazard_event,
    };
    pub use oikos_world::{
        Ages, BirthDate, Book, BooksPlugin, Cause, Edits, Estates, EstatesPlugin, FoundHouseholds,
        Founding, Holder, Household, HouseholdId, HouseholdsPlugin, LifeEvent, LifeEvents, Measure,
        MeasureExt, MeasureKind, Membership, Memberships, MoveReason, Moves, Network, NetworkExt,
        Organisation, OrganisationId, OrganisationKind, OrganisationType, OrganisationsPlugin,
        PeoplePlugin, Person, PersonId, PersonMap, Reading, Residence, Residents, Role, Sex, Share,
        Tie, VitalCounts,
    };
}
