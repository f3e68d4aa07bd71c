//! Rules that every history keeps, over random small societies.

use std::collections::BTreeMap;

use oikos::family::{AGE_MAX, DAYS_PER_YEAR, LineageRecord, daily_probability};
use oikos::prelude::*;

use crate::cases::Case;
use crate::diary::Diary;

const CASES: u64 = 300;

/// A town that outgrows this is followed no further.
const PEOPLE_MAX: usize = 600;

/// Events less their expectation, and the variance of that.
#[derive(Default)]
struct Sum {
    difference: f64,
    variance: f64,
}

impl Sum {
    fn z(&self) -> f64 {
        self.difference / self.variance.sqrt()
    }
}

/// In how many cases something happened.
#[derive(Default, Debug)]
struct Coverage {
    daily: u32,
    twins: u32,
    infant_deaths: u32,
    extinctions: u32,
    mothers_died_on_a_day_of_birth: u32,
    grandchildren: u32,
}

impl Coverage {
    fn add(&mut self, case: &Case, diary: &Diary, town: &Society) {
        let lineage = town.world().resource::<Lineage>();
        let has_mother = |id: PersonId| lineage.get(id).unwrap().mother.is_some();
        let grandchildren = lineage
            .iter()
            .any(|(_, person)| person.mother.is_some_and(has_mother));
        self.daily += u32::from(case.mode == HazardMode::Daily);
        self.twins += u32::from(diary.multiples > 0);
        self.infant_deaths += u32::from(diary.infant_deaths > 0);
        self.extinctions += u32::from(diary.people() == 0);
        self.mothers_died_on_a_day_of_birth += u32::from(diary.mothers_died_on_a_day_of_birth > 0);
        self.grandchildren += u32::from(grandchildren);
    }

    fn is_at_least_a_hundredth(&self) -> bool {
        let counts = [
            self.daily,
            CASES as u32 - self.daily,
            self.twins,
            self.infant_deaths,
            self.extinctions,
            self.mothers_died_on_a_day_of_birth,
            self.grandchildren,
        ];
        counts
            .into_iter()
            .all(|count| u64::from(count) * 100 >= CASES)
    }
}

fn records(town: &Society) -> Vec<(PersonId, LineageRecord)> {
    town.world().resource::<Lineage>().iter().collect()
}

/// F2, F10 and F12 once more, in the lineage.
fn check_lineage(records: &[(PersonId, LineageRecord)], case: &Case) {
    let by_id: BTreeMap<PersonId, &LineageRecord> =
        records.iter().map(|(id, record)| (*id, record)).collect();
    let mut deliveries: BTreeMap<(PersonId, Date), Vec<u64>> = BTreeMap::new();
    for (id, person) in records {
        assert!(person.died.is_none_or(|(died, _)| died >= person.born));
        let Some(mother) = person.mother else {
            continue;
        };
        // Ids rise towards the children, so nobody is an ancestor of themselves.
        assert!(mother < *id);
        let of = by_id[&mother];
        assert!(of.died.is_none_or(|(died, _)| died >= person.born));
        let age = person.born.completed_years_since(of.born);
        assert!(age >= case.mother_age_min as i32);
        deliveries
            .entry((mother, person.born))
            .or_default()
            .push(id.get());
    }
    for children in deliveries.values() {
        // Children of one delivery come one after the other.
        assert!(children.windows(2).all(|pair| pair[1] == pair[0] + 1));
        assert!(children.len() <= 3);
    }
}

/// F11: what the lineage says of days and events is what was counted day by day; and events are as many
/// as the rates say.
fn check_exposure(town: &Society, diary: &Diary, case: &Case, sums: &mut [Sum; 2]) {
    let score = Score::of(town.world()).unwrap().unwrap();
    let exposure = &score.exposure;
    let multiple = case.rates.multiple_births();
    let [one, two, three] = multiple.children_per_delivery();
    let (mean, square) = (one + 2.0 * two + 3.0 * three, one + 4.0 * two + 9.0 * three);
    for year in exposure.years() {
        let rates = case.rates.by_year().at_year(year);
        for age in 0..=AGE_MAX {
            for sex in [0, 1] {
                let cell = (sex, age, year);
                let seen = |counts: &BTreeMap<_, u64>| counts.get(&cell).copied().unwrap_or(0);
                let days = seen(&diary.days);
                let deaths = seen(&diary.deaths);
                assert_eq!(exposure.days(sex, age, year), days);
                assert_eq!(exposure.deaths(sex, age, year), deaths);
                let chance = daily_probability(rates.mortality[sex].force(age), DAYS_PER_YEAR);
                sums[0].difference += deaths as f64 - days as f64 * chance;
                sums[0].variance += days as f64 * chance * (1.0 - chance);
                if sex == 0 {
                    continue;
                }
                let births = seen(&diary.births);
                assert_eq!(exposure.deliveries(age, year), seen(&diary.deliveries));
                assert_eq!(exposure.births(age, year), births);
                let force = rates.fertility.rate(age) * multiple.deliveries_per_birth();
                let chance = daily_probability(force, DAYS_PER_YEAR);
                let each = chance * mean;
                sums[1].difference += births as f64 - days as f64 * each;
                sums[1].variance += days as f64 * (chance * square - each * each);
            }
        }
    }
}

/// F14: the same history when its rows are shuffled before every tick, and when it is saved and goes on
/// in another society.
fn disturbed(case: &Case, days: u32) -> Society {
    let mut first = case.builder().scramble(case.number).build().unwrap();
    let before = case.saved_after.min(days);
    first.step_n(before).unwrap();
    let saved = first.snapshot().unwrap();
    let mut second = case.builder().scramble(!case.number).build().unwrap();
    second.restore(&saved).unwrap();
    second.step_n(days - before).unwrap();
    second
}

#[test]
fn every_history_keeps_the_rules() {
    let mut coverage = Coverage::default();
    let mut sums = [Sum::default(), Sum::default()];
    for number in 0..CASES {
        let case = Case::new(number);
        let mut town = case.builder().build().unwrap();
        let mut diary = Diary::begin(&town);
        let mut days = 0;
        while days < case.days && diary.people() <= PEOPLE_MAX {
            diary.day(&mut town, &case);
            days += 1;
        }
        let records = records(&town);
        check_lineage(&records, &case);
        check_exposure(&town, &diary, &case, &mut sums);
        let other = disturbed(&case, days);
        assert_eq!(records, self::records(&other), "case {number}");
        assert_eq!(
            town.digest().unwrap(),
            other.digest().unwrap(),
            "case {number}"
        );
        coverage.add(&case, &diary, &town);
    }
    let [deaths, births] = sums;
    println!("{CASES} cases: {coverage:?}");
    println!(
        "all deaths: z {:.2}, all births: z {:.2}",
        deaths.z(),
        births.z()
    );
    assert!(coverage.is_at_least_a_hundredth(), "{coverage:?}");
    assert!(deaths.z().abs() < 4.0 && births.z().abs() < 4.0);
}
