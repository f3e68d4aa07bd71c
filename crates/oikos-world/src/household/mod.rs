//! Households: who lives with whom. Everybody lives in exactly one.

mod check;
mod founding;
mod measures;
mod move_events;
mod moves;
mod network;
mod pages;
mod relocation;
mod residents;
mod sizes;

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::IntoScheduleConfigs;
use oikos_core::{Cadence, Unit};
use oikos_engine::{AppExt, Attribute, LiveStep, Phase, Tick, Topic, Word, kind};

pub use founding::{FoundHouseholds, found_households, found_institution};
pub use moves::{MoveReason, MoveStep, Moves};
pub use network::{HouseholdNetworkPlugin, Housemates, Neighbours};
pub use relocation::{HouseholdChanges, Relocated, Relocation};
pub use residents::Residents;

use crate::distribution;
use crate::life_event::{LifeEventKind, LifeEvents};
use crate::measure::declare;
use crate::person::{PeoplePlugin, Person};
use check::check;
use move_events::note_moves;
use moves::{apply_moves, close_empty};
use sizes::HOUSEHOLD_SIZES;

kind! {
    /// Households: the people who live in one dwelling, or in one institution.
    pub Household, HouseholdId = "household";
}

/// The vocabulary of sorts of households: `private`, `institution`, and what plugins add.
pub struct HouseholdKind;

impl Topic for HouseholdKind {
    const NAME: &'static str = "world.household-kinds";
}

/// What sort of household it is. The first word of the vocabulary, `private`, is that of a new one.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq)]
#[attribute(kind = Household, name = "world.household-type", newborn = HouseholdType(Word::from_number(0)))]
pub struct HouseholdType(pub Word<HouseholdKind>);

impl HouseholdType {
    /// The word for the household of a family, a couple, friends or one person.
    pub const PRIVATE: &'static str = "private";
    /// The word for a home, a prison, a monastery: it stays when nobody is left in it.
    pub const INSTITUTION: &'static str = "institution";
}

/// The household that somebody lives in. `None` only from a birth until the births of the tick are
/// applied.
///
/// Written by [`Moves`] and [`Relocation`] alone, which keep [`Residents`] in step with it; an invariant checks
/// that each year.
#[derive(Attribute, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[attribute(name = "world.residence")]
pub struct Residence(pub Option<HouseholdId>);

/// Households and who lives in them. Each move is a life event, whose cause is called as its reason.
///
/// Newborns live where their mother does: their birth is asked for with the mother as its cause, or with a
/// [`Residence`]. A tick in which somebody is born into no household fails.
///
/// Its measures: `households` (private ones in which somebody lives), `mean_household_size` (persons) and
/// `one_person_households` (percent of households), all of private households. Its distribution:
/// `household_sizes`.
pub struct HouseholdsPlugin;

impl Plugin for HouseholdsPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<PeoplePlugin>() {
            app.add_plugins(PeoplePlugin);
        }
        app.kind::<Household>()
            .attribute::<HouseholdType>()
            .attribute::<Residence>()
            .vocabulary::<MoveReason>()
            .derived_by_id::<Residents>(Residents::rebuild)
            .transient::<Moves>()
            .transient::<HouseholdChanges>()
            .on_death::<Person>(Residents::forget_people)
            .on_death::<Household>(Residents::forget_households)
            .invariant(
                "everybody lives in exactly one household",
                Cadence::calendar(Unit::Year),
                check,
            );
        for measure in measures::ALL {
            declare(app, measure);
        }
        app.word::<HouseholdKind>(HouseholdType::PRIVATE);
        app.word::<HouseholdKind>(HouseholdType::INSTITUTION);
        app.word::<LifeEventKind>(LifeEvents::MOVE);
        distribution::declare(app, HOUSEHOLD_SIZES);
        app.add_systems(Tick, note_moves.in_set(Phase::Observe));
        app.add_systems(Tick, close_empty.in_set(Phase::Live));
        app.add_systems(
            Tick,
            apply_moves
                .in_set(MoveStep)
                .in_set(LiveStep::React)
                .in_set(Phase::Live),
        );
    }
}
