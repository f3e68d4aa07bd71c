//! Who leaves and who arrives in a tick.

use bevy_ecs::error::BevyError;
use bevy_ecs::system::{Res, ResMut, SystemParam};
use oikos_core::{Prob, pair};
use oikos_engine::{Births, Clock, Deaths, Draws, Rows, draw_stream};
use oikos_world::{Ages, Arrival, BirthDate, Departure, Household, Moves, Person, PersonId, Sex};

use super::families::Families;
use super::forces::Emigration;
use super::plugin::InForce;
use super::{Arrivals, Migration};
use crate::demography::chance::threshold;
use crate::error::require;
use crate::hazards::{HazardEvent, Occurrences, TickYears};
use crate::vital::{Death, Delivery};

draw_stream!(pub(super) CompanyDraws = "family.emigration-company");
draw_stream!(pub(super) ArrivalDraws = "family.immigration");
draw_stream!(pub(super) NewFamilyDraws = "family.immigrants");

/// To whom what happens in this tick that keeps people from leaving.
#[derive(SystemParam)]
pub(super) struct Today<'w> {
    deaths: Res<'w, Occurrences<Death>>,
    deliveries: Res<'w, Occurrences<Delivery>>,
    clock: Res<'w, Clock>,
    ages: Res<'w, Ages>,
}

/// Asks for today's departures. Who dies today does not leave; and a family into which a child is born stays,
/// because the child has no id yet by which it could go along.
pub(super) fn leave<M: Migration>(
    emigrations: Res<Occurrences<Emigration>>,
    migration: Res<InForce<M>>,
    today: Today,
    families: Families,
    draws: Draws<CompanyDraws>,
    mut people: Rows<(&BirthDate, &Sex)>,
    mut departures: ResMut<Deaths<Person>>,
) -> Result<(), BevyError> {
    let date = today.clock.today();
    for emigration in emigrations.iter() {
        let mover = emigration.who.id();
        let Some((born, sex)) = people.get(mover) else {
            continue;
        };
        let age = today.ages.completed(*born);
        let chance = migration.0.with_family(*sex, age, date.year());
        let must = "it must lie between 0 and 1";
        require(
            (0.0..=1.0).contains(&chance),
            "share that leaves with the family",
            chance,
            must,
        )?;
        let chance = Prob::from_threshold(threshold(chance));
        let with_family = draws.chance(emigration.who, chance);
        let leaving = families.leaving(mover, with_family, date);
        if has(&today.deaths, mover) || leaving.iter().any(|who| has(&today.deliveries, *who)) {
            continue;
        }
        for person in leaving {
            departures.request(person, Departure::cause(emigration.cause));
        }
    }
    Ok(())
}

/// Whether an event happens to somebody. Occurrences are in the order of ids.
fn has<E: HazardEvent<Kind = Person>>(of: &Occurrences<E>, person: PersonId) -> bool {
    of.iter().any(|occurrence| occurrence.who.id() == person)
}

/// Households, where the society has them.
#[derive(SystemParam)]
pub(super) struct NewHomes<'w> {
    households: Option<ResMut<'w, Births<Household>>>,
    moves: Option<ResMut<'w, Moves>>,
}

/// Most families that may be expected in a year.
const FAMILIES_MAX: f64 = 1e9;

/// Asks for the families that arrive in this tick: a Poisson process, told by the gaps between arrivals. Each
/// draws by its number in the tick, so that more immigrants of a scenario change nothing for the first ones.
pub(super) fn arrive<M: Migration>(
    migration: Res<InForce<M>>,
    clock: Res<Clock>,
    arrival: Draws<ArrivalDraws>,
    families: Draws<NewFamilyDraws>,
    mut people: ResMut<Births<Person>>,
    mut arrivals: ResMut<Arrivals>,
    mut homes: NewHomes,
) -> Result<(), BevyError> {
    let today = clock.today();
    let rate = migration.0.families_per_year(today.year());
    let must = "it must lie between 0 and 1,000,000,000";
    require(
        (0.0..=FAMILIES_MAX).contains(&rate),
        "families that arrive in a year",
        rate,
        must,
    )?;
    let expected = rate * TickYears::of(&clock).years();
    let mut gaps = arrival.of(());
    let mut at = gaps.exponential();
    let mut number = 0;
    while at < expected {
        let family = migration.0.family(today, &mut families.of(number))?;
        let subject = pair(
            pair(Arrival::CAUSE, u64::from(clock.tick().index())),
            number,
        );
        let ordinals = arrivals.admit(&mut people, &family, subject, today)?;
        if let (Some(households), Some(moves)) = (&mut homes.households, &mut homes.moves) {
            let newcomers = ordinals.map(|ordinal| (Arrival::CAUSE, ordinal));
            moves.found_for_newcomers(households, newcomers, subject);
        }
        at += gaps.exponential();
        number += 1;
    }
    Ok(())
}
