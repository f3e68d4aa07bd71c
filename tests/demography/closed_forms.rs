//! Lives and births against closed forms.

use oikos::family::{
    DAYS_PER_YEAR, FertilityTable, Gompertz, LifeTable, MultipleBirths, Series, VitalRates,
};
use oikos::prelude::*;

use crate::observation::Observation;
use crate::towns::{Setting, history, rates_of};

const LIVES: usize = 100_000;

/// Gompertz's level and slope with the life expectancy of the closed form, years.
const LAWS: [(f64, f64, f64); 3] = [
    (3e-5, 0.1, 75.370_732),
    (5e-5, 0.095, 73.437_797),
    (1e-4, 0.09, 69.257_909),
];

/// Four standard errors of the mean of so many lives, whose standard deviation is at most 14 years.
fn tolerance_years() -> f64 {
    4.0 * 14.0 / (LIVES as f64).sqrt()
}

/// Rates under which men die by one life table; there are no women to give birth.
fn men_who_die_by(table: &LifeTable) -> VitalRates {
    let mut tables = Tables::us().unwrap();
    tables.mortality = Series::Timeless([table.clone(), table.clone()]);
    let births = [vec![0.0; 30], vec![0.1]].concat();
    tables.fertility = Series::Timeless(FertilityTable::new(&births).unwrap());
    VitalRates::new(&tables, MultipleBirths::NONE, 0.5).unwrap()
}

/// Lengths of the lives of boys born on the first day, years, the shortest first. Death comes in the middle
/// of a day.
fn lives_years(table: &LifeTable, mode: HazardMode) -> Vec<f64> {
    let newborn = |world: &mut World| {
        let today = world.resource::<Clock>().today();
        found_people(world, &vec![(BirthDate(today), Sex::Male); LIVES])?;
        Ok(())
    };
    let plugin = FamilyPlugin::with_rates(men_who_die_by(table)).hazards(mode);
    let mut town = Society::builder(Seed(1))
        .start(date(2000, 1, 1))
        .tick(Days(1))
        .threads(1)
        .add_plugins(plugin)
        .populate(newborn)
        .build()
        .unwrap();
    while !town.slot_order::<Person>().is_empty() {
        town.run(Years(1)).unwrap();
    }
    let lineage = town.world().resource::<Lineage>();
    let years = lineage.iter().map(|(_, person)| {
        let (died, _) = person.died.unwrap();
        (f64::from(died.days() - person.born.days()) + 0.5) / DAYS_PER_YEAR
    });
    let mut years: Vec<f64> = years.collect();
    years.sort_by(f64::total_cmp);
    years
}

/// The Kolmogorov-Smirnov distance of sorted ages at death from a law.
fn distance(lives: &[f64], law: &Gompertz) -> f64 {
    let number = lives.len() as f64;
    let gaps = lives.iter().enumerate().map(|(before, age)| {
        let dead = 1.0 - law.survival(*age);
        let (low, high) = (before as f64 / number, (before + 1) as f64 / number);
        (dead - low).abs().max((high - dead).abs())
    });
    gaps.fold(0.0, f64::max)
}

/// The 99 % point of that distance: 1.63 / sqrt(n) (Smirnov 1948, Ann. Math. Stat. 19: 279-281).
fn distance_limit() -> f64 {
    1.63 / (LIVES as f64).sqrt()
}

fn gompertz_lives(mode: HazardMode, laws: &[(f64, f64, f64)]) {
    for &(level, slope, closed_form) in laws {
        let law = Gompertz::new(level, slope, 0.0).unwrap();
        let table = law.life_table(130).unwrap();
        let lives = lives_years(&table, mode);
        let found = lives.iter().sum::<f64>() / LIVES as f64;
        let distance = distance(&lives, &law);
        let expected = table.expectation(0);
        println!(
            "{mode:?} Gompertz {level:e} {slope}: {found:.3} years, table {expected:.3}, \
             closed form {closed_form:.3}; KS distance {distance:.5}, limit {:.5}",
            distance_limit()
        );
        assert_eq!(lives.len(), LIVES);
        assert!(distance < distance_limit());
        assert!((found - expected).abs() < tolerance_years());
        assert!((found - closed_form).abs() < tolerance_years());
    }
}

#[test]
fn gompertz_lives_thinned() {
    gompertz_lives(HazardMode::Thinned, &LAWS);
}

#[test]
fn gompertz_lives_daily() {
    gompertz_lives(HazardMode::Daily, &LAWS[..1]);
}

/// Whether a count of `trials` lies within four standard deviations of its share.
fn within_four_deviations(name: &str, found: u64, trials: u64, share: f64) {
    let trials = trials as f64;
    let deviation = (share * (1.0 - share) / trials).sqrt();
    let ratio = found as f64 / trials;
    println!("{name}: {ratio:.6}, expected {share:.6}, s.d. {deviation:.6}");
    assert!((ratio - share).abs() < 4.0 * deviation, "{name}");
}

#[test]
fn sexes_and_multiples_of_a_hundred_thousand_births() {
    let mut tables = Tables::us().unwrap();
    let baby_boom = tables.fertility.get(1960).unwrap().clone();
    tables.fertility = Series::Timeless(baby_boom);
    let setting = Setting {
        people: 100_000,
        years: 50,
        mode: HazardMode::Thinned,
    };
    let town = history(1, &tables, rates_of(&tables), setting);
    let mut seen = Observation::new(2019, 2069);
    seen.add(&town);
    let [boys, girls] = seen.born;
    let births = boys + girls;
    assert!(births >= 100_000, "{births}");
    println!("{births} births");
    within_four_deviations("boys", boys, births, 105.0 / 205.0);
    // Of 1,000 children 31.1 are twins and 0.796 triplets: so many of the deliveries.
    let deliveries: u64 = seen.deliveries.iter().sum();
    let per_birth = 1.0 - 0.0311 / 2.0 - 0.000_796 * 2.0 / 3.0;
    for (name, children, share) in [("twins", 2, 0.0311), ("triplets", 3, 0.000_796)] {
        let found = seen.deliveries[children - 1];
        let share = share / children as f64 / per_birth;
        within_four_deviations(name, found, deliveries, share);
        let per_thousand = 1000.0 * (found * children as u64) as f64 / births as f64;
        println!("{name}: {per_thousand:.3} of 1,000 children");
    }
}
