//! What migration by tables refuses, and where.

use oikos_world::Sex;

use super::tables::{EmigrationGroup, FamilyShape, HeadGroup, Parts};
use crate::UNION_AGE_MIN;
use crate::demography::fertility::MOTHER_AGE_MAX;
use crate::tables::AGE_MAX;

/// Parents are so many completed years older than their children, at the least.
const PARENT_GAP_MIN: i64 = 13;

/// Most emigrations per person and year.
const RATE_MAX: f64 = 100.0;
/// Most people who arrive in a year.
const IMMIGRANTS_MAX: f64 = 1e9;
/// Most children of a family that arrives.
const CHILDREN_MAX: u32 = 20;
/// How far a sum of shares may be from 1.
const SHARE_TOLERANCE: f64 = 1e-6;

/// A row of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Emigration(usize),
    Immigrants(usize),
    Family(usize),
    /// Of a family, the head group.
    Head(usize, usize),
}

impl Place {
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Emigration(_) => "emigration",
            Self::Immigrants(_) => "immigrants",
            Self::Family(_) => "families",
            Self::Head(..) => "heads",
        }
    }

    pub(super) const fn row(self) -> usize {
        match self {
            Self::Emigration(row) | Self::Immigrants(row) | Self::Family(row) => row,
            Self::Head(_, row) => row,
        }
    }
}

/// What is wrong in the tables, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) place: Place,
    pub(crate) field: &'static str,
    pub(crate) text: String,
    pub(crate) must: &'static str,
}

/// Looks at all of it, and finds the first fault.
pub(crate) fn check(parts: &Parts) -> Result<(), Fault> {
    check_emigration(&parts.emigration)?;
    for (row, people) in parts.immigrants.values().enumerate() {
        if !(0.0..=IMMIGRANTS_MAX).contains(people) {
            let must = "people a year, from 0 to 1,000,000,000";
            return Err(fault(Place::Immigrants(row), "immigrants", people, must));
        }
    }
    if parts.immigrants.is_empty() {
        let must = "there must be the number of immigrants of at least one year";
        return Err(fault(Place::Immigrants(0), "year", "nothing", must));
    }
    for (row, shape) in parts.families.iter().enumerate() {
        check_shape(row, shape, &parts.families)?;
    }
    let shares = parts.families.iter().map(|shape| shape.share);
    check_sum(shares, Place::Family(0), "share")
}

fn fault(place: Place, field: &'static str, text: impl ToString, must: &'static str) -> Fault {
    Fault {
        place,
        field,
        text: text.to_string(),
        must,
    }
}

/// Shares are none below 0, and sum to 1.
fn check_sum(
    shares: impl Iterator<Item = f64>,
    place: Place,
    field: &'static str,
) -> Result<(), Fault> {
    let sum: f64 = shares.sum();
    if (sum - 1.0).abs() <= SHARE_TOLERANCE {
        return Ok(());
    }
    let text = format!("a sum of {sum}");
    Err(fault(place, field, text, "the shares must sum to 1"))
}

fn check_share(share: f64, place: Place, field: &'static str) -> Result<(), Fault> {
    if (0.0..=1.0).contains(&share) {
        return Ok(());
    }
    Err(fault(place, field, share, "a share, from 0 to 1"))
}

fn check_ages((from, to): (u32, u32), place: Place) -> Result<(), Fault> {
    if to > AGE_MAX {
        return Err(fault(place, "age_to", to, "an age of at most 150"));
    }
    if from > to {
        return Err(fault(place, "age_to", to, "not below age_from"));
    }
    Ok(())
}

fn check_emigration(groups: &[EmigrationGroup]) -> Result<(), Fault> {
    let mut expected = 0;
    for (row, group) in groups.iter().enumerate() {
        let place = Place::Emigration(row);
        check_ages((group.age_from, group.age_to), place)?;
        if group.age_from != expected {
            let must = "groups must begin at age 0 and follow one another without overlap or gap";
            return Err(fault(place, "age_from", group.age_from, must));
        }
        expected = group.age_to + 1;
        for (rate, field) in group
            .rates
            .into_iter()
            .zip(["emigration_male", "emigration_female"])
        {
            if !(0.0..=RATE_MAX).contains(&rate) {
                let must = "emigrations per person and year, from 0 to 100";
                return Err(fault(place, field, rate, must));
            }
        }
        check_share(group.with_family, place, "with_family")?;
    }
    if groups.is_empty() {
        let must = "there must be at least one group of ages";
        return Err(fault(Place::Emigration(0), "age_from", "nothing", must));
    }
    Ok(())
}

fn check_shape(row: usize, shape: &FamilyShape, all: &[FamilyShape]) -> Result<(), Fault> {
    let place = Place::Family(row);
    if all.iter().take(row).any(|other| other.name == shape.name) {
        let must = "each family must have a name of its own";
        return Err(fault(place, "family", &shape.name, must));
    }
    check_share(shape.share, place, "share")?;
    if !(1..=2).contains(&shape.adults) {
        return Err(fault(place, "adults", shape.adults, "1, or 2 for a couple"));
    }
    if shape.children > CHILDREN_MAX {
        return Err(fault(place, "children", shape.children, "at most 20"));
    }
    let (from, to) = shape.eldest;
    if to > AGE_MAX || from > to {
        let must = "an age not below eldest_from and of at most 150";
        return Err(fault(place, "eldest_to", to, must));
    }
    let later = shape.children.saturating_sub(1);
    if later > 0 && !(1..=AGE_MAX).contains(&shape.child_gap) {
        let must = "whole years from each child to the next, at least 1";
        return Err(fault(place, "child_gap", shape.child_gap, must));
    }
    if later * shape.child_gap > from {
        let must = "old enough for the youngest child to be born";
        return Err(fault(place, "eldest_from", from, must));
    }
    for (head, group) in shape.heads.iter().enumerate() {
        check_head(shape, group, Place::Head(row, head))?;
    }
    let shares = shape.heads.iter().flat_map(|group| group.shares);
    check_sum(shares, Place::Head(row, 0), "share_male")
}

fn check_head(shape: &FamilyShape, group: &HeadGroup, place: Place) -> Result<(), Fault> {
    check_ages((group.age_from, group.age_to), place)?;
    let fields = ["share_male", "share_female"];
    for ((share, field), sex) in group.shares.into_iter().zip(fields).zip(Sex::ALL) {
        check_share(share, place, field)?;
        if share > 0.0 {
            check_adults(shape, group, sex, place)?;
        }
    }
    Ok(())
}

/// Whether the adults of a family with such a head can be a couple, and parents of its children.
fn check_adults(
    shape: &FamilyShape,
    group: &HeadGroup,
    sex: Sex,
    place: Place,
) -> Result<(), Fault> {
    let ages = |head: u32| match (shape.adults, sex) {
        (2, _) => shape.couple_ages(i64::from(head), sex),
        _ => [i64::from(head); 2],
    };
    let youngest = ages(group.age_from).into_iter().min().unwrap_or(0);
    let oldest = ages(group.age_to);
    let low = |must| fault(place, "age_from", group.age_from, must);
    let high = |must| fault(place, "age_to", group.age_to, must);
    if shape.adults == 2 && youngest < i64::from(UNION_AGE_MIN) {
        return Err(low("old enough for both of the couple to be at least 15"));
    }
    if oldest.into_iter().any(|age| age > i64::from(AGE_MAX)) {
        return Err(high(
            "young enough for both of the couple to be at most 150",
        ));
    }
    if shape.children == 0 {
        return Ok(());
    }
    if youngest < i64::from(shape.eldest.1) + PARENT_GAP_MIN {
        return Err(low("parents at least 13 years older than the eldest child"));
    }
    let has_mother = shape.adults == 2 || sex == Sex::Female;
    let youngest_child = shape.eldest.0 - (shape.children - 1) * shape.child_gap;
    if has_mother && oldest[0] - i64::from(youngest_child) > i64::from(MOTHER_AGE_MAX) {
        return Err(high(
            "mothers at most 65 years older than the youngest child",
        ));
    }
    Ok(())
}
