//! Plugins that hold the books and markets of a society to their invariants after each tick.
//!
//! ```
//! use oikos_core::Seed;
//! use oikos_engine::Society;
//! use oikos_testkit::society::CheckBooks;
//! use oikos_world::{BooksPlugin, PeoplePlugin};
//!
//! let mut society = Society::builder(Seed(1))
//!     .add_plugins((PeoplePlugin, BooksPlugin::default(), CheckBooks::default()))
//!     .build()?;
//! society.step_n(40)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use bevy_app::{App, Plugin};
use bevy_ecs::error::BevyError;
use bevy_ecs::prelude::{Res, ResMut, Resource, World};
use bevy_ecs::schedule::{IntoScheduleConfigs, SystemSet};
use oikos_engine::{AppExt, Phase, Tick};
use oikos_ledger::{Entry, Inventory, Layout, Ledger, Period, Recording, Titles};
use oikos_world::Book;

use crate::invariant::Broken;
use crate::statements::{self, Closed};
use crate::{inventory, ledger, titles};

/// When [`CheckBooks`] looks: in [`Phase::Observe`]. Whoever drains what books recorded does so after it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checked;

/// Holds the three books of `oikos_world::BooksPlugin`, which comes first, to their invariants after each tick: the
/// ledger to L1 to L5, L11, L12 and L15, the inventory to S8, M11, M12 and L5, the register to T1 to T3 and S5, and
/// each period of so many ticks to S1 to S6. A tick in which one is broken ends with an error that names it.
///
/// It turns recording on, and drains what nobody else asked for. A plugin that records for itself drains after
/// [`Checked`]. What it knows is made anew after a load, and it changes no history: for tests, as it looks at
/// everything that there ever was.
#[derive(Debug, Clone, Copy)]
pub struct CheckBooks {
    /// Ticks of a period.
    pub period: u32,
}

impl Default for CheckBooks {
    /// Periods of 30 ticks.
    fn default() -> Self {
        Self { period: 30 }
    }
}

/// What the plugin was asked for, and what is known of the books.
#[derive(Resource, Default)]
struct Watching {
    ticks: u32,
    ledger: ledger::Checker,
    inventory: inventory::Checker,
    titles: titles::Checker,
    statements: statements::Checker,
    period: Option<Period>,
    entries: Vec<Entry>,
    /// The number of the first entry that is not among them.
    next: u64,
    /// Whether the plugin turned recording on: of the ledger, of the inventory, of titles.
    own: [bool; 3],
}

/// The ticks of a period.
#[derive(Resource, Default, Clone, Copy)]
struct Ticks(u32);

impl Plugin for CheckBooks {
    fn build(&self, app: &mut App) {
        app.insert_resource(Ticks(self.period.max(1)));
        app.derived::<Ticks>(None)
            .derived_by_id::<Watching>(begin)
            .add_systems(Tick, look.in_set(Checked).in_set(Phase::Observe));
    }
}

/// Knows nothing, as after a load.
fn begin(world: &mut World) {
    world.insert_resource(Watching::default());
}

fn look(
    ticks: Res<Ticks>,
    mut watching: ResMut<Watching>,
    mut ledger: ResMut<Book<Ledger>>,
    mut inventory: ResMut<Book<Inventory>>,
    mut titles: ResMut<Book<Titles>>,
) -> Result<(), BevyError> {
    let watching = &mut *watching;
    if ledger.recording() == Recording::Off {
        ledger.record(Recording::Entries);
        watching.own[0] = true;
        watching.period = None;
        watching.ledger = ledger::Checker::default();
    }
    if !inventory.is_recording() {
        inventory.record(true);
        watching.own[1] = true;
        watching.inventory = inventory::Checker::default();
    }
    if !titles.is_recording() {
        titles.record(true);
        watching.own[2] = true;
        watching.titles = titles::Checker::default();
    }
    watching.ledger.follow(&ledger)?;
    watching.inventory.follow(&inventory)?;
    watching.titles.follow(&titles)?;
    watching.state(&ledger, ticks.0)?;
    if watching.own[0] {
        ledger.drain(&mut Vec::<Entry>::new());
    }
    if watching.own[1] {
        inventory.drain().for_each(drop);
    }
    if watching.own[2] {
        titles.drain().for_each(drop);
    }
    Ok(())
}

impl Watching {
    /// Counts what moved, and states the period when it ends.
    fn state(&mut self, ledger: &Ledger, ticks: u32) -> Result<(), Broken> {
        let wrong =
            |error: oikos_ledger::LedgerError| crate::Invariant::S(5).broken(error.to_string());
        let Some(period) = &mut self.period else {
            self.period = Some(Period::open(ledger));
            (self.ticks, self.entries, self.next) = (0, Vec::new(), ledger.operations());
            self.statements = statements::Checker::default();
            return Ok(());
        };
        period.follow(ledger).map_err(wrong)?;
        let recorded = ledger.recorded();
        let known = recorded.partition_point(|entry| entry.number < self.next);
        self.entries.extend_from_slice(&recorded[known..]);
        self.next = ledger.operations();
        self.ticks += 1;
        if self.ticks < ticks {
            return Ok(());
        }
        let statement = period.close(ledger).map_err(wrong)?;
        self.statements.check(&Closed {
            statement: &statement,
            ledger,
            entries: &self.entries,
            layout: &Layout::new(),
        })?;
        (self.ticks, self.entries) = (0, Vec::new());
        Ok(())
    }
}

#[cfg(feature = "market")]
pub use venue::{CheckVenue, HasVenue};

/// Markets of a society.
#[cfg(feature = "market")]
mod venue {
    use std::marker::PhantomData;

    use bevy_app::{App, Plugin};
    use bevy_ecs::error::BevyError;
    use bevy_ecs::prelude::{Res, Resource};
    use bevy_ecs::schedule::IntoScheduleConfigs;
    use oikos_engine::{Phase, Tick};
    use oikos_ledger::Ledger;
    use oikos_market::{Mechanism, Venue};
    use oikos_world::Book;

    use super::Checked;

    /// A resource with a market that settles in the society's ledger.
    pub trait HasVenue: Resource {
        /// How prices are found.
        type Mechanism: Mechanism;

        /// The market.
        fn venue(&self) -> &Venue<Self::Mechanism>;
    }

    /// Holds the market of a resource to M11 after each tick ([`market::escrow`](crate::market::escrow)). A tick in
    /// which it is broken ends with an error that names it.
    #[derive(Debug)]
    pub struct CheckVenue<R>(PhantomData<fn() -> R>);

    impl<R> Default for CheckVenue<R> {
        fn default() -> Self {
            Self(PhantomData)
        }
    }

    impl<R: HasVenue> Plugin for CheckVenue<R> {
        fn build(&self, app: &mut App) {
            app.add_systems(Tick, check::<R>.in_set(Checked).in_set(Phase::Observe));
        }
    }

    fn check<R: HasVenue>(market: Res<R>, ledger: Res<Book<Ledger>>) -> Result<(), BevyError> {
        crate::market::escrow(market.venue(), &ledger)?;
        Ok(())
    }
}
