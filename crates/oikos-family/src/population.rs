//! Starting populations.

use bevy_ecs::world::World;
use oikos_core::{Date, StableId, Stream, Tick};
use oikos_engine::{Clock, EngineError, Populate, Slots, found_some, set_each};
use oikos_world::{BirthDate, Person, PersonId, Sex};

use crate::demography::fertility::MALE_SHARE_AT_BIRTH;
use crate::demography::initial::{apportion, integer_population};
use crate::demography::period::{PeriodRates, YearRates};
use crate::demography::stable::{Reproduction, stable_population};
use crate::error::FamilyError;
use crate::lineage::{Founder, Lineage, ParentsAges};
use crate::tables::Tables;

/// People that a society starts with: their ages and sexes follow tables, as whole numbers, and their
/// birthdays are drawn evenly over the year of age.
#[derive(Clone, Debug)]
pub struct Population {
    tables: Tables,
    people: u64,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Counted,
    Stable,
}

/// The most people one society can start with.
pub const PEOPLE_MAX: u64 = u32::MAX as u64 - 1;

impl Population {
    /// The residents of the United States on 1 July 2019 (Census Bureau, NC-EST2019-AGESEX), scaled to so
    /// many people.
    ///
    /// # Errors
    /// [`FamilyError::People`].
    pub fn us_2019(people: u64) -> Result<Self, FamilyError> {
        Self::counted(Tables::us()?, people)
    }

    /// The population that the tables count, scaled to so many people.
    ///
    /// # Errors
    /// [`FamilyError::People`].
    pub fn counted(tables: Tables, people: u64) -> Result<Self, FamilyError> {
        Self::new(tables, people, Shape::Counted)
    }

    /// The stable population of the rates of the starting year: the one whose age structure these rates
    /// leave as it is.
    ///
    /// # Errors
    /// [`FamilyError::People`].
    pub fn stable(tables: Tables, people: u64) -> Result<Self, FamilyError> {
        Self::new(tables, people, Shape::Stable)
    }

    /// How many people are asked for.
    pub(crate) const fn people(&self) -> u64 {
        self.people
    }

    /// The tables that it follows.
    pub(crate) const fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The people of the starting day, by age, then sex.
    pub(crate) fn founders(
        &self,
        world: &World,
    ) -> Result<Vec<Founder>, Box<dyn std::error::Error + Send + Sync>> {
        refuse_too_many(self.people)?;
        let clock = world.resource::<Clock>();
        let (today, stream) = (clock.today(), Stream::new(clock.seed(), "family.founders"));
        let rates = PeriodRates::new(&self.tables)?;
        let counts = self.counts(rates.at_year(today.year()))?;
        let first = world.resource::<Slots<Person>>().next_id();
        founders(&counts, today, &stream, first)
    }

    fn new(tables: Tables, people: u64, shape: Shape) -> Result<Self, FamilyError> {
        if !(1..=PEOPLE_MAX).contains(&people) {
            return Err(FamilyError::People {
                people,
                max: PEOPLE_MAX,
            });
        }
        Ok(Self {
            tables,
            people,
            shape,
        })
    }

    /// People by completed age and sex.
    fn counts(&self, year: &YearRates) -> Result<Vec<[u64; 2]>, FamilyError> {
        match self.shape {
            Shape::Counted => {
                integer_population(&self.tables.population, self.people, &year.mortality)
            }
            Shape::Stable => {
                let shares = stable_shares(year)?;
                // Shares of at least 2⁻⁴⁰ of everybody count.
                let weights = shares.iter().flatten().map(|share| (share * 1e12) as u64);
                let counts = apportion(self.people, &weights.collect::<Vec<_>>())?;
                Ok(counts.as_chunks::<2>().0.to_vec())
            }
        }
    }
}

/// Shares of the stable population of a year's rates, by age and sex.
pub(crate) fn stable_shares(year: &YearRates) -> Result<Vec<[f64; 2]>, FamilyError> {
    let women = &year.mortality[Sex::Female.index()];
    let reproduction = Reproduction::new(women, &year.fertility, 1.0 - MALE_SHARE_AT_BIRTH)?;
    let growth = reproduction.growth()?;
    Ok(stable_population(growth, &year.mortality, MALE_SHARE_AT_BIRTH)?.shares)
}

impl Populate for Population {
    fn populate(
        self: Box<Self>,
        world: &mut World,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let people = self.founders(world)?;
        found_kin(world, &people)?;
        Ok(())
    }
}

/// Founds people with these birth dates and sexes, and records them in the lineage: for starting
/// populations of a user's own, before the first tick. Several may follow one another.
///
/// # Errors
/// As [`found_kin`].
pub fn found_people(
    world: &mut World,
    people: &[(BirthDate, Sex)],
) -> Result<Vec<PersonId>, FamilyError> {
    let founder = |(born, sex): &(BirthDate, Sex)| Founder::new(*born, *sex);
    found_kin(world, &people.iter().map(founder).collect::<Vec<_>>())
}

/// Founds people whose parents may be known, and records them in the lineage: for starting populations with
/// kin, before the first tick. Ids follow the order of the list, from the next id that
/// [`Slots`] gives; parents come before their children. The dead have ids as all do, but never live in the
/// society.
///
/// # Errors
/// As [`Lineage::of_founders`]; [`FamilyError::Founding`] where the engine takes nobody in.
pub fn found_kin(world: &mut World, people: &[Founder]) -> Result<Vec<PersonId>, FamilyError> {
    found_with(world, people, ParentsAges::Plausible)
}

/// As [`found_kin`], with parents of these ages.
pub(crate) fn found_with(
    world: &mut World,
    people: &[Founder],
    ages: ParentsAges,
) -> Result<Vec<PersonId>, FamilyError> {
    let today = world.resource::<Clock>().today();
    // The lineage first: it refuses what cannot be before anybody is taken in.
    if let Some(mut lineage) = world.get_resource_mut::<Lineage>() {
        lineage.found(today, people, ages)?;
    }
    take_in(world, people).map_err(|error| FamilyError::Founding {
        problem: error.to_string(),
    })
}

fn take_in(world: &mut World, people: &[Founder]) -> Result<Vec<PersonId>, EngineError> {
    // Founders draw under their ids, so that no two populations share their luck.
    let first = world.resource::<Slots<Person>>().next_id();
    let subject = |(id, person): (u64, &Founder)| person.died.is_none().then_some(id);
    let founded = found_some::<Person>(world, (first..).zip(people).map(subject))?;
    let living = || founded.iter().zip(people);
    let born = living().filter_map(|(who, person)| Some((who.as_ref()?.id(), person.born)));
    set_each::<BirthDate>(world, born)?;
    let sexes = living().filter_map(|(who, person)| Some((who.as_ref()?.id(), person.sex)));
    set_each::<Sex>(world, sexes)?;
    let ids = (first..).take(people.len()).map(PersonId::new);
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Everybody by age, then sex; birthdays are drawn.
fn founders(
    counts: &[[u64; 2]],
    today: Date,
    stream: &Stream,
    first: u64,
) -> Result<Vec<Founder>, Box<dyn std::error::Error + Send + Sync>> {
    let mut people = Vec::new();
    for (age, by_sex) in counts.iter().enumerate() {
        let youngest = today.years_before(age as u32)?.days();
        let oldest = today.years_before(age as u32 + 1)?.days() + 1;
        for (sex, count) in Sex::ALL.into_iter().zip(by_sex) {
            for _ in 0..*count {
                let mut draw = stream.at(first + people.len() as u64, Tick::ZERO);
                let day = draw.range(i64::from(oldest)..=i64::from(youngest))?;
                people.push(Founder::new(BirthDate(Date::from_days(day as i32)?), sex));
            }
        }
    }
    Ok(people)
}

/// Asks for the memory that so many people will take, and gives it back: a typed error is better than an end
/// by the system.
fn refuse_too_many(people: u64) -> Result<(), FamilyError> {
    let too_many = FamilyError::Memory {
        people,
        megabytes: people.saturating_mul(BYTES_PER_PERSON) / 1_000_000,
    };
    let bytes = usize::try_from(people.saturating_mul(BYTES_PER_PERSON));
    let mut room: Vec<u8> = Vec::new();
    let asked = bytes.map(|bytes| room.try_reserve_exact(bytes));
    match asked {
        Ok(Ok(())) => Ok(()),
        _ => Err(too_many),
    }
}

/// What a founder takes while a society is built, snapshot of the genesis included.
const BYTES_PER_PERSON: u64 = 210;
