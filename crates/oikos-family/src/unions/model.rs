//! What drives unions, as one parameter of a society.

use bevy_ecs::resource::Resource;
use oikos_core::Prob;
use serde::{Deserialize, Serialize};

use crate::demography::nuptiality::entry::UNION_AGES;
use crate::error::FamilyError;
use crate::{
    AgeGap, Calibration, CoaleMcNeil, Cohabitation, Disruption, FEMALE, FIRST_MARRIAGE_SD_ASSUMED,
    FamilyFigures, LifeTable, MALE, Margin, PairTable, UNION_AGE_MIN, UnionCohort, UnionRates,
};

/// The age at which the published share of the never married is counted, years.
const NEVER_MARRIED_AGE: f64 = 40.0;

/// Who enters unions with whom at what rate, how unions begin, and how they end while both live. Persisted.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct UnionModel {
    rates: UnionRates,
    cohabitation: Cohabitation,
    disruption: Disruption,
}

impl UnionModel {
    /// The model under which a stationary population of these life tables (men, women) marries and divorces
    /// as the figures say: unions are entered by a Coale-McNeil schedule of each sex, fitted through
    /// [`UnionCohort`], and marriages end as [`Disruption`] says.
    ///
    /// # Errors
    /// As [`FamilyFigures::check`], [`UnionCohort::fit`] and [`UnionRates::calibrate`].
    pub fn fitted(
        figures: &FamilyFigures,
        life_tables: &[LifeTable; 2],
    ) -> Result<(Self, Calibration), FamilyError> {
        figures.check()?;
        let cohabitation = Cohabitation::us()?;
        let disruption = Disruption::from_figures(figures)?;
        let [men, women] = Self::entry(figures, &cohabitation)?;
        let ages: Vec<f64> = bands().map(|age| f64::from(age) + 0.5).collect();
        let single = |schedule: &CoaleMcNeil, sex: usize| -> Vec<f64> {
            let cohort = UnionCohort::new(schedule, &cohabitation, &disruption);
            let alive = bands().map(|age| life_tables[sex].person_years_at(age));
            alive
                .zip(cohort.single())
                .map(|(years, share)| years * share)
                .collect()
        };
        let forces = |schedule: &CoaleMcNeil| -> Vec<f64> {
            bands().map(|age| schedule.force_in_year(age)).collect()
        };
        let singles = [single(&men, MALE), single(&women, FEMALE)];
        let forces = [forces(&men), forces(&women)];
        let margin = |sex: usize| Margin {
            ages: &ages,
            singles: &singles[sex],
            forces: &forces[sex],
        };
        let calibration = UnionRates::calibrate(margin(MALE), margin(FEMALE), AgeGap::ASSUMED)?;
        let rates = calibration.rates.clone();
        Ok((Self::new(rates, cohabitation, disruption)?, calibration))
    }

    /// The schedules of entry into unions, of men and of women, under which they marry as the figures say.
    pub(crate) fn entry(
        figures: &FamilyFigures,
        cohabitation: &Cohabitation,
    ) -> Result<[CoaleMcNeil; 2], FamilyError> {
        let entry = |sex: usize| {
            UnionCohort::fit(
                figures.median_age_at_first_marriage[sex],
                FIRST_MARRIAGE_SD_ASSUMED,
                figures.never_married_at_40,
                NEVER_MARRIED_AGE,
                cohabitation,
            )
        };
        Ok([entry(MALE)?, entry(FEMALE)?])
    }

    /// A model made by hand.
    ///
    /// # Errors
    /// [`FamilyError::Length`] unless the rates have a band for each age at which unions are entered.
    pub fn new(
        rates: UnionRates,
        cohabitation: Cohabitation,
        disruption: Disruption,
    ) -> Result<Self, FamilyError> {
        for (name, bands) in [
            ("bands of men", rates.men().len()),
            ("bands of women", rates.women().len()),
        ] {
            if bands != UNION_AGES {
                return Err(FamilyError::Length {
                    name,
                    expected: UNION_AGES as u64,
                    found: bands as u64,
                });
            }
        }
        Ok(Self {
            rates,
            cohabitation,
            disruption,
        })
    }

    /// Who enters unions with whom at what rate.
    #[must_use]
    pub const fn rates(&self) -> &UnionRates {
        &self.rates
    }

    /// How unions begin.
    #[must_use]
    pub const fn cohabitation(&self) -> &Cohabitation {
        &self.cohabitation
    }

    /// The chance that a union begins without a wedding.
    pub(super) fn begins_unwed(&self) -> Prob {
        Prob::from_threshold(crate::threshold(self.cohabitation.share()))
    }

    /// How marriages end while both live.
    #[must_use]
    pub const fn disruption(&self) -> &Disruption {
        &self.disruption
    }
}

/// The completed ages at which unions are entered.
pub(super) fn bands() -> impl Iterator<Item = u32> {
    (0..UNION_AGES as u32).map(|band| UNION_AGE_MIN + band)
}

/// What a save holds of [`UnionModel`].
#[derive(Serialize, Deserialize)]
struct Saved {
    /// Row after row, a row a band of men.
    attraction: Vec<f64>,
    men: Vec<f64>,
    women: Vec<f64>,
    cohabitation: [f64; 3],
    disruption: [f64; 2],
}

impl From<UnionModel> for Saved {
    fn from(model: UnionModel) -> Self {
        let UnionModel {
            rates,
            cohabitation,
            disruption,
        } = model;
        let rows = (0..rates.men().len()).flat_map(|man| rates.attraction().row(man));
        Self {
            attraction: rows.copied().collect(),
            men: rates.men().to_vec(),
            women: rates.women().to_vec(),
            cohabitation: [
                cohabitation.share(),
                cohabitation.wedding(),
                cohabitation.separation(),
            ],
            disruption: [disruption.scale(), disruption.shape()],
        }
    }
}

impl TryFrom<Saved> for UnionModel {
    type Error = FamilyError;

    fn try_from(saved: Saved) -> Result<Self, FamilyError> {
        let (men, women) = (saved.men.len(), saved.women.len());
        if saved.attraction.len() != men * women {
            return Err(FamilyError::Length {
                name: "attraction",
                expected: (men * women) as u64,
                found: saved.attraction.len() as u64,
            });
        }
        let cell = |man: usize, woman: usize| saved.attraction[man * women + woman];
        let attraction = PairTable::new(men, women, cell);
        let [share, wedding, separation] = saved.cohabitation;
        let [scale, shape] = saved.disruption;
        Self::new(
            UnionRates::new(attraction, saved.men, saved.women)?,
            Cohabitation::new(share, wedding, separation)?,
            Disruption::new(scale, shape)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tables;

    fn us() -> UnionModel {
        let tables = Tables::us().unwrap();
        let rates = crate::PeriodRates::new(&tables).unwrap();
        let life_tables = &rates.at_year(2017).mortality;
        let figures = FamilyFigures::us().unwrap();
        let (model, calibration) = UnionModel::fitted(&figures, life_tables).unwrap();
        assert!(
            calibration.women_residual < 1e-6,
            "{}",
            calibration.women_residual
        );
        assert!(
            calibration.men_residual < 1e-6,
            "{}",
            calibration.men_residual
        );
        // Both sexes enter about as many unions without being made to.
        assert!(
            (calibration.men_scaled_by - 1.0).abs() < 0.1,
            "{}",
            calibration.men_scaled_by
        );
        model
    }

    #[test]
    fn a_model_is_saved_and_loaded_bit_by_bit() {
        let model = us();
        let saved = Saved::from(model.clone());
        assert_eq!(UnionModel::try_from(saved).unwrap(), model);
    }

    #[test]
    fn a_model_that_was_tampered_with_is_refused() {
        let tampered: [fn(&mut Saved); 5] = [
            |saved| saved.attraction[7] = f64::NAN,
            |saved| saved.men[3] = -1.0,
            |saved| saved.women.truncate(3),
            |saved| saved.cohabitation[0] = 1.5,
            |saved| saved.disruption[1] = 0.0,
        ];
        let model = us();
        for tamper in tampered {
            let mut saved = Saved::from(model.clone());
            tamper(&mut saved);
            assert!(UnionModel::try_from(saved).is_err());
        }
    }
}
