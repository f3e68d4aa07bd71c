//! Births by union and parity: relative risks, and what they lead to in a cohort.

use crate::demography::nuptiality::entry::{STEPS, leaving};
use crate::error::{FamilyError, require};
use crate::{
    CoaleMcNeil, Cohabitation, Disruption, FIRST_MARRIAGE_SD_ASSUMED, FamilyFigures,
    FertilityTable, MOTHER_AGE_MAX, UNION_AGE_MAX, UNION_AGE_MIN, UnionCohort,
};

/// In no union, cohabiting, married.
const UNIONS: usize = 3;

/// No child, one, two, three or more.
const PARITIES: usize = 4;

/// Two deliveries of a woman lie at least so many days apart: nine months of 30.44 days, as in SOCSIM.
pub const BIRTH_INTERVAL_MIN_DAYS: u32 = 274;

/// The same, in whole months.
const INTERVAL_MONTHS: usize = 9;

/// The exact age at which mothers are counted, years.
const MOTHERS_BY: u32 = 40;

/// How much more or less women bear who differ in union and parity, at one age.
///
/// Only ratios matter: the level is that of the fertility table, whatever the shares of the groups are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelativeRisks {
    union: [f64; UNIONS],
    parity: [f64; PARITIES],
}

impl RelativeRisks {
    /// All the same: only age matters, and the least interval between births.
    pub const EVEN: Self = Self {
        union: [1.0; UNIONS],
        parity: [1.0; PARITIES],
    };

    /// Of women in no union, cohabiting and married. Chosen so that in a cohort of the rates of 2020, which enters
    /// unions as the bundled figures say, 40.5 % of births are to the unmarried (Osterman et al. 2022, NVSR 70(17),
    /// 2020) and 58 % of these to cohabiting couples (Curtin, Ventura & Martinez 2014, NCHS Data Brief 162,
    /// 2006-2010).
    pub const UNION_US: [f64; UNIONS] = [0.09, 1.15, 1.0];

    /// Of mothers of one, of two, and of three or more. Assumed.
    pub const PARITY_ASSUMED: [f64; PARITIES - 1] = [1.0, 0.5, 0.4];

    /// Relative risks of women in no union, cohabiting and married, and of women with no child, one, two, and
    /// three or more.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] unless all are finite and not negative, and one of each is positive.
    pub fn new(union: [f64; UNIONS], parity: [f64; PARITIES]) -> Result<Self, FamilyError> {
        for (name, risks) in [
            ("relative risk by union", union.as_slice()),
            ("relative risk by parity", &parity),
        ] {
            for risk in risks {
                let must = "it must be finite and not negative";
                require(*risk >= 0.0 && risk.is_finite(), name, *risk, must)?;
            }
            let highest = risks.iter().copied().fold(0.0, f64::max);
            require(highest > 0.0, name, highest, "one of them must be positive")?;
        }
        Ok(Self { union, parity })
    }

    /// The risks under which women of these rates, who enter unions as the figures say, have given birth by 40
    /// as often as the figures say: the risk of a first birth is fitted, the others are [`Self::UNION_US`] and
    /// [`Self::PARITY_ASSUMED`].
    ///
    /// # Errors
    /// As [`FamilyFigures::check`]; [`FamilyError::Parameter`] where no risk does that, and as [`UnionCohort::fit`].
    pub fn fitted(
        figures: &FamilyFigures,
        fertility: &FertilityTable,
    ) -> Result<Self, FamilyError> {
        let passage = Passage::of_women(figures)?;
        let with = |first: f64| {
            let [one, two, more] = Self::PARITY_ASSUMED;
            Self::new(Self::UNION_US, [first, one, two, more])
        };
        let mothers = |first: f64| -> Result<f64, FamilyError> {
            Ok(ParityCohort::new(&passage, fertility, &with(first)?).mothers)
        };
        let (mut low, mut high) = (FIRST_BIRTH_RISKS.0, FIRST_BIRTH_RISKS.1);
        let target = figures.mothers_by_40;
        if !(mothers(low)?..=mothers(high)?).contains(&target) {
            return Err(FamilyError::Parameter {
                name: "share of women with a birth by 40",
                value: target,
                must: "the fertility table must have births enough, and not too many, for it to be reached",
            });
        }
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if mothers(middle)? < target {
                low = middle;
            } else {
                high = middle;
            }
        }
        with(f64::midpoint(low, high))
    }

    /// Of women in no union, cohabiting and married.
    #[must_use]
    pub const fn by_union(&self) -> [f64; UNIONS] {
        self.union
    }

    /// Of women with no child, one, two, and three or more.
    #[must_use]
    pub const fn by_parity(&self) -> [f64; PARITIES] {
        self.parity
    }

    /// Of a woman of a union, in the order above, and a number of children.
    #[must_use]
    pub fn of(&self, union: usize, children: usize) -> f64 {
        let parity = self.parity[children.min(PARITIES - 1)];
        self.union.get(union).copied().unwrap_or(0.0) * parity
    }
}

/// Between these the relative risk of a first birth is looked for.
const FIRST_BIRTH_RISKS: (f64, f64) = (0.01, 100.0);

const HALVINGS: u32 = 40;

/// How women pass between no union, cohabitation and marriage, by twelfth of a year of age.
struct Passage {
    entry: CoaleMcNeil,
    cohabitation: Cohabitation,
    divorcing: Vec<f64>,
}

impl Passage {
    fn of_women(figures: &FamilyFigures) -> Result<Self, FamilyError> {
        const NEVER_MARRIED_AT: f64 = 40.0;
        let disruption = Disruption::from_figures(figures)?;
        let cohabitation = Cohabitation::us()?;
        let entry = UnionCohort::fit(
            figures.median_age_at_first_marriage[crate::FEMALE],
            FIRST_MARRIAGE_SD_ASSUMED,
            figures.never_married_at_40,
            NEVER_MARRIED_AT,
            &cohabitation,
        )?;
        let cohort = UnionCohort::new(&entry, &cohabitation, &disruption);
        Ok(Self {
            entry,
            cohabitation,
            divorcing: cohort.divorcing().to_vec(),
        })
    }

    /// Moves the shares of one parity on by a month.
    fn step(&self, age: u32, month: usize, shares: &mut [f64; UNIONS]) {
        if !(UNION_AGE_MIN..=UNION_AGE_MAX).contains(&age) {
            return;
        }
        let [single, cohabiting, married] = *shares;
        let ends = self.cohabitation.wedding() + self.cohabitation.separation();
        let weds = if ends > 0.0 {
            self.cohabitation.wedding() / ends
        } else {
            0.0
        };
        let at = (age - UNION_AGE_MIN) as usize * STEPS + month;
        let divorced = married * self.divorcing.get(at).copied().unwrap_or(0.0);
        let entered = single * leaving(self.entry.force_in_year(age));
        let ended = cohabiting * leaving(ends);
        let unwed = entered * self.cohabitation.share();
        *shares = [
            single - entered + ended * (1.0 - weds) + divorced,
            cohabiting + unwed - ended,
            married + entered - unwed + ended * weds - divorced,
        ];
    }
}

/// Women who have had no child of late, then those whose last one is one month old, two, ...
type Cells = [[[f64; UNIONS]; PARITIES]; INTERVAL_MONTHS + 1];

/// A cohort of women, none of whom dies, that bears as a table and relative risks say.
struct ParityCohort {
    /// Share that has given birth by [`MOTHERS_BY`].
    mothers: f64,
    /// Shares by number of children at the end.
    #[cfg(test)]
    children: [f64; PARITIES],
    /// Shares of births by union.
    #[cfg(test)]
    births: [f64; UNIONS],
}

impl ParityCohort {
    fn new(passage: &Passage, fertility: &FertilityTable, risks: &RelativeRisks) -> Self {
        let mut cells: Cells = Default::default();
        cells[0][0][0] = 1.0;
        let mut mothers = 0.0;
        let mut births = [0.0; UNIONS];
        for age in 0..=MOTHER_AGE_MAX {
            if age == MOTHERS_BY {
                mothers = 1.0 - childless(&cells);
            }
            for month in 0..STEPS {
                for shares in cells.iter_mut().flatten() {
                    passage.step(age, month, shares);
                }
                bear(
                    &mut cells,
                    fertility.rate(age) / STEPS as f64,
                    risks,
                    &mut births,
                );
            }
        }
        Self {
            mothers,
            #[cfg(test)]
            children: of_parity(&cells),
            #[cfg(test)]
            births: births.map(|of_union| of_union / births.iter().sum::<f64>()),
        }
    }
}

/// A month of births, `expected` for each woman, shared out by relative risk among those who can bear.
fn bear(cells: &mut Cells, expected: f64, risks: &RelativeRisks, births: &mut [f64; UNIONS]) {
    let mut weight = 0.0;
    for (parity, shares) in cells[0].iter().enumerate() {
        let weights = (0..UNIONS).map(|union| shares[union] * risks.of(union, parity));
        weight += weights.sum::<f64>();
    }
    let level = if weight > 0.0 { expected / weight } else { 0.0 };
    let mut newest = [[0.0; UNIONS]; PARITIES];
    for parity in 0..PARITIES {
        for union in 0..UNIONS {
            let share = &mut cells[0][parity][union];
            let born = *share * (level * risks.of(union, parity)).min(1.0);
            *share -= born;
            births[union] += born;
            newest[(parity + 1).min(PARITIES - 1)][union] += born;
        }
    }
    let [able, recent @ ..] = cells;
    let oldest = recent[INTERVAL_MONTHS - 1];
    recent.rotate_right(1);
    recent[0] = newest;
    for (able, oldest) in able.iter_mut().flatten().zip(oldest.iter().flatten()) {
        *able += oldest;
    }
}

fn of_parity(cells: &Cells) -> [f64; PARITIES] {
    let mut shares = [0.0; PARITIES];
    for months in cells {
        for (total, of_parity) in shares.iter_mut().zip(months) {
            *total += of_parity.iter().sum::<f64>();
        }
    }
    shares
}

fn childless(cells: &Cells) -> f64 {
    of_parity(cells)[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PeriodRates, Tables};

    fn us() -> (FamilyFigures, FertilityTable, Passage) {
        let figures = FamilyFigures::us().unwrap();
        let rates = PeriodRates::new(&Tables::us().unwrap()).unwrap();
        let passage = Passage::of_women(&figures).unwrap();
        (figures, rates.at_year(2020).fertility.clone(), passage)
    }

    #[test]
    fn the_published_share_of_mothers_comes_back() {
        let (figures, fertility, passage) = us();
        let risks = RelativeRisks::fitted(&figures, &fertility).unwrap();
        let cohort = ParityCohort::new(&passage, &fertility, &risks);
        let ParityCohort {
            mothers,
            children,
            births,
        } = cohort;
        assert!((mothers - 0.85).abs() < 1e-9);
        let unmarried = births[0] + births[1];
        assert!((unmarried - 0.405).abs() < 0.01, "{births:?}");
        assert!((births[1] / unmarried - 0.58).abs() < 0.01, "{births:?}");
        assert!((children.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    /// Whatever the risks, the cohort bears what the table says.
    #[test]
    fn the_level_is_that_of_the_table() {
        let (_, fertility, passage) = us();
        let risks = RelativeRisks::new([0.1, 0.9, 1.0], [0.5, 1.0, 0.3, 0.2]).unwrap();
        for risks in [RelativeRisks::EVEN, risks] {
            let mut cells: Cells = Default::default();
            cells[0][0][0] = 1.0;
            let mut births = [0.0; UNIONS];
            for age in 0..=MOTHER_AGE_MAX {
                for month in 0..STEPS {
                    for shares in cells.iter_mut().flatten() {
                        passage.step(age, month, shares);
                    }
                    let expected = fertility.rate(age) / STEPS as f64;
                    bear(&mut cells, expected, &risks, &mut births);
                }
            }
            let total: f64 = births.iter().sum();
            assert!((total - fertility.tfr()).abs() < 1e-9, "{total}");
        }
    }

    /// Without an effect of parity, and nobody barred for long, first births are those of a Poisson process.
    #[test]
    fn births_at_random_leave_as_many_childless_as_they_must() {
        let (_, fertility, passage) = us();
        let cohort = ParityCohort::new(&passage, &fertility, &RelativeRisks::EVEN);
        let by_40: f64 = fertility.rates()[..40].iter().sum();
        let poisson = 1.0 - libm::exp(-by_40);
        // The least interval spreads births over more women than chance would.
        assert!(cohort.mothers > poisson && cohort.mothers < poisson + 0.02);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(RelativeRisks::new([0.0; 3], [1.0; 4]).is_err());
        assert!(RelativeRisks::new([1.0; 3], [1.0, -1.0, 1.0, 1.0]).is_err());
        assert!(RelativeRisks::new([f64::NAN; 3], [1.0; 4]).is_err());
        let (figures, _, _) = us();
        let sparse = FertilityTable::new(&[vec![0.0; 20], vec![0.01; 20]].concat()).unwrap();
        let error = RelativeRisks::fitted(&figures, &sparse).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("share of women with a birth by 40")
        );
    }
}
