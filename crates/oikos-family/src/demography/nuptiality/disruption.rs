//! How long unions last while both live.

use crate::FamilyFigures;
use crate::error::{FamilyError, require};

/// Durations at which the shares still together are published, years.
const PUBLISHED_AT: [f64; 2] = [10.0, 20.0];

/// Disruption of unions by duration: a log-logistic law, `S(t) = 1 / (1 + (t / scale)^shape)` of unions
/// last `t` years.
///
/// Two parameters, so two published shares fix it and both come back exactly. The force is
/// `shape / t x (1 - S)`: with a shape up to 1 it falls with duration, above 1 it rises first and
/// falls later. In the United States the shape is 0.97, so the force is nearly level in the first
/// years and falls later; a peak some years after the wedding is not in two figures.
///
/// The published shares (Copen et al. 2012, Natl Health Stat Rep 49) count a marriage as ended by
/// separation or divorce, whichever comes first. They are taken as shares among couples of whom
/// nobody dies: deaths end unions at the rates of the life table, beside this law. The same law
/// serves remarriages and men, though men report 70 % and 56 % in place of 68 % and 52 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disruption {
    scale: f64,
    shape: f64,
}

impl Disruption {
    /// The law under which these shares of unions last that long: (years, share), the shorter
    /// duration first.
    ///
    /// From the odds of having ended: `shape = ln(odds2 / odds1) / ln(t2 / t1)`.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless durations are positive, finite and rise, and shares lie
    /// between 0 and 1 (both excluded) and fall.
    pub fn lasting(shorter: (f64, f64), longer: (f64, f64)) -> Result<Self, FamilyError> {
        let durations = shorter.0 > 0.0 && longer.0 > shorter.0 && longer.0.is_finite();
        let must = "durations must be positive, finite and rise";
        let wrong = if shorter.0 > 0.0 { longer.0 } else { shorter.0 };
        require(durations, "duration in years", wrong, must)?;
        for (name, share) in [
            ("share lasting shorter", shorter.1),
            ("share lasting longer", longer.1),
        ] {
            let must = "it must lie between 0 and 1 (both excluded)";
            require(share > 0.0 && share < 1.0, name, share, must)?;
        }
        let must = "shares must fall with duration";
        require(longer.1 < shorter.1, "share lasting longer", longer.1, must)?;
        let odds = |share: f64| (1.0 - share) / share;
        let ratio = odds(longer.1) / odds(shorter.1);
        let shape = libm::log(ratio) / libm::log(longer.0 / shorter.0);
        let scale = shorter.0 * libm::exp(-libm::log(odds(shorter.1)) / shape);
        Self::new(scale, shape)
    }

    /// The law of this scale, years, and shape.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless both are positive and finite.
    pub fn new(scale_years: f64, shape: f64) -> Result<Self, FamilyError> {
        let must = "it must be positive and finite";
        for (name, value) in [
            ("scale of disruption in years", scale_years),
            ("shape of disruption", shape),
        ] {
            require(value > 0.0 && value.is_finite(), name, value, must)?;
        }
        Ok(Self {
            scale: scale_years,
            shape,
        })
    }

    /// The law of first marriages in the figures.
    ///
    /// # Errors
    /// As [`FamilyFigures::check`].
    pub fn from_figures(figures: &FamilyFigures) -> Result<Self, FamilyError> {
        figures.check()?;
        let [short, long] = PUBLISHED_AT;
        Self::lasting(
            (short, figures.marriages_lasting_10_years),
            (long, figures.marriages_lasting_20_years),
        )
    }

    /// Duration by which half of the unions have ended, years.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Shape of the law.
    #[must_use]
    pub fn shape(&self) -> f64 {
        self.shape
    }

    /// Share of unions that last a duration, years, if nobody dies.
    #[must_use]
    pub fn survival(&self, years: f64) -> f64 {
        1.0 / (1.0 + self.odds(years))
    }

    /// Unions that have ended by a duration, years, for one that has not.
    fn odds(&self, years: f64) -> f64 {
        if years > 0.0 {
            libm::exp(self.shape * libm::log(years / self.scale))
        } else {
            0.0
        }
    }

    /// The constant force within a completed year of duration, per year, that leaves at each
    /// anniversary the share of unions that the law has.
    #[must_use]
    pub fn force_in_year(&self, duration: u32) -> f64 {
        let (from, to) = (f64::from(duration), f64::from(duration) + 1.0);
        libm::log1p(self.odds(to)) - libm::log1p(self.odds(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lasting(law: &Disruption, years: u32) -> f64 {
        let total: f64 = (0..years).map(|year| law.force_in_year(year)).sum();
        libm::exp(-total)
    }

    #[test]
    fn the_published_shares_come_back() {
        let law = Disruption::from_figures(&FamilyFigures::us().unwrap()).unwrap();
        assert!((lasting(&law, 10) - 0.68).abs() < 1e-13);
        assert!((lasting(&law, 20) - 0.52).abs() < 1e-13);
        // By hand: odds 0.470588 and 0.923077, shape ln(1.961538) / ln 2.
        assert!((law.shape() - 0.971_99).abs() < 1e-5, "{law:?}");
        assert!((law.survival(law.scale()) - 0.5).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (shorter, longer, said) in [
            ((10.0, 0.5), (20.0, 0.6), "share lasting longer is 0.6"),
            ((10.0, 0.5), (20.0, 0.5), "share lasting longer is 0.5"),
            ((20.0, 0.6), (10.0, 0.5), "duration in years is 10"),
            ((10.0, 1.0), (20.0, 0.5), "share lasting shorter is 1"),
            ((10.0, 0.5), (20.0, 0.0), "share lasting longer is 0"),
            ((0.0, 0.5), (20.0, 0.4), "duration in years is 0"),
            (
                (10.0, f64::NAN),
                (20.0, 0.4),
                "share lasting shorter is NaN",
            ),
            (
                (10.0, 0.5),
                (f64::INFINITY, 0.4),
                "duration in years is inf",
            ),
        ] {
            let error = Disruption::lasting(shorter, longer)
                .unwrap_err()
                .to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_two_shares_come_back(
            first in 1_u32..15, more in 1_u32..20, high in 0.4_f64..0.99, fall in 0.1_f64..0.9,
        ) {
            let low = high * fall;
            let (short, long) = (f64::from(first), f64::from(first + more));
            let law = Disruption::lasting((short, high), (long, low)).unwrap();
            prop_assert!((lasting(&law, first) / high - 1.0).abs() < 1e-10);
            prop_assert!((lasting(&law, first + more) / low - 1.0).abs() < 1e-10);
            prop_assert!((0..100).all(|year| law.force_in_year(year) > 0.0));
        }
    }
}
