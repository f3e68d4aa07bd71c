//! The month's plan under stable matching: who enters a union, with whom, on which day.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Date, StableId};
use oikos_engine::{Clock, Draws, Rows, Who, draw_stream};
use oikos_world::{Ages, BirthDate, Person, PersonId, Sex};
use serde::{Deserialize, Serialize};

use super::choice::{Matching, PartnerChoice};
use super::events::PartnerDraws;
use super::group::{MatchingGroup, OwnGroup};
use super::market::MarriageMarket;
use super::model::UnionModel;
use super::partner::TasteDraws;
use super::registry::{Refusals, Registry};
use super::stable::{Entrant, Sights, pair_stably};
use super::status::UnionStatus;
use super::taboo::too_close;
use crate::hazards::{TickYears, ticks_of_month};
use crate::lineage::Lineage;

draw_stream!(pub(super) EntrantDraws = "family.entrants");
draw_stream!(pub(super) PlannedDraws = "family.planned-union");

/// A union that is to begin in a tick to come, by the woman's id and the man's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Planned {
    pub(super) tick: u32,
    pub(super) woman: u64,
    pub(super) man: u64,
}

/// The unions that are to begin this month, in the order of their ticks and then the women's ids. Persisted: those
/// whom they were drawn from may have changed since.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Planned>", into = "Vec<Planned>")]
pub(super) struct UnionPlan(pub(super) Vec<Planned>);

impl From<UnionPlan> for Vec<Planned> {
    fn from(plan: UnionPlan) -> Self {
        plan.0
    }
}

impl TryFrom<Vec<Planned>> for UnionPlan {
    type Error = String;

    fn try_from(planned: Vec<Planned>) -> Result<Self, String> {
        if !planned.is_sorted() {
            return Err("planned unions must be in the order of their ticks".to_owned());
        }
        for id in planned.iter().flat_map(|union| [union.woman, union.man]) {
            PersonId::new(id).map_err(|error| error.to_string())?;
        }
        Ok(Self(planned))
    }
}

/// A round of stable matching, on the first day of the month: who entered it, and who was paired with whom. No two
/// who may unite would both rather have each other than whom they have.
///
/// What a woman and a man see in each other is `t - ((y - m) / s)² / 2`, for an age gap of `y` years between them and
/// the [`AgeGap`](crate::AgeGap) `m`, `s` of the matching; pairs of a gap of more than `4 s` off are out of the
/// question. `t` is a Gumbel variable, her taste first and his second, drawn as `-ln` of an exponential one from the
/// stream `family.taste` at the [`pair`](oikos_core::pair) of their draw subjects, woman first, and the tick.
///
/// Empty in all other ticks, and cleared after each.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchingRound {
    /// The women, the eldest first.
    pub women: Vec<PersonId>,
    /// The men, the eldest first.
    pub men: Vec<PersonId>,
    /// Woman and man of each pair, in the order of the women's ids. Their unions begin in the days of this month.
    pub pairs: Vec<(PersonId, PersonId)>,
}

/// What is read of people to find the month's entrants.
type Single = (
    &'static BirthDate,
    &'static Sex,
    &'static UnionStatus,
    &'static MatchingGroup,
);

/// Somebody who may enter this month, with the time that they wait for it, in multiples of 2⁻³² of the month.
struct Candidate {
    waits: u64,
    sex: Sex,
    who: Who<Person>,
    born: Date,
    group: MatchingGroup,
}

/// A month of waiting.
const MONTH: f64 = 4_294_967_296.0;

/// Draws those who enter a union this month, and plans who does so with whom and when.
///
/// Each single waits an exponential time at the force of their age. Women who wait no longer than the month enter,
/// and as many men: those who wait the shortest time. So both sexes enter by the marriage function, and one man more
/// or less touches one other at most.
pub(super) fn plan_unions(
    (choice, market, lineage): (Res<PartnerChoice>, Res<MarriageMarket>, Res<Lineage>),
    (ages, clock): (Res<Ages>, Res<Clock>),
    mut people: Rows<Single>,
    (waits, days, tastes): (Draws<EntrantDraws>, Draws<PlannedDraws>, Draws<TasteDraws>),
    mut own_group: OwnGroup,
    (mut plan, mut round, mut refusals): (ResMut<UnionPlan>, ResMut<MatchingRound>, Refusals),
) -> Result<(), BevyError> {
    let Matching::Stable(gap) = choice.matching() else {
        return Ok(());
    };
    let ticks = ticks_of_month(&clock)?;
    let years = TickYears::of(&clock).years() * f64::from(ticks);
    let candidates = people.par_collect(|who, (born, sex, status, group), found: &mut Vec<_>| {
        let force = market.force_of(*sex, ages.completed(*born)).to_f64() * years;
        if *status == UnionStatus::Single && force > 0.0 {
            // Longer times than a number can say are the longest.
            let waits = (waits.of(who).exponential() / force * MONTH) as u64;
            found.push(Candidate {
                waits,
                sex: *sex,
                who,
                born: born.0,
                group: *group,
            });
        }
    });
    let [women, men] = entrants(candidates, &mut own_group);
    let sights = Sights {
        gap,
        tastes: tastes.stream(),
        tick: clock.tick(),
    };
    let kin = |one, other| too_close(&lineage, one, other);
    let mut pairs = pair_stably(&women, &men, &sights, kin);
    pairs.sort_unstable();
    let found = |woman: &Entrant| pairs.binary_search_by_key(&woman.id, |pair| pair.0).ok();
    let mut left_over: Vec<PersonId> = Vec::new();
    plan.0.clear();
    for woman in &women {
        let Some(at) = found(woman) else {
            left_over.push(woman.id);
            continue;
        };
        let later = days.of(woman.subject).below(u64::from(ticks))?;
        plan.0.push(Planned {
            tick: clock.tick().index() + later as u32,
            woman: woman.id.get(),
            man: pairs[at].1.get(),
        });
    }
    plan.0.sort_unstable();
    let ids = |side: &[Entrant]| side.iter().map(|one| one.id).collect();
    (round.women, round.men) = (ids(&women), ids(&men));
    round.pairs = pairs;
    left_over.sort_unstable();
    left_over.into_iter().for_each(|woman| refusals.add(woman));
    Ok(())
}

/// The women and the men who enter, the eldest first.
fn entrants(candidates: Vec<Candidate>, own_group: &mut OwnGroup) -> [Vec<Entrant>; 2] {
    let (mut women, mut men): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|one| one.sex == Sex::Female);
    women.retain(|woman| woman.waits < MONTH as u64);
    men.sort_unstable_by_key(|man| (man.waits, man.who.id()));
    men.truncate(women.len());
    [women, men].map(|side| {
        let entrant = |one: Candidate| Entrant {
            id: one.who.id(),
            subject: one.who.subject(),
            born: one.born,
            group: one.group,
            own_group_first: own_group.first(one.who).is_some(),
        };
        let mut side: Vec<Entrant> = side.into_iter().map(entrant).collect();
        side.sort_unstable_by_key(|one| (one.born, one.id));
        side
    })
}

/// Forms today's planned unions. Who has died, or has found somebody else, drops out; a woman who is left alone
/// is refused.
pub(super) fn form_planned(
    mut plan: ResMut<UnionPlan>,
    model: Res<UnionModel>,
    draws: Draws<PartnerDraws>,
    mut registry: Registry,
) -> Result<(), BevyError> {
    let begins_unwed = model.begins_unwed();
    let today = registry.tick();
    let due = plan.0.partition_point(|planned| planned.tick <= today);
    for planned in plan.0.drain(..due) {
        let (woman, man) = (PersonId::new(planned.woman)?, PersonId::new(planned.man)?);
        let Some(who) = registry.who_if_single(woman) else {
            continue;
        };
        if registry.who_if_single(man).is_none() {
            registry.refuse(woman);
            continue;
        }
        let unwed = draws.of(who).chance(begins_unwed);
        registry.unite(woman, man, unwed)?;
    }
    Ok(())
}
