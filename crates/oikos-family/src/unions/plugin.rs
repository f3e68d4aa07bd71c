//! The plugin that makes people form unions, marry and part.

use bevy_app::{App, Plugin};
use bevy_ecs::schedule::{IntoScheduleConfigs, SystemSet};
use bevy_ecs::world::World;
use oikos_core::{Cadence, Unit};
use oikos_engine::{AppExt, Column, LiveStep, Phase, Slots, Tick};
use oikos_world::{Dawn, DistributionExt, Person, Sex};

use super::book::Unions;
use super::choice::{Matching, PartnerChoice};
use super::events::{
    UnionEvents, UnionRefusals, after_births_and_deaths, enter_couples, form_unions, part, wed,
};
use super::fathers::{FathersOutsideUnions, name_fathers};
use super::first_marriages::AGE_AT_FIRST_MARRIAGE;
use super::founding::{at_the_start, check_founded};
use super::group::{GroupOnRings, MatchingGroup, follow_groups, inherit_groups};
use super::hazards::{Courtship, Disagreement, Engagement, UnionForces};
use super::life_events;
use super::market::{Function, MarriageMarket, open_market};
use super::model::UnionModel;
use super::partner::AgeWindows;
use super::plan::{MatchingRound, UnionPlan, form_planned, plan_unions};
use super::requests::{Asked, LateRequests, grant, refuse_late};
use super::singles::SingleMen;
use super::status::{MaritalStatus, UnionSince, UnionStatus};
use crate::error::FamilyError;
use crate::hazards::{HazardExt, month_begins};
use crate::lineage::record_lineage;
use crate::{FamilyFigures, HarmonicMean, MarriageFunction, PeriodRates, Tables};

/// The systems that name fathers, and let people marry, part and form unions, in
/// [`Phase::Live`]. Who answers to [`UnionEvents`] in that phase runs `.after(UnionStep)`.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnionStep;

/// Unions of women and men: cohabitation, marriage, separation, divorce, widowhood, and unions again.
///
/// It needs [`FamilyPlugin`](crate::FamilyPlugin), whose lineage tells who is kin. At the beginning of each
/// calendar month the singles are counted, and a [`MarriageFunction`] says how many unions a year that makes
/// between men and women of each age. Women then enter unions at that force, each on a day of her own, with a
/// man of an age drawn from the same unions ([`Matching`] has alternatives); where she has a child whose father is
/// single and with whom she never lived, with him. Whoever is close kin is passed over. The father of a child
/// is the partner of its mother; that of a child of a woman in no union is whom [`FathersOutsideUnions`] finds.
#[derive(Clone, Debug)]
pub struct UnionsPlugin<M = HarmonicMean> {
    model: UnionModel,
    function: M,
    fathers: FathersOutsideUnions,
    choice: PartnerChoice,
}

impl UnionsPlugin {
    /// Unions as the figures say, in a population of the tables' last year of mortality, by the harmonic mean.
    ///
    /// # Errors
    /// As [`UnionModel::fitted`] and [`PeriodRates::new`].
    pub fn new(figures: &FamilyFigures, tables: &Tables) -> Result<Self, FamilyError> {
        let rates = PeriodRates::new(tables)?;
        let life_tables = &rates.at_year(i32::MAX).mortality;
        let (model, _) = UnionModel::fitted(figures, life_tables)?;
        Ok(Self {
            model,
            function: HarmonicMean,
            fathers: FathersOutsideUnions::default(),
            choice: PartnerChoice::default(),
        })
    }
}

impl<M> UnionsPlugin<M> {
    /// With another model.
    #[must_use]
    pub fn model(mut self, model: UnionModel) -> Self {
        self.model = model;
        self
    }

    /// Who fathers the children of women in no union.
    #[must_use]
    pub const fn fathers_outside_unions(mut self, fathers: FathersOutsideUnions) -> Self {
        self.fathers = fathers;
        self
    }

    /// How those who enter a union find each other.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for a random search among no men, or more than [`MEN_MET_MAX`](crate::MEN_MET_MAX).
    pub fn matching(self, matching: Matching) -> Result<Self, FamilyError> {
        let choice = self.choice.with_matching(matching)?;
        Ok(Self { choice, ..self })
    }

    /// Like finds like: with this chance, 0 to 1, a woman who enters a union looks in her own
    /// [`MatchingGroup`] first, and in the whole pool if she finds nobody there. Under [`Matching::Stable`] it is
    /// the chance of either sex to like anybody of their own group better than all others. Without it groups do
    /// not matter.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for a chance outside 0..=1.
    pub fn homophily(self, share: f64) -> Result<Self, FamilyError> {
        let choice = self.choice.with_homophily(share)?;
        Ok(Self { choice, ..self })
    }

    /// With another marriage function.
    #[must_use]
    pub fn marriage_function<N: MarriageFunction>(self, function: N) -> UnionsPlugin<N> {
        UnionsPlugin {
            model: self.model,
            function,
            fathers: self.fathers,
            choice: self.choice,
        }
    }
}

impl<M: MarriageFunction + Clone + Send + Sync + 'static> Plugin for UnionsPlugin<M> {
    fn build(&self, app: &mut App) {
        app.plugin_version("marriage function", self.function.name())
            .plugin_version("matching", self.choice.matching().name())
            .persist_value("family.union-model", 1, self.model.clone())
            .persist_value("family.fathers-outside-unions", 1, self.fathers)
            .persist_value("family.partner-choice", 1, self.choice)
            .persist::<UnionRefusals>("family.union-refusals", 1)
            .persist::<MarriageMarket>("family.marriage-market", 2)
            .state::<Unions>(Unions::NAME, 1)
            .attribute::<UnionStatus>()
            .attribute::<UnionSince>()
            .attribute::<MaritalStatus>()
            .attribute::<MatchingGroup>()
            .attribute::<GroupOnRings>()
            .derived::<Function>(None)
            .derived::<UnionForces>(Some(rebuild_forces))
            .derived_by_id::<SingleMen>(SingleMen::rebuild)
            .transient::<UnionEvents>()
            .hazard::<Engagement>()
            .hazard::<Disagreement>()
            .invariant(
                "unions and statuses agree",
                Cadence::calendar(Unit::Year),
                check,
            );
        app.insert_resource(Function(Box::new(self.function.clone())));
        let founded = check_founded.run_if(at_the_start);
        app.add_systems(Tick, founded.before(open_market).in_set(Dawn));
        let open_market = open_market.run_if(month_begins).in_set(Dawn);
        app.add_systems(Tick, open_market);
        if self.choice.rings_by_group() {
            app.add_systems(Tick, follow_groups.run_if(month_begins).in_set(Dawn));
        }
        let ends = (name_fathers, wed, part).chain();
        app.add_systems(Tick, ends.in_set(UnionStep).in_set(Phase::Live));
        self.choice.matching().add_to(app);
        app.transient::<Asked>();
        app.phases(|phases| phases.add_step(Phase::Observe, LateRequests, 1));
        let late = refuse_late.in_set(LateRequests);
        app.add_systems(Tick, late.in_set(Phase::Observe));
        app.add_systems(
            Tick,
            (inherit_groups, after_births_and_deaths, enter_couples)
                .chain()
                .after(record_lineage)
                .in_set(LiveStep::React)
                .in_set(Phase::Live),
        );
        app.distribution(AGE_AT_FIRST_MARRIAGE);
        life_events::declare(app);
    }
}

impl Matching {
    /// Adds what forms unions, after what ends them.
    fn add_to(self, app: &mut App) {
        if let Self::Stable(_) = self {
            app.persist::<UnionPlan>("family.union-plan", 1)
                .transient::<MatchingRound>();
            let plan = plan_unions.after(open_market).run_if(month_begins);
            app.add_systems(Tick, plan.in_set(Dawn));
            let form = (form_planned, grant).chain().after(part).in_set(UnionStep);
            app.add_systems(Tick, form.in_set(Phase::Live));
        } else {
            app.hazard::<Courtship>()
                .derived::<AgeWindows>(Some(AgeWindows::rebuild));
            let form = (form_unions, grant).chain().after(part).in_set(UnionStep);
            app.add_systems(Tick, form.in_set(Phase::Live));
        }
    }
}

fn rebuild_forces(world: &mut World) {
    let forces = world.get_resource::<UnionModel>().map(UnionForces::of);
    // A loaded model has forces that are numbers: it was checked.
    if let Some(Ok(forces)) = forces {
        world.insert_resource(forces);
    }
}

/// F3: a union is mutual, nobody is in two, the dead are in none; and the columns say what the book says.
fn check(world: &World) -> Result<(), String> {
    unions_agree(
        world.resource(),
        world.resource(),
        world.resource(),
        world.resource(),
        world.resource(),
    )
}

pub(super) fn unions_agree(
    people: &Slots<Person>,
    unions: &Unions,
    status: &Column<UnionStatus>,
    sexes: &Column<Sex>,
    men: &SingleMen,
) -> Result<(), String> {
    // The book in its own order, which is quicker than looking up everybody in it.
    for (id, union) in unions.iter().filter(|(_, union)| union.ended.is_none()) {
        let expected = match union.married {
            None => UnionStatus::Cohabiting,
            Some(_) => UnionStatus::Married,
        };
        for person in union.partners {
            let found = people.slot(person).and_then(|slot| status.get(slot));
            if found != Some(&expected) {
                return Err(format!("{person} is {found:?} and should be {expected:?}"));
            }
            if unions.current(person).map(|(current, _)| current) != Some(id) {
                return Err(format!("{person} is in {id} and in another union"));
            }
        }
    }
    let (mut in_unions, mut single_men) = (0, 0);
    for (slot, _) in people.iter() {
        let single = status.get(slot) == Some(&UnionStatus::Single);
        in_unions += usize::from(!single);
        single_men += usize::from(single && sexes.get(slot) == Some(&Sex::Male));
    }
    // Nobody is in two unions, so if the numbers agree nobody else has the status of one.
    let lasting = 2 * unions.lasting();
    if in_unions != lasting {
        return Err(format!(
            "{in_unions} people have the status of a union, and unions of {lasting} last"
        ));
    }
    if men.count() == Some(single_men) {
        Ok(())
    } else {
        Err("the rings of single men are wrong".to_owned())
    }
}
