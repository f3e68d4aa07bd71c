//! A starting population with families: parents, siblings, grandparents, couples.

use std::error::Error;

use bevy_ecs::world::World;
use oikos_core::{Date, StableId, Stream};
use oikos_engine::{Clock, Column, Populate, set_each};
use oikos_world::{BirthDate, PersonId, Sex};

use super::births::Bearing;
use super::couples::{Laws, Past, PastUnion};
use super::homes::Homes;
use super::lives::{FIRST_YEAR, KIN_SINCE, NEVER, first_day, lives};
use crate::demography::parity::RelativeRisks;
use crate::demography::period::PeriodRates;
use crate::error::FamilyError;
use crate::homes::{mark_sharers, share_at_start};
use crate::lineage::{Founder, NOBODY, ParentsAges};
use crate::population::{Population, found_with};
use crate::unions::{FoundedUnion, enter};
use crate::vital::{ChildrenBorn, LastDelivery};
use crate::{
    Cohabitation, Disruption, FEMALE, FamilyFigures, FathersOutsideUnions, HomeForces,
    LeavingForce, MALE, MarriageHistory, MultipleBirths, ReturningForce, Tables, UNION_AGE_MIN,
    Unions, found_homes,
};

/// A starting population with families, by reverse survival: see [`Population::with_families`].
#[derive(Clone, Debug)]
pub struct Families {
    population: Population,
    figures: FamilyFigures,
    history: MarriageHistory,
    risks: RelativeRisks,
    outside: FathersOutsideUnions,
}

impl Population {
    /// The same people, with families: everybody born since 1920 gets a mother and a father, so people have
    /// siblings, grandparents and cousins, couples and former couples.
    ///
    /// The tables of all years tell how many of each year of birth died before today (reverse survival); among
    /// these lives, the unions of the past are formed year by year at the rates of the history, and each
    /// child draws its mother's age from the fertility of its year of birth times the women of that age who
    /// then lived. Mothers who have died are recorded as [`Origin::Ancestor`](crate::Origin); whose mother is
    /// too old to be looked for has none. [`Lineage`](crate::Lineage) tells how many of either there are.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] where there are women of marriageable ages and no men, or men and no women; as
    /// [`RelativeRisks::fitted`], which checks the figures.
    pub fn with_families(
        self,
        figures: &FamilyFigures,
        history: &MarriageHistory,
    ) -> Result<Families, FamilyError> {
        check_both_sexes(self.tables())?;
        let rates = PeriodRates::new(self.tables())?;
        let latest = &rates.at_year(i32::MAX).fertility;
        Ok(Families {
            risks: RelativeRisks::fitted(figures, latest)?,
            population: self,
            figures: figures.clone(),
            history: history.clone(),
            outside: FathersOutsideUnions::default(),
        })
    }
}

/// Refuses people of whom one sex finds nobody.
fn check_both_sexes(tables: &Tables) -> Result<(), FamilyError> {
    let groups = tables.population.iter();
    let of_age = groups.filter(|group| group.age_to >= UNION_AGE_MIN);
    let [men, women] = of_age.fold([0, 0], |[men, women], group| {
        [men + group.people[MALE], women + group.people[FEMALE]]
    });
    let name = match (men, women) {
        (0, 1..) => "number of men from 15 on",
        (1.., 0) => "number of women from 15 on",
        _ => return Ok(()),
    };
    Err(FamilyError::Parameter {
        name,
        value: 0.0,
        must: "families need women and men of marriageable ages; correct the table of the population",
    })
}

impl Families {
    /// Who fathered the children of women in no union.
    #[must_use]
    pub const fn fathers_outside_unions(mut self, fathers: FathersOutsideUnions) -> Self {
        self.outside = fathers;
        self
    }

    /// The past of these people until today.
    fn past(&self, today: Date, living: &[Founder], stream: Streams) -> Result<Past, FamilyError> {
        let rates = PeriodRates::new(self.population.tables())?;
        let mut living: Vec<(i32, Sex)> = living
            .iter()
            .map(|person| (person.born.0.days(), person.sex))
            .collect();
        living.sort_by_key(|(born, _)| *born);
        let mut past = Past::new(lives(&living, today, &rates, &stream.lives)?, today.days());
        let disruption = Disruption::from_figures(&self.figures)?;
        let bearing = Bearing {
            risks: &self.risks,
            multiple: &MultipleBirths::US_2020,
            outside: self.outside,
            stream: &stream.births,
        };
        for year in FIRST_YEAR..=today.year() {
            let days = [first_day(year)?, first_day(year + 1)?];
            let laws = Laws::of(self.history.at(year), Cohabitation::us()?, &disruption)?;
            past.marry(year, days, &laws, &stream.unions)?;
            if year >= KIN_SINCE {
                let fertility = &rates.at_year(year).fertility;
                past.bear(days, fertility, laws.how.gap, &bearing)?;
            }
        }
        Ok(past)
    }
}

/// What draws what.
struct Streams {
    lives: Stream,
    unions: Stream,
    births: Stream,
}

impl Populate for Families {
    fn populate(self: Box<Self>, world: &mut World) -> Result<(), Box<dyn Error + Send + Sync>> {
        let clock = world.resource::<Clock>();
        let (today, seed) = (clock.today(), clock.seed());
        let living = self.population.founders(world)?;
        let stream = |name: &str| Stream::new(seed, name);
        let streams = Streams {
            lives: stream("family.founding.lives"),
            unions: stream("family.founding.unions"),
            births: stream("family.founding.births"),
        };
        let past = self.past(today, &living, streams)?;
        take_up(world, &past)
    }
}

/// Founds the people whom the past has left, with those they descend from and the unions they were in.
pub(super) fn take_up(world: &mut World, past: &Past) -> Result<(), Box<dyn Error + Send + Sync>> {
    let ids = found(world, past, &kept(past))?;
    set_births(world, past, &ids)?;
    set_unions(world, past, &ids)?;
    set_homes(world, past, &ids)
}

/// Who lives with whom, where the society has homes.
fn set_homes(
    world: &mut World,
    past: &Past,
    ids: &[Option<PersonId>],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let forces = (
        world.get_resource::<LeavingForce>(),
        world.get_resource::<ReturningForce>(),
    );
    let (Some(leaving), Some(returning)) = forces else {
        return Ok(());
    };
    let forces = HomeForces {
        leaving: *leaving,
        returning: *returning,
    };
    let seed = world.resource::<Clock>().seed();
    let stream = Stream::new(seed, "family.founding.homes");
    let homes = Homes::of(past, forces, &stream);
    let of = |rows: &Vec<u32>| -> Vec<PersonId> {
        let ids = rows.iter().map(|row| ids.get(*row as usize).copied());
        ids.flatten().flatten().collect()
    };
    let mut groups: Vec<_> = homes.households.iter().map(of).collect();
    let at_home = of(&homes.at_home);
    let sharers = share_at_start(world, &mut groups, &at_home)?;
    found_homes(world, &groups, &at_home)?;
    mark_sharers(world, &sharers);
    Ok(())
}

/// Who is taken up: the living, their ancestors, and those with whom the living were in unions.
fn kept(past: &Past) -> Vec<bool> {
    let mut kept: Vec<bool> = past.lives.iter().map(|life| life.lives()).collect();
    for PastUnion { partners, .. } in &past.unions {
        let living = |row: &u32| past.life(*row).lives();
        if partners.iter().any(living) {
            partners.iter().for_each(|row| kept[*row as usize] = true);
        }
    }
    // Children come after their parents, so going back meets everybody before their parents.
    for row in (0..kept.len())
        .rev()
        .filter(|row| kept[*row])
        .collect::<Vec<_>>()
    {
        keep_ancestors(past, row as u32, &mut kept);
    }
    kept
}

fn keep_ancestors(past: &Past, of: u32, kept: &mut [bool]) {
    let mut next = vec![of];
    while let Some(row) = next.pop() {
        let life = past.life(row);
        for parent in [life.mother, life.father] {
            if parent != NOBODY && !std::mem::replace(&mut kept[parent as usize], true) {
                next.push(parent);
            }
        }
    }
}

/// Founds those who are kept, and tells their ids by their rows.
fn found(
    world: &mut World,
    past: &Past,
    kept: &[bool],
) -> Result<Vec<Option<PersonId>>, Box<dyn Error + Send + Sync>> {
    let first = world
        .resource::<oikos_engine::Slots<oikos_world::Person>>()
        .next_id();
    let mut ids: Vec<Option<PersonId>> = vec![None; kept.len()];
    let mut next = first;
    for (id, _) in ids.iter_mut().zip(kept).filter(|(_, kept)| **kept) {
        *id = Some(PersonId::new(next)?);
        next += 1;
    }
    let of = |row: u32| ids.get(row as usize).copied().flatten();
    let mut people = Vec::with_capacity((next - first) as usize);
    for (life, _) in past.lives.iter().zip(kept).filter(|(_, kept)| **kept) {
        let mut person = Founder::new(BirthDate(Date::from_days(life.born)?), life.sex());
        if let Some(mother) = of(life.mother) {
            person = person.mother(mother);
        }
        if let Some(father) = of(life.father) {
            person = person.father(father);
        }
        if !life.lives() {
            person = person.died(Date::from_days(life.died)?);
        }
        people.push(person);
    }
    found_with(world, &people, ParentsAges::OfTables)?;
    Ok(ids)
}

/// How many children the women who live have borne, and when the last.
fn set_births(
    world: &mut World,
    past: &Past,
    ids: &[Option<PersonId>],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mothers = || {
        let living = past.lives.iter().zip(ids).filter(|(life, _)| life.lives());
        let mothers = living.filter(|(life, _)| life.children > 0);
        mothers.filter_map(|(life, id)| Some(((*id)?, life)))
    };
    if world.contains_resource::<Column<ChildrenBorn>>() {
        set_each(
            world,
            mothers().map(|(id, life)| (id, ChildrenBorn(life.children))),
        )?;
    }
    if world.contains_resource::<Column<LastDelivery>>() {
        let days = mothers()
            .map(|(id, life)| Ok((id, LastDelivery(Date::from_days(life.last_delivery)?))));
        let days: Vec<_> = days.collect::<Result<_, oikos_core::CoreError>>()?;
        set_each(world, days)?;
    }
    Ok(())
}

/// The unions in which somebody who lives was or is, and what they make of the living.
fn set_unions(
    world: &mut World,
    past: &Past,
    ids: &[Option<PersonId>],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    if !world.contains_resource::<Unions>() {
        return Ok(());
    }
    let lives = |row: &u32| past.life(*row).lives();
    let told = past.unions.iter();
    let told = told.filter(|union| union.partners.iter().any(lives));
    let mut told: Vec<&PastUnion> = told.collect();
    told.sort_by_key(|union| (union.formed, union.partners));
    let unions = told.into_iter().filter_map(|union| founded(union, ids));
    let unions: Vec<FoundedUnion> = unions.collect::<Result<_, oikos_core::CoreError>>()?;
    enter(world, &unions)
}

/// A union of the past by the ids of its partners; `None` if one of them is not taken up.
fn founded(
    union: &PastUnion,
    ids: &[Option<PersonId>],
) -> Option<Result<FoundedUnion, oikos_core::CoreError>> {
    let of = |row: u32| ids.get(row as usize).copied().flatten();
    let [Some(woman), Some(man)] = union.partners.map(of) else {
        return None;
    };
    let day = |day: i32| (day != NEVER).then(|| Date::from_days(day)).transpose();
    let told = || {
        Ok(FoundedUnion {
            partners: [woman, man],
            formed: Date::from_days(union.formed)?,
            married: day(union.wed)?,
            ended: day(union.ended)?.map(|ended| (ended, union.end)),
        })
    };
    Some(told())
}
