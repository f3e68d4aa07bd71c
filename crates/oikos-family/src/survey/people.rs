//! Those who are asked.

use bevy_ecs::world::World;
use oikos_core::Date;
use oikos_engine::{Clock, Column, Slots};
use oikos_world::{BirthDate, Person, PersonId, Residence, Residents, Sex};

use crate::{EverMarried, FEMALE, Lineage, MaritalStatus, Unions, median_age_at_first_marriage};

/// What somebody says.
struct Answer {
    person: PersonId,
    age: u32,
    sex: usize,
    /// `None` without unions.
    marital: Option<MaritalStatus>,
}

pub(super) struct People {
    answers: Vec<Answer>,
    /// Of women from 40 on, whether they had borne by their 40th birthday, with their ages.
    mothers_by_40: Vec<(u32, bool)>,
}

/// Ages first and last.
type Ages = (u32, u32);

/// A share in percent, and of how many.
type Share = (Option<f64>, u64);

fn share(of: impl Iterator<Item = bool>) -> Share {
    let (asked, yes) = of.fold((0_u64, 0_u64), |(asked, yes), is| {
        (asked + 1, yes + u64::from(is))
    });
    (
        (asked > 0).then(|| 100.0 * yes as f64 / asked as f64),
        asked,
    )
}

fn within(age: u32, (from, to): Ages) -> bool {
    (from..=to).contains(&age)
}

impl People {
    pub(super) fn ask(world: &World, lineage: &Lineage) -> Self {
        let today = world.resource::<Clock>().today();
        let (born, sexes) = (
            world.resource::<Column<BirthDate>>(),
            world.resource::<Column<Sex>>(),
        );
        let marital = world.get_resource::<Column<MaritalStatus>>();
        let mut people = Self {
            answers: Vec::new(),
            mothers_by_40: Vec::new(),
        };
        for (slot, who) in world.resource::<Slots<Person>>().iter() {
            let (Some(born), Some(sex)) = (born.get(slot), sexes.get(slot)) else {
                continue;
            };
            let answer = Answer {
                person: who.id(),
                age: completed(born.0, today),
                sex: sex.index(),
                marital: marital.and_then(|column| column.get(slot).copied()),
            };
            if answer.sex == FEMALE && answer.age >= 40 {
                let bore = bore_by(lineage, answer.person, 40);
                people.mothers_by_40.push((answer.age, bore));
            }
            people.answers.push(answer);
        }
        people
    }

    fn aged(&self, ages: Ages) -> impl Iterator<Item = &Answer> {
        self.answers
            .iter()
            .filter(move |answer| within(answer.age, ages))
    }

    pub(super) fn never_married(&self, ages: Ages) -> Share {
        let marital = self.aged(ages).filter_map(|answer| answer.marital);
        share(marital.map(|marital| marital == MaritalStatus::NeverMarried))
    }

    pub(super) fn mothers_by_40(&self, ages: Ages) -> Share {
        let of_age = self
            .mothers_by_40
            .iter()
            .filter(|(age, _)| within(*age, ages));
        share(of_age.map(|(_, bore)| *bore))
    }

    /// In years; by the estimator of the published figure.
    pub(super) fn median_age_at_first_marriage(&self, sex: usize) -> Share {
        let groups = (15..55).step_by(5).map(|age_from| {
            let ages = (age_from, age_from + 4);
            let of_sex = self.aged(ages).filter(|answer| answer.sex == sex);
            let marital = of_sex.filter_map(|answer| answer.marital);
            let (never, asked) = share(marital.map(|it| it == MaritalStatus::NeverMarried));
            let share = 1.0 - never? / 100.0;
            Some((
                EverMarried {
                    age_from,
                    age_to: ages.1,
                    share,
                },
                asked,
            ))
        });
        let groups: Option<Vec<_>> = groups.collect();
        let Some(groups) = groups else {
            return (None, 0);
        };
        let asked = groups.iter().map(|(_, asked)| asked).sum();
        let groups: Vec<_> = groups.into_iter().map(|(group, _)| group).collect();
        (median_age_at_first_marriage(&groups).ok(), asked)
    }

    fn aged_of(&self, ages: Ages, sex: Option<usize>) -> impl Iterator<Item = &Answer> {
        let of_sex = move |answer: &&Answer| sex.is_none_or(|sex| answer.sex == sex);
        self.aged(ages).filter(of_sex)
    }

    /// Whether people live in one household with a parent.
    pub(super) fn with_parents(
        &self,
        world: &World,
        lineage: &Lineage,
        ages: Ages,
        sex: Option<usize>,
    ) -> Share {
        let Some(home) = homes(world) else {
            return (None, 0);
        };
        let people = self.aged_of(ages, sex);
        share(people.map(|answer| lives_with_parent(lineage, &home, answer.person)))
    }

    /// Whether people live alone.
    pub(super) fn alone(&self, world: &World, ages: Ages, sex: Option<usize>) -> Share {
        let (Some(home), Some(residents)) = (homes(world), world.get_resource::<Residents>())
        else {
            return (None, 0);
        };
        let alone = |home| residents.of(home).take(2).count() == 1;
        share(
            self.aged_of(ages, sex)
                .map(|answer| home(answer.person).is_some_and(alone)),
        )
    }

    /// Of those who live with neither a parent nor a partner: whether they live with others.
    pub(super) fn sharing(&self, world: &World, lineage: &Lineage, ages: Ages) -> Share {
        let resources = (
            homes(world),
            world.get_resource::<Residents>(),
            world.get_resource::<Unions>(),
        );
        let (Some(home), Some(residents), Some(unions)) = resources else {
            return (None, 0);
        };
        let without = self.aged(ages).filter(|answer| {
            let partner = unions.partner(answer.person);
            partner.is_none() && !lives_with_parent(lineage, &home, answer.person)
        });
        let lives_in = without.filter_map(|answer| home(answer.person));
        share(lives_in.map(|home| residents.of(home).nth(1).is_some()))
    }

    /// Of those who live with a child of their own below 18.
    pub(super) fn married_parents(&self, world: &World, lineage: &Lineage) -> Share {
        let Some(home) = homes(world) else {
            return (None, 0);
        };
        let minors: std::collections::BTreeSet<PersonId> =
            self.aged((0, 17)).map(|answer| answer.person).collect();
        let parents = self.aged((15, u32::MAX)).filter(|answer| {
            let own = home(answer.person);
            let with = |child: &PersonId| minors.contains(child) && home(*child) == own;
            own.is_some() && lineage.children(answer.person).any(|child| with(&child))
        });
        let marital = parents.filter_map(|answer| answer.marital);
        share(marital.map(|marital| marital == MaritalStatus::Married))
    }

    /// Of households in which somebody lives.
    pub(super) fn one_person_households(world: &World) -> Share {
        let Some(residents) = world.get_resource::<Residents>() else {
            return (None, 0);
        };
        let slots = world.get_resource::<Slots<oikos_world::Household>>();
        let households = slots.into_iter().flat_map(|slots| slots.iter());
        let sizes = households.map(|(_, who)| residents.of(who.id()).take(2).count());
        share(sizes.filter(|size| *size > 0).map(|size| size == 1))
    }
}

/// Where people live; `None` without households.
fn homes(world: &World) -> Option<impl Fn(PersonId) -> Option<oikos_world::HouseholdId>> {
    let homes = world.get_resource::<Column<Residence>>()?;
    let slots = world.resource::<Slots<Person>>();
    Some(move |person| {
        let slot = slots.slot(person)?;
        homes.get(slot).and_then(|residence| residence.0)
    })
}

fn lives_with_parent(
    lineage: &Lineage,
    home: impl Fn(PersonId) -> Option<oikos_world::HouseholdId>,
    person: PersonId,
) -> bool {
    let parents = lineage.get(person).map(|it| [it.mother, it.father]);
    let parents = parents.into_iter().flatten().flatten();
    let own = home(person);
    own.is_some() && parents.into_iter().any(|parent| home(parent) == own)
}

fn bore_by(lineage: &Lineage, woman: PersonId, years: u32) -> bool {
    let born = lineage.get(woman).map(|record| record.born);
    lineage.children(woman).any(|child| {
        let child = lineage.get(child).map(|record| record.born);
        matches!((born, child), (Some(born), Some(child)) if completed(born, child) < years)
    })
}

fn completed(born: Date, day: Date) -> u32 {
    let birthday = (born.month(), born.day()) <= (day.month(), day.day());
    let years = day.year() - born.year() - i32::from(!birthday);
    years.max(0) as u32
}
