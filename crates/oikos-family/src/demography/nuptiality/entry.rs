//! At what ages people enter unions, so that they marry when published figures say.

use super::{CoaleMcNeil, Cohabitation, Disruption};
use crate::error::FamilyError;

/// First completed age at which somebody enters a union, years.
pub const UNION_AGE_MIN: u32 = 15;

/// Last completed age at which somebody enters a union, years.
pub const UNION_AGE_MAX: u32 = 79;

/// Ages at which unions are entered.
pub(crate) const UNION_AGES: usize = (UNION_AGE_MAX - UNION_AGE_MIN + 1) as usize;

/// Steps of a year.
pub(crate) const STEPS: usize = 12;

/// Whoever has not married by this age never does, as far as the median of those who marry is concerned.
const LAST_AGE: f64 = 60.0;

/// A cohort of one sex that goes through a model of unions, nobody of whom dies.
#[derive(Debug, Clone, PartialEq)]
pub struct UnionCohort {
    /// Share that has ever married, at each twelfth of a year from [`UNION_AGE_MIN`].
    ever_married: Vec<f64>,
    /// Share in no union, by completed age from [`UNION_AGE_MIN`], in the middle of the year.
    single: Vec<f64>,
    /// Share of the married who divorce in each twelfth of a year from [`UNION_AGE_MIN`].
    divorcing: Vec<f64>,
}

/// Shares of a cohort.
struct Shares {
    single: [f64; 2],
    cohabiting: [f64; 2],
    /// Married, by completed twelfths of a year of duration.
    married: Vec<f64>,
}

/// Indices into [`Shares`]: has never married, has.
const NEVER: usize = 0;
const EVER: usize = 1;

impl UnionCohort {
    /// The cohort that enters unions, while in none, at the force of `entry` at its age, cohabits and parts
    /// as the two laws say. Who was in a union before enters the next one at the same force: no published
    /// figure is used for that.
    #[must_use]
    pub fn new(entry: &CoaleMcNeil, cohabitation: &Cohabitation, disruption: &Disruption) -> Self {
        let months = UNION_AGES * STEPS;
        let mut shares = Shares::at_first();
        let parting: Vec<f64> = (0..UNION_AGES as u32)
            .map(|year| disruption.force_in_year(year))
            .collect();
        let mut cohort = Self {
            ever_married: Vec::with_capacity(months),
            single: Vec::with_capacity(UNION_AGES),
            divorcing: Vec::with_capacity(months),
        };
        for age in UNION_AGE_MIN..=UNION_AGE_MAX {
            let force = entry.force_in_year(age);
            let mut single = 0.0;
            for _ in 0..STEPS {
                cohort.ever_married.push(shares.ever_married());
                let before: f64 = shares.single.iter().sum();
                cohort
                    .divorcing
                    .push(shares.step(force, cohabitation, &parting));
                single += (before + shares.single.iter().sum::<f64>()) / 2.0;
            }
            cohort.single.push(single / STEPS as f64);
        }
        cohort
    }

    /// The same without what becomes of those who have married: all that first marriages need.
    fn first_marriages(entry: &CoaleMcNeil, cohabitation: &Cohabitation) -> Self {
        let mut shares = Shares::at_first();
        let mut ever_married = Vec::with_capacity(UNION_AGES * STEPS);
        for age in UNION_AGE_MIN..=UNION_AGE_MAX {
            let force = entry.force_in_year(age);
            for _ in 0..STEPS {
                ever_married.push(shares.ever_married());
                shares.court(NEVER, force, cohabitation);
            }
        }
        Self {
            ever_married,
            single: Vec::new(),
            divorcing: Vec::new(),
        }
    }

    /// The age by which half of those have married who marry before 60, years.
    #[must_use]
    pub fn median_age_at_first_marriage(&self) -> f64 {
        let half = self.ever_married_by(LAST_AGE) / 2.0;
        let after = self.ever_married.partition_point(|share| *share < half);
        let (from, to) = match (after.checked_sub(1), self.ever_married.get(after)) {
            (Some(before), Some(to)) => (self.ever_married[before], *to),
            _ => return f64::NAN,
        };
        let months = (after - 1) as f64 + (half - from) / (to - from);
        f64::from(UNION_AGE_MIN) + months / STEPS as f64
    }

    /// Share that has married by an exact age, years.
    #[must_use]
    pub fn ever_married_by(&self, age_years: f64) -> f64 {
        let months = (age_years - f64::from(UNION_AGE_MIN)) * STEPS as f64;
        let last = self.ever_married.len().saturating_sub(1);
        let row = (libm::round(months.max(0.0)) as usize).min(last);
        self.ever_married.get(row).copied().unwrap_or(0.0)
    }

    /// Share in no union by completed age from [`UNION_AGE_MIN`] to [`UNION_AGE_MAX`].
    #[must_use]
    pub fn single(&self) -> &[f64] {
        &self.single
    }

    /// Share of the married who divorce in each twelfth of a year from [`UNION_AGE_MIN`].
    pub(crate) fn divorcing(&self) -> &[f64] {
        &self.divorcing
    }

    /// The schedule of entry into unions, of standard deviation `sd_years`, under which half of those who
    /// marry have done so by `median_years` and a share `never` has not by the exact age `at_years`.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] where no schedule does that: more people are to marry than enter unions
    /// that come to a wedding.
    pub fn fit(
        median_years: f64,
        sd_years: f64,
        never: f64,
        at_years: f64,
        cohabitation: &Cohabitation,
    ) -> Result<CoaleMcNeil, FamilyError> {
        let cohort = |mean: f64, ever: f64| -> Result<(CoaleMcNeil, Self), FamilyError> {
            let entry = CoaleMcNeil::new(mean, sd_years, ever)?;
            Ok((entry, Self::first_marriages(&entry, cohabitation)))
        };
        let mean_for = |ever: f64| {
            bisect(f64::from(UNION_AGE_MIN), median_years + sd_years, |mean| {
                Ok(cohort(mean, ever)?.1.median_age_at_first_marriage() < median_years)
            })
        };
        let fewest = |ever: f64| -> Result<f64, FamilyError> {
            let (_, cohort) = cohort(mean_for(ever)?, ever)?;
            Ok(1.0 - cohort.ever_married_by(at_years))
        };
        let least = fewest(1.0)?;
        if !(never >= least && never < 1.0) {
            return Err(FamilyError::Parameter {
                name: "share never married",
                value: never,
                must: "enough people must enter unions, and few enough, for it to be reached",
            });
        }
        let ever = bisect(1e-6, 1.0, |ever| Ok(fewest(ever)? > never))?;
        Ok(cohort(mean_for(ever)?, ever)?.0)
    }
}

/// The greatest number of an interval, to the last bits that matter, at which `below` holds.
pub(crate) fn bisect(
    mut low: f64,
    mut high: f64,
    below: impl Fn(f64) -> Result<bool, FamilyError>,
) -> Result<f64, FamilyError> {
    const HALVINGS: u32 = 44;
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if below(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(f64::midpoint(low, high))
}

impl Shares {
    /// Nobody has been in a union.
    const fn at_first() -> Self {
        Self {
            single: [1.0, 0.0],
            cohabiting: [0.0; 2],
            married: Vec::new(),
        }
    }

    fn ever_married(&self) -> f64 {
        1.0 - self.single[NEVER] - self.cohabiting[NEVER]
    }

    /// A twelfth of a year: forces are constant within it, and who changes state stays in the new one.
    /// Returns the share of the married who divorce.
    fn step(&mut self, entry: f64, cohabitation: &Cohabitation, parting: &[f64]) -> f64 {
        let married: f64 = self.married.iter().sum();
        let mut divorced = 0.0;
        for (months, share) in self.married.iter_mut().rev().enumerate() {
            let force = parting.get(months / STEPS).copied().unwrap_or(0.0);
            let parted = *share * leaving(force);
            *share -= parted;
            divorced += parted;
        }
        let wed = [NEVER, EVER].map(|past| self.court(past, entry, cohabitation));
        self.single[EVER] += divorced;
        self.married.push(wed.iter().sum());
        if married > 0.0 {
            divorced / married
        } else {
            0.0
        }
    }

    /// Unions begin, and cohabitations end, among those who have never married or those who have. Returns
    /// the share that weds.
    fn court(&mut self, past: usize, entry: f64, cohabitation: &Cohabitation) -> f64 {
        let ends = cohabitation.wedding() + cohabitation.separation();
        let weds = if ends > 0.0 {
            cohabitation.wedding() / ends
        } else {
            0.0
        };
        let entered = self.single[past] * leaving(entry);
        let ended = self.cohabiting[past] * leaving(ends);
        let direct = entered * (1.0 - cohabitation.share());
        self.single[past] += ended * (1.0 - weds) - entered;
        self.cohabiting[past] += entered - direct - ended;
        direct + ended * weds
    }
}

/// The share that leaves a state in a step, at a force per year.
pub(crate) fn leaving(force: f64) -> f64 {
    leaving_in(force, 1.0 / STEPS as f64)
}

/// The share that leaves a state in so many years, at a force per year.
pub(crate) fn leaving_in(force: f64, years: f64) -> f64 {
    -libm::expm1(-force * years)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FIRST_MARRIAGE_SD_ASSUMED, FamilyFigures};

    fn laws() -> (Cohabitation, Disruption) {
        let figures = FamilyFigures::us().unwrap();
        (
            Cohabitation::us().unwrap(),
            Disruption::from_figures(&figures).unwrap(),
        )
    }

    /// Without cohabitation and divorce, entry is first marriage.
    #[test]
    fn without_cohabitation_first_marriages_are_the_schedule() {
        let direct = Cohabitation::new(0.0, 0.0, 0.0).unwrap();
        let never_part = Disruption::lasting((10.0, 1.0 - 1e-12), (20.0, 1.0 - 2e-12)).unwrap();
        let entry = CoaleMcNeil::new(28.0, 6.0, 0.8).unwrap();
        let cohort = UnionCohort::new(&entry, &direct, &never_part);
        for age in [20.0, 25.0, 30.0, 40.0, 60.0] {
            let (found, expected) = (cohort.ever_married_by(age), entry.ever_married(age));
            let before = entry.ever_married(f64::from(UNION_AGE_MIN));
            let expected = (expected - before) / (1.0 - before);
            assert!((found - expected).abs() < 1e-9, "{age}: {found} {expected}");
        }
    }

    #[test]
    fn everybody_is_somewhere() {
        let (cohabitation, disruption) = laws();
        let entry = CoaleMcNeil::new(24.0, 6.0, 0.95).unwrap();
        let parting: Vec<f64> = (0..99).map(|year| disruption.force_in_year(year)).collect();
        let (single, cohabiting) = ([1.0, 0.0], [0.0; 2]);
        let mut shares = Shares {
            single,
            cohabiting,
            married: Vec::new(),
        };
        for month in 0..600 {
            shares.step(
                entry.force_in_year(15 + month / 12),
                &cohabitation,
                &parting,
            );
            let all = shares
                .single
                .iter()
                .chain(&shares.cohabiting)
                .chain(&shares.married);
            let total: f64 = all.sum();
            assert!((total - 1.0).abs() < 1e-12, "{month}: {total}");
        }
    }

    #[test]
    fn the_published_medians_and_shares_come_back() {
        let (cohabitation, disruption) = laws();
        let figures = FamilyFigures::us().unwrap();
        for median in figures.median_age_at_first_marriage {
            let (sd, never) = (FIRST_MARRIAGE_SD_ASSUMED, figures.never_married_at_40);
            let entry = UnionCohort::fit(median, sd, never, 40.0, &cohabitation).unwrap();
            let cohort = UnionCohort::new(&entry, &cohabitation, &disruption);
            let found = cohort.median_age_at_first_marriage();
            assert!((found - median).abs() < 0.01, "{found}");
            let found = 1.0 - cohort.ever_married_by(40.0);
            assert!((found - never).abs() < 1e-3, "{found}");
            // Unions begin before weddings.
            assert!(entry.mean() < median, "{}", entry.mean());
        }
    }

    #[test]
    fn more_weddings_than_unions_are_refused() {
        let reluctant = Cohabitation::new(1.0, 0.01, 0.5).unwrap();
        let refused = UnionCohort::fit(28.0, 6.0, 0.1, 40.0, &reluctant);
        assert!(refused.unwrap_err().to_string().contains("never married"));
    }
}
