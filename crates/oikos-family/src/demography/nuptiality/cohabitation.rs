//! Living together before a wedding.

use crate::error::{FamilyError, require};

/// How unions begin, and what becomes of those that begin without a wedding.
///
/// A union begins with a wedding or as a cohabitation. A cohabitation becomes a marriage, or the two part,
/// each at a constant force: so published shares after some years fix both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cohabitation {
    share: f64,
    wedding: f64,
    separation: f64,
}

impl Cohabitation {
    /// Women of the United States, 2006-2010 (Copen, Daniels & Mosher 2013, Natl Health Stat Rep 64): the first
    /// union of 48 % was a cohabitation and that of 23 % a marriage; after 3 years 40 % of first
    /// cohabitations had become marriages, 32 % lasted and 27 % had ended. The half-life of 22 months that
    /// follows is the median duration they publish.
    ///
    /// # Errors
    /// None that these numbers could give.
    pub fn us() -> Result<Self, FamilyError> {
        Self::from_outcomes(48.0 / (48.0 + 23.0), 3.0, [0.40, 0.32, 0.27])
    }

    /// From the share of unions that begin as a cohabitation, and what `[married, lasting, parted]` share of
    /// cohabitations has become after some years. Shares that do not quite add up to 1, because they were
    /// rounded, are scaled.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless the share lies between 0 and 1, years are positive and finite, some
    /// cohabitations last and some do not, and no share is negative.
    pub fn from_outcomes(
        share: f64,
        after_years: f64,
        [married, lasting, parted]: [f64; 3],
    ) -> Result<Self, FamilyError> {
        let must = "it must be positive and finite";
        let good = after_years > 0.0 && after_years.is_finite();
        require(
            good,
            "duration of cohabitations in years",
            after_years,
            must,
        )?;
        let ended = married + parted;
        let must = "it must lie above 0 and leave cohabitations that have ended";
        let good = lasting > 0.0 && ended > 0.0 && (lasting + ended).is_finite();
        require(good, "share of cohabitations that last", lasting, must)?;
        let total = -libm::log(lasting / (lasting + ended)) / after_years;
        Self::new(share, total * married / ended, total * parted / ended)
    }

    /// From the share of unions that begin as a cohabitation, and the forces, per year, at which a
    /// cohabitation becomes a marriage and at which it ends.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless the share lies between 0 and 1 and the forces between 0 and 1,000.
    pub fn new(
        share: f64,
        wedding_per_year: f64,
        separation_per_year: f64,
    ) -> Result<Self, FamilyError> {
        let must = "it must lie between 0 and 1";
        let good = (0.0..=1.0).contains(&share);
        require(
            good,
            "share of unions that begin as cohabitations",
            share,
            must,
        )?;
        let must = "it must lie between 0 and 1000 a year";
        for (name, force) in [
            ("force of weddings", wedding_per_year),
            ("force of separations", separation_per_year),
        ] {
            require((0.0..=1000.0).contains(&force), name, force, must)?;
        }
        Ok(Self {
            share,
            wedding: wedding_per_year,
            separation: separation_per_year,
        })
    }

    /// Share of unions that begin as a cohabitation.
    #[must_use]
    pub const fn share(&self) -> f64 {
        self.share
    }

    /// Force at which a cohabitation becomes a marriage, per year.
    #[must_use]
    pub const fn wedding(&self) -> f64 {
        self.wedding
    }

    /// Force at which a cohabitation ends while both live, per year.
    #[must_use]
    pub const fn separation(&self) -> f64 {
        self.separation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_outcomes_and_the_median_duration_come_back() {
        let us = Cohabitation::us().unwrap();
        let total = us.wedding() + us.separation();
        let lasting = libm::exp(-3.0 * total);
        assert!((lasting - 0.32 / 0.99).abs() < 1e-12, "{lasting}");
        let married = us.wedding() / total * (1.0 - lasting);
        assert!((married - 0.40 / 0.99).abs() < 1e-12, "{married}");
        // Published: 22 months.
        let median = libm::log(2.0) / total * 12.0;
        assert!((median - 22.0).abs() < 0.5, "{median}");
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (result, name) in [
            (Cohabitation::new(1.2, 0.1, 0.1), "share of unions"),
            (Cohabitation::new(0.5, f64::NAN, 0.1), "force of weddings"),
            (Cohabitation::new(0.5, 0.1, -0.1), "force of separations"),
            (
                Cohabitation::from_outcomes(0.5, 0.0, [0.4, 0.3, 0.3]),
                "duration",
            ),
            (
                Cohabitation::from_outcomes(0.5, 3.0, [0.4, 0.0, 0.6]),
                "last",
            ),
            (
                Cohabitation::from_outcomes(0.5, 3.0, [0.0, 1.0, 0.0]),
                "last",
            ),
        ] {
            let text = result.unwrap_err().to_string();
            assert!(text.contains(name), "{text}");
        }
    }
}
