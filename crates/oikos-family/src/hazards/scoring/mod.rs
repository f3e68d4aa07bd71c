//! All hazards against what they bring about: a society that holds itself to its own forces.
//!
//! At the beginning and at the end of each calendar month every living member's chance of each event in a tick is
//! summed, by hazard, age and sex; between the two lies a straight line. Both are looked at under the month's own
//! parameters, because markets and rates jump when a month begins. What happens is counted on its day. A force
//! that is drawn wrongly, a candidate that is lost, a cause that gets another's share: each makes the two differ.

mod book;
mod look;
mod score;
#[cfg(test)]
mod tests;

use bevy_app::App;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy_ecs::world::World;
use oikos_engine::{AppExt, Phase, Tick, Word};
use oikos_world::{Cause, Dawn};

use super::{Hazard, HazardEvent, month_begins};
use book::HazardBook;
pub use score::HazardScore;

/// The steps in which hazards are scored.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ScoreStep {
    /// In [`Dawn`], after those of [`HazardStep`](super::HazardStep): a month begins, and events are counted.
    Begin,
    /// At the end of [`Phase::Observe`]: a month ends.
    End,
}

/// Something that happened today: its cause, and the cell of whom it happened to.
type Happened = (Word<Cause>, usize);

/// An event, as scoring needs to know it.
struct EventEntry {
    event: &'static str,
    /// How many cells its hazards have.
    cells: usize,
    count: fn(&World) -> Vec<Happened>,
}

/// A hazard, as scoring needs to know it.
struct HazardEntry {
    event: &'static str,
    cause: Word<Cause>,
    sum: fn(&mut World) -> Result<Vec<u128>, String>,
}

/// The events and hazards that there are. What is not scored costs these entries and nothing else.
#[derive(Resource, Default)]
pub(super) struct Scorable {
    events: Vec<EventEntry>,
    hazards: Vec<HazardEntry>,
}

impl Scorable {
    pub(super) fn add_event<E: HazardEvent>(&mut self) {
        self.events.push(EventEntry {
            event: E::STREAM,
            cells: look::cells_of::<E::Kind>(),
            count: look::count::<E>,
        });
    }

    pub(super) fn add_hazard<H: Hazard>(&mut self, cause: Word<Cause>) {
        self.hazards.push(HazardEntry {
            event: H::Event::STREAM,
            cause,
            sum: look::sum::<H>,
        });
    }
}

/// Scores all hazards, those of plugins to come included.
pub(super) fn install(app: &mut App) {
    if app.world().contains_resource::<HazardBook>() {
        return;
    }
    super::declare_steps(app);
    app.phases(|phases| {
        phases.add_step(Dawn, ScoreStep::Begin, 1)?;
        phases.add_step(Phase::Observe, ScoreStep::End, 1)
    })
    .derived::<Scorable>(None)
    .persist::<HazardBook>("family.hazard-scores", 1);
    app.add_systems(
        Tick,
        (
            look::begin_month.run_if(month_begins),
            look::count_occurrences,
        )
            .chain()
            .in_set(ScoreStep::Begin)
            .in_set(Dawn),
    );
    app.add_systems(
        Tick,
        look::end_month
            .run_if(look::month_ends)
            .in_set(ScoreStep::End)
            .in_set(Phase::Observe),
    );
}
