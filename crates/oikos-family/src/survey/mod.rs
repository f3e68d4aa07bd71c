//! A survey of a society: the published figures about families, as they would be found in it.

mod lasting;
mod people;

use bevy_ecs::world::World;
use oikos_engine::Clock;

use crate::error::FamilyError;
use crate::{FEMALE, FamilyFigures, Lineage, MALE, Unions};
use lasting::Marriages;
use people::People;

/// One published figure, and what it is in a society.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyRow {
    /// What it is about: the name that it has in the file of figures.
    pub name: String,
    /// Its unit.
    pub unit: &'static str,
    /// Whether the model was fitted to it, and does not only happen to come near it.
    pub input: bool,
    /// What was published.
    pub published: f64,
    /// What was found; `None` where the society has nobody, or no books, to tell it from.
    pub found: Option<f64>,
    /// The people, marriages or households that were asked.
    pub asked: u64,
}

/// Published figures beside those of a society, asked for in the way in which they were published.
///
/// Marriages are those made since the founding: what went before was put in and did not come out.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// The figures that the model is fitted to, then the checks, in the order of the file.
    pub rows: Vec<SurveyRow>,
}

/// Ages around 40 of which the share never married is taken, completed years: people of 40 alone are few.
const AROUND_40: (u32, u32) = (38, 42);

/// Women who are 40 at least, and were not long ago.
const PAST_40: (u32, u32) = (40, 49);

const ADULT: (u32, u32) = (15, u32::MAX);

const OLD: (u32, u32) = (65, u32::MAX);

impl Survey {
    /// Asks everybody who lives today.
    ///
    /// # Errors
    /// As [`FamilyFigures::check`]; [`FamilyError::NoFamily`] without a [`FamilyPlugin`](crate::FamilyPlugin).
    pub fn of(world: &World, figures: &FamilyFigures) -> Result<Self, FamilyError> {
        figures.check()?;
        let lineage = world.get_resource::<Lineage>();
        let lineage = lineage.ok_or(FamilyError::NoFamily)?;
        let people = People::ask(world, lineage);
        let today = world.resource::<Clock>().today();
        let marriages = world.get_resource::<Unions>();
        let marriages = marriages.map(|unions| Marriages::since(unions, lineage.founded(), today));
        let lasting = |years: f64| {
            marriages
                .as_ref()
                .map_or((None, 0), |them| them.lasting(years))
        };
        let [men, women] = figures.median_age_at_first_marriage;
        let inputs = [
            (
                "median age at first marriage men",
                men,
                people.median_age_at_first_marriage(MALE),
            ),
            (
                "median age at first marriage women",
                women,
                people.median_age_at_first_marriage(FEMALE),
            ),
            (
                "never married at 40",
                100.0 * figures.never_married_at_40,
                people.never_married(AROUND_40),
            ),
            (
                "first marriage lasts at least 10 years",
                100.0 * figures.marriages_lasting_10_years,
                lasting(10.0),
            ),
            (
                "first marriage lasts at least 20 years",
                100.0 * figures.marriages_lasting_20_years,
                lasting(20.0),
            ),
            (
                "women with at least one birth by 40",
                100.0 * figures.mothers_by_40,
                people.mothers_by_40(PAST_40),
            ),
            (
                "people aged 18-24 in the parental home",
                100.0 * figures.aged_18_24_with_parents,
                people.with_parents(world, lineage, (18, 24), None),
            ),
            (
                "moved back to the parental home before 27",
                100.0 * figures.moved_back_by_27,
                // Nobody remembers when they moved.
                (None, 0),
            ),
            (
                "people aged 18-34 with neither parents nor partner who live with others",
                100.0 * figures.aged_18_34_sharing,
                people.sharing(world, lineage, (18, 34)),
            ),
            (
                "people aged 65 and over without a spouse who live with others",
                100.0 * figures.aged_65_sharing,
                people.sharing(world, lineage, OLD),
            ),
        ];
        let inputs = inputs.into_iter().map(|(name, published, found)| {
            let unit = if name.starts_with("median") {
                "years"
            } else {
                "percent"
            };
            row(name, unit, true, published, found)
        });
        let checks = figures.checks.iter().map(|figure| {
            let found = people.checked(world, lineage, &figure.name);
            row(&figure.name, "percent", false, figure.value, found)
        });
        Ok(Self {
            rows: inputs.chain(checks).collect(),
        })
    }

    /// The row of a figure.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<&SurveyRow> {
        self.rows.iter().find(|row| row.name == name)
    }
}

impl People {
    /// What comes of a figure that is a check, by its name, and of how many.
    fn checked(&self, world: &World, lineage: &Lineage, name: &str) -> (Option<f64>, u64) {
        match name {
            "never married aged 15 and over" => self.never_married(ADULT),
            "people aged 25-34 in the parental home" => {
                self.with_parents(world, lineage, (25, 34), None)
            }
            "men aged 25-34 in the parental home" => {
                self.with_parents(world, lineage, (25, 34), Some(MALE))
            }
            "women aged 25-34 in the parental home" => {
                self.with_parents(world, lineage, (25, 34), Some(FEMALE))
            }
            "people aged 18-34 living alone" => self.alone(world, (18, 34), None),
            "people aged 65 and over living alone" => self.alone(world, OLD, None),
            "women aged 75 and over living alone" => {
                self.alone(world, (75, u32::MAX), Some(FEMALE))
            }
            "one-person households" => Self::one_person_households(world),
            "parents living with own children who are married" => {
                self.married_parents(world, lineage)
            }
            _ => (None, 0),
        }
    }
}

fn row(
    name: &str,
    unit: &'static str,
    input: bool,
    published: f64,
    (found, asked): (Option<f64>, u64),
) -> SurveyRow {
    SurveyRow {
        name: name.to_owned(),
        unit,
        input,
        published,
        found,
        asked,
    }
}
