//! Numbers about a band of men and a band of women.

use super::check;
use crate::error::{FamilyError, require};

/// A number for each pair of a band of men and a band of women.
#[derive(Debug, Clone, PartialEq)]
pub struct PairTable {
    women: usize,
    /// Row after row; a row is a band of men.
    cells: Vec<f64>,
}

impl PairTable {
    /// A table of zeros.
    #[must_use]
    pub fn zero(men: usize, women: usize) -> Self {
        Self {
            women,
            cells: vec![0.0; men * women],
        }
    }

    /// A table whose cells are `value(band of men, band of women)`.
    #[must_use]
    pub fn new(men: usize, women: usize, value: impl Fn(usize, usize) -> f64) -> Self {
        let row = |man: usize| (0..women).map(move |woman| (man, woman));
        let cells = (0..men).flat_map(row).map(|(man, woman)| value(man, woman));
        Self {
            women,
            cells: cells.collect(),
        }
    }

    /// Bands of men.
    #[must_use]
    pub fn men(&self) -> usize {
        self.cells.len().checked_div(self.women).unwrap_or(0)
    }

    /// Bands of women.
    #[must_use]
    pub fn women(&self) -> usize {
        self.women
    }

    /// The number for a pair of bands; 0 for bands that there are not.
    #[must_use]
    pub fn get(&self, man: usize, woman: usize) -> f64 {
        self.row(man).get(woman).copied().unwrap_or(0.0)
    }

    /// The numbers of a band of men, by bands of women; none for a band that there is not.
    #[must_use]
    pub fn row(&self, man: usize) -> &[f64] {
        let start = man.saturating_mul(self.women);
        self.cells
            .get(start..start.saturating_add(self.women))
            .unwrap_or(&[])
    }

    pub(super) fn row_mut(&mut self, man: usize) -> &mut [f64] {
        let start = man.saturating_mul(self.women);
        self.cells
            .get_mut(start..start.saturating_add(self.women))
            .unwrap_or(&mut [])
    }

    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f64]> {
        self.cells.chunks_mut(self.women.max(1))
    }

    /// Sums over women, by band of men.
    #[must_use]
    pub fn sums_of_men(&self) -> Vec<f64> {
        (0..self.men())
            .map(|man| self.row(man).iter().sum())
            .collect()
    }

    /// Sums over men, by band of women.
    #[must_use]
    pub fn sums_of_women(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.women];
        for man in 0..self.men() {
            let cells = sums.iter_mut().zip(self.row(man));
            cells.for_each(|(sum, cell)| *sum += cell);
        }
        sums
    }

    /// Sum over all pairs.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.sums_of_men().iter().sum()
    }

    /// Forces of both sexes by band, per year, in a table of unions per year: what each single man and
    /// each single woman faces. Nothing happens to a band of nobody.
    ///
    /// # Errors
    /// [`FamilyError::Length`] or [`FamilyError::AtAge`] (with the number of the band) for singles
    /// that do not fit the table.
    pub fn forces(&self, men: &[f64], women: &[f64]) -> Result<[Vec<f64>; 2], FamilyError> {
        check("single men", men, self.men())?;
        check("single women", women, self.women())?;
        let force = |(unions, singles): (f64, &f64)| {
            if *singles > 0.0 {
                unions / singles
            } else {
                0.0
            }
        };
        let of_men = self.sums_of_men().into_iter().zip(men).map(force).collect();
        let of_women = self
            .sums_of_women()
            .into_iter()
            .zip(women)
            .map(force)
            .collect();
        Ok([of_men, of_women])
    }

    /// The unions of a period of `years`, from a table of unions per year: never more than there are
    /// singles, of either sex and in any band.
    ///
    /// A force `f` over `t` years takes `1 - exp(-f t)` of a band, `(1 - exp(-f t)) / (f t)` of what
    /// the rate would take. Each pair of bands takes the smaller of its two factors. It stays
    /// homogeneous of degree one.
    ///
    /// # Errors
    /// As [`PairTable::forces`], and [`FamilyError::Parameter`] for years that are negative or not
    /// finite.
    pub fn within(&self, years: f64, men: &[f64], women: &[f64]) -> Result<Self, FamilyError> {
        let must = "it must be finite and not negative";
        let good = years >= 0.0 && years.is_finite();
        require(good, "length of the period in years", years, must)?;
        let factor = |force: f64| {
            let taken = force * years;
            if taken > 0.0 {
                -libm::expm1(-taken) / taken
            } else {
                1.0
            }
        };
        let [of_men, of_women] = self.forces(men, women)?;
        let of_women: Vec<f64> = of_women.into_iter().map(factor).collect();
        let mut unions = self.clone();
        for (row, force) in unions.rows_mut().zip(of_men) {
            let of_man = factor(force);
            let cells = row.iter_mut().zip(&of_women);
            cells.for_each(|(cell, of_woman)| *cell *= years * of_man.min(*of_woman));
        }
        Ok(unions)
    }
}
