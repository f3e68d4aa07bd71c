//! What must hold of marriage functions, and the calibration against the schedules.

use proptest::prelude::*;

use super::*;
use crate::{CoaleMcNeil, FEMALE, FamilyFigures, MALE};

/// The formulas of the module's documentation, cell by cell.
fn slow_unions(
    name: &str,
    rates: &UnionRates,
    men: &[f64],
    women: &[f64],
    at: (usize, usize),
) -> f64 {
    let a = |x: usize, y: usize| rates.attraction().get(x, y);
    let (x, y) = at;
    let suitors: f64 = (0..men.len()).map(|other| a(other, y) * men[other]).sum();
    let brides: f64 = (0..women.len())
        .map(|other| a(x, other) * women[other])
        .sum();
    let pairs = a(x, y) * men[x] * women[y];
    if pairs <= 0.0 {
        return 0.0;
    }
    match name {
        "harmonic mean" => 2.0 * pairs / (suitors / rates.women()[y] + brides / rates.men()[x]),
        "female-dominant" => rates.women()[y] * pairs / suitors,
        _ => rates.men()[x] * pairs / brides,
    }
}

const FUNCTIONS: [&dyn MarriageFunction; 3] = [&HarmonicMean, &FemaleDominant, &MaleDominant];

prop_compose! {
    fn market()(men in 1_usize..6, women in 1_usize..6)(
        cells in prop::collection::vec(0.01_f64..5.0, men * women),
        forces in prop::collection::vec(0.001_f64..2.0, men + women),
        singles in prop::collection::vec(0.5_f64..1e4, men + women),
        men in Just(men),
        women in Just(women),
    ) -> (UnionRates, Vec<f64>, Vec<f64>) {
        let attraction = PairTable::new(men, women, |man, woman| cells[man * women + woman]);
        let rates = UnionRates::new(attraction, forces[..men].to_vec(), forces[men..].to_vec());
        (rates.unwrap(), singles[..men].to_vec(), singles[men..].to_vec())
    }
}

proptest! {
    #[test]
    fn unions_follow_the_formulas((rates, men, women) in market()) {
        for function in FUNCTIONS {
            let unions = rates.unions(function, &men, &women).unwrap();
            for x in 0..men.len() {
                for y in 0..women.len() {
                    let slow = slow_unions(function.name(), &rates, &men, &women, (x, y));
                    prop_assert!((unions.get(x, y) / slow - 1.0).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn without_one_sex_there_are_no_unions((rates, men, women) in market()) {
        for function in FUNCTIONS {
            for gone in [true, false] {
                let none = |singles: &[f64], gone: bool| -> Vec<f64> {
                    singles.iter().map(|count| if gone { 0.0 } else { *count }).collect()
                };
                let (men, women) = (none(&men, gone), none(&women, !gone));
                let unions = rates.unions(function, &men, &women).unwrap();
                prop_assert!(unions.total().abs() <= 0.0, "{}", function.name());
            }
        }
    }

    #[test]
    fn twice_everybody_is_twice_the_unions(
        (rates, men, women) in market(), times in 0.01_f64..100.0,
    ) {
        let scaled = |singles: &[f64]| -> Vec<f64> { singles.iter().map(|s| s * times).collect() };
        for function in FUNCTIONS {
            let once = rates.unions(function, &men, &women).unwrap();
            let more = rates.unions(function, &scaled(&men), &scaled(&women)).unwrap();
            let within = once.within(0.5, &men, &women).unwrap();
            let more_within = more.within(0.5, &scaled(&men), &scaled(&women)).unwrap();
            for (few, many) in [(&once, &more), (&within, &more_within)] {
                for x in 0..men.len() {
                    for y in 0..women.len() {
                        let expected = times * few.get(x, y);
                        prop_assert!((many.get(x, y) / expected - 1.0).abs() < 1e-9);
                    }
                }
            }
        }
    }

    #[test]
    fn rivals_of_one_age_lower_the_rate_of_the_others(
        (rates, men, women) in market(), more in 1.01_f64..10.0,
    ) {
        let competes = |function: &dyn MarriageFunction, sex: usize| {
            let mut crowded = [men.clone(), women.clone()];
            crowded[sex][0] *= more;
            let before = rates.unions(function, &men, &women).unwrap();
            let after = rates.unions(function, &crowded[MALE], &crowded[FEMALE]).unwrap();
            let before = before.forces(&men, &women).unwrap();
            let after = after.forces(&crowded[MALE], &crowded[FEMALE]).unwrap();
            let rest = 1..before[sex].len();
            rest.map(|band| after[sex][band] / before[sex][band]).collect::<Vec<_>>()
        };
        for (function, sex) in [
            (FUNCTIONS[0], MALE),
            (FUNCTIONS[0], FEMALE),
            (FUNCTIONS[1], MALE),
            (FUNCTIONS[2], FEMALE),
        ] {
            let lower = competes(function, sex).into_iter().all(|ratio| ratio < 1.0);
            prop_assert!(lower, "{} {sex}", function.name());
        }
        // Who decides alone does not notice rivals.
        for (function, sex) in [(FUNCTIONS[1], FEMALE), (FUNCTIONS[2], MALE)] {
            let same = competes(function, sex).into_iter().all(|ratio| (ratio - 1.0).abs() < 1e-9);
            prop_assert!(same, "{} {sex}", function.name());
        }
    }

    #[test]
    fn there_are_never_more_unions_than_singles(
        (rates, men, women) in market(), years in 0.0_f64..50.0,
    ) {
        for function in FUNCTIONS {
            let unions = rates.unions(function, &men, &women).unwrap();
            let within = unions.within(years, &men, &women).unwrap();
            let fits = |sums: &[f64], singles: &[f64]| {
                sums.iter().zip(singles).all(|(sum, count)| *sum <= count * (1.0 + 1e-12))
            };
            prop_assert!(fits(&within.sums_of_men(), &men), "{}", function.name());
            prop_assert!(fits(&within.sums_of_women(), &women), "{}", function.name());
            prop_assert!(within.total() <= years * unions.total() * (1.0 + 1e-12));
        }
    }
}

/// A stationary population without deaths by single years from 15 to 64, 1,000 people a year.
struct Reference {
    ages: Vec<f64>,
    singles: [Vec<f64>; 2],
    forces: [Vec<f64>; 2],
}

impl Reference {
    fn us() -> Self {
        let schedules = CoaleMcNeil::from_figures(&FamilyFigures::us().unwrap()).unwrap();
        let ages = 15..65_u32;
        let single =
            |sex: usize, age: u32| 1_000.0 * schedules[sex].never_married(f64::from(age) + 0.5);
        let by_sex = |value: &dyn Fn(usize, u32) -> f64| {
            [MALE, FEMALE].map(|sex| ages.clone().map(|age| value(sex, age)).collect())
        };
        Self {
            ages: ages.clone().map(|age| f64::from(age) + 0.5).collect(),
            singles: by_sex(&single),
            forces: by_sex(&|sex, age| schedules[sex].force_in_year(age)),
        }
    }

    fn margin(&self, sex: usize) -> Margin<'_> {
        Margin {
            ages: &self.ages,
            singles: &self.singles[sex],
            forces: &self.forces[sex],
        }
    }

    fn calibrate(&self) -> Calibration {
        let (men, women) = (self.margin(MALE), self.margin(FEMALE));
        UnionRates::calibrate(men, women, AgeGap::ASSUMED).unwrap()
    }
}

#[test]
fn both_schedules_come_back_in_the_reference_population() {
    let reference = Reference::us();
    let found = reference.calibrate();
    assert!(
        found.men_residual < 1e-9 && found.women_residual < 1e-12,
        "{} {}",
        found.men_residual,
        found.women_residual
    );
    // Limits set before: the mean gap within half a year, men's forces within a tenth.
    assert!((found.gap[0] - AgeGap::ASSUMED.mean()).abs() < 0.5);
    assert!((found.gap[1] - AgeGap::ASSUMED.sd()).abs() < 1e-5);
    assert!(
        (found.men_scaled_by - 1.0).abs() < 0.1,
        "{}",
        found.men_scaled_by
    );
    let [men, women] = &reference.singles;
    for function in FUNCTIONS {
        let unions = found.rates.unions(function, men, women).unwrap();
        let forces = unions.forces(men, women).unwrap();
        for (sex, scale) in [(MALE, found.men_scaled_by), (FEMALE, 1.0)] {
            for (force, wanted) in forces[sex].iter().zip(&reference.forces[sex]) {
                let off = (force - scale * wanted).abs();
                assert!(
                    off < 1e-8 * wanted + 1e-300,
                    "{} {sex}: {force} {wanted}",
                    function.name()
                );
            }
        }
    }
}

#[test]
fn sex_ratios_of_08_and_12_move_unions_as_they_must() {
    let reference = Reference::us();
    let rates = reference.calibrate().rates;
    let [men, women] = &reference.singles;
    let total = |function: &dyn MarriageFunction, ratio: f64| {
        let men: Vec<f64> = men.iter().map(|count| count * ratio).collect();
        rates.unions(function, &men, women).unwrap().total()
    };
    for ratio in [0.8, 1.2] {
        let changed = |function| total(function, ratio) / total(function, 1.0);
        assert!((changed(&HarmonicMean) - 2.0 * ratio / (1.0 + ratio)).abs() < 1e-9);
        assert!((changed(&FemaleDominant) - 1.0).abs() < 1e-12);
        assert!((changed(&MaleDominant) - ratio).abs() < 1e-12);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let reference = Reference::us();
    let (men, women) = (reference.margin(MALE), reference.margin(FEMALE));
    let nobody = vec![0.0; 50];
    let no_men = Margin {
        singles: &nobody,
        ..men
    };
    let found = UnionRates::calibrate(no_men, women, AgeGap::ASSUMED).unwrap_err();
    assert!(
        matches!(found, FamilyError::NobodyToMarry { sex: "male", .. }),
        "{found}"
    );
    // Men of 1,000 years and a narrow gap: nobody suits anybody.
    let old: Vec<f64> = reference.ages.iter().map(|age| age + 1_000.0).collect();
    let too_old = Margin { ages: &old, ..men };
    let found = UnionRates::calibrate(too_old, women, AgeGap::ASSUMED).unwrap_err();
    assert!(
        matches!(found, FamilyError::NobodyToMarry { unions, .. } if unions > 0.0),
        "{found}"
    );
    let short = Margin {
        forces: &men.forces[1..],
        ..men
    };
    let found = UnionRates::calibrate(short, women, AgeGap::ASSUMED).unwrap_err();
    assert!(
        matches!(
            found,
            FamilyError::Length {
                expected: 50,
                found: 49,
                ..
            }
        ),
        "{found}"
    );

    let rates = reference.calibrate().rates;
    let with = |value: f64| {
        let mut men = reference.singles[MALE].clone();
        men[3] = value;
        rates.unions(&HarmonicMean, &men, &reference.singles[FEMALE])
    };
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        let found = with(wrong).unwrap_err();
        assert!(
            matches!(found, FamilyError::AtAge { age: 3, .. }),
            "{found}"
        );
    }
    assert!(rates.unions(&HarmonicMean, &[1.0], &nobody).is_err());
    for (mean, sd) in [(f64::NAN, 5.0), (2.0, 0.0), (2.0, f64::NAN), (200.0, 5.0)] {
        assert!(AgeGap::new(mean, sd).is_err(), "{mean} {sd}");
    }
}
