//! First marriages by age: the schedule of Coale and McNeil.

use crate::demography::special::{gamma_quantile, incomplete_gamma};
use crate::error::{FamilyError, require};
use crate::{FEMALE, FamilyFigures, MALE};

/// Standard deviation of ages at first marriage, years, where nothing is known about it.
///
/// That of the schedule from which Coale and McNeil made their standard (women of a Swedish cohort,
/// 6.58 years). It is an assumption: the published figures of the United States have medians alone.
pub const FIRST_MARRIAGE_SD_ASSUMED: f64 = 6.58;

/// Age at which the share never married is published, years (Pew Research Center 2023).
const NEVER_MARRIED_AGE: f64 = 40.0;

/// Shape of the schedule: the ratio of the two rates of the standard, 1.145 / 1.896.
const SHAPE: f64 = 1.145 / 1.896;

/// Digamma function at the shape.
const DIGAMMA: f64 = -1.526_502_671_689_98;

/// Trigamma function at the shape.
const TRIGAMMA: f64 = 3.597_683_219_804_06;

/// First marriages by exact age, with a share of people who never marry.
///
/// The standard is `g(z) = 1.2813 exp(-1.145 (z + 0.805) - exp(-1.896 (z + 0.805)))` (Coale & McNeil
/// 1972, J. Am. Stat. Assoc. 67: 743-749; mean 0 and deviation 1 after Rodriguez & Trussell 1980, WFS
/// Technical Bulletin 7). In general `g(x) = r / Gamma(s) exp(-s r (x - m) - exp(-r (x - m)))` with
/// shape `s` = 1.145 / 1.896. With `u = exp(-r (x - m))` its cumulative is the incomplete gamma
/// function `Q(s, u)`, its mean `m - digamma(s) / r` and its variance `trigamma(s) / r^2`. The
/// published coefficients are rounded, so `r` and `m` are computed from the shape: the mean and the
/// deviation asked for are had exactly.
///
/// Mortality is not in it: it describes people who live. Below about two and a half deviations under
/// the mean next to nobody marries; a lowest legal age is the caller's affair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoaleMcNeil {
    mean: f64,
    sd: f64,
    ever: f64,
    rate: f64,
    location: f64,
}

impl CoaleMcNeil {
    /// The schedule with this mean and standard deviation of ages at first marriage, years, and this
    /// share of people who ever marry.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless mean and deviation are positive and finite and the share
    /// lies between 0 (excluded) and 1.
    pub fn new(mean_years: f64, sd_years: f64, share_ever: f64) -> Result<Self, FamilyError> {
        let positive = "it must be positive and finite";
        for (name, value) in [
            ("mean age at first marriage", mean_years),
            ("deviation of ages at first marriage", sd_years),
        ] {
            require(value > 0.0 && value.is_finite(), name, value, positive)?;
        }
        let must = "it must lie between 0 (excluded) and 1";
        let in_range = share_ever > 0.0 && share_ever <= 1.0;
        require(in_range, "share ever marrying", share_ever, must)?;
        let rate = libm::sqrt(TRIGAMMA) / sd_years;
        Ok(Self {
            mean: mean_years,
            sd: sd_years,
            ever: share_ever,
            rate,
            location: mean_years + DIGAMMA / rate,
        })
    }

    /// The schedule with this median age, standard deviation (both years) and this share of people
    /// who have never married at the exact age `at_years`.
    ///
    /// The median is that of those who ever marry, as the published one is meant
    /// ([`median_age_at_first_marriage`](crate::median_age_at_first_marriage)).
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for numbers that [`CoaleMcNeil::new`] refuses, or when more people
    /// have married at that age than this schedule lets marry by then.
    pub fn from_median(
        median_years: f64,
        sd_years: f64,
        share_never: f64,
        at_years: f64,
    ) -> Result<Self, FamilyError> {
        let must = "it must lie between 0 and 1 (excluded)";
        let in_range = (0.0..1.0).contains(&share_never);
        require(in_range, "share never married", share_never, must)?;
        let must = "it must be positive and finite";
        let positive = median_years > 0.0 && median_years.is_finite();
        require(positive, "median age at first marriage", median_years, must)?;
        // Median less mean is a multiple of the deviation; any mean shows it.
        let any = Self::new(1.0, sd_years, 1.0)?;
        let mean = median_years - (any.age_at(0.5) - 1.0);
        let of_those_who_marry = Self::new(mean, sd_years, 1.0)?.ever_married(at_years);
        Self::new(mean, sd_years, (1.0 - share_never) / of_those_who_marry)
    }

    /// The schedules of both sexes, by sex: medians and the share never married at 40 from the
    /// figures, the deviation ([`FIRST_MARRIAGE_SD_ASSUMED`]) assumed.
    ///
    /// # Errors
    /// As [`FamilyFigures::check`] and [`CoaleMcNeil::from_median`].
    pub fn from_figures(figures: &FamilyFigures) -> Result<[Self; 2], FamilyError> {
        figures.check()?;
        let of = |sex: usize| {
            Self::from_median(
                figures.median_age_at_first_marriage[sex],
                FIRST_MARRIAGE_SD_ASSUMED,
                figures.never_married_at_40,
                NEVER_MARRIED_AGE,
            )
        };
        Ok([of(MALE)?, of(FEMALE)?])
    }

    /// Mean age at first marriage, years.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation of ages at first marriage, years.
    #[must_use]
    pub fn sd(&self) -> f64 {
        self.sd
    }

    /// Share of people who ever marry.
    #[must_use]
    pub fn share_ever(&self) -> f64 {
        self.ever
    }

    /// The age at which most marry, years.
    #[must_use]
    pub fn mode(&self) -> f64 {
        self.location - libm::log(SHAPE) / self.rate
    }

    fn scaled(&self, age_years: f64) -> f64 {
        libm::exp(-self.rate * (age_years - self.location))
    }

    /// First marriages per year of age at an exact age, among everybody.
    #[must_use]
    pub fn density(&self, age_years: f64) -> f64 {
        let distance = self.rate * (age_years - self.location);
        let exponent = -SHAPE * distance - libm::exp(-distance) - libm::lgamma(SHAPE);
        self.ever * self.rate * libm::exp(exponent)
    }

    /// Share of everybody who has married by an exact age.
    #[must_use]
    pub fn ever_married(&self, age_years: f64) -> f64 {
        self.ever * incomplete_gamma(SHAPE, self.scaled(age_years)).1
    }

    /// Share of everybody who has not married by an exact age.
    #[must_use]
    pub fn never_married(&self, age_years: f64) -> f64 {
        let still_to_marry = incomplete_gamma(SHAPE, self.scaled(age_years)).0;
        1.0 - self.ever + self.ever * still_to_marry
    }

    /// The age by which a share of those who ever marry has married, years: half gives the median,
    /// a uniform draw an age at first marriage.
    ///
    /// Minus infinity for 0 and infinity for 1; not a number outside.
    #[must_use]
    pub fn age_at(&self, share_of_marrying: f64) -> f64 {
        if !(0.0..=1.0).contains(&share_of_marrying) {
            return f64::NAN;
        }
        let scaled = gamma_quantile(1.0 - share_of_marrying, SHAPE);
        self.location - libm::log(scaled) / self.rate
    }

    /// Median age at first marriage of those who ever marry, years.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.age_at(0.5)
    }

    /// Force of first marriage at an exact age, per year lived never married: `c g / (1 - c G)`.
    ///
    /// Those who will never marry are among the never married, and nobody knows who they are, so the
    /// force falls to zero at high ages.
    #[must_use]
    pub fn force(&self, age_years: f64) -> f64 {
        self.density(age_years) / self.never_married(age_years)
    }

    /// The constant force within a completed year of age, per year, that leaves at each birthday the
    /// share never married that the schedule has.
    #[must_use]
    pub fn force_in_year(&self, age: u32) -> f64 {
        let (from, to) = (f64::from(age), f64::from(age) + 1.0);
        let remain = self.never_married(to) / self.never_married(from);
        (-libm::log(remain)).max(0.0)
    }
}

#[cfg(test)]
mod tests;
