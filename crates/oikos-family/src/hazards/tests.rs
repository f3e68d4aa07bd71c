//! On which day things happen, to whom, and of what cause: in both modes, exactly.

use std::collections::BTreeSet;

use oikos_core::{Seed, StableId, date};
use oikos_engine::{Society, Vocabulary};
use oikos_world::{BirthDate, Sex};

use super::*;
use crate::{
    Death, FamilyPlugin, FertilityTable, LifeTable, Lineage, LineageRecord, MultipleBirths, Series,
    Tables, VitalRates, found_people,
};

const MODES: [HazardMode; 2] = [HazardMode::Daily, HazardMode::Thinned];

/// Men and women of 30, so many of each, from 1 January 2001. Each dies within a year with the chance
/// `q`, and each woman bears three children a year.
fn town(mode: HazardMode, of_each: usize, q: f64, plugin: fn(&mut App)) -> Society {
    let mut tables = Tables::us().unwrap();
    let table = LifeTable::new(vec![q; 101]).unwrap();
    tables.mortality = Series::Timeless([table.clone(), table]);
    let births = [vec![0.0; 20], vec![3.0; 20]].concat();
    tables.fertility = Series::Timeless(FertilityTable::new(&births).unwrap());
    let rates = VitalRates::new(&tables, MultipleBirths::NONE, 0.5).unwrap();
    let people = move |world: &mut bevy_ecs::world::World| {
        let born = BirthDate(date(1971, 1, 1)?);
        for sex in Sex::ALL {
            found_people(world, &vec![(born, sex); of_each])?;
        }
        Ok(())
    };
    Society::builder(Seed(1))
        .start(date(2001, 1, 1))
        .threads(1)
        .add_plugins((FamilyPlugin::with_rates(rates).hazards(mode), plugin))
        .populate(people)
        .build()
        .unwrap()
}

const NEVER: f64 = 1e-12;

fn records(town: &Society) -> Vec<(u64, LineageRecord)> {
    let lineage = town.world().resource::<Lineage>();
    lineage
        .iter()
        .map(|(id, record)| (id.get(), record))
        .collect()
}

/// Ends every life that began in the new century, at the first look.
struct Cradle;

impl Hazard for Cradle {
    type Event = Death;
    type Reads = BirthDate;
    type Param = NoParam;
    const CAUSE: &'static str = "cradle";

    fn force(born: BirthDate, _: &Today<'_, NoParam>) -> Force {
        if born.0.year() > 2000 {
            Force::MAX
        } else {
            Force::ZERO
        }
    }

    fn bound(born: BirthDate, today: &Today<'_, NoParam>) -> Force {
        Self::force(born, today)
    }
}

#[test]
fn the_newborn_are_looked_at_from_the_next_day_on() {
    for mode in MODES {
        let cradle = |app: &mut App| {
            app.hazard::<Cradle>();
        };
        let mut town = town(mode, 200, NEVER, cradle);
        town.step_n(70).unwrap();
        let last_day = town.today().days() - 1;
        let mut children = 0;
        for (id, record) in records(&town) {
            let born = record.born.days();
            if record.mother.is_some() && born < last_day {
                children += 1;
                let died = record.died.map(|(died, _)| died.days() - born);
                assert_eq!(died, Some(1), "{mode:?}: person#{id}");
            }
        }
        assert!(children > 60, "{mode:?}: {children}");
    }
}

#[test]
fn candidates_are_looked_at_on_the_day_for_which_they_were_drawn() {
    // A force of 3.5 a year, booked for all of it: a quarter are candidates in January. It does not change with
    // age, so that nearly all of them die.
    let mut town = town(HazardMode::Thinned, 2_000, 0.97, |_| {});
    let start = town.today().days();
    town.step().unwrap();
    let booked = town.world().resource::<CandidateCalendar<Death>>().days();
    assert!(booked.len() > 4_000, "{}", booked.len());
    assert!(booked.iter().all(|(tick, _)| (1..365).contains(tick)));
    town.step_n(30).unwrap();
    let (mut died, mut days) = (0, BTreeSet::new());
    for (id, record) in records(&town).into_iter().take(4_000) {
        let day = record.died.map(|(died, _)| (died.days() - start) as u32);
        days.extend(day);
        if let Some(day) = day.filter(|day| *day > 0) {
            died += 1;
            assert!(booked.contains(&(day, id)), "person#{id} on day {day}");
        }
    }
    assert!(days.into_iter().eq(0..31), "somebody dies on each day");
    let january = booked.range(..(31, 0));
    let candidates: BTreeSet<u64> = january.map(|(_, id)| *id).collect();
    assert!(candidates.len() > 800, "{}", candidates.len());
    assert!(
        died * 100 > candidates.len() * 97,
        "{died} of {}",
        candidates.len()
    );
}

/// A hazard of one sex.
macro_rules! fever {
    ($hazard:ident, $sex:expr, $cause:literal) => {
        struct $hazard;

        impl Hazard for $hazard {
            type Event = Death;
            type Reads = Sex;
            type Param = NoParam;
            const CAUSE: &'static str = $cause;

            fn force(sex: Sex, _: &Today<'_, NoParam>) -> Force {
                if sex == $sex {
                    Force::per_million_years(3_000_000)
                } else {
                    Force::ZERO
                }
            }

            fn bound(sex: Sex, today: &Today<'_, NoParam>) -> Force {
                Self::force(sex, today)
            }
        }
    };
}

fever!(OfWomen, Sex::Female, "fever of women");
fever!(OfMen, Sex::Male, "fever of men");

#[test]
fn each_dies_of_a_cause_that_they_can_die_of() {
    for mode in MODES {
        let fevers = |app: &mut App| {
            app.hazard::<OfWomen>().hazard::<OfMen>();
        };
        let mut town = town(mode, 1_000, NEVER, fevers);
        town.step_n(40).unwrap();
        let words = town.world().resource::<Vocabulary<Cause>>();
        let mut died = [0; 2];
        for (id, record) in records(&town) {
            let Some((_, cause)) = record.died else {
                continue;
            };
            let expected = ["fever of men", "fever of women"][record.sex.index()];
            assert_eq!(words.name(cause), Some(expected), "{mode:?}: person#{id}");
            died[record.sex.index()] += 1;
        }
        assert!(died.iter().all(|died| *died > 200), "{mode:?}: {died:?}");
    }
}

struct Third;

impl Hazard for Third {
    type Event = Death;
    type Reads = Sex;
    type Param = NoParam;
    const CAUSE: &'static str = "a third of all";

    fn force(_: Sex, _: &Today<'_, NoParam>) -> Force {
        Force::per_million_years(1_500_000)
    }

    fn bound(sex: Sex, today: &Today<'_, NoParam>) -> Force {
        Self::force(sex, today)
    }
}

#[test]
fn causes_share_deaths_as_their_forces() {
    for mode in MODES {
        let causes = |app: &mut App| {
            app.hazard::<Third>().hazard::<OfWomen>();
        };
        let mut town = town(mode, 2_000, NEVER, causes);
        town.step_n(40).unwrap();
        let words = town.world().resource::<Vocabulary<Cause>>();
        let mut women = [0.0; 2];
        for (_, record) in records(&town) {
            match record.died.map(|(_, cause)| words.name(cause)) {
                Some(Some(Third::CAUSE)) if record.sex == Sex::Female => women[0] += 1.0,
                Some(Some(OfWomen::CAUSE)) => women[1] += 1.0,
                _ => {}
            }
        }
        let [third, fever] = women;
        let deaths: f64 = third + fever;
        // Within four standard deviations of a third.
        let tolerance = 4.0 * (2.0 / 9.0 / deaths).sqrt();
        assert!(
            deaths > 500.0 && (third / deaths - 1.0 / 3.0).abs() < tolerance,
            "{women:?}"
        );
    }
}

/// Whether somebody is ill, and can die of it.
#[derive(oikos_engine::Attribute, Clone, Copy, Default)]
#[attribute(kind = oikos_world::Person)]
struct Ill(bool);

/// Kills the ill: 6 in a year of illness.
macro_rules! illness {
    ($hazard:ident, $horizon:expr) => {
        struct $hazard;

        impl Hazard for $hazard {
            type Event = Death;
            type Reads = Ill;
            type Param = NoParam;
            const CAUSE: &'static str = "illness";
            const HORIZON: Horizon = $horizon;

            fn force(ill: Ill, _: &Today<'_, NoParam>) -> Force {
                Force::per_million_years(if ill.0 { 6_000_000 } else { 0 })
            }

            fn bound(ill: Ill, today: &Today<'_, NoParam>) -> Force {
                Self::force(ill, today)
            }
        }
    };
}

illness!(OfAMonth, Horizon::Month);
illness!(OfAYear, Horizon::Year);

/// People with even ids fall ill on the tenth day and again on the twelfth, and are well on the day between.
fn contagion<const NOTED: bool>(
    clock: Res<Clock>,
    mut people: oikos_engine::Rows<&mut Ill>,
    mut changes: bevy_ecs::system::ResMut<HazardChanges<Death>>,
) {
    let ill = match clock.tick().index() {
        10 | 12 => true,
        11 => false,
        _ => return,
    };
    people.for_each(|who, now| {
        if who.id().get().is_multiple_of(2) {
            now.0 = ill;
            if NOTED {
                changes.note(who.id());
            }
        }
    });
}

fn epidemic<H: Hazard, const NOTED: bool>(app: &mut App) {
    app.attribute::<Ill>().hazard::<H>();
    app.add_systems(Tick, contagion::<NOTED>.in_set(oikos_engine::Phase::Live));
}

/// Days from 1 January on which adults die.
fn deaths(mode: HazardMode, plugin: fn(&mut App)) -> Vec<i32> {
    let mut town = town(mode, 5_000, NEVER, plugin);
    let start = town.today().days();
    town.step_n(45).unwrap();
    let all = records(&town).into_iter().take(10_000);
    let died = all.filter_map(|(id, record)| {
        let (day, _) = record.died?;
        assert!(id.is_multiple_of(2), "person#{id} is well");
        Some(day.days() - start)
    });
    died.collect()
}

#[test]
fn whose_forces_change_is_bounded_anew_if_it_is_noted() {
    let exposed = 33.0 * 6.0 / 365.2425;
    let expected = 5_000.0 * -libm::expm1(-exposed);
    for mode in MODES {
        for plugin in [epidemic::<OfAMonth, true>, epidemic::<OfAYear, true>] {
            let days = deaths(mode, plugin);
            let died = days.len() as f64;
            // Four standard deviations of a binomial number with a share of 0.42.
            assert!(
                (died - expected).abs() < 140.0,
                "{mode:?}: {died}, not {expected}"
            );
            assert!(days.iter().all(|day| *day == 11 || *day > 12), "{mode:?}");
            assert!(days.contains(&11) && days.contains(&13), "{mode:?}");
        }
    }
    // What is not noted comes with the next bounds: after January, or not at all.
    let late = deaths(HazardMode::Thinned, epidemic::<OfAMonth, false>);
    assert!(late.len() > 500 && late.iter().all(|day| *day >= 31));
    assert!(deaths(HazardMode::Thinned, epidemic::<OfAYear, false>).is_empty());
}
