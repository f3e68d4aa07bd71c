//! Alignment of hazards: a factor a year, found so that as many events are expected as a target says.
//!
//! Nothing is aligned unless it is asked for by name. At the beginning of each calendar year everybody at risk
//! is looked at: a force `h` gives the chance `p = 1 - exp(-h)` that the event happens to somebody within the
//! year. The [`LogitFactor`](crate::LogitFactor) under which these chances add up to the target then multiplies
//! the odds of everybody's chance, all year long, of those who come into being or into another state too
//! (Stephensen 2016). So events differ from the target by chance, and by what the year itself changes: people
//! who come and go, and forces that change with age.
//!
//! What was found is kept in [`AlignmentFactors`], with how far each year was pulled. The factors of one run may
//! be used in another in the place of targets: what a scenario changes is then seen in its events, which a
//! target that both runs reach would hide.

mod factors;
mod scaling;
mod targets;
#[cfg(test)]
mod tests;

use bevy_app::App;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::IntoScheduleConfigs;
use bevy_ecs::system::Res;
use oikos_core::{Cadence, Unit};
use oikos_engine::{AppExt, Clock, Tick};
use oikos_world::Dawn;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use factors::{AlignedYear, AlignmentFactors};
pub use targets::{AlignTo, Target, Targets};

pub(crate) use scaling::Scaling;

use crate::hazards::{Hazard, HazardExt, HazardStep};

/// What each alignment aims at, by its name. Persisted: it belongs to the genesis.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Alignments(BTreeMap<String, AlignTo>);

/// Lets plugins align hazards.
pub trait AlignExt {
    /// Aligns a hazard that some plugin adds, under a name of this alignment's own, to [`Targets`] or to the
    /// factors that another run found ([`AlignTo::factors_of`]). Years that have neither are not aligned.
    ///
    /// The society is not built where a name is given twice or a hazard is aligned twice; it stops at the
    /// beginning of the year with [`FamilyError::Aligning`](crate::FamilyError::Aligning) where nobody added
    /// the hazard, or a target cannot be reached.
    fn align<H: Hazard>(&mut self, name: &'static str, to: impl Into<AlignTo>) -> &mut Self;
}

impl AlignExt for App {
    fn align<H: Hazard>(&mut self, name: &'static str, to: impl Into<AlignTo>) -> &mut Self {
        self.hazard_event::<H::Event>()
            .persist::<Alignments>("family.alignments", 1)
            .persist::<AlignmentFactors>(AlignmentFactors::NAME, 1);
        if self.world().contains_resource::<Scaling<H>>() {
            let problem = format!(
                "the hazard `{}` is aligned twice, the second time as `{name}`: align it once",
                H::CAUSE
            );
            return self.problem("alignment", problem);
        }
        let mut alignments = self.world_mut().resource_mut::<Alignments>();
        if alignments.0.insert(name.to_owned(), to.into()).is_some() {
            let problem = format!("two alignments are named `{name}`: rename one of them");
            return self.problem("alignment", problem);
        }
        self.plugin_version("alignment", name)
            .insert_resource(Scaling::<H>::new(name));
        self.derived::<Scaling<H>>(Some(Scaling::<H>::rebuild));
        self.add_systems(
            Tick,
            scaling::align_year::<H>
                .run_if(year_begins)
                .in_set(HazardStep::Align)
                .in_set(Dawn),
        )
    }
}

/// Whether a calendar year begins with this tick, or the history does.
fn year_begins(clock: Res<Clock>) -> bool {
    Cadence::calendar(Unit::Year).due(clock.calendar(), clock.tick())
}
