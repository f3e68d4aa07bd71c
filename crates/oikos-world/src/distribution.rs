//! Distributions: how people, households and whatever else are spread over ages, sizes, durations.

use bevy_app::App;
use bevy_ecs::resource::Resource;
use bevy_ecs::world::World;

use oikos_engine::AppExt;

use crate::error::WorldError;
use crate::measure::{MeasureKind, Reading};
use crate::person::PeoplePlugin;

/// How a distribution is best shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistributionKind {
    /// Two series of counts back to back, one class above the other.
    Pyramid,
    /// One series of counts over classes that may differ in width.
    Histogram,
    /// Lines over the lower ends of the classes, one to six.
    Lines,
    /// A group of bars for each class, one to six bars.
    Bars,
}

/// What the numbers in a column of a distribution are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DistributionColumn {
    /// The name of the column in tables, in snake case.
    pub name: &'static str,
    /// The unit: `persons`, `years`, `1` for pure numbers.
    pub unit: &'static str,
    /// What its readings are.
    pub kind: MeasureKind,
    /// What it says, in a sentence.
    pub description: &'static str,
}

impl DistributionColumn {
    /// A column of counts.
    #[must_use]
    pub const fn counts(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        Self {
            name,
            unit,
            kind: MeasureKind::Int,
            description,
        }
    }

    /// A column of means or shares.
    #[must_use]
    pub const fn means(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        Self {
            name,
            unit,
            kind: MeasureKind::Float,
            description,
        }
    }
}

/// One class of a distribution: ages 0 to 4, households of three.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionRow {
    /// The lowest value in the class.
    pub from: u32,
    /// The value that the class stays below; `None` for one without an upper end.
    pub below: Option<u32>,
    /// A reading for each series, then for each column beside them.
    pub values: Vec<Reading>,
}

/// A distribution that a plugin declares, read between ticks: a table, and a chart on reports.
#[derive(Clone, Copy, Debug)]
pub struct Distribution {
    /// The name: that of the table, in snake case.
    pub name: &'static str,
    /// The title of the chart.
    pub title: &'static str,
    /// What it shows, in a sentence or two; of reference values, where they are from.
    pub caption: &'static str,
    /// What the classes are of, in snake case: `age`, `persons`.
    pub axis: &'static str,
    /// The unit of the classes.
    pub axis_unit: &'static str,
    /// How it is shown.
    pub kind: DistributionKind,
    /// What is shown, all in one unit.
    pub series: &'static [DistributionColumn],
    /// What the table has beside the series, and the chart has not: coverage, say.
    pub beside: &'static [DistributionColumn],
    /// Reads it, from the lowest class up.
    pub read: fn(&World) -> Vec<DistributionRow>,
}

impl Distribution {
    /// What a class is called: `0-4`, `3`, `100+`.
    #[must_use]
    pub fn label(row: &DistributionRow) -> String {
        match row.below {
            None => format!("{}+", row.from),
            Some(below) if below <= row.from.saturating_add(1) => row.from.to_string(),
            Some(below) => format!("{}-{}", row.from, below - 1),
        }
    }

    fn check(&self) -> Result<(), WorldError> {
        let (fits, expected) = match self.kind {
            DistributionKind::Pyramid => (self.series.len() == 2, "2"),
            DistributionKind::Histogram => (self.series.len() == 1, "1"),
            DistributionKind::Lines | DistributionKind::Bars => {
                ((1..=6).contains(&self.series.len()), "1 to 6")
            }
        };
        if fits {
            return Ok(());
        }
        Err(WorldError::DistributionSeries {
            name: self.name.to_owned(),
            series: self.series.len(),
            expected,
        })
    }
}

/// The distributions that plugins declared, in their order. Output, never state.
#[derive(Resource, Default)]
pub struct Distributions {
    all: Vec<Distribution>,
}

impl Distributions {
    /// Adds a distribution.
    ///
    /// # Errors
    /// [`WorldError::DuplicateDistribution`], [`WorldError::DistributionSeries`].
    pub fn add(&mut self, distribution: Distribution) -> Result<(), WorldError> {
        distribution.check()?;
        if self.find(distribution.name).is_some() {
            return Err(WorldError::DuplicateDistribution {
                name: distribution.name.to_owned(),
            });
        }
        self.all.push(distribution);
        Ok(())
    }

    /// The distribution of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Distribution> {
        self.all.iter().find(|known| known.name == name)
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Distribution] {
        &self.all
    }
}

/// Lets plugins declare distributions.
pub trait DistributionExt {
    /// Declares a distribution. A second one of the same name is an error when the society is built.
    fn distribution(&mut self, distribution: Distribution) -> &mut Self;
}

impl DistributionExt for App {
    fn distribution(&mut self, distribution: Distribution) -> &mut Self {
        if !self.is_plugin_added::<PeoplePlugin>() {
            self.add_plugins(PeoplePlugin);
        }
        declare(self, distribution);
        self
    }
}

/// Declares a distribution once [`Distributions`] are there: [`PeoplePlugin`] cannot ask whether it was added.
pub(crate) fn declare(app: &mut App, distribution: Distribution) {
    let mut distributions = app.world_mut().resource_mut::<Distributions>();
    if let Err(problem) = distributions.add(distribution) {
        app.problem("distribution", problem.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: DistributionColumn = DistributionColumn::counts("persons", "persons", "People.");

    fn of(kind: DistributionKind, series: &'static [DistributionColumn]) -> Distribution {
        Distribution {
            name: "sizes",
            title: "Sizes",
            caption: "",
            axis: "size",
            axis_unit: "persons",
            kind,
            series,
            beside: &[],
            read: |_| Vec::new(),
        }
    }

    #[test]
    fn a_distribution_has_the_series_that_its_kind_shows_and_a_name_of_its_own() {
        let mut all = Distributions::default();
        for (kind, series) in [
            (DistributionKind::Pyramid, &[COUNT][..]),
            (DistributionKind::Histogram, &[COUNT; 2]),
            (DistributionKind::Lines, &[]),
            (DistributionKind::Bars, &[COUNT; 7]),
        ] {
            let refused = all.add(of(kind, series));
            let refused = matches!(refused, Err(WorldError::DistributionSeries { .. }));
            assert!(refused, "{kind:?}");
        }
        all.add(of(DistributionKind::Pyramid, &[COUNT; 2])).unwrap();
        let twice = all.add(of(DistributionKind::Bars, &[COUNT]));
        assert!(
            matches!(twice, Err(WorldError::DuplicateDistribution { name }) if name == "sizes")
        );
        assert_eq!(all.all().len(), 1);
    }

    #[test]
    fn classes_are_called_as_people_call_them() {
        let label = |from, below| {
            Distribution::label(&DistributionRow {
                from,
                below,
                values: Vec::new(),
            })
        };
        assert_eq!(label(0, Some(5)), "0-4");
        assert_eq!(label(3, Some(4)), "3");
        assert_eq!(label(100, None), "100+");
    }
}
