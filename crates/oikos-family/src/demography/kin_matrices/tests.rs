//! The table as it was computed before, and sums over lives that know no matrix.

use proptest::prelude::*;

use super::*;
use crate::demography::gompertz::Gompertz;

/// Daughters at ages 15-50 spread normally around 28 with deviation 5, mortality of Gompertz.
fn schedule(gross_reproduction: f64) -> Leslie {
    let law = Gompertz::new(5e-5, 0.095, 0.0).unwrap();
    let weight = |age: u32| {
        let z = (f64::from(age) + 0.5 - 28.0) / 5.0;
        let fertile = (15..=50).contains(&age);
        if fertile {
            libm::exp(-z * z / 2.0)
        } else {
            0.0
        }
    };
    let total: f64 = (0..=110).map(weight).sum();
    let alive = |age: u32| law.survival(f64::from(age));
    let daughters = (0..=110).map(|age| gross_reproduction * weight(age) / total);
    let survival = (0..110).map(|age| alive(age + 1) / alive(age));
    Leslie::new(daughters.collect(), survival.collect()).unwrap()
}

/// Living kin at ages 0, 20, 40 and 60 of a woman, in the order of [`MaternalKin::ALL`].
type Table = [[f64; 4]; 8];

const BELOW_REPLACEMENT: Table = [
    [1.0, 0.95494, 0.71037, 0.14069],
    [0.89196, 0.49533, 0.04610, 0.00006],
    [0.0, 0.04261, 0.84205, 0.84065],
    [0.0, 0.0, 0.00473, 0.49306],
    [0.40675, 0.84362, 0.82631, 0.71442],
    [0.00015, 0.10596, 0.64546, 0.70650],
    [0.84045, 0.79867, 0.59173, 0.16534],
    [0.32256, 0.69291, 0.69465, 0.59538],
];

const ABOVE_REPLACEMENT: Table = [
    [1.0, 0.95558, 0.71381, 0.14407],
    [0.89496, 0.50423, 0.04889, 0.00007],
    [0.0, 0.05119, 1.01155, 1.00987],
    [0.0, 0.0, 0.00683, 0.71155],
    [0.47955, 1.01333, 0.99298, 0.86028],
    [0.00020, 0.14850, 0.92833, 1.01970],
    [1.00979, 0.96106, 0.71746, 0.20529],
    [0.45259, 0.99801, 1.00328, 0.86338],
];

/// The table has five digits; some of its last ones differ by one from ours.
#[test]
fn two_schedules_have_the_kin_of_the_table() {
    for (gross, table) in [(0.85, BELOW_REPLACEMENT), (1.0211, ABOVE_REPLACEMENT)] {
        let matrices = KinMatrices::new(&schedule(gross)).unwrap();
        for (kin, row) in MaternalKin::ALL.into_iter().zip(table) {
            for (age, expected) in [0, 20, 40, 60].into_iter().zip(row) {
                let found = matrices.living(kin, age).unwrap();
                let label = kin.label();
                assert!(
                    (found - expected).abs() < 1.5e-5,
                    "{label} at {age}: {found}"
                );
            }
        }
        assert_eq!(matrices.living(MaternalKin::Aunts, 111), None);
    }
}

/// The slow model: everybody by the time at which they came, the woman being of age 0 at time 0.
struct Lives {
    fertility: Vec<f64>,
    survival: Vec<f64>,
    mothers: Vec<f64>,
}

/// When kin came, and how many.
type Births = Vec<(i64, f64)>;

impl Lives {
    /// The chance of living from one age on for so many years.
    fn lives(&self, from: i64, years: i64) -> f64 {
        let survives = |age| self.survival.get(age as usize).copied().unwrap_or(0.0);
        (from..from + years).map(survives).product()
    }

    /// The daughters of somebody who is of an age at a time for certain.
    fn daughters_of(&self, age: i64, time: i64) -> Births {
        let bears = |(at, rate): (i64, &f64)| {
            let alive = if at <= age {
                1.0
            } else {
                self.lives(age, at - age)
            };
            (time + at + 1 - age, rate * alive)
        };
        (0..).zip(&self.fertility).map(bears).collect()
    }

    /// The daughters of those who came then.
    fn daughters_of_all(&self, mothers: &Births) -> Births {
        let mothers = mothers.iter();
        let all = mothers.flat_map(|(time, number)| {
            let daughters = self.daughters_of(0, *time).into_iter();
            daughters.map(move |(time, each)| (time, number * each))
        });
        all.collect()
    }

    fn living(&self, births: &Births, time: i64) -> f64 {
        let come = births.iter().filter(|(born, _)| *born <= time);
        come.map(|(born, number)| number * self.lives(0, time - born))
            .sum()
    }

    /// Kin through somebody who is of an age at a time: herself, her daughters, their daughters.
    fn through(&self, age: i64, then: i64, generations: u32, time: i64) -> f64 {
        if generations == 0 {
            return self.lives(age, time - then);
        }
        let mut births = self.daughters_of(age, then);
        for _ in 1..generations {
            births = self.daughters_of_all(&births);
        }
        self.living(&births, time)
    }

    fn kin(&self, kin: MaternalKin, time: i64) -> f64 {
        let down = match kin {
            MaternalKin::Mother | MaternalKin::Grandmother => 0,
            MaternalKin::Daughters | MaternalKin::Sisters | MaternalKin::Aunts => 1,
            MaternalKin::Granddaughters | MaternalKin::Nieces | MaternalKin::Cousins => 2,
        };
        let mean = |of: &dyn Fn(i64) -> f64| -> f64 {
            (0..)
                .zip(&self.mothers)
                .map(|(age, share)| share * of(age))
                .sum()
        };
        match kin.mothers_up() {
            // She lives herself, for certain.
            0 => self.through(time, time, down, time),
            1 => mean(&|age| self.through(age, 0, down, time)),
            // Her mother's age is `age` at time 0; of the grandmother that is known when the mother came.
            _ => mean(&|age| mean(&|elder| self.through(elder, -age, down, time))),
        }
    }
}

proptest! {
    #[test]
    fn the_kin_are_those_of_sums_over_lives(
        rates in prop::collection::vec((0.05_f64..1.5, 0.05_f64..1.0), 2..6),
    ) {
        let (fertility, mut survival): (Vec<f64>, Vec<f64>) = rates.into_iter().unzip();
        survival.pop();
        let matrix = Leslie::new(fertility.clone(), survival.clone()).unwrap();
        let matrices = KinMatrices::new(&matrix).unwrap();
        let mothers = matrices.mothers().to_vec();
        let sum: f64 = mothers.iter().sum();
        prop_assert!((sum - 1.0).abs() < 1e-12);
        let lives = Lives { fertility, survival, mothers };
        for kin in MaternalKin::ALL {
            for age in 0..lives.fertility.len() as u32 {
                let (found, expected) = (matrices.living(kin, age), lives.kin(kin, i64::from(age)));
                let close = found.is_some_and(|found| (found - expected).abs() < 1e-9 * (1.0 + expected));
                prop_assert!(close, "{} at {age}: {found:?}, not {expected}", kin.label());
            }
        }
    }
}

#[test]
fn a_population_that_dies_out_at_once_has_no_stable_kin() {
    let barren = Leslie::new(vec![0.0, 0.0], vec![0.5]).unwrap();
    assert_eq!(KinMatrices::new(&barren), Err(FamilyError::NoReproduction));
}

/// By hand: of women who all reach age 1 and of whom half reach age 2, two fifths of the mothers are 1 and bear 0.4
/// daughters a year, and three fifths are 2 and bear 1.2. A newborn has 0.4 × 0.4 + 0.6 × 1.2 sisters of her age.
#[test]
fn a_newborn_has_sisters_of_her_own_age() {
    let matrix = Leslie::new(vec![0.0, 0.4, 1.2], vec![1.0, 0.5]).unwrap();
    let matrices = KinMatrices::new(&matrix).unwrap();
    for (found, expected) in matrices.mothers().iter().zip([0.0, 0.4, 0.6]) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
    let found = matrices.born_with();
    assert!((found - 0.88).abs() < 1e-9, "{found}");
}
