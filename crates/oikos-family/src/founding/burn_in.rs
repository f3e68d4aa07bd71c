//! The other way to start with families: let generations come and go first.

use std::error::Error;

use bevy_ecs::world::World;
use oikos_core::{Date, Seed, Span, StableId, Stream, Tick};
use oikos_engine::{Clock, Populate, Society, SocietyBuilder};
use oikos_world::{PersonId, Sex};

use super::couples::{Past, PastUnion};
use super::families::take_up;
use super::lives::{Life, NEVER};
use crate::demography::fertility::MALE_SHARE_AT_BIRTH;
use crate::demography::period::{PeriodRates, YearRates};
use crate::error::FamilyError;
use crate::lineage::{Lineage, LineageRecord, NOBODY};
use crate::population::{PEOPLE_MAX, Population, stable_shares};
use crate::unions::Unions;
use crate::{End, MOTHER_AGE_MAX};

/// Adds the plugins of a society.
type Plugins = Box<dyn Fn(SocietyBuilder) -> SocietyBuilder + Send + Sync>;

/// A starting population that has lived through generations already: see [`Population::burned_in`].
pub struct BurnIn {
    population: Population,
    years: u32,
    plugins: Plugins,
}

impl Population {
    /// People with families that a society of `plugins` has brought about in so many years before the start, the
    /// alternative to [`Self::with_families`]: it begins with the stable population of the rates of its first
    /// year, without kin, and its last day is the start.
    ///
    /// It begins with as many people as leave about this population's number under the rates; how many there
    /// are then is a matter of chance, and their ages follow from the rates and not from any count. After a
    /// hundred years most people know their great-grandparents.
    #[must_use]
    pub fn burned_in(
        self,
        years: u32,
        plugins: impl Fn(SocietyBuilder) -> SocietyBuilder + Send + Sync + 'static,
    ) -> BurnIn {
        BurnIn {
            population: self,
            years,
            plugins: Box::new(plugins),
        }
    }
}

impl Populate for BurnIn {
    fn populate(self: Box<Self>, world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
        let clock = world.resource::<Clock>();
        let (today, seed) = (clock.today(), clock.seed());
        let start = today.years_before(self.years)?;
        let tables = self.population.tables();
        let growth = growth(&PeriodRates::new(tables)?, start.year(), self.years)?;
        let wanted = self.population.people() as f64 / growth;
        let people = (libm::rint(wanted) as u64).clamp(1, PEOPLE_MAX);
        let founders = Population::stable(tables.clone(), people)?;
        // Another seed: the draws of these years are not those of the years that follow.
        let stream = Stream::new(seed, "family.burn-in");
        let seed = Seed(stream.at(0, Tick::ZERO).next_u64() >> 1);
        let builder = Society::builder(seed).start(Ok(start));
        let mut society = (self.plugins)(builder).populate(founders).build()?;
        while society.today() < today {
            society.run(Span::Days((today.days() - society.today().days()) as u32))?;
        }
        take_up(world, &past(&society, today)?)
    }
}

/// By what the number of people multiplies in so many years, from a stable population on.
fn growth(rates: &PeriodRates, first: i32, years: u32) -> Result<f64, FamilyError> {
    let mut people = stable_shares(rates.at_year(first))?;
    let total = |people: &[[f64; 2]]| people.iter().flatten().sum::<f64>();
    let before = total(&people);
    for year in (first..).take(years as usize) {
        people = next_year(&people, rates.at_year(year));
    }
    Ok(total(&people) / before)
}

fn next_year(people: &[[f64; 2]], rates: &YearRates) -> Vec<[f64; 2]> {
    let mut next = vec![[0.0; 2]; people.len()];
    let mut births = 0.0;
    for (age, of_age) in people.iter().enumerate() {
        for (sex, count) in of_age.iter().enumerate() {
            let table = &rates.mortality[sex];
            let survive = libm::exp(-table.force(age as u32));
            if let Some(next) = next.get_mut(age + 1) {
                next[sex] += count * survive;
            }
        }
        if age <= MOTHER_AGE_MAX as usize {
            births += of_age[Sex::Female.index()] * rates.fertility.rate(age as u32);
        }
    }
    for (sex, share) in [MALE_SHARE_AT_BIRTH, 1.0 - MALE_SHARE_AT_BIRTH]
        .into_iter()
        .enumerate()
    {
        // Born evenly over the year, they have half of the first one behind them.
        next[0][sex] = births * share * libm::exp(-rates.mortality[sex].force(0) / 2.0);
    }
    next
}

/// What a society has lived through, as a past.
fn past(society: &Society, today: Date) -> Result<Past, FamilyError> {
    let world = society.world();
    let lineage = world.get_resource::<Lineage>();
    let lineage = lineage.ok_or(FamilyError::NoFamily)?;
    let mut lives: Vec<Life> = Vec::with_capacity(lineage.len());
    for (row, (_, record)) in (0_u32..).zip(lineage.iter()) {
        lives.push(life(&record));
        if let Some(mother) = record.mother.and_then(row_of) {
            let mother = &mut lives[mother as usize];
            mother.children = mother.children.saturating_add(1);
            mother.last_delivery = record.born.days();
            mother.last_child = row;
        }
    }
    let mut past = Past::new(lives, today.days());
    let unions = world.get_resource::<Unions>();
    for (_, union) in unions.into_iter().flat_map(Unions::iter) {
        let [Some(one), Some(other)] = union.partners.map(row_of) else {
            continue;
        };
        let partners = if past.life(one).female {
            [one, other]
        } else {
            [other, one]
        };
        let (ended, end) = union
            .ended
            .map_or((NEVER, End::Death), |(day, end)| (day.days(), end));
        past.enter(PastUnion {
            partners,
            previous: [NOBODY; 2],
            formed: union.formed.days(),
            wed: union.married.map_or(NEVER, Date::days),
            ended,
            end,
        });
    }
    Ok(past)
}

fn life(record: &LineageRecord) -> Life {
    let died = record.died.map_or(NEVER, |(day, _)| day.days());
    let mut life = Life::new(record.born.days(), died, record.sex);
    life.mother = record.mother.and_then(row_of).unwrap_or(NOBODY);
    life.father = record.father.and_then(row_of).unwrap_or(NOBODY);
    life
}

fn row_of(person: PersonId) -> Option<u32> {
    u32::try_from(person.get()).ok()
}
