//! The Gompertz-Makeham law of mortality.

use crate::demography::life_table::LifeTable;
use crate::demography::special::scaled_exponential_integral;
use crate::error::FamilyError;
use crate::tables::AGE_MAX;

/// Panels of Simpson's rule over a lifetime.
const PANELS: u32 = 4000;

/// A cumulative hazard that nobody outlives: one in 10^21 does.
const HAZARD_MAX: f64 = 48.0;

/// Mortality that rises exponentially with age, `mu(x) = c + a e^(b x)` per year at exact age `x`.
///
/// With `c = 0` it is Gompertz's law (1825, Phil. Trans. 115: 513-583), else Makeham's (1860, J.
/// Inst. Actuaries 8: 301-310).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gompertz {
    level: f64,
    slope: f64,
    background: f64,
}

impl Gompertz {
    /// A law from the force `a` at birth per year, its rise `b` per year of age, and the force `c`
    /// per year that does not depend on age.
    ///
    /// # Errors
    /// When `a` or `b` is not positive, `c` is negative, or one is not finite.
    pub fn new(a: f64, b: f64, c: f64) -> Result<Self, FamilyError> {
        for (name, value) in [("level a", a), ("slope b", b)] {
            if !(value > 0.0 && value.is_finite()) {
                let must = "it must be positive and finite";
                return Err(FamilyError::Parameter { name, value, must });
            }
        }
        if !(c >= 0.0 && c.is_finite()) {
            let must = "it must be finite and not negative";
            return Err(FamilyError::Parameter {
                name: "background c",
                value: c,
                must,
            });
        }
        Ok(Self {
            level: a,
            slope: b,
            background: c,
        })
    }

    /// Force at birth without the background, `a`, per year.
    #[must_use]
    pub fn level(&self) -> f64 {
        self.level
    }

    /// Rise of the logarithm of the force, `b`, per year of age.
    #[must_use]
    pub fn slope(&self) -> f64 {
        self.slope
    }

    /// Force that does not depend on age, `c`, per year.
    #[must_use]
    pub fn background(&self) -> f64 {
        self.background
    }

    /// Force of mortality at an exact age, per year.
    #[must_use]
    pub fn force(&self, age_years: f64) -> f64 {
        self.background + self.level * libm::exp(self.slope * age_years)
    }

    /// Cumulative hazard from birth to an exact age.
    #[must_use]
    pub fn cumulative_hazard(&self, age_years: f64) -> f64 {
        let rising = self.level / self.slope * libm::expm1(self.slope * age_years);
        self.background * age_years + rising
    }

    /// Share of the newborn alive at an exact age.
    #[must_use]
    pub fn survival(&self, age_years: f64) -> f64 {
        libm::exp(-self.cumulative_hazard(age_years))
    }

    /// The exact age at which the cumulative hazard reaches a value, years. With a unit exponential
    /// variate it is an age at death.
    ///
    /// In closed form without background. With it, Newton's steps come down from a bound above: the
    /// cumulative hazard is convex, so they never pass the solution.
    #[must_use]
    pub fn age_at(&self, cumulative_hazard: f64) -> f64 {
        if cumulative_hazard <= 0.0 {
            return 0.0;
        }
        let rising_alone = libm::log1p(self.slope * cumulative_hazard / self.level) / self.slope;
        if self.background <= 0.0 {
            return rising_alone;
        }
        let mut age = rising_alone.min(cumulative_hazard / self.background);
        for _ in 0..100 {
            let excess = self.cumulative_hazard(age) - cumulative_hazard;
            let next = age - excess / self.force(age);
            if next >= age || next.is_nan() {
                break;
            }
            age = next.max(0.0);
        }
        age
    }

    /// Life expectancy at birth, years.
    ///
    /// Without background `e^(a/b) E1(a/b) / b` (Missov & Lenart 2013, Theor. Popul. Biol. 90:
    /// 29-35); with it the integral of survival by Simpson's rule.
    #[must_use]
    pub fn expectation(&self) -> f64 {
        if self.background <= 0.0 {
            return scaled_exponential_integral(self.level / self.slope) / self.slope;
        }
        let step = self.age_at(HAZARD_MAX) / f64::from(PANELS);
        let weight = |panel: u32| match panel {
            0 | PANELS => 1.0,
            panel if panel % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let weighted = |panel| weight(panel) * self.survival(f64::from(panel) * step);
        (0..=PANELS).map(weighted).sum::<f64>() * step / 3.0
    }

    /// The exact age at which most people die, years: 0 where deaths are most frequent at birth.
    ///
    /// Deaths peak where `b a e^(bx) = mu(x)^2`, a quadratic equation in `a e^(bx)`.
    #[must_use]
    pub fn mode(&self) -> f64 {
        let (b, c) = (self.slope, self.background);
        let discriminant = b * b - 4.0 * b * c;
        if discriminant < 0.0 {
            return 0.0;
        }
        let rising = (b - 2.0 * c + libm::sqrt(discriminant)) / 2.0;
        (libm::log(rising / self.level) / b).max(0.0)
    }

    /// The life table of this law for completed ages 0 to `last_age`, with exact yearly chances of
    /// dying.
    ///
    /// # Errors
    /// When `last_age` exceeds 150, or mortality is so low that nobody dies at it.
    pub fn life_table(&self, last_age: u32) -> Result<LifeTable, FamilyError> {
        if last_age > AGE_MAX {
            let must = "it must not exceed 150";
            let value = f64::from(last_age);
            return Err(FamilyError::Parameter {
                name: "last age",
                value,
                must,
            });
        }
        let probability = |age: u32| -libm::expm1(-self.yearly_hazard(f64::from(age)));
        LifeTable::new((0..=last_age).map(probability).collect())
    }

    /// The law with a given life expectancy at birth and a given modal age at death, without
    /// background; both in years.
    ///
    /// With `t = b x mode` the ratio of the two is `e^z E1(z) / t`, `z = e^-t`. It falls to 0.866
    /// at `t = 2.95` and rises towards 1 after that; the solution is taken from the rising branch,
    /// where human populations lie.
    ///
    /// # Errors
    /// When the mode is not positive or the ratio of the two lies outside 0.866..1.
    pub fn from_expectation_and_mode(
        expectation_years: f64,
        mode_years: f64,
    ) -> Result<Self, FamilyError> {
        let ratio_at = |t: f64| scaled_exponential_integral(libm::exp(-t)) / t;
        let ratio = expectation_years / mode_years;
        let ratio_min = ratio_at(RISING_BRANCH);
        let (mut low, mut high) = (RISING_BRANCH, RISING_BRANCH_END);
        if !(mode_years > 0.0 && ratio >= ratio_min && ratio <= ratio_at(high)) {
            return Err(FamilyError::NoSuchGompertz {
                expectation_years,
                mode_years,
                ratio_min,
            });
        }
        for _ in 0..200 {
            let middle = low + (high - low) / 2.0;
            if ratio_at(middle) < ratio {
                low = middle;
            } else {
                high = middle;
            }
        }
        let slope = low / mode_years;
        Self::new(slope * libm::exp(-low), slope, 0.0)
    }

    /// Cumulative hazard of the year that starts at an exact age: the mean force in that year.
    pub(crate) fn yearly_hazard(&self, age_years: f64) -> f64 {
        let rising = self.level / self.slope * libm::expm1(self.slope);
        self.background + rising * libm::exp(self.slope * age_years)
    }
}

/// Where the ratio of life expectancy to mode is least, as `b x mode`.
const RISING_BRANCH: f64 = 2.946_84;

/// Past this the force at birth is below 10^-300 and no longer a normal number.
const RISING_BRANCH_END: f64 = 690.0;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Life expectancy to 10^-6 and mode to 10^-3 years, from the closed forms.
    const KNOWN: [(f64, f64, f64, f64); 3] = [
        (3e-5, 0.1, 75.370_732, 81.117),
        (5e-5, 0.095, 73.437_797, 79.470),
        (1e-4, 0.09, 69.257_909, 75.582),
    ];

    #[test]
    fn expectation_and_mode_of_known_laws() {
        for (a, b, expectation, mode) in KNOWN {
            let law = Gompertz::new(a, b, 0.0).unwrap();
            assert!(
                (law.expectation() - expectation).abs() < 1e-5,
                "{}",
                law.expectation()
            );
            assert!((law.mode() - mode).abs() < 1e-3, "{}", law.mode());
        }
    }

    #[test]
    fn lives_sampled_evenly_have_the_known_expectation() {
        for (a, b, expectation, _) in KNOWN {
            let law = Gompertz::new(a, b, 0.0).unwrap();
            let lives = 100_000;
            let age = |i| law.age_at(-libm::log((f64::from(i) + 0.5) / f64::from(lives)));
            let mean = (0..lives).map(age).sum::<f64>() / f64::from(lives);
            assert!((mean - expectation).abs() < 1e-3, "{mean}");
        }
    }

    #[test]
    fn background_mortality_takes_years_away() {
        // As c falls the integral meets the closed form; as a falls the law becomes exponential.
        let closed = Gompertz::new(5e-5, 0.095, 0.0).unwrap().expectation();
        let nearly = Gompertz::new(5e-5, 0.095, 1e-13).unwrap().expectation();
        assert!((closed - nearly).abs() < 1e-8, "{closed} {nearly}");
        let constant = Gompertz::new(1e-290, 0.01, 0.02).unwrap().expectation();
        assert!((constant - 50.0).abs() < 1e-6, "{constant}");
        let makeham = Gompertz::new(5e-5, 0.095, 0.0007).unwrap();
        let peak = makeham.mode();
        let deaths = |age: f64| makeham.force(age) * makeham.survival(age);
        assert!(deaths(peak) > deaths(peak - 0.01) && deaths(peak) > deaths(peak + 0.01));
        assert!(Gompertz::new(5e-5, 0.095, 0.03).unwrap().mode().abs() < 1e-300);
    }

    #[test]
    fn life_tables_have_exact_chances() {
        let law = Gompertz::new(5e-5, 0.095, 0.0005).unwrap();
        let table = law.life_table(110).unwrap();
        for age in [0, 1, 40, 80, 110] {
            let exact = 1.0 - law.survival(f64::from(age) + 1.0) / law.survival(f64::from(age));
            assert!((table.probability(age) - exact).abs() < 1e-12, "{age}");
        }
        assert!((table.expectation(0) - law.expectation()).abs() < 0.02);
        assert!(law.life_table(151).is_err());
    }

    #[test]
    fn fit_to_official_expectation_and_mode() {
        // United Kingdom 2018-2020 (Office for National Statistics): men, women.
        for (expectation, mode, median) in [(79.0, 86.7, 82.3), (82.9, 89.3, 85.8)] {
            let law = Gompertz::from_expectation_and_mode(expectation, mode).unwrap();
            assert!((law.expectation() - expectation).abs() < 1e-9);
            assert!((law.mode() - mode).abs() < 1e-9);
            let found = law.age_at(libm::log(2.0));
            assert!((found - median).abs() < 1.0, "{found}");
        }
        for (expectation, mode) in [(90.0, 80.0), (60.0, 80.0), (f64::NAN, 80.0), (70.0, -80.0)] {
            let law = Gompertz::from_expectation_and_mode(expectation, mode);
            assert!(matches!(law, Err(FamilyError::NoSuchGompertz { .. })));
        }
        let turning = |t: f64| scaled_exponential_integral(libm::exp(-t)) / t;
        assert!(turning(RISING_BRANCH) < turning(RISING_BRANCH + 0.01));
        assert!(turning(RISING_BRANCH) < turning(RISING_BRANCH - 0.01));
    }

    #[test]
    fn bad_parameters_are_refused() {
        for (a, b, c) in [(0.0, 0.1, 0.0), (1e-5, -0.1, 0.0), (1e-5, 0.1, -1e-9)] {
            assert!(matches!(
                Gompertz::new(a, b, c),
                Err(FamilyError::Parameter { .. })
            ));
        }
        assert!(Gompertz::new(f64::NAN, 0.1, 0.0).is_err());
        assert!(Gompertz::new(1e-5, 0.1, f64::INFINITY).is_err());
    }

    proptest! {
        #[test]
        fn ages_invert_the_cumulative_hazard(
            a in 1e-7_f64..1e-2, b in 0.02_f64..0.3, c in 0.0_f64..0.05, hazard in 1e-6_f64..60.0,
        ) {
            for background in [0.0, c] {
                let law = Gompertz::new(a, b, background).unwrap();
                let back = law.cumulative_hazard(law.age_at(hazard));
                prop_assert!((back / hazard - 1.0).abs() < 1e-9, "{back} {hazard}");
            }
        }

        #[test]
        fn the_mode_is_where_deaths_peak(
            a in 1e-6_f64..1e-3, b in 0.05_f64..0.15, c in 0.0_f64..0.01,
        ) {
            let law = Gompertz::new(a, b, c).unwrap();
            let peak = law.mode();
            let deaths = |age: f64| law.force(age) * law.survival(age);
            prop_assert!(deaths(peak) >= deaths(peak + 0.1));
            prop_assert!(peak < 0.1 || deaths(peak) >= deaths(peak - 0.1));
        }
    }
}
