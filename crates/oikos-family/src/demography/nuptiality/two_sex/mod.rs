//! How many unions there are between men and women of given ages: two-sex marriage functions.
//!
//! # The model
//! Singles are counted by sex in bands of age: `M(x)` men, `F(y)` women. Each side has forces at
//! which it would enter unions, `s(x)` and `r(y)` a year, and there is an attraction `a(x, y)`
//! between bands. Each side then has a **demand** for unions of `x` with `y`: everybody takes their
//! own force, spread over the other sex by attraction and availability,
//!
//! ```text
//! women's demand  W(x, y) = r(y) F(y) a(x, y) M(x) / sum over x' of a(x', y) M(x')
//! men's demand    H(x, y) = s(x) M(x) a(x, y) F(y) / sum over y' of a(x, y') F(y')
//! ```
//!
//! and a [`MarriageFunction`] says what becomes of two demands. The default, [`HarmonicMean`], is
//! `2 W H / (W + H)`, which is
//!
//! ```text
//! N(x, y) = 2 a(x, y) M(x) F(y) / (sum over x' of a(x', y) M(x') / r(y)
//!                                  + sum over y' of a(x, y') F(y') / s(x))
//! ```
//!
//! Schoen's harmonic mean (1988, Modeling Multigroup Populations) divides by `M(x) + F(y)` alone, so
//! that men of one age would not compete with men of another. With sums over ages below the line, men
//! of one age lower the rate of all the others: the generalised harmonic mean of Pollard and Hoehn
//! (1993, Zeitschrift fuer Bevoelkerungswissenschaft 19: 203-228).
//!
//! # What holds
//!
//! | | harmonic | female-dominant | male-dominant |
//! |---|---|---|---|
//! | no men or no women, no unions | yes | yes | yes |
//! | twice everybody, twice the unions | yes | yes | yes |
//! | more men of one age, fewer unions of the other men | yes | yes | no |
//! | more women of one age, fewer unions of the other women | yes | no | yes |
//! | all men times `k`, from balance: unions times | `2 k / (1 + k)` | 1 | `k` |
//!
//! So at a sex ratio of 0.8 the harmonic mean has 0.889 of the unions (women marry at 0.889 of their
//! rate, men at 1.111), at 1.2 it has 1.091 (women 1.091, men 0.909). As rates per year, unions are not
//! bounded by the singles there are; [`PairTable::within`] turns them into unions of a period, which
//! are.

mod calibrate;
mod table;
#[cfg(test)]
mod tests;

pub use calibrate::{AgeGap, Calibration, Margin};
pub use table::PairTable;

use crate::error::FamilyError;

/// What becomes of the two sexes' demands for unions between two ages.
///
/// An implementation must give 0 where either demand is 0, be homogeneous of degree one, give back
/// equal demands as they are, and never fall when a demand rises.
pub trait MarriageFunction {
    /// Name, as a model prints it.
    fn name(&self) -> &'static str;

    /// Unions per year where women demand `by_women` of them and men `by_men`.
    fn unions(&self, by_women: f64, by_men: f64) -> f64;
}

/// Unions are the harmonic mean of both sexes' demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HarmonicMean;

/// Women's demand decides, as in models of one sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FemaleDominant;

/// Men's demand decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MaleDominant;

impl MarriageFunction for HarmonicMean {
    fn name(&self) -> &'static str {
        "harmonic mean"
    }

    fn unions(&self, by_women: f64, by_men: f64) -> f64 {
        let sum = by_women + by_men;
        if sum > 0.0 {
            // In this order the product cannot underflow before it is divided.
            2.0 * by_women * (by_men / sum)
        } else {
            0.0
        }
    }
}

impl MarriageFunction for FemaleDominant {
    fn name(&self) -> &'static str {
        "female-dominant"
    }

    fn unions(&self, by_women: f64, _by_men: f64) -> f64 {
        by_women
    }
}

impl MarriageFunction for MaleDominant {
    fn name(&self) -> &'static str {
        "male-dominant"
    }

    fn unions(&self, _by_women: f64, by_men: f64) -> f64 {
        by_men
    }
}

/// What drives unions: the attraction between ages, and the force of each sex by age.
///
/// Made by hand, or from schedules by [`UnionRates::calibrate`].
#[derive(Debug, Clone, PartialEq)]
pub struct UnionRates {
    attraction: PairTable,
    men: Vec<f64>,
    women: Vec<f64>,
}

impl UnionRates {
    /// Rates from an attraction, of which only the proportions within a row and within a column
    /// matter, and from forces per year of men and of women by band of age.
    ///
    /// # Errors
    /// [`FamilyError::Length`] where lengths differ, [`FamilyError::AtAge`] (with the number of the
    /// band in place of the age) for a force or an attraction that is negative or not finite.
    pub fn new(
        attraction: PairTable,
        men_per_year: Vec<f64>,
        women_per_year: Vec<f64>,
    ) -> Result<Self, FamilyError> {
        check("forces of men", &men_per_year, attraction.men())?;
        check("forces of women", &women_per_year, attraction.women())?;
        for man in 0..attraction.men() {
            check("attraction", attraction.row(man), attraction.women())?;
        }
        Ok(Self {
            attraction,
            men: men_per_year,
            women: women_per_year,
        })
    }

    /// The attraction between bands.
    #[must_use]
    pub fn attraction(&self) -> &PairTable {
        &self.attraction
    }

    /// Forces of men by band, per year, where their demand is met.
    #[must_use]
    pub fn men(&self) -> &[f64] {
        &self.men
    }

    /// Forces of women by band, per year, where their demand is met.
    #[must_use]
    pub fn women(&self) -> &[f64] {
        &self.women
    }

    /// Unions per year expected between bands, from the singles at risk in each.
    ///
    /// Costs two passes over the table: for single years from 15 to 80 some microseconds, however
    /// many people there are.
    ///
    /// # Errors
    /// [`FamilyError::Length`] where bands differ from those of the rates, [`FamilyError::AtAge`] (with
    /// the number of the band) for a number of singles that is negative or not finite.
    pub fn unions(
        &self,
        function: &dyn MarriageFunction,
        men: &[f64],
        women: &[f64],
    ) -> Result<PairTable, FamilyError> {
        check("single men", men, self.men.len())?;
        check("single women", women, self.women.len())?;
        let mut found_by_women = vec![0.0; women.len()];
        let mut unions = PairTable::zero(men.len(), women.len());
        for (man, &single) in men.iter().enumerate() {
            let row = self.attraction.row(man);
            let met = found_by_women.iter_mut().zip(row);
            met.for_each(|(sum, attraction)| *sum += attraction * single);
        }
        for (man, (&single, &men_force)) in men.iter().zip(&self.men).enumerate() {
            let row = self.attraction.row(man);
            let found_by_men: f64 = row.iter().zip(women).map(|(a, other)| a * other).sum();
            let of_men = share_of(men_force * single, found_by_men);
            for (woman, cell) in unions.row_mut(man).iter_mut().enumerate() {
                let attraction = row[woman];
                let of_women = share_of(self.women[woman] * women[woman], found_by_women[woman]);
                let (by_women, by_men) = (attraction * single, attraction * women[woman]);
                *cell = function.unions(of_women * by_women, of_men * by_men);
            }
        }
        Ok(unions)
    }
}

/// Demand per unit of what is found; nobody demands where nobody is found.
fn share_of(demand: f64, found: f64) -> f64 {
    if found > 0.0 { demand / found } else { 0.0 }
}

/// Refuses a schedule of another length, or with a value that is negative or not finite.
fn check(name: &'static str, values: &[f64], bands: usize) -> Result<(), FamilyError> {
    if values.len() != bands {
        return Err(FamilyError::Length {
            name,
            expected: bands as u64,
            found: values.len() as u64,
        });
    }
    let wrong = |value: &f64| !(*value >= 0.0 && value.is_finite());
    match values.iter().position(wrong) {
        None => Ok(()),
        Some(band) => Err(FamilyError::AtAge {
            name,
            age: band as u32,
            value: values[band],
            must: "it must be finite and not negative",
        }),
    }
}
