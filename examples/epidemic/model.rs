//! An infection that passes within households and through the town.

use oikos::core::{Draw, Stream, pair};
use oikos::engine::AppExt;
use oikos::family::DAYS_PER_YEAR;
use oikos::prelude::*;
use oikos::serde::{Deserialize, Serialize};

/// Whether somebody can catch the infection, has it, or has had it and is immune.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq)]
#[attribute(name = "epidemic.health", newborn = Health::Susceptible)]
pub(crate) enum Health {
    Susceptible,
    Infectious,
    Recovered,
}

/// When somebody was infected; they are infectious from the next day on. The epoch for who never was.
#[derive(Attribute, Clone, Copy, Debug, PartialEq, Eq)]
#[attribute(name = "epidemic.infected-on", newborn = InfectedOn(Date::EPOCH))]
pub(crate) struct InfectedOn(pub(crate) Date);

/// The infection. A parameter of the society: saved with it.
#[derive(Resource, Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(crate = "oikos::serde")]
pub(crate) struct Infection {
    /// How many people somebody infects outside the household where nobody is immune: R0 of the town.
    pub(crate) in_town: f64,
    /// The chance that somebody infects a given housemate in all the days of being infectious.
    pub(crate) at_home: f64,
    /// Days for which somebody is infectious.
    pub(crate) days: u32,
}

impl Infection {
    /// The chance that somebody infects a given housemate in a day.
    fn at_home_daily(&self) -> Result<Prob, oikos::Error> {
        let days = f64::from(self.days.max(1));
        Ok(Prob::from_f64(-libm::expm1(
            libm::log1p(-self.at_home) / days,
        ))?)
    }
}

hazard_event!(
    /// Somebody is infected outside the household.
    pub(crate) Contagion of Person = "epidemic.contagion"
);

/// What everybody who can catch the infection is exposed to in town today.
#[derive(Resource, Default)]
struct Exposure(Force);

/// A hazard of the model's own, which the family's plugin knows nothing of: everybody meets everybody alike.
struct InTown;
impl Hazard for InTown {
    type Event = Contagion;
    type Reads = Health;
    type Param = Exposure;
    const CAUSE: &'static str = "contagion in town";

    fn force(health: Health, today: &Today<'_, Exposure>) -> Force {
        match health {
            Health::Susceptible => today.param.0,
            Health::Infectious | Health::Recovered => Force::ZERO,
        }
    }
}

draw_stream!(AtHome = "epidemic.at-home");

/// Counts the infectious at dawn: so many of the town's contacts are with them.
fn look_around(
    mut people: Rows<&Health>,
    infection: Res<Infection>,
    mut exposure: ResMut<Exposure>,
) -> Result<(), BevyError> {
    let (mut infectious, mut all) = (0_u32, 0_u32);
    people.for_each(|_, health| {
        infectious += u32::from(*health == Health::Infectious);
        all += 1;
    });
    let share = f64::from(infectious) / f64::from(all.max(1));
    let per_day = infection.in_town / f64::from(infection.days.max(1)) * share;
    exposure.0 = Force::per_year(per_day * DAYS_PER_YEAR)?;
    Ok(())
}

/// Infects whom the infectious meet at home, and who caught it in town; then lets recover whose time is over.
///
/// A contact is a pair of people, and has a draw of its own: whether one infects another has nothing to do with
/// who else there is.
fn infect(
    clock: Res<Clock>,
    infection: Res<Infection>,
    in_town: Res<Occurrences<Contagion>>,
    residents: Res<Residents>,
    draws: Draws<AtHome>,
    mut people: Rows<(&mut Health, &mut InfectedOn, &Residence)>,
) -> Result<(), BevyError> {
    let today = clock.today();
    let chance = infection.at_home_daily()?;
    let infectious: Vec<_> = people
        .iter()
        .filter(|(_, (health, ..))| **health == Health::Infectious)
        .filter_map(|(who, (.., home))| Some((who, home.0?)))
        .collect();
    let mut infected: Vec<PersonId> = in_town.iter().map(|caught| caught.who.id()).collect();
    for (ill, home) in &infectious {
        for housemate in residents.housemates(ill.id(), *home) {
            let Some(other) = people.who(housemate) else {
                continue;
            };
            if draws.chance(pair(ill.subject(), other.subject()), chance) {
                infected.push(housemate);
            }
        }
    }
    for person in infected {
        if let Some((health, on, _)) = people.get(person)
            && *health == Health::Susceptible
        {
            (*health, *on) = (Health::Infectious, InfectedOn(today));
        }
    }
    let over = today.plus_days(-(infection.days as i32))?;
    people.for_each(|_, (health, on, _)| {
        if *health == Health::Infectious && on.0 <= over {
            *health = Health::Recovered;
        }
    });
    Ok(())
}

/// The plugin: it works in any society of people who live in households.
fn epidemic(infection: Infection) -> impl Fn(&mut App) + Send + Sync + 'static {
    move |app| {
        app.insert_resource(infection)
            .param::<Infection>("epidemic.infection")
            .attribute::<Health>()
            .attribute::<InfectedOn>()
            .derived::<Exposure>(None)
            .hazard::<InTown>()
            .add_systems(Tick, look_around.in_set(oikos::world::Dawn))
            .add_systems(Tick, infect.in_set(Phase::Act));
    }
}

/// A town of households of these sizes, in which the first person of each of the first `infected` households
/// has just been infected.
pub(crate) fn town(
    seed: Seed,
    infection: Infection,
    sizes: Vec<usize>,
    infected: usize,
) -> SocietyBuilder {
    Society::builder(seed)
        .start(date(2019, 7, 1))
        .add_plugins((HouseholdsPlugin, epidemic(infection)))
        .populate(move |world: &mut World| found_town(world, &sizes, infected))
}

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn found_town(world: &mut World, sizes: &[usize], infected: usize) -> Outcome {
    let today = world.resource::<Clock>().today();
    let adult = (BirthDate(today.years_before(40)?), Sex::Female);
    let people = found_people(world, &vec![adult; sizes.iter().sum()])?;
    let mut people = people.into_iter();
    let households = sizes
        .iter()
        .map(|size| people.by_ref().take(*size).collect());
    let households: Vec<Vec<PersonId>> = households.collect();
    let yesterday = InfectedOn(today.plus_days(-1)?);
    for household in households.iter().take(infected) {
        if let Some(first) = household.first() {
            set_all(world, *first, &[Health::Infectious])?;
            set_all(world, *first, &[yesterday])?;
        }
    }
    oikos::world::found_households(world, &households)?;
    Ok(())
}

/// Household sizes for so many people, drawn with these weights for households of 1, 2, 3, ... people.
pub(crate) fn household_sizes(
    seed: Seed,
    people: usize,
    weights: &[u64],
) -> Result<Vec<usize>, oikos::Error> {
    let stream = Stream::new(seed, "epidemic.household-sizes");
    let mut draw: Draw = stream.at(0, oikos::core::Tick::ZERO);
    let (mut sizes, mut left) = (Vec::new(), people);
    while left > 0 {
        let size = (draw.weighted(weights)? + 1).min(left);
        sizes.push(size);
        left -= size;
    }
    Ok(sizes)
}

/// How many are susceptible, infectious and recovered.
pub(crate) fn count(town: &Society) -> [usize; 3] {
    let mut counts = [0; 3];
    for person in town.slot_order::<Person>() {
        counts[town
            .get::<Health>(person)
            .map_or(0, |health| health as usize)] += 1;
    }
    counts
}

/// The final size of an epidemic among people who all meet alike, where nobody was immune and few had it at
/// the start: the solution of z = 1 - exp(-R0 z) (Kermack & McKendrick 1927).
pub(crate) fn well_mixed(r0: f64) -> f64 {
    // From above; it nears the solution step by step.
    let mut size = 1.0;
    for _ in 0..10_000 {
        size = -libm::expm1(-r0 * size);
    }
    size
}

/// What a family of these people has seen: how many were infected on each day, that of the first included.
pub(crate) fn chain(town: &Society, household: HouseholdId) -> Vec<usize> {
    let residents = town.world().resource::<Residents>();
    let days = residents.of(household).filter_map(|person| {
        let ill = town.get::<Health>(person) != Some(Health::Susceptible);
        let on = town.get::<InfectedOn>(person).filter(|_| ill)?;
        Some(on.0.days())
    });
    let mut days: Vec<i32> = days.collect();
    days.sort_unstable();
    days.chunk_by(|a, b| a == b).map(<[i32]>::len).collect()
}
