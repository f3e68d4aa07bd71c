//! The market of unions: how many women of each age enter one this month, and with men of what age.

use bevy_ecs::error::BevyError;
use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Res, ResMut};
use oikos_core::{Date, Draw};
use oikos_engine::{RowFilter, Rows};
use oikos_world::{Ages, BirthDate, Person, Sex};
use serde::{Deserialize, Serialize};

use super::model::UnionModel;
use super::status::UnionStatus;
use crate::demography::nuptiality::entry::UNION_AGES;
use crate::error::FamilyError;
use crate::hazards::Force;
use crate::{FEMALE, MALE, MarriageFunction, PairTable, UNION_AGE_MIN};

/// The marriage function that the plugin was given. Not persisted: it is code, and the build names it.
#[derive(Resource)]
pub(super) struct Function(pub(super) Box<dyn MarriageFunction + Send + Sync>);

impl Default for Function {
    fn default() -> Self {
        Self(Box::new(crate::HarmonicMean))
    }
}

/// The forces at which unions are entered in this calendar month.
///
/// At its beginning the singles of each sex and age are counted, and the marriage function says how many
/// unions a year that makes between men of one age and women of another. Persisted: the counts cannot be made
/// again within the month.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct MarriageMarket {
    /// Force at which single women of each age enter a union.
    women: Vec<Force>,
    /// The same for single men.
    men: Vec<Force>,
    /// For each age of women, the share of these unions that is with men up to each age, in multiples of
    /// 2⁻⁶⁴: it rises from band to band of men.
    men_up_to: Vec<Vec<u64>>,
}

impl MarriageMarket {
    /// The market of these singles, by sex and completed age from [`UNION_AGE_MIN`].
    ///
    /// # Errors
    /// As [`UnionRates::unions`](crate::UnionRates::unions).
    pub fn open(
        model: &UnionModel,
        function: &dyn MarriageFunction,
        singles: &[Vec<f64>; 2],
    ) -> Result<Self, FamilyError> {
        let [men, women] = [&singles[MALE], &singles[FEMALE]];
        let unions = model.rates().unions(function, men, women)?;
        let [men, women] = unions.forces(men, women)?;
        let forces = |of_sex: Vec<f64>| -> Result<Vec<Force>, FamilyError> {
            of_sex.into_iter().map(Force::per_year).collect()
        };
        Ok(Self {
            women: forces(women)?,
            men: forces(men)?,
            men_up_to: (0..unions.women())
                .map(|woman| cumulate(&unions, woman))
                .collect(),
        })
    }

    /// The force at which a single woman of a completed age enters a union.
    #[must_use]
    #[inline]
    pub fn force(&self, age: u32) -> Force {
        self.force_of(Sex::Female, age)
    }

    /// The force at which a single of a sex and a completed age enters a union.
    #[must_use]
    #[inline]
    pub fn force_of(&self, sex: Sex, age: u32) -> Force {
        let forces = match sex {
            Sex::Male => &self.men,
            Sex::Female => &self.women,
        };
        let band = age.checked_sub(UNION_AGE_MIN);
        let force = band.and_then(|band| forces.get(band as usize));
        force.copied().unwrap_or(Force::ZERO)
    }

    /// The completed age of the man with whom a woman of a completed age enters a union.
    pub(super) fn age_of_man(&self, age: u32, draw: &mut Draw) -> u32 {
        let band = age.saturating_sub(UNION_AGE_MIN) as usize;
        let share = draw.next_u64();
        let men = self.men_up_to.get(band).map_or(0, |men| {
            let band = men.partition_point(|up_to| *up_to <= share);
            band.min(men.len().saturating_sub(1))
        });
        UNION_AGE_MIN + men as u32
    }
}

/// Shares of the unions of women of an age, up to each age of men.
fn cumulate(unions: &PairTable, woman: usize) -> Vec<u64> {
    let of = |man: usize| unions.get(man, woman);
    let total: f64 = (0..unions.men()).map(of).sum();
    let mut sum = 0.0;
    let up_to = (0..unions.men()).map(|man| {
        sum += of(man);
        let share = if total > 0.0 { sum / total } else { 1.0 };
        crate::threshold(share.min(1.0))
    });
    up_to.collect()
}

/// What a save holds of [`MarriageMarket`].
#[derive(Serialize, Deserialize)]
struct Saved {
    women: Vec<u64>,
    men: Vec<u64>,
    men_up_to: Vec<Vec<u64>>,
}

impl From<MarriageMarket> for Saved {
    fn from(market: MarriageMarket) -> Self {
        let units = |forces: &[Force]| forces.iter().map(|force| force.units()).collect();
        Self {
            women: units(&market.women),
            men: units(&market.men),
            men_up_to: market.men_up_to,
        }
    }
}

impl TryFrom<Saved> for MarriageMarket {
    type Error = String;

    fn try_from(saved: Saved) -> Result<Self, String> {
        let bands = saved.women.len();
        if bands > UNION_AGES || saved.men_up_to.len() != bands {
            return Err(format!("{bands} ages of women are none of a market"));
        }
        if saved.men.len() > UNION_AGES {
            return Err(format!(
                "{} ages of men are none of a market",
                saved.men.len()
            ));
        }
        let rises = |men: &Vec<u64>| men.len() <= UNION_AGES && men.is_sorted();
        if !saved.men_up_to.iter().all(rises) {
            return Err("shares of men must rise with their age".to_owned());
        }
        let forces = |units: Vec<u64>| units.into_iter().map(Force::from_units).collect();
        Ok(Self {
            women: forces(saved.women),
            men: forces(saved.men),
            men_up_to: saved.men_up_to,
        })
    }
}

/// Where those are counted who are too young or too old.
const OTHERS: usize = 2 * UNION_AGES;

/// Those who are in no union.
pub(super) struct IsSingle;

impl RowFilter<Person> for IsSingle {
    type Reads = UnionStatus;
    fn keep(status: UnionStatus) -> bool {
        status == UnionStatus::Single
    }
}

/// Counts the singles and opens the month's market.
pub(super) fn open_market(
    model: Res<UnionModel>,
    function: Res<Function>,
    ages: Res<Ages>,
    mut people: Rows<(&BirthDate, &Sex), IsSingle>,
    mut market: ResMut<MarriageMarket>,
) -> Result<(), BevyError> {
    let counts = people.par_fold(
        || [0_u32; 2 * UNION_AGES + 1],
        |counts, _, (born, sex)| {
            // Counted and not left out: a branch would go the wrong way too often.
            let band = ages.completed(*born).wrapping_sub(UNION_AGE_MIN) as usize;
            let cell = sex.index() * UNION_AGES + band.min(UNION_AGES - 1);
            counts[if band < UNION_AGES { cell } else { OTHERS }] += 1;
        },
        |mut left, right| {
            for (left, right) in left.iter_mut().zip(right) {
                *left += right;
            }
            left
        },
    );
    let of_sex = |sex: usize| counts[sex * UNION_AGES..][..UNION_AGES].iter();
    let singles = [0, 1].map(|sex| of_sex(sex).map(|count| f64::from(*count)).collect());
    *market = MarriageMarket::open(&model, &*function.0, &singles)?;
    Ok(())
}

/// A birth date for which somebody has completed so many years today, drawn evenly.
pub(super) fn birth_date(today: Date, age: u32, draw: &mut Draw) -> Result<Date, FamilyError> {
    let youngest = today.years_before(age)?.days();
    let oldest = today.years_before(age + 1)?.days() + 1;
    let day = draw.range(i64::from(oldest)..=i64::from(youngest))?;
    Ok(Date::from_days(day as i32)?)
}
