//! Planted faults: the check that passes for the tables must fail for each of these.

use oikos::family::{
    DAYS_PER_YEAR, FEMALE, LifeTable, MALE, SEXES, Series, daily_probability, force_from_days,
};
use oikos::prelude::*;
use oikos::world::Cause;

use crate::observation::{Observation, largest_z, verdict};
use crate::towns::{Setting, history, rates_of, town};

const SETTING: Setting = Setting {
    people: 100_000,
    years: 30,
    mode: HazardMode::Thinned,
};

/// The tables with another force of mortality: a function of the right table, the sex and the age.
fn with_mortality(force: impl Fn(&LifeTable, usize, u32) -> f64) -> Tables {
    let mut tables = Tables::us().unwrap();
    let Series::ByYear(years) = &mut tables.mortality else {
        panic!("the bundled tables have years");
    };
    for by_sex in years.values_mut() {
        for (sex, table) in by_sex.iter_mut().enumerate() {
            let forces: Vec<f64> = (0..=table.last_age())
                .map(|age| force(table, sex, age))
                .collect();
            *table = LifeTable::from_rates(&forces).unwrap();
        }
    }
    tables
}

/// Whether a town that dies by `faulty` tables passes for one that dies by the right ones.
fn passes(name: &str, faulty: &Tables) -> bool {
    let right = Tables::us().unwrap();
    let town = history(1, &right, rates_of(faulty), SETTING);
    let mut observation = Observation::new(2019, 2049);
    observation.add(&town);
    let score = observation.score(&rates_of(&right));
    println!("{name}: {}", verdict(&score));
    score.agrees()
}

#[test]
fn no_fault_passes() {
    let same = with_mortality(|table, _, age| table.force(age));
    assert!(passes("no fault", &same));
}

#[test]
fn a_yearly_chance_spread_evenly_over_days_is_caught() {
    let spread = with_mortality(|table, _, age| {
        force_from_days(table.probability(age), 365.25, DAYS_PER_YEAR)
    });
    assert!(!passes("q / 365.25 a day", &spread));
}

#[test]
fn mortality_shifted_by_half_a_year_is_caught() {
    let shifted = with_mortality(|table, _, age| (table.force(age) * table.force(age + 1)).sqrt());
    assert!(!passes("half a year older", &shifted));
}

#[test]
fn a_doubled_force_at_one_age_is_caught() {
    let doubled = with_mortality(|table, sex, age| {
        let twice = sex == MALE && age == 72;
        table.force(age) * if twice { 2.0 } else { 1.0 }
    });
    assert!(!passes("men of 72 die twice as often", &doubled));
}

/// Two more deaths a year among a thousand men of 20 to 59.
struct Mine;

const MINERS: std::ops::RangeInclusive<u32> = 20..=59;
const MINE_FORCE: f64 = 0.002;

impl Hazard for Mine {
    type Event = Death;
    type Reads = (BirthDate, Sex);
    type Param = NoParam;
    const CAUSE: &'static str = "mine";

    fn force((born, sex): (BirthDate, Sex), today: &Today<'_, NoParam>) -> Force {
        let works = sex == Sex::Male && MINERS.contains(&today.ages.completed(born));
        if works {
            Force::per_million_years(2_000)
        } else {
            Force::ZERO
        }
    }

    fn bound((_, sex): (BirthDate, Sex), _: &Today<'_, NoParam>) -> Force {
        match sex {
            Sex::Male => Force::per_million_years(2_000),
            Sex::Female => Force::ZERO,
        }
    }
}

/// One more death a year among a thousand women, whatever their age. It declares no bound.
struct Cold;

const COLD_FORCE: f64 = 0.001;

impl Hazard for Cold {
    type Event = Death;
    type Reads = Sex;
    type Param = NoParam;
    const CAUSE: &'static str = "cold";

    fn force(sex: Sex, _: &Today<'_, NoParam>) -> Force {
        match sex {
            Sex::Male => Force::ZERO,
            Sex::Female => Force::per_million_years(1_000),
        }
    }
}

/// Deaths of a cause by sex.
fn deaths_of(town: &Society, cause: &str) -> [u64; 2] {
    let word = town.world().resource::<Vocabulary<Cause>>().find(cause);
    let mut deaths = [0; 2];
    for (_, person) in town.world().resource::<Lineage>().iter() {
        if person.died.is_some_and(|(_, of)| Some(of) == word) {
            deaths[person.sex.index()] += 1;
        }
    }
    deaths
}

/// Expected deaths of the cause with the force `extra`, and of the life table, among a sex.
fn expected(seen: &Observation, sex: usize, extra: impl Fn(u32) -> f64) -> [f64; 2] {
    let rates = rates_of(&Tables::us().unwrap());
    let mut sums = [0.0; 2];
    for year in seen.exposure.years() {
        for age in 0..=oikos::family::AGE_MAX {
            let days = seen.exposure.days(sex, age, year) as f64;
            let table = rates.by_year().at_year(year).mortality[sex].force(age);
            let both = extra(age) + table;
            let deaths = days * daily_probability(both, DAYS_PER_YEAR);
            sums[0] += deaths * extra(age) / both;
            sums[1] += deaths * table / both;
        }
    }
    sums
}

fn causes_add_up(
    mode: HazardMode,
    setting: Setting,
    extra: fn(&mut App),
) -> (Society, Observation) {
    let tables = Tables::us().unwrap();
    let setting = Setting { mode, ..setting };
    let builder = town(1, &tables, rates_of(&tables), setting).with(extra);
    let mut town = builder.build().unwrap();
    town.run(Years(setting.years)).unwrap();
    let mut seen = Observation::new(2019, 2049);
    seen.add(&town);
    (town, seen)
}

fn within_four_errors(name: &str, sex: usize, found: [[u64; 2]; 2], expected: [f64; 2]) {
    for (cause, (found, expected)) in found.into_iter().zip(expected).enumerate() {
        let found = found[sex] as f64;
        println!(
            "{name}, {}, cause {cause}: {found} deaths, {expected:.1} expected",
            SEXES[sex]
        );
        assert!((found - expected).abs() < 4.0 * expected.sqrt());
    }
}

#[test]
fn deaths_of_a_cause_added_by_a_user_are_as_many_as_it_says() {
    for mode in [HazardMode::Daily, HazardMode::Thinned] {
        let (town, seen) = causes_add_up(mode, SETTING, |app| {
            app.hazard::<Mine>();
        });
        let found = ["mine", "life table"].map(|cause| deaths_of(&town, cause));
        assert_eq!(found[0][FEMALE], 0);
        let mine = |age| {
            if MINERS.contains(&age) {
                MINE_FORCE
            } else {
                0.0
            }
        };
        let expected = expected(&seen, MALE, mine);
        within_four_errors(&format!("{mode:?} mine"), MALE, found, expected);
        // And the life table alone no longer describes these men.
        let score = seen.score(&rates_of(&Tables::us().unwrap()));
        assert!(!score.agrees(), "{}", largest_z(&score));
    }
}

#[test]
fn a_hazard_without_a_bound_kills_as_many_as_it_says() {
    let setting = Setting {
        people: 40_000,
        years: 10,
        ..SETTING
    };
    for mode in [HazardMode::Daily, HazardMode::Thinned] {
        let (town, seen) = causes_add_up(mode, setting, |app| {
            app.hazard::<Cold>();
        });
        let found = ["cold", "life table"].map(|cause| deaths_of(&town, cause));
        assert_eq!(found[0][MALE], 0);
        let expected = expected(&seen, FEMALE, |_| COLD_FORCE);
        within_four_errors(&format!("{mode:?} cold"), FEMALE, found, expected);
    }
}
