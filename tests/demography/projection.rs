//! A cohort-component projection of its own: expected numbers by day of birth and sex.
//!
//! It shares no code with the hazards: cohorts are those born on one day, each completed age has one
//! logarithm of survival, and a cohort moves from one age to the next on its birthday. So a day costs
//! as many steps as there are ages, and the result is exact to the day.

use std::collections::BTreeMap;

use oikos::family::{DAYS_PER_YEAR, FEMALE, MALE, PeriodRates, VitalRates};
use oikos::prelude::*;

/// Completed ages kept apart; the last one is open. No table here goes beyond.
const AGES: usize = 131;

/// The people of one sex: half of them.
struct Half {
    /// By day of birth: how many there were when they came to their present age, and the age's
    /// logarithm of survival then.
    cohorts: BTreeMap<i32, (f64, f64)>,
    /// By age: the sum over all days so far of the logarithm of daily survival.
    survival: [f64; AGES],
    /// By age: people alive today.
    alive: [f64; AGES],
}

/// Expected numbers of both sexes.
pub(crate) struct Projection {
    today: Date,
    sexes: [Half; 2],
    male_share: f64,
    deliveries_per_birth: f64,
    children_per_delivery: f64,
}

impl Projection {
    /// Starts with people by day of birth and sex.
    pub(crate) fn new(
        today: Date,
        people: impl IntoIterator<Item = (Date, usize, f64)>,
        rates: &VitalRates,
    ) -> Self {
        let empty = || Half {
            cohorts: BTreeMap::new(),
            survival: [0.0; AGES],
            alive: [0.0; AGES],
        };
        let [one, two, three] = rates.multiple_births().children_per_delivery();
        let mut new = Self {
            today,
            sexes: [empty(), empty()],
            male_share: rates.male_share(),
            deliveries_per_birth: rates.multiple_births().deliveries_per_birth(),
            children_per_delivery: one + 2.0 * two + 3.0 * three,
        };
        for (born, sex, number) in people {
            let of_sex = &mut new.sexes[sex];
            of_sex.cohorts.entry(born.days()).or_insert((0.0, 0.0)).0 += number;
            of_sex.alive[age_on(born, today)] += number;
        }
        new
    }

    /// Expected numbers of men and of women.
    pub(crate) fn people(&self) -> [f64; 2] {
        [MALE, FEMALE].map(|sex| self.sexes[sex].alive.iter().sum())
    }

    /// Goes on to a date.
    pub(crate) fn run_to(&mut self, date: Date, rates: &PeriodRates) {
        while self.today < date {
            self.day(rates);
        }
    }

    /// Deaths and births of today, then the birthdays of tomorrow.
    fn day(&mut self, rates: &PeriodRates) {
        let rates = rates.at_year(self.today.year());
        let mut children = 0.0;
        for (age, women) in self.sexes[FEMALE].alive.iter().enumerate() {
            let force = rates.fertility.rate(age as u32) * self.deliveries_per_birth;
            let chance = 1.0 - libm::exp(-force / DAYS_PER_YEAR);
            children += women * chance * self.children_per_delivery;
        }
        let tomorrow = self.today.plus_days(1).unwrap();
        let born = [self.male_share, 1.0 - self.male_share].map(|share| share * children);
        for (sex, (of_sex, born)) in self.sexes.iter_mut().zip(born).enumerate() {
            of_sex.die(|age| rates.mortality[sex].force(age) / DAYS_PER_YEAR);
            of_sex.birthdays(self.today, tomorrow);
            of_sex.bear(self.today, born);
        }
        self.today = tomorrow;
    }
}

impl Half {
    fn die(&mut self, force_per_day: impl Fn(u32) -> f64) {
        for age in 0..AGES {
            let force = force_per_day(age as u32);
            self.survival[age] -= force;
            self.alive[age] *= libm::exp(-force);
        }
    }

    /// Adds today's newborn, who are exposed from tomorrow on, to founders born today, if there are any.
    fn bear(&mut self, today: Date, born: f64) {
        let now = self.survival[0];
        let (number, since) = self.cohorts.entry(today.days()).or_insert((0.0, now));
        *number = *number * libm::exp(now - *since) + born;
        *since = now;
        self.alive[0] += born;
    }

    fn birthdays(&mut self, today: Date, tomorrow: Date) {
        for age in 0..AGES - 1 {
            // Those born up to this day have completed `age + 1` years; more have tomorrow.
            let years = age as u32 + 1;
            let completed = today.years_before(years).unwrap().days();
            let will_have = tomorrow.years_before(years).unwrap().days();
            for born in completed + 1..=will_have {
                if let Some((number, since)) = self.cohorts.get_mut(&born) {
                    let left = *number * libm::exp(self.survival[age] - *since);
                    (*number, *since) = (left, self.survival[age + 1]);
                    self.alive[age] -= left;
                    self.alive[age + 1] += left;
                }
            }
        }
    }
}

fn age_on(born: Date, today: Date) -> usize {
    (today.completed_years_since(born).max(0) as usize).min(AGES - 1)
}

#[test]
fn a_projection_follows_closed_forms() {
    let tables = Tables::us().unwrap();
    let rates = crate::towns::rates_of(&tables);
    let start = date(2021, 1, 1).unwrap();
    // A thousand newborn girls for thirty years: the survivors of the life table, before daughters.
    let mut girls = Projection::new(start, [(start, FEMALE, 1000.0)], &rates);
    girls.run_to(date(2031, 1, 1).unwrap(), rates.by_year());
    let alive = rates.by_year().at_year(2021).mortality[FEMALE].survivors()[10] * 1000.0;
    let births: f64 = girls.people()[MALE] * 2.0;
    assert!(births < 1e-9, "{births}");
    let found = girls.people()[FEMALE];
    println!("{found} girls of ten, {alive} in the life table");
    assert!((found / alive - 1.0).abs() < 1e-5);
    // In the long run it grows at Lotka's rate.
    girls.run_to(date(2321, 1, 1).unwrap(), rates.by_year());
    let before: f64 = girls.people().iter().sum();
    girls.run_to(date(2421, 1, 1).unwrap(), rates.by_year());
    let after: f64 = girls.people().iter().sum();
    let found = libm::log(after / before) / 100.0;
    let year = rates.by_year().at_year(2021);
    let share = 1.0 - rates.male_share();
    let growth = oikos::family::Reproduction::new(&year.mortality[FEMALE], &year.fertility, share)
        .unwrap()
        .growth()
        .unwrap();
    println!("growth of the projection {found:.7}, Lotka {growth:.7}");
    assert!((found - growth).abs() < 2e-5);
}
