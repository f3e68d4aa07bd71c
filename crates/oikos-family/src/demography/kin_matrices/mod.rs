//! Expected living kin of a woman, by matrices: no people, no draws.
//!
//! After Caswell (2019), "The formal demography of kinship: A matrix formulation", Demographic Research 41:
//! 679-712, doi 10.4054/DemRes.2019.41.24, with the women of the mother's line alone.

use super::leslie::Leslie;
use crate::error::FamilyError;

/// Women who are kin through mothers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MaternalKin {
    /// The mother.
    Mother,
    /// The mother's mother.
    Grandmother,
    /// Daughters.
    Daughters,
    /// Daughters' daughters.
    Granddaughters,
    /// The mother's other daughters.
    Sisters,
    /// Sisters' daughters.
    Nieces,
    /// The mother's sisters.
    Aunts,
    /// The daughters of the mother's sisters.
    Cousins,
}

impl MaternalKin {
    /// All, in the order of Caswell's tables.
    pub const ALL: [Self; 8] = [
        Self::Mother,
        Self::Grandmother,
        Self::Daughters,
        Self::Granddaughters,
        Self::Sisters,
        Self::Nieces,
        Self::Aunts,
        Self::Cousins,
    ];

    /// The label in output.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Grandmother => "grandmother",
            Self::Daughters => "daughters",
            Self::Granddaughters => "granddaughters",
            Self::Sisters => "sisters",
            Self::Nieces => "nieces",
            Self::Aunts => "aunts",
            Self::Cousins => "cousins",
        }
    }

    /// How many mothers up the line to these kin goes before it goes down.
    #[must_use]
    pub const fn mothers_up(self) -> u32 {
        match self {
            Self::Daughters | Self::Granddaughters => 0,
            Self::Mother | Self::Sisters | Self::Nieces => 1,
            Self::Grandmother | Self::Aunts | Self::Cousins => 2,
        }
    }
}

/// The expected number of living kin of a woman who lives, by her age, in the stable population of a Leslie
/// matrix whose classes are years of age.
///
/// Kin `k` by age change as the woman grows a year older by `k(x + 1) = U k(x) + F q(x)`: `U` survives, `F`
/// bears, and `q` are those kin whose daughters these are. Every woman bears independently of all others
/// and of what she bore before.
///
/// A population that takes one step of the matrix a year has these numbers if they are looked up so:
/// - A newborn is entered a step after her mother's age at the birth, in class 0, but her mother's life is
///   followed from that age itself. So each mother on the way up is a year ahead: kin found through `n`
///   mothers ([`MaternalKin::mothers_up`]) are those that the woman had `n` years ago.
/// - A mother bears as much in the year of the woman's birth as in any other, so that a newborn has
///   [`Self::born_with`] sisters of her own age. Where a woman has at most one delivery a year, so large must
///   be the share of twins among the newborn.
#[derive(Clone, Debug, PartialEq)]
pub struct KinMatrices {
    mothers: Vec<f64>,
    born_with: f64,
    /// By kind of kin, then the woman's age.
    living: [Vec<f64>; MaternalKin::ALL.len()],
}

/// Kin by age, at each age of the woman.
type Course = Vec<Vec<f64>>;

impl KinMatrices {
    /// The kin of a woman in the stable population of a matrix.
    ///
    /// # Errors
    /// As [`Leslie::stable`].
    pub fn new(matrix: &Leslie) -> Result<Self, FamilyError> {
        let mothers = ages_of_mothers(matrix)?;
        let classes = mothers.len();
        let nobody = || vec![0.0; classes];
        let none: Course = vec![nobody(); classes];
        let course = |start, parents: &Course| course(matrix, start, parents);
        let of_mother = |course: &Course| mean(&mothers, course);

        let herself: Course = (0..classes).map(|age| unit(classes, age)).collect();
        let daughters = course(nobody(), &herself);
        let granddaughters = course(nobody(), &daughters);
        let mother = course(mothers.clone(), &none);
        let grandmother = course(of_mother(&mother), &none);
        let older_sisters = course(of_mother(&daughters), &none);
        let younger_sisters = course(nobody(), &mother);
        let older_sisters_daughters = course(of_mother(&granddaughters), &older_sisters);
        let younger_sisters_daughters = course(nobody(), &younger_sisters);
        let older_aunts = course(of_mother(&older_sisters), &none);
        let younger_aunts = course(of_mother(&younger_sisters), &grandmother);
        let older_aunts_daughters = course(of_mother(&older_sisters_daughters), &older_aunts);
        let younger_aunts_daughters = course(of_mother(&younger_sisters_daughters), &younger_aunts);

        let fertility = matrix.fertility().iter();
        Ok(Self {
            born_with: fertility.zip(&mothers).map(|(f, share)| f * share).sum(),
            living: [
                totals(&[mother]),
                totals(&[grandmother]),
                totals(&[daughters]),
                totals(&[granddaughters]),
                totals(&[older_sisters, younger_sisters]),
                totals(&[older_sisters_daughters, younger_sisters_daughters]),
                totals(&[older_aunts, younger_aunts]),
                totals(&[older_aunts_daughters, younger_aunts_daughters]),
            ],
            mothers,
        })
    }

    /// The expected number of living kin of a woman of an age, in completed years; `None` above the classes
    /// of the matrix.
    #[must_use]
    pub fn living(&self, kin: MaternalKin, age: u32) -> Option<f64> {
        self.living[kin as usize].get(age as usize).copied()
    }

    /// The mothers of the newborn by age, as shares that sum to 1.
    #[must_use]
    pub fn mothers(&self) -> &[f64] {
        &self.mothers
    }

    /// How many other daughters the mother of a newborn bears in the same year, on average.
    #[must_use]
    pub const fn born_with(&self) -> f64 {
        self.born_with
    }
}

fn ages_of_mothers(matrix: &Leslie) -> Result<Vec<f64>, FamilyError> {
    let women = matrix.stable()?.shares;
    let births = matrix.fertility().iter().zip(&women).map(|(f, n)| f * n);
    let births: Vec<f64> = births.collect();
    let all: f64 = births.iter().sum();
    Ok(births.iter().map(|some| some / all).collect())
}

/// Kin who start as `start` and to whom `parents` bear daughters.
fn course(matrix: &Leslie, start: Vec<f64>, parents: &Course) -> Course {
    let mut course: Course = vec![start];
    for (age, parents) in parents.iter().enumerate().take(parents.len() - 1) {
        let mut next = matrix.survive(&course[age]);
        next[0] = matrix.newborn(parents);
        course.push(next);
    }
    course
}

fn unit(classes: usize, class: usize) -> Vec<f64> {
    let mut unit = vec![0.0; classes];
    unit[class] = 1.0;
    unit
}

/// The mean of a course over ages with these shares.
fn mean(shares: &[f64], course: &Course) -> Vec<f64> {
    let mut mean = vec![0.0; shares.len()];
    for (share, kin) in shares.iter().zip(course) {
        for (mean, kin) in mean.iter_mut().zip(kin) {
            *mean += share * kin;
        }
    }
    mean
}

/// Kin of all ages in these courses together, at each age of the woman.
fn totals(courses: &[Course]) -> Vec<f64> {
    let ages = 0..courses.first().map_or(0, Vec::len);
    let at = |age: usize| courses.iter().flat_map(move |course| &course[age]).sum();
    ages.map(at).collect()
}

#[cfg(test)]
mod tests;
