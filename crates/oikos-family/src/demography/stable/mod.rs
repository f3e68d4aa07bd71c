//! Growth and age structure in the long run under constant rates, in continuous age.

mod reproduction;
#[cfg(test)]
mod tests;

use crate::demography::life_table::{LifeTable, years_lived};
use crate::error::FamilyError;

pub use reproduction::Reproduction;

/// `e^(-rx) l(x)` at an exact age, of any.
fn alive_discounted(table: &LifeTable, age: u32, rate: f64) -> f64 {
    let last = table.last_age();
    let beyond = f64::from(age.saturating_sub(last)) * table.force(last);
    let alive = table.survivors()[age.min(last) as usize] * libm::exp(-beyond);
    alive * libm::exp(-rate * f64::from(age))
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
