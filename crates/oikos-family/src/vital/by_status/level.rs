//! The level of fertility: at which the women counted bear together what the table says.

use super::{AGES, FertilityGroupNow, GROUPS};
use crate::DAYS_PER_YEAR;
use crate::demography::parity::{BIRTH_INTERVAL_MIN_DAYS, RelativeRisks};
use crate::error::FamilyError;
use crate::hazards::Force;

/// Women by age and group.
pub(super) type Counts = [[u32; GROUPS]; AGES];

/// Women over whose ages the level is set: fewer would often be all too young or all barred.
const WOMEN_MIN: f64 = 50.0;

/// Forces by age and group: the relative risks, times a level at which the women counted bear what the rates
/// say. The level of an age is that of the ages around it, as many as it takes for [`WOMEN_MIN`] women.
pub(super) fn forces(
    rates: &[f64],
    counts: &Counts,
    risks: &RelativeRisks,
) -> Result<Vec<Force>, FamilyError> {
    let risk = |group: usize| {
        FertilityGroupNow::union_and_parity(group)
            .map_or(0.0, |(union, parity)| risks.of(union, parity))
    };
    let women = |age: usize| f64::from(counts[age].iter().sum::<u32>());
    let weighted = |age: usize| -> f64 {
        let groups = counts[age].iter().enumerate();
        groups
            .map(|(group, count)| f64::from(*count) * risk(group))
            .sum()
    };
    let mut forces = Vec::with_capacity(AGES * GROUPS);
    let most = DAYS_PER_YEAR / f64::from(BIRTH_INTERVAL_MIN_DAYS);
    if let Some((age, rate)) = (0..).zip(rates).find(|(_, rate)| **rate > most) {
        return Err(FamilyError::AtAge {
            name: "deliveries a year",
            age,
            value: *rate,
            must: "at most one in 274 days; correct the table of fertility",
        });
    }
    for (age, rate) in rates.iter().enumerate() {
        let level = if *rate > 0.0 {
            level(age, rates, &women, &weighted)
        } else {
            0.0
        };
        for group in 0..GROUPS {
            forces.push(Force::per_year(rate * level * risk(group))?);
        }
    }
    Ok(forces)
}

fn level(
    age: usize,
    rates: &[f64],
    women: &impl Fn(usize) -> f64,
    weighted: &impl Fn(usize) -> f64,
) -> f64 {
    for reach in 0..AGES {
        let around = age.saturating_sub(reach)..=(age + reach).min(AGES - 1);
        let total = |of: &dyn Fn(usize) -> f64| -> f64 {
            around.clone().map(|age| rates[age] * of(age)).sum()
        };
        let counted: f64 = around.clone().map(women).sum();
        let risk = total(weighted);
        if counted >= WOMEN_MIN && risk > 0.0 || reach == AGES - 1 {
            return if risk > 0.0 { total(women) / risk } else { 0.0 };
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::super::PARITIES;
    use super::*;

    fn counts(women: impl Fn(usize, usize) -> u32) -> Box<Counts> {
        let mut counts: Box<Counts> = Box::new([[0; GROUPS]; AGES]);
        for (age, groups) in counts.iter_mut().enumerate().skip(15).take(35) {
            for (group, count) in groups.iter_mut().enumerate() {
                *count = women(age, group);
            }
        }
        counts
    }

    fn rates() -> Vec<f64> {
        (0..AGES)
            .map(|age| if (15..50).contains(&age) { 0.05 } else { 0.0 })
            .collect()
    }

    fn risks() -> RelativeRisks {
        RelativeRisks::new([0.2, 1.0, 0.9], [1.5, 1.0, 0.5, 0.3]).unwrap()
    }

    #[test]
    fn women_of_each_age_bear_what_the_table_says() {
        let counts = counts(|age, group| 20 + (age as u32 * 7 + group as u32 * 13) % 40);
        let forces = forces(&rates(), &counts, &risks()).unwrap();
        for age in 15..50 {
            let women: u32 = counts[age].iter().sum();
            let born: f64 = (0..GROUPS)
                .map(|group| f64::from(counts[age][group]) * forces[age * GROUPS + group].to_f64())
                .sum();
            assert!((born - 0.05 * f64::from(women)).abs() < 1e-6, "{age}");
        }
        assert_eq!(forces[30 * GROUPS], Force::ZERO);
    }

    #[test]
    fn risks_are_relative() {
        let counts = counts(|_, _| 10);
        let forces = forces(&rates(), &counts, &risks()).unwrap();
        let of = |union: usize, parity: usize| forces[30 * GROUPS + 1 + union * PARITIES + parity];
        let ratio = of(0, 0).to_f64() / of(2, 1).to_f64();
        assert!((ratio - 0.2 * 1.5 / 0.9).abs() < 1e-6, "{ratio}");
    }

    /// Few women: the level is that of all ages around, and together they bear what they should.
    #[test]
    fn a_village_bears_what_the_table_says() {
        let counts = counts(|age, group| u32::from(group == age % GROUPS));
        let forces = forces(&rates(), &counts, &risks()).unwrap();
        let born: f64 = (15..50)
            .map(|age| forces[age * GROUPS + age % GROUPS].to_f64())
            .sum();
        assert!((born - 0.05 * 35.0).abs() < 0.05 * 35.0 * 0.02, "{born}");
    }

    #[test]
    fn where_nobody_can_bear_nobody_does() {
        let counts = counts(|_, group| u32::from(group == 0) * 3);
        let forces = forces(&rates(), &counts, &risks()).unwrap();
        assert!(forces.iter().all(|force| *force == Force::ZERO));
    }
}
