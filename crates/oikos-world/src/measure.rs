//! Measures: numbers about the society that collectors write down.

use bevy_app::App;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;

use oikos_engine::AppExt;

use crate::error::WorldError;
use crate::person::PeoplePlugin;

/// What a measure's readings are, said before the first one is taken: a table has columns before rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureKind {
    /// Counts: [`Reading::Int`].
    Int,
    /// Means, shares, rates: [`Reading::Float`].
    Float,
    /// Amounts of money: [`Reading::Int`] in minor units; the unit of the measure names the currency.
    Decimal {
        /// Digits behind the point, 0 to 18.
        scale: u8,
    },
}

/// What a measure reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// A count, an amount in minor units.
    Int(i64),
    /// A mean, a share, a rate.
    Float(f64),
    /// Nothing to be said: the mean of nobody.
    Missing,
}

/// A number about the society at one moment, read between ticks.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// The name: the column in tables, in snake case.
    pub name: &'static str,
    /// The unit: `persons`, `years`, `1` for pure numbers.
    pub unit: &'static str,
    /// What its readings are.
    pub kind: MeasureKind,
    /// What it says, in a sentence.
    pub description: &'static str,
    /// Reads it.
    pub read: fn(&World) -> Reading,
}

/// The measures that plugins declared, in their order. Output, never state.
#[derive(Resource, Default)]
pub struct Measures {
    all: Vec<Measure>,
}

impl Measures {
    /// Adds a measure.
    ///
    /// # Errors
    /// [`WorldError::DuplicateMeasure`].
    pub fn add(&mut self, measure: Measure) -> Result<(), WorldError> {
        if self.find(measure.name).is_some() {
            return Err(WorldError::DuplicateMeasure {
                name: measure.name.to_owned(),
            });
        }
        self.all.push(measure);
        Ok(())
    }

    /// The measure of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Measure> {
        self.all.iter().find(|measure| measure.name == name)
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Measure] {
        &self.all
    }
}

/// Lets plugins declare measures.
pub trait MeasureExt {
    /// Declares a measure. A second one of the same name is an error when the society is built.
    fn measure(&mut self, measure: Measure) -> &mut Self;
}

impl MeasureExt for App {
    fn measure(&mut self, measure: Measure) -> &mut Self {
        if !self.is_plugin_added::<PeoplePlugin>() {
            self.add_plugins(PeoplePlugin);
        }
        declare(self, measure);
        self
    }
}

/// Declares a measure once [`Measures`] are there: [`PeoplePlugin`] cannot ask whether it was added.
pub(crate) fn declare(app: &mut App, measure: Measure) {
    let added = app.world_mut().resource_mut::<Measures>().add(measure);
    if let Err(problem) = added {
        app.problem("measure", problem.to_string());
    }
}
