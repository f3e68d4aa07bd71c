//! The plugin that lets people live together as families do.

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::IntoScheduleConfigs;
use oikos_core::{Cadence, Unit};
use oikos_engine::{AppExt, LiveStep, Phase, Tick};
use oikos_world::{Dawn, HouseholdsPlugin, MoveReason, MoveStep, Person};

use super::ParentalHome;
use super::care::take_care;
use super::check::{check_couples, check_minors, check_sharers};
use super::forces::HomeForces;
use super::founding::check_founded;
use super::guardians::{Guardian, Orphanage, Wards};
use super::leaving::{Independence, LeavingHome};
use super::moving::move_homes;
use super::open::OpenHomes;
use super::returning::{Homecoming, ReturningHome};
use super::sharer::Sharer;
use super::sharing::SharingChances;
use crate::FamilyFigures;
use crate::error::FamilyError;
use crate::hazards::{HazardExt, note_newborns};
use crate::lineage::record_lineage;
use crate::unions::{UnionStep, after_births_and_deaths, enter_couples};

/// Households of families.
///
/// It needs [`FamilyPlugin`](crate::FamilyPlugin) and [`UnionsPlugin`](crate::UnionsPlugin), adds
/// [`HouseholdsPlugin`], and starts from homes that were founded: see [`found_homes`](crate::found_homes).
///
/// - Who form a union move to her, if she has a household of her own and not that of her parents, or else to him;
///   or they found one. Minor children who live with whoever moves come along.
/// - When two part, the man moves out and lives alone with those minor children whose mother lives elsewhere.
///   Who is widowed stays.
/// - Single people leave the parental home at the [`LeavingForce`](crate::LeavingForce), each for a household of their
///   own.
/// - Single people below [`RETURN_AGE_END`](crate::RETURN_AGE_END) who left come back at the
///   [`ReturningForce`](crate::ReturningForce): to the mother, if she has a private household that she does not
///   share, or else to the father; not where somebody lives from whom they parted. Minor children come along.
/// - Whoever is left or moves alone in a private household shares at the [`SharingChances`], by one draw for life: from
///   65 on with the first child who has a household of their own; else with whoever waits for that and is nearest in
///   age, or a shared flat that has room, of up to [`FLAT_MAX`](crate::FLAT_MAX); else they live alone and wait.
///   Who shares and enters a union leaves; so does, when a month begins, whom the chance at their age has passed by.
/// - Minors who live with no parent have a guardian, to whom they move: a parent who lives elsewhere; else
///   grandparents, adult siblings, aunts and uncles, in that order and then by id; else an institution, which
///   is there from the founding on, because households are founded before the day's deaths are known. Who has
///   ever been in a union is no minor.
/// - Adults whose last parent in the household dies or moves keep the dwelling as their own.
///
/// Plugins of a user may move people as they like, to institutions or elsewhere; what that does to children is
/// seen to on the same day. But two in a union live together, and two who parted do not, unless in an
/// institution: invariants look at it each year.
#[derive(Clone, Copy, Debug)]
pub struct HomesPlugin {
    forces: HomeForces,
    sharing: SharingChances,
}

impl HomesPlugin {
    /// Why those move who form a union, and their children.
    pub const UNION: &'static str = "union";
    /// Why somebody moves out of the household of somebody from whom they part.
    pub const PARTING: &'static str = "parting";
    /// Why the young move out.
    pub const LEAVING_HOME: &'static str = "leaving-home";
    /// Why somebody moves back to a parent, with their children.
    pub const RETURNING_HOME: &'static str = "returning-home";
    /// Why somebody moves out who has shared.
    pub const LIVING_ALONE: &'static str = "living-alone";
    /// Why somebody who would live alone moves to others.
    pub const SHARING: &'static str = "sharing";
    /// Why children move to a parent or guardian.
    pub const GUARDIAN: &'static str = "guardian";

    /// Homes that the young leave and come back to, and that people share, as the figures say.
    ///
    /// # Errors
    /// As [`HomeForces::fitted`] and [`SharingChances::of`].
    pub fn new(figures: &FamilyFigures) -> Result<Self, FamilyError> {
        let forces = HomeForces::fitted(figures)?;
        Ok(Self::with(forces, SharingChances::of(figures)?))
    }

    /// Homes with forces and chances of one's own.
    #[must_use]
    pub const fn with(forces: HomeForces, sharing: SharingChances) -> Self {
        Self { forces, sharing }
    }
}

impl Plugin for HomesPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<HouseholdsPlugin>() {
            app.add_plugins(HouseholdsPlugin);
        }
        // Of several moves of a day the first of these is made.
        for reason in [
            Self::UNION,
            Self::PARTING,
            Self::LEAVING_HOME,
            Self::RETURNING_HOME,
            Self::LIVING_ALONE,
            Self::GUARDIAN,
            Self::SHARING,
        ] {
            app.word::<MoveReason>(reason);
        }
        let yearly = Cadence::calendar(Unit::Year);
        app.persist_value("family.leaving-force", 1, self.forces.leaving)
            .persist_value("family.returning-force", 1, self.forces.returning)
            .persist_value("family.sharing-chances", 1, self.sharing)
            .persist::<Orphanage>("family.orphanage", 1)
            .attribute::<ParentalHome>()
            // Before the map, which forgets the dead: they are looked up in it.
            .on_death::<Person>(Wards::forget)
            .map::<Person, Guardian>("family.guardians", 1)
            .derived_by_id::<Wards>(Wards::rebuild)
            .on_death::<Person>(OpenHomes::forget)
            .attribute::<Sharer>()
            .derived_by_id::<OpenHomes>(OpenHomes::rebuild)
            .hazard::<Independence>()
            .hazard::<Homecoming>()
            .invariant("minors live with a parent or guardian", yearly, check_minors)
            .invariant("couples live together and those who parted apart", yearly, check_couples)
            .invariant("who share live together, four at most", yearly, check_sharers);
        app.add_systems(Tick, check_founded.in_set(Dawn));
        app.add_systems(Tick, move_homes.after(UnionStep).in_set(Phase::Live));
        app.add_systems(
            Tick,
            take_care
                .after(MoveStep)
                .after(record_lineage)
                .after(after_births_and_deaths)
                .after(enter_couples)
                .after(note_newborns::<LeavingHome>)
                .after(note_newborns::<ReturningHome>)
                .in_set(LiveStep::React)
                .in_set(Phase::Live),
        );
    }
}
