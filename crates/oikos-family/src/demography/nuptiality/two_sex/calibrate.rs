//! Attractions fitted to the schedules of both sexes and to the difference of spouses' ages.

use super::{PairTable, UnionRates, check};
use crate::error::{FamilyError, require};
use crate::{FEMALE, MALE, SEXES};

/// Rounds of proportional fitting after which what has been reached is taken.
const ROUNDS_MAX: u32 = 5_000;

/// Fitting stops when no band's unions are off by more than this share.
const SETTLED: f64 = 1e-10;

/// How many times wider than the gap asked for its density may become.
const WIDENED_MAX: f64 = 20.0;

/// The width of the density is found to this share.
const WIDENED_TO: f64 = 1e-7;

/// The difference between the ages of husband and wife, normally distributed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgeGap {
    mean: f64,
    sd: f64,
}

impl AgeGap {
    /// 2.3 years on average, with a deviation of 5 years.
    ///
    /// Both are assumptions: the mean is what is commonly found among married couples of the Current
    /// Population Survey, close to the difference of the median ages at first marriage (30.5 and
    /// 28.1); the deviation stands for the wide spread among them. The true distribution is skewed.
    pub const ASSUMED: Self = Self { mean: 2.3, sd: 5.0 };

    /// Husband's age less wife's: mean and standard deviation, years.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless the mean lies between -100 and 100 and the deviation between
    /// 0.1 and 100.
    pub fn new(mean_years: f64, sd_years: f64) -> Result<Self, FamilyError> {
        let must = "it must lie between -100 and 100 years";
        require(mean_years.abs() <= 100.0, "mean age gap", mean_years, must)?;
        let must = "it must lie between 0.1 and 100 years";
        let good = (0.1..=100.0).contains(&sd_years);
        require(good, "deviation of the age gap", sd_years, must)?;
        Ok(Self {
            mean: mean_years,
            sd: sd_years,
        })
    }

    /// Mean of husband's age less wife's, years.
    #[must_use]
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation of husband's age less wife's, years.
    #[must_use]
    pub const fn sd(&self) -> f64 {
        self.sd
    }

    /// The density of a gap relative to that of the mean gap, 0 to 1.
    #[must_use]
    pub fn weight(&self, gap_years: f64) -> f64 {
        let z = (gap_years - self.mean) / self.sd;
        libm::exp(-z * z / 2.0)
    }
}

/// The singles of one sex in a reference population, and how they are to enter unions, by band.
#[derive(Debug, Clone, Copy)]
pub struct Margin<'a> {
    /// Middle of each band, years of exact age.
    pub ages: &'a [f64],
    /// Singles at risk.
    pub singles: &'a [f64],
    /// Force of entering a union, per year, such as
    /// [`CoaleMcNeil::force_in_year`](crate::CoaleMcNeil::force_in_year).
    pub forces: &'a [f64],
}

/// What a calibration reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The rates.
    pub rates: UnionRates,
    /// Unions per year in the reference population, by all marriage functions alike.
    pub unions: PairTable,
    /// What men's forces had to be multiplied by, at all ages alike, for men to enter as many unions
    /// as women.
    pub men_scaled_by: f64,
    /// Greatest share by which a band of men is off its scaled force.
    pub men_residual: f64,
    /// Greatest share by which a band of women is off its force.
    pub women_residual: f64,
    /// Mean and standard deviation of the age gap of these unions, years. The mean is that of men's
    /// ages less that of women's, which the margins fix.
    pub gap: [f64; 2],
}

impl UnionRates {
    /// Rates under which the reference population enters unions as both schedules say.
    ///
    /// Women's forces hold. Men's hold by age up to one common factor, because both sexes must enter as
    /// many unions. The unions between bands are a normal density of the age gap, fitted to both
    /// margins by iterative proportional fitting (Deming & Stephan 1940, Ann. Math. Stat. 11: 427-444),
    /// which of all tables with these margins stays closest to it. Margins fix the mean gap whatever
    /// `gap` says, and they narrow its spread; so the density is widened until the fitted unions have
    /// the deviation asked for, or come as close as the margins let them. The attraction is unions
    /// per pair of singles, and the forces are those of the table, so in the reference population both
    /// demands and every marriage function give the same unions. A band without singles or force
    /// attracts nobody.
    ///
    /// # Errors
    /// [`FamilyError::Length`] or [`FamilyError::AtAge`] (with the number of the band) for margins that
    /// do not fit together or are negative, [`FamilyError::NobodyToMarry`] where a band has no partner.
    pub fn calibrate(
        men: Margin<'_>,
        women: Margin<'_>,
        gap: AgeGap,
    ) -> Result<Calibration, FamilyError> {
        let (wanted_men, wanted_women) = (wanted(&men)?, wanted(&women)?);
        let with_sd = |sd: f64| {
            let density = AgeGap { sd, ..gap };
            PairTable::new(men.ages.len(), women.ages.len(), |man, woman| {
                let risk = wanted_men[man] > 0.0 && wanted_women[woman] > 0.0;
                let weight = density.weight(men.ages[man] - women.ages[woman]);
                if risk { weight } else { 0.0 }
            })
        };
        let narrow = with_sd(gap.sd);
        check_partners(MALE, &men, &wanted_men, &narrow.sums_of_men())?;
        check_partners(FEMALE, &women, &wanted_women, &narrow.sums_of_women())?;
        let total = |wanted: &[f64]| wanted.iter().sum::<f64>();
        let men_scaled_by = total(&wanted_women) / total(&wanted_men);
        let scaled: Vec<f64> = wanted_men
            .iter()
            .map(|unions| unions * men_scaled_by)
            .collect();
        let fitted = |sd: f64| {
            let mut unions = with_sd(sd);
            fit(&mut unions, &scaled, &wanted_women);
            unions
        };
        let spread = |sd: f64| moments(&fitted(sd), men.ages, women.ages)[1];
        let unions = fitted(widened(gap.sd, spread));
        let attraction = PairTable::new(men.ages.len(), women.ages.len(), |man, woman| {
            let pairs = men.singles[man] * women.singles[woman];
            if pairs > 0.0 {
                unions.get(man, woman) / pairs
            } else {
                0.0
            }
        });
        let [of_men, of_women] = unions.forces(men.singles, women.singles)?;
        Ok(Calibration {
            men_scaled_by,
            men_residual: residual(&unions.sums_of_men(), &scaled),
            women_residual: residual(&unions.sums_of_women(), &wanted_women),
            gap: moments(&unions, men.ages, women.ages),
            rates: Self::new(attraction, of_men, of_women)?,
            unions,
        })
    }
}

/// Unions per year that a sex is to enter, by band.
fn wanted(margin: &Margin<'_>) -> Result<Vec<f64>, FamilyError> {
    let bands = margin.ages.len();
    check("ages of the bands", margin.ages, bands)?;
    check("singles", margin.singles, bands)?;
    check("forces of entering a union", margin.forces, bands)?;
    let unions = margin.singles.iter().zip(margin.forces);
    Ok(unions.map(|(singles, force)| singles * force).collect())
}

/// Refuses a band of people who are to enter unions but whom nobody suits.
fn check_partners(
    sex: usize,
    margin: &Margin<'_>,
    wanted: &[f64],
    suiting: &[f64],
) -> Result<(), FamilyError> {
    let nobody = |sex: usize, age_years: f64, unions: f64| FamilyError::NobodyToMarry {
        sex: SEXES[sex],
        age_years,
        unions,
    };
    if wanted.iter().all(|&unions| unions <= 0.0) {
        return Err(nobody(
            sex,
            margin.ages.first().copied().unwrap_or(0.0),
            0.0,
        ));
    }
    let alone = wanted
        .iter()
        .zip(suiting)
        .position(|(&unions, &suiting)| unions > 0.0 && suiting <= 0.0);
    match alone {
        None => Ok(()),
        Some(band) => Err(nobody(sex, margin.ages[band], wanted[band])),
    }
}

/// The deviation, `sd` or more, for which `spread` gives `sd`, or comes closest to it.
fn widened(sd: f64, spread: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (sd, WIDENED_MAX * sd);
    if spread(low) >= sd {
        return low;
    }
    if spread(high) <= sd {
        return high;
    }
    while high / low > 1.0 + WIDENED_TO {
        let middle = libm::sqrt(low * high);
        if spread(middle) < sd {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Scales rows and columns in turn until both margins hold; women's come last and hold exactly.
fn fit(unions: &mut PairTable, men: &[f64], women: &[f64]) {
    for _ in 0..ROUNDS_MAX {
        for (row, &wanted) in unions.rows_mut().zip(men) {
            let factor = ratio(wanted, row.iter().sum());
            row.iter_mut().for_each(|cell| *cell *= factor);
        }
        let factors = women.iter().zip(unions.sums_of_women());
        let factors: Vec<f64> = factors.map(|(&wanted, sum)| ratio(wanted, sum)).collect();
        for row in unions.rows_mut() {
            let cells = row.iter_mut().zip(&factors);
            cells.for_each(|(cell, factor)| *cell *= factor);
        }
        if residual(&unions.sums_of_men(), men) < SETTLED {
            return;
        }
    }
}

fn ratio(wanted: f64, found: f64) -> f64 {
    if found > 0.0 { wanted / found } else { 0.0 }
}

/// Greatest share by which a sum is off what is wanted.
fn residual(found: &[f64], wanted: &[f64]) -> f64 {
    let off = |(found, &wanted): (&f64, &f64)| {
        if wanted > 0.0 {
            (found / wanted - 1.0).abs()
        } else {
            0.0
        }
    };
    found.iter().zip(wanted).map(off).fold(0.0, f64::max)
}

/// Mean and standard deviation of the age gap.
fn moments(unions: &PairTable, men: &[f64], women: &[f64]) -> [f64; 2] {
    let total = unions.total();
    let mean_of = |value: &dyn Fn(f64) -> f64| {
        let row = |(man, &older): (usize, &f64)| {
            let cells = unions.row(man).iter().zip(women);
            cells
                .map(|(cell, younger)| cell * value(older - younger))
                .sum::<f64>()
        };
        men.iter().enumerate().map(row).sum::<f64>() / total
    };
    let mean = mean_of(&|gap| gap);
    [
        mean,
        libm::sqrt(mean_of(&|gap| (gap - mean) * (gap - mean))),
    ]
}
