//! Rates of each calendar year, interpolated between tables.

use crate::demography::fertility::FertilityTable;
use crate::demography::life_table::LifeTable;
use crate::error::FamilyError;
use crate::tables::{Series, Tables};
use std::collections::BTreeMap;

/// Most years from the first table to the last.
const YEARS_MAX: i64 = 1000;

/// What holds throughout one calendar year.
#[derive(Debug, Clone, PartialEq)]
pub struct YearRates {
    /// Life tables of men and of women.
    pub mortality: [LifeTable; 2],
    /// Births by mother's age.
    pub fertility: FertilityTable,
}

/// Mortality and fertility over time.
///
/// Between two tables, probabilities of dying and birth rates are interpolated linearly at each
/// age; before the first table and after the last one, that one holds. Each kind keeps its own
/// years. All years are worked out once, when this is made.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodRates {
    first_year: i32,
    years: Vec<YearRates>,
}

impl PeriodRates {
    /// The rates that a set of tables gives.
    ///
    /// # Errors
    /// As [`PeriodRates::from_series`].
    pub fn new(tables: &Tables) -> Result<Self, FamilyError> {
        Self::from_series(&tables.mortality, &tables.fertility)
    }

    /// The rates that two series of tables give.
    ///
    /// # Errors
    /// When a series has no table, or more than 1,000 years lie between the first and the last.
    pub fn from_series(
        mortality: &Series<[LifeTable; 2]>,
        fertility: &Series<FertilityTable>,
    ) -> Result<Self, FamilyError> {
        let spans = [mortality.years(), fertility.years()];
        let first_year = spans.iter().flatten().map(|span| span.0).min().unwrap_or(0);
        let last_year = spans.iter().flatten().map(|span| span.1).max().unwrap_or(0);
        if i64::from(last_year) - i64::from(first_year) >= YEARS_MAX {
            let max = YEARS_MAX as i32;
            return Err(FamilyError::Years {
                first_year,
                last_year,
                max,
            });
        }
        let years = (first_year..=last_year)
            .map(|year| {
                let mortality = table_of(mortality, year, "mortality", between_life_tables)?;
                let fertility = table_of(fertility, year, "fertility", between_fertilities)?;
                Ok(YearRates {
                    mortality,
                    fertility,
                })
            })
            .collect::<Result<Vec<_>, FamilyError>>()?;
        Ok(Self { first_year, years })
    }

    /// The rates of a calendar year, of any.
    #[must_use]
    pub fn at_year(&self, year: i32) -> &YearRates {
        let offset = i64::from(year) - i64::from(self.first_year);
        // There is at least one year, so the last one exists.
        &self.years[offset.clamp(0, self.years.len() as i64 - 1) as usize]
    }
}

/// The table of a year, or one between its neighbours, by the share of the way from one to the
/// other.
fn table_of<T: Clone>(
    series: &Series<T>,
    year: i32,
    name: &'static str,
    between: fn(&T, &T, f64) -> Result<T, FamilyError>,
) -> Result<T, FamilyError> {
    let tables: &BTreeMap<i32, T> = match series {
        Series::Timeless(table) => return Ok(table.clone()),
        Series::ByYear(tables) => tables,
    };
    match (
        tables.range(..=year).next_back(),
        tables.range(year..).next(),
    ) {
        (Some((&before, low)), Some((&after, high))) if before < after => between(
            low,
            high,
            f64::from(year - before) / f64::from(after - before),
        ),
        (Some((_, table)), _) | (None, Some((_, table))) => Ok(table.clone()),
        (None, None) => Err(FamilyError::NoTables { name }),
    }
}

fn between_life_tables(
    low: &[LifeTable; 2],
    high: &[LifeTable; 2],
    share: f64,
) -> Result<[LifeTable; 2], FamilyError> {
    let of_sex = |sex: usize| {
        let last = low[sex].last_age().max(high[sex].last_age());
        let at = |age| mix(low[sex].probability(age), high[sex].probability(age), share);
        LifeTable::new((0..=last).map(at).collect())
    };
    Ok([of_sex(0)?, of_sex(1)?])
}

fn between_fertilities(
    low: &FertilityTable,
    high: &FertilityTable,
    share: f64,
) -> Result<FertilityTable, FamilyError> {
    let rates: Vec<f64> = low
        .rates()
        .iter()
        .zip(high.rates())
        .map(|(&a, &b)| mix(a, b, share))
        .collect();
    FertilityTable::new(&rates)
}

fn mix(low: f64, high: f64, share: f64) -> f64 {
    low + (high - low) * share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FEMALE;

    #[test]
    fn rates_lie_between_those_of_the_tables() {
        let tables = Tables::us().unwrap();
        let rates = PeriodRates::new(&tables).unwrap();
        let given = |year: i32| tables.mortality.get(year).unwrap()[FEMALE].probability(60);
        let found = rates.at_year(2011).mortality[FEMALE].probability(60);
        let expected = given(2010) * 0.8 + given(2015) * 0.2;
        assert!((found - expected).abs() < 1e-15);
        let tfr = rates.at_year(1955).fertility.tfr();
        assert!(
            (tfr - (5.0 * 0.6144 + 5.0 * 0.7303) / 2.0).abs() < 0.02,
            "{tfr}"
        );
    }

    #[test]
    fn years_of_tables_are_theirs_and_the_ends_hold() {
        let tables = Tables::us().unwrap();
        let rates = PeriodRates::new(&tables).unwrap();
        for year in [1900, 1945, 2015, 2017] {
            assert_eq!(
                &rates.at_year(year).mortality,
                tables.mortality.get(year).unwrap()
            );
        }
        assert_eq!(
            &rates.at_year(2020).mortality,
            tables.mortality.get(2017).unwrap()
        );
        assert_eq!(
            &rates.at_year(1901).fertility,
            tables.fertility.get(1940).unwrap()
        );
        assert_eq!(
            &rates.at_year(i32::MAX).fertility,
            tables.fertility.get(2020).unwrap()
        );
        assert_eq!(rates.at_year(i32::MIN), rates.at_year(1900));
    }

    #[test]
    fn tables_of_different_length_and_without_years() {
        let short = LifeTable::new(vec![0.1, 0.2]).unwrap();
        let long = LifeTable::new(vec![0.3, 0.4, 0.5]).unwrap();
        let pair = |table: &LifeTable| [table.clone(), table.clone()];
        let mortality = Series::ByYear([(2000, pair(&short)), (2002, pair(&long))].into());
        let mut births = vec![0.0; 30];
        births.push(0.1);
        let fertility = Series::Timeless(FertilityTable::new(&births).unwrap());
        let rates = PeriodRates::from_series(&mortality, &fertility).unwrap();
        let table = &rates.at_year(2001).mortality[0];
        assert_eq!(table.last_age(), 2);
        assert!((table.probability(2) - 0.35).abs() < 1e-15);
        assert!((rates.at_year(3000).fertility.tfr() - 0.1).abs() < 1e-15);
        let nothing = PeriodRates::from_series(&Series::ByYear(BTreeMap::new()), &fertility);
        assert!(matches!(
            nothing,
            Err(FamilyError::NoTables { name: "mortality" })
        ));
        let far = Series::ByYear([(i32::MIN, pair(&short)), (i32::MAX, pair(&long))].into());
        let too_long = PeriodRates::from_series(&far, &fertility);
        assert!(matches!(too_long, Err(FamilyError::Years { .. })));
    }
}
