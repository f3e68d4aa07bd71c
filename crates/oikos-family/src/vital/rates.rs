//! The rates of the calendar year, as hazards.

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use bevy_ecs::world::World;
use oikos_engine::Clock;
use oikos_world::{BirthDate, Sex};
use serde::{Deserialize, Serialize};

use super::plugin::{Death, Delivery};
use crate::demography::fertility::{FertilityTable, MultipleBirths};
use crate::demography::life_table::LifeTable;
use crate::demography::period::PeriodRates;
use crate::error::FamilyError;
use crate::hazards::{Force, Hazard, Horizon, Today};
use crate::tables::{AGE_MAX, Series, Tables};

/// The tables that a society is born, ages and dies by, with what is said of births beside them.
/// Persisted: they belong to the genesis.
#[derive(Resource, Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "SavedRates", into = "SavedRates")]
pub struct VitalRates {
    mortality: Series<[LifeTable; 2]>,
    fertility: Series<FertilityTable>,
    multiple: MultipleBirths,
    male_share: f64,
    by_year: PeriodRates,
}

impl VitalRates {
    /// The rates of these tables, with children per delivery and the share of boys among the newborn.
    ///
    /// # Errors
    /// As [`PeriodRates::new`]; [`FamilyError::Parameter`] for a share outside 0..=1.
    pub fn new(
        tables: &Tables,
        multiple: MultipleBirths,
        male_share: f64,
    ) -> Result<Self, FamilyError> {
        Self::from_parts(
            tables.mortality.clone(),
            tables.fertility.clone(),
            multiple,
            male_share,
        )
    }

    fn from_parts(
        mortality: Series<[LifeTable; 2]>,
        fertility: Series<FertilityTable>,
        multiple: MultipleBirths,
        male_share: f64,
    ) -> Result<Self, FamilyError> {
        if !(0.0..=1.0).contains(&male_share) {
            let must = "it must lie between 0 and 1";
            return Err(FamilyError::Parameter {
                name: "share of boys",
                value: male_share,
                must,
            });
        }
        let by_year = PeriodRates::from_series(&mortality, &fertility)?;
        Ok(Self {
            mortality,
            fertility,
            multiple,
            male_share,
            by_year,
        })
    }

    /// The rates by calendar year.
    #[must_use]
    pub const fn by_year(&self) -> &PeriodRates {
        &self.by_year
    }

    /// How many children are born at once.
    #[must_use]
    pub const fn multiple_births(&self) -> &MultipleBirths {
        &self.multiple
    }

    /// The share of boys among the newborn.
    #[must_use]
    pub const fn male_share(&self) -> f64 {
        self.male_share
    }
}

/// What a save holds of [`VitalRates`].
#[derive(Serialize, Deserialize)]
struct SavedRates {
    mortality: SavedSeries,
    fertility: SavedSeries,
    twin_share: f64,
    triplet_share: f64,
    male_share: f64,
}

/// Tables by year; one without a year holds at all times.
#[derive(Serialize, Deserialize)]
struct SavedSeries(Vec<(Option<i32>, Vec<Vec<f64>>)>);

impl SavedSeries {
    fn of<T>(series: Series<T>, columns: impl Fn(&T) -> Vec<Vec<f64>>) -> Self {
        Self(match series {
            Series::Timeless(table) => vec![(None, columns(&table))],
            Series::ByYear(tables) => tables
                .iter()
                .map(|(year, table)| (Some(*year), columns(table)))
                .collect(),
        })
    }

    fn into_series<T>(
        self,
        table: impl Fn(Vec<Vec<f64>>) -> Result<T, FamilyError>,
    ) -> Result<Series<T>, FamilyError> {
        let mut by_year = std::collections::BTreeMap::new();
        for (year, columns) in self.0 {
            match year {
                None => return Ok(Series::Timeless(table(columns)?)),
                Some(year) => by_year.insert(year, table(columns)?),
            };
        }
        Ok(Series::ByYear(by_year))
    }
}

impl From<VitalRates> for SavedRates {
    fn from(rates: VitalRates) -> Self {
        let both = |tables: &[LifeTable; 2]| {
            tables
                .iter()
                .map(|table| table.probabilities().to_vec())
                .collect()
        };
        Self {
            mortality: SavedSeries::of(rates.mortality, both),
            fertility: SavedSeries::of(rates.fertility, |table| vec![table.rates().to_vec()]),
            twin_share: rates.multiple.twin_share(),
            triplet_share: rates.multiple.triplet_share(),
            male_share: rates.male_share,
        }
    }
}

impl TryFrom<SavedRates> for VitalRates {
    type Error = FamilyError;

    fn try_from(saved: SavedRates) -> Result<Self, FamilyError> {
        let missing = |name| FamilyError::NoTables { name };
        let mortality = saved.mortality.into_series(|columns| {
            let [male, female] =
                <[Vec<f64>; 2]>::try_from(columns).map_err(|_| missing("mortality"))?;
            Ok([LifeTable::new(male)?, LifeTable::new(female)?])
        })?;
        let fertility = saved.fertility.into_series(|columns| {
            let rates = columns.first().ok_or_else(|| missing("fertility"))?;
            FertilityTable::new(rates)
        })?;
        let multiple = MultipleBirths::new(saved.twin_share, saved.triplet_share)?;
        Self::from_parts(mortality, fertility, multiple, saved.male_share)
    }
}

const AGES: usize = AGE_MAX as usize + 1;

/// The forces of the present calendar year, by completed age. Derived from [`VitalRates`].
#[derive(Resource, Clone, Debug)]
pub struct ForcesNow {
    year: Option<i32>,
    death: [[Force; AGES]; 2],
    delivery: [Force; AGES],
}

impl Default for ForcesNow {
    fn default() -> Self {
        Self {
            year: None,
            death: [[Force::ZERO; AGES]; 2],
            delivery: [Force::ZERO; AGES],
        }
    }
}

impl ForcesNow {
    /// The forces of a calendar year.
    ///
    /// # Errors
    /// [`FamilyError::Parameter`] for a force that is no number.
    pub fn of_year(rates: &VitalRates, year: i32) -> Result<Self, FamilyError> {
        let tables = rates.by_year.at_year(year);
        let per_birth = rates.multiple.deliveries_per_birth();
        let mut now = Self {
            year: Some(year),
            ..Self::default()
        };
        for age in 0..AGES {
            for sex in [0, 1] {
                now.death[sex][age] = Force::per_year(tables.mortality[sex].force(age as u32))?;
            }
            now.delivery[age] = Force::per_year(tables.fertility.rate(age as u32) * per_birth)?;
        }
        Ok(now)
    }

    /// The force of mortality.
    #[must_use]
    #[inline]
    pub fn death(&self, sex: Sex, age: u32) -> Force {
        self.death[sex.index()][(age as usize).min(AGES - 1)]
    }

    /// The force of delivery for women of an age.
    #[must_use]
    #[inline]
    pub fn delivery(&self, age: u32) -> Force {
        self.delivery[(age as usize).min(AGES - 1)]
    }

    pub(super) fn rebuild(world: &mut World) {
        let (Some(clock), Some(rates)) = (
            world.get_resource::<Clock>(),
            world.get_resource::<VitalRates>(),
        ) else {
            return;
        };
        // Rates whose forces cannot be made are found by the system of the next tick, which can say so.
        if let Ok(now) = Self::of_year(rates, clock.today().year()) {
            world.insert_resource(now);
        }
    }
}

/// Takes up the rates of a new calendar year.
pub(super) fn begin_year(
    clock: Res<Clock>,
    rates: Res<VitalRates>,
    mut now: ResMut<ForcesNow>,
) -> Result<(), bevy_ecs::error::BevyError> {
    let year = clock.today().year();
    if now.year != Some(year) {
        *now = ForcesNow::of_year(&rates, year)?;
    }
    Ok(())
}

/// Death at the force of the life table for age and sex.
pub struct Mortality;

impl Hazard for Mortality {
    type Event = Death;
    type Reads = (BirthDate, Sex);
    type Param = ForcesNow;
    const CAUSE: &'static str = "life table";
    const HORIZON: Horizon = Horizon::Year;

    #[inline]
    fn force((born, sex): (BirthDate, Sex), today: &Today<'_, ForcesNow>) -> Force {
        today.param.death(sex, today.ages.completed(born))
    }

    #[inline]
    fn bound((born, sex): (BirthDate, Sex), today: &Today<'_, ForcesNow>) -> Force {
        // There is at most one birthday before the year ends, and the rates are those of the year.
        let age = today.ages.completed(born);
        today
            .param
            .death(sex, age)
            .max(today.param.death(sex, age + 1))
    }
}

/// Delivery at the force of the fertility table for the woman's age.
pub struct Fertility;

impl Hazard for Fertility {
    type Event = Delivery;
    type Reads = (BirthDate, Sex);
    type Param = ForcesNow;
    const CAUSE: &'static str = "fertility table";
    const HORIZON: Horizon = Horizon::Year;

    #[inline]
    fn exposes((_, sex): (BirthDate, Sex)) -> bool {
        sex == Sex::Female
    }

    #[inline]
    fn force((born, _): (BirthDate, Sex), today: &Today<'_, ForcesNow>) -> Force {
        today.param.delivery(today.ages.completed(born))
    }

    #[inline]
    fn bound((born, _): (BirthDate, Sex), today: &Today<'_, ForcesNow>) -> Force {
        let age = today.ages.completed(born);
        today.param.delivery(age).max(today.param.delivery(age + 1))
    }
}
