//! Migration by tables.

use std::collections::BTreeMap;

use oikos_core::{Date, Draw, Prob};
use oikos_world::Sex;
use serde::{Deserialize, Serialize};

use super::check::check;
use super::{Couple, Migration, NewFamily, Newcomer};
use crate::UNION_AGE_MIN;
use crate::demography::chance::threshold;
use crate::demography::fertility::MALE_SHARE_AT_BIRTH;
use crate::error::FamilyError;

/// Emigration of people of some completed ages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmigrationGroup {
    /// First completed age.
    pub age_from: u32,
    /// Last completed age.
    pub age_to: u32,
    /// Emigrations on one's own decision, per person and year, of men and of women.
    pub rates: [f64; 2],
    /// The share of these in which partner and minor children go along.
    pub with_family: f64,
}

/// A shape of families that arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilyShape {
    /// Its name.
    pub name: String,
    /// The share of all families that have it.
    pub share: f64,
    /// 1, or 2 for a married couple.
    pub adults: u32,
    /// By how many completed years of age a couple's man is older than the woman.
    pub partner_gap: i32,
    /// Children who come along.
    pub children: u32,
    /// First and last completed age of the eldest child.
    pub eldest: (u32, u32),
    /// Years from each child to the next.
    pub child_gap: u32,
    /// Ages and sexes of the head: the one adult, or either of a couple.
    pub heads: Vec<HeadGroup>,
}

/// Heads of families of some completed ages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadGroup {
    /// First completed age.
    pub age_from: u32,
    /// Last completed age.
    pub age_to: u32,
    /// The shares of men and of women of these ages among the shape's heads.
    pub shares: [f64; 2],
}

/// Migration by tables: rates of emigration by age and sex, people who arrive by calendar year, and the shapes
/// of their families with the ages and sexes of the heads.
///
/// Ages above the last group emigrate at its rate. Years before the first one with a number of immigrants have
/// the first one's, and those after it the number of the last year before. Within groups of ages each completed
/// age is as likely, and birthdays are spread evenly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct MigrationTables {
    parts: Parts,
}

/// What the tables hold, before it is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parts {
    pub(crate) emigration: Vec<EmigrationGroup>,
    pub(crate) immigrants: BTreeMap<i32, f64>,
    pub(crate) families: Vec<FamilyShape>,
}

impl From<MigrationTables> for Parts {
    fn from(tables: MigrationTables) -> Self {
        tables.parts
    }
}

impl TryFrom<Parts> for MigrationTables {
    type Error = FamilyError;

    fn try_from(parts: Parts) -> Result<Self, FamilyError> {
        check(&parts).map_err(|fault| FamilyError::Migration {
            table: fault.place.table(),
            row: fault.place.row() as u64,
            field: fault.field,
            text: fault.text,
            must: fault.must,
        })?;
        Ok(Self { parts })
    }
}

impl MigrationTables {
    /// Tables made by hand: groups of emigration from age 0 without gaps, immigrants (persons) by calendar
    /// year, and shapes of families whose shares sum to 1, as do those of the heads of each.
    ///
    /// # Errors
    /// [`FamilyError::Migration`] with the table, the row, from 0, and the field.
    pub fn new(
        emigration: Vec<EmigrationGroup>,
        immigrants: BTreeMap<i32, f64>,
        families: Vec<FamilyShape>,
    ) -> Result<Self, FamilyError> {
        Self::try_from(Parts {
            emigration,
            immigrants,
            families,
        })
    }

    fn group(&self, age: u32) -> Option<&EmigrationGroup> {
        let groups = &self.parts.emigration;
        let of_age = groups.iter().find(|group| age <= group.age_to);
        of_age.or(groups.last())
    }

    /// People of a family, on average.
    fn mean_size(&self) -> f64 {
        let shapes = self.parts.families.iter();
        shapes
            .map(|shape| shape.share * f64::from(shape.adults + shape.children))
            .sum()
    }
}

impl Migration for MigrationTables {
    const NAME: &'static str = "tables";

    fn emigration(&self, sex: Sex, age: u32, _year: i32) -> f64 {
        self.group(age)
            .map_or(0.0, |group| group.rates[sex.index()])
    }

    fn with_family(&self, _sex: Sex, age: u32, _year: i32) -> f64 {
        self.group(age).map_or(0.0, |group| group.with_family)
    }

    fn families_per_year(&self, year: i32) -> f64 {
        let years = &self.parts.immigrants;
        let before = years.range(..=year).next_back();
        let people = before.or_else(|| years.first_key_value());
        people.map_or(0.0, |(_, people)| people / self.mean_size())
    }

    fn family(&self, today: Date, draw: &mut Draw) -> Result<NewFamily, FamilyError> {
        let shapes = &self.parts.families;
        let shape = &shapes[place(draw, shapes.iter().map(|shape| shape.share))];
        // Nobody is born on the day of arrival.
        let ages = Ages {
            day: today.plus_days(-1)?,
            draw,
        };
        shape.family(ages)
    }
}

/// The place that a draw points to, among shares that sum to 1.
fn place(draw: &mut Draw, shares: impl Iterator<Item = f64>) -> usize {
    let mut point = draw.unit();
    let mut last = 0;
    for (place, share) in shares.enumerate() {
        if share > 0.0 {
            last = place;
            if point < share {
                return place;
            }
        }
        point -= share;
    }
    // Shares sum to 1 up to rounding.
    last
}

/// Draws birth dates of people who have an age on a day.
struct Ages<'a> {
    day: Date,
    draw: &'a mut Draw,
}

impl Ages<'_> {
    fn age(&mut self, (from, to): (u32, u32)) -> Result<u32, FamilyError> {
        Ok(self.draw.range(i64::from(from)..=i64::from(to))? as u32)
    }

    fn born(&mut self, age: u32) -> Result<Date, FamilyError> {
        let youngest = self.day.years_before(age)?.days();
        let oldest = self.day.years_before(age + 1)?.days() + 1;
        let day = self.draw.range(i64::from(oldest)..=i64::from(youngest))?;
        Ok(Date::from_days(day as i32)?)
    }
}

/// Years before the birth of the eldest child, or at most before the arrival, in which couples began.
const UNION_YEARS: u32 = 10;

impl FamilyShape {
    /// Ages of the woman and of the man of a couple whose head is of an age and a sex.
    pub(super) fn couple_ages(&self, age: i64, head: Sex) -> [i64; 2] {
        let gap = i64::from(self.partner_gap);
        match head {
            Sex::Female => [age, age + gap],
            Sex::Male => [age - gap, age],
        }
    }

    fn family(&self, mut ages: Ages<'_>) -> Result<NewFamily, FamilyError> {
        let shares = self.heads.iter().flat_map(|group| group.shares);
        let head = place(ages.draw, shares);
        let (group, sex) = (&self.heads[head / 2], Sex::ALL[head % 2]);
        let age = ages.age((group.age_from, group.age_to))?;
        let mut family = NewFamily::default();
        let adults: Vec<(u32, Sex)> = if self.adults == 2 {
            let [woman, man] = self.couple_ages(i64::from(age), sex);
            vec![(woman as u32, Sex::Female), (man as u32, Sex::Male)]
        } else {
            vec![(age, sex)]
        };
        for (age, sex) in adults {
            let born = ages.born(age)?;
            family.members.push(Newcomer {
                born,
                sex,
                mother: None,
                father: None,
            });
        }
        let eldest = self.add_children(&mut family, &mut ages)?;
        if self.adults == 2 {
            family.couple = Some(couple(&family, eldest, &mut ages)?);
        }
        Ok(family)
    }

    /// Adds the children, and returns the birth date of the eldest.
    fn add_children(
        &self,
        family: &mut NewFamily,
        ages: &mut Ages<'_>,
    ) -> Result<Option<Date>, FamilyError> {
        if self.children == 0 {
            return Ok(None);
        }
        let age = ages.age(self.eldest)?;
        let eldest = ages.born(age)?;
        let boy = Prob::from_threshold(threshold(MALE_SHARE_AT_BIRTH));
        let parent = |of: Sex| family.members.iter().position(|adult| adult.sex == of);
        let (mother, father) = (parent(Sex::Female), parent(Sex::Male));
        for number in 0..self.children {
            let years = (number * self.child_gap) as i32;
            let sex = if ages.draw.chance(boy) {
                Sex::Male
            } else {
                Sex::Female
            };
            family.members.push(Newcomer {
                born: eldest.plus_years(years)?,
                sex,
                mother,
                father,
            });
        }
        Ok(Some(eldest))
    }
}

/// A married couple: since a year before the eldest child, or some day of the last years; but not before both
/// were of age to form a union.
fn couple(
    family: &NewFamily,
    eldest: Option<Date>,
    ages: &mut Ages<'_>,
) -> Result<Couple, FamilyError> {
    let since = match eldest {
        Some(eldest) => eldest.plus_years(-1)?,
        None => {
            let years = ages.age((0, UNION_YEARS - 1))?;
            ages.born(years)?
        }
    };
    let adults = family.members.iter().take(2).map(|adult| adult.born);
    let youngest = adults.max().unwrap_or(since);
    let of_age = youngest.plus_years(UNION_AGE_MIN as i32)?.min(ages.day);
    Ok(Couple {
        partners: [0, 1],
        since: since.max(of_age),
        married: true,
    })
}
