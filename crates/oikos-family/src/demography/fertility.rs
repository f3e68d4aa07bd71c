//! Births by mother's age, and how many children come at once.

use crate::error::{FamilyError, require};

/// The youngest completed age at which a table may have births, years.
pub const MOTHER_AGE_MIN: u32 = 5;

/// The oldest completed age at which a table may have births, years.
pub const MOTHER_AGE_MAX: u32 = 65;

/// Share of boys among the newborn: 105 boys to 100 girls, the ratio the United States has kept
/// within 1.04 and 1.06 for decades (Mathews & Hamilton 2005, NVSR 53(20)).
pub const MALE_SHARE_AT_BIRTH: f64 = 105.0 / 205.0;

/// Rows of a table: completed ages 0..=65.
const AGES: usize = MOTHER_AGE_MAX as usize + 1;

/// The birth rate of a group of ages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FertilityGroup {
    /// First completed age of the group.
    pub age_from: u32,
    /// Last completed age of the group.
    pub age_to: u32,
    /// Children born per woman and year.
    pub births_per_woman_year: f64,
}

/// Children born per woman and year, by completed age of the mother.
#[derive(Debug, Clone, PartialEq)]
pub struct FertilityTable {
    rates: Vec<f64>,
}

impl FertilityTable {
    /// A table from rates by completed age, from age 0; ages left out have no births.
    ///
    /// # Errors
    /// When a rate is negative or not finite, is positive outside ages 5..=65, or none is positive.
    pub fn new(rates: &[f64]) -> Result<Self, FamilyError> {
        const NAME: &str = "birth rate";
        let mut padded = vec![0.0; AGES];
        for (age, &value) in rates.iter().enumerate() {
            let must = if !(value >= 0.0 && value.is_finite()) {
                "it must be finite and not negative"
            } else if value > 0.0 && !(MOTHER_AGE_MIN as usize..AGES).contains(&age) {
                "it must be zero below age 5 and above age 65"
            } else {
                if let Some(rate) = padded.get_mut(age) {
                    *rate = value;
                }
                continue;
            };
            return Err(FamilyError::AtAge {
                name: NAME,
                age: age as u32,
                value,
                must,
            });
        }
        let table = Self { rates: padded };
        if table.tfr() > 0.0 {
            return Ok(table);
        }
        let must = "at least one rate must be positive";
        Err(FamilyError::Parameter {
            name: "total fertility",
            value: table.tfr(),
            must,
        })
    }

    /// A table from groups of ages that follow one another, each with one rate at all its ages.
    ///
    /// # Errors
    /// When groups overlap, leave gaps or run backwards, or as [`FertilityTable::new`].
    pub fn from_groups(groups: &[FertilityGroup]) -> Result<Self, FamilyError> {
        let mut rates = Vec::new();
        for group in groups {
            let &FertilityGroup {
                age_from: from,
                age_to: to,
                births_per_woman_year,
            } = group;
            let expected_from = if rates.is_empty() {
                from
            } else {
                rates.len() as u32
            };
            if from != expected_from || to < from || to > MOTHER_AGE_MAX {
                return Err(FamilyError::Groups {
                    from,
                    to,
                    expected_from,
                });
            }
            rates.resize(from as usize, 0.0);
            rates.resize(to as usize + 1, births_per_woman_year);
        }
        Self::new(&rates)
    }

    /// Children born per woman and year at a completed age.
    #[must_use]
    pub fn rate(&self, age: u32) -> f64 {
        self.rates.get(age as usize).copied().unwrap_or(0.0)
    }

    /// Children born per woman and year by completed age, 0..=65.
    #[must_use]
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// Total fertility rate: children per woman who lives through all ages.
    #[must_use]
    pub fn tfr(&self) -> f64 {
        self.rates.iter().sum()
    }

    /// Mean exact age of mothers under these rates in an even population, years; births lie in the
    /// middle of each year of age.
    #[must_use]
    pub fn mean_age(&self) -> f64 {
        let weighted: f64 = self
            .rates
            .iter()
            .enumerate()
            .map(|(age, rate)| (age as f64 + 0.5) * rate)
            .sum();
        weighted / self.tfr()
    }
}

/// How many children are born at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MultipleBirths {
    twin_share: f64,
    triplet_share: f64,
}

impl MultipleBirths {
    /// United States, 2020: 31.1 of 1,000 children born are twins and 79.6 of 100,000 are triplets
    /// or of a higher order, all counted as triplets here (Osterman et al. 2022, Births: Final Data
    /// for 2020, NVSR 70(17)).
    pub const US_2020: Self = Self {
        twin_share: 0.0311,
        triplet_share: 0.000_796,
    };

    /// One child at a time.
    pub const NONE: Self = Self {
        twin_share: 0.0,
        triplet_share: 0.0,
    };

    /// From the share of all children born that are twins, and that are triplets.
    ///
    /// # Errors
    /// When a share is negative or not a number, or both exceed 1 together.
    pub fn new(twin_share: f64, triplet_share: f64) -> Result<Self, FamilyError> {
        for (name, value) in [("twin share", twin_share), ("triplet share", triplet_share)] {
            let must = "it must lie between 0 and 1";
            require((0.0..=1.0).contains(&value), name, value, must)?;
        }
        let both = twin_share + triplet_share;
        let must = "both together must not exceed 1";
        require(both <= 1.0, "share of twins and triplets", both, must)?;
        Ok(Self {
            twin_share,
            triplet_share,
        })
    }

    /// The share of all children born that are twins.
    #[must_use]
    pub const fn twin_share(&self) -> f64 {
        self.twin_share
    }

    /// The share of all children born that are triplets.
    #[must_use]
    pub const fn triplet_share(&self) -> f64 {
        self.triplet_share
    }

    /// Deliveries per child born: the force of delivery is the birth rate times this.
    #[must_use]
    pub fn deliveries_per_birth(&self) -> f64 {
        1.0 - self.twin_share / 2.0 - self.triplet_share * 2.0 / 3.0
    }

    /// Chances that a delivery has one, two and three children.
    #[must_use]
    pub fn children_per_delivery(&self) -> [f64; 3] {
        let deliveries = self.deliveries_per_birth();
        let (twins, triplets) = (self.twin_share / 2.0, self.triplet_share / 3.0);
        let singles = 1.0 - self.twin_share - self.triplet_share;
        [
            singles / deliveries,
            twins / deliveries,
            triplets / deliveries,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Tables;

    fn group(age_from: u32, age_to: u32, births_per_woman_year: f64) -> FertilityGroup {
        FertilityGroup {
            age_from,
            age_to,
            births_per_woman_year,
        }
    }

    #[test]
    fn published_total_fertility_of_2020() {
        let tables = Tables::us().unwrap();
        let table = tables.fertility.get(2020).unwrap();
        assert!((table.tfr() - 1.641).abs() < 1e-9, "{}", table.tfr());
        // Mid-ages of the five-year groups, weighted by hand: 9,741.0 / 328.2 years.
        assert!(
            (table.mean_age() - 9741.0 / 328.2).abs() < 1e-9,
            "{}",
            table.mean_age()
        );
        assert!((table.rate(29) - 0.0902).abs() < 1e-12);
        assert!((table.rate(30) - 0.0949).abs() < 1e-12);
        assert!(table.rate(9).abs() + table.rate(50).abs() + table.rate(500).abs() < 1e-300);
    }

    #[test]
    fn bad_fertility_is_refused() {
        let fails = |groups: &[FertilityGroup]| FertilityTable::from_groups(groups).unwrap_err();
        assert!(matches!(fails(&[]), FamilyError::Parameter { .. }));
        assert!(matches!(
            fails(&[group(20, 24, 0.0)]),
            FamilyError::Parameter { .. }
        ));
        assert!(matches!(
            fails(&[group(20, 24, -0.1)]),
            FamilyError::AtAge { age: 20, .. }
        ));
        assert!(matches!(
            fails(&[group(20, 24, f64::NAN)]),
            FamilyError::AtAge { age: 20, .. }
        ));
        assert!(matches!(
            fails(&[group(24, 20, 0.1)]),
            FamilyError::Groups { .. }
        ));
        assert!(matches!(
            fails(&[group(20, 70, 0.1)]),
            FamilyError::Groups { .. }
        ));
        let overlap = fails(&[group(20, 24, 0.1), group(24, 29, 0.1)]);
        assert!(matches!(
            overlap,
            FamilyError::Groups {
                expected_from: 25,
                ..
            }
        ));
        let gap = fails(&[group(20, 24, 0.1), group(26, 29, 0.1)]);
        assert!(matches!(
            gap,
            FamilyError::Groups {
                expected_from: 25,
                ..
            }
        ));
        assert!(matches!(
            FertilityTable::new(&[0.1]),
            Err(FamilyError::AtAge { age: 0, .. })
        ));
    }

    #[test]
    fn multiple_births_keep_the_number_of_children() {
        for multiple in [MultipleBirths::US_2020, MultipleBirths::NONE] {
            let chances = multiple.children_per_delivery();
            let total: f64 = chances.iter().sum();
            let children: f64 = chances
                .iter()
                .zip([1.0, 2.0, 3.0])
                .map(|(c, n)| c * n)
                .sum();
            assert!((total - 1.0).abs() < 1e-15);
            assert!((children * multiple.deliveries_per_birth() - 1.0).abs() < 1e-15);
        }
        let twins = MultipleBirths::US_2020.children_per_delivery()[1];
        assert!((twins - 0.0158).abs() < 1e-4, "{twins}");
        for (twins, triplets, said) in [
            (0.7, 0.4, "share of twins and triplets is 1.1: both"),
            (-0.1, 0.4, "twin share is -0.1: it must"),
            (0.5, f64::NAN, "triplet share is NaN: it must"),
            (0.5, -1.0, "triplet share is -1: it must"),
            (2.0, -1.5, "twin share is 2: it must"),
        ] {
            let error = MultipleBirths::new(twins, triplets)
                .unwrap_err()
                .to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
