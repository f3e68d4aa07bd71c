//! What alignments came to, by name and year.

use std::collections::BTreeMap;

use bevy_ecs::resource::Resource;
use serde::{Deserialize, Serialize};

use crate::error::FamilyError;
use crate::{Distortion, LogitFactor};

/// What aligning a hazard came to in a calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlignedYear {
    /// What the odds of everybody at risk are multiplied by, as a logarithm.
    pub factor: LogitFactor,
    /// How far that pulls chances away from those of the model, over all at risk when the year began.
    pub distortion: Distortion,
}

/// The factors of all alignments, by name and calendar year. Persisted; read it from the world after a run, write
/// it with serde, and use it in another scenario by [`AlignTo::factors_of`](crate::AlignTo::factors_of).
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlignmentFactors(BTreeMap<String, BTreeMap<i32, AlignedYear>>);

impl AlignmentFactors {
    pub(super) const NAME: &'static str = "family.alignment-factors";

    /// The years of one alignment, in order.
    ///
    /// # Errors
    /// [`FamilyError::UnknownName`] if nothing was aligned under this name.
    pub fn of(&self, name: &str) -> Result<impl Iterator<Item = (i32, AlignedYear)>, FamilyError> {
        let years = self.0.get(name).ok_or_else(|| FamilyError::UnknownName {
            what: "alignment",
            name: name.to_owned(),
            known: self.names().collect::<Vec<_>>().join("`, `"),
        })?;
        Ok(years.iter().map(|(year, aligned)| (*year, *aligned)))
    }

    /// One year of one alignment; `None` where it was not aligned.
    #[must_use]
    pub fn of_year(&self, name: &str, year: i32) -> Option<AlignedYear> {
        self.0.get(name)?.get(&year).copied()
    }

    /// The names of all alignments with a year, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn enter(&mut self, name: &str, year: i32, aligned: AlignedYear) {
        let years = self.0.entry(name.to_owned()).or_default();
        years.insert(year, aligned);
    }
}
