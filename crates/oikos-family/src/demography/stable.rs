//! Growth and age structure in the long run under constant rates, in continuous age.

use crate::demography::fertility::FertilityTable;
use crate::demography::life_table::{LifeTable, years_lived};
use crate::error::FamilyError;

/// Iterations of the search for the rate of growth: enough for bisection alone to settle.
const ITERATIONS_MAX: u32 = 200;

/// How women replace themselves: births by mother's age, female mortality and the share of
/// daughters.
///
/// Forces and birth rates are constant within each completed year of age, and all integrals over a
/// year of age are exact.
#[derive(Debug, Clone, PartialEq)]
pub struct Reproduction {
    /// Daughters per woman and year, by completed age.
    daughters: Vec<f64>,
    table: LifeTable,
}

impl Reproduction {
    /// From the life table of women, children born per woman and year, and the share of girls among
    /// the newborn.
    ///
    /// # Errors
    /// When the share of girls is not above 0 and at most 1.
    pub fn new(
        women: &LifeTable,
        fertility: &FertilityTable,
        female_share: f64,
    ) -> Result<Self, FamilyError> {
        if !(female_share > 0.0 && female_share <= 1.0) {
            let must = "it must be above 0 and at most 1";
            return Err(FamilyError::Parameter {
                name: "share of girls",
                value: female_share,
                must,
            });
        }
        let daughters = fertility
            .rates()
            .iter()
            .map(|rate| rate * female_share)
            .collect();
        Ok(Self {
            daughters,
            table: women.clone(),
        })
    }

    /// Daughters of a woman who lives through all ages: the gross reproduction rate.
    #[must_use]
    pub fn gross(&self) -> f64 {
        self.daughters.iter().sum()
    }

    /// Daughters of a newborn girl: the net reproduction rate.
    #[must_use]
    pub fn net(&self) -> f64 {
        self.discounted(0.0).0
    }

    /// The rate `r` per year at which the population grows in the long run: the solution of
    /// Lotka's equation, `integral of e^(-rx) l(x) f(x) = 1` (Sharpe & Lotka 1911).
    ///
    /// # Errors
    /// When no girl ever has a daughter, or the search does not settle.
    pub fn growth(&self) -> Result<f64, FamilyError> {
        if self.net() <= 0.0 {
            return Err(FamilyError::NoReproduction);
        }
        // The sum falls as r rises; a bracket is widened until it holds the solution.
        let (mut low, mut high) = (-0.1, 0.1);
        for _ in 0..ITERATIONS_MAX {
            if self.discounted(low).0 < 1.0 {
                low *= 2.0;
            } else if self.discounted(high).0 > 1.0 {
                high *= 2.0;
            } else {
                break;
            }
        }
        let mut rate: f64 = 0.0;
        for _ in 0..ITERATIONS_MAX {
            let (sum, weighted) = self.discounted(rate);
            if sum > 1.0 {
                low = rate;
            } else {
                high = rate;
            }
            let newton = rate + (sum - 1.0) / weighted;
            if (newton - rate).abs() <= 1e-15 {
                return Ok(rate);
            }
            let inside = newton > low && newton < high;
            rate = if inside {
                newton
            } else {
                low + (high - low) / 2.0
            };
        }
        Err(FamilyError::NotConverged {
            what: "the rate of growth in the long run",
            iterations: ITERATIONS_MAX,
            advice: "check that births and deaths are those of people",
        })
    }

    /// Mean exact age of mothers at birth in the stable population, years.
    ///
    /// # Errors
    /// As [`Reproduction::growth`].
    pub fn mean_age_of_mothers(&self) -> Result<f64, FamilyError> {
        let (sum, weighted) = self.discounted(self.growth()?);
        Ok(weighted / sum)
    }

    /// Integrals of `e^(-rx) l(x) f(x)` and of the same times `x`.
    fn discounted(&self, rate: f64) -> (f64, f64) {
        let (mut sum, mut weighted) = (0.0, 0.0);
        for (age, &daughters) in (0_u32..).zip(&self.daughters) {
            if daughters > 0.0 {
                let decay = rate + self.table.force(age);
                let start = daughters * alive_discounted(&self.table, age, rate);
                let years = years_lived(decay);
                sum += start * years;
                weighted += start * (f64::from(age) * years + first_moment(decay));
            }
        }
        (sum, weighted)
    }
}

/// `e^(-rx) l(x)` at an exact age, of any.
fn alive_discounted(table: &LifeTable, age: u32, rate: f64) -> f64 {
    let last = table.last_age();
    let beyond = f64::from(age.saturating_sub(last)) * table.force(last);
    let alive = table.survivors()[age.min(last) as usize] * libm::exp(-beyond);
    alive * libm::exp(-rate * f64::from(age))
}

/// Integral of `u e^(-ku)` over a year, `u` from 0 to 1.
fn first_moment(decay: f64) -> f64 {
    if decay.abs() < 1e-4 {
        return 0.5 - decay / 3.0 + decay * decay / 8.0;
    }
    (years_lived(decay) - libm::exp(-decay)) / decay
}

/// A population whose age structure no longer changes.
#[derive(Debug, Clone, PartialEq)]
pub struct StablePopulation {
    /// Shares of all people by completed age and sex, summing to 1. The last age is open.
    pub shares: Vec<[f64; 2]>,
    /// Density at each exact age by sex, shares of all people per year of age.
    pub densities: Vec<[f64; 2]>,
    /// Births per person and year.
    pub birth_rate: f64,
    /// Deaths per person and year: the birth rate less the rate of growth.
    pub death_rate: f64,
}

/// The population that grows at `growth` per year with the life tables of men and of women and
/// `male_share` of boys among the newborn: at exact age `a` its density is `b e^(-ra) l(a)`.
///
/// With zero growth this is the stationary population of the life tables.
///
/// # Errors
/// When the share of boys lies outside 0..=1, or the population shrinks so fast that its oldest,
/// whose number falls with age by the last force of mortality, would have no end.
pub fn stable_population(
    growth: f64,
    tables: &[LifeTable; 2],
    male_share: f64,
) -> Result<StablePopulation, FamilyError> {
    if !(0.0..=1.0).contains(&male_share) {
        let must = "it must lie between 0 and 1";
        return Err(FamilyError::Parameter {
            name: "share of boys",
            value: male_share,
            must,
        });
    }
    let last = tables[0].last_age().max(tables[1].last_age());
    let mut shares = vec![[0.0; 2]; last as usize + 1];
    let mut densities = shares.clone();
    for (sex, (table, born)) in tables
        .iter()
        .zip([male_share, 1.0 - male_share])
        .enumerate()
    {
        let open = growth + table.force(last);
        if !(open > 0.0 && open.is_finite()) {
            let must = "with the last force of mortality it must add up to more than 0";
            return Err(FamilyError::Parameter {
                name: "growth",
                value: growth,
                must,
            });
        }
        for (age, (share, density)) in (0..=last).zip(shares.iter_mut().zip(&mut densities)) {
            let decay = growth + table.force(age);
            let years = if age == last {
                1.0 / open
            } else {
                years_lived(decay)
            };
            density[sex] = born * alive_discounted(table, age, growth);
            share[sex] = density[sex] * years;
        }
    }
    let total: f64 = shares.iter().flatten().sum();
    let birth_rate = 1.0 / total;
    for value in shares.iter_mut().chain(&mut densities).flatten() {
        *value *= birth_rate;
    }
    Ok(StablePopulation {
        shares,
        densities,
        birth_rate,
        death_rate: birth_rate - growth,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demography::fertility::MALE_SHARE_AT_BIRTH;
    use crate::demography::period::PeriodRates;
    use crate::tables::Tables;
    use crate::{FEMALE, MALE};

    fn of_year(year: i32) -> (Reproduction, [LifeTable; 2]) {
        let rates = PeriodRates::new(&Tables::us().unwrap()).unwrap();
        let year = rates.at_year(year);
        let women = &year.mortality[FEMALE];
        let share = 1.0 - MALE_SHARE_AT_BIRTH;
        let reproduction = Reproduction::new(women, &year.fertility, share).unwrap();
        (reproduction, year.mortality.clone())
    }

    /// The slow model sums over a thousand slices of each year of age, at their middle.
    fn in_slices(table: &LifeTable, weight: impl Fn(f64, u32) -> f64) -> f64 {
        let slices = 1000;
        let mut sum = 0.0;
        for age in 0..=table.last_age() + 30 {
            let force = table.force(age);
            let start = alive_discounted(table, age, 0.0);
            for slice in 0..slices {
                let within = (f64::from(slice) + 0.5) / f64::from(slices);
                let alive = start * libm::exp(-force * within);
                sum += alive * weight(f64::from(age) + within, age) / f64::from(slices);
            }
        }
        sum
    }

    #[test]
    fn growth_solves_the_equation_in_small_slices() {
        for year in [1940, 1960, 2017] {
            let (reproduction, tables) = of_year(year);
            let rate = reproduction.growth().unwrap();
            let births = |age: u32| reproduction.daughters.get(age as usize).copied();
            let density = |x: f64, age| libm::exp(-rate * x) * births(age).unwrap_or(0.0);
            let women = &tables[FEMALE];
            let sum = in_slices(women, density);
            assert!((sum - 1.0).abs() < 1e-6, "{year}: {sum}");
            let mean = in_slices(women, |x, age| x * density(x, age));
            let found = reproduction.mean_age_of_mothers().unwrap();
            assert!((mean - found).abs() < 1e-5, "{year}: {mean} {found}");
            let net = in_slices(women, |_, age| births(age).unwrap_or(0.0));
            assert!((net - reproduction.net()).abs() < 1e-6);
        }
        let (reproduction, _) = of_year(2017);
        assert!((reproduction.gross() - 1.7655 / 2.05).abs() < 1e-3);
        assert!(reproduction.growth().unwrap() < 0.0 && of_year(1960).0.growth().unwrap() > 0.0);
    }

    #[test]
    fn both_ways_to_the_first_moment_meet() {
        for decay in [-1.01e-4, -0.99e-4, 1e-9, 0.99e-4, 1.01e-4, 0.02] {
            let slices = 100_000;
            let at = |slice: u32| (f64::from(slice) + 0.5) / f64::from(slices);
            let sum: f64 = (0..slices).map(|i| at(i) * libm::exp(-decay * at(i))).sum();
            let slow = sum / f64::from(slices);
            assert!((first_moment(decay) - slow).abs() < 1e-10, "{decay}");
        }
    }

    #[test]
    fn constant_rates_grow_by_their_difference() {
        // With one force of death and one birth rate from age 5 to 65, r solves
        // f (e^-5k - e^-66k) / k = 1 with k = r + mu.
        let table = LifeTable::from_rates(&[0.02; 101]).unwrap();
        let mut births = vec![0.0; 5];
        births.resize(66, 0.1);
        let fertility = FertilityTable::new(&births).unwrap();
        let reproduction = Reproduction::new(&table, &fertility, 0.5).unwrap();
        let k = reproduction.growth().unwrap() + 0.02;
        let sum = 0.05 * (libm::exp(-5.0 * k) - libm::exp(-66.0 * k)) / k;
        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    }

    #[test]
    fn stable_population_in_small_slices() {
        for growth in [-0.006, 0.0, 0.02] {
            let (_, tables) = of_year(2017);
            let found = stable_population(growth, &tables, MALE_SHARE_AT_BIRTH).unwrap();
            let discount = |x: f64| libm::exp(-growth * x);
            let [men, women] = [MALE, FEMALE].map(|sex| {
                let teens = |x: f64, age| if age == 17 { discount(x) } else { 0.0 };
                let table = &tables[sex];
                (
                    in_slices(table, |x, _| discount(x)),
                    in_slices(table, teens),
                )
            });
            let total = men.0 * MALE_SHARE_AT_BIRTH + women.0 * (1.0 - MALE_SHARE_AT_BIRTH);
            assert!((found.birth_rate * total - 1.0).abs() < 1e-6);
            let share = men.1 * MALE_SHARE_AT_BIRTH / total;
            assert!((found.shares[17][MALE] / share - 1.0).abs() < 1e-6);
            let deaths: f64 = (0_u32..)
                .zip(&found.shares)
                .map(|(age, share)| {
                    (0..2)
                        .map(|sex| share[sex] * tables[sex].force(age))
                        .sum::<f64>()
                })
                .sum();
            assert!((deaths - found.death_rate).abs() < 1e-12, "{deaths}");
        }
    }

    #[test]
    fn stationary_population_is_the_life_table() {
        let (_, tables) = of_year(2017);
        let found = stable_population(0.0, &tables, 0.5).unwrap();
        let both = (tables[MALE].expectation(0) + tables[FEMALE].expectation(0)) / 2.0;
        assert!((found.birth_rate * both - 1.0).abs() < 1e-12);
        let years = tables[FEMALE].person_years();
        for age in [0, 40, 119] {
            assert!((found.shares[age][FEMALE] - years[age] / both / 2.0).abs() < 1e-15);
            let alive = tables[FEMALE].survivors()[age];
            assert!((found.densities[age][FEMALE] - alive / both / 2.0).abs() < 1e-15);
        }
    }

    #[test]
    fn bad_inputs_are_refused() {
        let (_, tables) = of_year(2017);
        assert!(stable_population(-9.0, &tables, 0.5).is_err());
        assert!(stable_population(f64::NAN, &tables, 0.5).is_err());
        assert!(stable_population(0.0, &tables, 1.5).is_err());
        let fertility = FertilityTable::new(&[vec![0.0; 20], vec![0.1]].concat()).unwrap();
        assert!(Reproduction::new(&tables[FEMALE], &fertility, 0.0).is_err());
    }
}
