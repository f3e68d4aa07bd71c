//! Whole people from a population by age group: who stands at the start.

use crate::demography::life_table::LifeTable;
use crate::error::FamilyError;
use crate::tables::{AGE_MAX, PopulationGroup};

/// Weights within an age group are whole multiples of this share of the largest one, 2^-40.
const WEIGHT_UNITS: f64 = 1_099_511_627_776.0;

/// Shares out `units` in proportion to `weights`, in whole units that add up exactly, by largest
/// remainder.
///
/// # Errors
/// When there are units to share out and all weights are zero.
pub(crate) fn apportion(units: u64, weights: &[u64]) -> Result<Vec<u64>, FamilyError> {
    if units == 0 {
        return Ok(vec![0; weights.len()]);
    }
    if weights.iter().all(|weight| *weight == 0) {
        return Err(FamilyError::NothingToShareBy { units });
    }
    let whole = i64::try_from(units).map_err(|_| FamilyError::People {
        people: units,
        max: i64::MAX as u64,
    })?;
    let shares = oikos_core::apportion(whole, weights)?;
    Ok(shares.into_iter().map(i64::unsigned_abs).collect())
}

/// A population of exactly `people` persons by completed age (0..=150) and sex.
///
/// Each group of age and sex gets its share of all people by largest remainder. Within a group,
/// people are spread over the single ages in proportion to the years that a newborn of that sex
/// lives at each age under its life table, again by largest remainder: as if the births behind the
/// group had been even. `tables` are those of men and of women.
///
/// # Errors
/// When groups do not follow one another from age 0, or people are asked for and the groups hold
/// none.
pub fn integer_population(
    groups: &[PopulationGroup],
    people: u64,
    tables: &[LifeTable; 2],
) -> Result<Vec<[u64; 2]>, FamilyError> {
    let mut expected_from = 0;
    for group in groups {
        let (from, to) = (group.age_from, group.age_to);
        if from != expected_from || to < from || to > AGE_MAX {
            return Err(FamilyError::Groups {
                from,
                to,
                expected_from,
            });
        }
        expected_from = to + 1;
    }
    let weights: Vec<u64> = groups.iter().flat_map(|group| group.people).collect();
    let totals = apportion(people, &weights)?;
    let mut population = vec![[0; 2]; AGE_MAX as usize + 1];
    for (group, totals) in groups.iter().zip(totals.chunks(2)) {
        let ages = group.age_from..=group.age_to;
        for (sex, (&total, table)) in totals.iter().zip(tables).enumerate() {
            let counts = apportion(total, &age_weights(table, ages.clone()))?;
            for (age, count) in ages.clone().zip(counts) {
                population[age as usize][sex] = count;
            }
        }
    }
    Ok(population)
}

fn age_weights(table: &LifeTable, ages: std::ops::RangeInclusive<u32>) -> Vec<u64> {
    let years: Vec<f64> = ages.map(|age| table.person_years_at(age)).collect();
    let largest = years.iter().copied().fold(0.0, f64::max);
    if largest > 0.0 {
        return years
            .iter()
            .map(|&y| libm::rint(y / largest * WEIGHT_UNITS) as u64)
            .collect();
    }
    // Under this table nobody reaches the group: its people stand at its first age.
    (0..years.len()).map(|row| u64::from(row == 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Tables;
    use proptest::prelude::*;

    #[test]
    fn the_largest_remainders_get_what_is_left() {
        assert_eq!(apportion(10, &[53, 24, 23]).unwrap(), [5, 3, 2]);
        assert_eq!(apportion(10, &[1, 1, 1]).unwrap(), [4, 3, 3]);
        assert_eq!(apportion(11, &[1, 1, 1]).unwrap(), [4, 4, 3]);
        assert_eq!(apportion(5, &[0, 7, 0]).unwrap(), [0, 5, 0]);
        assert_eq!(apportion(0, &[0, 0]).unwrap(), [0, 0]);
    }

    #[test]
    fn a_town_of_the_united_states() {
        let tables = Tables::us().unwrap();
        let mortality = tables.mortality.get(2017).unwrap();
        for people in [0, 1, 25, 10_000, 328_239_523] {
            let town = integer_population(&tables.population, people, mortality).unwrap();
            let total: u64 = town.iter().flatten().sum();
            assert_eq!(total, people);
        }
        let whole = integer_population(&tables.population, 328_239_523, mortality).unwrap();
        let teens: u64 = (15..20).map(|age| whole[age][1]).sum();
        assert_eq!(teens, 10_308_963);
        // Women of 85 and of 100 stand in the proportion of the years lived at these ages.
        let years = mortality[1].person_years();
        let ratio = whole[85][1] as f64 / whole[100][1] as f64;
        assert!((ratio * years[100] / years[85] - 1.0).abs() < 1e-4);
    }

    #[test]
    fn groups_beyond_the_life_table() {
        let table = LifeTable::new(vec![0.5, 0.5]).unwrap();
        let group = PopulationGroup {
            age_from: 0,
            age_to: 3,
            people: [15, 30],
        };
        let found = integer_population(&[group], 45, &[table.clone(), table]).unwrap();
        assert_eq!(found[..5], [[8, 16], [4, 8], [2, 4], [1, 2], [0, 0]]);
    }

    #[test]
    fn bad_groups_are_refused() {
        let table = LifeTable::new(vec![0.5]).unwrap();
        let tables = [table.clone(), table];
        let group = |age_from, age_to| PopulationGroup {
            age_from,
            age_to,
            people: [0, 0],
        };
        let fails = |groups: &[PopulationGroup]| integer_population(groups, 5, &tables);
        assert!(matches!(
            fails(&[group(1, 4)]),
            Err(FamilyError::Groups { .. })
        ));
        assert!(matches!(
            fails(&[group(0, 151)]),
            Err(FamilyError::Groups { .. })
        ));
        assert!(matches!(
            fails(&[group(0, 4), group(0, 4)]),
            Err(FamilyError::Groups { .. })
        ));
        let nobody = fails(&[group(0, 4)]);
        assert!(matches!(
            nobody,
            Err(FamilyError::NothingToShareBy { units: 5 })
        ));
    }

    proptest! {
        #[test]
        fn shares_add_up_and_stay_within_one_of_the_exact_share(
            units in 0..=i64::MAX as u64, weights in prop::collection::vec(0..=u64::MAX / 20, 1..20),
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            prop_assert!(apportion(u64::MAX, &weights).is_err());
            prop_assert!(apportion(units.max(1), &[u64::MAX, 1]).is_err());
            let shares = apportion(units, &weights).unwrap();
            prop_assert_eq!(shares.iter().map(|&s| u128::from(s)).sum::<u128>(), u128::from(units));
            let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
            for (&share, &weight) in shares.iter().zip(&weights) {
                let whole = u128::from(units) * u128::from(weight) / total;
                prop_assert!(u128::from(share) == whole || u128::from(share) == whole + 1);
            }
        }
    }
}
